"""A garment that somebody else has described already, in another program or a shop: its words become its owner's.

With a picture it is a photo that a worker looks at, and a garment that waits on it; the analysis leaves what was told
alone. Without one it hangs as an illustration.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import taxonomy
from catalog.flatlay import SILHOUETTES
from catalog.models import Kind
from catalog.money import CURRENCIES
from closet.models import Garment, User
from closet.services.garments import garment_edit
from closet.services.illustrations import garment_illustrate
from closet.services.photos import photo_add
from closet.services.wear import wear_add
from imaging.decode import BadImage, check

_SILHOUETTES = {shape.kind: slug for slug, shape in reversed(SILHOUETTES.items())}  # the first of each kind
_DRAWN = {colour.slug for colour in taxonomy.COLOURS if colour.lab}


@dataclass
class Thing:
    """picture: the name of its file, empty for none. worn: days."""

    name: str
    kind: str
    colour: str = ""
    pattern: str = ""
    material: str = ""
    seasons: list[str] = field(default_factory=list)
    brand_name: str = ""
    size_label: str = ""
    price: Decimal | None = None
    currency: str = ""
    bought_on: date | None = None
    notes: str = ""
    is_favourite: bool = False
    is_archived: bool = False
    worn: list[date] = field(default_factory=list)
    picture: str = ""


def is_picture(data: bytes) -> bool:
    """By its header alone."""
    try:
        check(BytesIO(data))
    except BadImage:
        return False
    return True


def thing_hang(*, owner: User, thing: Thing, picture: bytes, kind: Kind, number: int = 0) -> Garment:
    """picture: its bytes, empty for none. number: tells illustrations of one shape apart.

    Inside a transaction of the caller's. Raises PhotoProblem, and ValidationError for what cannot be drawn or said.
    """
    garment = _on_photo(owner, thing, picture, kind) if picture else _illustrated(owner, thing, number)
    _say(owner, garment, thing)
    return garment


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
