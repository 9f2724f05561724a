"""A shared outfit among the catalogue's looks, for others to build from their closets, until it is taken back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Look, LookItem
from catalog.services.looks import looks_announce
from closet.models import Measurement, Outfit, Profile, Share, Zone
from closet.services.sharing import HEIGHT, WIDTH, placed, share_revoke

UNTITLED = ("A member's outfit", "회원의 코디")
_GENDER: dict[str, str] = {Profile.Wears.WOMEN: "women", Profile.Wears.MEN: "men"}


def look_publish(*, share: Share) -> Look:
    """Puts a shared outfit among the looks; once more brings it up to date.

    The wearer's height and weight go with it only where their profile says so; no name does. Raises ValidationError
    for what is no outfit, or not shared any more.
    """
    outfit = share.outfit
    if outfit is None or share.revoked_at is not None or not share.picture:
        raise ValidationError(_("Only an outfit that is shared can be among the looks."))
    profile = share.owner.profile
    build = {}
    if profile.share_height:
        build = {row.zone: row.value for row in Measurement.objects.owned_by(share.owner).latest_each()}
    title = share.caption or outfit.name
    with share.picture.open("rb") as stream:
        picture = ContentFile(stream.read())
    with transaction.atomic():
        look = share.look or Look()
        look.title_en, look.title_ko = (title, title) if title else UNTITLED
        look.gender = _GENDER.get(profile.wears, "unisex")
        look.seasons = list(outfit.seasons)
        look.occasions = [outfit.occasion] if outfit.occasion else []
        look.wearer_height_mm, look.wearer_weight_g = build.get(Zone.HEIGHT), build.get(Zone.WEIGHT)
        if look.photo:
            look.photo.delete(save=False)
        look.photo.save("look.webp", picture, save=False)
        look.save()
        look.items.all().delete()
        LookItem.objects.bulk_create(_items(look, outfit))
        share.look = look
        share.save(update_fields=["look"])
        looks_announce(look_ids=[look.pk])
    return look


def _items(look: Look, outfit: Outfit) -> list[LookItem]:
    """The outfit's garments with their places on the picture."""
    items = []
    rows = outfit.items.select_related("garment__kind__parent").filter(garment__deleted_at=None)
    for position, row in enumerate(rows):
        garment = row.garment
        with garment.cutout.open("rb") as stream:
            left, top, width, height = placed(stream, x=row.x, y=row.y, width=row.width, angle=row.angle)
        box = [left / WIDTH, top / HEIGHT, (left + width) / WIDTH, (top + height) / HEIGHT]
        items.append(
            LookItem(
                look=look,
                kind=garment.kind.parent or garment.kind,
                colours=garment.colours,
                position=position,
                box=[round(min(max(side, 0.0), 1.0), 4) for side in box],
            )
        )
    return items


def look_withdraw(*, share: Share) -> None:
    """Takes it back from the looks. Does nothing where it is not among them."""
    look = share.look
    if look is None:
        return
    with transaction.atomic():
        share.look = None  # first: a look takes its share along
        share.save(update_fields=["look"])
        name, storage = look.photo.name, look.photo.storage
        look.delete()
        if name:
            transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def shares_end(*, shares: QuerySet[Share]) -> int:
    """Takes shares back with all that hangs on them: the address, the picture, the look. Returns how many."""
    open_ones = list(shares.filter(revoked_at=None).select_related("look"))
    for share in open_ones:
        look_withdraw(share=share)
        share_revoke(share=share)
    return len(open_ones)


def shares_expire() -> int:
    """Ends those whose days are over. Returns how many."""
    return shares_end(shares=Share.objects.filter(expires_at__lt=timezone.now()))
