"""Pictures of brands that staff upload: decoded, turned upright, without metadata, kept as WebP."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File

from catalog.importers.photos import MAX_BYTES, picture
from catalog.importers.problems import BadPhoto
from imaging.decode import decode
from imaging.webp import webp

LOGO_SIDE: Final = 512


def cover_of(file: File[Any]) -> ContentFile[bytes]:
    """Raises ValidationError for what is no picture."""
    return ContentFile(_picture(file), name="cover.webp")


def logo_of(file: File[Any]) -> ContentFile[bytes]:
    """Small, its transparency kept. Raises ValidationError for what is no picture."""
    decoded = decode(_picture(file), max_side=LOGO_SIDE, keep_alpha=True)
    return ContentFile(webp(decoded.image, quality=90), name="logo.webp")


def _picture(file: File[Any]) -> bytes:
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    try:
        return picture(content).webp
    except BadPhoto as problem:
        raise ValidationError(str(problem)) from None
