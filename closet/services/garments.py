"""What a member does with a garment: correct it, look after it, throw it away and take it back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import taxonomy
from catalog.asked import day_named
from catalog.models import Brand, Kind
from catalog.money import CURRENCIES
from catalog.seasons import likely, seasons_worn
from closet.models import Garment, Loan, Share, User
from closet.models.garments import GarmentQuerySet
from closet.services.files import files_delete_on_commit, garment_file_names
from closet.services.households import loans_end
from closet.services.masks import mask_remove
from closet.services.own_kinds import own_kind_followed
from closet.services.plans import PlanStep, plans_step
from closet.services.publishing import shares_end
from closet.services.wear import wear_add, wear_remove, worn_on
from closet.signals import lookalikes_asked

# What the owner may set. The first group are facts that the analysis also finds; an owner's word on them is final.
FACTS = (
    "kind",
    "colour_names",
    "pattern",
    "material",
    *taxonomy.ATTRIBUTE_KINDS,
    "seasons",
    "gender",
    "styles",
    "formality",
    "warmth",
)
OWN = (
    "name",
    "brand_name",
    "size_label",
    "quantity",
    "own_kind",
    "measures",
    "fits",
    "price",
    "currency",
    "bought_on",
    "place",
    "notes",
)
CARE = ("state", "is_favourite")  # how it is today, nothing that could be right or wrong
EDITABLE = frozenset((*FACTS, *OWN, *CARE))
BIN_DAYS = 30
LONGEST_MM = 2500  # a long coat is 1,400 mm; beyond this it is a slip of the unit
SHORTEST_MM = 10
MANY = ("kind", "colour_names", "seasons", "place")  # what may be set of many garments at once
FOLLOWING = ("warmth", "formality", "seasons")  # of the kind, until the owner says otherwise
COLOUR_SLUGS = {colour.slug for colour in taxonomy.COLOURS}
STYLE_SLUGS = {term.slug for term in taxonomy.STYLES}
ZONE_SLUGS = {zone for kind in taxonomy.KINDS for zone in kind.zones}
LOOKALIKES = 12


def garment_edit(*, garment: Garment, changes: Mapping[str, Any]) -> Garment:
    """Writes the owner's changes; every field they set, even to the same value, is theirs from now on.

    changes: {field of EDITABLE: value}. Raises ValidationError for a field that is not editable or a bad value.
    """
    if unknown := set(changes) - EDITABLE:
        raise ValidationError({field: _("This cannot be changed.") for field in unknown})
    with transaction.atomic():
        # Locked: two devices may each set another field of owner_fields.
        locked = Garment.objects.select_for_update().get(pk=garment.pk)
        garment.owner_fields = locked.owner_fields
        changes = own_kind_followed(garment, changes)
        fields = set(changes)
        values_check(changes)
        for field, value in changes.items():
            setattr(garment, field, value)
        garment.owner_fields = sorted({*garment.owner_fields, *(fields - set(CARE))})
        fields |= _follow(garment, fields)
        garment.full_clean(
            exclude=[f.name for f in Garment._meta.fields if f.name not in fields], validate_constraints=False
        )
        garment.save(update_fields=[*fields, "owner_fields", "updated_at"])
        if "state" in fields and garment.state != Garment.State.LENT:
            loans_end(loans=garment.loans.all())
    return garment


def values_check(changes: Mapping[str, Any]) -> None:
    """What the columns themselves cannot refuse. Raises ValidationError, a message a field."""
    problems: dict[str, str] = {}
    if not set(changes.get("colour_names") or ()) <= COLOUR_SLUGS:
        problems["colour_names"] = _("There is no such colour.")
    for field in ("warmth", "formality"):
        if field in changes and not (_is_number(changes[field]) and 0 <= changes[field] <= 1):
            problems[field] = _("Choose a number from 0 to 1.")
    styles = changes.get("styles")
    if styles is not None and not (
        isinstance(styles, Mapping)
        and set(styles) <= STYLE_SLUGS
        and all(_is_number(share) and 0 <= share <= 1 for share in styles.values())
    ):
        problems["styles"] = _("Styles are known words, each with a number from 0 to 1.")
    measures = changes.get("measures")
    if measures is not None and not (
        isinstance(measures, Mapping)
        and set(measures) <= ZONE_SLUGS
        and all(type(mm) is int and SHORTEST_MM <= mm <= LONGEST_MM for mm in measures.values())
    ):
        problems["measures"] = _("Measures are known zones, each with whole millimetres a garment can have.")
    if "currency" in changes and changes["currency"] not in CURRENCIES:
        problems["currency"] = _("This currency is not known here.")
    if (day := changes.get("bought_on")) and day > timezone.localdate() + timedelta(days=1):
        problems["bought_on"] = _("That day is still to come.")
    if problems:
        raise ValidationError(problems)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _follow(garment: Garment, fields: set[str]) -> set[str]:
    """What follows from a change unless the owner set it; returns the fields it set."""
    followed: set[str] = set()
    if "kind" in fields:
        slug = (garment.kind.parent or garment.kind).slug
        for field in ("warmth", "formality"):
            if field not in garment.owner_fields:
                setattr(garment, field, getattr(garment.kind, field))
                followed.add(field)
        possible = taxonomy.MATERIALS_OF.get(slug, frozenset({garment.material}))
        if garment.material not in possible and "material" not in garment.owner_fields:
            garment.material = ""  # a guess that the kind rules out
            followed.add("material")
        if "seasons" not in garment.owner_fields:
            garment.seasons = likely(seasons_worn(garment.kind.slug, garment.kind.slot, garment.warmth))
            followed.add("seasons")
    if "state" in fields and garment.state != Garment.State.ARCHIVED and garment.archive_reason:
        garment.archive_reason = ""
        followed.add("archive_reason")
    if "brand_name" in fields:
        garment.brand_name = garment.brand_name.strip()
        garment.brand = _known_brand(garment.brand_name)
        followed.add("brand")
    if "colour_names" in fields:
        # The measured palette stays, its colours of the owner's choice first.
        names = list(dict.fromkeys(garment.colour_names))
        garment.colour_names = names
        garment.colours = sorted(
            garment.colours, key=lambda c: names.index(c["name"]) if c.get("name") in names else len(names)
        )
        followed.add("colours")
    return followed


def _known_brand(name: str) -> Brand | None:
    if not name:
        return None
    known = Brand.objects.published().filter(Q(name_en__iexact=name) | Q(name_ko__iexact=name))
    return known.order_by("pk").first()


def garment_confirm(*, garment: Garment, field: str) -> Garment:
    """The owner says that what was guessed is right."""
    if field not in FACTS:
        raise ValidationError({"field": _("There is nothing to confirm.")})
    return garment_edit(garment=garment, changes={field: getattr(garment, field)})


def garment_lookalikes(*, garment: Garment, field: str, before: Any) -> list[Garment]:
    """The owner's garments that likely share the mistake just corrected: the same guess, and looking alike.

    before: the field's value before the correction. Nearest first; by the palette where nobody knows better.
    """
    if field not in FACTS or before in (None, "", [], {}):
        return []
    alike = (
        Garment.objects.owned_by(garment.owner)
        .present()
        .exclude(pk=garment.pk)
        .exclude(owner_fields__contains=[field])
        .filter(**{field: before})
    )
    if field != "kind":
        alike = alike.filter(kind__slot=garment.kind.slot)
    candidates = {g.pk: g for g in alike.for_cards()[:200]}
    if not candidates:
        return []
    # Robust: an offer that cannot be made must not undo the correction it follows.
    for _receiver, ids in lookalikes_asked.send_robust(sender=Garment, garment=garment, candidates=list(candidates)):
        if isinstance(ids, list):
            return [candidates[pk] for pk in ids if pk in candidates][:LOOKALIKES]
    first = garment.colour_names[:1]
    return [g for g in candidates.values() if g.colour_names[:1] == first][:LOOKALIKES]


def garments_correct(*, owner: User, ids: Iterable[int], field: str, value: Any) -> list[int]:
    """The same correction for several; returns the ids it reached."""
    garments = list(Garment.objects.owned_by(owner).present().filter(pk__in=list(ids)).select_related("kind"))
    with transaction.atomic():
        for garment in garments:
            garment_edit(garment=garment, changes={field: value})
    return [garment.pk for garment in garments]


class Step(NamedTuple):
    """One change of many garments; a list of them is also what takes a change back."""

    # state, favourite, delete, restore, keep, await, worn, unworn; of fields: was; of masks: unmask; of plans: plan,
    # unplan (plans.py)
    action: str
    value: str
    ids: list[int]

    def as_json(self) -> dict[str, Any]:
        return {"action": self.action, "value": self.value, "ids": self.ids}


class Change(NamedTuple):
    """What a bulk change did: the ids it changed and the steps that undo it."""

    ids: list[int]
    undo: list[Step]


def garments_change(*, owner: User, action: str, ids: Sequence[int], value: str = "") -> Change:
    """One action on many garments of the owner; ids of others and garments that are so already are passed over.

    action: "state" (value: a state, or why it was archived: "archived:sell"), "favourite" (value: "on" or "off"),
    "delete", "restore" (value "closet": out of the review tray too), "keep" (out of the review tray) or "await" (back
    into it), "worn" or "unworn" (value: a day), "rest" (value: a day; nobody asks before whether it stays).
    Raises ValidationError for an unknown action or value.
    """
    mine = Garment.objects.owned_by(owner).filter(pk__in=list(ids))
    with transaction.atomic():
        rows = mine.select_for_update(of=("self",)).order_by("pk")
        match action:
            case "state":
                state, _sep, why = value.partition(":")
                if state not in Garment.State.values or (why and why not in Garment.Parting.values):
                    raise ValidationError({"value": _("There is no such state.")})
                told = Concat("state", Value(":"), "archive_reason")
                others = rows.present().exclude(state=state, archive_reason=why)
                before = [(pk, was.rstrip(":")) for pk, was in others.values_list("pk", told)]
                undo = [Step("state", was, [pk for pk, w in before if w == was]) for was in {w for _pk, w in before}]
                changed = [pk for pk, _was in before]
                new: dict[str, Any] = {"state": state, "archive_reason": why}
            case "rest":
                until = day_named(value)
                before = [(pk, str(was or "")) for pk, was in rows.present().values_list("pk", "keep_until")]
                undo = [Step("rest", was, [pk for pk, w in before if w == was]) for was in {w for _pk, w in before}]
                changed = [pk for pk, _was in before]
                new = {"keep_until": until}
            case "favourite":
                if value not in ("on", "off"):
                    raise ValidationError({"value": _("Say on or off.")})
                changed = list(rows.present().filter(is_favourite=value == "off").values_list("pk", flat=True))
                undo = [Step("favourite", "off" if value == "on" else "on", changed)]
                new = {"is_favourite": value == "on"}
            case "delete":
                changed = list(rows.unbinned().values_list("pk", flat=True))
                undo = [Step("restore", "", changed)]
                new = {"deleted_at": timezone.now()}
            case "restore":
                changed = list(rows.filter(deleted_at__isnull=False).values_list("pk", flat=True))
                undo = [Step("delete", "", changed)]
                new = {"deleted_at": None, **({"awaits_review": False} if value == "closet" else {})}
            case "keep" | "await":
                changed = list(rows.unbinned().filter(awaits_review=action == "keep").values_list("pk", flat=True))
                undo = [Step("await" if action == "keep" else "keep", "", changed)]
                new = {"awaits_review": action == "await"}
            case "worn" | "unworn":
                return _log_changed(owner, action, list(rows.values_list("pk", flat=True)), value)
            case _:
                raise ValidationError({"action": _("There is no such action.")})
        Garment.objects.filter(pk__in=changed).update(**new, updated_at=timezone.now())
        if action == "state" and new["state"] != Garment.State.LENT:
            loans_end(loans=Loan.objects.filter(garment__in=changed))
        if action == "delete":  # what is in the bin is shown to nobody; back from it, it is shared anew
            shares_end(shares=Share.objects.filter(garment__in=changed))
    return Change(changed, [step for step in undo if step.ids])


def garments_set(*, owner: User, ids: Iterable[int], field: str, value: Any) -> Change:
    """The owner's word on one field of MANY, for many of their garments; those that say so already are passed over.

    Raises ValidationError for another field or a bad value; then nothing changed.
    """
    if field not in MANY:
        raise ValidationError({"action": _("There is no such action.")})
    kept: dict[str, list[int]] = {}
    changed = []
    with transaction.atomic():
        mine = Garment.objects.owned_by(owner).present().filter(pk__in=list(ids)).select_related("kind")
        for garment in mine.order_by("pk"):
            if getattr(garment, field) == value:
                continue
            was: dict[str, Any] = {field: _plain(getattr(garment, field)), "owned": field in garment.owner_fields}
            if field == "kind":
                was |= {name: getattr(garment, name) for name in FOLLOWING if name not in garment.owner_fields}
            kept.setdefault(json.dumps(was, sort_keys=True), []).append(garment.pk)
            garment_edit(garment=garment, changes={field: value})
            changed.append(garment.pk)
    return Change(changed, [Step("was", told, pks) for told, pks in kept.items()])


def _plain(value: Any) -> Any:
    return value.slug if isinstance(value, Kind) else value


def _put_back(owner: User, step: Step) -> list[int]:
    """Undoes a `garments_set`; what the step says is checked again, for it went through the client."""
    try:
        was = json.loads(step.value)
        owned = bool(was.pop("owned"))
        field = next(name for name in MANY if name in was and (name == "kind" or "kind" not in was))
        changes = {name: was[name] for name in was if name == field or (field == "kind" and name in FOLLOWING)}
        if field == "kind":
            changes["kind"] = Kind.objects.get(slug=changes["kind"])
    except (ValueError, TypeError, AttributeError, KeyError, StopIteration, Kind.DoesNotExist):
        raise ValidationError({"undo": _("This cannot be taken back any more.")}) from None
    garments = list(Garment.objects.owned_by(owner).present().filter(pk__in=step.ids).select_related("kind"))
    for garment in garments:
        before = set(garment.owner_fields)
        garment_edit(garment=garment, changes=changes)
        garment.owner_fields = sorted(before if owned else before - {field})
        garment.save(update_fields=["owner_fields"])
    return [garment.pk for garment in garments]


def _log_changed(owner: User, action: str, ids: list[int], value: str) -> Change:
    """Into the log of that day, or out of it. What was in it already is no change."""
    day = day_named(value)
    if day is None:
        raise ValidationError({"value": _("This is no day of the calendar.")})
    before = worn_on(owner=owner, day=day)
    if action == "worn":
        changed = [one.pk for one in wear_add(owner=owner, garment_ids=ids, worn_on=day) if one.pk not in before]
    else:
        changed = [pk for pk in ids if pk in before]
        wear_remove(owner=owner, garment_ids=changed, worn_on=day)
    return Change(changed, [Step("unworn" if action == "worn" else "worn", value, changed)] if changed else [])


def garments_undo(*, owner: User, steps: Iterable[Mapping[str, Any]]) -> list[int]:
    """Takes a change back by the steps it answered. Ownership is checked as for any change."""
    reached: list[int] = []
    try:
        plan = [Step(str(s["action"]), str(s.get("value", "")), [int(pk) for pk in s["ids"]]) for s in steps]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValidationError({"undo": _("This cannot be taken back any more.")}) from None
    with transaction.atomic():
        for step in plan:
            if step.action == "was":
                reached += _put_back(owner, step)
            elif step.action == "unmask":
                for garment in Garment.objects.owned_by(owner).unbinned().filter(pk__in=step.ids):
                    reached.append(mask_remove(garment=garment).pk)
            elif step.action in ("plan", "unplan"):
                reached += plans_step(owner=owner, step=PlanStep(*step))
            else:
                reached += garments_change(owner=owner, action=step.action, ids=step.ids, value=step.value).ids
    return reached


def garments_purge() -> int:
    """Empties the bin of what lay there for BIN_DAYS, files included. Returns how many garments went."""
    return _destroyed(Garment.objects.filter(deleted_at__lt=timezone.now() - timedelta(days=BIN_DAYS)))


def bin_empty(*, owner: User) -> int:
    """Destroys what the owner has in the bin, files included. Returns how many garments went."""
    return _destroyed(Garment.objects.owned_by(owner).filter(deleted_at__isnull=False))


def _destroyed(garments: GarmentQuerySet) -> int:
    with transaction.atomic():
        files_delete_on_commit(names=garment_file_names(garments))
        _rows, by_model = garments.delete()
    return by_model.get(Garment._meta.label, 0)
