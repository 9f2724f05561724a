"""What the staff decide about looks and members' pages, each decision with its reason in the audit trail."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from closet.models import Decision, Ground, Post, Profile, Report, User
from closet.services.post_looks import post_look_remove, post_look_write


def report_add(
    *, reporter: User, ground: str, note: str = "", post: Post | None = None, person: User | None = None
) -> bool:
    """Asks the staff to look at a look or a page; once a member, until they did. Returns whether it is new.

    A look that REPORTS_HOLD members reported is hidden until a moderator saw it. Raises ValidationError.
    """
    about = post.owner if post else person
    if about is None or (post and person):
        raise ValidationError(_("Report one thing at a time."))
    if about.pk == reporter.pk:
        raise ValidationError(_("That is yours."))
    if ground not in Ground.values:
        raise ValidationError({"ground": _("Say why.")})
    try:
        with transaction.atomic():
            Report.objects.create(reporter=reporter, post=post, person=person, ground=ground, note=note.strip()[:500])
            if post:
                _hold_if_reported(post)
    except IntegrityError:
        return False
    return True


def _hold_if_reported(post: Post) -> None:
    post = Post.objects.select_for_update().get(pk=post.pk)
    count = post.reports.filter(closed_at=None).values("reporter").distinct().count()
    if post.state == Post.State.PUBLISHED and count >= settings.REPORTS_HOLD:
        post.state = Post.State.HELD
        post.save(update_fields=["state"])
        post_look_remove(post)
        _note(Decision.Action.HOLD, post=post)


@transaction.atomic
def post_approve(*, post: Post, by: User) -> None:
    """Everybody may see it. Its reports are done with. Raises ValidationError for one that is not held or declined."""
    post = _locked(post)
    if post.state not in (Post.State.HELD, Post.State.DECLINED):
        raise ValidationError(_("This does not wait for anybody."))
    post.state, post.ground, post.ground_text = Post.State.PUBLISHED, "", ""
    post.published_at = post.published_at or timezone.now()
    post.save(update_fields=["state", "ground", "ground_text", "published_at"])
    post_look_write(post)
    _close(post)
    _note(Decision.Action.APPROVE, post=post, by=by)


@transaction.atomic
def post_decline(*, post: Post, by: User, ground: str, text: str = "") -> None:
    """Nobody sees it but its owner, who reads why. A published one is taken down so. Raises ValidationError."""
    if ground not in Ground.values:
        raise ValidationError({"ground": _("Say why.")})
    post = _locked(post)
    if post.state not in (Post.State.HELD, Post.State.PUBLISHED):
        raise ValidationError(_("This does not wait for anybody."))
    post.state, post.ground, post.ground_text = Post.State.DECLINED, ground, text.strip()[:500]
    post.save(update_fields=["state", "ground", "ground_text"])
    post_look_remove(post)
    _close(post)
    _note(Decision.Action.DECLINE, post=post, by=by, ground=ground, text=text)


@transaction.atomic
def reports_dismiss(*, report: Report, by: User) -> None:
    """Looked at, nothing to do: all open reports about the same thing are closed."""
    same = Q(post=report.post) if report.post_id else Q(person=report.person)
    Report.objects.filter(same, closed_at=None).update(closed_at=timezone.now())
    about = report.post.owner if report.post else report.person
    _note(Decision.Action.DISMISS, post=report.post, person=about, by=by, ground=report.ground)


@transaction.atomic
def page_close(*, person: User, by: User, ground: str, text: str = "") -> None:
    """Nobody opens the member's page any more; they read why. Raises ValidationError."""
    if ground not in Ground.values:
        raise ValidationError({"ground": _("Say why.")})
    Profile.objects.filter(user=person).update(page_closed=ground)
    Report.objects.filter(person=person, closed_at=None).update(closed_at=timezone.now())
    _note(Decision.Action.CLOSE, person=person, by=by, ground=ground, text=text)


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update(of=("self",)).select_related("owner__profile", "look").get(pk=post.pk)


def _close(post: Post) -> None:
    post.reports.filter(closed_at=None).update(closed_at=timezone.now())


def _note(
    action: str,
    *,
    post: Post | None = None,
    person: User | None = None,
    by: User | None = None,
    ground: str = "",
    text: str = "",
) -> None:
    about = post.owner if post else person
    Decision.objects.create(
        action=action, post=post, person=about, by=by, by_staff=by is not None, ground=ground, text=text.strip()[:500]
    )
