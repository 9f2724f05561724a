"""Photos come in: by page and by API, once, within limits, or not at all."""

import errno
import io
import socket
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image
from rest_framework.test import APIClient

from closet.models import Garment, Photo, User
from closet.problems import SENTENCES, sentence
from closet.services.files import new_files
from closet.services.photos import photo_add, photo_delete, photo_retry
from config.pictures_store import PatientS3Storage
from imaging.decode import MESSAGES
from tests.closet.closets import garment_of, photo_of
from tests.vision.pictures import encoded, noise, shirt

pytestmark = pytest.mark.django_db


def stored_files() -> set[str]:
    storage = storages["private"]
    found: set[str] = set()
    for folder in ("photo", "garment"):
        if storage.exists(folder):
            for sub in storage.listdir(folder)[0]:
                found |= {f"{folder}/{sub}/{name}" for name in storage.listdir(f"{folder}/{sub}")[1]}
    return found


def jpeg(name: str = "shirt.jpg", **options: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, encoded(shirt(**options)), content_type="image/jpeg")


def send(client: APIClient, content: bytes, name: str = "shirt.jpg", **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("api-photos"), {"file": file, **fields}, format="multipart")


# --- What comes in ------------------------------------------------------------------------------------------


def test_a_photo_is_accepted_at_once_and_waits(alice_api: APIClient, alice: User) -> None:
    answer = send(alice_api, encoded(shirt(size=200)), "my shirt.jpg")
    assert answer.status_code == 202
    photo = Photo.objects.get(pk=answer.json()["id"])
    assert (photo.owner, photo.status, photo.file_name) == (alice, "queued", "my shirt.jpg")
    assert (photo.width, photo.height, photo.content_type) == (200, 200, "image/jpeg")
    assert answer["Location"] == f"http://testserver{reverse('api-photo', args=[photo.pk])}"
    told = alice_api.get(answer["Location"]).json()
    assert (told["status"], told["garments"], told["error"], told["ms"]) == ("queued", [], None, {})


def heic(image: Image.Image) -> bytes:
    import pillow_heif

    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer)
    return buffer.getvalue()


GOOD: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: encoded(shirt()),
    "png": lambda: encoded(shirt(), "PNG"),
    "webp": lambda: encoded(shirt(), "WEBP"),
    "heic": lambda: heic(shirt()),
    "cmyk": lambda: encoded(shirt().convert("CMYK")),
    "sixteen bits": lambda: encoded(Image.new("I;16", (80, 80), 30_000), "PNG"),
    "animated": lambda: encoded(shirt(), "WEBP", save_all=True, append_images=[shirt(floor=200)]),
    "transparent": lambda: encoded(shirt().convert("RGBA"), "PNG"),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_phones_and_shops_make_is_accepted(alice_api: APIClient, name: str) -> None:
    assert send(alice_api, GOOD[name]()).status_code == 202


def test_a_photo_turned_by_its_camera_counts_upright(alice: User) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = encoded(Image.new("RGB", (120, 80), "white"), exif=exif)
    photo = photo_add(owner=alice, upload=SimpleUploadedFile("turned.jpg", content)).photo
    assert (photo.width, photo.height) == (80, 120)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("evil.js", "alert(1)")
    return buffer.getvalue()


def bomb() -> bytes:
    """A PNG of a kilobyte that says it is 20,000 by 20,000."""
    content = bytearray(encoded(Image.new("L", (64, 64)), "PNG"))
    content[16:24] = (20_000).to_bytes(4, "big") * 2
    import zlib

    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "zero bytes": (lambda: b"", "empty"),
    "words": (lambda: b"hello, this is no photo at all", "not_an_image"),
    "svg": (lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg"),
    "gif": (lambda: encoded(shirt(), "GIF"), "unsupported"),
    "polyglot": (lambda: encoded(shirt()) + zipped(), "polyglot"),
    "truncated": (lambda: encoded(shirt())[:-200], "truncated"),
    "bomb": (bomb, "too_many_pixels"),
    "one pixel": (lambda: encoded(Image.new("RGB", (1, 1)), "PNG"), "too_small"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_hostile_file_gets_its_own_sentence_and_leaves_nothing(alice_api: APIClient, name: str) -> None:
    before = stored_files()
    make, code = BAD[name]
    answer = send(alice_api, make(), "photo.jpg")
    assert 400 <= answer.status_code < 500
    assert answer.json() == {"message": sentence(code), "code": code, "errors": {}, "extra": {"code": code}}
    assert not Photo.objects.exists() and stored_files() == before


def test_a_file_over_the_cap_is_told_so_and_never_fills_the_disk(alice_api: APIClient, settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = 20_000
    answer = send(alice_api, encoded(noise(300, 300), quality=95))
    assert answer.status_code == 413
    assert answer.json()["extra"]["code"] == "too_heavy"


def test_every_code_of_the_vision_layer_has_a_sentence() -> None:
    assert set(MESSAGES) <= set(SENTENCES)
    assert all("%" not in sentence(code) for code in SENTENCES)


def test_no_file_is_told_so(alice_api: APIClient) -> None:
    answer = alice_api.post(reverse("api-photos"), {}, format="multipart")
    assert answer.status_code == 400 and answer.json()["extra"]["code"] == "no_file"


# --- Room ---------------------------------------------------------------------------------------------------


def test_a_full_closet_takes_no_more(alice_api: APIClient, alice: User) -> None:
    alice.profile.quota_bytes = 10
    alice.profile.save(update_fields=["quota_bytes"])
    before = stored_files()
    answer = send(alice_api, encoded(shirt()))
    assert answer.status_code == 507 and answer.json()["extra"]["code"] == "over_quota"
    assert not Photo.objects.exists() and stored_files() == before


def test_a_full_disk_is_told_so(alice_api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(*args: object, **kwargs: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(storages["private"]), "save", save)
    answer = send(alice_api, encoded(shirt()))
    assert answer.status_code == 507 and answer.json()["extra"]["code"] == "disk_full"
    assert not Photo.objects.exists()


def test_photos_leave_the_disk_its_reserve(alice_api: APIClient, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DISK_RESERVE_BYTES = 2**60
    before = stored_files()
    answer = send(alice_api, encoded(shirt()))
    assert answer.status_code == 507 and answer.json()["extra"]["code"] == "disk_full"
    assert not Photo.objects.exists() and stored_files() == before


def test_a_row_that_cannot_be_leaves_no_file(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(self: Photo, **kwargs: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(Photo, "save", save)
    before = stored_files()
    with pytest.raises(RuntimeError):
        photo_add(owner=alice, upload=jpeg())
    assert stored_files() == before


# --- The same again ----------------------------------------------------------------------------------------


def test_the_same_bytes_give_the_earlier_photo(alice_api: APIClient) -> None:
    content = encoded(shirt())
    first, second = send(alice_api, content), send(alice_api, content, "copy.jpg")
    assert (second.status_code, second.json()["id"], second.json()["duplicate"]) == (200, first.json()["id"], True)
    assert Photo.objects.count() == 1


def test_add_it_anyway_adds_it(alice_api: APIClient) -> None:
    content = encoded(shirt())
    first = send(alice_api, content).json()["id"]
    assert send(alice_api, content, keep_both="true").status_code == 202
    assert alice_api.post(reverse("api-photo-again", args=[first])).status_code == 202
    assert Photo.objects.count() == 3
    assert len({photo.original.name for photo in Photo.objects.all()}) == 3


def test_the_same_bytes_of_another_member_are_another_photo(alice: User, bob: User) -> None:
    assert photo_add(owner=alice, upload=jpeg()).is_new
    assert photo_add(owner=bob, upload=jpeg()).is_new


# --- The page ----------------------------------------------------------------------------------------------


def test_a_plain_form_takes_many_files_and_tells_what_became_of_each(as_alice: Client, alice: User) -> None:
    photo_add(owner=alice, upload=jpeg())
    files = [
        jpeg("again.jpg"),
        jpeg("blue.jpg", colour=(10, 20, 200)),
        SimpleUploadedFile("letter.txt", b"dear you, hello"),
    ]
    page = as_alice.post(reverse("closet:photos"), {"photos": files}, follow=True)
    text = page.content.decode()
    assert page.status_code == 200
    assert Photo.objects.count() == 2
    assert "again.jpg" in text and "This photo is in your closet already." in text
    assert "letter.txt" in text and "This file is not a photo." in text
    assert "blue.jpg" in text
    assert "letter.txt" not in as_alice.get(reverse("closet:photos")).content.decode()  # told once


def test_the_script_is_answered_a_file_at_a_time(as_alice: Client) -> None:
    def drop(file: SimpleUploadedFile) -> Any:
        address = reverse("closet:photos")
        return as_alice.post(address, {"photos": [file]}, headers={"accept": "application/json"}).json()

    assert drop(jpeg())["outcome"] == "added"
    again = drop(jpeg())
    assert again["outcome"] == "duplicate" and "Add it anyway" in again["html"]
    refused = drop(SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"))
    assert (refused["outcome"], refused["code"]) == ("refused", "svg")


def test_a_forged_form_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(reverse("closet:photos"), {"photos": [jpeg()]}).status_code == 403
    assert not Photo.objects.exists()


def test_what_is_on_its_way_survives_a_reload(as_alice: Client, alice: User) -> None:
    photo = photo_add(owner=alice, upload=jpeg("on-its-way.jpg")).photo
    assert "on-its-way.jpg" in as_alice.get(reverse("closet:photos")).content.decode()
    Photo.objects.filter(pk=photo.pk).update(status="failed", error_code="corrupt")
    assert sentence("corrupt") in as_alice.get(reverse("closet:photos")).content.decode()


def test_the_progress_is_sent_only_when_something_moved(as_alice: Client, alice: User) -> None:
    photo = photo_add(owner=alice, upload=jpeg()).photo
    url, htmx = reverse("closet:photos_progress"), {"HX-Request": "true"}
    first = as_alice.get(url, headers=htmx)
    seen = first.content.decode().partition("?seen=")[2][:16]
    assert as_alice.get(f"{url}?seen={seen}", headers=htmx).status_code == 204
    Photo.objects.filter(pk=photo.pk).update(status="running", stage="cutout")
    assert "cutting out" in as_alice.get(f"{url}?seen={seen}", headers=htmx).content.decode()


def test_the_upload_page_costs_the_same_for_one_photo_and_for_many(
    as_alice: Client, alice: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        photo_add(owner=alice, upload=jpeg(colour=(number * 20, 0, 0)))
    with django_assert_max_num_queries(10):
        as_alice.get(reverse("closet:photos"))


# --- One photo ---------------------------------------------------------------------------------------------


def test_a_failed_photo_can_be_tried_again(as_alice: Client, alice: User) -> None:
    photo = photo_add(owner=alice, upload=jpeg()).photo
    Photo.objects.filter(pk=photo.pk).update(status="failed", error_code="gave_up", attempts=3)
    assert as_alice.post(reverse("closet:photo_retry", args=[photo.pk])).status_code == 302
    photo.refresh_from_db()
    assert (photo.status, photo.attempts, photo.error_code) == ("queued", 0, "")


def test_a_photo_on_its_way_is_not_sent_twice(alice: User) -> None:
    photo = photo_add(owner=alice, upload=jpeg()).photo
    assert not photo_retry(photo=photo)


def test_deleting_a_photo_takes_garments_and_files_along(
    alice: User, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    from recommender.jobs import photos

    settings.VISION_BACKEND = "tests.recommender.engines.quick"
    before = stored_files()
    photo = photo_add(owner=alice, upload=jpeg()).photo
    with django_capture_on_commit_callbacks(execute=True):
        photos.run(photo.pk)
    assert Garment.objects.filter(photo=photo).exists() and len(stored_files()) > len(before) + 3
    photo.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        photo_delete(photo=photo)
    assert stored_files() == before and not Garment.objects.exists()


@pytest.mark.parametrize("name", ["photo", "photo_status", "photo_delete", "photo_retry", "photo_again", "photo_keep"])
def test_another_members_photo_does_not_exist(as_charlie: Client, alice: User, name: str) -> None:
    photo = photo_add(owner=alice, upload=jpeg()).photo
    address = reverse(f"closet:{name}", args=[photo.pk])
    assert {as_charlie.get(address).status_code, as_charlie.post(address).status_code} <= {404, 405}


def test_another_members_photo_does_not_exist_in_the_api(charlie_api: APIClient, alice: User) -> None:
    photo = photo_add(owner=alice, upload=jpeg()).photo
    assert charlie_api.get(reverse("api-photos")).json()["count"] == 0
    assert charlie_api.get(reverse("api-photo", args=[photo.pk])).status_code == 404
    assert charlie_api.delete(reverse("api-photo", args=[photo.pk])).status_code == 404
    for action in ("retry", "again", "keep"):
        assert charlie_api.post(reverse(f"api-photo-{action}", args=[photo.pk])).status_code == 404


# --- Files -------------------------------------------------------------------------------------------------


def test_a_picture_answers_its_owner_alone(
    as_alice: Client, as_charlie: Client, alice_api: APIClient, charlie_api: APIClient, client: Client, alice: User
) -> None:
    photo = photo_add(owner=alice, upload=jpeg()).photo
    address = reverse("closet:media", args=[photo.original.name])
    for mine in (as_alice, alice_api):
        assert mine.get(address).status_code == 200
    for other in (as_charlie, charlie_api, client):
        assert other.get(address).status_code == 404


def test_a_picture_is_kept_by_the_browser_and_by_nobody_else(as_alice: Client, alice: User) -> None:
    photo = photo_add(owner=alice, upload=jpeg()).photo
    address = reverse("closet:media", args=[photo.original.name])
    answer = as_alice.get(address)
    assert answer["Cache-Control"].startswith("private") and "immutable" in answer["Cache-Control"]
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == encoded(shirt())  # type: ignore[attr-defined]
    assert as_alice.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert "shirt.jpg" in as_alice.get(f"{address}?download")["Content-Disposition"]


def test_a_missing_file_is_404(as_alice: Client, alice: User) -> None:
    photo = photo_add(owner=alice, upload=jpeg()).photo
    address = reverse("closet:media", args=[photo.original.name])
    storages["private"].delete(photo.original.name)
    assert as_alice.get(address).status_code == 404


@pytest.mark.parametrize(("height", "told"), [(480, True), (600, False), (None, False)])
def test_a_photo_whose_person_is_small_says_so(as_alice: Client, alice: User, height: int | None, told: bool) -> None:
    photo = photo_of(alice, status="done", scene="worn", person_height=height)
    with translation.override("en"):
        page = as_alice.get(photo.get_absolute_url()).content.decode()
    assert photo.is_small is told and (f"only {height} pixels tall" in page) is told


def test_a_store_that_is_away_refuses_within_seconds_with_a_sentence(
    alice_api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as silent:  # takes connections and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        store = PatientS3Storage(
            bucket_name="pictures", endpoint_url=f"http://127.0.0.1:{silent.getsockname()[1]}", access_key="a",
            secret_key="b", region_name="us-east-1", file_overwrite=False,
            client_config=Config(connect_timeout=0.2, read_timeout=0.2, retries={"max_attempts": 1}),
        )  # fmt: skip
        monkeypatch.setattr("closet.services.files.private_storage", lambda: store)
        began = time.monotonic()
        answer = send(alice_api, encoded(shirt()))
        assert time.monotonic() - began < 5
    assert (answer.status_code, answer.json()["code"]) == (503, "store_away")
    assert not Photo.objects.exists()


def test_of_several_whole_people_the_owner_says_who_they_are(as_alice: Client, alice: User, as_charlie: Client) -> None:
    points = [[0.5, 0.5, 0.9]] * 33
    mine, theirs, half = (
        {"box": box, "points": points, "missing": missing, "garments": garments}
        for box, missing, garments in (
            ([0, 0, 40, 90], [], [0]), ([50, 0, 90, 90], [], [1]), ([10, 10, 20, 20], ["ankles"], [2]),
        )
    )  # fmt: skip
    photo = photo_of(alice, status="done", scene="worn", keypoints=[mine, theirs, half])
    for position in range(3):
        garment_of(alice, photo=photo, position=position, awaits_review=True)
    with translation.override("en"):
        page = as_alice.get(photo.get_absolute_url()).content.decode()
    assert "Which one is you?" in page and page.count('name="person"') == 3
    address = reverse("closet:photo_person", args=[photo.pk])
    assert as_charlie.post(address, {"person": 1}).status_code == 404
    for wrong in ("3", "x", ""):
        as_alice.post(address, {"person": wrong})
        assert Photo.objects.get(pk=photo.pk).asks_who
    client = APIClient()
    client.force_authenticate(alice)
    refused = client.post(f"/api/v1/photos/{photo.pk}/person/", {"person": 3})
    assert refused.status_code == 400 and "person" in refused.json()["errors"]
    told = client.get(f"/api/v1/photos/{photo.pk}/").json()
    assert told["asks_who"] and [one["number"] for one in told["people"]] == [1, 2] and "keypoints" not in told
    as_alice.post(address, {"person": 1})
    kept = Garment.objects.filter(photo=photo, deleted_at=None).values_list("position", flat=True)
    assert list(kept.order_by("position")) == [0]
    assert not Photo.objects.get(pk=photo.pk).asks_who


def test_a_lost_commit_takes_no_file_from_a_row_that_may_have_come_to_be(alice: User) -> None:
    """The primary dies while it commits: its replica may have the row."""
    before = stored_files()
    with pytest.raises(OperationalError), new_files() as files:
        name = files.save(Photo, "a.jpg", ContentFile(b"photo"))
        raise OperationalError("server closed the connection unexpectedly")
    assert stored_files() - before == {name}
    with pytest.raises(ValueError), new_files() as files:
        files.save(Photo, "a.jpg", ContentFile(b"photo"))
        raise ValueError
    assert stored_files() - before == {name}
    storages["private"].delete(name)
