"""The worker's side of a photo: claimed once, written once, never against the owner's word."""

import errno
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from catalog.models import Kind
from closet.models import Garment, Photo, User
from closet.services import files
from closet.services.masks import garment_paint
from closet.services.photos import photo_add, photo_add_again, photo_keep, photo_retry
from closet.services.review import piece_split, pieces_merge
from recommender.jobs import photos, sweeper
from recommender.jobs.garment_writer import GarmentWriter
from recommender.models import GarmentEmbedding
from recommender.services import photos_stranded
from tests.closet.test_photos import stored_files
from tests.vision.pictures import encoded, shirt

pytestmark = pytest.mark.django_db
ENGINES = "tests.recommender.engines."


@pytest.fixture(autouse=True)
def quick_engine(settings: Any) -> Iterator[None]:
    settings.VISION_BACKEND = ENGINES + "quick"
    yield


def two_shirts() -> Image.Image:
    image = Image.new("RGB", (640, 320), (235, 235, 235))
    image.paste(shirt(300, (180, 30, 40)), (10, 10))
    image.paste(shirt(300, (20, 60, 160)), (330, 10))
    return image


def added(owner: User, image: Image.Image | None = None, name: str = "shirt.jpg", **options: Any) -> Photo:
    content = encoded(image or shirt(320), **options)
    return photo_add(owner=owner, upload=SimpleUploadedFile(name, content)).photo


def looked_at(photo: Photo) -> Photo:
    photos.run(photo.pk)
    photo.refresh_from_db()
    return photo


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


# --- A photo's way -------------------------------------------------------------------------------------------


def test_a_photo_becomes_garments_with_pictures_facts_and_vectors(alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    assert (photo.status, photo.scene, photo.attempts, photo.stage) == ("done", "garment", 1, "")
    assert {"decode", "faces", "detect", "cutout", "palette", "describe", "save"} <= set(photo.ms)
    assert photo.models_used["describe"] == "seeded-1"
    one, two = Garment.objects.filter(photo=photo).order_by("position")
    assert (one.owner, one.position, two.position) == (alice, 0, 1)
    assert one.colour_names[0] in ("red", "burgundy") and two.colour_names[0] in ("blue", "navy")
    assert one.pattern == "solid" and one.seasons == ["summer", "spring"] and one.confidences["kind"] == 0.8
    assert one.sleeve == "short" and one.confidences["sleeve"] == 0.9
    assert one.box[2] < 0.55 < two.box[2]
    with one.cutout_small.open() as file, Image.open(file) as cutout:
        assert max(cutout.size) == 256 and cutout.mode == "RGBA" and cutout.format == "WEBP"
    with one.mask.open() as file, Image.open(file) as mask:
        assert mask.size == (640, 320) and mask.mode == "L"
    assert set(GarmentEmbedding.objects.values_list("garment_id", "model_key")) == {
        (one.pk, "seeded-1"),
        (two.pk, "seeded-1"),
    }


def test_what_is_shown_carries_no_metadata(alice: User) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Alice"
    photo = looked_at(added(alice, exif=exif))
    for file in (photo.display, photo.shareable):
        with file.open() as stream, Image.open(stream) as picture:
            assert picture.format == "WEBP" and not picture.getexif() and max(picture.size) <= 1600


def test_the_pages_show_what_became_of_it(as_alice: Client, alice_api: APIClient, alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    page = as_alice.get(photo.get_absolute_url())
    assert page.status_code == 200 and page.content.decode().count("photo-view__box") == 2
    for name in ("photos", "photo_list"):
        assert as_alice.get(reverse(f"closet:{name}")).status_code == 200
    assert as_alice.get(reverse("closet:photo_delete", args=[photo.pk])).status_code == 200
    told = alice_api.get(reverse("api-photo", args=[photo.pk])).json()
    assert told["status"] == "done" and len(told["garments"]) == 2 and told["total_ms"] > 0
    assert next(stage["stage"] for stage in told["stages"]) == "decode"
    small = as_alice.get(reverse("closet:media", args=[photo.display.name]) + "?size=small")
    assert max(Image.open(io.BytesIO(b"".join(small.streaming_content))).size) <= 384  # type: ignore[attr-defined]


def test_a_photo_without_a_garment_is_done_too(alice: User, as_alice: Client) -> None:
    photo = looked_at(added(alice, Image.new("RGB", (200, 200), "white")))
    assert (photo.status, photo.scene, photo.garments.count()) == ("done", "none", 0)
    assert "No garment was found" in as_alice.get(photo.get_absolute_url()).content.decode()


def test_the_sliver_of_a_garment_under_another_is_discarded(alice: User, settings: Any) -> None:
    settings.VISION_BACKEND = ENGINES + "glimpse"
    image = Image.new("RGB", (640, 320), (235, 235, 235))
    image.paste(shirt(300, (180, 30, 40)), (10, 10))
    image.paste((20, 60, 160), (560, 140, 600, 200))
    photo = looked_at(added(alice, image))
    (hung,) = Garment.objects.filter(photo=photo)
    assert photo.scene == "worn" and hung.colour_names[0] in ("red", "burgundy")
    assert 0 < hung.quality < 1


# --- Claims --------------------------------------------------------------------------------------------------


def test_a_message_that_comes_twice_does_nothing_twice(alice: User) -> None:
    photo = looked_at(added(alice))
    before = set(Garment.objects.values_list("pk", "cutout"))
    looked_at(photo)
    assert photo.attempts == 1 and set(Garment.objects.values_list("pk", "cutout")) == before


def test_a_photo_that_is_gone_is_left_alone(alice: User) -> None:
    photo = added(alice)
    key = photo.pk
    photo.delete()
    photos.run(key)


def test_a_worker_that_was_believed_dead_writes_nothing(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = added(alice)
    files = stored_files()
    analyse = photos.pipeline.analyse

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        Photo.objects.filter(pk=photo.pk).update(claimed_at=timezone.now() + timedelta(seconds=1))
        return analyse(*args, **kwargs)

    monkeypatch.setattr(photos.pipeline, "analyse", overtaken)
    looked_at(photo)
    assert photo.status == "running" and not Garment.objects.exists() and stored_files() == files


# --- Failures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("engine", "code"), [("absent", "not_ready")])
def test_what_cannot_work_fails_at_once_with_its_sentence(alice: User, settings: Any, engine: str, code: str) -> None:
    settings.VISION_BACKEND = ENGINES + engine
    photo = looked_at(added(alice))
    assert (photo.status, photo.error_code, photo.attempts) == ("failed", code, 1)
    assert photo.original.storage.exists(photo.original.name)


def test_a_poison_photo_ends_failed_and_never_loops(alice: User, settings: Any, on_commit: Any) -> None:
    settings.VISION_BACKEND = ENGINES + "broken"
    photo = added(alice)
    stored = stored_files()
    with on_commit() as sent:
        for _attempt in range(10):
            looked_at(photo)
    assert (photo.status, photo.error_code, photo.attempts) == ("failed", "unexpected", Photo.MAX_ATTEMPTS)
    assert photo.error == "RuntimeError: boom" and len(sent) == Photo.MAX_ATTEMPTS - 1
    assert stored_files() == stored


def test_a_photo_that_kills_its_worker_is_given_up(alice: User) -> None:
    photo = added(alice)
    Photo.objects.filter(pk=photo.pk).update(attempts=Photo.MAX_ATTEMPTS)
    looked_at(photo)
    assert (photo.status, photo.error_code) == ("failed", "gave_up")


@pytest.mark.parametrize("when", ["read", "written"])
def test_a_photo_waits_for_a_store_that_is_away_and_loses_no_attempt(
    alice: User, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    photo, away = added(alice), OSError(errno.EIO, "the store does not answer")
    storage = type(storages["private"])

    def fails(*_: Any, **__: Any) -> None:
        raise away

    with monkeypatch.context() as patched:
        patched.setattr(files, "FileSystemStorage", type("Elsewhere", (), {}))
        patched.setattr(files, "has_room", lambda size: True)
        patched.setattr(storage, "_open" if when == "read" else "_save", fails)
        for _ in range(Photo.MAX_ATTEMPTS + 2):
            looked_at(photo)
            assert (photo.status, photo.stage, photo.attempts, photo.error_code) == ("queued", "", 0, "")
    assert looked_at(photo).status == "done"


def test_a_photo_that_takes_too_long_fails(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def forever(*args: Any, **kwargs: Any) -> None:
        raise SoftTimeLimitExceeded

    photo = added(alice)
    monkeypatch.setattr(photos.pipeline, "analyse", forever)
    looked_at(photo)
    assert (photo.status, photo.error_code) == ("failed", "too_slow")


def test_a_photo_whose_pixels_are_broken_fails_with_a_sentence(alice: User) -> None:
    photo = added(alice)
    name = photo.original.name
    storages["private"].delete(name)
    storages["private"].save(name, ContentFile(encoded(shirt(320))[:-300] + b"\xff\xd9"))
    looked_at(photo)
    assert photo.status in ("failed", "done")  # some decoders draw what is there
    storages["private"].delete(name)
    photo_retry(photo=photo)
    assert looked_at(photo).error_code == "original_missing"


def test_a_second_garment_that_fails_leaves_no_file_behind(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = added(alice)
    files = stored_files()

    def broken(*args: Any) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr("recommender.jobs.garment_writer.embedding_write", broken)
    looked_at(photo)
    assert stored_files() == files and not Garment.objects.exists()


# --- The owner's word ----------------------------------------------------------------------------------------


def test_looking_again_changes_no_field_the_owner_set(alice: User, on_commit: Any) -> None:
    photo = looked_at(added(alice, two_shirts()))
    garment = Garment.objects.get(photo=photo, position=0)
    coat = Kind.objects.get(slug="coat")
    garment.kind, garment.pattern, garment.colour_names, garment.name = coat, "check", ["green"], "Mine"
    garment.owner_fields = ["kind", "pattern", "colour_names", "name"]
    garment.save()
    colours, cutout = garment.colours, garment.cutout.name
    with on_commit(execute=False):
        photo_retry(photo=photo)
    with on_commit(execute=True):
        looked_at(photo)
    garment.refresh_from_db()
    assert (garment.kind, garment.pattern, garment.colour_names, garment.name) == (coat, "check", ["green"], "Mine")
    assert garment.colours == colours and garment.warmth == coat.warmth
    assert garment.cutout.name != cutout and not garment.cutout.storage.exists(cutout)
    assert Garment.objects.filter(photo=photo).count() == 2 and GarmentEmbedding.objects.count() == 2


def test_a_garment_is_recognised_by_its_place_not_its_number(alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    left = Garment.objects.get(photo=photo, position=0)
    Garment.objects.filter(pk=left.pk).update(position=9, name="Left", owner_fields=["name"])
    photo_retry(photo=photo)
    looked_at(photo)
    left.refresh_from_db()
    assert left.colour_names[0] in ("red", "burgundy") and Garment.objects.filter(photo=photo).count() == 2


def test_the_owners_mask_is_what_is_cut_out(alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    garment = Garment.objects.get(photo=photo, position=1)
    mask = np.zeros((320, 640), np.uint8)
    mask[100:200, 400:500] = 255
    picture = io.BytesIO()
    Image.fromarray(mask).save(picture, "PNG")
    garment.owner_mask.save("mask.png", ContentFile(picture.getvalue()))
    photo_retry(photo=photo)
    looked_at(photo)
    garment.refresh_from_db()
    assert photo.status == "done" and Garment.objects.filter(photo=photo, deleted_at=None).count() == 2
    assert np.allclose(garment.box, [400 / 640, 100 / 320, 500 / 640, 200 / 320], atol=0.02)
    assert garment.owner_mask and garment.position == 1


def painted(photo: Photo, box: tuple[int, int, int, int], kind: str = "shirt") -> Garment:
    mask = Image.new("L", (photo.width, photo.height))
    mask.paste(255, box)
    picture = io.BytesIO()
    mask.save(picture, "PNG")
    picture.seek(0)
    return garment_paint(photo=photo, kind=Kind.objects.get(slug=kind), file=picture)


def test_what_its_owner_painted_is_cut_out_and_described_and_keeps_its_name(alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    garment = painted(photo, (400, 100, 500, 200), "blouse")
    looked_at(photo)
    garment.refresh_from_db()
    assert photo.status == "done" and Garment.objects.filter(photo=photo, deleted_at=None).count() == 3
    assert garment.kind.slug == "blouse" and garment.colour_names[0] in ("blue", "navy") and garment.cutout
    assert GarmentEmbedding.objects.filter(garment=garment).exists()


def test_a_shirt_painted_under_a_coat_takes_nothing_from_the_coat(alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    coat = Garment.objects.get(photo=photo, position=1)
    x0, y0, x1, y1 = coat.box
    inside = (round(x0 * 640) + 20, round(y0 * 320) + 10, round(x1 * 640) - 20, round(y1 * 320) - 10)
    painted(photo, inside)
    looked_at(photo)
    coat.refresh_from_db()
    assert coat.deleted_at is None and Garment.objects.filter(photo=photo, deleted_at=None).count() == 3


def test_what_is_painted_while_a_worker_looks_is_cut_out_afterwards(alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    photo_retry(photo=photo)
    claimed = photos.claim(photo.pk)
    assert claimed is not None
    writer = GarmentWriter(claimed)
    assert not writer.masks_changed()
    painted(photo, (400, 100, 500, 200))
    assert writer.masks_changed()


def test_what_is_no_longer_seen_goes_to_the_bin_unless_the_owner_used_it(alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    ghosts = [
        Garment.objects.create(
            owner=alice, photo=photo, position=p, kind=Kind.objects.first(), box=[0, 0, 0.05, 0.05], **f
        )
        for p, f in ((5, {}), (6, {"wears": 2}))
    ]
    photo_retry(photo=photo)
    looked_at(photo)
    assert [Garment.objects.get(pk=ghost.pk).deleted_at is None for ghost in ghosts] == [False, True]


def test_a_garment_in_the_bin_stays_there(alice: User) -> None:
    photo = looked_at(added(alice))
    Garment.objects.update(deleted_at=timezone.now())
    photo_retry(photo=photo)
    looked_at(photo)
    assert not Garment.objects.present().exists() and Garment.objects.count() == 1


def test_one_stage_can_be_done_again(alice: User) -> None:
    photo = looked_at(added(alice))
    Garment.objects.update(colours=[], colour_names=[], pattern="dot")
    garment = Garment.objects.get(photo=photo)
    photos.restage(garment.pk, "palette")
    garment.refresh_from_db()
    assert garment.colour_names and garment.pattern == "dot"
    photos.restage(garment.pk, "describe")
    garment.refresh_from_db()
    assert garment.pattern == "solid"
    GarmentEmbedding.objects.all().delete()
    photos.restage(garment.pk, "embed")
    assert GarmentEmbedding.objects.count() == 1


# --- Near-identical photos ------------------------------------------------------------------------------------


def test_a_near_identical_photo_is_pointed_out_and_the_answer_is_kept(alice: User, bob: User, as_alice: Client) -> None:
    first = looked_at(added(alice, name="first.jpg"))
    smaller = looked_at(added(alice, shirt(320).resize((220, 220)), name="smaller.jpg", quality=60))
    other = looked_at(added(alice, two_shirts(), name="other.jpg"))
    of_bob = looked_at(added(bob, shirt(320).resize((220, 220)), quality=61))
    assert (first.twin, smaller.twin, other.twin, of_bob.twin) == (None, first, None, None)
    assert smaller.status == "done" and smaller.garments.exists()  # pointed out, not refused
    assert "Keep both" in as_alice.get(reverse("closet:photos")).content.decode()
    photo_keep(photo=smaller)
    photo_retry(photo=smaller)
    assert looked_at(smaller).twin is None


# --- The sweeper ---------------------------------------------------------------------------------------------


def test_the_sweeper_sends_what_a_dead_worker_held_and_what_the_broker_lost(
    alice: User, on_commit: Any, settings: Any
) -> None:
    lost, held, fresh = added(alice), added(alice, shirt(300)), added(alice, shirt(280))
    long_ago = timezone.now() - timedelta(hours=1)
    Photo.objects.filter(pk=lost.pk).update(queued_at=long_ago)
    Photo.objects.filter(pk=held.pk).update(status="running", claimed_at=long_ago, alive_at=long_ago, attempts=1)
    with on_commit() as sent:
        assert sweeper.photos_resend() == 2
        assert sweeper.photos_resend() == 0  # they wait anew
    assert len(sent) == 2
    held.refresh_from_db()
    fresh.refresh_from_db()
    assert (held.status, held.attempts, fresh.attempts) == ("queued", 1, 0)


def test_a_long_queue_is_not_made_longer(alice: User, on_commit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = added(alice)
    Photo.objects.filter(pk=photo.pk).update(queued_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(photos_stranded, "queue_lengths", lambda: {"interactive": 40, "bulk": 0})
    with on_commit():
        assert sweeper.photos_resend() == 0


def test_the_heartbeat_is_written(db: None) -> None:
    from recommender.models import WorkerState

    sweeper.beat()
    state = WorkerState.objects.get()
    assert state.beat_at and state.facts["queues"] == {"upkeep": 0, "interactive": 0, "imports": 0, "bulk": 0}


def test_the_night_empties_the_bin(alice: User, on_commit: Any) -> None:
    photo = looked_at(added(alice))
    Garment.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    with on_commit(execute=True):
        sweeper.nightly()
    assert not Garment.objects.exists() and Photo.objects.filter(pk=photo.pk).exists()


# --- The review tray -------------------------------------------------------------------------------------------


def test_pieces_of_several_things_wait_and_a_single_one_hangs(alice: User) -> None:
    both = looked_at(added(alice, two_shirts()))
    assert Garment.objects.filter(photo=both).awaiting_review().count() == 2
    one = looked_at(added(alice, shirt(300, (20, 120, 60))))
    assert Garment.objects.filter(photo=one).present().count() == 1


def test_merged_and_split_pieces_survive_another_look(alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    pieces = list(Garment.objects.filter(photo=photo).order_by("position"))
    merged = pieces_merge(owner=alice, ids=[piece.pk for piece in pieces]).ids
    photos.run(photo.pk)
    (left,) = Garment.objects.filter(photo=photo).awaiting_review()
    assert [left.pk] == merged and left.box[0] < 0.3 and left.box[2] > 0.7
    halves = piece_split(owner=alice, pk=left.pk, at=0.5, lengthwise=True).ids
    photos.run(photo.pk)
    waiting = Garment.objects.filter(photo=photo).awaiting_review().order_by("position")
    assert [half.pk for half in waiting] == halves
    assert all(half.cutout for half in Garment.objects.filter(photo=photo).awaiting_review())


def test_a_garment_photographed_again_names_its_twin(alice: User) -> None:
    first = Garment.objects.get(photo=looked_at(added(alice, shirt(300, (20, 120, 60)))))
    again = looked_at(photo_add_again(photo=Photo.objects.get()))
    piece = Garment.objects.get(photo=again)
    assert piece.awaits_review and piece.twin == first and piece.likeness > 0.96


def test_after_an_upgrade_garments_are_embedded_anew_and_older_vectors_are_swept(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the sweeper and the night do it: nothing is found by an older classifier's vectors, and none of them stay."""
    looked_at(added(alice, two_shirts()))
    one, other = Garment.objects.all()
    GarmentEmbedding.objects.update(model_key="release-1")
    monkeypatch.setattr(sweeper, "current_model_key", lambda: "seeded-1")
    sent: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(sweeper, "enqueue", lambda name, ids, **_options: sent.append((name, sorted(ids))))
    assert not sweeper.vectors_sweep(), "a vector that has no successor yet is kept"
    sweeper.embeddings_resend()
    assert ("embed_garments", sorted([one.pk, other.pk])) in sent

    photos.embed_garments([one.pk])
    assert sweeper.vectors_sweep() == 1
    keys = set(GarmentEmbedding.objects.values_list("garment_id", "model_key"))
    assert keys == {(one.pk, "seeded-1"), (other.pk, "release-1")}
    sent.clear()
    sweeper.embeddings_resend()
    assert ("embed_garments", [other.pk]) in sent
    photos.embed_garments([other.pk])
    assert sweeper.vectors_sweep() == 1
    assert set(GarmentEmbedding.objects.values_list("model_key", flat=True)) == {"seeded-1"}
    sent.clear()
    sweeper.embeddings_resend()
    assert not any(name == "embed_garments" for name, _ids in sent)
