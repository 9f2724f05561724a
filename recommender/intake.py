"""The door for files: what the web process looks at before it stores one. No pixel is decoded here."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.core.files.base import File

from closet.problems import PhotoProblem
from closet.services.photos import PhotoHeader
from recommender.vision.images import BadImage, check


def inspect(file: File[bytes]) -> PhotoHeader:
    """Accepts or refuses a file by its content. Raises PhotoProblem."""
    try:
        header = check(cast("BinaryIO", file))
    except BadImage as bad:
        raise PhotoProblem(bad.code) from bad
    finally:
        file.seek(0)
    return PhotoHeader(header.mime, header.width, header.height)
