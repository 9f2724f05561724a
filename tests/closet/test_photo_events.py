"""Server-sent events of a photo's progress: live, bounded, and ended by what the client knows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from closet.api import photo_events
from closet.models import Photo, User
from tests.closet.closets import garment_of, photo_of

pytestmark = pytest.mark.django_db
ASKS = {"Accept": "text/event-stream"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_events, "LOOKS_EVERY_S", 0.01)
    monkeypatch.setattr(photo_events, "LASTS_S", 0.3)


def events(client: APIClient, photo: Photo, known: str = "") -> tuple[Any, Iterator[tuple[str, str, Any]]]:
    answer: Any = client.get(f"/api/v1/photos/{photo.pk}/events/", headers={**ASKS, "Last-Event-ID": known})

    def read() -> Iterator[tuple[str, str, Any]]:
        for piece in answer.streaming_content:
            fields = dict(line.split(": ", 1) for line in piece.decode().strip().splitlines())
            if "event" in fields:
                yield fields["event"], fields["id"], json.loads(fields["data"])

    return answer, read()


def test_each_change_is_told_until_it_is_finished(alice: User, alice_api: APIClient) -> None:
    photo = photo_of(alice, status="running", stage="decode")
    answer, told = events(alice_api, photo)
    assert answer["Content-Type"] == "text/event-stream" and "no-store" in answer["Cache-Control"]
    name, _id, state = next(told)
    assert (name, state["status"], state["stage"], state["garments"]) == ("progress", "running", "decode", [])
    shirt = garment_of(alice, photo=photo)
    assert next(told)[2]["garments"] == [shirt.pk]
    Photo.objects.update(status="done", stage="")
    name, last, state = next(told)
    assert (name, state["progress"]) == ("finished", 100)
    assert next(told, None) is None
    again, _told = events(alice_api, photo, known=last)
    assert again.status_code == 204  # an EventSource asks no more


def test_a_stream_ends_by_itself_and_goes_on_where_it_was(alice: User, alice_api: APIClient) -> None:
    photo = photo_of(alice, status="running", stage="decode")
    began = time.monotonic()
    [(_name, known, _state)] = list(events(alice_api, photo)[1])
    assert time.monotonic() - began < 5
    assert list(events(alice_api, photo, known)[1]) == []  # nothing new


def test_streams_are_few_and_whoever_finds_no_room_is_told_the_state_of_now(
    alice: User, bob: User, alice_api: APIClient, charlie_api: APIClient, charlie: User, settings: Any
) -> None:
    settings.WEB_STREAMS = 1
    photo, his = photo_of(alice, status="running", stage="decode"), photo_of(charlie, status="queued", sha="1" * 64)
    answer, told = events(alice_api, photo)
    next(told)  # holds a thread
    for client, other in ((alice_api, photo), (charlie_api, his)):
        began = time.monotonic()
        full, state = events(client, other)
        assert len(list(state)) == 1 and time.monotonic() - began < 0.25 and full.status_code == 200
    answer.close()  # she went away
    told.close()  # type: ignore[attr-defined]
    del told
    assert photo_events.streams.take(alice.pk)
    photo_events.streams.give_back(alice.pk)


def test_a_deleted_photo_ends_it(alice: User, alice_api: APIClient) -> None:
    photo = photo_of(alice, status="running", stage="decode")
    _answer, told = events(alice_api, photo)
    next(told)
    Photo.objects.all().delete()
    assert next(told)[2] == {"status": "gone"} and next(told, None) is None


def test_nobody_else_hears(alice: User, charlie_api: APIClient) -> None:
    photo = photo_of(alice, status="running")
    refused = charlie_api.get(f"/api/v1/photos/{photo.pk}/events/", headers=ASKS)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert charlie_api.get(f"/api/v1/photos/{uuid4()}/events/").status_code == 404
    assert APIClient().get(f"/api/v1/photos/{photo.pk}/events/", headers=ASKS).status_code == 401
