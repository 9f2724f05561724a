"""A shared outfit among the looks that people show and that others build from, until it is taken back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Look
from closet.models import Post, Share
from closet.services.post_looks import look_erase
from closet.services.posts import post_change, post_of, post_submit, posts_end
from closet.services.sharing import share_revoke


def look_publish(*, share: Share) -> Post:
    """Sends a shared outfit in, to be found among the looks; once more brings its words up to date.

    The wearer's height and weight go with it only where their profile says so, and the name where they have a page.
    Raises ValidationError for what is no outfit, or not shared any more.
    """
    outfit = share.outfit
    if outfit is None or share.revoked_at is not None or not share.picture:
        raise ValidationError(_("Only an outfit that is shared can be among the looks."))
    told: dict[str, Any] = {
        "title": share.caption or outfit.name or _("An outfit"),
        "seasons": list(outfit.seasons),
        "occasion": outfit.occasion,
        "is_findable": True,
    }
    known = post_of(owner=share.owner, outfit=outfit)
    if known:
        return post_change(post=known, **told)
    _own_look_remove(share)
    return post_submit(owner=share.owner, outfit=outfit, **told)


def look_of(share: Share) -> Look | None:
    """The look of the catalogue that shows this outfit now."""
    post = post_of(owner=share.owner, outfit=share.outfit) if share.outfit else None
    return post.look if post else share.look


def look_withdraw(*, share: Share) -> None:
    """Takes it back from the looks. Does nothing where it is not among them."""
    with transaction.atomic():
        _own_look_remove(share)
        if share.outfit_id:
            posts_end(posts=Post.objects.filter(owner=share.owner_id, outfit=share.outfit_id))


def _own_look_remove(share: Share) -> None:
    """Of one that was published before looks were held for a moderator."""
    look = share.look
    if look is not None:
        share.look = None  # first: a look takes its share along
        share.save(update_fields=["look"])
        look_erase(look)


@transaction.atomic
def shares_end(*, shares: QuerySet[Share]) -> int:
    """Takes shares back: the address and the picture. What is shown to people stays. Returns how many."""
    open_ones = list(shares.filter(revoked_at=None).select_related("look"))
    for share in open_ones:
        _own_look_remove(share)
        share_revoke(share=share)
    return len(open_ones)


def shares_expire() -> int:
    """Ends those whose days are over. Returns how many."""
    return shares_end(shares=Share.objects.filter(expires_at__lt=timezone.now()))
