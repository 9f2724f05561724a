"""Whom members follow and whom they want nothing to do with."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from closet.models import Block, Follow, Like, PostMark, Profile, User
from closet.services.households import household_part
from closet.services.posts import is_trusted


def follow_add(*, follower: User, followed: User) -> bool:
    """Whether it is new. Raises ValidationError for oneself, and for somebody without a page that one may open."""
    if follower.pk == followed.pk:
        raise ValidationError(_("That is you."))
    if not Profile.objects.visible_to(follower).filter(user=followed, has_page=True).exists():
        raise ValidationError(_("They have no page."))
    return Follow.objects.get_or_create(follower=follower, followed=followed)[1]


def follow_remove(*, follower: User, followed: User) -> bool:
    """Whether there was one."""
    return bool(Follow.objects.filter(follower=follower, followed=followed).delete()[0])


def following_of(*, follower: User) -> QuerySet[Profile]:
    """Pages of those one follows, newest first; who closed theirs is kept in mind, not shown."""
    shown = Profile.objects.visible_to(follower).filter(has_page=True, user__followers__follower=follower)
    return shown.order_by("-user__followers__created_at", "-pk")


def about_for(*, profile: Profile, reader: User | None) -> str:
    """The words about a member: for others those that a moderator let out (closet/services/page_words.py), or that the
    rule for trusted members does by now."""
    if profile.shown_about or (reader is not None and reader.pk == profile.user_id):
        return profile.about
    return profile.about if profile.about and not profile.words_declined and is_trusted(profile.user) else ""


def block_add(*, owner: User, blocked: User) -> bool:
    """The two are nothing to each other from now on: follows and marks end, and so does a household of both.

    Returns whether it is new. Raises ValidationError for oneself.
    """
    if owner.pk == blocked.pk:
        raise ValidationError(_("That is you."))
    between = Q(follower=owner, followed=blocked) | Q(follower=blocked, followed=owner)
    marks = Q(owner=owner, post__owner=blocked) | Q(owner=blocked, post__owner=owner)
    kept = Q()
    for one, other in ((owner, blocked), (blocked, owner)):
        kept |= Q(owner=one, look__post__owner=other) | Q(owner=one, look__share__owner=other)
    with transaction.atomic():
        is_new = Block.objects.get_or_create(owner=owner, blocked=blocked)[1]
        Follow.objects.filter(between).delete()
        PostMark.objects.filter(marks).delete()
        Like.objects.filter(kept).delete()
        household_part(one=owner, other=blocked)
    return is_new


def block_remove(*, owner: User, blocked: User) -> bool:
    """Whether there was one. What ended does not come back."""
    return bool(Block.objects.filter(owner=owner, blocked=blocked).delete()[0])


def blocks_of(*, owner: User) -> QuerySet[Block]:
    return Block.objects.filter(owner=owner).select_related("blocked__profile")
