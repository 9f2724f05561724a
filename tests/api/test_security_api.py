"""Password, e-mails, sessions and second factors by API: what the account pages do, for programs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from closet.models import User
from tests.cast import PASSWORD

ME = "/api/v1/accounts/me"
NEW = "brand-new-horse-2"


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def app_on(api: APIClient) -> Any:
    secret = api.get(f"{ME}/second-factors/app/").data["secret"]
    return api.post(
        f"{ME}/second-factors/app/", {"secret": secret, "code": code_now(secret), "password": PASSWORD}
    )  # fmt: skip


def test_the_password_is_changed_with_the_old_one_and_browsers_are_signed_out(
    alice_api: APIClient, alice: User, client: Client
) -> None:
    client.post("/account/login/", {"login": alice.email, "password": PASSWORD})
    wrong = alice_api.post(f"{ME}/password/", {"password": "wrong-horse", "new_password": NEW})
    assert (wrong.status_code, list(wrong.data["extra"]["fields"])) == (400, ["password"])
    weak = alice_api.post(f"{ME}/password/", {"password": PASSWORD, "new_password": "12345678"})
    assert (weak.status_code, list(weak.data["extra"]["fields"])) == (400, ["new_password"])
    done = alice_api.post(f"{ME}/password/", {"password": PASSWORD, "new_password": NEW})
    assert done.status_code == 204
    assert not done.cookies
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert client.get("/profile/").status_code == 302
    assert alice_api.get("/api/v1/profile/").status_code == 401  # unless it is named


def test_the_device_that_changes_the_password_stays_where_it_asks_to(alice_api: APIClient) -> None:
    body = {"password": PASSWORD, "new_password": NEW, "keep": ["current"]}
    assert alice_api.post(f"{ME}/password/", body).status_code == 204
    assert alice_api.get("/api/v1/profile/").status_code == 200


def test_a_member_without_a_password_sets_one(alice_api: APIClient, alice: User) -> None:
    alice.set_unusable_password()
    alice.save()
    assert alice_api.post(f"{ME}/password/", {"new_password": NEW}).status_code == 204
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_a_forgotten_password_is_set_by_the_key_of_the_letter_once(alice: User) -> None:
    api, url = APIClient(), "/api/v1/accounts/password-reset/"
    assert api.post(url, {"email": "nobody@example.com"}).status_code == 204
    assert mail.outbox == []
    assert api.post(url, {"email": alice.email}).status_code == 204
    key = re.search(r"/reset/key/([^/\s]+)", str(mail.outbox[0].body)).group(1)  # type: ignore[union-attr]
    assert api.put(url, {"key": key, "new_password": NEW}).status_code == 204
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    again = api.put(url, {"key": key, "new_password": PASSWORD})
    assert (again.status_code, list(again.data["extra"]["fields"])) == (400, ["key"])


def test_another_e_mail_becomes_the_main_one_once_it_is_proved(alice_api: APIClient, alice: User) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    added = alice_api.post(f"{ME}/emails/", {"email": "New@example.com", "password": PASSWORD})
    assert (added.status_code, added.data["email"], added.data["verified"]) == (201, "new@example.com", False)
    assert mail.outbox[0].to == ["new@example.com"]
    one = f"{ME}/emails/{added.data['id']}/"
    assert alice_api.put(one, {"password": PASSWORD}).status_code == 400
    EmailAddress.objects.filter(pk=added.data["id"]).update(verified=True)
    assert alice_api.put(one, {"password": "wrong-horse"}).status_code == 400
    assert alice_api.put(one, {"password": PASSWORD}).data["primary"]
    alice.refresh_from_db()
    assert alice.email == "new@example.com"
    assert alice_api.delete(one).status_code == 400  # the door stays open
    old = next(address for address in alice_api.get(f"{ME}/emails/").data["results"] if not address["primary"])
    assert alice_api.delete(f"{ME}/emails/{old['id']}/").status_code == 204


def test_a_taken_e_mail_is_not_told_apart_and_never_shared(alice_api: APIClient, alice: User, bob: User) -> None:
    EmailAddress.objects.create(user=bob, email=bob.email, primary=True, verified=True)
    added = alice_api.post(f"{ME}/emails/", {"email": bob.email, "password": PASSWORD})
    assert added.status_code == 201
    assert not EmailAddress.objects.get(user=alice, email=bob.email).set_verified()


def test_browsers_are_listed_and_ended(alice_api: APIClient, alice: User, client: Client) -> None:
    client.post("/account/login/", {"login": alice.email, "password": PASSWORD}, headers={"user-agent": "Kitchen"})
    (session,) = alice_api.get(f"{ME}/sessions/").data["results"]
    assert session["user_agent"] == "Kitchen"
    assert alice_api.delete(f"{ME}/sessions/{session['id']}/").status_code == 204
    assert client.get("/profile/").status_code == 302
    assert alice_api.get(f"{ME}/sessions/").data["count"] == 0
    assert alice_api.delete(f"{ME}/sessions/").status_code == 204


def test_an_authenticator_app_is_turned_on_asked_for_and_off(alice_api: APIClient, alice: User) -> None:
    wrong = alice_api.post(
        f"{ME}/second-factors/app/", {"secret": "A" * 32, "code": "000000", "password": PASSWORD}
    )  # fmt: skip
    assert (wrong.status_code, Authenticator.objects.count()) == (400, 0)
    codes = app_on(alice_api).data["recovery_codes"]
    assert len(codes) == 10
    sign_in = {"email": alice.email, "password": PASSWORD}
    assert APIClient().post("/api/v1/tokens/", sign_in).data["extra"]["code"] == "code_required"
    assert APIClient().post("/api/v1/tokens/", {**sign_in, "code": codes[0]}).status_code == 201
    assert app_on(alice_api).status_code == 400  # one is there already
    fresh = alice_api.post(f"{ME}/second-factors/codes/", {"password": PASSWORD}).data["recovery_codes"]
    assert set(fresh).isdisjoint(codes)
    factors = {factor["type"]: factor["id"] for factor in alice_api.get(f"{ME}/second-factors/").data["results"]}
    assert set(factors) == {"totp", "recovery_codes"}
    app = f"{ME}/second-factors/{factors['totp']}/"
    assert alice_api.delete(app, {"password": "wrong"}).status_code == 400
    assert alice_api.post(f"{app}remove/", {"password": "wrong"}).status_code == 400
    assert alice_api.post(f"{app}remove/", {"password": PASSWORD}).status_code == 204
    assert not Authenticator.objects.filter(user=alice).exists()


def test_recovery_codes_need_a_second_factor(alice_api: APIClient) -> None:
    assert alice_api.post(f"{ME}/second-factors/codes/", {"password": PASSWORD}).status_code == 400


@pytest.mark.parametrize("path", ["password/", "emails/", "sessions/", "second-factors/"])
def test_strangers_are_turned_away(path: str, db: None) -> None:
    api = APIClient()
    assert api.get(f"{ME}/{path}").status_code == 401
    assert api.post(f"{ME}/{path}", {}).status_code == 401
    assert UserSession.objects.count() == 0
