"""Looks shown to people, their pages, and households, over the API."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from closet.models import Garment, Loan, Outfit, Post, Profile, User
from closet.services.moderation import post_approve, post_decline
from closet.services.outfits import outfit_save
from closet.services.posts import post_submit
from tests.conftest import api_client
from tests.wardrobe import garment

API = "/api/v1/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def outfit(alice: User) -> Outfit:
    return outfit_save(owner=alice, name="Monday", items=[{"garment": garment(alice, "shirt", vector=1).pk}])


@pytest.fixture
def bob_api(bob: User) -> APIClient:
    return api_client(bob)


def test_a_look_from_sending_it_in_to_withdrawing_it(
    alice: User, alice_api: APIClient, bob_api: APIClient, dana: User, outfit: Outfit
) -> None:
    told = {"outfit": outfit.pk, "title": "Monday", "style": "casual", "tags": ["rain"], "is_findable": True}
    sent = alice_api.post(f"{API}posts/", told)
    assert (sent.status_code, sent.data["state"], sent.data["look"]) == (201, "held", None)
    url = f"{API}posts/{sent.data['id']}/"
    assert bob_api.get(url).status_code == 404 and bob_api.get(f"{API}posts/").data["count"] == 0
    post = Post.objects.get()
    post_decline(post=post, by=dana, ground="other", text="Too dark.")
    mine = alice_api.get(f"{API}posts/?mine=1").data["results"][0]
    assert (mine["state"], mine["reason"], mine["can_appeal"]) == (
        "declined", {"ground": "other", "text": "Too dark."}, True,
    )  # fmt: skip
    assert alice_api.post(f"{url}appeal/", {"text": "It is evening."}).data["state"] == "held"
    assert alice_api.post(f"{url}appeal/", {"text": "Again"}).status_code == 400
    post.refresh_from_db()
    post_approve(post=post, by=dana)
    seen = bob_api.get(url)
    assert (seen.data["person"], seen.data["reason"], seen.data["is_mine"]) == (None, None, False)
    assert seen.data["look"]
    assert bob_api.put(f"{url}marks/like/").status_code == 201
    again = bob_api.put(f"{url}marks/like/")
    assert (again.status_code, again.data["likes"], again.data["is_liked"]) == (200, 1, True)
    assert bob_api.put(f"{url}marks/hate/").status_code == 404
    assert bob_api.get(f"{API}posts/?style=formal").data["count"] == 0
    assert bob_api.get(f"{API}posts/?style=nonsense").status_code == 400
    for refused in (
        bob_api.patch(url, {"title": "x"}),
        bob_api.delete(url),
        bob_api.post(f"{url}appeal/", {"text": "x"}),
    ):
        assert refused.status_code == 404
    stale = alice_api.patch(url, {"title": "Sunday"}, headers={"If-Match": '"of yesterday"'})
    assert stale.status_code == 412
    assert alice_api.patch(url, {"title": "Sunday"}).data["state"] == "held"
    assert alice_api.delete(url).status_code == 204
    assert alice_api.get(url).status_code == 404 and alice_api.get(f"{API}posts/?mine=1").data["count"] == 0


def test_only_ones_own_is_sent_in(bob_api: APIClient, outfit: Outfit) -> None:
    assert bob_api.post(f"{API}posts/", {"outfit": outfit.pk, "title": "Mine"}).status_code == 404
    assert bob_api.post(f"{API}posts/", {"title": "Nothing"}).status_code == 400


def test_people_by_their_handle(
    alice: User, bob: User, alice_api: APIClient, bob_api: APIClient, settings: Any
) -> None:
    assert bob_api.get(f"{API}people/alice/").status_code == 404
    assert alice_api.get(f"{API}people/alice/").data["is_open"] is False
    assert alice_api.patch(f"{API}profile/", {"has_page": True, "about": "Denim."}).data["has_page"]
    assert bob_api.put(f"{API}people/alice/follow/").status_code == 201
    assert bob_api.put(f"{API}people/alice/follow/").status_code == 200
    page = bob_api.get(f"{API}people/alice/").data
    assert (page["name"], page["about"], page["followers"], page["follows"]) == (
        "@alice",
        "",
        1,
        True,
    )  # not yet trusted
    settings.POSTS_HELD = "none"
    assert bob_api.get(f"{API}people/alice/").data["about"] == "Denim."
    assert [row["handle"] for row in bob_api.get(f"{API}following/").data["results"]] == ["alice"]
    worn = outfit_save(owner=alice, items=[{"garment": garment(alice, "shirt", vector=1).pk}])
    post_submit(owner=alice, outfit=worn, title="Monday")
    assert bob_api.get(f"{API}people/alice/posts/").data["results"][0]["person"] == {
        "handle": "alice",
        "name": "@alice",
    }
    assert bob_api.get(f"{API}posts/?following=1").data["count"] == 1
    assert bob_api.post(f"{API}people/alice/report/", {"ground": "spam"}).status_code == 204
    assert bob_api.post(f"{API}people/bob/block/").status_code in (400, 404)
    assert bob_api.post(f"{API}posts/{Post.objects.get().slug}/block/").status_code == 204
    assert bob_api.get(f"{API}people/alice/").status_code == 404
    assert bob_api.get(f"{API}people/alice/posts/").status_code == 404
    assert bob_api.get(f"{API}posts/").data["count"] == bob_api.get(f"{API}following/").data["count"] == 0
    (block,) = bob_api.get(f"{API}blocks/").data["results"]
    assert alice_api.delete(f"{API}blocks/{block['id']}/").status_code == 404
    assert bob_api.delete(f"{API}blocks/{block['id']}/").status_code == 204
    assert bob_api.get(f"{API}people/alice/").status_code == 200


def test_a_household_lends(
    alice: User, bob: User, alice_api: APIClient, bob_api: APIClient, charlie_api: APIClient
) -> None:
    coat = garment(alice, "coat", vector=1, price=99, notes="secret", measures={"chest": 540}, size_label="M")
    assert alice_api.get(f"{API}household/").status_code == 404
    assert alice_api.post(f"{API}household/", {"name": "Flat"}).status_code == 201
    invite = alice_api.post(f"{API}household/invites/", {"email": "bob@example.com"}).data
    assert charlie_api.post(f"{API}household/join/", {"key": invite["key"]}).status_code == 404
    assert bob_api.post(f"{API}household/join/", {"key": invite["key"]}).status_code == 201
    members = bob_api.get(f"{API}household/").data["members"]
    assert [(one["name"], one["is_me"]) for one in members] == [("Alice", False), ("Bob", True)]
    assert bob_api.get(f"{API}household/garments/").data["count"] == 0
    assert alice_api.put(f"{API}household/garments/{coat.pk}/").status_code == 204
    (seen,) = bob_api.get(f"{API}household/garments/").data["results"]
    assert set(seen) == {"id", "title", "kind", "slot", "colours", "owner", "picture"}
    assert bob_api.get(seen["picture"]).status_code == 200 and charlie_api.get(seen["picture"]).status_code == 404
    assert bob_api.get(f"{API}garments/{coat.pk}/").status_code == 404
    assert bob_api.put(f"{API}household/garments/{coat.pk}/").status_code == 404
    lend = {"garment": coat.pk, "member": members[1]["id"]}
    assert bob_api.post(f"{API}household/loans/", lend).status_code == 404
    loan = alice_api.post(f"{API}household/loans/", lend)
    assert (
        loan.status_code == 201
        and loan.data["is_mine"]
        and alice_api.post(f"{API}household/loans/", lend).status_code == 400
    )
    made = bob_api.post(f"{API}outfits/", {"items": [{"garment": coat.pk}]})
    (item,) = made.data["items"]
    lent = item["garment"]
    assert (lent["price"], lent["notes"], lent["measures"], lent["size_label"], lent["photo"]) == (
        None,
        "",
        {},
        "",
        None,
    )
    assert bob_api.delete(f"{API}garments/{coat.pk}/").status_code == 404
    assert charlie_api.delete(f"{API}household/loans/{loan.data['id']}/").status_code == 404
    assert bob_api.delete(f"{API}household/loans/{loan.data['id']}/").status_code == 204
    assert not Loan.objects.running().exists() and Garment.objects.get(pk=coat.pk).state == "ready"
    assert alice_api.delete(f"{API}household/members/{members[1]['id']}/").status_code == 204
    assert bob_api.get(f"{API}household/").status_code == 404
    assert alice_api.delete(f"{API}household/").status_code == 204


def test_what_is_written_to_people_is_limited(alice_api: APIClient, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    Profile.objects.filter(user=bob).update(has_page=True)
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "people", "2/min")
    statuses = [alice_api.put(f"{API}people/bob/follow/").status_code for _number in range(3)]
    assert statuses == [201, 200, 429]
    assert alice_api.get(f"{API}people/bob/").status_code == 200
