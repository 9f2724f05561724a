"""A newcomer's whole way by API alone: account, device, measures, photo, garment, matches, the morning."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from closet.models import User
from recommender.index.model_key import current_model_key
from recommender.jobs import photos
from recommender.jobs.photo_query import look_at
from tests.cast import PASSWORD
from tests.recommender import engines
from tests.recommender.test_analysis import two_shirts
from tests.vision.pictures import encoded, shirt
from tests.wardrobe import brand, garment, product

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture(autouse=True)
def quick_engine(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.quick"
    monkeypatch.setattr(engines.Seeded, "key", current_model_key())  # its vectors are the current ones


def sent(name: str, picture: Any) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, encoded(picture), content_type="image/jpeg")}


def test_from_an_account_to_the_mornings_outfit() -> None:
    client = APIClient()
    account = client.post(f"{API}accounts/", {"email": "erin@example.com", "password": PASSWORD})
    assert account.status_code == 202

    token = client.post(f"{API}tokens/", {"email": "erin@example.com", "password": PASSWORD, "name": "phone"})
    assert token.status_code == 201
    client.credentials(HTTP_AUTHORIZATION=f"Token {token.json()['token']}")

    for zone, value in {"height": 1680, "chest": 900, "waist": 740}.items():
        measured = client.post(f"{API}measurements/", {"zone": zone, "value_mm": value})
        assert measured.status_code == 201, measured.content
    assert client.get(f"{API}measurements/?latest=true").json()["count"] == 3

    upload = client.post(f"{API}photos/", sent("monday.jpg", two_shirts()), format="multipart")
    assert (upload.status_code, upload.json()["status"]) == (202, "queued")
    photo = f"{API}photos/{upload.json()['id']}/"
    photos.run(upload.json()["id"])  # what a worker does with the message
    done = client.get(photo).json()
    assert (done["status"], len(done["garments"])) == ("done", 2) and done["ms"]
    again = client.post(f"{API}photos/", sent("monday.jpg", two_shirts()), format="multipart")
    assert (again.status_code, again.json()["duplicate"]) == (200, True)

    assert client.get(f"{API}garments/").json()["count"] == 0  # two things on one photo: their owner says what is hung
    waiting = client.get(f"{API}review/").json()["results"]
    assert {one["id"] for one in waiting} == {one["id"] for one in done["garments"]} and "quality" in waiting[0]
    kept = client.post(f"{API}review/", {"action": "keep", "ids": [one["id"] for one in waiting]}, format="json")
    assert len(kept.json()["ids"]) == 2 and kept.json()["undo"][0]["action"] == "await"
    listed = client.get(f"{API}garments/").json()
    assert {one["id"] for one in listed["results"]} == {one["id"] for one in done["garments"]}
    mine = listed["results"][0]
    picture = client.get(mine["pictures"]["medium"])
    assert picture.status_code == 200 and picture["Content-Type"] == "image/webp"
    corrected = client.patch(f"{API}garments/{mine['id']}/", {"kind": "knit", "name": "Sunday knit"})
    assert corrected.json()["garment"]["owner_fields"] == ["kind", "name"]

    near = client.get(f"{API}garments/{mine['id']}/similar/?scope=closet").json()["results"]
    assert mine["id"] not in {one["id"] for one in near}
    product("knit", "red", vector=7, maker=brand("Otter"))
    in_shops = client.get(f"{API}garments/{mine['id']}/similar/?scope=catalogue").json()["results"]
    assert [one["brand"]["slug"] for one in in_shops] == ["otter"]

    erin = _member("erin@example.com")
    garment(erin, "jeans", "blue", vector=2)
    garment(erin, "sneakers", "white", vector=3)
    with_it = client.get(f"{API}garments/{mine['id']}/goes-with/").json()["slots"]
    assert {"bottom", "shoes"} <= set(with_it)

    today = client.get(f"{API}outfits/today/?temperature=20&occasion=everyday").json()["results"]
    assert {"bottom", "shoes"} <= {piece["slot"] for piece in today[0]["garments"]}
    worn = [piece["id"] for piece in today[0]["garments"]]
    kept = client.post(f"{API}outfits/", {"items": [{"garment": pk} for pk in worn], "name": "Monday"})
    assert kept.status_code == 201
    assert client.post(f"{API}outfits/{kept.json()['id']}/wear/", {}).status_code == 201
    assert client.get(f"{API}stats/").json()["count"] == 4
    assert client.get(f"{API}wears/").json()["count"] == len(worn)
    assert client.delete(f"{API}outfits/{kept.json()['id']}/wear/").status_code == 200
    assert client.get(f"{API}wears/").json()["count"] == 0

    looked = client.post(f"{API}search/photo/", sent("street.jpg", shirt(300, (30, 60, 160))), format="multipart")
    assert looked.status_code == 202
    look_at(looked.json()["id"])
    found = client.get(f"{API}search/photo/{looked.json()['id']}/").json()
    assert found["status"] == "done" and found["garments"] and found["closet"]
    like_it = client.get(f"{API}brands/matching/?photo={looked.json()['id']}")
    assert (like_it.status_code, like_it.json()["extra"]["code"]) == (400, "not_full_body")
    assert client.get(f"{API}brands/matching/").status_code == 200

    assert client.delete(f"{API}tokens/current/").status_code == 204
    assert client.get(f"{API}garments/").status_code == 401


def _member(email: str) -> User:
    return User.objects.get(email=email)
