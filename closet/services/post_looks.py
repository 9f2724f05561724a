"""A published look among the looks of the catalogue, where its owner wants it found; gone when it is not published."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import transaction

from catalog.models import Look, LookItem
from catalog.services.looks import looks_announce
from closet.models import Garment, Measurement, Post, Profile, Zone
from closet.services.sharing import HEIGHT, WIDTH, placed

GENDER: dict[str, str] = {Profile.Wears.WOMEN: "women", Profile.Wears.MEN: "men"}


@transaction.atomic
def post_look_write(post: Post) -> None:
    """Makes its look, brings it up to date, or takes it away, as the post is now."""
    if post.state != Post.State.PUBLISHED or not post.is_findable or not post.picture:
        post_look_remove(post)
        return
    profile = post.owner.profile
    build = {}
    if profile.share_height and not post.is_drawn:  # what is drawn was worn by nobody
        build = {row.zone: row.value for row in Measurement.objects.owned_by(post.owner).latest_each()}
    look = post.look or Look()
    look.title_en = look.title_ko = post.title
    look.gender, look.style = GENDER.get(profile.wears, "unisex"), post.style
    look.seasons, look.tags = list(post.seasons), list(post.tags)
    look.occasions = [post.occasion] if post.occasion else []
    look.is_drawn = post.is_drawn
    look.wearer_height_mm, look.wearer_weight_g = build.get(Zone.HEIGHT), build.get(Zone.WEIGHT)
    if not look.photo:
        with post.picture.open("rb") as stream:
            look.photo.save("look.webp", ContentFile(stream.read()), save=False)
    look.save()
    look.items.all().delete()
    LookItem.objects.bulk_create(look_items(post, look))
    post.look = look
    post.save(update_fields=["look"])
    looks_announce(look_ids=[look.pk])


@transaction.atomic
def post_look_remove(post: Post) -> None:
    look = post.look
    if look is None:
        return
    post.look = None
    post.save(update_fields=["look"])
    look_erase(look)


def look_erase(look: Look) -> None:
    """The look, and its picture once the transaction holds."""
    name, storage = look.photo.name, look.photo.storage
    look.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def look_items(post: Post, look: Look) -> list[LookItem]:
    """Its garments with their places on the picture."""
    found: list[tuple[Garment, list[float]]] = []
    if post.outfit is not None:
        for row in post.outfit.items.select_related("garment__kind__parent").filter(garment__deleted_at=None):
            with row.garment.cutout.open("rb") as stream:
                left, top, width, height = placed(stream, x=row.x, y=row.y, width=row.width, angle=row.angle)
            box = [left / WIDTH, top / HEIGHT, (left + width) / WIDTH, (top + height) / HEIGHT]
            found.append((row.garment, box))
    elif post.photo is not None:
        mine = post.photo.garments.present().select_related("kind__parent").order_by("position")
        found = [(garment, garment.box) for garment in mine]
    return [
        LookItem(
            look=look,
            kind=garment.kind.parent or garment.kind,
            colours=garment.colours,
            position=position,
            box=[round(min(max(float(side), 0.0), 1.0), 4) for side in box],
        )
        for position, (garment, box) in enumerate(found)
    ]
