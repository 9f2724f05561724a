"""Notices: nothing unasked, each once a day, in the member's language, by e-mail only to an address that was proved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from closet.models import Notice, Plan, Profile, User
from closet.services.notices import notices_purge
from recommender.jobs import notices
from tests.closet.closets import outfit_of
from tests.wardrobe import garment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning(settings: Any) -> None:
    settings.NOTICE_HOUR = 0


def asks(user: User, *kinds: str, by_mail: bool = False, language: str = "en") -> None:
    Profile.objects.filter(user=user).update(notify_kinds=list(kinds), notify_mail=by_mail, language=language)
    if by_mail:
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)


def dressed(user: User) -> list[Any]:
    slugs = ("knit", "jeans", "boots", "coat", "shirt", "sneakers", "t-shirt", "shorts")
    return [garment(user, slug, vector=number) for number, slug in enumerate(slugs, 1)]


def test_nobody_is_told_unasked(alice: User) -> None:
    dressed(alice)
    assert notices.run() == 0 and not Notice.objects.exists()


def test_the_mornings_outfit_is_told_once_a_day(alice: User, as_alice: Client) -> None:
    dressed(alice)
    asks(alice, "morning")
    assert (notices.run(), notices.run()) == (1, 0)
    notice = Notice.objects.get()
    assert len(notice.params["garments"]) >= 2 and not mail.outbox
    page = as_alice.get(reverse("recommender:today")).content.decode()
    assert "For this morning:" in page
    titles = [alice.garments.get(pk=pk).title for pk in notice.params["garments"]]
    assert ", ".join(titles) in page
    as_alice.post(reverse("closet:notices_read"), headers={"HX-Request": "true"})
    assert "For this morning:" not in as_alice.get(reverse("recommender:today")).content.decode()


def test_it_waits_for_the_morning(alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dressed(alice)
    asks(alice, "morning")
    settings.NOTICE_HOUR = 7
    monkeypatch.setattr(notices.timezone, "localtime", lambda: datetime(2026, 11, 28, 6, 59, tzinfo=UTC))
    assert notices.run() == 0


def test_plans_and_laundry_are_told_and_mailed_in_korean(alice: User) -> None:
    pieces = dressed(alice)
    for piece in pieces[:5]:
        piece.state = "laundry"
        piece.save()
    tomorrow = timezone.localdate() + timedelta(days=1)
    Plan.objects.create(owner=alice, outfit=outfit_of(alice, pieces[5]), day=tomorrow)
    asks(alice, "plan", "laundry", by_mail=True, language="ko")
    assert notices.run() == 1
    (letter,) = mail.outbox
    assert letter.to == [alice.email] and "내일 계획: Monday." in letter.body and "빨래통에 5벌" in letter.body
    assert "/profile/" in letter.body and f"day={tomorrow:%Y-%m-%d}" in letter.body
    Profile.objects.update(noticed_on=None)
    assert notices.run() == 0 and len(mail.outbox) == 1  # laundry once a week, the plan once a day


def test_an_address_that_was_not_proved_gets_no_letter(alice: User) -> None:
    dressed(alice)
    asks(alice, "morning", by_mail=True)
    EmailAddress.objects.update(verified=False)
    assert notices.run() == 1 and not mail.outbox


def test_a_closet_that_breaks_keeps_no_one_else_waiting(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    dressed(bob)
    asks(alice, "morning")
    asks(bob, "morning")
    real = notices._morning
    monkeypatch.setattr(notices, "_morning", lambda owner: real(owner) if owner == bob else 1 / 0)
    assert notices.run() == 1 and Notice.objects.get().owner == bob


def test_what_is_told_is_chosen_on_the_profile(as_alice: Client, alice: User) -> None:
    page = as_alice.get(reverse("closet:profile")).content.decode()
    assert page.count('name="notify_kinds"') == 3
    form = {"handle": "alice", "units": "metric", "wears": "any", "currency": "KRW", "notify_kinds": ["plan"]}
    assert as_alice.post(reverse("closet:profile"), form).status_code == 302
    alice.profile.refresh_from_db()
    assert alice.profile.notify_kinds == ["plan"] and not alice.profile.notify_mail


def test_old_notices_go(alice: User) -> None:
    for days in (0, 31):
        Notice.objects.create(owner=alice, kind="plan", day=timezone.localdate() - timedelta(days=days))
    assert notices_purge() == 1
