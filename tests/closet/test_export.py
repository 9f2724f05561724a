"""A copy of everything: made by a worker, fetched by a signed address in as many pieces as one likes."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from closet.models import Export, Photo, User
from closet.services import accounts, devices, export
from closet.services.closet_import import closet_preview
from closet.services.photos import photo_add
from recommender.jobs import sweeper
from tests.closet.test_accounts import furnished

API = "/api/v1/accounts/me/export/"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The tasks that were sent, in place of a broker."""
    tasks: list[tuple[Any, ...]] = []
    monkeypatch.setattr("recommender.receivers.enqueue", lambda *task, **options: tasks.append(task))
    monkeypatch.setattr(sweeper, "enqueue", lambda *task, **options: tasks.append(task))
    return tasks


@pytest.fixture
def made(alice: User, sent: list[tuple[Any, ...]]) -> Export:
    furnished(alice)
    asked = export.export_ask(owner=alice)
    export.export_make(export_id=asked.pk)
    asked.refresh_from_db()
    assert asked.status == Export.Status.DONE
    return asked


def address(done: Export) -> str:
    return reverse("closet:export_file", args=[export.export_key(export=done)])


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_it_holds_all_of_mine_and_nothing_secret(alice: User, bob: User, made: Export) -> None:
    furnished(bob)
    _device, secret = devices.device_add(owner=alice, name="phone")
    archive = zipfile.ZipFile(io.BytesIO(made.file.read()))
    assert archive.testzip() is None
    facts = json.loads(archive.read("closet.json"))
    assert facts["account"]["email"] == alice.email
    assert [row["value"] for row in facts["measurements"]] == [812]
    assert facts["garments"][0]["kind"] == "shirt"
    assert archive.read(facts["photos"][0]["original"]) == b"photo"
    assert archive.read(facts["garments"][0]["cutout"]) == b"cutout"
    assert len(archive.namelist()) == 6  # the facts, the original and its display, cutout, mask, the shared picture
    text = json.dumps(facts)
    for hidden in (alice.password, secret, secret[:8], "bob@example.com"):
        assert hidden not in text


def test_the_page_makes_one_and_shows_where_it_is(as_alice: Client, alice: User, sent: list[tuple[Any, ...]]) -> None:
    url = reverse("closet:export")
    assert as_alice.post(url).status_code == 302
    as_alice.post(url)
    asked = Export.objects.get(owner=alice)  # asked twice, made once
    assert sent == [("make_export", asked.pk)]
    assert "every 2s" in as_alice.get(url).content.decode()
    export.export_make(export_id=asked.pk)
    part = as_alice.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "/exports/" in part and "<html" not in part


def test_the_api_answers_at_once_and_gives_the_address_when_done(
    alice_api: APIClient, alice: User, sent: list[tuple[Any, ...]]
) -> None:
    assert alice_api.get(API).status_code == 404
    asked = alice_api.post(API)
    assert (asked.status_code, asked.data["status"], asked.data["url"]) == (202, "queued", None)
    export.export_make(export_id=Export.objects.get().pk)
    done = alice_api.get(API).data
    answer = APIClient().get(done["url"])  # no token: the signature is enough
    assert (answer["Content-Type"], answer["Content-Length"]) == ("application/zip", str(done["size"]))
    assert "no-store" in answer["Cache-Control"]
    assert body(answer)[:2] == b"PK"


def test_it_is_fetched_in_ranges(client: Client, made: Export) -> None:
    whole = body(client.get(address(made)))
    first = client.get(address(made), headers={"range": "bytes=0-99"})
    assert (first.status_code, first["Content-Range"]) == (206, f"bytes 0-99/{len(whole)}")
    rest = client.get(address(made), headers={"range": "bytes=100-", "if-range": first["ETag"]})
    assert body(first) + body(rest) == whole
    assert body(client.get(address(made), headers={"range": "bytes=-7"})) == whole[-7:]
    assert client.get(address(made), headers={"range": f"bytes={len(whole)}-"}).status_code == 416


def test_it_is_never_compressed_while_it_is_sent(client: Client, made: Export) -> None:
    """A range of what is compressed is not what was asked for, and compressing holds a thread."""
    answer = client.get(address(made), headers={"accept-encoding": "gzip", "range": "bytes=0-99"})
    assert not answer.has_header("Content-Encoding") and len(body(answer)) == 100
    assert client.get("/account/login/", headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"


def test_an_address_ends_and_a_made_up_one_opens_nothing(
    client: Client, made: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = address(made)
    assert client.get(url[:-2] + "x/").status_code == 404
    monkeypatch.setattr(signing.time, "time", lambda: timezone.now().timestamp() + export.ADDRESS_HOLDS_S + 5)
    assert client.get(url).status_code == 404


def test_a_new_one_replaces_the_old_one_and_its_file(
    client: Client, alice: User, made: Export, django_capture_on_commit_callbacks: Any
) -> None:
    url, storage, name = address(made), made.file.storage, made.file.name
    with django_capture_on_commit_callbacks(execute=True):
        export.export_ask(owner=alice)
    assert not storage.exists(name)
    assert client.get(url).status_code == 404


def test_it_goes_after_a_day_and_with_its_owner(
    alice: User, made: Export, django_capture_on_commit_callbacks: Any
) -> None:
    storage, name = made.file.storage, made.file.name
    assert sweeper.exports_purge() == 0
    Export.objects.update(created_at=timezone.now() - timedelta(hours=settings.EXPORT_KEPT_H, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert sweeper.exports_purge() == 1
    assert not storage.exists(name)
    asked = export.export_ask(owner=alice)
    accounts.account_delete(user=alice)
    export.export_make(export_id=asked.pk)
    assert not Export.objects.exists()


def test_a_lost_message_and_a_dead_worker_are_made_up_for(alice: User, sent: list[tuple[Any, ...]]) -> None:
    asked = export.export_ask(owner=alice)
    sweeper.exports_resend()
    assert len(sent) == 1
    long_ago = timezone.now() - timedelta(hours=1)
    for status in ("queued", "running"):
        Export.objects.update(status=status, queued_at=long_ago, claimed_at=long_ago)
        sweeper.exports_resend()
        assert sent.pop() == ("make_export", asked.pk)


def test_without_room_it_says_so(as_alice: Client, alice: User, sent: list[tuple[Any, ...]], settings: Any) -> None:
    Photo.objects.create(owner=alice, content_type="image/jpeg", size=10**9, width=1, height=1, sha256="0" * 64)
    settings.DISK_RESERVE_BYTES = 10**15
    asked = export.export_ask(owner=alice)
    export.export_make(export_id=asked.pk)
    asked.refresh_from_db()
    assert asked.status == Export.Status.FAILED
    assert "could not be made" in as_alice.get(reverse("closet:export")).content.decode()


def test_packing_needs_memory_for_a_chunk_alone(alice: User) -> None:
    photo = Photo(owner=alice, content_type="image/jpeg", size=5, width=1, height=1, sha256="0" * 64)
    photo.original.save("a.jpg", ContentFile(bytes(3 * export.CHUNK)))

    class Target(io.BytesIO):
        largest = 0

        def write(self, data: Any) -> int:
            self.largest = max(self.largest, len(data))
            return super().write(data)

    target = Target()
    export.account_pack(user=alice, target=target)
    assert 0 < target.largest <= export.CHUNK


def a_phones_photo() -> bytes:
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112], exif[0x010F] = 6, "Secret maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 54.0)})
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_originals_keep_the_place_unless_their_owner_wants_them_stripped(
    as_alice: Client, as_bob: Client, alice: User, bob: User, alice_api: APIClient, sent: list[tuple[Any, ...]]
) -> None:
    """On the page, by the API, and in an export, which tells what it holds and comes in again as it is."""
    taken = photo_add(owner=alice, upload=SimpleUploadedFile("a.jpg", a_phones_photo(), "image/jpeg")).photo
    page = as_alice.get(taken.get_absolute_url()).content.decode()
    assert "often the place too" in page and 'name="strip"' in page
    url = reverse("closet:media", args=[taken.original.name])
    whole, clean = (body(as_alice.get(url, told)) for told in ({"download": 1}, {"download": 1, "strip": 1}))
    assert whole == a_phones_photo() and b"Secret maker" not in clean
    with Image.open(io.BytesIO(clean)) as picture:
        assert dict(picture.getexif()) == {0x0112: 6}
    assert as_alice.get(url, {"strip": 1})["ETag"] != as_alice.get(url)["ETag"]
    assert as_bob.get(url, {"strip": 1}).status_code == 404
    told = alice_api.get(f"/api/v1/photos/{taken.pk}/").data["original"]
    assert b"Secret maker" not in body(alice_api.get(f"{told}?strip"))
    assert "no place" not in as_alice.get(reverse("closet:export")).content.decode()
    for asked, kept in (({}, True), ({"strip_metadata": True}, False)):
        answer = alice_api.post(API, asked)
        assert answer.data["strip_metadata"] is not kept
        export.export_make(export_id=Export.objects.get().pk)
        packed = io.BytesIO(Export.objects.get().file.read())
        archive = zipfile.ZipFile(packed)
        facts = json.loads(archive.read("closet.json"))
        (row,) = facts["photos"]
        original = archive.read(row["original"])
        assert facts["originals"] == ("as taken" if kept else "without metadata")
        assert (b"Secret maker" in original) is kept
        assert (row["sha256"], row["size"]) == (hashlib.sha256(original).hexdigest(), len(original))
        assert closet_preview(owner=bob, file=packed).counts["photos"] == 1
    assert "no place" in as_alice.get(reverse("closet:export")).content.decode()
    as_alice.post(reverse("closet:export"), {"strip": "1"})
    assert Export.objects.get().strip_metadata


def test_an_original_that_cannot_be_stripped_is_not_given_out(as_alice: Client, alice: User) -> None:
    furnished(alice)
    url = reverse("closet:media", args=[Photo.objects.get().original.name])
    answer = as_alice.get(url, {"strip": 1})
    assert answer.status_code == 422 and "cannot be taken out" in answer.content.decode()
