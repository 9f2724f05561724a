"""Which size fits a member, and what a purchase would mean: rows in, the fit engine's advice out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Kind, Product
from catalog.models import SizeChart as ChartRow
from closet.models import Garment, Measurement, User, Wear
from recommender import wording
from recommender.index import similarity
from recommender.index.model_key import current_model_key
from recommender.models import SizeFeedback
from recommender.services.answers import kept, slot_of
from recommender.services.pieces import (
    GarmentRow,
    bare,
    closet_pieces,
    garment_rows,
    my_garments,
    product_piece,
    row_of,
    with_kinds,
)
from recommender.stylist.fit.advice import SizeAdvice, chart_of_labels, recommend_like, recommend_size
from recommender.stylist.fit.before_buying import PurchaseAdvice, judge_purchase
from recommender.stylist.fit.body import Body, Measure, read_body
from recommender.stylist.fit.body_shape import body_shape, notes_of
from recommender.stylist.fit.brand_offset import Verdict, brand_step, learn_brand_offset
from recommender.stylist.fit.charts import SizeChart, read_chart
from recommender.stylist.fit.ease import BODY_ZONE, GIRTHS
from recommender.stylist.fit.figure import DrawnZone, drawn_zones
from recommender.stylist.fit.garment_fit import FitChange, fit_over_time, garment_fit
from recommender.stylist.pieces import Piece
from recommender.stylist.score.parts import Score

_VERDICTS = {"small": "too_small", "fits": "fits", "large": "too_large"}
FEEDBACK_READ = 500
COMPARED = 200  # garments to choose from, to compare a product with


def gender_of(user: User) -> str | None:
    """Whose proportions fill in what was not measured; both halves together for those who wear anything."""
    return None if user.profile.wears == "any" else user.profile.wears


def region_of(user: User) -> str | None:
    """Whose bodies fill in what was not measured: Koreans' for those who shop in won, both surveys' for others."""
    return "korea" if user.profile.currency == "KRW" else None


def age_of(user: User, day: date) -> float | None:
    """Years on a day, to a year; None for those who do not tell."""
    year = user.profile.birth_year
    return None if year is None or year > day.year else float(day.year - year)


def body_of(user: User) -> Body:
    """The member's newest measures with estimates for the rest."""
    latest = {row.zone: float(row.value) for row in Measurement.objects.owned_by(user).latest_each()}
    return read_body(latest, gender_of(user), age=age_of(user, timezone.localdate()), region=region_of(user))


def bodies_over_time(user: User) -> list[tuple[date, Body]]:
    """The body as it was known on each day something was measured, oldest first."""
    known: dict[str, float] = {}
    days: dict[date, dict[str, float]] = {}
    for row in Measurement.objects.owned_by(user).order_by("taken_on", "pk"):
        known[row.zone] = float(row.value)
        days[row.taken_on] = dict(known)
    return [
        (day, read_body(values, gender_of(user), age=age_of(user, day), region=region_of(user)))
        for day, values in days.items()
    ]


def chart_of(product: Product) -> SizeChart:
    """The product's chart; where it has only size labels, what those mean by KS K 0051 and EN 13402."""
    row: ChartRow | None = product.size_chart
    if row is None:
        return chart_of_labels(product.sizes_in_stock, product.kind.slug, product.gender)
    basis = "body" if row.measures == ChartRow.Measures.BODY else "garment"
    rows = [(size.label, {zone: _ends(value) for zone, value in size.zones.items()}) for size in row.rows.all()]
    # As centimetres, the way shops print them: only so does a chart of inches that was labelled centimetres show.
    return read_chart(rows, unit="cm", basis=basis)


def _ends(value: Any) -> Any:
    """A number or a pair of them; `read_chart` says what is odd about anything else."""
    if isinstance(value, list):
        return tuple(_ends(end) for end in value)
    return value / 10 if isinstance(value, int | float) else None


def size_labels(product: Product, chart: SizeChart) -> list[str]:
    """The sizes there are of a product: those of its chart, else those in stock."""
    return [row.label for row in chart.rows] or list(product.sizes_in_stock)


def verdicts_on(brands: Collection[int]) -> dict[int, list[Verdict]]:
    """Brand id -> what members said of sizes of it, the newest first; of sizes that its charts (still) have."""
    said: dict[int, list[Verdict]] = defaultdict(list)
    chart_has_it = Q(product__size_chart__rows__label=F("size_label"))
    labels_alone = Q(product__size_chart=None, product__sizes_in_stock__contains=[F("size_label")])
    rows = SizeFeedback.objects.filter(chart_has_it | labels_alone, product__brand__in=brands).order_by("-created_at")
    found = rows.values_list("product__brand", "owner", "verdict", "steps")
    for brand, owner, verdict, steps in found[: FEEDBACK_READ * len(brands)]:
        said[brand].append(Verdict(owner, _VERDICTS[verdict], steps))
    return said


def _advice(body: Body, product: Product, chart: SizeChart, said: Sequence[Verdict]) -> SizeAdvice:
    """The size to take, the brand's own way of cutting learned from everybody's verdicts counted in."""
    return recommend_size(
        body,
        chart,
        product.kind.slug,
        intended=product.size_chart.intended_fit if product.size_chart else "regular",
        offset=learn_brand_offset(said, step_mm=brand_step(chart)),
        gender=product.gender,
    )


def measures_around(garment: Garment | GarmentRow) -> dict[str, float]:
    """A garment's measures as the fit engine wants them: people measure it lying flat, edge to edge; girths double."""
    return {zone: value * (2 if zone in GIRTHS else 1) for zone, value in garment.measures.items()}


class Estimate(NamedTuple):
    """A zone of the body with what it probably is and its 90 % interval."""

    zone: str
    measure: Measure


@dataclass(frozen=True)
class ProductFit:
    """The size to take with its reasons, the same against a garment that fits, and what the purchase would mean."""

    advice: SizeAdvice
    drawn: tuple[DrawnZone, ...]
    body: Body
    chart: SizeChart
    like: SizeAdvice | None = None
    like_garment: Garment | None = None
    in_stock: bool = True

    @property
    def estimates(self) -> list[Estimate]:
        """Zones behind the advice that nobody measured."""
        zones = ((zone, self.body.get(BODY_ZONE.get(zone, zone))) for zone in self.advice.estimated)
        return [Estimate(zone, measure) for zone, measure in zones if measure is not None]


def product_fit(*, user: User, product: Product, like: Garment | None = None) -> ProductFit:
    """The size of the product for the member; `like`: a garment of theirs that fits, to compare with as well."""
    body, chart = body_of(user), chart_of(product)
    advice = _advice(body, product, chart, verdicts_on([product.brand_id])[product.brand_id])
    beside = recommend_like(measures_around(like), chart) if like is not None and like.measures else None
    in_stock = not product.sizes_in_stock or advice.label is None or advice.label in product.sizes_in_stock
    return ProductFit(advice, drawn_zones(advice, body), body, chart, beside, like, in_stock)


def sizes_to_take(*, user: User, products: Sequence[Product]) -> dict[int, str | None]:
    """Product id -> the size to take, None where nothing tells; products that have no size for the member are absent.

    products: with brand, kind and size_chart loaded and its rows prefetched.
    """
    body = body_of(user)
    said = verdicts_on({product.brand_id for product in products})
    sizes: dict[int, str | None] = {}
    for product in products:
        advice = _advice(body, product, chart_of(product), said[product.brand_id])
        stock = product.sizes_in_stock
        if advice.label is None:
            sizes[product.pk] = None
        elif not {"out_of_range_small", "out_of_range_large"} & set(advice.codes):
            takes = [label for label in (advice.label, advice.between) if label and (not stock or label in stock)]
            if takes:
                sizes[product.pk] = takes[0]
    return sizes


def garments_that_fit(*, user: User, product: Product) -> list[Garment]:
    """Measured garments of the same slot, to compare a size chart with."""
    rows = Garment.objects.owned_by(user).active().exclude(measures={}).filter(kind__slot=product.kind.slot)
    mine = with_kinds(rows)[:COMPARED]
    return sorted(mine, key=lambda garment: garment.fits != "fits")


def closet_fit(*, user: User, rows: Iterable[tuple[Garment | GarmentRow, Kind]]) -> dict[int, FitChange]:
    """Garment id -> whether it fits the member now, is tight, or no longer fits. rows: measured garments."""
    history = [body for _day, body in bodies_over_time(user)]
    return {row.id: fit_over_time(measures_around(row), history, kind.slug) for row, kind in rows}


def closet_fit_kept(user: User) -> dict[int, FitChange]:
    """Of all that is measured in the closet, newest first. Raises TooBusy."""
    mine = Garment.objects.owned_by(user).active().exclude(measures={})
    return kept(
        user=user, name="closet_fit", question=None, reckon=lambda: closet_fit(user=user, rows=garment_rows(mine))
    )


def fits_of(*, user: User, rows: Iterable[tuple[GarmentRow, Kind]]) -> dict[int, str]:
    """Garment id -> fits, tight or loose, by the newest measures."""
    measured = [(row, kind) for row, kind in rows if row.measures]
    if not measured:
        return {}
    body = body_of(user)
    known = {row.id: garment_fit(measures_around(row), body, kind.slug).verdict for row, kind in measured}
    return {pk: verdict for pk, verdict in known.items() if verdict != "unknown"}


def my_pieces(user: User, garments: QuerySet[Garment]) -> list[Piece]:
    """Garments as the stylist sees them, with what the member's measures say of each one's fit."""
    rows = garment_rows(garments)
    return closet_pieces(reader=user, rows=rows, fits=fits_of(user=user, rows=rows))


def pieces_among(user: User, pks: Collection[int]) -> list[Piece]:
    """Those of some garments that the member has at hand."""
    return my_pieces(user, Garment.objects.in_hands_of(user).filter(pk__in=pks))


def closet_of(user: User) -> list[Piece]:
    """All pieces of the member's closet, kept for as long as it stays as it is."""
    mine = Garment.objects.owned_by(user).active()
    return kept(user=user, name="pieces", question=None, reckon=lambda: my_pieces(user, mine), takes_place=False)


def pieces_at_hand(user: User) -> list[Piece]:
    """What outfits are made of: the closet's pieces and those lent to the member."""
    if not user.borrowed.running().exists():
        return closet_of(user)
    at_hand = Garment.objects.in_hands_of(user).active()
    return kept(
        user=user, name="pieces_at_hand", question=None, reckon=lambda: my_pieces(user, at_hand), takes_place=False
    )


class OwnedTwin(NamedTuple):
    garment: Garment
    likeness: float


class UnlockedOutfit(NamedTuple):
    """What of mine the thing would be worn with."""

    garments: list[Garment]
    score: Score


@dataclass(frozen=True)
class Purchase:
    """What a purchase would mean, with the rows behind its pieces."""

    advice: PurchaseAdvice
    twins: list[OwnedTwin]
    unlocked: list[UnlockedOutfit]


def before_buying(*, user: User, piece: Piece) -> Purchase:
    """Of a photographed piece: what I own that is nearly the same, outfits it unlocks, expected wears and cost per
    wear. Raises TooBusy."""
    with slot_of(user):  # not kept: what was seen is forgotten with the photo
        advice = _judged(user, piece)
    return _with_rows(user, piece, advice)


def product_before_buying(*, user: User, product: Product) -> Purchase:
    """The same of a product, kept for as long as the closet stays as it is. Raises TooBusy."""
    vector = similarity.product_vector(product_id=product.pk, model_key=current_model_key())
    piece = product_piece(product, vector)
    question = (bare(piece), b"" if vector is None else vector.tobytes())
    advice = kept(user=user, name="purchase", question=question, reckon=lambda: _judged(user, piece))
    return _with_rows(user, piece, advice)


def _judged(user: User, piece: Piece) -> PurchaseAdvice:
    """Without vectors, which nobody asks for again."""
    months = _months_logged(user)
    advice = judge_purchase(piece, closet_of(user), None, user.profile.weights, months_owned=months)
    unlocked = tuple(replace(outfit, pieces=tuple(map(bare, outfit.pieces))) for outfit in advice.unlocked)
    return replace(
        advice, twins=tuple(replace(twin, piece=bare(twin.piece)) for twin in advice.twins), unlocked=unlocked
    )


def _with_rows(user: User, piece: Piece, advice: PurchaseAdvice) -> Purchase:
    named = [*(twin.piece for twin in advice.twins), *(one for outfit in advice.unlocked for one in outfit.pieces)]
    garments = {row.pk: row for row in my_garments(user, among={row_of(one) for one in named if one.id != piece.id})}
    return Purchase(
        advice,
        [OwnedTwin(garments[row_of(twin.piece)], twin.likeness) for twin in advice.twins],
        [
            UnlockedOutfit([garments[row_of(one)] for one in outfit.pieces if one.id != piece.id], outfit.score)
            for outfit in advice.unlocked
        ],
    )


def _months_logged(user: User) -> float:
    """How long wears were counted: what makes them a yearly rate. Twelve where none was."""
    first = Wear.objects.by(user).aggregate(first=Min("worn_on"))["first"]
    return 12.0 if first is None else max((timezone.localdate() - first).days / 30.4, 1.0)


def size_feedback_set(*, user: User, product: Product, size_label: str, verdict: str) -> SizeFeedback:
    """Keeps what a member says of a size they wore; the same size again replaces it.

    Raises ValidationError {size} for a size that the product does not come in.
    """
    chart = chart_of(product)
    labels = size_labels(product, chart)
    if not labels:
        raise ValidationError({"size": [_("No sizes are known of this product.")]})
    if size_label not in labels:
        raise ValidationError(
            {"size": [_("This product has no such size. Its sizes: %(sizes)s.") % {"sizes": ", ".join(labels)}]}
        )
    advised = _advice(body_of(user), product, chart, []).label
    steps = labels.index(size_label) - labels.index(advised) if advised in labels else 0
    row, _made = SizeFeedback.objects.update_or_create(
        owner=user, product=product, size_label=size_label, defaults={"verdict": verdict, "steps": steps}
    )
    return row


# --- Body shape ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ShapeHint:
    code: str
    kinds: tuple[str, ...]

    @property
    def text(self) -> str:
        kinds = ", ".join(wording.term("kind", kind) for kind in self.kinds)
        return f"{kinds}: {wording.term('note', self.code)}"


@dataclass(frozen=True)
class ShapeTold:
    """A body's shape for its owner: empty where they switched it off; missing: what it would still need."""

    slug: str = ""
    missing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return wording.term("shape", self.slug)

    @property
    def hints(self) -> list[ShapeHint]:
        return [ShapeHint(code, kinds) for code, kinds in notes_of(self.slug).items()]


def shape_told(*, user: User) -> ShapeTold:
    """By FFIT rules, from what was measured and makes sense alone: nobody's shape is guessed."""
    if not user.profile.shape_hints:
        return ShapeTold()
    body = body_of(user)
    found = body_shape({zone: body.measures[zone].value for zone in body.measured})
    return ShapeTold(found.slug, found.missing)
