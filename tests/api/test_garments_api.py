"""The closet by API: what every page does, and nothing of anybody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from closet.models import Garment, Outfit, Photo, User
from closet.services.outfits import plan_set, reaction_set
from tests.closet.closets import closet_of, garment_of, mask_png, outfit_of, photo_of

pytestmark = pytest.mark.django_db
LIST = "/api/v1/garments/"


def one(garment: Garment, rest: str = "") -> str:
    return f"{LIST}{garment.pk}/{rest}"


@pytest.mark.parametrize("count", [3, 300])
def test_a_page_of_garments_costs_the_same_in_any_closet(
    alice_api: APIClient, alice: User, count: int, django_assert_max_num_queries: Any
) -> None:
    closet_of(alice, count)
    with django_assert_max_num_queries(6):
        answer = alice_api.get(LIST)
    assert answer.json()["count"] == count


def test_the_list_takes_the_pages_filters(alice_api: APIClient, alice: User) -> None:
    garment_of(alice, "cardigan", "navy")
    garment_of(alice, "jeans", "red", state="archived")
    assert [g["kind"] for g in alice_api.get(LIST).json()["results"]] == ["cardigan"]
    assert [g["kind"] for g in alice_api.get(f"{LIST}?state=archived&sort=newest").json()["results"]] == ["jeans"]
    refused = alice_api.get(f"{LIST}?colour=plaid")
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"colour"})


def test_an_unchanged_garment_is_not_sent_twice(alice_api: APIClient, alice: User) -> None:
    garment = garment_of(alice)
    for url in (LIST, one(garment)):
        first = alice_api.get(url)
        assert alice_api.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    alice_api.patch(one(garment), {"notes": "mended"})
    assert alice_api.get(LIST, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_patching_is_the_owners_word_and_names_lookalikes(alice_api: APIClient, alice: User) -> None:
    garment, twin = garment_of(alice), garment_of(alice)
    answer = alice_api.patch(one(garment), {"kind": "knit", "measures": {"chest": 540}, "price": "39.90"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["garment"]["owner_fields"] == ["kind", "measures", "price"]
    assert [g["id"] for g in body["lookalikes"]] == [twin.pk]
    spread = alice_api.post(one(garment, "spread/"), {"field": "kind", "ids": [twin.pk]})
    assert spread.json()["ids"] == [twin.pk]
    twin.refresh_from_db()
    assert twin.kind.slug == "knit"


def test_a_stale_patch_is_refused(alice_api: APIClient, alice: User) -> None:
    garment = garment_of(alice)
    etag = alice_api.get(one(garment))["ETag"]
    alice_api.patch(one(garment), {"notes": "a"})
    assert alice_api.patch(one(garment), {"notes": "b"}, headers={"If-Match": etag}).status_code == 412


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind": "toga"},
        {"colour_names": ["plaid"]},
        {"measures": {"chest": -1}},
        {"measures": {"chest": "52cm"}},
        {"price": -1},
        {"state": "stolen"},
        {"styles": []},
        {"warmth": 7},
        {"seasons": "winter"},
    ],
)
def test_nonsense_is_a_400_with_a_sentence(alice_api: APIClient, alice: User, sent: dict[str, Any]) -> None:
    answer = alice_api.patch(one(garment_of(alice)), sent)
    assert (answer.status_code, bool(answer.json()["message"])) == (400, True)


def test_deleting_and_bulk_changes_are_taken_back(alice_api: APIClient, alice: User) -> None:
    garments = closet_of(alice, 4)
    gone = alice_api.delete(one(garments[0])).json()
    assert alice_api.get(one(garments[0])).status_code == 404
    alice_api.post(f"{LIST}undo/", {"undo": gone["undo"]})
    assert alice_api.get(one(garments[0])).status_code == 200
    ids = [g.pk for g in garments]
    moved = alice_api.post(f"{LIST}bulk/", {"action": "state", "value": "laundry", "ids": ids}).json()
    assert sorted(moved["ids"]) == sorted(ids)
    alice_api.post(f"{LIST}undo/", {"undo": moved["undo"]})
    assert not Garment.objects.filter(state="laundry").exists()
    assert alice_api.post(f"{LIST}bulk/", {"action": "state", "value": "x", "ids": ids}).status_code == 400


def test_drawing_one_and_confirming_it(alice_api: APIClient) -> None:
    made = alice_api.post(LIST, {"silhouette": "shirt", "colour": "white"})
    assert made.status_code == 201
    assert made.json()["pictures"]["small"].startswith("http")
    assert alice_api.post(f"{LIST}{made.json()['id']}/confirm/material/").status_code == 200
    assert alice_api.post(LIST, {"silhouette": "toga", "colour": "white"}).status_code == 400


def test_what_a_photo_hid_is_added_by_a_painted_mask(alice_api: APIClient, charlie_api: APIClient, alice: User) -> None:
    photo = photo_of(alice, status=Photo.Status.DONE)
    url = reverse("api-photo-garments", args=[photo.pk])
    png = mask_png((120, 160), (20, 20, 100, 140))

    def sent(**other: object) -> dict[str, object]:
        return {"mask": SimpleUploadedFile("m.png", png, "image/png"), "kind": "tote", **other}

    assert charlie_api.post(url, sent(), format="multipart").status_code == 404
    refused = alice_api.post(url, sent(kind="spaceship"), format="multipart")
    assert refused.status_code == 400 and list(refused.json()["extra"]["fields"]) == ["kind"]
    taken = alice_api.post(url, sent(), format="multipart")
    assert taken.status_code == 202 and taken.json()["status"] == "queued"
    assert [garment["kind"] for garment in taken.json()["garments"]] == ["tote"]


def test_a_mask_is_put_as_a_form_or_as_the_body(alice_api: APIClient, alice: User) -> None:
    garment = garment_of(alice, photo=photo_of(alice, status="done"))
    png = mask_png((120, 160), (20, 20, 100, 140))
    file = SimpleUploadedFile("m.png", png, "image/png")
    assert alice_api.put(one(garment, "mask/"), {"mask": file}, format="multipart").status_code == 202
    raw = {"content_type": "image/png", "HTTP_CONTENT_DISPOSITION": "attachment; filename=m.png"}
    assert alice_api.put(one(garment, "mask/"), png, **raw).status_code == 202
    assert "mask" in alice_api.get(one(garment)).json()["owner_fields"]
    assert alice_api.delete(one(garment, "mask/")).status_code == 202
    assert alice_api.post(one(garment, "again/"), {"stage": "palette"}).status_code == 202
    assert alice_api.post(one(garment, "again/"), {"stage": "magic"}).status_code == 400
    assert alice_api.put(one(garment, "mask/"), {}, format="multipart").status_code == 400


def test_wears_are_noted_listed_and_taken_back(alice_api: APIClient, alice: User) -> None:
    garment = garment_of(alice, price=100)
    today = timezone.localdate().isoformat()
    assert alice_api.post(one(garment, "wears/")).json()["cost_per_wear"] == "100.00"
    noted = alice_api.post("/api/v1/wears/", {"garments": [garment.pk]})
    assert noted.status_code == 201
    [worn] = noted.json()["results"]
    assert (noted.json()["count"], worn["garment"], worn["worn_on"]) == (1, garment.pk, today)
    older = alice_api.post("/api/v1/wears/", {"garments": [garment.pk]}, headers={"API-Version": "1.0"})
    assert older.json() == [worn]
    assert [w["worn_on"] for w in alice_api.get(one(garment, "wears/")).json()["results"]] == [today]
    assert alice_api.get(f"/api/v1/wears/?day_from={today}").json()["count"] == 1
    assert alice_api.get("/api/v1/stats/").json()["most_worn"] == [garment.pk]
    assert alice_api.delete(one(garment, f"wears/{today}/")).json()["wears"] == 0
    assert alice_api.delete(one(garment, f"wears/{today}/")).status_code == 404
    assert alice_api.post(one(garment, "wears/"), {"worn_on": "2999-01-01"}).status_code == 400


def test_outfits_are_made_changed_worn_planned_shared_and_deleted(alice_api: APIClient, alice: User) -> None:
    top, jeans = garment_of(alice, "shirt", pictured=True), garment_of(alice, "jeans", pictured=True)
    made = alice_api.post("/api/v1/outfits/", {"items": [{"garment": top.pk, "x": 0.1}], "name": "A"})
    assert made.status_code == 201
    url = f"/api/v1/outfits/{made.json()['id']}/"
    assert alice_api.patch(url, {"name": "B"}).json()["items"][0]["x"] == 0.1
    assert len(alice_api.patch(url, {"items": [{"garment": top.pk}, {"garment": jeans.pk}]}).json()["items"]) == 2
    assert alice_api.post(f"{url}wear/").status_code == 201
    plan = alice_api.post("/api/v1/plans/", {"outfit": made.json()["id"], "day": "2026-12-01"})
    assert plan.status_code == 201
    assert alice_api.get("/api/v1/plans/?day_from=2026-12-01&day_to=2026-12-07").json()["count"] == 1
    assert alice_api.delete(f"/api/v1/plans/{plan.json()['id']}/").status_code == 204
    shown = alice_api.post(f"{url}share/", {"caption": "hi"})
    assert APIClient().get(shown.json()["url"]).status_code == 200
    assert alice_api.delete(f"{url}share/").status_code == 204
    assert APIClient().get(shown.json()["url"]).status_code == 404
    assert alice_api.delete(url).status_code == 204
    assert alice_api.get("/api/v1/outfits/").json()["count"] == 0


def test_reactions_are_kept(alice_api: APIClient, alice: User) -> None:
    ids = [garment_of(alice).pk, garment_of(alice).pk]
    said = alice_api.post("/api/v1/reactions/", {"garments": ids, "verdict": "like", "context": {"occasion": "work"}})
    assert said.status_code == 201
    assert alice_api.post("/api/v1/reactions/", {"garments": ids[:1], "verdict": "like"}).status_code == 400
    assert alice_api.get("/api/v1/reactions/?verdict=like").json()["count"] == 1
    assert alice_api.delete(f"/api/v1/reactions/{said.json()['id']}/").status_code == 204


def test_nobody_without_a_token_is_answered() -> None:
    for name in ("api-garments", "api-outfits", "api-wears", "api-plans", "api-reactions", "api-stats"):
        assert APIClient().get(reverse(name)).status_code in (401, 403), name


def test_the_ids_of_others_are_404(charlie_api: APIClient, alice: User, charlie: User) -> None:
    garment = garment_of(alice, photo=photo_of(alice), pictured=True)
    outfit = outfit_of(alice, garment)
    plan = plan_set(owner=alice, outfit=outfit, day=timezone.localdate())
    reaction = reaction_set(owner=alice, garment_ids=[garment.pk, garment_of(alice).pk], verdict="like")
    today = timezone.localdate().isoformat()
    calls = [
        ("get", one(garment)),
        ("patch", one(garment)),
        ("delete", one(garment)),
        ("post", one(garment, "spread/")),
        ("post", one(garment, "confirm/kind/")),
        ("put", one(garment, "mask/")),
        ("delete", one(garment, "mask/")),
        ("post", one(garment, "again/")),
        ("get", one(garment, "wears/")),
        ("post", one(garment, "wears/")),
        ("delete", one(garment, f"wears/{today}/")),
        ("post", one(garment, "share/")),
        ("get", f"/api/v1/outfits/{outfit.pk}/"),
        ("patch", f"/api/v1/outfits/{outfit.pk}/"),
        ("delete", f"/api/v1/outfits/{outfit.pk}/"),
        ("post", f"/api/v1/outfits/{outfit.pk}/wear/"),
        ("post", f"/api/v1/outfits/{outfit.pk}/share/"),
        ("delete", f"/api/v1/plans/{plan.pk}/"),
        ("delete", f"/api/v1/reactions/{reaction.pk}/"),
    ]
    for method, url in calls:
        answer = getattr(charlie_api, method)(url, **({"format": "multipart"} if method == "put" else {}))
        assert answer.status_code == 404, f"{method} {url}: {answer.status_code}"
    planned = charlie_api.post("/api/v1/plans/", {"outfit": outfit.pk, "day": today})
    assert planned.status_code == 404
    assert charlie_api.post("/api/v1/outfits/", {"items": [{"garment": garment.pk}]}).status_code == 400
    assert charlie_api.post("/api/v1/wears/", {"garments": [garment.pk]}).json()["results"] == []
    bulk = charlie_api.post(f"{LIST}bulk/", {"action": "delete", "ids": [garment.pk]})
    assert bulk.json()["ids"] == []
    assert charlie_api.get(f"/api/v1/wears/?garment={garment.pk}").status_code == 400
    garment.refresh_from_db()
    assert garment.deleted_at is None
    assert Outfit.objects.count() == 1
