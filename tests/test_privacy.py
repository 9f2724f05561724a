"""Other people's data answers 404: every address with an id in it is walked as Charlie, with Alice's ids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from rest_framework.test import APIClient

from closet.models import (
    Block,
    DeviceToken,
    Figure,
    GarmentPicture,
    Loan,
    Measurement,
    OwnKind,
    Photo,
    Plan,
    Reaction,
    Share,
    Trip,
    TryOn,
    Upload,
    User,
    Webhook,
)
from closet.services.devices import device_id
from closet.services.households import household_make, invite_make
from closet.services.outfits import outfit_save, reaction_set
from closet.services.posts import post_submit
from recommender.models import SavedSearch
from tests.wardrobe import PIXEL, garment

pytestmark = pytest.mark.django_db

# What is everybody's: the catalogue, shares under their unguessable address, and what only ever shows one's own.
PUBLIC = {
    "catalog:brand", "catalog:product", "catalog:out", "catalog:look", "catalog:media",
    "api-brand", "api-product", "api-look",
    "closet:shared", "closet:shared_picture", "closet:shared_picture_jpeg",
    "closet:like", "api-like",
    "closet:export_file",  # signed, for an hour
    "closet:welcome_step",  # of one's own settings
    "closet:undo",  # looks into one's own session alone
    "recommender:product_similar", "recommender:product_goes_with", "recommender:product_fit",
    "recommender:size_feedback",
    "recommender:brand_profile", "recommender:build_look",
    "recommender:why_look", "api-look-why", "api-look-why-picture",
    "api-product-similar", "api-product-goes-with", "api-product-fit", "api-look-build",
    "api-product-fit-feedback", "api-product-before-buying", "api-brand-profile",
    "recommender:brand_sizes", "api-brand-sizes",
}  # fmt: skip
VERBS = ("get", "post", "put", "patch", "delete")


def routes(patterns: list, space: str = "") -> Iterator[tuple[str, set[str]]]:
    """(full name, parameters) of every named address with parameters; allauth's and the admin's are theirs to test."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "admin" or str(pattern.pattern) == "account/":
                continue
            space_name = pattern.namespace or pattern.app_name
            inner = f"{space_name}:" if space_name else ""
            yield from routes(pattern.url_patterns, space + inner)
        elif isinstance(pattern, URLPattern) and pattern.pattern.regex.groups:
            yield f"{space}{pattern.name}", set(pattern.pattern.regex.groupindex)


@pytest.fixture
def hers(alice: User) -> dict[str, dict[str, object]]:
    """Alice's things: words in a route's name -> the parameters that name her thing."""
    shirt, jeans = garment(alice, "shirt", vector=1), garment(alice, "jeans", vector=2)
    photo = Photo.objects.create(
        owner=alice, content_type="image/png", size=70, width=1, height=1, sha256="a" * 64, status="done"
    )
    photo.original.save("x.png", ContentFile(PIXEL))
    outfit = outfit_save(owner=alice, items=[{"garment": shirt.pk}, {"garment": jeans.pk}])
    measure = Measurement.objects.create(user=alice, zone="height", value=1700)
    plan = Plan.objects.create(owner=alice, outfit=outfit, day=date.today())
    share = Share.objects.create(owner=alice, outfit=outfit)
    token, _secret = DeviceToken.objects.create(user=alice, name="phone")
    reaction: Reaction = reaction_set(owner=alice, garment_ids=[shirt.pk, jeans.pk], verdict="like")
    own = OwnKind.objects.create(owner=alice, parent=shirt.kind, name_en="Work shirt")
    label = GarmentPicture.objects.create(owner=alice, garment=shirt, size=1)
    piece = garment(alice, "coat", awaits_review=True)
    upload = Upload.objects.create(owner=alice, length=9, expires_at=timezone.now() + timedelta(hours=1))
    webhook = Webhook.objects.create(owner=alice, url="https://app.example/", events=["wears.changed"])
    saved = SavedSearch.objects.create(owner=alice, name="coats")
    figure = Figure.objects.create(owner=alice, is_chosen=True)
    sketch = TryOn.objects.create(owner=alice, figure=figure, pieces=[{"garment": shirt.pk}])
    cache.set("query:hers:answer", {"asker": f"member:{alice.pk}", "status": "done", "garments": []})
    known = {"field": "name", "fact": "name", "day": "2026-01-01", "stage": "describe"}
    post = post_submit(owner=alice, outfit=outfit, title="Hers")  # held: nobody else's yet
    household = household_make(founder=alice, name="Hers")
    friend = User.objects.create_user("friend@example.com")
    household.members.create(user=friend)
    shirt.loans.create(borrower=friend)
    shirt.state = "lent"
    shirt.save()
    trip = Trip.objects.create(
        owner=alice, city="Busan", latitude=35, longitude=129, first_day=date.today(), last_day=date.today()
    )
    trip.pieces.create(garment=shirt)
    return {
        "trip": {"pk": trip.pk, "garment": shirt.pk},
        "post": {"slug": post.slug, "verb": "like"},
        "person": {"handle": alice.profile.handle},
        "block": {"pk": Block.objects.create(owner=alice, blocked=friend).pk},
        "household_invite": {"pk": invite_make(by=alice).pk},
        "household_join": {"key": invite_make(by=alice, email="friend@example.com").key},
        "household_member": {"pk": household.members.get(user=friend).pk},
        "loan": {"pk": Loan.objects.get().pk},
        "email": {"pk": EmailAddress.objects.create(user=alice, email=alice.email, primary=True).pk},
        "session": {"pk": UserSession.objects.create(user=alice, ip="127.0.0.1", session_key="hers").pk},
        "second_factor": {"pk": Authenticator.objects.create(user=alice, type="totp", data={}).pk},
        "media": {"name": shirt.cutout.name},
        "webhook": {"pk": webhook.pk},
        "upload": {"upload_id": upload.pk},
        "figure": {"pk": figure.pk},
        "sketch": {"pk": sketch.pk},
        "tryon": {"pk": sketch.pk},
        "garment_landmarks": {"pk": shirt.pk},
        "landmarks": {"pk": sketch.pk, "garment_pk": shirt.pk},
        "photo": {"photo_id": photo.pk},
        "device": {"device_id": device_id(token)},
        "token": {"id": device_id(token)},
        "measurement": {"pk": measure.pk},
        "body": {"pk": measure.pk},
        "plan": {"pk": plan.pk},
        "shares": {"pk": share.pk},
        "share_delete": {"pk": share.pk},
        "share_publish": {"pk": share.pk},
        "undo": {"key": "hers"},
        "outfit": {"pk": outfit.pk},
        "reaction": {"pk": reaction.pk},
        "forget_search": {"pk": saved.pk},
        "saved_search": {"pk": saved.pk},
        "search": {"query_id": "hers"},
        "brands_of_photo": {"query_id": "hers"},
        "inspir": {"query_id": "hers"},
        "own_kind": {"pk": own.pk},
        "garment_picture_delete": {"pk": label.pk},
        "piece": {"pk": piece.pk},
        "wear_panel": {"pk": shirt.pk},
        "garment": {"pk": shirt.pk, **known},
        "similar": {"pk": shirt.pk},
        "goes_with": {"pk": shirt.pk},
        "brands_near": {"pk": shirt.pk},
    }


# The more telling word first: "garment_share" is a garment's, "search_photo" is a query's.
WORDS = ("figure", "sketch", "tryon", "garment_landmarks", "landmarks",
         "trip", "post", "person", "block", "household_invite", "household_join", "household_member", "loan",
         "email", "session", "second_factor", "media", "brands_of_photo", "inspir",
         "share_delete", "share_publish",
         "forget_search", "saved_search", "search", "undo", "own_kind", "garment_picture_delete", "piece",
         "wear_panel", "garment", "outfit", "upload", "webhook", "photo", "device", "token",
         "measurement", "body", "plan", "shares", "reaction", "similar", "goes_with", "brands_near")  # fmt: skip


def addresses(hers: dict[str, dict[str, object]]) -> list[str]:
    found, unknown = [], []
    for name, parameters in routes(get_resolver().url_patterns):
        if name in PUBLIC:
            continue
        plain = name.split(":")[-1].replace("-", "_")
        word = next((word for word in WORDS if word in plain and parameters <= set(hers[word])), None)
        if word is None:
            unknown.append(name)
            continue
        found.append(reverse(name, kwargs={key: hers[word][key] for key in parameters}))
    assert not unknown, f"say in this test whose these are: {unknown}"
    return found


def test_no_address_of_alice_answers_charlie(
    hers: dict, alice: User, as_charlie: Client, charlie_api: APIClient
) -> None:
    before = (alice.garments.count(), alice.photos.count(), alice.outfits.count(), alice.measurements.count())
    told: list[str] = []
    for url in addresses(hers):
        client = charlie_api if url.startswith("/api/") else as_charlie
        for verb in VERBS:
            status = getattr(client, verb)(url).status_code
            # 405: this verb is nobody's.
            if status not in {403, 404, 405}:
                told.append(f"{verb} {url} -> {status}")
    assert told == []
    assert (alice.garments.count(), alice.photos.count(), alice.outfits.count(), alice.measurements.count()) == before


def test_no_address_of_alice_answers_a_stranger(hers: dict, client: Client) -> None:
    for url in addresses(hers):
        answer = client.get(url)
        signs_in = answer.status_code == 302 and "/account/login/" in answer["Location"]
        assert signs_in or answer.status_code in {401, 403, 404, 405}, url


def test_a_revoked_share_is_gone(hers: dict, alice: User, client: Client) -> None:
    share = alice.shares.get()
    url = reverse("closet:shared", args=[share.slug])
    assert client.get(url).status_code == 200
    signed_in = Client()
    signed_in.force_login(alice)
    signed_in.post(reverse("closet:share_delete", args=[share.pk]))
    assert client.get(url).status_code in {404, 410}


def test_the_desk_is_for_staff(as_charlie: Client, as_dana: Client) -> None:
    assert as_charlie.get("/admin/closet/garment/").status_code == 302
    assert as_dana.get("/admin/closet/garment/").status_code == 200
