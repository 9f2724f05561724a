"""Plans on the calendar: set, moved, repeated, taken off; each change says how it is taken back.

A step of a plan is ("plan" or "unplan", "2026-11-28 the note", [outfit ids]).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.asked import day_named
from closet.models import Outfit, Plan, User

EVERY: Final = (1, 7, 14, 28)  # days between repeats that may be chosen
MOST_TIMES: Final = 26
NOTE_LETTERS: Final = 120


class PlanStep(NamedTuple):
    action: str
    value: str
    ids: list[int]


def plans_set(*, owner: User, outfit_ids: Sequence[int], day: date, note: str = "") -> list[int]:
    """Plans outfits of the owner for a day; returns those that were not planned for it before."""
    mine = Outfit.objects.owned_by(owner).filter(pk__in=list(outfit_ids))
    new = list(mine.exclude(plans__owner=owner, plans__day=day).values_list("pk", flat=True))
    Plan.objects.bulk_create(
        [Plan(owner=owner, outfit_id=pk, day=day, note=note[:NOTE_LETTERS]) for pk in new], ignore_conflicts=True
    )
    return new


def plans_drop(*, owner: User, outfit_ids: Sequence[int], day: date) -> list[int]:
    """Takes outfits off a day; returns those that were on it."""
    there = Plan.objects.filter(owner=owner, outfit__in=list(outfit_ids), day=day)
    gone = list(there.values_list("outfit_id", flat=True))
    there.delete()
    return gone


def plans_step(*, owner: User, step: PlanStep) -> list[int]:
    """Does a step, which may be what takes a change back. Raises ValidationError for no day."""
    text, _space, note = step.value.partition(" ")
    day = day_named(text)
    if day is None or step.action not in ("plan", "unplan"):
        raise ValidationError(_("This is no day of the calendar."))
    if step.action == "unplan":
        return plans_drop(owner=owner, outfit_ids=step.ids, day=day)
    return plans_set(owner=owner, outfit_ids=step.ids, day=day, note=note)


def plan_taken_off(*, plan: Plan) -> list[PlanStep]:
    """Returns the steps that put it back."""
    plan.delete()
    return [_back(plan)]


def plan_move(*, plan: Plan, day: date) -> list[PlanStep]:
    """To another day; where the outfit is planned then already, the two become one. Returns how to take it back."""
    if day == plan.day:
        return []
    undo = [_back(plan)]
    with transaction.atomic():
        if plans_set(owner=plan.owner, outfit_ids=[plan.outfit_id], day=day, note=plan.note):
            undo.append(PlanStep("unplan", day.isoformat(), [plan.outfit_id]))
        plan.delete()
    return undo


def plan_change(*, plan: Plan, day: date | None = None, note: str | None = None) -> Plan:
    """The same plan on another day, with another note, or both. Raises ValidationError where nothing is named, and
    where the outfit is planned that day already."""
    if day is None and note is None:
        raise ValidationError(_("Name its new day, its note, or both."))
    plan.day = plan.day if day is None else day
    plan.note = plan.note if note is None else note[:NOTE_LETTERS]
    try:
        with transaction.atomic():
            plan.save(update_fields=["day", "note"])
    except IntegrityError:
        raise ValidationError({"day": _("There is a plan of this outfit on that day already.")}) from None
    return plan


def plan_repeat(*, plan: Plan, every: int, times: int) -> list[PlanStep]:
    """The same outfit again every so many days. Returns how to take it back. Raises ValidationError."""
    if every not in EVERY or not 1 <= times <= MOST_TIMES:
        raise ValidationError(_("Repeat a plan up to %(n)d times.") % {"n": MOST_TIMES})
    undo = []
    with transaction.atomic():
        for number in range(1, times + 1):
            day = plan.day + timedelta(days=every * number)
            if plans_set(owner=plan.owner, outfit_ids=[plan.outfit_id], day=day, note=plan.note):
                undo.append(PlanStep("unplan", day.isoformat(), [plan.outfit_id]))
    return undo


def _back(plan: Plan) -> PlanStep:
    return PlanStep("plan", f"{plan.day.isoformat()} {plan.note}".strip(), [plan.outfit_id])
