"""Files that belong to rows: found in one place, so that no picture outlives what it shows."""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.db import InterfaceError, OperationalError, models, transaction

from closet.models import Figure, Garment, GarmentPicture, Photo, Post, Share, TryOn
from closet.models.photos import private_path, private_storage
from closet.problems import PhotoProblem

log = logging.getLogger(__name__)


def stored_names(thing: models.Model) -> list[str]:
    """The storage names of all files of one row."""
    return [
        getattr(thing, field.attname).name
        for field in thing._meta.concrete_fields
        if isinstance(field, models.FileField) and getattr(thing, field.attname)
    ]


def photo_file_names(photos: models.QuerySet[Photo]) -> list[str]:
    """The files of photos and of everything that goes with them: garments, pictures shared of either."""
    shares = Share.objects.filter(models.Q(photo__in=photos) | models.Q(garment__photo__in=photos))
    posts = Post.objects.filter(photo__in=photos)
    garments = Garment.objects.filter(photo__in=photos)
    more = GarmentPicture.objects.filter(garment__in=garments)
    figures, sketches = Figure.objects.filter(photo__in=photos), TryOn.objects.filter(figure__photo__in=photos)
    shares = shares | Share.objects.filter(tryon__in=sketches)
    found = (photos, garments, more, shares, figures, sketches, posts)
    return [name for rows in found for row in rows for name in stored_names(row)]


def garment_file_names(garments: models.QuerySet[Garment]) -> list[str]:
    """The files of garments and of pictures shared of them; not of the photos they were cut from."""
    shares = Share.objects.filter(garment__in=garments)
    more = GarmentPicture.objects.filter(garment__in=garments)
    return [name for rows in (garments, more, shares) for row in rows for name in stored_names(row)]


def files_delete_on_commit(*, names: Iterable[str]) -> None:
    """Removes private files once the transaction holds. One that is gone already is no failure."""
    doomed = [name for name in names if name]

    def delete() -> None:
        for name in doomed:
            try:
                private_storage().delete(name)
            except OSError as error:
                log.warning("a file could not be removed: %s", error.strerror)

    transaction.on_commit(delete)


def has_room(size: int) -> bool:
    """Whether `size` bytes still leave the disk its reserve: a database beside the photos stops on a full one."""
    storage = private_storage()
    if not isinstance(storage, FileSystemStorage):
        return True
    folder = Path(storage.location)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free - size > settings.DISK_RESERVE_BYTES


def is_store_away(error: BaseException) -> bool:
    """Whether pictures lie in a store elsewhere that does not answer now: later it may."""
    if isinstance(error, PhotoProblem):
        return error.code == "store_away"
    away = isinstance(error, OSError) and error.errno == errno.EIO
    return away and not isinstance(private_storage(), FileSystemStorage)


class NewFiles:
    """Files written for rows that do not exist yet; forgotten files are removed if the rows never come to be.

    with new_files() as files: name = files.save(Photo, "x.webp", content); ...rows...
    """

    def __init__(self) -> None:
        self.names: list[str] = []

    def save(self, model: type[models.Model], file_name: str, content: File[bytes]) -> str:
        """Stores `content` under a random name. Raises PhotoProblem("disk_full"), PhotoProblem("store_away")."""
        if not has_room(content.size):
            raise PhotoProblem("disk_full")
        try:
            name: str = private_storage().save(private_path(model(), file_name), content)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise PhotoProblem("disk_full") from error
            if is_store_away(error):
                raise PhotoProblem("store_away") from error
            raise
        self.names.append(name)
        return name


@contextmanager
def new_files() -> Iterator[NewFiles]:
    """Whatever was saved inside is removed again if the block does not end well.

    Where the connection to the database is lost nobody knows whether the rows came to be: the files stay, and the
    nightly check finds them if they belong to none (closet/services/orphans.py).
    """
    files = NewFiles()
    try:
        yield files
    except (OperationalError, InterfaceError):
        log.warning("the database went away; %d new files stay, their rows may have come to be", len(files.names))
        raise
    except BaseException:
        for name in files.names:
            try:
                private_storage().delete(name)
            except OSError as error:
                log.warning("a file could not be removed: %s", error.strerror)
        raise
