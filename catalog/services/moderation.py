"""Moderation: pictures that came from outside are listed for staff, shown or hidden with a reason.

A hidden look is taken down. A brand whose picture is hidden stays, without it.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Brand, Look, PictureCheck
from catalog.services.looks import looks_publish
from catalog.signals import brands_changed

Verdict = PictureCheck.Verdict
AT_ONCE: Final = 5000


def checks_keep() -> int:
    """A line for every picture that has none, and anew for one that was replaced. Returns how many were made.

    Looks that members published are theirs: what they share is moderated where it is shared.
    """
    made = 0
    with transaction.atomic():
        for thing, field, rows in (("look", "photo", _foreign_looks()), ("brand", "picture", Brand.objects.all())):
            pictured = rows.exclude(**{field: ""})
            new = pictured.filter(picture_check=None).values_list("pk", field)[:AT_ONCE]
            lines = [PictureCheck(**{f"{thing}_id": pk}, picture=name) for pk, name in new]
            made += len(PictureCheck.objects.bulk_create(lines, ignore_conflicts=True))
            checks = PictureCheck.objects.filter(**{f"{thing}__isnull": False})
            for check in checks.exclude(picture=F(f"{thing}__{field}")).select_related(thing)[:AT_ONCE]:
                check.picture, check.verdict, check.reason = getattr(getattr(check, thing), field).name, "waiting", ""
                check.note, check.decided_by, check.decided_at = "", "", None
                check.created_at = timezone.now()
                check.save()
            checks.filter(**{f"{thing}__{field}": ""}).delete()
    return made


def checks_show(*, checks: QuerySet[PictureCheck], by: str) -> int:
    """Returns how many changed."""
    return _decide(checks, Verdict.SHOWN, "", "", by)


def checks_hide(*, checks: QuerySet[PictureCheck], reason: str, note: str = "", by: str) -> int:
    """Raises ValidationError for no reason, and for another one without a note."""
    if reason not in PictureCheck.Reason.values:
        raise ValidationError({"reason": [_("Say why.")]})
    if reason == PictureCheck.Reason.OTHER and not note.strip():
        raise ValidationError({"note": [_("Say why.")]})
    return _decide(checks, Verdict.HIDDEN, reason, note.strip()[:300], by)


def _decide(checks: QuerySet[PictureCheck], verdict: Verdict, reason: str, note: str, by: str) -> int:
    with transaction.atomic():
        rows = list(checks.select_for_update(of=("self",)))
        ids = [row.pk for row in rows]
        PictureCheck.objects.filter(pk__in=ids).update(
            verdict=verdict, reason=reason, note=note, decided_by=by[:254], decided_at=timezone.now()
        )
        looks = Look.objects.filter(pk__in=[row.look_id for row in rows if row.look_id])
        looks_publish(looks=looks, published=verdict == Verdict.SHOWN)
        brands = [row.brand_id for row in rows if row.brand_id]
        hides = verdict == Verdict.HIDDEN
        if Brand.objects.filter(pk__in=brands).exclude(is_picture_hidden=hides).update(is_picture_hidden=hides):
            brands_changed.send(sender=Brand, brand_ids=brands)
    return len(ids)


def _foreign_looks() -> QuerySet[Look]:
    """Of the catalogue. The upper layer leads here by the name `share`, or nothing does."""
    rows: QuerySet[Any] = Look.objects.all()
    is_shared = any(relation.name == "share" for relation in Look._meta.related_objects)
    return rows.filter(share=None) if is_shared else rows
