"""Photos come in, are looked at again, and go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from closet.models import GarmentPicture, Photo, Post, Profile, User
from closet.problems import PhotoProblem
from closet.services.files import files_delete_on_commit, new_files, photo_file_names
from closet.services.hashing import sha256_of
from closet.services.posts import posts_end
from closet.signals import photo_added
from imaging.decode import BadImage, Header, check

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}
# ?size=... of a stored picture; longest side in pixels. Tiles, and a photo across a phone's screen.
SIZES: Final = {"small": 384, "medium": 1024}


@dataclass(frozen=True)
class AddedPhoto:
    """is_new: False when these bytes were there already and `photo` is the earlier one."""

    photo: Photo
    is_new: bool


def photo_check(file: File[bytes]) -> Header:
    """Accepts or refuses a file by its content, without decoding a pixel. Raises PhotoProblem."""
    try:
        return check(cast("BinaryIO", file))
    except BadImage as bad:
        raise PhotoProblem(bad.code) from bad
    finally:
        file.seek(0)


def photo_add(
    *, owner: User, upload: UploadedFile[bytes], keep_both: bool = False, worn_on: date | None = None
) -> AddedPhoto:
    """Takes a file in and announces it. The same bytes again give the earlier photo, unless `keep_both`.

    worn_on: the day that it shows its owner dressed for.
    Only headers are read here; pixels are decoded by a worker. Raises PhotoProblem; then nothing is stored.
    """
    if problem := getattr(upload, "problem", None):  # seen while it streamed in, see closet/uploads.py
        raise PhotoProblem(problem)
    if not upload.size:
        raise PhotoProblem("empty")
    if upload.size > settings.PHOTO_MAX_BYTES:
        raise PhotoProblem("too_heavy")
    header = photo_check(upload)
    if header.width * header.height > settings.PHOTO_MAX_PIXELS:
        raise PhotoProblem("too_many_pixels")
    sha256 = sha256_of(upload)  # type: ignore[arg-type]
    row = Photo(
        owner=owner,
        file_name=clean_name(upload.name or ""),
        content_type=header.mime,
        size=upload.size,
        width=header.width,
        height=header.height,
        sha256=sha256,
        worn_on=worn_on,
    )
    return _stored(row, upload, keep_both=keep_both)


def photo_add_again(*, photo: Photo) -> Photo:
    """A second photo of the same bytes: "add it anyway". Raises PhotoProblem."""
    row = Photo(
        owner=photo.owner,
        file_name=photo.file_name,
        content_type=photo.content_type,
        size=photo.size,
        width=photo.width,
        height=photo.height,
        sha256=photo.sha256,
        perceptual_hash=photo.perceptual_hash,  # known already, so that nobody is asked about it a second time
    )
    try:
        with photo.original.open("rb") as original:
            return _stored(row, File(original), keep_both=True).photo
    except FileNotFoundError:
        raise PhotoProblem("original_missing") from None


def photo_keep(*, photo: Photo) -> None:
    """The owner wants this photo beside its near-identical twin."""
    photo.twin = None
    photo.save(update_fields=["twin"])


def photo_retry(*, photo: Photo) -> bool:
    """Has the photo looked at afresh; False when it is on its way already. What the owner set stays."""
    taken = (
        Photo.objects.filter(pk=photo.pk)
        .exclude(status__in=[Photo.Status.QUEUED, Photo.Status.RUNNING])
        .update(status=Photo.Status.QUEUED, stage="", attempts=0, error_code="", error="", queued_at=timezone.now())
    )
    photo.refresh_from_db()
    if taken:
        photo_added.send(sender=Photo, photo_id=photo.pk)
    return bool(taken)


@transaction.atomic
def photo_delete(*, photo: Photo) -> None:
    """Removes the photo, the garments cut from it, and every file of them."""
    posts_end(posts=Post.objects.filter(photo=photo))
    files_delete_on_commit(names=photo_file_names(Photo.objects.filter(pk=photo.pk)))
    photo.delete()


def bytes_used(*, owner: User) -> int:
    """What the member's originals, and further pictures of garments, take of their quota."""
    photos = Photo.objects.owned_by(owner).aggregate(total=Sum("size"))["total"] or 0
    pictures = GarmentPicture.objects.owned_by(owner).aggregate(total=Sum("size"))["total"] or 0
    return int(photos + pictures)


def bytes_allowed(*, owner: User) -> int:
    own: int | None = Profile.objects.filter(user=owner).values_list("quota_bytes", flat=True).first()
    return settings.MEMBER_QUOTA_BYTES if own is None else own


def _stored(row: Photo, content: File[bytes], *, keep_both: bool) -> AddedPhoto:
    """File first, then the row; if the row cannot be, the file goes again."""
    with new_files() as files, transaction.atomic():
        # One upload of a member at a time passes here: two together may neither exceed the quota nor be the same photo.
        Profile.objects.select_for_update().filter(user=row.owner).first()
        same = Photo.objects.owned_by(row.owner).filter(sha256=row.sha256)
        if not keep_both and (earlier := same.order_by("copy").first()):
            return AddedPhoto(earlier, is_new=False)
        if bytes_used(owner=row.owner) + row.size > bytes_allowed(owner=row.owner):
            raise PhotoProblem("over_quota")
        last = same.aggregate(last=Max("copy"))["last"]
        row.copy = 0 if last is None else last + 1
        row.original.name = files.save(Photo, f"photo.{_EXTENSIONS[row.content_type]}", content)
        row.save(force_insert=True)
        photo_added.send(sender=Photo, photo_id=row.pk)
    return AddedPhoto(row, is_new=True)


def clean_name(name: str) -> str:
    """The file's own name, for its owner to recognise it: no folders, no control characters."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    return re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name).strip()[:255]
