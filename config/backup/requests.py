"""A restore asked for at the desk, and who did what to backups.

A web process cannot replace the database that it answers from. It leaves a request in `var`, and `./run`, which looks
there, stops the site, restores, and starts it again. Containers share no `var`: there the request is a row, and whoever
may stop them takes it by `python -m config.backup asked` (deploy/restore-asked.sh). What was done is written down
beside it: a restored database knows nothing of its restore.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

log = logging.getLogger(__name__)
REQUEST: Final = "restore-request.json"
AUDIT: Final = "backup-audit.jsonl"
SUPERVISED: Final = "OTJANG_SUPERVISED"  # set by ./run for its programs


def is_supervised() -> bool:
    """Whether a request will be seen by somebody."""
    return bool(os.environ.get(SUPERVISED))


def request_write(var: Path, *, snapshot: str, asked_by: str) -> bool:
    """False where a restore is asked for already."""
    draft = var / f"{REQUEST}.{os.getpid()}"
    with open(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        json.dump({"snapshot": snapshot, "asked_by": asked_by}, file)
    try:
        os.link(draft, var / REQUEST)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def request_pending(var: Path) -> bool:
    return (var / REQUEST).exists()


def request_take(var: Path) -> dict[str, str] | None:
    """The request, which is gone then; None where there is none, or where it cannot be read."""
    file = var / REQUEST
    try:
        told = json.loads(file.read_text())
        return {"snapshot": str(told["snapshot"]), "asked_by": str(told["asked_by"])}
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OSError):
        log.error("%s cannot be read and was removed", file)
        return None
    finally:
        file.unlink(missing_ok=True)


def audit_add(var: Path, **facts: str) -> None:
    """Appends who did what, with the time, for as long as `var` lives."""
    told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **facts}
    log.warning("backups: %s", json.dumps(told, ensure_ascii=False))
    with open(os.open(var / AUDIT, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a") as file:
        file.write(json.dumps(told, ensure_ascii=False) + "\n")


def audit_latest(var: Path, count: int = 20) -> list[Mapping[str, Any]]:
    """Newest first."""
    lines: list[str] = []
    with contextlib.suppress(FileNotFoundError):
        lines = (var / AUDIT).read_text().splitlines()[-count:]
    found: list[Mapping[str, Any]] = []
    for line in reversed(lines):
        with contextlib.suppress(ValueError):  # cut short by a full disk
            found.append(json.loads(line))
    return found
