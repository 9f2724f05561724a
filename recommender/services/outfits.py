"""What goes with this, what to wear today, which looks can be built: the stylist asked about a member's rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q
from django.utils import timezone

from catalog.filters import leave_out_hidden
from catalog.models import Product
from closet.models import Garment, Profile, Reaction, User
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import Among, ProductFilter, Vector
from recommender.services.answers import kept
from recommender.services.pieces import garment_piece, garments_at_hand, product_pieces, row_of
from recommender.services.similar import genders_for
from recommender.services.sizes import pieces_at_hand, shape_told
from recommender.services.weather import weather_for
from recommender.stylist.fit.body_shape import UNCLASSIFIED
from recommender.stylist.outfits import goes_with as partners
from recommender.stylist.outfits.suggest import SHOWN, Outfit, Suggestions, suggest, swap_piece
from recommender.stylist.pieces import Piece
from recommender.stylist.rules.context import Context
from recommender.stylist.rules.weather import Weather, season_of, season_of_weather
from recommender.stylist.score.parts import Reason, Score
from recommender.stylist.score.reactions import Reaction as Lesson

OFFERED_PRODUCTS = 200  # catalogue pieces weighed beside a garment; more changes the first dozen no further
MAX_LOOKS = 400


@dataclass(frozen=True)
class PartnerOf:
    """A garment or product offered beside another, with the score of the two and its reasons."""

    thing: Garment | Product
    score: Score

    @property
    def percent(self) -> int:
        return round(100 * self.score.total)

    @property
    def reasons(self) -> list[Reason]:
        """Without what is said of whole outfits: two pieces always miss the rest."""
        return [reason for reason in self.score.reasons if reason.code != "complete.missing"]

    @property
    def pair_score(self) -> Score:
        """The score with those reasons alone."""
        return replace(self.score, reasons=tuple(self.reasons))


def my_lessons(user: User) -> list[Lesson]:
    """The member's reactions, newest first; a few hundred teach as much as all."""
    now = timezone.now()
    return [
        Lesson(row.verdict, tuple(row.garments), (now - row.created_at).total_seconds() / 86_400)
        for row in Reaction.objects.filter(owner=user)[:400]
    ]


def season_now(profile: Profile, weather: Weather | None, day: date | None = None) -> str:
    """The season people dress for: by what it feels like where that is known, else by the calendar."""
    calendar = season_of(day or timezone.localdate(), profile.latitude if profile.latitude is not None else 37.5)
    if weather is None:
        return calendar
    felt = season_of_weather(weather.feels)
    # Mild days come twice a year; the calendar tells which half it is.
    return "autumn" if felt == "spring" and calendar in ("autumn", "winter") else felt


def _by_slot(
    found: dict[str, tuple[partners.Partner, ...]], things: dict[object, Garment | Product]
) -> dict[str, list[PartnerOf]]:
    return {
        slot: [PartnerOf(things[partner.piece.id], partner.score) for partner in offered]
        for slot, offered in found.items()
    }


def names_of(partners: dict[str, list[PartnerOf]]) -> dict[object, str]:
    """Names of what is offered, by the ids that reasons use."""
    names: dict[object, str] = {}
    for row in partners.values():
        for partner in row:
            thing = partner.thing
            names[thing.pk if isinstance(thing, Garment) else f"product-{thing.pk}"] = str(thing)
    return names


def goes_with_mine(*, user: User, asked: Piece, per_slot: int = 6) -> dict[str, list[PartnerOf]]:
    """Slot -> the member's garments that go best with the piece. Raises TooBusy."""

    def reckon() -> dict[str, list[tuple[int, Score]]]:
        pieces = pieces_at_hand(user)
        found = partners.goes_with(
            asked, pieces, weights=user.profile.weights, reactions=my_lessons(user), per_slot=per_slot
        )
        return {slot: [(row_of(one.piece), one.score) for one in offered] for slot, offered in found.items()}

    vector = b"" if asked.embedding is None else asked.embedding.tobytes()
    question = (asked.with_(embedding=None), vector, per_slot)
    told = kept(user=user, name="goes_with", question=question, reckon=reckon)
    mine = {
        row.pk: row for row in garments_at_hand(user, among={pk for offered in told.values() for pk, _score in offered})
    }
    return {slot: [PartnerOf(mine[pk], score) for pk, score in offered if pk in mine] for slot, offered in told.items()}


def goes_with_catalogue(
    *, user: User | None, asked: Piece, vector: Vector | None, slots: Collection[str] = (), per_slot: int = 4
) -> dict[str, list[PartnerOf]]:
    """Slot -> products that go best with the piece, of the genders the member wears."""
    wanted_slots = list(slots or partners.PARTNERS.get(asked.slot, ()))
    products = products_to_offer(user=user, slots=wanted_slots, vector=vector)
    found = partners.goes_with(
        asked,
        product_pieces(products),
        weights=user.profile.weights if user else None,
        slots=wanted_slots,
        per_slot=per_slot,
    )
    return _by_slot(found, {f"product-{product.pk}": product for product in products})


def products_to_offer(
    *, user: User | None, slots: Sequence[str], vector: Vector | None, among: Mapping[str, Q] | None = None
) -> list[Product]:
    """Candidates a slot: nearest in style where a vector is known (embeddings keep style), else the newest.

    among: slot -> a further condition on its products.
    """
    each = max(OFFERED_PRODUCTS // max(len(slots), 1), 10)
    genders = genders_for(user)
    ids: list[int] = []
    for slot in slots:
        rows = Product.objects.published().in_stock().filter((among or {}).get(slot, Q()), kind__slot=slot)
        rows = leave_out_hidden(rows, user)
        if vector is not None:
            wanted = ProductFilter(slots=(slot,), genders=genders, among=Among(rows))
            ids += [
                hit.pk
                for hit in similarity.nearest_products(
                    vector=vector, model_key=current_model_key(), wanted=wanted, limit=each
                )
            ]
        else:
            if genders:
                rows = rows.filter(gender__in=genders)
            ids += rows.values_list("pk", flat=True)[:each]
    found = Product.objects.for_cards().select_related("kind__parent", "size_chart")
    return list(found.prefetch_related("size_chart__rows").filter(pk__in=ids))


def goes_with_garment(*, garment: Garment, per_slot: int = 6) -> dict[str, list[PartnerOf]]:
    asked = garment_piece(garment, similarity.garment_vector(garment_id=garment.pk, model_key=current_model_key()))
    return goes_with_mine(user=garment.owner, asked=asked, per_slot=per_slot)


# --- Today ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Morning:
    """An answer to "what do I wear today?" with the garments it speaks of."""

    suggestions: Suggestions
    garments: dict[int, Garment]
    context: Context
    is_closet_empty: bool


def context_for(
    *,
    user: User,
    weather: Weather | None = None,
    occasion: str | None = None,
    mood: str | None = None,
    dress_code: str | None = None,
    time: str | None = None,
    day: date | None = None,
) -> Context:
    """What the day asks for. `weather`: what the member typed in; None takes their city's, today or on `day`."""
    profile = user.profile
    weather = weather or weather_for(profile=profile, day=day)
    return Context(
        weather=weather,
        season=season_now(profile, weather, day),
        occasion=occasion,
        mood=mood,
        dress_code=dress_code,
        time=time,
        shape=shape_told(user=user).slug or UNCLASSIFIED,
        body_notes=profile.shape_hints,
        taste=tuple(profile.styles),
    )


def outfits_today(
    *,
    user: User,
    context: Context,
    locked: Iterable[int] = (),
    without: Iterable[int] = (),
    seed: int | None = None,
    limit: int = SHOWN,
    skip: int = 0,
) -> Morning:
    """Clearly different outfits of the member's ready garments for what the day asks. skip: how many came before.
    Raises TooBusy."""
    locked, without = list(locked), list(without)

    def reckon() -> tuple[Suggestions, bool]:
        pieces = pieces_at_hand(user)
        suggestions = suggest(
            pieces,
            context,
            user.profile.weights,
            my_lessons(user),
            locked=locked,
            without=without,
            seed=seed,
            n=limit,
            skip=skip,
        )
        return suggestions, not pieces

    question = (context, locked, without, seed, limit, skip)
    suggestions, is_closet_empty = kept(user=user, name="today", question=question, reckon=reckon)
    spoken_of = {*locked, *without, *(row_of(piece) for outfit in suggestions.outfits for piece in outfit.pieces)}
    reasons = [*suggestions.notes, *(reason for outfit in suggestions.outfits for reason in outfit.score.reasons)]
    for reason in reasons:
        for value in reason.params.values():
            spoken_of |= {one for one in (value if isinstance(value, tuple | list) else [value]) if type(one) is int}
    garments = {garment.pk: garment for garment in garments_at_hand(user, among=spoken_of)}
    return Morning(suggestions, garments, context, is_closet_empty)


def outfit_with(*, garment: Garment) -> list[Garment]:
    """The best whole outfit with this garment of its owner's, whatever the weather; empty where there is none."""
    now = season_now(garment.owner.profile, None)
    asked = Context(season=now if now in garment.seasons or not garment.seasons else garment.seasons[0])
    morning = outfits_today(user=garment.owner, context=asked, locked=[garment.pk], limit=1)
    best = next(iter(morning.suggestions.outfits), None)
    if best is None or best.missing or garment.pk not in morning.garments:
        return []
    return [morning.garments[row_of(piece)] for piece in best.pieces]


def outfit_swapped(
    *, user: User, outfit: Sequence[int], out: int, context: Context, limit: int = 5
) -> tuple[Outfit, ...]:
    """The outfit with one garment replaced, best first. Raises TooBusy."""

    def reckon() -> tuple[Outfit, ...]:
        pieces = pieces_at_hand(user)
        return swap_piece(pieces, outfit, out, context, user.profile.weights, my_lessons(user), n=limit)

    return kept(user=user, name="swap", question=(list(outfit), out, context, limit), reckon=reckon)
