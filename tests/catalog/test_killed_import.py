"""An import is killed with SIGKILL in the middle; the next run goes on and doubles nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.utils import timezone

from catalog.importers import runner
from catalog.models import Brand, ImportJob, ImportProblem, Kind, Product
from catalog.services.jobs import jobs_stranded
from tests.catalog.shop import queued, row, table

ROWS = 6_000
pytestmark = pytest.mark.slow


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Another process must see the rows; a transactional test would flush the seeded kinds as well."""
    with django_db_blocker.unblock():
        assert Kind.objects.exists()
        yield
        for rows in (Product.history, Product.objects, Brand.history, Brand.objects):
            rows.all()._raw_delete("default")  # nothing refers to them; one by one would take a minute
        ImportJob.objects.all().delete()


@pytest.mark.django_db
def test_jobs_that_nobody_works_on_are_found_for_the_sweeper(tmp_path: Path) -> None:
    path = table(tmp_path, [row(1)])
    waiting, _fresh, in_a_shell = queued(path), queued(path), queued(path, is_attached=True)
    long_ago = timezone.now() - timedelta(minutes=5)
    ImportJob.objects.filter(pk__in=[waiting.pk, in_a_shell.pk]).update(claimed_at=long_ago, status="running")
    assert jobs_stranded() == [waiting.pk]


def test_a_killed_import_goes_on_without_doubles(committed: None, tmp_path: Path, settings: Any) -> None:
    rows = [row(n) for n in range(ROWS)]
    rows[ROWS - 5]["price"] = "free"
    rows[7]["price"] = "free"
    job = queued(table(tmp_path, rows))
    address = urlsplit(os.environ["DATABASE_URL"])
    code = f"import django; django.setup(); from catalog.importers import runner; runner.run({job.pk})"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": urlunsplit(address._replace(path="/" + str(connection.settings_dict["NAME"]))),
        },
    )
    deadline = time.monotonic() + 60
    while job.rows_done < 2000 and time.monotonic() < deadline:
        time.sleep(0.02)
        job.refresh_from_db()
    process.send_signal(signal.SIGKILL)
    process.wait()
    job.refresh_from_db()
    assert job.status == "running" and 0 < job.rows_done < ROWS
    assert Product.objects.count() == job.rows_created == job.rows_done - 1  # the checkpoint and the rows agree

    deadline = time.monotonic() + 10
    while job.status == "running" and time.monotonic() < deadline:  # until Postgres notices the killed connection
        runner.run(job.pk)
        job.refresh_from_db()
    assert (job.status, job.rows_done, job.rows_created, job.rows_refused) == ("done", ROWS, ROWS - 2, 2)
    assert Product.objects.count() == ROWS - 2 == Product.objects.values("sku").distinct().count()
    assert Product.history.count() == ROWS - 2 and ImportProblem.objects.count() == 2
