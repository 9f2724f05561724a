"""Accounts, tokens and the profile over the API."""

import time

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from rest_framework.test import APIClient

from closet.models import DeviceToken, Photo, Profile, User
from tests.cast import PASSWORD

ACCOUNTS, TOKENS, PROFILE = "/api/v1/accounts/", "/api/v1/tokens/", "/api/v1/profile/"


@pytest.fixture
def anyone(db: None) -> APIClient:
    return APIClient()


def with_token(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


# --- accounts ------------------------------------------------------------------------------------------------


def test_a_new_account_signs_in_for_its_token(anyone: APIClient) -> None:
    answer = anyone.post(ACCOUNTS, {"email": "Erin@Example.com", "password": PASSWORD, "language": "ko"})
    assert answer.status_code == 202, answer.data
    erin = with_token(anyone.post(TOKENS, {"email": answer.data["email"], "password": PASSWORD}).data["token"])
    profile = erin.get(PROFILE).data
    assert (profile["email"], profile["language"]) == ("erin@example.com", "ko")
    assert profile["quota"]["used_bytes"] == 0


def test_the_account_of_the_api_opens_the_site_too(anyone: APIClient) -> None:
    anyone.post(ACCOUNTS, {"email": "erin@example.com", "password": PASSWORD})
    answer = anyone.post("/account/login/", {"login": "erin@example.com", "password": PASSWORD}, format="multipart")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "no mail", "password": PASSWORD}, "email"),
        ({"email": "erin@example.com", "password": "12345678"}, "password"),
        ({"email": "erin@example.com", "password": "short"}, "password"),
        ({"email": "erin@example.com"}, "password"),
        ({"email": "erin@example.com", "password": PASSWORD, "language": "fr"}, "language"),
    ],
)
def test_what_is_wrong_is_said(anyone: APIClient, alice: User, body: dict[str, str], field: str) -> None:
    answer = anyone.post(ACCOUNTS, body)
    assert answer.status_code == 400
    assert set(answer.data["extra"]["fields"]) == {field}
    assert answer.data["message"]
    assert User.objects.count() == 1


def test_no_token_before_the_e_mail_is_confirmed_where_that_is_asked(anyone: APIClient, settings) -> None:  # type: ignore[no-untyped-def]
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    answer = anyone.post(ACCOUNTS, {"email": "erin@example.com", "password": PASSWORD})
    assert answer.status_code == 202
    refused = anyone.post(TOKENS, {"email": "erin@example.com", "password": PASSWORD})
    assert refused.data["extra"]["code"] == "email_unverified"


def test_leaving_over_the_api(alice_api: APIClient, alice: User) -> None:
    me = "/api/v1/accounts/me/"
    assert alice_api.delete(me, {"email": alice.email, "password": "wrong"}).status_code == 400
    assert alice_api.delete(me, {"email": "bob@example.com", "password": PASSWORD}).status_code == 400
    assert alice_api.delete(me, {"email": alice.email, "password": PASSWORD}).status_code == 204
    assert not User.objects.exists()
    assert alice_api.get(PROFILE).status_code == 401


# --- tokens --------------------------------------------------------------------------------------------------


def test_signing_in_gives_a_token_once(anyone: APIClient, alice: User) -> None:
    answer = anyone.post(TOKENS, {"email": "Alice@example.com", "password": PASSWORD, "name": "Pixel"})
    assert answer.status_code == 201
    secret, id = answer.data["token"], answer.data["id"]
    client = with_token(secret)
    listed = client.get(TOKENS).data["results"]
    assert [(row["name"], row["is_current"]) for row in listed] == [("Pixel", True)]
    assert "token" not in listed[0]
    assert listed[0]["last_used_at"]
    assert id not in secret
    assert secret not in str(list(DeviceToken.objects.values_list()))


def test_a_wrong_password_and_an_unknown_member_sound_the_same(anyone: APIClient, alice: User) -> None:
    wrong = [
        anyone.post(TOKENS, {"email": email, "password": "wrong-horse"}) for email in ("alice@example.com", "x@y.zz")
    ]
    assert [answer.status_code for answer in wrong] == [400, 400]
    assert wrong[0].data == wrong[1].data
    assert wrong[0].data["extra"]["code"] == "wrong_credentials"


def test_guessing_is_slowed_down(anyone: APIClient, alice: User) -> None:
    codes = [anyone.post(TOKENS, {"email": alice.email, "password": "wrong"}).status_code for _ in range(12)]
    assert codes[0] == 400
    assert codes[-1] == 429
    assert anyone.post(TOKENS, {"email": alice.email, "password": PASSWORD}).status_code == 429


def test_a_disabled_member_gets_no_token(anyone: APIClient, alice: User) -> None:
    User.objects.update(is_active=False)
    assert anyone.post(TOKENS, {"email": alice.email, "password": PASSWORD}).status_code == 400


def test_a_second_factor_is_not_passed_by(anyone: APIClient, alice: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    recovery = RecoveryCodes.activate(alice).get_unused_codes()
    credentials = {"email": alice.email, "password": PASSWORD}
    assert anyone.post(TOKENS, credentials).data["extra"]["code"] == "code_required"
    assert anyone.post(TOKENS, credentials | {"code": "000000"}).data["extra"]["code"] == "code_wrong"
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert anyone.post(TOKENS, credentials | {"code": code}).status_code == 201
    assert anyone.post(TOKENS, credentials | {"code": recovery[0]}).status_code == 201
    assert anyone.post(TOKENS, credentials | {"code": recovery[0]}).data["extra"]["code"] == "code_wrong"


def test_a_device_is_renamed_and_revoked(alice_api: APIClient, alice: User) -> None:
    [phone] = alice_api.get(TOKENS).data["results"]
    url = f"{TOKENS}{phone['id']}/"
    assert alice_api.patch(url, {"name": "Old phone"}).data["name"] == "Old phone"
    assert alice_api.get(url).data["name"] == "Old phone"
    assert alice_api.delete(url).status_code == 204
    assert alice_api.get(TOKENS).status_code == 401


def test_a_client_signs_itself_out(alice_api: APIClient) -> None:
    assert alice_api.delete(f"{TOKENS}current/").status_code == 204
    assert alice_api.get(PROFILE).status_code == 401


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_charlie_cannot_touch_alices_token(alice_api: APIClient, charlie_api: APIClient, method: str) -> None:
    url = f"{TOKENS}{alice_api.get(TOKENS).data['results'][0]['id']}/"
    assert getattr(charlie_api, method)(url, {"name": "mine"}).status_code == 404
    assert alice_api.get(TOKENS).status_code == 200


def test_signing_in_works_with_a_dead_token_in_the_header(alice: User) -> None:
    answer = with_token("dead" * 16).post(TOKENS, {"email": alice.email, "password": PASSWORD})
    assert answer.status_code == 201


# --- profile -------------------------------------------------------------------------------------------------


def test_a_patch_changes_what_it_names(alice_api: APIClient, alice: User) -> None:
    answer = alice_api.patch(PROFILE, {"units": "imperial", "styles": ["chic"], "is_public": True})
    assert answer.status_code == 200, answer.data
    alice.profile.refresh_from_db()
    profile = alice.profile
    assert (profile.units, profile.styles, profile.is_public, profile.handle) == ("imperial", ["chic"], True, "alice")


@pytest.mark.parametrize(
    "change",
    [
        {"handle": "bob"}, {"handle": "A B"}, {"units": "cubits"}, {"styles": ["baroque"]}, {"latitude": 12},
        {"latitude": 120, "longitude": 10}, {"currency": "won"}, {"price_band": 9}, {"language": "fr"},
    ],
)  # fmt: skip
def test_a_wrong_value_changes_nothing(alice_api: APIClient, alice: User, bob: User, change: dict[str, object]) -> None:
    before = Profile.objects.values().get(user=alice)
    answer = alice_api.patch(PROFILE, change)
    assert answer.status_code == 400, answer.data
    assert answer.data["extra"]["fields"]
    assert Profile.objects.values().get(user=alice) == before


def test_quota_and_e_mail_are_not_ones_own_to_set(alice_api: APIClient, alice: User) -> None:
    Photo.objects.create(owner=alice, content_type="image/jpeg", size=7, width=1, height=1, sha256="0" * 64)
    answer = alice_api.patch(PROFILE, {"quota_bytes": 10**12, "quota": {"allowed_bytes": 1}, "email": "x@y.zz"})
    assert answer.data["quota"]["used_bytes"] == 7
    assert answer.data["email"] == alice.email
    assert Profile.objects.get(user=alice).quota_bytes is None


def test_nothing_without_a_token(anyone: APIClient) -> None:
    for url in (PROFILE, TOKENS, "/api/v1/measurements/", "/api/v1/accounts/me/export/"):
        answer = anyone.get(url)
        assert answer.status_code == 401, url
        assert answer["WWW-Authenticate"]
