"""Looks shown to people: who may see what in each state, faces, moderation, trust, reports, blocks, deletion."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from catalog.models import Look
from closet.models import Decision, Follow, Measurement, Outfit, Photo, Post, PostMark, Profile, Report, User
from closet.services.accounts import account_delete, profile_update
from closet.services.feed import feed
from closet.services.moderation import page_close, post_approve, post_decline, report_add, reports_dismiss
from closet.services.outfits import outfit_delete, outfit_save
from closet.services.page_words import page_words_approve
from closet.services.people import block_add, block_remove, follow_add
from closet.services.photos import photo_delete
from closet.services.posts import mark_set, post_appeal, post_change, post_submit, post_withdraw
from tests.cast import member
from tests.conftest import signed_in
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db


@pytest.fixture
def outfit(alice: User) -> Outfit:
    worn = [garment(alice, slug, "navy", vector=number) for number, slug in enumerate(("shirt", "jeans"), start=1)]
    return outfit_save(owner=alice, name="Rainy Monday", items=[{"garment": one.pk} for one in worn])


def picture(colour: str) -> ContentFile[bytes]:
    file = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(file, "WEBP", lossless=True)
    return ContentFile(file.getvalue())


def shot(owner: User, *, faces: int | None = 1, **fields: Any) -> Photo:
    """A photo whose faces are green where they are blurred, and red as they are."""
    told = {"status": "done", "sha256": f"{owner.pk:064d}"} | fields
    photo = Photo(owner=owner, content_type="image/png", size=70, width=60, height=80, faces=faces, **told)
    photo.original.save("x.webp", picture("red"), save=False)
    photo.display.save("x.webp", picture("red"), save=False)
    if faces is not None:
        photo.shareable.save("x.webp", picture("lime"), save=False)
    photo.save()
    return photo


def colour_of(content: bytes) -> tuple[int, ...]:
    return Image.open(io.BytesIO(content)).convert("RGB").getpixel((5, 5))  # type: ignore[return-value]


def published(owner: User, staff: User, **told: Any) -> Post:
    post = post_submit(owner=owner, **({"title": "Rainy Monday"} | told))
    post_approve(post=post, by=staff)
    post.refresh_from_db()
    return post


def opened(user: User, **fields: Any) -> User:
    profile_update(profile=user.profile, has_page=True, **fields)
    return user


# --- Who may see what -----------------------------------------------------------------------------------------------

READERS = ("owner", "follower", "stranger", "blocked", "blocker", "staff", "anonymous")
SEES = {
    "held": {"owner"},
    "published": {"owner", "follower", "stranger", "staff", "anonymous"},
    "declined": {"owner"},
    "withdrawn": set(),
}


@pytest.mark.parametrize("state", SEES)
def test_who_sees_a_look_in_each_state(state: str, alice: User, dana: User, outfit: Outfit) -> None:
    opened(alice)
    people = {name: member(name) for name in ("follower", "stranger", "blocked", "blocker")}
    follow_add(follower=people["follower"], followed=alice)
    block_add(owner=alice, blocked=people["blocked"])
    block_add(owner=people["blocker"], blocked=alice)
    post = post_submit(owner=alice, outfit=outfit, title="Rainy Monday")
    assert post.state == Post.State.HELD
    if state == "published":
        post_approve(post=post, by=dana)
    elif state == "declined":
        post_decline(post=post, by=dana, ground="other", text="Too dark.")
    elif state == "withdrawn":
        post_withdraw(post=post)
    clients = {name: signed_in(user) for name, user in people.items()}
    clients |= {"owner": signed_in(alice), "staff": signed_in(dana), "anonymous": Client()}
    seen: dict[str, set[str]] = {"page": set(), "picture": set(), "jpeg": set(), "person": set(), "feed": set()}
    for name, client in clients.items():
        addresses = {
            "page": reverse("closet:post", args=[post.slug]),
            "picture": reverse("closet:post_picture", args=[post.slug]),
            "jpeg": reverse("closet:post_picture_jpeg", args=[post.slug]),
        }
        for what, address in addresses.items():
            status = client.get(address).status_code
            assert status in (200, 404), (name, what)
            seen[what] |= {name} if status == 200 else set()
        page = client.get("/@alice/")
        assert page.status_code == (404 if name in ("blocked", "blocker") else 200)
        seen["person"] |= {name} if page.status_code == 200 and post.slug in page.content.decode() else set()
        seen["feed"] |= (
            {name} if name != "anonymous" and post.slug in client.get("/people/").content.decode() else set()
        )
    assert seen["page"] == seen["picture"] == seen["jpeg"] == SEES[state]
    public = SEES[state] if state == "published" else set()
    assert seen["person"] == public
    assert seen["feed"] == public - {"anonymous"}


@pytest.mark.parametrize("has_page", [False, True])
def test_a_page_opens_when_its_owner_wishes(has_page: bool, alice: User, as_alice: Client, as_bob: Client) -> None:
    assert not alice.profile.has_page  # private by default
    if has_page:
        opened(alice)
    assert as_alice.get("/@alice/").status_code == 200
    for client in (as_bob, Client()):
        assert client.get("/@alice/").status_code == (200 if has_page else 404)
    for deed in ("follow", "report", "block"):
        assert as_bob.post(f"/@alice/{deed}/", {"ground": "spam"}).status_code == (302 if has_page else 404), deed
        assert "/account/login/" in Client().post(f"/@alice/{deed}/")["Location"]
    assert as_bob.get("/@alice/").status_code == 404  # blocked by now, or never open
    assert as_bob.get("/@nobody-here/").status_code == 404


def test_no_name_stands_beside_a_look_of_somebody_without_a_page(alice: User, dana: User, outfit: Outfit) -> None:
    post = published(alice, dana, outfit=outfit)
    text = Client().get(post.get_absolute_url()).content.decode()
    assert "alice" not in text.lower()
    opened(alice)
    text = Client().get(post.get_absolute_url()).content.decode()
    assert "@alice" in text and "Alice" not in text and alice.email not in text
    profile_update(profile=alice.profile, is_public=True)
    assert "Alice" not in Client().get(post.get_absolute_url()).content.decode()  # nobody saw it yet
    page_words_approve(profile=alice.profile, by=dana)
    assert "Alice" in Client().get(post.get_absolute_url()).content.decode()


def test_a_pages_name_and_words_wait_for_a_moderator(
    alice: User, as_alice: Client, as_bob: Client, dana: User, as_dana: Client, settings: Any
) -> None:
    opened(alice)
    profile_update(profile=alice.profile, name="Alice A", about="Linen, mostly.", is_public=True)

    def theirs() -> str:
        return as_bob.get("/@alice/").content.decode()

    assert "Alice A" not in theirs() and "Linen" not in theirs()
    mine = as_alice.get(reverse("closet:my_posts")).content.decode()
    assert "until then others see your handle" in mine
    waiting = Profile.objects.with_waiting_words()
    assert [one.user for one in waiting] == [alice]
    queue = as_dana.get("/admin/closet/pagewords/").content.decode()
    assert "Alice A" in queue and "Linen, mostly." in queue and alice.email not in queue
    pk = alice.profile.pk
    as_dana.post(f"/admin/closet/pagewords/{pk}/decline/", {"ground": "spam", "text": "No."})
    assert "Linen" not in theirs() and "declined" in as_alice.get(reverse("closet:my_posts")).content.decode()
    assert not waiting.all().exists()
    profile_update(profile=Profile.objects.get(pk=pk), about="Wool, mostly.")  # other words wait anew
    as_dana.post("/admin/closet/pagewords/", {"action": "publish", "_selected_action": [pk]})
    assert "Alice A" in theirs() and "Wool, mostly." in theirs() and not waiting.all().exists()
    profile_update(profile=Profile.objects.get(pk=pk), name="Anything")
    assert "Anything" not in theirs() and "Wool" in theirs()
    trail = list(Decision.objects.filter(person=alice, post=None).order_by("pk").values_list("action", flat=True))
    assert trail == ["submit", "decline", "submit", "approve", "submit"]
    settings.POSTS_HELD = "none"  # the operator's rule
    profile_update(profile=Profile.objects.get(pk=pk), name="Trusted")
    assert "Trusted" in theirs()


# --- Faces and what is shown ----------------------------------------------------------------------------------------


def test_faces_are_blurred_unless_chosen_otherwise_and_the_preview_is_what_is_shown(
    alice: User, as_alice: Client, dana: User
) -> None:
    photo = shot(alice)
    page = as_alice.get("/people/looks/new/", {"photo": str(photo.pk)}).content.decode()
    assert "/people/looks/new/picture/" in page and 'name="faces" value="" checked' in page
    blurred = as_alice.get("/people/looks/new/picture/", {"photo": str(photo.pk)})
    shown = as_alice.get("/people/looks/new/picture/", {"photo": str(photo.pk), "faces": "1"})
    assert colour_of(blurred.content)[1] > 200 > 60 > colour_of(blurred.content)[0]
    assert colour_of(shown.content)[0] > 200
    assert "no-store" in blurred["Cache-Control"]
    as_alice.post(f"/people/looks/new/?photo={photo.pk}", {"title": "Monday"})
    post = Post.objects.get()
    assert (post.state, post.shows_faces) == ("held", False)
    sent = b"".join(as_alice.get(reverse("closet:post_picture", args=[post.slug])).streaming_content)
    assert colour_of(sent)[1] > 200
    post_withdraw(post=post)
    as_alice.post(f"/people/looks/new/?photo={photo.pk}", {"title": "Monday", "faces": "1"})
    post = Post.objects.standing().get()
    assert post.shows_faces
    assert colour_of(as_alice.get(reverse("closet:post_picture_jpeg", args=[post.slug])).content)[0] > 200


@pytest.mark.parametrize("state", ["failed", "running"])
def test_where_faces_could_not_be_looked_for_it_is_not_shown_and_says_why(
    state: str, alice: User, as_alice: Client
) -> None:
    photo = shot(alice, faces=None, status=state)
    page = as_alice.get("/people/looks/new/", {"photo": str(photo.pk)}).content.decode()
    assert "aces" in page and '<form class="split"' not in page
    for shows in (True, False):
        with pytest.raises(ValidationError, match="aces"):
            post_submit(owner=alice, photo=photo, title="Monday", shows_faces=shows)
    assert not Post.objects.exists()


def test_others_things_are_not_shown(alice: User, bob: User, as_bob: Client, outfit: Outfit) -> None:
    photo = shot(alice)
    for query in ({"photo": str(photo.pk)}, {"outfit": outfit.pk}, {"photo": "x"}, {}):
        assert as_bob.get("/people/looks/new/", query).status_code == 404
        assert as_bob.get("/people/looks/new/picture/", query).status_code == 404
    with pytest.raises(ValidationError):
        post_submit(owner=bob, outfit=outfit, title="Mine")


def test_words_are_kept_and_bad_ones_refused(alice: User, as_alice: Client, outfit: Outfit) -> None:
    told = {"style": "casual", "seasons": ["spring"], "tags": "#denim, rain ,denim", "is_findable": "on"}
    answer = as_alice.post(f"/people/looks/new/?outfit={outfit.pk}", {"title": "  ", **told})
    assert answer.status_code == 422 and "denim, rain" in answer.content.decode()
    answer = as_alice.post(f"/people/looks/new/?outfit={outfit.pk}", {"title": "Blue", "tags": "x" * 40})
    assert answer.status_code == 422 and not Post.objects.exists()
    as_alice.post(f"/people/looks/new/?outfit={outfit.pk}", {"title": "Blue", **told})
    post = Post.objects.get()
    assert (post.style, post.seasons, post.tags, post.is_findable) == ("casual", ["spring"], ["denim", "rain"], True)
    again = as_alice.get("/people/looks/new/", {"outfit": outfit.pk})
    assert again["Location"] == post.get_absolute_url()  # pressed twice, or from another tab
    with pytest.raises(ValidationError):
        post_submit(owner=alice, outfit=outfit, title="Blue")


def test_what_is_drawn_says_so(alice: User, dana: User) -> None:
    drawn = garment(alice, "shirt", vector=1, drawing={"kind": "shirt"})
    outfit = outfit_save(owner=alice, items=[{"garment": drawn.pk}])
    post = published(alice, dana, outfit=outfit, is_findable=True)
    assert post.is_drawn and post.look and post.look.is_drawn
    assert "nobody wore it" in Client().get(post.get_absolute_url()).content.decode()
    assert "nobody wore it" in Client().get(post.look.get_absolute_url()).content.decode()


# --- Moderation -----------------------------------------------------------------------------------------------------


def test_first_looks_wait_and_a_trusted_members_do_not(alice: User, dana: User, settings: Any) -> None:
    settings.POSTS_TRUSTED_AFTER = 2
    pieces = [garment(alice, "shirt", vector=number) for number in range(1, 6)]
    outfits = [outfit_save(owner=alice, items=[{"garment": piece.pk}]) for piece in pieces]
    first, second = (published(alice, dana, outfit=outfit) for outfit in outfits[:2])
    third = post_submit(owner=alice, outfit=outfits[2], title="Third")
    assert third.state == Post.State.PUBLISHED
    assert set(third.decisions.values_list("action", flat=True)) == {"submit", "trust"}
    post_decline(post=second, by=dana, ground="theft")
    assert post_submit(owner=alice, outfit=outfits[3], title="Fourth").state == Post.State.HELD
    settings.POSTS_HELD = "none"
    assert post_submit(owner=alice, outfit=outfits[4], title="Fifth").state == Post.State.PUBLISHED
    settings.POSTS_HELD = "all"
    post_withdraw(post=first)
    assert post_submit(owner=alice, outfit=outfits[0], title="First again").state == Post.State.HELD


def test_the_member_reads_why_and_appeals_once(alice: User, as_alice: Client, dana: User, outfit: Outfit) -> None:
    post = post_submit(owner=alice, outfit=outfit, title="Rainy Monday")
    url = post.get_absolute_url()
    assert "Waiting for a look by the staff" in as_alice.get(url).content.decode()
    post_decline(post=post, by=dana, ground="theft", text="Seen in a magazine.")
    page = as_alice.get(url).content.decode()
    assert "somebody else&#x27;s picture" in page and "Seen in a magazine." in page and "second look" in page
    as_alice.post(f"{url}appeal/", {"text": ""})
    post.refresh_from_db()
    assert post.state == Post.State.DECLINED
    as_alice.post(f"{url}appeal/", {"text": "I took it myself."})
    post.refresh_from_db()
    assert (post.state, post.appeal) == ("held", "I took it myself.")
    post_decline(post=post, by=dana, ground="theft", text="It is not.")
    post.refresh_from_db()
    with pytest.raises(ValidationError):
        post_appeal(post=post, text="Please")
    assert "The staff looked twice" in as_alice.get(url).content.decode()
    trail = [(line.action, line.by, line.ground, line.text) for line in Decision.objects.order_by("pk")]
    assert trail == [
        ("submit", alice, "", ""),
        ("decline", dana, "theft", "Seen in a magazine."),
        ("appeal", alice, "", "I took it myself."),
        ("decline", dana, "theft", "It is not."),
    ]
    as_alice.post(f"{url}withdraw/")
    assert as_alice.get(url).status_code == 404 and Decision.objects.filter(action="withdraw").exists()


def test_new_words_are_looked_at_like_a_new_look(alice: User, dana: User, outfit: Outfit) -> None:
    post = published(alice, dana, outfit=outfit, is_findable=True)
    assert Look.objects.count() == 1
    post_change(post=post, style="casual", is_findable=False)
    assert post.state == Post.State.PUBLISHED and not Look.objects.exists()
    post_change(post=post, title="Buy my course", is_findable=True)
    assert post.state == Post.State.HELD and not Look.objects.exists()


def test_reports_hide_a_look_until_a_moderator_saw_it(alice: User, dana: User, outfit: Outfit) -> None:
    post = published(alice, dana, outfit=outfit, is_findable=True)
    people = [member(name) for name in ("eve", "frank", "grace")]
    for person in people[:2]:
        assert report_add(reporter=person, post=post, ground="spam")
        assert not report_add(reporter=person, post=post, ground="spam")  # pressed twice
    post.refresh_from_db()
    assert post.state == Post.State.PUBLISHED
    report_add(reporter=people[2], post=post, ground="hate", note="Look at the words")
    post.refresh_from_db()
    assert post.state == Post.State.HELD and not Look.objects.exists()
    post_approve(post=post, by=dana)
    post.refresh_from_db()
    assert post.state == Post.State.PUBLISHED and Look.objects.count() == 1
    assert not Report.objects.filter(closed_at=None).exists()
    with pytest.raises(ValidationError):
        report_add(reporter=alice, post=post, ground="spam")
    with pytest.raises(ValidationError):
        report_add(reporter=people[0], post=post, ground="boring")


def test_a_page_that_staff_closed_stays_closed(alice: User, bob: User, dana: User, as_alice: Client) -> None:
    opened(alice)
    report_add(reporter=bob, person=alice, ground="hate")
    page_close(person=alice, by=dana, ground="hate", text="Insults in the words about you.")
    alice.profile.refresh_from_db()
    profile_update(profile=alice.profile, has_page=True)
    assert Client().get("/@alice/").status_code == 404
    assert "closed your page" in as_alice.get(reverse("closet:my_posts")).content.decode()
    report_add(reporter=bob, person=alice, ground="spam")
    reports_dismiss(report=Report.objects.filter(closed_at=None).get(), by=dana)
    assert set(Decision.objects.values_list("action", flat=True)) == {"close", "dismiss"}


# --- People ---------------------------------------------------------------------------------------------------------


def test_a_block_ends_follows_and_hides_each_from_the_other_in_the_catalogue_too(
    alice: User, bob: User, dana: User, outfit: Outfit
) -> None:
    opened(alice), opened(bob)
    post = published(alice, dana, outfit=outfit, is_findable=True)
    follow_add(follower=bob, followed=alice)
    follow_add(follower=alice, followed=bob)
    mark_set(owner=bob, post=post, verb="like")
    look = post.look
    assert look is not None
    as_bob, shop = signed_in(bob), f"/shop/looks/{look.pk}/"
    as_bob.post(f"/likes/look/{look.pk}/save/")
    assert look.title in as_bob.get("/saved/?verb=save").content.decode()
    assert as_bob.get(f"{shop}build/").status_code == 200
    assert as_bob.get(shop).status_code == 200 and look.title in as_bob.get("/shop/looks/").content.decode()
    block_add(owner=alice, blocked=bob)
    assert not Follow.objects.exists() and not PostMark.objects.exists()
    assert look.title not in as_bob.get("/saved/?verb=save").content.decode()
    for url in (shop, f"/api/v1/looks/{look.pk}/", f"{shop}build/", post.get_absolute_url(), "/@alice/"):
        assert as_bob.get(url).status_code == 404, url
    assert signed_in(alice).get("/@bob/").status_code == 404
    assert look.title not in as_bob.get("/shop/looks/").content.decode()
    assert as_bob.get("/api/v1/looks/").json()["count"] == 0
    for deed, told in (("like", {}), ("report", {"ground": "spam"}), ("block", {})):
        assert as_bob.post(f"{post.get_absolute_url()}{deed}/", told).status_code == 404
    with pytest.raises(ValidationError):
        follow_add(follower=bob, followed=alice)
    assert block_remove(owner=alice, blocked=bob)
    assert as_bob.get("/@alice/").status_code == 200 and not Follow.objects.exists()


def test_likes_count_once_and_can_be_taken_back(alice: User, bob: User, dana: User, outfit: Outfit) -> None:
    post = published(alice, dana, outfit=outfit)
    as_bob, url = signed_in(bob), post.get_absolute_url()
    for _twice in range(2):
        as_bob.post(f"{url}like/")
    as_bob.post(f"{url}save/")
    (card,) = feed(reader=bob, asked={"saved": "1"})
    assert (card.likes, card.is_liked, card.is_saved) == (1, True, True)
    part = as_bob.post(f"{url}like/", {"remove": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert 'aria-pressed="false"' in part and "<html" not in part
    assert as_bob.post(f"{url}hate/").status_code == 404


def test_the_feed_narrows_and_asks_no_more_for_more_looks(
    alice: User, bob: User, dana: User, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.POSTS_HELD = "none"
    opened(alice)
    as_bob = signed_in(bob)

    def show(number: int) -> Post:
        piece = garment(alice, "shirt", vector=number)
        outfit = outfit_save(owner=alice, items=[{"garment": piece.pk}])
        told = {"style": ("casual", "formal")[number % 2], "seasons": [("summer", "winter")[number % 2]]}
        return post_submit(owner=alice, outfit=outfit, title=f"Look {number}", **told)

    newest = [show(number).title for number in range(1, 4)][::-1]
    assert [post.title for post in feed(reader=bob, asked={})] == newest
    assert [post.title for post in feed(reader=bob, asked={"style": "formal"})] == ["Look 3", "Look 1"]
    assert [post.title for post in feed(reader=bob, asked={"season": "summer"})] == ["Look 2"]
    assert not feed(reader=bob, asked={"following": "1"}).exists()
    follow_add(follower=bob, followed=alice)
    assert feed(reader=bob, asked={"following": "1"}).count() == 3
    as_bob.get("/people/")
    with django_assert_num_queries(4):  # session, reader, profile or count, looks with all that a tile tells
        as_bob.get("/people/")
    for number in range(4, 30):
        show(number)
    with django_assert_num_queries(4):
        page = as_bob.get("/people/").content.decode()
    assert page.count("post-tile") == 24 and "Look 29" in page and "?page=2" in page
    assert "Look 1<" in as_bob.get("/people/?page=2").content.decode()


def test_bodies_are_compared_among_those_who_agreed_and_no_measure_is_shown(
    alice: User, bob: User, charlie: User, dana: User, settings: Any
) -> None:
    settings.POSTS_HELD = "none"
    for owner, height in ((alice, 1672), (charlie, 1835), (dana, 1668)):
        Measurement.objects.create(user=owner, zone="height", value=height)
        piece = garment(owner, "shirt", vector=owner.pk % 50)
        outfit = outfit_save(owner=owner, items=[{"garment": piece.pk}])
        post_submit(owner=owner, outfit=outfit, title=f"By {owner.profile.handle}")
    for owner in (alice, charlie):  # Dana did not agree
        profile_update(profile=owner.profile, share_body_band=True)
    Measurement.objects.create(user=bob, zone="height", value=1690)
    assert not feed(reader=bob, asked={"body": "1"}).exists()  # nor did Bob
    assert "Agree in your profile" in signed_in(bob).get("/people/?body=1").content.decode()
    profile_update(profile=bob.profile, share_body_band=True)
    assert [post.title for post in feed(reader=bob, asked={"body": "1"})] == ["By alice"]
    page = signed_in(bob).get("/people/?body=1").content.decode()
    assert "167" not in page and "1672" not in page
    Measurement.objects.filter(user=alice).first().delete()  # type: ignore[union-attr]
    assert not feed(reader=bob, asked={"body": "1"}).exists()
    Measurement.objects.create(user=alice, zone="height", value=1672)
    for zone, value in (("chest", 900), ("waist", 700), ("hips", 960)):
        Measurement.objects.create(user=alice, zone=zone, value=value)
        Measurement.objects.create(user=bob, zone=zone, value=value if zone != "hips" else 1150)
    assert not feed(reader=bob, asked={"body": "1"}).exists()  # of near height, of another shape
    profile_update(profile=alice.profile, share_body_band=False)
    assert not hasattr(User.objects.get(pk=alice.pk), "body_band")


# --- Its end --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["outfit", "photo", "account", "account at the desk"])
def test_it_goes_with_what_it_shows_and_with_its_owner(
    way: str, alice: User, bob: User, dana: User, outfit: Outfit, django_capture_on_commit_callbacks: Any
) -> None:
    opened(alice)
    thing: dict[str, Any] = {"photo": shot(alice)} if way == "photo" else {"outfit": outfit}
    post = published(alice, dana, is_findable=True, **thing)
    report_add(reporter=alice, person=opened(bob), ground="spam")
    follow_add(follower=alice, followed=bob)
    look = post.look
    assert look is not None
    files = [(post.picture.storage, post.picture.name), (look.photo.storage, look.photo.name)]
    with django_capture_on_commit_callbacks(execute=True):
        if way == "outfit":
            outfit_delete(outfit=outfit)
        elif way == "photo":
            photo_delete(photo=thing["photo"])
        elif way == "account":
            account_delete(user=alice)
        else:
            signed_in(dana).post(f"/admin/closet/user/{alice.pk}/delete/", {"post": "yes"})
    assert Client().get(post.get_absolute_url()).status_code == 404
    assert not Look.objects.exists()
    assert not any(storage.exists(name) for storage, name in files)
    if way.startswith("account"):
        assert not Post.objects.exists() and not Follow.objects.exists() and not Profile.objects.filter(handle="alice")
        assert Report.objects.get().reporter is None
        assert not Decision.objects.exclude(person=None, post=None).exists()  # what was decided, of nobody any more


def test_previews_of_messengers_get_the_picture_and_the_owners_words(alice: User, dana: User, outfit: Outfit) -> None:
    post = published(alice, dana, outfit=outfit, title="Rain & denim", is_findable=True)
    page = Client().get(post.get_absolute_url()).content.decode()
    image = f"http://testserver{post.get_absolute_url()}picture.jpg"
    assert '<meta property="og:title" content="Rain &amp; denim">' in page
    assert f'<meta property="og:image" content="{image}">' in page
    answer = Client().get(image.removeprefix("http://testserver"))
    assert answer["Content-Type"] == "image/jpeg" and Image.open(io.BytesIO(answer.content)).size[1] == 1200
    assert post.look is not None
    page = Client().get(post.look.get_absolute_url()).content.decode()
    assert f'<meta property="og:image" content="http://testserver{post.look.photo.url}">' in page


# --- The moderators' desk -------------------------------------------------------------------------------------------


def test_a_moderator_decides_at_the_desk_and_sees_neither_photos_nor_accounts(
    alice: User, bob: User, outfit: Outfit
) -> None:
    erin = member("erin", is_staff=True)
    erin.groups.add(Group.objects.get(name="moderator"))
    desk = signed_in(erin)
    post = post_submit(owner=alice, outfit=outfit, title="Rainy Monday")
    queue = desk.get("/admin/closet/post/").content.decode()
    assert "Rainy Monday" in queue
    assert "waiting for a look" in queue and alice.email not in queue
    assert desk.get("/admin/closet/pagewords/").status_code == 200
    assert desk.get(f"/admin/closet/post/{post.pk}/picture/").status_code == 200
    page = desk.get(f"/admin/closet/post/{post.pk}/change/").content.decode()
    assert f"/admin/closet/post/{post.pk}/picture/" in page
    decline = f"/admin/closet/post/{post.pk}/decline/"
    assert desk.get(decline).status_code == 200
    assert desk.post(decline, {"text": "no reason"}).status_code == 200  # asks again
    post.refresh_from_db()
    assert post.state == Post.State.HELD
    assert desk.post(decline, {"ground": "spam", "text": "An advertisement."}).status_code == 302
    post.refresh_from_db()
    assert (post.state, post.ground, post.ground_text) == ("declined", "spam", "An advertisement.")
    assert desk.get(f"/admin/closet/post/{post.pk}/publish/").status_code == 200  # asks first
    post.refresh_from_db()
    assert post.state == Post.State.DECLINED
    assert desk.post(f"/admin/closet/post/{post.pk}/publish/").status_code == 302
    post.refresh_from_db()
    assert post.state == Post.State.PUBLISHED
    report_add(reporter=bob, post=post, ground="person")
    report = Report.objects.get()
    assert "Rainy Monday" in desk.get("/admin/closet/report/").content.decode()
    desk.post("/admin/closet/report/", {"action": "dismiss", "_selected_action": [report.pk]})
    report.refresh_from_db()
    assert report.closed_at
    opened(alice)
    report_add(reporter=bob, person=alice, ground="hate")
    person_report = Report.objects.get(closed_at=None)
    desk.post(f"/admin/closet/report/{person_report.pk}/close/", {"ground": "hate"})
    assert Client().get("/@alice/").status_code == 404
    trail = desk.get("/admin/closet/decision/").content.decode()
    assert "An advertisement." in trail and "@erin" in trail and alice.email not in trail
    line = Decision.objects.first()
    assert line is not None
    for deed in ("change", "delete"):
        assert desk.post(f"/admin/closet/decision/{line.pk}/{deed}/", {"text": "x", "post": "yes"}).status_code == 403
    for model in ("photo", "garment", "user"):
        assert desk.get(f"/admin/closet/{model}/").status_code == 403
    viewer = signed_in(member("frank", is_staff=True))
    assert viewer.get(f"/admin/closet/post/{post.pk}/picture/").status_code == 403
    assert viewer.get(decline).status_code == 403 and viewer.post(decline, {"ground": "spam"}).status_code == 403
