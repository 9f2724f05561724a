"""Notices: what a member asked to be told, on the page and, if they like, as one e-mail a morning."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from smtplib import SMTPException
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closet.models import Garment, Notice, Plan, Profile, User
from closet.services.outgoing import letter_note

log = logging.getLogger(__name__)

PILE: Final = 5  # garments in the laundry that are worth a word
LAUNDRY_EVERY: Final = timedelta(days=7)
KEPT: Final = timedelta(days=30)


def notice_add(*, owner: User, kind: str, day: date, params: dict[str, Any]) -> bool:
    """Once a day and kind, however often the clock strikes. Returns whether it is new."""
    return Notice.objects.get_or_create(owner=owner, kind=kind, day=day, defaults={"params": params})[1]


def notices_unread(*, owner: User) -> QuerySet[Notice]:
    """Of yesterday and today; an older morning's outfit is no news."""
    return Notice.objects.filter(owner=owner, read_at=None, day__gte=timezone.localdate() - timedelta(days=1))


def notices_read(*, owner: User) -> int:
    return notices_unread(owner=owner).update(read_at=timezone.now())


def notices_purge() -> int:
    gone, _rows = Notice.objects.filter(day__lt=timezone.localdate() - KEPT).delete()
    return gone


def plan_noticed(*, owner: User, day: date) -> bool:
    """Tells of the plans for the day after `day`."""
    plans = Plan.objects.filter(owner=owner, day=day + timedelta(days=1)).select_related("outfit")
    names = [plan.outfit.name for plan in plans]
    return bool(names) and notice_add(owner=owner, kind=Notice.Kind.PLAN, day=day, params={"names": names})


def laundry_noticed(*, owner: User, day: date) -> bool:
    """Tells of a pile of laundry, at most once a week."""
    count = Garment.objects.owned_by(owner).present().filter(state=Garment.State.LAUNDRY).count()
    told = Notice.objects.filter(owner=owner, kind=Notice.Kind.LAUNDRY, day__gt=day - LAUNDRY_EVERY).exists()
    if count < PILE or told:
        return False
    return notice_add(owner=owner, kind=Notice.Kind.LAUNDRY, day=day, params={"count": count})


def notice_text(notice: Notice) -> str:
    """Its sentence, in the reader's language."""
    match notice.kind:
        case Notice.Kind.MORNING:
            mine = Garment.objects.filter(owner=notice.owner_id).for_cards().in_bulk(notice.params.get("garments", []))
            titles = [mine[pk].title for pk in notice.params.get("garments", []) if pk in mine]
            return _("For this morning: %(pieces)s.") % {"pieces": ", ".join(titles)}
        case Notice.Kind.PLAN:
            names = [name for name in notice.params.get("names", []) if name]
            return _("Planned for tomorrow: %(names)s.") % {"names": ", ".join(names) or _("an outfit")}
        case _kind:
            count = int(notice.params.get("count", 0))
            return ngettext("%(n)d garment waits in the laundry.", "%(n)d garments wait in the laundry.", count) % {
                "n": count
            }


def notice_url(notice: Notice) -> str:
    match notice.kind:
        case Notice.Kind.MORNING:
            return reverse("recommender:today")
        case Notice.Kind.PLAN:
            return reverse("closet:calendar", query={"day": (notice.day + timedelta(days=1)).isoformat()})
        case _kind:
            return reverse("closet:home", query={"state": Garment.State.LAUNDRY})


def digest_send(*, owner: User, day: date) -> bool:
    """One e-mail with what is new of that day, in the member's language. False where there is nothing, or no way.

    Only an address that was proved gets letters.
    """
    profile: Profile = owner.profile
    unsent = Notice.objects.filter(owner=owner, day=day, mailed_at=None)
    proved = EmailAddress.objects.filter(user=owner, email__iexact=owner.email, verified=True)
    if not (profile.notify_mail and unsent.exists() and proved.exists()):
        return False
    with translation.override(profile.language or settings.LANGUAGE_CODE):
        lines = [(notice_text(one), settings.SITE_URL + notice_url(one)) for one in unsent.order_by("pk")]
        context = {"lines": lines, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        body = render_to_string("closet/mail/digest.txt", context | {"profile_url": reverse("closet:profile")})
        letter = EmailMessage(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{lines[0][0]}"[:150], body, to=[owner.email])
    letter_note(email=owner.email)
    try:
        letter.send()
    except (OSError, SMTPException) as error:
        log.warning("A digest could not be sent: %s", type(error).__name__)
        return False
    unsent.update(mailed_at=timezone.now())
    return True
