"""Garments without a photo: a silhouette, a colour and a pattern are picked, and make a flat-lay illustration."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from catalog import taxonomy
from catalog.flatlay import SILHOUETTES, GarmentSpec, illustrate
from catalog.models import Kind
from catalog.seasons import likely, seasons_worn
from closet.models import Garment, Profile, User
from closet.services.files import new_files
from closet.signals import garment_drawn
from imaging.colour import hex_of_lab
from imaging.webp import webp

SIZES = {"cutout": 1024, "cutout_medium": 512, "cutout_small": 256}
_COLOURS = {colour.slug: colour for colour in taxonomy.COLOURS if colour.lab}
_PATTERNS = {term.slug for term in taxonomy.PATTERNS}
_MATERIALS = {term.slug for term in taxonomy.MATERIALS}
_GENDER: dict[str, str] = {Profile.Wears.WOMEN: "women", Profile.Wears.MEN: "men"}


def illustration_check(
    *, silhouette: str, colour: str, pattern: str = "solid", material: str = "", seed: int = 0
) -> dict[str, Any]:
    """The illustration as `Garment.drawing` keeps it. Raises ValidationError for what cannot be illustrated."""
    problems: dict[str, str] = {}
    if silhouette not in SILHOUETTES:
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


def illustration_bytes(drawing: dict[str, Any], *, size: int) -> bytes:
    """WebP of a checked illustration, `size` pixels square."""
    return webp(_illustrated(drawing, size), quality=84)


def garment_illustrate(
    *,
    owner: User,
    silhouette: str,
    colour: str,
    pattern: str = "solid",
    material: str = "",
    seed: int = 0,
    name: str = "",
) -> Garment:
    """Hangs an illustrated garment into the closet; what was chosen is the owner's word. Raises ValidationError."""
    drawing = illustration_check(silhouette=silhouette, colour=colour, pattern=pattern, material=material, seed=seed)
    return _hang(owner, drawing, _pictures(drawing), name)


def garments_illustrate(*, owner: User, drawings: Sequence[dict[str, Any]]) -> Iterable[Garment]:
    """Hangs several checked illustrations up, one after the other; their pictures are made on every core."""
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
        for drawing, pictures in zip(drawings, pool.map(_pictures, drawings), strict=True):
            yield _hang(owner, drawing, pictures)


def _hang(owner: User, drawing: dict[str, Any], pictures: dict[str, bytes], name: str = "") -> Garment:
    shape = SILHOUETTES[drawing["silhouette"]]
    kind = Kind.objects.get(slug=shape.kind)
    colour, material = drawing["colour"], drawing["material"]
    lab = _COLOURS[colour].lab
    garment = Garment(
        owner=owner,
        drawing=drawing,
        name=name.strip(),
        kind=kind,
        colours=[{"lab": list(lab), "hex": hex_of_lab(lab), "name": colour, "share": 1.0}],  # type: ignore[arg-type]
        colour_names=[colour],
        pattern=drawing["pattern"] if shape.patterned else "solid",
        material=material or shape.materials[0],
        seasons=likely(seasons_worn(kind.slug, kind.slot, kind.warmth)),
        gender=_GENDER.get(owner.profile.wears, "unisex"),
        formality=kind.formality,
        warmth=kind.warmth,
        owner_fields=sorted({"kind", "colour_names", "pattern", *(["material"] if material else [])}),
    )
    with new_files() as files, transaction.atomic():
        for field, data in pictures.items():
            getattr(garment, field).name = files.save(Garment, f"{field}.webp", ContentFile(data))
        garment.full_clean(exclude=["owner"])
        garment.save()
        garment_drawn.send(sender=Garment, garment_id=garment.pk)
    return garment


def _pictures(drawing: dict[str, Any]) -> dict[str, bytes]:
    """The cutouts a garment keeps, cropped to it: {field: WebP}."""
    picture = _illustrated(drawing, SIZES["cutout"])
    picture = picture.crop(picture.getchannel("A").getbbox())
    made = {}
    for field, side in SIZES.items():
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        made[field] = webp(picture, quality=84)
    return made


def _illustrated(drawing: dict[str, Any], size: int) -> Image.Image:
    lab = _COLOURS[drawing["colour"]].lab
    spec = GarmentSpec(drawing["silhouette"], (lab,), drawing["pattern"], drawing["material"], drawing["seed"])  # type: ignore[arg-type]
    return illustrate(spec, size=size)
