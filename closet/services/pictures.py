"""More pictures of a garment, beside the one it was cut from."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from closet.models import Garment, GarmentPicture, Profile
from closet.problems import PhotoProblem
from closet.services.files import files_delete_on_commit, new_files, stored_names
from closet.services.photos import bytes_allowed, bytes_used, photo_check
from imaging import apart

MOST = 8  # of one garment
SIDE, SMALL = 1600, 384


def picture_add(*, garment: Garment, upload: UploadedFile[bytes], note: str = "") -> GarmentPicture:
    """Keeps it small enough to look at, without metadata. Raises PhotoProblem, and ValidationError for a ninth."""
    if problem := getattr(upload, "problem", None):  # seen while it streamed in, see closet/uploads.py
        raise PhotoProblem(problem)
    if not upload.size:
        raise PhotoProblem("empty")
    if upload.size > settings.PHOTO_MAX_BYTES:
        raise PhotoProblem("too_heavy")
    header = photo_check(upload)
    if header.width * header.height > settings.PHOTO_MAX_PIXELS:
        raise PhotoProblem("too_many_pixels")
    try:
        large, small = apart.pictures(upload.read(), sides=(SIDE, SMALL))
    except apart.Unopened as bad:
        raise PhotoProblem(bad.code) from bad
    owner, size = garment.owner, len(large) + len(small)
    with new_files() as files, transaction.atomic():
        Profile.objects.select_for_update().filter(user=owner).first()  # one at a time, see photos.py
        if garment.pictures.count() >= MOST:
            raise ValidationError(_("A garment has room for %(n)d more pictures.") % {"n": MOST})
        if bytes_used(owner=owner) + size > bytes_allowed(owner=owner):
            raise PhotoProblem("over_quota")
        row = GarmentPicture(owner=owner, garment=garment, note=note.strip()[:60], size=size)
        row.picture.name = files.save(GarmentPicture, "picture.webp", ContentFile(large))
        row.small.name = files.save(GarmentPicture, "small.webp", ContentFile(small))
        row.save()
    return row


@transaction.atomic
def picture_delete(*, picture: GarmentPicture) -> None:
    files_delete_on_commit(names=stored_names(picture))
    picture.delete()
