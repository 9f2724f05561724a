"""Staff see where photos stand, and run them again."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from closet.models import Photo, User
from recommender.index.numbers import numbers
from recommender.jobs import sweeper
from recommender.models import GarmentEmbedding, ProductCell, ProductEmbedding
from tests.cast import member
from tests.conftest import signed_in
from tests.recommender.test_analysis import added, looked_at, two_shirts
from tests.wardrobe import garment, product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_engine(settings: Any) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.quick"


def test_every_page_of_the_members_desk_opens(as_dana: Client, alice: User) -> None:
    photo = looked_at(added(alice, two_shirts()))
    failed = added(alice)
    Photo.objects.filter(pk=failed.pk).update(status="failed", error_code="corrupt", error="line 3")
    for name in ("user", "photo", "garment"):
        assert as_dana.get(reverse(f"admin:closet_{name}_changelist")).status_code == 200
    assert as_dana.get(reverse("admin:closet_user_change", args=[alice.pk])).status_code == 200
    assert as_dana.get(reverse("admin:closet_garment_change", args=[photo.garments.first().pk])).status_code == 200  # type: ignore[union-attr]
    assert b"seeded-1" in as_dana.get(reverse("admin:closet_photo_change", args=[photo.pk])).content
    assert b"line 3" in as_dana.get(reverse("admin:closet_photo_change", args=[failed.pk])).content


def test_staff_see_the_state_of_a_photo_and_never_its_picture(as_dana: Client, alice: User) -> None:
    photo = looked_at(added(alice))
    listed = as_dana.get(reverse("admin:closet_photo_changelist")).content.decode()
    opened = as_dana.get(reverse("admin:closet_photo_change", args=[photo.pk])).content.decode()
    for name in (photo.original.name, photo.display.name, photo.shareable.name):
        assert name not in listed and name not in opened
        assert as_dana.get(reverse("closet:media", args=[name])).status_code == 404


def test_staff_send_a_failed_photo_round_again(as_dana: Client, alice: User) -> None:
    photo = added(alice)
    Photo.objects.filter(pk=photo.pk).update(status="failed", error_code="gave_up", attempts=3)
    as_dana.post(
        reverse("admin:closet_photo_changelist"), {"action": "look_again", "_selected_action": [str(photo.pk)]}
    )
    photo.refresh_from_db()
    assert (photo.status, photo.attempts) == ("queued", 0)


def test_queue_health_tells_of_a_silent_worker_and_of_a_living_one(as_dana: Client) -> None:
    page = reverse("admin:recommender_workerstate_changelist")
    assert "No heartbeat yet" in as_dana.get(page).content.decode()
    sweeper.beat()
    assert "Last heartbeat 0 s ago" in as_dana.get(page).content.decode()
    assert as_dana.post(page).status_code == 302


def test_the_desk_is_closed_to_members(as_alice: Client, as_charlie: Client, alice: User) -> None:
    looked_at(added(alice))
    for client in (as_alice, as_charlie):
        for name in ("closet_photo_changelist", "recommender_workerstate_changelist"):
            assert client.get(reverse(f"admin:{name}")).status_code == 302


def test_the_search_index_shows_its_numbers_and_what_the_night_did(
    as_dana: Client, as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = reverse("admin:recommender_indexhealth_changelist")
    assert "None yet; it runs every night." in as_dana.get(page).content.decode()
    shirt = garment(alice, "shirt", vector=1)
    GarmentEmbedding.objects.create(garment=shirt, model_key="older", vector=[1.0] + [0.0] * 255)
    product("coat", "beige", vector=2)
    found = numbers()
    by_name = {str(one.name): one for one in found.vectors}
    assert by_name["garments"].things == 1 and {"older": 1}.items() <= dict(by_name["garments"].by_key).items()
    assert dict((str(what), n) for what, n in found.due)["vectors of earlier classifiers"] >= 1
    assert {table for table, *_rest in found.sizes} >= {"recommender_productembedding", "recommender_productcell"}
    assert found.size > 0 and not found.needs_cells
    cell = ProductCell.objects.create(model_key=found.model_key, centre=[1.0] + [0.0] * 255)
    assert (numbers().cells, numbers().outside) == (1, ProductEmbedding.objects.count())
    ProductEmbedding.objects.update(cell=cell.pk)
    assert (numbers().outside, numbers().cell_most) == (0, ProductEmbedding.objects.count())

    def broken() -> int:
        raise RuntimeError

    broken.__name__ = "vectors_sweep"
    monkeypatch.setattr(sweeper, "vectors_sweep", broken)
    sweeper.nightly()
    told = as_dana.get(page, headers={"Accept-Language": "ko"}).content.decode()
    assert "garments_purge" in told and "RuntimeError" in told and "마지막 정비" in told and "older" in told
    assert as_alice.get(page).status_code == 302
    viewer = member("viewer", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    assert signed_in(viewer).get(page).status_code == 200
