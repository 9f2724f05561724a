"""Name and words of a member's page: like looks, nothing of them is public before a moderator or the rule for trusted
members lets it out. The address, @handle, is there meanwhile."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from closet.models import Decision, Ground, Profile, User
from closet.services.posts import is_trusted

_FIELDS = ("seen_name", "seen_about", "words_sent_at", "words_declined")


@transaction.atomic
def page_words_send(*, profile: Profile, before: tuple[str, str]) -> None:
    """After a change of the profile. before: `page_words` as they were. Words that are the same ask for nothing."""
    if profile.page_words == before:
        return
    profile.words_declined = ""
    if profile.words_wait:
        profile.words_sent_at = timezone.now()
        trusted = is_trusted(profile.user)
        _note(profile, Decision.Action.SUBMIT, by=profile.user)
        if trusted:
            _let_out(profile)
            _note(profile, Decision.Action.TRUST)
    profile.save(update_fields=_FIELDS)


@transaction.atomic
def page_words_approve(*, profile: Profile, by: User) -> None:
    """Others may read them. Raises ValidationError where nothing waits."""
    profile = _waiting(profile)
    _let_out(profile)
    profile.save(update_fields=_FIELDS)
    _note(profile, Decision.Action.APPROVE, by=by)


@transaction.atomic
def page_words_decline(*, profile: Profile, by: User, ground: str, text: str = "") -> None:
    """Nobody reads them but their writer, who is told why. Raises ValidationError."""
    if ground not in Ground.values:
        raise ValidationError({"ground": _("Say why.")})
    profile = _waiting(profile)
    profile.words_declined = ground
    profile.save(update_fields=_FIELDS)
    _note(profile, Decision.Action.DECLINE, by=by, ground=ground, more=text)


def _waiting(profile: Profile) -> Profile:
    found = Profile.objects.select_for_update().select_related(None).get(pk=profile.pk)
    if not found.words_wait:
        raise ValidationError(_("This does not wait for anybody."))
    return found


def _let_out(profile: Profile) -> None:
    name, about = profile.page_words
    profile.seen_name = name or profile.seen_name  # of one that is not to be shown nothing was seen
    profile.seen_about, profile.words_declined = about, ""


def _note(profile: Profile, action: str, *, by: User | None = None, ground: str = "", more: str = "") -> None:
    text = more.strip() or " · ".join(part for part in profile.page_words if part)
    by_staff = by is not None and by.pk != profile.user_id
    Decision.objects.create(
        action=action, person=profile.user, by=by, by_staff=by_staff, ground=ground, text=text[:500]
    )
