"""What is shared ends: with its thing, by its day, in caches and on the disk; and files that belong to nothing."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import Look
from closet.models import Garment, Photo, Share, User
from closet.services import orphans
from closet.services.garments import garments_change
from closet.services.outfits import outfit_delete, outfit_save
from closet.services.people import block_add
from closet.services.publishing import look_publish, shares_expire
from closet.services.sharing import share_create
from tests.closet.test_posts import colour_of, shot
from tests.conftest import api_client, signed_in
from tests.wardrobe import garment


@pytest.fixture
def shirt(alice: User) -> Garment:
    return garment(alice, "shirt", vector=1)


def opens(share: Share) -> list[int]:
    names = ("closet:shared", "closet:shared_picture")
    return [Client().get(reverse(name, args=[share.slug])).status_code for name in names]


def on_disk(share: Share) -> Path:
    return Path(share.picture.path)


def test_a_deleted_garments_link_and_picture_are_gone(
    alice: User, alice_api: APIClient, shirt: Garment, django_capture_on_commit_callbacks: Any
) -> None:
    share = share_create(owner=alice, garment=shirt)
    path = on_disk(share)
    assert opens(share) == [200, 200] and path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert alice_api.delete(f"/api/v1/garments/{shirt.pk}/").status_code in {200, 204}
    assert opens(share) == [404, 404] and not path.exists()
    garments_change(owner=alice, action="restore", ids=[shirt.pk])
    assert opens(share) == [404, 404]  # back from the bin it is shared anew


def test_a_deleted_outfits_link_picture_and_look_are_gone(
    alice: User, shirt: Garment, django_capture_on_commit_callbacks: Any
) -> None:
    outfit = outfit_save(owner=alice, items=[{"garment": shirt.pk}])
    share = share_create(owner=alice, outfit=outfit)
    look_publish(share=share)
    path = on_disk(share)
    with django_capture_on_commit_callbacks(execute=True):
        outfit_delete(outfit=outfit)
    assert opens(share) == [404, 404] and not path.exists()
    assert not Look.objects.exists()


def test_a_link_ends_by_its_day_and_moves_on_when_shared_again(
    alice: User, shirt: Garment, django_capture_on_commit_callbacks: Any
) -> None:
    share = share_create(owner=alice, garment=shirt)
    path = on_disk(share)
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert opens(share) == [404, 404]
    with django_capture_on_commit_callbacks(execute=True):
        assert shares_expire() == 1
    assert not path.exists()
    again = share_create(owner=alice, garment=shirt)
    Share.objects.filter(pk=again.pk).update(expires_at=timezone.now() + timedelta(days=1))
    renewed = share_create(owner=alice, garment=shirt)
    assert renewed.pk == again.pk and renewed.expires_at > timezone.now() + timedelta(days=80)


def test_its_owner_chooses_when_it_ends_and_no_later_than_the_server_allows(alice: User, shirt: Garment) -> None:
    signed_in(alice).post(f"/closet/{shirt.pk}/share/", {"days": "7", "caption": "My shirt"})
    share = Share.objects.get()
    assert timedelta(days=6) < share.expires_at - timezone.now() < timedelta(days=8)
    assert share_create(owner=alice, garment=shirt, days=5000).expires_at < timezone.now() + timedelta(days=91)


def test_a_photo_is_shared_with_faces_blurred_and_taken_back(alice: User, alice_api: APIClient, bob: User) -> None:
    photo = shot(alice)
    url = f"/api/v1/photos/{photo.pk}/share/"
    assert api_client(bob).post(url, {}).status_code == 404
    assert signed_in(bob).post(f"/photos/{photo.pk}/share/").status_code == 404
    told = alice_api.post(url, {"caption": "At the market", "days": 1})
    assert told.status_code == 201
    share = Share.objects.get()
    page = Client().get(reverse("closet:shared", args=[share.slug])).content.decode()
    assert '<meta property="og:title" content="At the market">' in page
    image = reverse("closet:shared_picture_jpeg", args=[share.slug])
    assert f'<meta property="og:image" content="http://testserver{image}">' in page
    assert colour_of(Client().get(image).content)[1] > 200  # green where faces are blurred
    block_add(owner=alice, blocked=bob)
    assert signed_in(bob).get(image).status_code == 404
    assert alice_api.delete(url).status_code == 204
    assert opens(share) == [404, 404] and Client().get(image).status_code == 404
    assert alice_api.post(f"/api/v1/photos/{shot(alice, faces=None, sha256='9' * 64).pk}/share/", {}).status_code == 400


def test_no_cache_keeps_what_is_shared(alice: User, shirt: Garment) -> None:
    share = share_create(owner=alice, garment=shirt)
    for name in ("closet:shared", "closet:shared_picture"):
        assert "no-store" in Client().get(reverse(name, args=[share.slug]))["Cache-Control"]


def test_a_link_is_taken_back_over_the_api(alice_api: APIClient, shirt: Garment) -> None:
    told = alice_api.post(f"/api/v1/garments/{shirt.pk}/share/", {"caption": "x"})
    assert told.status_code == 201 and told.data["expires_at"]
    share = Share.objects.get()
    assert opens(share) == [200, 200]
    assert alice_api.delete(f"/api/v1/garments/{shirt.pk}/share/").status_code == 204
    assert opens(share) == [404, 404]


# --- Files that belong to nothing -------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """Private files of a test of its own: 30 of rows, and what is put beside them."""
    folder = tmp_path / "private"
    storage = FileSystemStorage(location=folder)
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(orphans, "private_storage", lambda: storage)
    monkeypatch.setattr(orphans, "_is_private", lambda field: True)
    for number in range(30):
        storage.save(f"photo/{number}.jpg", ContentFile(b"x"))
    monkeypatch.setattr(orphans, "names_known", lambda: {f"photo/{number}.jpg" for number in range(30)})
    return folder


def aged(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"orphan")
    long_ago = time.time() - orphans.YOUNG_S - 60
    for path in folder.rglob("*"):
        os.utime(path, (long_ago, long_ago))


def test_an_orphan_is_reported_first_and_moved_aside_a_night_later(shelf: Path) -> None:
    aged(shelf, "share/a.webp")
    assert orphans.files_check() == {"files": 31, "orphans": 1, "moved": 0}
    assert json.loads((shelf.parent / "orphans.json").read_text()) == ["share/a.webp"]
    aged(shelf, "share/b.webp")
    assert orphans.files_check() == {"files": 32, "orphans": 2, "moved": 1}
    assert (shelf.parent / "quarantine" / "share" / "a.webp").read_bytes() == b"orphan"
    assert (shelf / "share" / "b.webp").exists()
    assert len(list((shelf / "photo").iterdir())) == 30


def test_a_young_file_is_left_to_the_row_that_comes(shelf: Path) -> None:
    (shelf / "young.webp").write_bytes(b"x")
    assert orphans.files_check()["orphans"] == 0


def test_where_more_than_a_fifth_would_go_nothing_is_touched(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aged(shelf)
    orphans.files_check()
    monkeypatch.setattr(orphans, "names_known", set)  # a database that was emptied
    for _night in range(3):
        assert orphans.files_check()["moved"] == 0
    assert len(list((shelf / "photo").iterdir())) == 30


@pytest.mark.django_db
def test_every_file_of_every_row_is_known(alice: User, shirt: Garment) -> None:
    photo = Photo(owner=alice, content_type="image/jpeg", size=5, width=1, height=1, sha256="0" * 64)
    photo.original.save("a.jpg", ContentFile(b"photo"))
    share = share_create(owner=alice, garment=shirt)
    assert {shirt.cutout.name, photo.original.name, share.picture.name} <= orphans.names_known()
