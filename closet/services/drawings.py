"""Garments without a photo: picked as a shape, a colour and a pattern, and drawn."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from catalog import taxonomy
from catalog.models import Kind
from catalog.seasons import likely, seasons_worn
from closet.models import Garment, Profile, User
from closet.services import drawing_room
from closet.services.files import new_files
from closet.signals import garment_drawn
from imaging.colour import hex_of_lab
from imaging.webp import webp

SIZES = {"cutout": 1024, "cutout_medium": 512, "cutout_small": 256}
_COLOURS = {colour.slug: colour for colour in taxonomy.COLOURS if colour.lab}
_PATTERNS = {term.slug for term in taxonomy.PATTERNS}
_MATERIALS = {term.slug for term in taxonomy.MATERIALS}
_GENDER: dict[str, str] = {Profile.Wears.WOMEN: "women", Profile.Wears.MEN: "men"}


def drawing_check(
    *, silhouette: str, colour: str, pattern: str = "solid", material: str = "", seed: int = 0
) -> dict[str, Any]:
    """The drawing as it is kept in `Garment.drawing`. Raises ValidationError for what cannot be drawn."""
    problems: dict[str, str] = {}
    if silhouette not in drawing_room.shapes():
        problems["silhouette"] = _("Choose a shape.")
    if colour not in _COLOURS:
        problems["colour"] = _("Choose a colour.")
    if pattern not in _PATTERNS:
        problems["pattern"] = _("Choose a pattern.")
    if material and material not in _MATERIALS:
        problems["material"] = _("Choose a material.")
    if problems:
        raise ValidationError(problems)
    return {
        "silhouette": silhouette,
        "colour": colour,
        "pattern": pattern,
        "material": material,
        "seed": seed % 1_000_000,
    }


def drawing_picture(drawing: dict[str, Any], *, size: int) -> Image.Image:
    """RGBA of a checked drawing, `size` pixels square."""
    return drawing_room.draw(
        silhouette=drawing["silhouette"],
        colours=[_COLOURS[drawing["colour"]].lab],  # type: ignore[list-item]
        pattern=drawing["pattern"],
        material=drawing["material"],
        seed=drawing["seed"],
        size=size,
    )


def drawing_bytes(drawing: dict[str, Any], *, size: int) -> bytes:
    """The same as WebP."""
    return webp(drawing_picture(drawing, size=size), quality=84, method=3)


def garment_draw(
    *,
    owner: User,
    silhouette: str,
    colour: str,
    pattern: str = "solid",
    material: str = "",
    seed: int = 0,
    name: str = "",
) -> Garment:
    """Hangs a drawn garment into the closet; all that was chosen is the owner's word. Raises ValidationError."""
    drawing = drawing_check(silhouette=silhouette, colour=colour, pattern=pattern, material=material, seed=seed)
    shape = drawing_room.shapes()[silhouette]
    kind = Kind.objects.get(slug=shape.kind)
    lab = _COLOURS[colour].lab
    garment = Garment(
        owner=owner,
        drawing=drawing,
        name=name.strip(),
        kind=kind,
        colours=[{"lab": list(lab), "hex": hex_of_lab(lab), "name": colour, "share": 1.0}],  # type: ignore[arg-type]
        colour_names=[colour],
        pattern=pattern if shape.patterned else "solid",
        material=material or shape.materials[0],
        seasons=likely(seasons_worn(kind.slug, kind.slot, kind.warmth)),
        gender=_GENDER.get(owner.profile.wears, "unisex"),
        formality=kind.formality,
        warmth=kind.warmth,
        owner_fields=sorted({"kind", "colour_names", "pattern", *(["material"] if material else [])}),
    )
    picture = drawing_picture(drawing, size=SIZES["cutout"])
    picture = picture.crop(picture.getchannel("A").getbbox())
    with new_files() as files, transaction.atomic():
        for field, side in SIZES.items():
            smaller = picture.copy()
            smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
            getattr(garment, field).name = files.save(
                Garment, f"{field}.webp", ContentFile(webp(smaller, quality=84, method=3))
            )
        garment.full_clean(exclude=["owner"])
        garment.save()
        garment_drawn.send(sender=Garment, garment_id=garment.pk)
    return garment
