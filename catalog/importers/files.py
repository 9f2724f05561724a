"""Uploaded files on this machine's disk, wherever the storage keeps them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from catalog.importers.problems import BadFile


@contextmanager
def local_copy(stored: FieldFile) -> Iterator[Path]:
    """The file's path; a temporary copy where the storage has none, such as S3. Raises BadFile if it is gone."""
    if not stored:
        raise BadFile(_("The file is no longer there; please upload it again."))
    try:
        yield Path(stored.path)
    except NotImplementedError:
        try:
            source = stored.open("rb")
        except OSError:
            raise BadFile(_("The file is no longer there; please upload it again.")) from None
        with (
            source,
            tempfile.NamedTemporaryFile(
                suffix=Path(stored.name or "").suffix, dir=settings.FILE_UPLOAD_TEMP_DIR
            ) as copy,
        ):
            shutil.copyfileobj(source, copy, 1024 * 1024)
            copy.flush()
            yield Path(copy.name)
