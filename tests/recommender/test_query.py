"""Search by a photo that is not kept: seen by a worker, answered to whoever asked, forgotten."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from closet.models import Photo
from closet.problems import PhotoProblem, sentence
from recommender.jobs.photo_query import look_at
from recommender.services import photo_query
from tests.recommender.test_analysis import two_shirts
from tests.vision.pictures import encoded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_engine(settings: Any) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.quick"


def asked(content: bytes | None = None, asker: str = "member:1") -> str:
    return photo_query.query_add(asker=asker, upload=SimpleUploadedFile("q.jpg", content or encoded(two_shirts())))


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
    assert cache.get(photo_query.cache_key(key, "bytes")) is None and not Photo.objects.exists()
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
        photo_query.query_add(asker="member:1", upload=SimpleUploadedFile("q.jpg", content))
    assert caught.value.code == code


def test_a_worker_that_cannot_look_says_so(settings: Any) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.absent"
    key = asked()
    look_at(key)
    found = photo_query.query_get(asker="member:1", query_id=key)
    assert found is not None and (found.status, found.error) == ("failed", sentence("not_ready"))


def test_a_query_whose_bytes_ran_out_waits_no_longer() -> None:
    key = asked()
    cache.delete(photo_query.cache_key(key, "bytes"))
    found = photo_query.query_get(asker="member:1", query_id=key)
    assert found is not None and found.status == "failed"
