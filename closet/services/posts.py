"""Looks that members show to people: sent in, held or published by the operator's rule, changed, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from closet.models import Decision, Garment, Outfit, Photo, Post, PostMark, User
from closet.services.files import files_delete_on_commit
from closet.services.post_looks import post_look_remove, post_look_write
from closet.services.sharing import photo_opened, picture_of
from imaging.webp import webp

MAX_TAGS: Final = 8
TAG_LETTERS: Final = 30
MAX_WAITING: Final = 20  # of one member at a time
SIDE: Final = 1600  # px, the longest of a shown photo
STAIN: Final = timedelta(days=90)  # for which a declined look keeps its owner from being trusted
_WORDS: Final = ("title", "tags")  # what a moderator read; the rest is chosen from lists


def post_submit(
    *,
    owner: User,
    title: str,
    outfit: Outfit | None = None,
    photo: Photo | None = None,
    shows_faces: bool = False,
    **told: Any,
) -> Post:
    """Sends an outfit or a photo of the owner's in: published at once for a trusted member, else held for a moderator.

    told: style, seasons, occasion, tags, is_findable; see Post. Raises ValidationError for what is not theirs or not
    only theirs, shown already, or has no picture whose faces were looked for.
    """
    thing = outfit or photo
    if thing is None or (outfit and photo) or thing.owner_id != owner.pk:
        raise ValidationError(_("Show one thing of yours at a time."))
    if post_of(owner=owner, outfit=outfit, photo=photo):
        raise ValidationError(_("You show this already."))
    if Post.objects.owned_by(owner).filter(state=Post.State.HELD).count() >= MAX_WAITING:
        raise ValidationError(_("Many of your looks wait already; please let the staff see those first."))
    picture = post_picture(thing, shows_faces=shows_faces)
    post = Post(owner=owner, outfit=outfit, photo=photo, shows_faces=bool(photo and shows_faces))
    post.width, post.height = picture.size
    post.is_drawn = bool(outfit and _has_drawn(outfit))
    _set(post, {"title": title, **told})
    with transaction.atomic():
        post.picture.save("post.webp", ContentFile(webp(picture, quality=86)), save=False)
        post.save()
        _decided(post, Decision.Action.SUBMIT, by=owner)
        _let_out(post)
    return post


def post_send(*, post: Post) -> Post:
    """Sends in what came with an exported closet and was not shown here yet.

    Its picture is made anew, from photos whose faces this server looked for. Raises ValidationError as `post_submit`.
    """
    thing = post.outfit or post.photo
    if post.state != Post.State.DRAFT:
        raise ValidationError(_("This is shown, or waits, already."))
    if thing is None:
        raise ValidationError(_("What it shows is not here any more."))
    picture = post_picture(thing, shows_faces=post.shows_faces)
    with transaction.atomic():
        files_delete_on_commit(names=[post.picture.name or ""])
        post.picture.save("post.webp", ContentFile(webp(picture, quality=86)), save=False)
        post.width, post.height = picture.size
        post.state = Post.State.HELD
        post.save()
        _decided(post, Decision.Action.SUBMIT, by=post.owner)
        _let_out(post)
    return post


def post_picture(thing: Outfit | Photo, *, shows_faces: bool = False) -> Image.Image:
    """RGB, as people would see it: faces blurred unless shows_faces, which is about photos alone.

    Raises ValidationError where faces could not be looked for, and for what is not only its owner's.
    """
    if isinstance(thing, Photo):
        faces_check([thing])
        picture = photo_opened(thing.display) if shows_faces and thing.display else picture_of(thing)
        picture = picture.convert("RGB")
        picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        return picture
    garments = [item.garment for item in thing.items.select_related("garment__photo").filter(garment__deleted_at=None)]
    if not garments:
        raise ValidationError(_("Nothing is left of this outfit."))
    faces_check([garment.photo for garment in garments if garment.photo])
    return picture_of(thing)


def faces_check(photos: Iterable[Photo]) -> None:
    """Raises ValidationError, which says why, unless faces were looked for on all of them."""
    for photo in photos:
        if photo.is_unfinished:
            raise ValidationError(
                _("This photo is still being looked at. Faces are hidden first; try again in a moment.")
            )
        if photo.faces is None or (photo.faces and not photo.shareable):
            raise ValidationError(
                _("Faces could not be looked for on this photo, so nobody else sees it. Have it looked at again.")
            )


def post_of(*, owner: User, outfit: Outfit | None = None, photo: Photo | None = None) -> Post | None:
    """The one by which this is shown, waits to be, or was declined and not withdrawn."""
    return Post.objects.owned_by(owner).standing().filter(outfit=outfit, photo=photo).first()


def post_change(*, post: Post, **told: Any) -> Post:
    """Other words, style, seasons, occasion, tags or place among the looks. New words are looked at like a new look.

    Raises ValidationError for one that was declined or withdrawn.
    """
    if post.state not in (Post.State.DRAFT, Post.State.HELD, Post.State.PUBLISHED):
        raise ValidationError(_("This was declined. Ask for a second look, or withdraw it and show it anew."))
    before = {name: getattr(post, name) for name in _WORDS}
    with transaction.atomic():
        _set(post, told)
        if any(getattr(post, name) != before[name] for name in _WORDS):
            _decided(post, Decision.Action.CHANGE, by=post.owner, text=before["title"])
            if post.state == Post.State.PUBLISHED and not is_trusted(post.owner):
                post.state = Post.State.HELD
        post.save()
        post_look_write(post)
    return post


def post_withdraw(*, post: Post) -> None:
    """Gone for everybody, its owner too, with picture and look; a line of the audit trail stays."""
    posts_end(posts=Post.objects.filter(pk=post.pk))
    post.refresh_from_db()


@transaction.atomic
def posts_end(*, posts: QuerySet[Post]) -> int:
    """Withdraws those that stand. Returns how many."""
    standing = list(posts.standing().select_related("look", "owner"))  # type: ignore[attr-defined]
    for post in standing:
        post_look_remove(post)
        files_delete_on_commit(names=[post.picture.name or ""])
        post.picture, post.state = "", Post.State.WITHDRAWN
        post.save(update_fields=["picture", "state"])
        post.marks.all().delete()
        _decided(post, Decision.Action.WITHDRAW, by=post.owner)
    return len(standing)


def post_appeal(*, post: Post, text: str) -> None:
    """Asks the staff to look once more, once. Raises ValidationError."""
    if not post.can_appeal:
        raise ValidationError(_("This cannot be looked at once more."))
    if not text.strip():
        raise ValidationError({"text": _("Say in a sentence why.")})
    with transaction.atomic():
        post.appeal, post.appealed_at, post.state = text.strip()[:500], timezone.now(), Post.State.HELD
        post.save(update_fields=["appeal", "appealed_at", "state"])
        _decided(post, Decision.Action.APPEAL, by=post.owner, text=post.appeal)


def mark_set(*, owner: User, post: Post, verb: str, on: bool = True) -> bool:
    """Whether that changed anything. Raises ValidationError for a verb that is none, and for what is not published."""
    if verb not in PostMark.Verb.values:
        raise ValidationError(_("Say like or save."))
    if not on:
        return bool(PostMark.objects.filter(owner=owner, post=post, verb=verb).delete()[0])
    if post.state != Post.State.PUBLISHED:
        raise ValidationError(_("This is not published."))
    return PostMark.objects.get_or_create(owner=owner, post=post, verb=verb)[1]


def is_trusted(owner: User) -> bool:
    """Whether this member's looks are published without waiting, by the operator's setting POSTS_HELD."""
    if settings.POSTS_HELD != "first":
        return bool(settings.POSTS_HELD == "none")
    by_staff = Decision.objects.filter(person=owner, by_staff=True)
    bad = (Decision.Action.DECLINE, Decision.Action.CLOSE)
    if by_staff.filter(action__in=bad, at__gt=timezone.now() - STAIN).exists():
        return False
    approved = by_staff.filter(action=Decision.Action.APPROVE, post__isnull=False).values("post").distinct()
    return approved.count() >= settings.POSTS_TRUSTED_AFTER


def _let_out(post: Post) -> None:
    if is_trusted(post.owner):
        post.state, post.published_at = Post.State.PUBLISHED, timezone.now()
        post.save(update_fields=["state", "published_at"])
        _decided(post, Decision.Action.TRUST)
        post_look_write(post)


def _set(post: Post, told: dict[str, Any]) -> None:
    unknown = set(told) - {"title", "style", "seasons", "occasion", "tags", "is_findable"}
    if unknown:
        raise ValidationError({name: _("This cannot be changed.") for name in sorted(unknown)})
    if "title" in told:
        told["title"] = str(told["title"]).strip()
    if "tags" in told:
        told["tags"] = tags_of(told["tags"])
    for name, value in told.items():
        setattr(post, name, list(value) if name == "seasons" else value)
    post.full_clean(exclude=["owner", "picture", "outfit", "photo"], validate_constraints=False)


def tags_of(tags: Sequence[str]) -> list[str]:
    """As they are kept: without #, each once. Raises ValidationError for too many or too long ones."""
    cleaned = list(dict.fromkeys(tag for tag in (" ".join(str(tag).split()).lstrip("#") for tag in tags) if tag))
    if len(cleaned) > MAX_TAGS or any(len(tag) > TAG_LETTERS for tag in cleaned):
        told = {"n": MAX_TAGS, "letters": TAG_LETTERS}
        raise ValidationError({"tags": _("At most %(n)d tags, of %(letters)d letters each.") % told})
    return cleaned


def _has_drawn(outfit: Outfit) -> bool:
    return Garment.objects.filter(outfit_items__outfit=outfit, photo=None, deleted_at=None).exclude(drawing={}).exists()


def _decided(post: Post, action: str, *, by: User | None = None, text: str = "") -> None:
    Decision.objects.create(action=action, post=post, person=post.owner, by=by, text=text[:500])
