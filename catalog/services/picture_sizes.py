"""The catalogue's pictures in the sizes that screens show. A size is made when it is first asked for, and kept."""

from __future__ import annotations

from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from PIL import Image

from imaging.webp import webp

WIDTHS: Final = {"small": 384, "medium": 800}  # ?size=...; pixels
FOLDER: Final = "sized"


def sized_name(name: str, width: int) -> str:
    return f"{FOLDER}/{width}/{name}"


def picture_sized(storage: Storage, name: str, width: int) -> str:
    """Name of the picture, at most so many pixels wide. Raises OSError for what is not there.

    Only WebP is made smaller: all that the importers and the desk write is that, decoded and encoded by us.
    """
    smaller = sized_name(name, width)
    if name.startswith(f"{FOLDER}/") or not name.endswith(".webp"):
        return name
    if storage.exists(smaller):
        return smaller
    with storage.open(name, "rb") as file, Image.open(file, formats=["WEBP"]) as picture:
        if picture.width <= width:
            return name
        picture.load()
        found = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    content = ContentFile(webp(found, quality=82, method=4))
    saved = storage.save(smaller, content)
    if saved != smaller:  # somebody else asked at the same moment
        storage.delete(saved)
    return smaller
