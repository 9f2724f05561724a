"""The mirror, from an order to the picture: whose it is, what it says, what it remembers, and what it refuses."""

from __future__ import annotations

import html
import io
import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image
from rest_framework.test import APIClient

from catalog.models import SizeChart
from closet.models import Figure, Garment, Measurement, Photo, Share, TryOn, User
from closet.models.photos import private_storage
from closet.services import figures
from closet.services.photos import photo_delete
from imaging.webp import webp
from recommender.jobs import sweeper
from recommender.jobs import tryon as job
from recommender.services import tryon as services
from recommender.services.mirror_words import said_of_mirror
from recommender.vision.segmentation.parser import BACKGROUND
from recommender.vision.tryon.person import NotDressable, Seen
from tests.vision.clothes import SHIRT, TROUSERS, cutout
from tests.vision.test_tryon import standing
from tests.wardrobe import garment, product

pytestmark = pytest.mark.django_db


def pictured(owner: User, slug: str, outline: Any, colour: str, **fields: Any) -> Garment:
    row = garment(owner, slug, **fields)
    buffer = io.BytesIO()
    cutout(outline, colour).save(buffer, "WEBP")
    row.cutout_medium.save("cutout.webp", ContentFile(buffer.getvalue()))
    return row


@pytest.fixture
def shirt(alice: User) -> Garment:
    return pictured(alice, "t-shirt", SHIRT, "red", name="Red tee", measures={"chest": 540, "sleeve": 200})


@pytest.fixture
def trousers(alice: User) -> Garment:
    return pictured(alice, "trousers", TROUSERS, "blue", name="Blue trousers")


def full_body(owner: User) -> Photo:
    photo = Photo(
        owner=owner,
        content_type="image/webp",
        size=1,
        width=300,
        height=600,
        sha256="a" * 64,
        status="done",
        scene="worn",
    )
    photo.original.save("a.webp", ContentFile(b"x"), save=False)
    photo.display.save("b.webp", ContentFile(webp(Image.new("RGB", (300, 600), (90, 150, 90)))), save=False)
    photo.save()
    return photo


def drawn(owner: User, *garments: Garment, figure: Figure | None = None) -> TryOn:
    row = services.tryon_ask(owner=owner, pieces=[{"garment": one.pk} for one in garments], figure=figure)
    job.run(str(row.pk))
    row.refresh_from_db()
    return row


def picture(row: TryOn) -> np.ndarray:
    with row.picture.open("rb") as file:
        return np.asarray(Image.open(file).convert("RGB")).astype(int)


def test_ordered_sketch_is_drawn_and_shown_to_its_owner_alone(
    as_alice: Client, as_charlie: Client, shirt: Garment, trousers: Garment, alice: User
) -> None:
    Measurement.objects.create(user=alice, zone="chest", value=960)
    Measurement.objects.create(user=alice, zone="height", value=1700)
    assert as_alice.get("/mirror/", {"garments": shirt.pk}).status_code == 200
    answer = as_alice.post("/mirror/", {"garments": [shirt.pk, trousers.pk]})
    row = TryOn.objects.get()
    assert answer.url == f"/mirror/{row.pk}/"
    waiting = as_alice.get(answer.url).content.decode()
    assert "being drawn" in waiting and 'http-equiv="refresh"' in waiting and "hx-get" in waiting
    job.run(str(row.pk))
    job.run(str(row.pk))  # the message came twice
    row.refresh_from_db()
    assert row.status == "done" and row.attempts == 1
    assert as_alice.get(answer.url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = as_alice.get(answer.url).content.decode()
    assert "A sketch, not a photograph" in page
    assert "Chest +12 cm" in page
    address = reverse("closet:media", args=[row.picture.name])
    assert as_alice.get(address)["Content-Type"] == "image/webp"
    drawing = as_alice.get(address, {"as": "png"})
    assert drawing["Content-Type"] == "image/png" and drawing["ETag"] != as_alice.get(address)["ETag"]
    assert Image.open(io.BytesIO(b"".join(drawing.streaming_content))).format == "PNG"
    for hidden in (answer.url, address, f"/mirror/{row.pk}/landmarks/{shirt.pk}/"):
        assert as_charlie.get(hidden).status_code == 404
    assert as_charlie.post(f"/mirror/{row.pk}/remove/").status_code == 404
    pixels = picture(row)
    assert ((pixels[..., 0] > 150) & (pixels[..., 2] < 80)).sum() > 5000  # the red tee


def test_sketch_stands_in_the_place_of_the_collage(as_alice: Client, shirt: Garment) -> None:
    answer = as_alice.post("/mirror/", {"garments": shirt.pk}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "?part=1" in answer.content.decode()
    job.run(str(TryOn.objects.get().pk))
    part = as_alice.get(f"/mirror/{TryOn.objects.get().pk}/?part=1", headers={"HX-Request": "true"}).content.decode()
    assert "Show the collage" in part and "<html" not in part


def test_mirror_hangs_the_newest_of_each_slot_on_a_shelf_and_what_is_chosen_before_them(
    alice: User, as_alice: Client, charlie: User
) -> None:
    oldest = garment(alice, "sneakers", name="Oldest sneakers")
    for number in range(61):
        garment(alice, "t-shirt", name=f"Tee {number}")
    garment(charlie, "skirt", name="Not Alice's")
    page = as_alice.get("/mirror/").content.decode()
    assert page.index("slot-top") < page.index("slot-shoes")
    assert "Tee 1<" in page and "Tee 0<" not in page and oldest.title in page and "Not Alice" not in page
    first = Garment.objects.get(name="Tee 0")
    page = as_alice.get("/mirror/", {"garments": first.pk}).content.decode()
    assert page.index("Tee 0<") < page.index("Tee 60<")


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([], "Choose something"),
        (["dress", "trousers"], "leave one out"),
        (["t-shirt"] * 11, "Ten pieces"),
    ],
)
def test_order_that_cannot_be_worn_is_refused_in_a_sentence(
    as_alice: Client, alice: User, kinds: list[str], said: str
) -> None:
    rows = [garment(alice, kind) for kind in kinds]
    answer = as_alice.post("/mirror/", {"garments": [row.pk for row in rows]}, headers={"HX-Request": "true"})
    assert said in answer.content.decode() + json.dumps(dict(answer.headers))
    page = as_alice.post("/mirror/", {"garments": [row.pk for row in rows]}, follow=True)
    assert said in page.content.decode() and page.redirect_chain[0][0].split("?")[0] == "/mirror/"
    assert page.content.decode().count("checked") >= len(rows)  # what was chosen is still chosen
    assert not TryOn.objects.exists()


@pytest.mark.parametrize(("basis", "said"), [("garment", "+16 cm"), ("body", "size L on you: Chest +")])
def test_size_of_a_product_is_drawn_and_told(
    alice: User, as_alice: Client, client: Client, basis: str, said: str
) -> None:
    Measurement.objects.create(user=alice, zone="chest", value=960)
    Measurement.objects.create(user=alice, zone="height", value=1700)
    chart = SizeChart.objects.create(name="tees", measures=basis)
    for label, chest in (("S", 1000), ("L", 1120)):
        chart.rows.create(label=label, zones={"chest": chest})
    tee = product("t-shirt", size_chart=chart)
    buffer = io.BytesIO()
    cutout(SHIRT, "red").save(buffer, "WEBP")
    tee.images.get().cutout.save("c.webp", ContentFile(buffer.getvalue()))
    assert "See this size on me" in as_alice.get(f"/shop/products/{tee.pk}/fit/").content.decode()
    widths = []
    for size in ("S", "L"):
        answer = as_alice.post("/mirror/", {"product": tee.pk, "size": size})
        row = TryOn.objects.get(pk=answer.url.split("/")[2])
        job.run(str(row.pk))
        row.refresh_from_db()
        pixels = picture(row)
        across = ((pixels[..., 0] > 150) & (pixels[..., 2] < 80)).sum(1)
        widths.append(int(across[np.flatnonzero(across)[-1] - 12]))  # of the torso, above the hem
    assert widths[1] > 1.08 * widths[0]  # a chest 12 % larger
    assert said in as_alice.get(answer.url).content.decode()


def test_garment_without_cutout_is_left_out_and_named(alice: User, as_alice: Client, shirt: Garment) -> None:
    bare = garment(alice, "trousers", name="Lost trousers")
    row = drawn(alice, shirt, bare)
    assert row.status == "done"
    assert "Lost trousers was left out" in as_alice.get(f"/mirror/{row.pk}/").content.decode()
    assert as_alice.get(f"/api/v1/tryon/{row.pk}/").json()["notes"][0].startswith("Lost trousers was left out")
    only = drawn(alice, bare)
    assert only.status == "failed" and only.error_code == "nothing_drawn"
    assert "None of these could be drawn" in as_alice.get(f"/mirror/{only.pk}/").content.decode()


def test_landmarks_that_the_owner_sets_are_remembered_for_the_garment(
    as_alice: Client, alice: User, shirt: Garment
) -> None:
    row = drawn(alice, shirt)
    address = f"/mirror/{row.pk}/landmarks/{shirt.pk}/"
    assert 'data-point="hem_l"' in as_alice.get(address).content.decode()
    answer = as_alice.post(address, {"x-hem_l": "30", "y-hem_l": "50.5"})
    shirt.refresh_from_db()
    assert shirt.landmarks == {"hem_l": [0.3, 0.505]}
    again = TryOn.objects.exclude(pk=row.pk).get()
    assert answer.url == f"/mirror/{again.pk}/"
    job.run(str(again.pk))
    again.refresh_from_db()
    assert again.landmarks[str(shirt.pk)]["hem_l"] == [0.3, 0.505]
    for broken in ({"points": "{"}, {"points": '{"hem_l": ["nan", 1]}'}, {"x-nose": "1", "y-nose": "2"}):
        as_alice.post(address, broken)
    shirt.refresh_from_db()
    assert shirt.landmarks == {"hem_l": [0.3, 0.505]}
    as_alice.post(address, {"forget": "1"})
    shirt.refresh_from_db()
    assert shirt.landmarks == {}


def test_photo_of_me_is_dressed_and_looked_at_once(
    alice: User, shirt: Garment, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def seen(*_args: Any) -> Seen:
        looks.append(1)
        labels = np.zeros((600, 300), np.uint8)
        labels[20:560, 80:220] = 1
        return Seen(labels, (BACKGROUND, "top"), standing())

    monkeypatch.setattr(job, "look", seen)
    monkeypatch.setattr(job, "_networks", lambda: (None, None, lambda image: []))
    me = figures.figure_add(owner=alice, photo=full_body(alice))
    for _time in range(2):
        row = drawn(alice, shirt, figure=me)
        assert row.status == "done" and row.told["is_mannequin"] is False
        assert Image.open(row.picture.open("rb")).size == (300, 600)
        me.refresh_from_db()
    assert len(looks) == 1


@pytest.mark.parametrize(
    ("code", "said", "korean"),
    [
        ("nobody", "Nobody was found on this photo.", "사람을 찾지 못했어요."),
        ("half", "does not show you from head to feet.", "다 나오지 않았어요."),
        ("sitting", "You are sitting on this photo.", "앉아 있어요."),
        ("from_behind", "You are seen from behind", "뒷모습이에요."),
        ("sideways", "You are seen from the side", "옆모습이에요."),
        ("two_people", "More than one person", "사람이 여럿 있어요."),
        ("child", "A child is on this photo", "아이가 있어요."),
        ("too_small", "You are too small on this photo.", "너무 작아요."),
    ],
)
def test_photo_that_cannot_be_drawn_on_says_why_and_a_mannequin_stands_in(
    alice: User, as_alice: Client, shirt: Garment, monkeypatch: pytest.MonkeyPatch, code: str, said: str, korean: str
) -> None:
    def refused(*_args: Any) -> Seen:
        raise NotDressable(code)

    monkeypatch.setattr(job, "look", refused)
    monkeypatch.setattr(job, "_networks", lambda: (None, None, lambda image: []))
    me = figures.figure_add(owner=alice, photo=full_body(alice))
    row = drawn(alice, shirt, figure=me)
    assert row.status == "done" and row.told["is_mannequin"]
    page = html.unescape(as_alice.get(f"/mirror/{row.pk}/").content.decode())
    assert said in page and "A mannequin of your measures stands in." in page
    with translation.override("ko"):
        assert korean in said_of_mirror(code) and "마네킹에 그렸어요." in said_of_mirror(code)


def test_coat_is_opened_and_closed_as_its_wearer_wants(
    alice: User, as_alice: Client, alice_api: APIClient, shirt: Garment
) -> None:
    coat = pictured(alice, "coat", SHIRT, "green", name="Green coat")
    row = drawn(alice, shirt, coat)
    assert row.told["ways"] == ["", "open"]
    page = as_alice.get(f"/mirror/{row.pk}/").content.decode()
    assert 'name="worn-1" value="open" checked' in page and "worn closed" in page
    answer = as_alice.post(f"/mirror/{row.pk}/again/", {"worn-1": "closed"})
    closed = TryOn.objects.get(pk=answer.url.split("/")[2])
    job.run(str(closed.pk))
    closed.refresh_from_db()
    assert closed.told["ways"] == ["", "closed"]
    red = [int(((picture(one)[..., 0] > 150) & (picture(one)[..., 1] < 80)).sum()) for one in (row, closed)]
    assert red[0] > 1.5 * red[1]
    pieces = [{"garment": shirt.pk}, {"garment": coat.pk, "worn": "closed"}]
    sent = alice_api.post("/api/v1/tryon/", {"pieces": pieces}, format="json")
    assert sent.status_code == 202 and sent.data["pieces"][1]["worn"] == "closed"
    job.run(str(sent.data["id"]))
    assert alice_api.get(f"/api/v1/tryon/{sent.data['id']}/").data["ways"] == ["", "closed"]
    for wrong in ("in", "sideways"):
        pieces[1]["worn"] = wrong
        assert alice_api.post("/api/v1/tryon/", {"pieces": pieces}, format="json").status_code == 400


def test_crossed_legs_send_trousers_to_the_mannequin_and_leave_a_shirt_on_the_photo(
    alice: User, shirt: Garment, trousers: Garment, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = standing()
    points[[27, 28], 0] = points[[28, 27], 0]
    labels = np.ones((600, 300), np.uint8)
    monkeypatch.setattr(job, "look", lambda *_args: Seen(labels, (BACKGROUND, "top"), points))
    monkeypatch.setattr(job, "_networks", lambda: (None, None, lambda image: []))
    me = figures.figure_add(owner=alice, photo=full_body(alice))
    both, one = drawn(alice, shirt, trousers, figure=me), drawn(alice, shirt, figure=me)
    assert both.told["codes"] == [["legs_cross", None], ["average_body", None]] and both.told["is_mannequin"]
    assert one.told["codes"] == [] and not one.told["is_mannequin"]


def test_one_figure_is_chosen_and_goes_with_its_sketches(alice: User, as_alice: Client, shirt: Garment) -> None:
    row = drawn(alice, shirt)
    first = Figure.objects.get()
    as_alice.post("/mirror/me/", {"sex": "women"})
    second = Figure.objects.get(is_chosen=True)
    assert second.sex == "women" and first.pk != second.pk
    as_alice.post(f"/mirror/me/{first.pk}/choose/")
    assert Figure.objects.get(is_chosen=True) == first
    assert figures.figure_add(owner=alice, sex="women").pk == second.pk  # no two alike
    names = [row.picture.name, row.shareable.name]
    assert all(private_storage().exists(name) for name in names)


def test_pictures_go_with_photo_and_figure(
    alice: User, shirt: Garment, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    labels = np.ones((600, 300), np.uint8)
    monkeypatch.setattr(job, "look", lambda *_args: Seen(labels, (BACKGROUND, "top"), standing()))
    monkeypatch.setattr(job, "_networks", lambda: (None, None, lambda image: []))
    photo = full_body(alice)
    row = drawn(alice, shirt, figure=figures.figure_add(owner=alice, photo=photo))
    names = [row.picture.name, row.shareable.name, Figure.objects.get(photo=photo).labels.name]
    with django_capture_on_commit_callbacks(execute=True):
        photo_delete(photo=photo)
    assert not TryOn.objects.exists() and not Figure.objects.exists()
    assert not any(private_storage().exists(name) for name in names)


def test_figure_of_anothers_photo_is_refused(alice: User, bob: User, as_alice: Client) -> None:
    with pytest.raises(ValidationError):
        figures.figure_add(owner=alice, photo=full_body(bob))
    as_alice.post("/mirror/me/", {"photo": str(full_body(alice).pk)[:-1] + "x"})
    theirs = figures.figure_add(owner=bob)
    assert as_alice.post(f"/mirror/me/{theirs.pk}/remove/").status_code == 404


def test_sketch_is_shared_by_choice_and_taken_back_with_it(
    alice: User, as_alice: Client, client: Client, shirt: Garment
) -> None:
    row = drawn(alice, shirt)
    as_alice.post(f"/mirror/{row.pk}/share/")
    share = Share.objects.get(tryon=row)
    assert client.get(reverse("closet:shared", args=[share.slug])).status_code == 200
    as_alice.post(f"/mirror/{row.pk}/remove/")
    assert client.get(reverse("closet:shared", args=[share.slug])).status_code == 404


def test_oldest_sketches_go_and_shared_ones_stay(alice: User, shirt: Garment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TryOn, "KEPT", 1)
    kept = drawn(alice, shirt)
    Share.objects.create(owner=alice, tryon=kept)
    gone, newest = drawn(alice, shirt), drawn(alice, shirt)
    assert set(TryOn.objects.values_list("pk", flat=True)) == {kept.pk, newest.pk} and gone.pk


def test_lost_sketch_is_sent_again_and_given_up_at_last(alice: User, shirt: Garment) -> None:
    row = services.tryon_ask(owner=alice, pieces=[{"garment": shirt.pk}])
    TryOn.objects.update(queued_at=timezone.now() - timedelta(minutes=5), status="running", attempts=1)
    sweeper.resend()
    row.refresh_from_db()
    assert row.status == "queued"
    TryOn.objects.update(queued_at=timezone.now() - timedelta(minutes=5), attempts=TryOn.MAX_ATTEMPTS)
    sweeper.resend()
    row.refresh_from_db()
    assert row.status == "failed" and row.error_code == "failed"


def test_api_orders_polls_and_tells(
    alice: User, alice_api: APIClient, charlie_api: APIClient, shirt: Garment, trousers: Garment
) -> None:
    sent = alice_api.post(
        "/api/v1/tryon/", {"pieces": [{"garment": shirt.pk}, {"garment": trousers.pk}]}, format="json"
    )
    assert sent.status_code == 202 and sent.data["status"] == "queued" and sent.data["url"] is None
    address = f"/api/v1/tryon/{sent.data['id']}/"
    job.run(str(sent.data["id"]))
    told = alice_api.get(address).data
    assert told["status"] == "done" and told["progress"] == 100 and told["url"].endswith(".webp")
    assert told["notes"] == ["You have not measured yourself, so this is an average body."]
    assert charlie_api.get(address).status_code == 404
    assert charlie_api.delete(address).status_code == 404
    assert alice_api.get("/api/v1/tryon/").data["results"][0]["id"] == sent.data["id"]
    for wrong in ([], [{}], [{"garment": shirt.pk, "product": 1}], [{"garment": 10**9}]):
        assert alice_api.post("/api/v1/tryon/", {"pieces": wrong}, format="json").status_code == 400
    theirs = charlie_api.post("/api/v1/tryon/", {"pieces": [{"garment": shirt.pk}]}, format="json")
    assert theirs.status_code == 400
    assert alice_api.delete(address).status_code == 204


def test_api_figures_and_landmarks(alice_api: APIClient, charlie_api: APIClient, shirt: Garment) -> None:
    made = alice_api.post("/api/v1/tryon/figures/", {"sex": "men"}, format="json")
    assert made.status_code == 201 and made.data["is_chosen"]
    assert charlie_api.post(f"/api/v1/tryon/figures/{made.data['id']}/").status_code == 404
    assert alice_api.post(f"/api/v1/tryon/figures/{made.data['id']}/").status_code == 200
    address = f"/api/v1/garments/{shirt.pk}/landmarks/"
    assert alice_api.put(address, {"points": {"neck_l": [0.2, 0.1]}}, format="json").status_code == 200
    assert alice_api.get(address).data == {"points": {"neck_l": [0.2, 0.1]}}
    assert alice_api.put(address, {"points": {"crotch": [0.2, 0.1]}}, format="json").status_code == 400
    assert alice_api.put(address, {"points": {"neck_l": [2, 0.1]}}, format="json").status_code == 400
    assert charlie_api.get(address).status_code == 404
    assert alice_api.delete(f"/api/v1/tryon/figures/{made.data['id']}/").status_code == 204
