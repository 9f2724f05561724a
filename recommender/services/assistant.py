"""What an assistant may ask of a closet, and the one thing it may write: plain answers for `manage.py mcp`.

Each function takes the member and returns what JSON can hold. Somebody else's garment is as unknown as any.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import taxonomy
from catalog.asked import MAX_ID
from closet.models import Garment, User, Wear
from closet.services.wear import wear_add
from recommender import wording
from recommender.services import outfits, search_notes
from recommender.services.search import Question, search
from recommender.services.weather import typed_weather
from recommender.stylist.score.parts import Reason

MOST: Final = 50
LONGEST_WORDS: Final = 500


def garments_list(*, owner: User, slot: str = "", colour: str = "", state: str = "", page: int = 1) -> dict[str, Any]:
    """Garments of the closet, newest first, 50 on a page. Raises ValidationError for a word that is none."""
    known: dict[str, list[str]] = {
        "slot": [str(slot) for slot in taxonomy.Slot],
        "colour": [one.slug for one in taxonomy.COLOURS],
        "state": Garment.State.values,
    }
    for name, value in (("slot", slot), ("colour", colour), ("state", state)):
        if value and value not in known[name]:
            text = _("“%(value)s” is none of these: %(allowed)s.")
            raise ValidationError(text % {"value": value[:80], "allowed": ", ".join(known[name])})
    rows = Garment.objects.owned_by(owner).present() if state else Garment.objects.owned_by(owner).active()
    if slot:
        rows = rows.filter(kind__slot=slot)
    if colour:
        rows = rows.filter(colour_names__contains=[colour])
    if state:
        rows = rows.filter(state=state)
    start = (min(max(page, 1), 1000) - 1) * MOST
    found = list(rows.for_cards()[start : start + MOST + 1])
    return {"count": rows.count(), "has_more": len(found) > MOST, "garments": [_garment(one) for one in found[:MOST]]}


def closet_search(*, owner: User, words: str) -> dict[str, Any]:
    """Garments of the closet by words, in Korean or English; with what was understood, and the nearest of nothing."""
    if not words.strip() or len(words) > LONGEST_WORDS:
        raise ValidationError(_("One to %(n)d characters, please.") % {"n": LONGEST_WORDS})
    answer = search(question=Question(thing="garments", words=words, reader=owner), limit=20)
    return {
        "count": answer.total,
        "understood": [chip.name for chip in search_notes.chips(answer)],
        "notes": search_notes.notes(answer),
        "garments": [_garment(found.thing) for found in answer.results if isinstance(found.thing, Garment)],
        "nearest": [_garment(found.thing) for found in answer.nearest if isinstance(found.thing, Garment)],
    }


def today(*, owner: User, occasion: str = "", temperature: float | None = None) -> dict[str, Any]:
    """Outfits for today, best first, each with its reasons. Without a temperature, the weather of the member's city."""
    if occasion and occasion not in {one.slug for one in taxonomy.OCCASIONS}:
        allowed = ", ".join(one.slug for one in taxonomy.OCCASIONS)
        text = _("“%(value)s” is none of these: %(allowed)s.")
        raise ValidationError(text % {"value": occasion[:80], "allowed": allowed})
    if temperature is not None and not -60 <= temperature <= 60:
        raise ValidationError(_("A temperature from −60 to 60 °C, please."))
    weather = typed_weather({"temperature": temperature}) if temperature is not None else None
    context = outfits.context_for(user=owner, weather=weather, occasion=occasion or None)
    morning = outfits.outfits_today(user=owner, context=context)

    def said(reason: Reason) -> str:
        return wording.sentence(reason, lambda pk: _title(morning.garments, pk))

    return {
        "season": context.season,
        "feels_celsius": round(context.weather.feels, 1) if context.weather else None,
        "notes": [said(reason) for reason in morning.suggestions.notes],
        "outfits": [
            {
                "percent": outfit.percent,
                "garments": [_garment(morning.garments[_row(piece)]) for piece in outfit.pieces],
                "reasons": [said(reason) for reason in outfit.score.reasons],
            }
            for outfit in morning.suggestions.outfits
        ],
    }


def goes_with(*, owner: User, garment: int) -> dict[str, Any]:
    """Garments of the closet that go with one of them, by slot, best first, with reasons. Raises ValidationError."""
    asked = _mine(owner, [garment])[0]
    partners = outfits.goes_with_garment(garment=asked)
    names = outfits.names_of(partners) | {asked.pk: asked.title}
    return {
        "garment": _garment(asked),
        "slots": {
            str(slot): [
                {
                    **_garment(one.thing),
                    "percent": one.percent,
                    "reasons": [wording.sentence(reason, lambda pk: str(names.get(pk, pk))) for reason in one.reasons],
                }
                for one in found
                if isinstance(one.thing, Garment)
            ]
            for slot, found in partners.items()
        },
    }


def wears(*, owner: User, day_from: date | None = None, day_to: date | None = None) -> dict[str, Any]:
    """What was worn when, newest first, 200 entries at most."""
    rows = Wear.objects.by(owner).filter(garment__deleted_at=None).select_related("garment__kind")
    if day_from:
        rows = rows.filter(worn_on__gte=day_from)
    if day_to:
        rows = rows.filter(worn_on__lte=day_to)
    found = list(rows[:201])
    told = [{"day": f"{row.worn_on}", "garment": row.garment_id, "title": row.garment.title} for row in found[:200]]
    return {"wears": told, "has_more": len(found) > 200}


def wear_log(*, owner: User, garments: list[int], day: date | None = None) -> dict[str, Any]:
    """Notes that these were worn, today where no day is given; twice the same day counts once.

    Raises ValidationError for a garment that is not the member's (then nothing is noted) and for a day to come.
    """
    if not 0 < len(garments) <= MOST:
        raise ValidationError(_("One to %(n)d garments, please.") % {"n": MOST})
    mine = _mine(owner, garments)
    worn_on = day or timezone.localdate()
    worn = wear_add(owner=owner, garment_ids=[one.pk for one in mine], worn_on=worn_on)
    return {"day": f"{worn_on}", "garments": [_garment(one) for one in worn]}


def _mine(owner: User, ids: list[int]) -> list[Garment]:
    known = [pk for pk in ids if 0 < pk <= MAX_ID]
    found = Garment.objects.owned_by(owner).present().filter(pk__in=known).for_cards().in_bulk()
    if unknown := [pk for pk in ids if pk not in found]:
        raise ValidationError(_("There is no garment %(ids)s in this closet.") % {"ids": ", ".join(map(str, unknown))})
    return [found[pk] for pk in dict.fromkeys(ids)]


def _garment(garment: Any) -> dict[str, Any]:
    return {
        "id": garment.pk,
        "title": garment.title,
        "kind": garment.kind.slug,
        "slot": garment.kind.slot,
        "colours": garment.colour_names,
        "seasons": garment.seasons,
        "state": garment.state,
        "place": garment.place,
        "wears": garment.wears,
        "last_worn_on": f"{garment.last_worn_on}" if garment.last_worn_on else None,
    }


def _title(garments: dict[int, Garment], pk: object) -> str:
    found = garments.get(pk) if isinstance(pk, int) else None
    return found.title if found else str(pk)


def _row(piece: Any) -> int:
    return int(piece.id)
