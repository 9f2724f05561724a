"""A household: who comes in, what its members see of each other, what is lent, and that it all ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from closet.models import Garment, Household, HouseholdGarment, HouseholdInvite, Loan, Outfit, User
from closet.services.accounts import account_delete
from closet.services.garments import garments_change
from closet.services.households import (
    MAX_LETTERS,
    garments_show,
    household_leave,
    household_make,
    household_of,
    invite_accept,
    invite_make,
    loan_make,
    loans_end,
    member_remove,
)
from closet.services.outfits import outfit_save
from closet.services.people import block_add
from closet.services.posts import post_submit
from closet.services.sharing import share_create
from closet.services.wear import wear_remove, worn_on
from recommender.services.pieces import garments_at_hand, my_garments
from tests.conftest import signed_in
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(alice: User, bob: User) -> Household:
    made = household_make(founder=alice, name="  Our  flat ")
    invite_accept(user=bob, invite=invite_make(by=alice))
    return made


@pytest.fixture
def coat(alice: User) -> Garment:
    return garment(alice, "coat", "navy", vector=1, name="Grandmother's coat", price=123457, notes="secret")


def picture(row: Garment) -> str:
    return reverse("closet:media", args=[row.cutout_small.name])


def test_a_link_lets_one_in_once_and_an_address_alone_the_one_it_names(alice: User, bob: User, charlie: User) -> None:
    household_make(founder=alice, name="Flat")
    as_alice, as_bob, as_charlie = signed_in(alice), signed_in(bob), signed_in(charlie)
    as_alice.post("/household/invite/", {"email": "Bob@Example.com"})
    (letter,) = mail.outbox
    invite = HouseholdInvite.objects.get()
    url = reverse("closet:household_join", args=[invite.key])
    assert letter.to == ["bob@example.com"] and url in letter.body
    assert as_charlie.get(url).status_code == as_charlie.post(url).status_code == 404
    assert as_bob.get(url).status_code == 200 and household_of(bob) is None  # nothing happens by looking
    assert as_bob.post(url).status_code == 302
    assert household_of(bob) == household_of(alice)
    assert as_bob.get(url).status_code == 404  # once
    as_alice.post("/household/invite/")
    open_one = HouseholdInvite.objects.open().get()  # type: ignore[attr-defined]
    HouseholdInvite.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert as_charlie.get(reverse("closet:household_join", args=[open_one.key])).status_code == 404
    as_alice.post("/household/invite/", {"email": "nonsense"})
    assert not HouseholdInvite.objects.open().exists()  # type: ignore[attr-defined]


def test_one_lives_in_one_household(alice: User, bob: User, charlie: User, home: Household) -> None:
    with pytest.raises(ValidationError):
        household_make(founder=bob, name="Another")
    household_make(founder=charlie, name="Charlie's")
    invite = invite_make(by=charlie)
    with pytest.raises(ValidationError):
        invite_accept(user=bob, invite=invite)
    assert household_of(bob) == home
    assert HouseholdInvite.objects.open().get() == invite  # type: ignore[attr-defined]  # not used up by that


def test_members_see_what_is_shown_to_them_and_no_more(
    alice: User, bob: User, charlie: User, home: Household, coat: Garment
) -> None:
    as_bob, as_charlie = signed_in(bob), signed_in(charlie)
    url = reverse("closet:household_garment", args=[coat.pk])
    mine = reverse("closet:garment", args=[coat.pk])
    assert {as_bob.get(one).status_code for one in (url, mine, picture(coat))} == {404}
    signed_in(alice).post(f"/closet/{coat.pk}/household/")
    page = as_bob.get(url).content.decode()
    assert "Grandmother" in page and "secret" not in page and "123457" not in page and "123,457" not in page
    assert as_bob.get(picture(coat)).status_code == 200
    assert as_bob.get(mine)["Location"] == url
    assert "Grandmother" in as_bob.get("/household/").content.decode()
    assert {as_charlie.get(one).status_code for one in (url, mine, picture(coat))} == {404}
    assert as_bob.post(f"/closet/{coat.pk}/household/").status_code == 404
    for deed in ("edit", "mask", "share", "worn", "favourite"):
        assert as_bob.post(f"/closet/{coat.pk}/{deed}/").status_code == 404, deed
    with pytest.raises(ValidationError):  # seen, not in Bob's hands
        outfit_save(owner=bob, items=[{"garment": coat.pk}])
    signed_in(alice).post(f"/closet/{coat.pk}/household/", {"remove": "1"})
    assert {as_bob.get(one).status_code for one in (url, picture(coat))} == {404}


def test_what_is_lent_is_in_the_borrowers_outfits_and_out_of_the_owners(
    alice: User, bob: User, home: Household, coat: Garment
) -> None:
    part = home.members.get(user=bob)
    signed_in(alice).post(f"/closet/{coat.pk}/household/", {"borrower": part.pk})
    loan = Loan.objects.get()
    coat.refresh_from_db()
    assert coat.state == Garment.State.LENT
    assert [(one.pk, one.state) for one in my_garments(alice)] == [(coat.pk, "lent")]
    assert [(one.pk, one.state) for one in garments_at_hand(bob)] == [(coat.pk, "ready")]
    assert not my_garments(bob)
    mine = garment(bob, "jeans", vector=2)
    outfit = outfit_save(owner=bob, items=[{"garment": coat.pk}, {"garment": mine.pk}])
    only = outfit_save(owner=bob, items=[{"garment": coat.pk}])
    as_bob = signed_in(bob)
    assert "Grandmother" in as_bob.get(f"/outfits/{outfit.pk}/").content.decode()
    assert as_bob.get(picture(coat)).status_code == 200
    page = as_bob.get(reverse("closet:household_garment", args=[coat.pk])).content.decode()
    assert "It is lent to you" in page and "Grandmother" in as_bob.get("/household/").content.decode()
    assert f'value="{coat.pk}"' in as_bob.get("/outfits/new/").content.decode()
    assert as_bob.get(f"/closet/{coat.pk}/")["Location"].endswith(f"/household/garments/{coat.pk}/")
    for refused in (
        lambda: share_create(owner=bob, outfit=outfit),
        lambda: post_submit(owner=bob, outfit=outfit, title="x"),
    ):
        with pytest.raises(ValidationError, match="borrowed"):
            refused()
    with pytest.raises(ValidationError):  # out of reach, for somebody else too
        loan_make(garment=coat, borrower=bob)
    assert as_bob.post(f"/household/loans/{loan.pk}/return/").status_code == 302
    coat.refresh_from_db()
    assert coat.state == Garment.State.READY and not garments_at_hand(bob)[1:]
    assert [item.garment for item in outfit.items.all()] == [mine]
    assert not Outfit.objects.filter(pk=only.pk).exists()
    assert "Grandmother" not in as_bob.get(f"/outfits/{outfit.pk}/").content.decode()


def test_an_owner_who_says_by_hand_that_it_is_back_has_it_back(
    alice: User, bob: User, home: Household, coat: Garment
) -> None:
    loan_make(garment=coat, borrower=bob)
    outfit = outfit_save(owner=bob, items=[{"garment": coat.pk}])
    signed_in(alice).post(f"/closet/{coat.pk}/edit/state/", {"state": "ready"})
    assert not garments_at_hand(bob)
    assert not Outfit.objects.filter(pk=outfit.pk).exists()  # nothing else was on it
    garments_change(owner=alice, action="state", ids=[coat.pk], value="lent")  # to somebody else, by hand
    assert not garments_at_hand(bob)
    garments_change(owner=alice, action="state", ids=[coat.pk], value="ready")
    coat.refresh_from_db()
    assert loan_make(garment=coat, borrower=bob).returned_at is None
    assert Loan.objects.running().count() == 1


def test_one_lends_to_the_household_alone_and_only_what_is_ones_own(
    alice: User, bob: User, charlie: User, home: Household, coat: Garment
) -> None:
    for who in (charlie, alice):
        with pytest.raises(ValidationError):
            loan_make(garment=coat, borrower=who)
    stranger = garment(charlie, "shirt", vector=3)
    assert garments_show(owner=alice, ids=[stranger.pk]) == 0
    loan = loan_make(garment=coat, borrower=bob)
    assert signed_in(charlie).post(f"/household/loans/{loan.pk}/return/").status_code == 404


@pytest.mark.parametrize("who", ["owner leaves", "borrower leaves", "borrower is removed", "block", "account"])
def test_when_someone_goes_loans_come_back(
    who: str, alice: User, bob: User, home: Household, coat: Garment, django_capture_on_commit_callbacks: Any
) -> None:
    bobs = garment(bob, "shirt", vector=2)
    loan_make(garment=coat, borrower=bob)
    garments_show(owner=bob, ids=[bobs.pk])
    outfit_save(owner=bob, items=[{"garment": coat.pk}, {"garment": bobs.pk}])
    match who:
        case "owner leaves":
            household_leave(user=alice)
        case "borrower leaves":
            signed_in(bob).post("/household/leave/")
        case "borrower is removed":
            with pytest.raises(ValidationError):
                member_remove(founder=bob, user=alice)
            member_remove(founder=alice, user=bob)
        case "block":
            block_add(owner=bob, blocked=alice)
        case _:
            account_delete(user=bob)
    coat.refresh_from_db()
    assert coat.state == Garment.State.READY and not Loan.objects.running().exists()
    if who != "account":
        assert signed_in(bob).get(picture(coat)).status_code == 404
        assert signed_in(alice).get(picture(bobs)).status_code == 404
        assert signed_in(bob).get("/today/").status_code == 200
    leaver = "alice@example.com" if who == "owner leaves" else "bob@example.com"
    assert not HouseholdGarment.objects.filter(garment__owner__email=leaver).exists()


def test_the_last_one_out_takes_the_household_along(alice: User, bob: User, home: Household) -> None:
    household_leave(user=alice)
    assert Household.objects.exists()
    household_leave(user=bob)
    assert not Household.objects.exists() and not household_leave(user=bob)


def test_the_page_reads_without_a_household_and_needs_a_sign_in(alice: User) -> None:
    as_alice = signed_in(alice)
    assert "Make a household" in as_alice.get("/household/").content.decode()
    as_alice.post("/household/", {"name": " "})
    assert not Household.objects.exists()
    as_alice.post("/household/", {"name": "Flat"})
    assert "Flat" in as_alice.get("/household/").content.decode()
    assert Client().get("/household/").status_code == 302
    assert loans_end(loans=Loan.objects.all()) == 0


def test_letters_to_strangers_are_few(alice: User) -> None:
    for number in range(MAX_LETTERS + 2):
        household_make(founder=alice, name="Flat")
        if number < MAX_LETTERS:
            invite_make(by=alice, email=f"stranger-{number}@example.com")
        else:
            with pytest.raises(ValidationError):
                invite_make(by=alice, email=f"stranger-{number}@example.com")
            assert invite_make(by=alice).key
        household_leave(user=alice)
    assert len(mail.outbox) == MAX_LETTERS


def test_a_wear_of_what_is_lent_is_in_the_borrowers_calendar_alone(
    alice: User, bob: User, home: Household, coat: Garment
) -> None:
    day = timezone.localdate()
    loan_make(garment=coat, borrower=bob)
    as_alice, as_bob = signed_in(alice), signed_in(bob)
    as_bob.post("/today/worn/", {"garments": [coat.pk]})
    coat.refresh_from_db()
    assert (coat.wears, coat.last_worn_on) == (1, day)  # it was worn, whoever wore it
    assert worn_on(owner=bob, day=day) == {coat.pk} and worn_on(owner=alice, day=day) == set()
    assert "Grandmother" in as_bob.get("/calendar/").content.decode()
    assert "Grandmother" not in as_alice.get("/calendar/").content.decode()
    wear_remove(owner=alice, garment_ids=[coat.pk], worn_on=day)  # not hers to take back
    assert worn_on(owner=bob, day=day) == {coat.pk}
    loans_end(loans=Loan.objects.all())
    assert worn_on(owner=bob, day=day) == {coat.pk}  # while the household sees it
    garments_show(owner=alice, ids=[coat.pk], on=False)
    assert worn_on(owner=bob, day=day) == set()
