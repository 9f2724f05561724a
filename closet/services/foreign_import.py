"""A closet of another program becomes photos and garments, all of it or nothing."""

from __future__ import annotations

from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Kind
from closet.models import Profile, User
from closet.problems import PhotoProblem
from closet.services.closet_file import ImportRefused
from closet.services.closet_import import Imported, is_empty
from closet.services.foreign_files import ForeignCloset, foreign_open
from closet.services.things import is_picture, thing_hang


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
                picture = data if data and is_picture(data) else b""
                photos += bool(picture)
                thing_hang(owner=owner, thing=thing, picture=picture, kind=kinds[thing.kind], number=number)
    except PhotoProblem as problem:
        raise ImportRefused(problem.message) from problem
    except ValidationError as problem:
        raise ImportRefused(f"{thing.name}: {' '.join(problem.messages)}") from problem
    return _counted(found, photos)


def _counted(found: ForeignCloset, photos: int) -> Imported:
    worn = sum(len(set(thing.worn)) for thing in found.things)
    return Imported({"photos": photos, "garments": len(found.things), "wear_log": worn}, found.left_out)
