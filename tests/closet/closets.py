"""Rows for tests of the closet: garments with facts and pictures, without any network."""

from __future__ import annotations

import io
from itertools import cycle
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from catalog.models import Kind
from closet.models import Garment, Outfit, OutfitItem, Photo, User

COLOURS = {
    "navy": ((17.0, 5.0, -22.0), "#0d2a49"),
    "red": ((45.0, 65.0, 42.0), "#d02027"),
    "black": ((12.0, 0.0, 0.0), "#1f1f1f"),
    "beige": ((79.0, 4.0, 16.0), "#d4c1a6"),
}


def picture(
    colour: str = "#334455", size: tuple[int, int] = (96, 120), *, mode: str = "RGBA", format: str = "WEBP"
) -> bytes:
    image = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else "white")
    ImageDraw.Draw(image).rectangle((10, 10, size[0] - 10, size[1] - 10), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, format)
    return buffer.getvalue()


def mask_png(size: tuple[int, int], box: tuple[int, int, int, int] | None = None) -> bytes:
    image = Image.new("L", size)
    if box:
        ImageDraw.Draw(image).rectangle(box, fill=255)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def photo_of(owner: User, *, faces: int | None = 0, sha: str = "", **fields: Any) -> Photo:
    photo = Photo(
        owner=owner,
        content_type="image/jpeg",
        size=10,
        width=120,
        height=160,
        sha256=sha or "0" * 64,
        faces=faces,
        **fields,
    )
    photo.original.save("p.jpg", ContentFile(picture(mode="RGB", size=(120, 160), format="JPEG")), save=False)
    photo.display.save("d.webp", ContentFile(picture(mode="RGB", size=(120, 160))), save=False)
    photo.save()
    return photo


def garment_of(
    owner: User, kind: str = "cardigan", colour: str = "navy", *, pictured: bool = False, **fields: Any
) -> Garment:
    lab, hexa = COLOURS[colour]
    garment = Garment(
        owner=owner,
        kind=Kind.objects.get(slug=kind),
        colours=[{"lab": list(lab), "hex": hexa, "name": colour, "share": 1.0}],
        colour_names=[colour],
        **{"pattern": "solid", "seasons": ["autumn"], **fields},
    )
    if pictured:
        for field in ("cutout", "cutout_medium", "cutout_small"):
            getattr(garment, field).save("c.webp", ContentFile(picture(hexa)), save=False)
    garment.save()
    return garment


def closet_of(owner: User, count: int) -> list[Garment]:
    """`count` garments of mixed kinds and colours with the names of pictures that are not there."""
    kinds = list(Kind.objects.all())
    mixed = zip(cycle(kinds), cycle(COLOURS), range(count), strict=False)
    rows = [
        Garment(
            owner=owner,
            kind=kind,
            colours=[{"lab": list(COLOURS[c][0]), "hex": COLOURS[c][1], "name": c, "share": 1.0}],
            colour_names=[c],
            seasons=["spring"] if n % 2 else ["winter"],
            brand_name=f"Brand {n % 7}",
            price=1000 * n,
            cutout_small=f"garment/00/{n:032x}.webp",
            cutout_medium=f"garment/01/{n:032x}.webp",
        )
        for kind, c, n in mixed
    ]
    return Garment.objects.bulk_create(rows)


def outfit_of(owner: User, *garments: Garment) -> Outfit:
    outfit = Outfit.objects.create(owner=owner, name="Monday")
    OutfitItem.objects.bulk_create([OutfitItem(outfit=outfit, garment=g, z=n) for n, g in enumerate(garments)])
    return outfit
