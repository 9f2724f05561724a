"""Files in private storage that belong to no row: reported one night, moved aside the next, never many at once.

A bug here would take members' photos away. So nothing is deleted: what was an orphan last night and still is goes to
`quarantine/` beside the private files, under its own name, for a person to look at. A day-old file at least, and where
more than a fifth of all files would be orphans the database is the one that is wrong, and nothing is touched.
"""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models

from closet.models.photos import private_storage

log = logging.getLogger(__name__)
YOUNG_S: Final = 24 * 3600  # a file is written before its row
MOST: Final = 0.2
FEW: Final = 20  # of so few files a fifth says nothing


def files_check() -> dict[str, int]:
    """Returns {"files", "orphans", "moved"}. An object store has rules of its own for that: nothing is done there."""
    storage = private_storage()
    if not isinstance(storage, FileSystemStorage) or not Path(storage.location).is_dir():
        return {"files": 0, "orphans": 0, "moved": 0}
    root = Path(storage.location)
    lying = {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}
    known = names_known()
    old = time.time() - YOUNG_S
    orphans = {name for name, path in lying.items() if name not in known and path.stat().st_mtime < old}
    report = settings.VAR_DIR / "orphans.json"
    told = {"files": len(lying), "orphans": len(orphans), "moved": 0}
    if len(orphans) > MOST * len(lying) and len(lying) > FEW:
        log.error("%d of %d files belong to no row: more than a fifth, so nothing is moved", len(orphans), len(lying))
        return told
    for name in sorted(orphans & _last_night(report)):
        target = root.parent / "quarantine" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        lying[name].replace(target)
        told["moved"] += 1
    report.write_text(json.dumps(sorted(name for name in orphans if lying[name].exists()), indent=1))
    if orphans:
        log.warning("%(orphans)d of %(files)d files belong to no row; %(moved)d were moved to quarantine", told)
    return told


def names_known() -> set[str]:
    """The names of all files that a row of any model has in private storage."""
    names: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField) and _is_private(field):
                names |= set(model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True))
    return names


def _is_private(field: Any) -> bool:
    return getattr(field.storage, "location", None) == getattr(private_storage(), "location", None)


def _last_night(report: Path) -> set[str]:
    try:
        return set(json.loads(report.read_text()))
    except (FileNotFoundError, ValueError):
        return set()
