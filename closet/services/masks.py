"""The owner's own cutting out: a mask painted over the photo, which every later analysis keeps.

A mask is an 8-bit greyscale PNG of the whole upright photo (any size of the same shape), 255 where the garment is.
"""

from __future__ import annotations

import io
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from catalog.models import Kind
from closet.models import Garment, Photo
from closet.services.files import files_delete_on_commit, new_files
from closet.services.photos import photo_retry
from closet.signals import stage_wanted
from imaging import apart

MAX_SIDE = 1536  # what the cutout is refined at; a finer mask would be thrown away
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 13_000_000  # a phone's photo
MIN_SHARE = 0.0005  # of the photo; less is a slip of the finger, not a garment
SHAPE_TOLERANCE = 0.02
PAINTED_FROM = 100  # the place on its photo of a painted garment: above all that an analysis gives out meanwhile
STAGES = ("cutout", "palette", "describe", "embed")  # those that can be done again alone


def mask_read(file: IO[bytes], *, photo: Photo) -> Image.Image:
    """An uploaded mask as an "L" image of at most MAX_SIDE: its transparency where it has any, else its brightness.

    Its header is checked here, its pixels are read apart. Raises ValidationError for anything but a PNG of the photo's
    shape with something on it.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValidationError({"mask": _("This mask is too large.")})
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:  # its header alone
            if min(picture.size) < 16 or picture.width * picture.height > MAX_PIXELS:
                raise ValidationError({"mask": _("This mask has an odd size.")})
            shape = picture.width / picture.height
        if abs(shape / (photo.width / photo.height) - 1) > SHAPE_TOLERANCE:
            raise ValidationError({"mask": _("The mask does not have the photo's shape.")})
        mask = apart.mask(data, side=MAX_SIDE)
    except Image.DecompressionBombError as error:
        raise ValidationError({"mask": _("This mask has an odd size.")}) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, apart.Unopened) as error:
        raise ValidationError({"mask": _("A mask is a PNG picture.")}) from error
    solid = sum(mask.histogram()[128:]) / (mask.width * mask.height)
    if solid < MIN_SHARE:
        raise ValidationError({"mask": _("The mask is empty; paint over the garment first.")})
    return mask


def garment_paint(*, photo: Photo, kind: Kind, file: IO[bytes]) -> Garment:
    """Hangs what the analysis missed, painted on its photo and named by its owner; workers tell the rest.

    Raises ValidationError (see mask_read), or PhotoProblem where the disk is full.
    """
    mask = mask_read(file, photo=photo)
    left, top, right, bottom = mask.point(lambda level: 255 if level > 127 else 0).getbbox() or (0, 0, *mask.size)
    with new_files() as files, transaction.atomic():
        Photo.objects.select_for_update().get(pk=photo.pk)  # of two painted at once each gets a place
        last = photo.garments.aggregate(last=Max("position"))["last"] or 0
        garment = Garment(
            owner=photo.owner,
            photo=photo,
            position=max(last + 1, PAINTED_FROM),
            box=[
                round(left / mask.width, 4),
                round(top / mask.height, 4),
                round(right / mask.width, 4),
                round(bottom / mask.height, 4),
            ],
            kind=kind,
            warmth=kind.warmth,
            formality=kind.formality,
            owner_fields=["kind", "mask"],
        )
        garment.owner_mask.name = files.save(Garment, "mask.png", ContentFile(_png(mask)))
        garment.save()
        _recut(garment)
    return garment


def mask_save(*, garment: Garment, file: IO[bytes]) -> Garment:
    """Keeps the owner's mask and has the garment cut out anew from it. Raises ValidationError (see mask_read)."""
    if garment.photo is None:
        raise ValidationError({"mask": _("This garment has no photo to cut out of.")})
    mask = mask_read(file, photo=garment.photo)
    old = garment.owner_mask.name
    with transaction.atomic():
        garment.owner_mask.save("mask.png", ContentFile(_png(mask)), save=False)
        garment.owner_fields = sorted({*garment.owner_fields, "mask"})
        garment.save(update_fields=["owner_mask", "owner_fields", "updated_at"])
        _recut(garment)
        files_delete_on_commit(names=[old or ""])
    return garment


def _png(mask: Image.Image) -> bytes:
    buffer = io.BytesIO()
    mask.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def mask_remove(*, garment: Garment) -> Garment:
    """Back to the mask the analysis finds."""
    old = garment.owner_mask.name
    if not old or garment.photo is None:
        return garment
    with transaction.atomic():
        garment.owner_mask = ""
        garment.owner_fields = [field for field in garment.owner_fields if field != "mask"]
        garment.save(update_fields=["owner_mask", "owner_fields", "updated_at"])
        _recut(garment)
        files_delete_on_commit(names=[old])
    return garment


def garment_reanalyse(*, garment: Garment, stage: str = "") -> Garment:
    """Looks at the garment's photo again, or does one of STAGES alone; what the owner set stays as it is.

    Raises ValidationError for a drawn garment or an unknown stage.
    """
    if garment.photo is None:
        raise ValidationError({"photo": _("This garment was drawn; there is no photo to look at.")})
    if not stage:
        photo_retry(photo=garment.photo)  # one that is on its way already needs no second push
    elif stage in STAGES:
        stage_wanted.send(sender=Garment, garment_id=garment.pk, stage=stage)
    else:
        raise ValidationError({"stage": _("There is no such stage.")})
    return garment


def _recut(garment: Garment) -> None:
    """The cutout, palette and embedding all hang on the mask, and workers make them: the photo goes round again."""
    photo_retry(photo=garment.photo)  # type: ignore[arg-type]  # a worker at it sees the new mask when it is done
