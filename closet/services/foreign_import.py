"""A closet of another program becomes photos and garments: pictures go the way of every photo, words are the owner's.

A thing with a picture is a photo that a worker looks at, and a garment that waits on it: what the other program knew is
its owner's word, which the analysis leaves alone. A thing without one hangs as an illustration.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import taxonomy
from catalog.flatlay import SILHOUETTES
from catalog.models import Kind
from catalog.money import CURRENCIES
from closet.models import Garment, Profile, User
from closet.problems import PhotoProblem
from closet.services.closet_file import ImportRefused
from closet.services.closet_import import Imported, is_empty
from closet.services.foreign_files import ForeignCloset, Thing, foreign_open
from closet.services.garments import garment_edit
from closet.services.illustrations import garment_illustrate
from closet.services.photos import photo_add
from closet.services.wear import wear_add
from imaging.decode import BadImage, check

_SILHOUETTES = {shape.kind: slug for slug, shape in reversed(SILHOUETTES.items())}  # the first of each kind
_DRAWN = {colour.slug for colour in taxonomy.COLOURS if colour.lab}


def foreign_preview(*, owner: User, file: IO[bytes]) -> Imported:
    """What `foreign_import` would bring. Raises ImportRefused."""
    found = foreign_open(file)
    return _counted(found, sum(bool(thing.picture) for thing in found.things))


def foreign_import(*, owner: User, file: IO[bytes]) -> Imported:
    """Brings all things in, or nothing. Raises ImportRefused."""
    found = foreign_open(file)
    kinds = {kind.slug: kind for kind in Kind.objects.all()}
    photos = 0
    try:
        with transaction.atomic():
            Profile.objects.select_for_update().get(user=owner)
            if not is_empty(owner):
                raise ImportRefused(_("This closet is not empty. Open a new account to import into."))
            for number, thing in enumerate(found.things):
                data = found.pictures(thing.picture) if thing.picture else b""
                if data and _is_picture(data):
                    garment = _on_photo(owner, thing, data, kinds[thing.kind])
                    photos += 1
                else:
                    garment = _illustrated(owner, thing, number)
                _say(owner, garment, thing)
    except PhotoProblem as problem:
        raise ImportRefused(problem.message) from problem
    except ValidationError as problem:
        raise ImportRefused(f"{thing.name}: {' '.join(problem.messages)}") from problem
    return _counted(found, photos)


def _counted(found: ForeignCloset, photos: int) -> Imported:
    worn = sum(len(set(thing.worn)) for thing in found.things)
    return Imported({"photos": photos, "garments": len(found.things), "wear_log": worn}, found.left_out)


def _is_picture(data: bytes) -> bool:
    try:
        check(BytesIO(data))
    except BadImage:
        return False
    return True


def _on_photo(owner: User, thing: Thing, data: bytes, kind: Kind) -> Garment:
    file = SimpleUploadedFile(thing.picture.replace("\\", "/").rsplit("/", 1)[-1][:200] or "photo", data)
    photo = photo_add(owner=owner, upload=file, keep_both=True).photo
    return Garment.objects.create(
        owner=owner, photo=photo, position=0, kind=kind, formality=kind.formality, warmth=kind.warmth,
        owner_fields=["kind"],
    )  # fmt: skip


def _illustrated(owner: User, thing: Thing, number: int) -> Garment:
    silhouette = _SILHOUETTES.get(thing.kind)
    if silhouette is None:
        raise ValidationError(_("There is no picture of this, and none can be drawn."))
    colour = thing.colour if thing.colour in _DRAWN else "grey"
    return garment_illustrate(owner=owner, silhouette=silhouette, colour=colour, material=thing.material, seed=number)


def _say(owner: User, garment: Garment, thing: Thing) -> None:
    """What the other program knew, as the owner's word."""
    today = timezone.localdate()
    changes = {
        "name": thing.name, "brand_name": thing.brand_name, "size_label": thing.size_label, "notes": thing.notes,
        "price": thing.price, "currency": thing.currency if thing.currency in CURRENCIES else "",
        "bought_on": thing.bought_on if thing.bought_on and thing.bought_on <= today else None,
        "colour_names": [thing.colour] if thing.colour else None, "pattern": thing.pattern, "material": thing.material,
        "seasons": thing.seasons, "is_favourite": thing.is_favourite or None,
        "state": Garment.State.ARCHIVED if thing.is_archived else "",
    }  # fmt: skip
    garment_edit(
        garment=garment, changes={name: value for name, value in changes.items() if value not in ("", None, [])}
    )
    for day in sorted({day for day in thing.worn if day <= today}):
        wear_add(owner=owner, garment_ids=[garment.pk], worn_on=day)
