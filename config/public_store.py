"""Where the catalogue's pictures lie, here or in a bucket: with a picture go the smaller ones that were made of it."""

from __future__ import annotations

from django.core.files.storage import FileSystemStorage

from catalog.services.picture_sizes import FOLDER, WIDTHS, sized_name
from config.pictures_store import PatientS3Storage


class _Sized:
    def delete(self, name: str) -> None:
        super().delete(name)  # type: ignore[misc]
        if not name.startswith(f"{FOLDER}/"):
            for width in WIDTHS.values():
                super().delete(sized_name(name, width))  # type: ignore[misc]


class PublicFileStorage(_Sized, FileSystemStorage):
    pass


class PublicS3Storage(_Sized, PatientS3Storage):
    pass
