"""The review tray: what was cut out of photos of people or of several things waits here for its owner's word.

Only what is kept enters the closet, its numbers and outfits. Keeping and dropping are `garments_change`'s; this module
holds what only pieces of a photo know: being merged, split, or a garment that is in the closet already.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageChops

from closet.models import Garment, Photo, User
from closet.models.photos import private_storage
from closet.services.files import files_delete_on_commit, new_files
from closet.services.garments import Change, Step, garments_change
from closet.services.masks import PAINTED_FROM
from closet.services.photos import photo_retry

SURE: Final = 0.8  # quality from which a piece hangs by itself where its owner said so
FAIR: Final = 0.5  # below, it is more likely wrong than right: even the one thing on a photo waits to be named
# Likeness (cosine of embeddings) from which a piece is taken for a garment of the closet, and from which one asks.
# Of 130 garments photographed flat, 99 % are this near to themselves when turned, lit and cropped anew, 2 % to another.
OWNED: Final = 0.96
MAYBE_OWNED: Final = 0.88
MIN_SHARE: Final = 0.05  # of a piece on either side of a split


def piece_quality(garment: Garment) -> float:
    """How good a piece this is to hang, 0..1: of one cut off a person, how probably its cutout is right; else how sure
    its kind is.
    """
    return float(garment.confidences.get("kind", 0.0)) if garment.quality is None else garment.quality


def owns_already(garment: Garment) -> bool:
    """Whether it seems to be one that hangs in the closet already."""
    return garment.twin_id is not None and (garment.likeness or 0.0) >= OWNED


def may_be_owned(garment: Garment) -> bool:
    return garment.twin_id is not None and (garment.likeness or 0.0) >= MAYBE_OWNED


def tray_of(*, owner: User) -> list[tuple[Photo | None, list[Garment]]]:
    """The pieces that wait, by their photo, the newest photo first. Two queries."""
    waiting = (
        Garment.objects.owned_by(owner)
        .awaiting_review()
        .for_cards()
        .select_related("photo__twin", "twin__kind")
        .order_by("-photo__created_at", "-photo_id", "position")
    )
    groups: dict[Any, tuple[Photo | None, list[Garment]]] = {}
    for piece in waiting:
        groups.setdefault(piece.photo_id, (piece.photo, []))[1].append(piece)
    return list(groups.values())


def hang_without_asking(*, photo: Photo) -> None:
    """After the first look at a photo: the one thing on it hangs where it probably is one, rightly named (a pile of
    clothes is not), and sure pieces where their owner said so.
    """
    pieces = list(Garment.objects.filter(photo=photo).awaiting_review())
    alone = photo.scene == "garment" and len(pieces) == 1 and photo.worn_on is None
    sure = photo.owner.profile.hang_sure
    ids = [piece.pk for piece in pieces if _hangs(piece, alone=alone, sure=sure) and not owns_already(piece)]
    Garment.objects.filter(pk__in=ids).update(awaits_review=False)


def _hangs(piece: Garment, *, alone: bool, sure: bool) -> bool:
    """alone: all that is on its photo, which is to be likelier one garment, rightly named, than not. sure: its owner
    wants sure pieces to hang.
    """
    is_fair = min(piece_quality(piece), float(piece.confidences.get("kind", 0.0))) >= FAIR
    return (alone and is_fair) or (sure and piece_quality(piece) >= SURE)


def pieces_keep(*, owner: User, ids: Iterable[int]) -> Change:
    """Hangs pieces of the tray; those of a photo of the day are logged as worn then. What waits no longer is passed."""
    with transaction.atomic():
        kept = garments_change(owner=owner, action="keep", ids=list(ids))
        undo = list(kept.undo)
        dated = Garment.objects.filter(pk__in=kept.ids, photo__worn_on__isnull=False)
        for pk, day in dated.values_list("pk", "photo__worn_on"):
            undo += garments_change(owner=owner, action="worn", ids=[pk], value=str(day)).undo
    return Change(kept.ids, undo)


def pieces_drop(*, owner: User, ids: Iterable[int]) -> Change:
    """Into the bin, from where they come back."""
    waiting = Garment.objects.owned_by(owner).awaiting_review().filter(pk__in=list(ids))
    return garments_change(owner=owner, action="delete", ids=list(waiting.values_list("pk", flat=True)))


def photo_choose_person(*, photo: Photo, number: int) -> Change:
    """The owner of a photo of several people says which they are, from 1, or 0: all of it is theirs.

    What the others wear and still waits goes to the bin, from where it comes back. Raises ValidationError for somebody
    who is not on it.
    """
    if number not in {0, *(person["number"] for person in photo.people)}:
        raise ValidationError(_("Nobody of that number is on the photo."))
    others = [
        place
        for theirs, person in enumerate(photo.keypoints, 1)
        for place in person["garments"]
        if number not in (0, theirs)
    ]
    with transaction.atomic():
        photo.chosen_person = number
        photo.save(update_fields=["chosen_person"])
        waiting = Garment.objects.filter(photo=photo, position__in=others).awaiting_review()
        return garments_change(owner=photo.owner, action="delete", ids=list(waiting.values_list("pk", flat=True)))


def pieces_are_owned(*, owner: User, ids: Iterable[int], day: date | None = None) -> Change:
    """These pieces are garments of the closet: each one's twin is logged as worn, the piece goes to the bin.

    day: when it was worn; the photo's day or today where none is given.
    """
    pieces = (
        Garment.objects.owned_by(owner)
        .awaiting_review()
        .filter(pk__in=list(ids), twin__isnull=False, twin__deleted_at=None)
        .select_related("photo")
    )
    undo: list[Step] = []
    done: list[int] = []
    with transaction.atomic():
        for piece in pieces:
            worn = day or (piece.photo.worn_on if piece.photo else None) or timezone.localdate()
            twin_id = piece.twin_id or 0
            undo += garments_change(owner=owner, action="worn", ids=[twin_id], value=worn.isoformat()).undo
            done.append(piece.pk)
        dropped = garments_change(owner=owner, action="delete", ids=done)
    return Change(done, [*undo, *dropped.undo])


def photo_worn(*, photo: Photo, day: date, ids: Sequence[int], as_twin: Sequence[int]) -> Change:
    """Logs what a photo shows its owner wearing. ids: the pieces that were worn; as_twin: those of them that are
    garments of the closet already. The others are kept and logged. The photo becomes the day's.

    Raises ValidationError for a day that is still to come.
    """
    mine = set(Garment.objects.filter(photo=photo).unbinned().filter(pk__in=list(ids)).values_list("pk", flat=True))
    owned = mine & set(as_twin)
    with transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(worn_on=day)
        photo.worn_on = day
        known = pieces_are_owned(owner=photo.owner, ids=owned, day=day)
        rest = sorted(mine - set(known.ids))
        kept = garments_change(owner=photo.owner, action="keep", ids=rest)
        worn = garments_change(owner=photo.owner, action="worn", ids=rest, value=day.isoformat())
    return Change([*known.ids, *rest], [*known.undo, *worn.undo, *kept.undo])


# --- Masks --------------------------------------------------------------------------------------------------------
def pieces_merge(*, owner: User, ids: Iterable[int]) -> Change:
    """One garment of several pieces of one photo: the largest takes all their masks, the others go to the bin.

    The change's ids are the one. A mask its owner had painted before does not come back by the undo.

    Raises ValidationError for fewer than two pieces, or pieces of several photos.
    """
    pieces = list(
        Garment.objects.owned_by(owner).awaiting_review().filter(pk__in=list(ids)).exclude(photo=None).order_by("pk")
    )
    if len(pieces) < 2:
        raise ValidationError(_("Choose two pieces or more to merge."))
    if len({piece.photo_id for piece in pieces}) > 1:
        raise ValidationError(_("Only pieces of one photo can be merged."))
    pieces.sort(key=lambda piece: -_area(piece.box))
    first, others = pieces[0], pieces[1:]
    whole = _mask_of(first)
    for other in others:
        whole = ImageChops.lighter(whole, _mask_of(other).resize(whole.size))
    with transaction.atomic():
        _mask_set(first, whole)
        dropped = garments_change(owner=owner, action="delete", ids=[other.pk for other in others])
        photo_retry(photo=first.photo)  # type: ignore[arg-type]  # those without were left out
    return Change([first.pk], [Step("unmask", "", [first.pk]), *dropped.undo])


def piece_split(*, owner: User, pk: int, at: float, lengthwise: bool) -> Change:
    """Two pieces of one, parted by a straight line. at: 0..1 of the piece's box, from above or from the left.

    The change's ids are the two. A mask its owner had painted before does not come back by the undo.

    Raises ValidationError where it is no piece of the tray, or one side of the line would hold nothing.
    """
    piece = Garment.objects.owned_by(owner).awaiting_review().filter(pk=pk).exclude(photo=None).first()
    if piece is None or len(piece.box) != 4:
        raise ValidationError(_("This piece cannot be split."))
    mask = _mask_of(piece)
    x0, y0, x1, y1 = piece.box
    one = Image.new("L", mask.size)
    if lengthwise:
        edge = (0, 0, round(mask.width * (x0 + at * (x1 - x0))), mask.height)
    else:
        edge = (0, 0, mask.width, round(mask.height * (y0 + at * (y1 - y0))))
    one.paste(mask.crop(edge), (0, 0))
    two = ImageChops.subtract(mask, one)
    solid = [sum(half.histogram()[128:]) for half in (one, two)]
    if min(solid) < MIN_SHARE * sum(solid):
        raise ValidationError(_("Hardly anything lies on one side of the line."))
    with transaction.atomic():
        Photo.objects.select_for_update().get(pk=piece.photo.pk)  # type: ignore[union-attr]  # of two painted at once each gets a place
        last = Garment.objects.filter(photo=piece.photo_id).aggregate(last=Max("position"))["last"] or 0
        _mask_set(piece, one)
        other = Garment(
            owner=owner,
            photo=piece.photo,
            position=max(last + 1, PAINTED_FROM),
            kind=piece.kind,
            awaits_review=True,
            box=[x0 + at * (x1 - x0), y0, x1, y1] if lengthwise else [x0, y0 + at * (y1 - y0), x1, y1],
        )
        _mask_set(other, two)
        photo_retry(photo=piece.photo)  # type: ignore[arg-type]  # those without were left out
    return Change([piece.pk, other.pk], [Step("unmask", "", [piece.pk]), Step("delete", "", [other.pk])])


def _area(box: Sequence[float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1]) if len(box) == 4 else 0.0


def _mask_of(piece: Garment) -> Image.Image:
    """Its mask over the whole photo, "L". Raises ValidationError where there is none."""
    name = piece.owner_mask.name or piece.mask.name
    try:
        with private_storage().open(str(name), "rb") as file, Image.open(file) as picture:
            return picture.convert("L")
    except (OSError, ValueError) as error:
        raise ValidationError(_("The cutout of this piece is not ready yet.")) from error


def _mask_set(piece: Garment, mask: Image.Image) -> None:
    """The owner's mask from now on; a later look cuts out of it."""
    old = str(piece.owner_mask.name or "")
    buffer = io.BytesIO()
    mask.save(buffer, "PNG", compress_level=3)
    with new_files() as files:
        piece.owner_mask.name = files.save(Garment, "mask.png", ContentFile(buffer.getvalue()))
        piece.owner_fields = sorted({*piece.owner_fields, "mask"})
        if piece.pk is None:
            piece.save(force_insert=True)
        else:
            piece.save(update_fields=["owner_mask", "owner_fields", "updated_at"])
    files_delete_on_commit(names=[old])
