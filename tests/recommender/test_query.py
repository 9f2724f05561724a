"""Search by a photo that is not kept: seen by a worker, answered to whoever asked, forgotten."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from closet.models import Photo
from closet.models.photos import private_storage
from closet.problems import PhotoProblem, sentence
from recommender.jobs.photo_query import look_at
from recommender.services import photo_query
from tests.recommender.test_analysis import two_shirts
from tests.vision.pictures import encoded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_engine(settings: Any) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.quick"


@pytest.fixture(autouse=True)
def nobody_waits() -> Iterator[None]:
    yield
    for name in photo_query.waiting_names():
        private_storage().delete(f"query/{name}")


def asked(content: bytes | None = None, asker: str = "member:1", address: str = "192.0.2.1") -> str:
    upload = SimpleUploadedFile("q.jpg", content or encoded(two_shirts()))
    return photo_query.query_add(asker=asker, address=address, upload=upload)


def test_what_is_on_the_photo_is_told_and_the_photo_is_not_kept() -> None:
    key = asked()
    waiting = photo_query.query_get(asker="member:1", query_id=key)
    assert waiting is not None and waiting.status == "waiting"
    look_at(key)
    found = photo_query.query_get(asker="member:1", query_id=key)
    assert found is not None and (found.status, found.scene, found.model_key) == ("done", "garment", "seeded-1")
    assert [len(one["vector"]) for one in found.garments] == [256, 256] and len(found.vector) == 256
    assert {one["colour_names"][0] for one in found.garments} <= {"red", "burgundy", "blue", "navy"}
    assert found.garments[0]["picture"].startswith("data:image/webp;base64,")
    assert photo_query.waiting_names() == [] and not Photo.objects.exists()
    look_at(key)  # a message that comes twice
    assert photo_query.query_get(asker="member:1", query_id=key) == found


def test_nobody_else_gets_the_answer() -> None:
    key = asked()
    look_at(key)
    assert photo_query.query_get(asker="member:2", query_id=key) is None
    assert photo_query.query_get(asker="session:x", query_id=key) is None
    assert photo_query.query_get(asker="member:1", query_id="made-up") is None


@pytest.mark.parametrize(("content", "code"), [(b"not a photo at all, only words", "not_an_image"), (b"", "empty")])
def test_a_bad_file_is_refused_before_a_worker_sees_it(content: bytes, code: str) -> None:
    with pytest.raises(PhotoProblem) as caught:
        photo_query.query_add(asker="member:1", address="192.0.2.1", upload=SimpleUploadedFile("q.jpg", content))
    assert caught.value.code == code


def test_a_worker_that_cannot_look_says_so(settings: Any) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.absent"
    key = asked()
    look_at(key)
    found = photo_query.query_get(asker="member:1", query_id=key)
    assert found is not None and (found.status, found.error) == ("failed", sentence("not_ready"))


def test_a_query_that_nobody_took_in_time_waits_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    key = asked()
    later = time.time() + photo_query.WAITS_S + 1
    monkeypatch.setattr(photo_query.time, "time", lambda: later)
    found = photo_query.query_get(asker="member:1", query_id=key)
    assert found is not None and (found.status, found.error_code) == ("failed", "too_slow")


def test_a_query_is_never_too_slow_between_the_answer_and_the_end_of_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that saw "waiting" and then no file any more used to say that it took too long."""
    key = asked()
    real = RedisCache.get

    def answered_meanwhile(*arguments: Any) -> Any:
        before = real(*arguments)
        monkeypatch.setattr(RedisCache, "get", real)
        look_at(key)
        return before

    monkeypatch.setattr(RedisCache, "get", answered_meanwhile)
    found = photo_query.query_get(asker="member:1", query_id=key)
    assert found is not None and found.status == "waiting"


def test_the_photo_does_not_pass_through_redis_and_lies_closed() -> None:
    content = encoded(two_shirts())
    key = asked(content)
    client = redis.Redis.from_url(settings.REDIS_URL)
    assert not any(content[100:200] in (client.get(name) or b"") for name in client.keys("*query*"))
    (name,) = photo_query.waiting_names()
    path = Path(private_storage().path(f"query/{name}"))
    assert path.read_bytes() == content and path.stat().st_mode & 0o077 == 0
    assert "192.0.2.1" not in name and key in name


def test_too_many_that_wait_are_refused_by_address_and_in_all(settings: Any) -> None:
    settings.PHOTO_SEARCHES_OF_ADDRESS, settings.PHOTO_SEARCHES = 2, 3
    first = asked()
    asked()
    with pytest.raises(PhotoProblem, match="search_busy"):
        asked()
    asked(address="192.0.2.2")
    with pytest.raises(PhotoProblem, match="search_busy"):
        asked(address="192.0.2.3")
    look_at(first)
    asked(address="192.0.2.3")


def test_the_page_says_that_too_many_wait(client: Client, settings: Any) -> None:
    settings.PHOTO_SEARCHES = 0
    answer = client.post("/search/photo/", {"file": SimpleUploadedFile("q.jpg", encoded(two_shirts()))})
    assert answer.status_code == 400
    assert sentence("search_busy") in answer.content.decode()


def test_what_no_worker_took_is_swept_up() -> None:
    asked()
    assert photo_query.queries_purge() == 0
    (name,) = photo_query.waiting_names()
    long_ago = time.time() - photo_query.WAITS_S - 5
    os.utime(private_storage().path(f"query/{name}"), (long_ago, long_ago))
    assert photo_query.queries_purge() == 1 and photo_query.waiting_names() == []


def test_whoever_waits_is_told_their_place_in_line() -> None:
    first, second = asked(), asked(address="192.0.2.2")

    def place(key: str) -> int | None:
        cache.delete("query:line")  # it is looked at once a second
        found = photo_query.query_get(asker="member:1", query_id=key)
        assert found is not None
        return found.place

    assert (place(first), place(second)) == (1, 2)
    look_at(first)
    assert (place(first), place(second)) == (None, 1)


def test_the_page_shows_the_place_in_line(client: Client) -> None:
    asked(address="192.0.2.2")
    answer = client.post("/search/photo/", {"file": SimpleUploadedFile("q.jpg", encoded(two_shirts()))}, follow=True)
    assert "number 2 in line" in answer.content.decode()


def test_what_was_seen_lies_in_a_closed_file_and_not_in_redis() -> None:
    key = asked()
    look_at(key)
    client = redis.Redis.from_url(settings.REDIS_URL)
    assert not any(b"webp" in (client.get(name) or b"") for name in client.keys("*query*"))
    path = Path(private_storage().path(f"query-answer/{key}"))
    assert b"data:image/webp" in path.read_bytes() and path.stat().st_mode & 0o077 == 0
    long_ago = time.time() - photo_query.ANSWER_KEPT_S - 5
    os.utime(path, (long_ago, long_ago))
    assert photo_query.queries_purge() == 1 and not path.exists()
    assert photo_query.query_get(asker="member:1", query_id=key) is None


def test_an_address_searches_so_often_a_minute(settings: Any) -> None:
    settings.PHOTO_SEARCHES_A_MINUTE = 2
    for _ in range(2):
        look_at(asked())
    with pytest.raises(PhotoProblem, match="search_busy"):
        asked()
    asked(address="192.0.2.2")


def test_a_search_whose_worker_died_is_looked_at_again_and_given_up_after_three(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.PHOTO_LEASE_S = 0
    key = asked()
    strict = caches["strict"]
    waiting = strict.get(photo_query.cache_key(key))

    def resent(tries: int) -> int:
        strict.set(photo_query.cache_key(key), {**waiting, "tries": tries}, 60)
        with django_capture_on_commit_callbacks():
            return photo_query.queries_resend()

    strict.set(photo_query.alive_key(key), True, 60)
    assert resent(1) == 0  # its worker says that it lives
    strict.delete(photo_query.alive_key(key))
    assert resent(1) == 1
    assert resent(3) == 0
    found = photo_query.query_get(asker="member:1", query_id=key)
    assert found is not None and (found.status, found.error_code) == ("failed", "unexpected")
    assert photo_query.waiting_names() == []
