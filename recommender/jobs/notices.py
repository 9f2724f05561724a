"""The morning's notices of those who asked for them. Run every quarter of an hour; each is told once a day."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone, translation

from closet.models import Notice, Profile, User
from closet.services.notices import digest_send, laundry_noticed, notice_add, plan_noticed
from recommender.jobs.push import push_send
from recommender.services.outfits import context_for, outfits_today
from recommender.services.pieces import row_of

log = logging.getLogger(__name__)


def run() -> int:
    """Returns how many members were told something new."""
    now = timezone.localtime()
    if now.hour < settings.NOTICE_HOUR:
        return 0
    told = 0
    asked = Profile.objects.exclude(notify_kinds=[]).filter(user__is_active=True).select_related("user")
    due = asked.exclude(noticed_on=now.date())
    for profile in due.iterator(200):
        # Claimed like any work: of two clocks one tells.
        if not Profile.objects.filter(pk=profile.pk).exclude(noticed_on=now.date()).update(noticed_on=now.date()):
            continue
        try:
            told += _told(profile)
        except Exception:  # one member's closet must not keep the others from being told
            log.exception("the notices of member %d", profile.user_id)
    return told


def _told(profile: Profile) -> bool:
    owner, day = profile.user, timezone.localdate()
    new = False
    with translation.override(profile.language or settings.LANGUAGE_CODE):
        for kind in profile.notify_kinds:
            match kind:
                case Notice.Kind.MORNING:
                    new |= _morning(owner)
                case Notice.Kind.PLAN:
                    new |= plan_noticed(owner=owner, day=day)
                case Notice.Kind.LAUNDRY:
                    new |= laundry_noticed(owner=owner, day=day)
    if new:
        digest_send(owner=owner, day=day)
        push_send(owner=owner, day=day)
    return new


def _morning(owner: User) -> bool:
    morning = outfits_today(user=owner, context=context_for(user=owner), limit=1)
    for outfit in morning.suggestions.outfits[:1]:
        worn = {"garments": [row_of(piece) for piece in outfit.pieces]}
        return notice_add(owner=owner, kind=Notice.Kind.MORNING, day=timezone.localdate(), params=worn)
    return False
