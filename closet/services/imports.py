"""The way of an import: a file is sent, a worker looks at it, its owner says yes, a worker brings it in."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Callable
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from closet.models import ClosetImport, User
from closet.services.closet_file import FACTS, ImportRefused
from closet.services.closet_import import ROOM_A_PHOTO, Imported, closet_import, closet_preview, is_empty
from closet.services.files import files_delete_on_commit, new_files
from closet.services.foreign_import import foreign_import, foreign_preview
from closet.services.photos import bytes_allowed
from closet.signals import closet_import_asked

logger = logging.getLogger(__name__)


def import_ask(*, owner: User, upload: UploadedFile[bytes]) -> ClosetImport:
    """Takes the file in and has a worker look at it; an earlier one goes. Raises ValidationError, PhotoProblem."""
    if not is_empty(owner):
        raise ValidationError({"file": _("This closet is not empty. Open a new account to import into.")})
    if not upload.size or upload.size > ROOM_A_PHOTO * bytes_allowed(owner=owner):
        raise ValidationError({"file": _("Your closet has no room for these photos.")})
    try:
        with new_files() as files, transaction.atomic():
            waits = ClosetImport.objects.unfinished().filter(owner=owner)
            if waits.exists():
                raise ValidationError({"file": _("An import is being read already.")})
            imports_delete(imports=ClosetImport.objects.filter(owner=owner))
            made = ClosetImport.objects.create(owner=owner, file=files.save(ClosetImport, "closet.bin", upload))
            closet_import_asked.send(sender=ClosetImport, import_id=made.pk)
    except IntegrityError:  # two at the same moment
        raise ValidationError({"file": _("An import is being read already.")}) from None
    return made


def import_of(*, owner: User) -> ClosetImport | None:
    return ClosetImport.objects.filter(owner=owner).first()


def import_confirm(*, owner: User) -> ClosetImport:
    """The owner saw what would come and wants it. Raises ValidationError where nothing waits for that."""
    waiting = ClosetImport.objects.filter(owner=owner, status=ClosetImport.Status.PREVIEW)
    if not waiting.update(status=ClosetImport.Status.QUEUED, is_confirmed=True, queued_at=timezone.now()):
        raise ValidationError(_("No import waits for your yes."))
    made = ClosetImport.objects.get(owner=owner)
    closet_import_asked.send(sender=ClosetImport, import_id=made.pk)
    return made


@transaction.atomic
def imports_delete(*, imports: models.QuerySet[ClosetImport]) -> int:
    """Forgets imports and removes their files; what was brought in stays. Returns how many."""
    gone = list(imports)
    files_delete_on_commit(names=[one.file.name or "" for one in gone])
    ClosetImport.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return len(gone)


_STEPS: dict[tuple[bool, bool], Callable[..., Imported]] = {
    # (exported by this program, confirmed)
    (True, False): closet_preview,
    (True, True): closet_import,
    (False, False): foreign_preview,
    (False, True): foreign_import,
}


def _is_ours(file: IO[bytes]) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return FACTS in archive.NameToInfo
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    finally:
        file.seek(0)


def import_run(*, import_id: int) -> None:
    """A worker's part: the preview, or, once it is confirmed, the import. What is refused is told in `problem`."""
    queued = ClosetImport.objects.filter(pk=import_id, status=ClosetImport.Status.QUEUED)
    if not queued.update(status=ClosetImport.Status.RUNNING, claimed_at=timezone.now()):
        return
    row = ClosetImport.objects.select_related("owner__profile").get(pk=import_id)
    told: dict[str, Any]
    with translation.override(row.owner.profile.language or translation.get_language()):
        try:
            with row.file.open("rb") as file:
                done = _STEPS[_is_ours(file), row.is_confirmed](owner=row.owner, file=file)
            status = ClosetImport.Status.DONE if row.is_confirmed else ClosetImport.Status.PREVIEW
            told = {"status": status, "counts": done.counts, "left_out": done.left_out[:200], "problem": ""}
        except ImportRefused as refused:
            told = {"status": ClosetImport.Status.FAILED, "problem": str(refused)}
        except FileNotFoundError:
            told = {"status": ClosetImport.Status.FAILED, "problem": _("The file is gone; please send it again.")}
        except Exception:
            logger.exception("an import broke")
            sentence = _("Something went wrong while reading this file. Nothing was brought in.")
            told = {"status": ClosetImport.Status.FAILED, "problem": sentence}
    ClosetImport.objects.filter(pk=import_id, status=ClosetImport.Status.RUNNING).update(**told)
    if told["status"] != ClosetImport.Status.PREVIEW:
        with transaction.atomic():  # the file has done its work
            files_delete_on_commit(names=[row.file.name or ""])
            ClosetImport.objects.filter(pk=import_id).update(file="")
