"""A worker makes a backup: every night, or when staff ask for one at the desk."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from recommender.models import WorkerState

log = logging.getLogger(__name__)
ROW: Final = "backup"  # of WorkerState: facts hold state, asked_by, asked_at, finished_at, told
LIMIT: Final = timedelta(seconds=7000)  # the task's own; who has not finished by then is dead


def run(asked_by: str) -> None:
    """In a process of its own, which brings its own programs and ends by itself. asked_by: "" for the night."""
    row, _made = WorkerState.objects.get_or_create(name=ROW)
    begun = timezone.now().isoformat()
    WorkerState.objects.filter(pk=row.pk).update(
        beat_at=timezone.now(), facts={"state": "running", "asked_by": asked_by, "asked_at": begun}
    )
    command = [sys.executable, "-m", "config.backup", "make"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True)  # noqa: S603  our own
    told = ((done.stdout or done.stderr).strip().splitlines() or [""])[-1].removeprefix("otjang: ")
    if done.returncode:
        log.error("a backup failed (%s): %s", "asked for" if asked_by else "nightly", told)
    WorkerState.objects.filter(pk=row.pk).update(
        facts={
            "state": "failed" if done.returncode else "done",
            "asked_by": asked_by,
            "asked_at": begun,
            "finished_at": timezone.now().isoformat(),
            "told": told[:500],
        }
    )
