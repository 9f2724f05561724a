"""What a member shows to others: one picture under an address nobody can guess, faces blurred, until taken back."""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from closet.models import Garment, Outfit, Photo, Share, TryOn, User
from closet.models.outfits import share_end
from closet.services.canvas import BACKGROUNDS
from closet.services.files import files_delete_on_commit
from imaging.webp import webp

WIDTH, HEIGHT = 1080, 1350
TALLEST = 0.66  # of the sheet; the canvas of the page (outfit.css) keeps the same rule


def share_create(
    *,
    owner: User,
    outfit: Outfit | None = None,
    garment: Garment | None = None,
    photo: Photo | None = None,
    tryon: TryOn | None = None,
    caption: str = "",
    days: int | None = None,
) -> Share:
    """Makes the picture and its address; sharing the same thing again answers the one there is.

    days: how long the address opens, at most and by default SHARE_DAYS.
    Raises ValidationError unless exactly one thing of the owner's is given, and where a picture without faces
    cannot be made yet.
    """
    things = [thing for thing in (outfit, garment, photo, tryon) if thing is not None]
    if len(things) != 1 or things[0].owner_id != owner.pk:
        raise ValidationError(_("Share one thing of yours at a time."))
    named = {"outfit": outfit, "garment": garment, "photo": photo, "tryon": tryon}
    known = Share.objects.filter(owner=owner, revoked_at=None, **named).first()
    picture = picture_of(things[0])
    written = webp(picture, quality=86)  # re-encoded: no metadata of the original can come along
    with transaction.atomic():
        share = known or Share(owner=owner, **named)
        old = share.picture.name
        share.expires_at = share_end(days)
        share.caption = caption.strip()[:200] or share.caption
        share.picture.save("share.webp", ContentFile(written), save=False)
        share.save()
        files_delete_on_commit(names=[old or ""])
    return share


def share_revoke(*, share: Share) -> None:
    """The address answers 404 from now on, and the picture is gone."""
    with transaction.atomic():
        files_delete_on_commit(names=[share.picture.name or ""])
        share.picture, share.revoked_at = "", timezone.now()
        share.save(update_fields=["picture", "revoked_at"])


def picture_of(thing: Outfit | Garment | Photo | TryOn) -> Image.Image:
    """RGB picture of an outfit, garment, photo or sketch as others may see it."""
    if isinstance(thing, TryOn):
        if not thing.shareable:
            raise ValidationError(_("This sketch has no picture yet."))
        return photo_opened(thing.shareable).convert("RGB")
    if isinstance(thing, Photo):
        return photo_opened(_safe_photo(thing)).convert("RGB")
    if isinstance(thing, Garment):
        sheet = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUNDS[Outfit.Background.PAPER])
        _paste(sheet, safe_cutout(thing), x=0.5, y=0.5, width=0.78, tall=0.9)
        return sheet
    if thing.items.filter(garment__deleted_at=None).exclude(garment__owner=thing.owner_id).exists():
        raise ValidationError(_("Something on it is borrowed; its owner did not say that others may see it."))
    sheet = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUNDS[Outfit.Background(thing.background)])
    for item in thing.items.select_related("garment__photo").filter(garment__deleted_at=None):
        _paste(sheet, safe_cutout(item.garment), x=item.x, y=item.y, width=item.width, angle=item.angle)
    for text in thing.texts:
        _write(sheet, text)
    return sheet


def safe_cutout(garment: Garment) -> Image.Image:
    """RGBA cutout of a garment without anybody's face.

    A cutout may hold a face (a printed scarf, a careless mask), so where the photo had one, the garment is cut
    again out of the blurred photo: as its owner drew it, else as its picture shows it, a faint wearer included.
    Raises ValidationError while that photo is still being made.
    """
    if not garment.cutout:
        raise ValidationError(_("This garment has no picture yet."))
    if garment.photo is None or garment.photo.faces == 0:
        return photo_opened(garment.cutout).convert("RGBA")
    blurred = photo_opened(_safe_photo(garment.photo)).convert("RGBA")
    source = garment.owner_mask or garment.mask
    if not source:
        raise ValidationError(_("This garment has no picture yet."))
    mask = photo_opened(source).convert("L").resize(blurred.size)
    box = mask.getbbox() or (0, 0, *blurred.size)
    picture = blurred.crop(box)
    shown = mask.crop(box) if garment.owner_mask else photo_opened(garment.cutout).convert("RGBA").getchannel("A")
    picture.putalpha(shown.resize(picture.size))
    return picture


def _safe_photo(photo: Photo) -> object:
    if photo.faces == 0 and photo.display:
        return photo.display
    if not photo.shareable:
        raise ValidationError(_("Faces on this photo are not hidden yet; try again when it is done."))
    return photo.shareable


def photo_opened(file: object) -> Image.Image:
    """A stored picture, loaded."""
    with file.open("rb") as stream:  # type: ignore[attr-defined]
        picture = Image.open(stream)
        picture.load()
    return picture


def placed(cutout: IO[bytes], *, x: float, y: float, width: float, angle: float = 0) -> tuple[int, int, int, int]:
    """(left, top, width, height) in pixels of the box around a cutout's file as it lies on the sheet."""
    with Image.open(cutout) as picture:
        left, top, w, h = _spot(picture.size, x, y, width, TALLEST)
    cosine, sine = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    wide, high = round(w * cosine + h * sine), round(w * sine + h * cosine)
    return left + (w - wide) // 2, top + (h - high) // 2, wide, high


def _spot(size: tuple[int, int], x: float, y: float, width: float, tall: float) -> tuple[int, int, int, int]:
    w = max(1, round(width * WIDTH))
    h = max(1, round(w * size[1] / size[0]))
    tallest = round(tall * HEIGHT)
    if h > tallest:
        w, h = max(1, round(w * tallest / h)), tallest
    return round(x * WIDTH - w / 2), round(y * HEIGHT - h / 2), w, h


def _paste(
    sheet: Image.Image,
    cutout: Image.Image,
    *,
    x: float,
    y: float,
    width: float,
    tall: float = TALLEST,
    angle: float = 0,
) -> None:
    """Lays a cutout on the sheet with a soft shadow, centred at (x, y); width and tall: shares of the sheet."""
    left, top, w, h = _spot(cutout.size, x, y, width, tall)
    piece = cutout.resize((w, h), Image.Resampling.LANCZOS)
    if angle:
        piece = piece.rotate(-angle, Image.Resampling.BICUBIC, expand=True)
        left, top = left + (w - piece.width) // 2, top + (h - piece.height) // 2
        w, h = piece.size
    pad = 40
    shadow = Image.new("L", (w + 2 * pad, h + 2 * pad))
    shadow.paste(piece.getchannel("A").point(lambda a: a * 0.32), (pad, pad))
    shadow = shadow.filter(ImageFilter.GaussianBlur(12))
    sheet.paste((40, 25, 15), (left - pad, top - pad + 12), shadow)
    sheet.paste(piece.convert("RGB"), (left, top), piece.getchannel("A"))


def _write(sheet: Image.Image, text: dict[str, Any]) -> None:
    """Writes words of the canvas, centred at their x, y; size: of a line, in shares of the sheet's width."""
    package = find_spec("koreanize_matplotlib")  # for its font alone, which has Latin and Korean letters
    if package is None or package.origin is None:
        raise RuntimeError("The font's package is missing; ./run installs it.")
    font = ImageFont.truetype(str(Path(package.origin).parent / "fonts" / "NanumGothicBold.ttf"), text["size"] * WIDTH)
    left, top, right, bottom = ImageDraw.Draw(sheet).multiline_textbbox((0, 0), text["text"], font, align="center")
    pad = 4  # what a letter reaches over its box
    layer = Image.new("L", (math.ceil(right - left) + 2 * pad, math.ceil(bottom - top) + 2 * pad))
    ImageDraw.Draw(layer).multiline_text((pad - left, pad - top), text["text"], 255, font, align="center")
    layer = layer.rotate(-text["angle"], Image.Resampling.BICUBIC, expand=True)
    at = round(text["x"] * WIDTH - layer.width / 2), round(text["y"] * HEIGHT - layer.height / 2)
    sheet.paste(text["colour"], at, layer)
