"""Photos that arrive in pieces: begun with their length, appended where the last piece ended, whole at last.

Each piece is a private file of its own, so that any web server takes the next one and a bucket serves as well as a
disk. What is whole goes the way of every photo (`photo_add`); what is not within a day is swept.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from typing import IO, Any, Final
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from closet.models import Profile, Upload, UploadPart, User
from closet.problems import PhotoProblem
from closet.services.files import files_delete_on_commit, has_room, new_files
from closet.services.photos import bytes_allowed, bytes_used, clean_name, photo_add

HOLDS: Final = timedelta(hours=24)
MOST_OPEN: Final = 100  # of a member at once
LEAST_PIECE: Final = 64 * 1024  # but the last: a file a byte would be too many
CHUNK: Final = 256 * 1024
IN_MEMORY: Final = 1024 * 1024


class WrongOffset(Exception):
    """The piece does not begin where the last one ended; `upload.offset` says where that is."""

    def __init__(self, upload: Upload) -> None:
        super().__init__()
        self.upload = upload


class Expired(Exception):
    """Its day is over."""


@transaction.atomic
def upload_begin(*, owner: User, length: int, file_name: str = "", keep_both: bool = False) -> Upload:
    """Keeps room for a photo of `length` bytes. Raises PhotoProblem."""
    if not length:
        raise PhotoProblem("empty")
    if length > settings.PHOTO_MAX_BYTES:
        raise PhotoProblem("too_heavy")
    Profile.objects.select_for_update().filter(user=owner).first()  # two at once may not exceed the quota together
    waiting = Upload.objects.owned_by(owner).open()
    if waiting.count() >= MOST_OPEN:
        raise PhotoProblem("too_many_uploads")
    announced = waiting.aggregate(total=Sum("length"))["total"] or 0
    if bytes_used(owner=owner) + announced + length > bytes_allowed(owner=owner):
        raise PhotoProblem("over_quota")
    if not has_room(length):
        raise PhotoProblem("disk_full")
    return Upload.objects.create(
        owner=owner,
        length=length,
        file_name=clean_name(file_name).strip("."),
        keep_both=keep_both,
        expires_at=timezone.now() + HOLDS,
    )


def upload_append(*, owner: User, upload_id: UUID, offset: int, stream: IO[bytes]) -> Upload:
    """Adds a piece; with the last one the photo is taken in: `photo` or `problem` says how that went.

    Raises Upload.DoesNotExist, Expired, WrongOffset, and PhotoProblem for a piece that is too small, goes beyond the
    length, or has no room: then nothing of it is kept.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=_folder()) as piece:
        size = _copied(stream, piece, most=settings.PHOTO_MAX_BYTES)
        with new_files() as files, transaction.atomic():
            upload = Upload.objects.select_for_update().get(pk=upload_id, owner=owner)
            if upload.is_expired:
                raise Expired
            if offset != upload.offset:
                raise WrongOffset(upload)
            end = offset + size
            if end > upload.length:
                raise PhotoProblem("beyond_length")
            if size and size < LEAST_PIECE and end < upload.length:
                raise PhotoProblem("piece_too_small")
            if size:
                piece.seek(0)
                name = files.save(UploadPart, "part.bin", _Sized(piece, size))
                UploadPart.objects.create(upload=upload, start=offset, file=name)
                upload.offset = end
                if end == upload.length:
                    _take_in(upload)
                upload.save()
    return upload


def upload_remove(*, upload: Upload) -> None:
    """Forgets it and its pieces. A photo that came of it stays."""
    uploads_delete(uploads=[upload])


def uploads_forget() -> int:
    """Those whose day is over go, with their pieces. Returns how many."""
    return uploads_delete(uploads=Upload.objects.all().expired())


@transaction.atomic
def uploads_delete(*, uploads: Iterable[Upload]) -> int:
    doomed = list(uploads)
    _parts_delete(doomed)
    Upload.objects.filter(pk__in=[upload.pk for upload in doomed]).delete()
    return len(doomed)


def _take_in(upload: Upload) -> None:
    """All of it is here."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=_folder()) as whole:
        for part in upload.parts.order_by("start"):
            with part.file.open("rb") as piece:
                shutil.copyfileobj(piece, whole, CHUNK)
        whole.seek(0)
        photo: UploadedFile[bytes] = UploadedFile(whole, upload.file_name or None, size=upload.length)
        try:
            taken = photo_add(owner=upload.owner, upload=photo, keep_both=upload.keep_both)
        except PhotoProblem as problem:
            upload.problem = problem.code
        else:
            upload.photo, upload.is_duplicate = taken.photo, not taken.is_new
    _parts_delete([upload])


def _parts_delete(uploads: list[Upload]) -> None:
    parts = UploadPart.objects.filter(upload__in=uploads)
    files_delete_on_commit(names=list(parts.annotate(name=F("file")).values_list("name", flat=True)))
    parts.delete()


def _copied(source: IO[bytes], target: Any, *, most: int) -> int:
    """Bytes copied. Raises PhotoProblem for more than `most`."""
    size = 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > most:
            raise PhotoProblem("too_heavy")
        target.write(chunk)
    return size


def _folder() -> str | None:
    return str(settings.FILE_UPLOAD_TEMP_DIR) if settings.FILE_UPLOAD_TEMP_DIR else None


class _Sized(File):  # type: ignore[type-arg]  # of bytes
    """A temporary file has no name to ask the size of."""

    def __init__(self, file: Any, size: int) -> None:
        super().__init__(file, name="part.bin")
        self.size = size
