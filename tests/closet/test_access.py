"""Who has access, how long, and what ends it: tokens, sessions, wrong passwords, the demo login."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from closet.demo import PUBLISHED_PASSWORD, demo_password_replace
from closet.models import DeviceToken, Export, User
from closet.services import devices, export
from closet.services.attempts import FREE, TooManyAttempts, attempt_begin
from config import launch
from tests.cast import PASSWORD
from tests.closet.test_accounts import reauthenticated
from tests.conftest import signed_in

API = "/api/v1/"
NEW = "brand-new-horse-2"


def with_token(secret: str, **extra: Any) -> APIClient:
    client = APIClient(**extra)
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def proved(user: User) -> User:
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})
    return user


def letter_link(part: str) -> str:
    found = re.search(rf"http://\S*({part}\S*)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found.group(1)


@pytest.fixture
def strangers(db: None) -> APIClient:
    """A stranger's device, signed in to an account opened with the e-mail of somebody else."""
    anyone = APIClient()
    assert anyone.post(f"{API}accounts/", {"email": "erin@example.com", "password": PASSWORD}).status_code == 202
    told = anyone.post(f"{API}tokens/", {"email": "erin@example.com", "password": PASSWORD})
    stranger = with_token(told.data["token"])
    assert stranger.get(f"{API}profile/").status_code == 200
    return stranger


# --- What ends access -----------------------------------------------------------------------------------------


def test_a_reset_by_letter_turns_a_stranger_out_who_opened_the_account(strangers: APIClient, client: Client) -> None:
    erin = User.objects.get()
    browser = signed_in(erin)
    asked = export.export_ask(owner=erin)
    export.export_make(export_id=asked.pk)
    asked.refresh_from_db()
    address = reverse("closet:export_file", args=[export.export_key(export=asked)])
    client.post(reverse("account_reset_password"), {"email": erin.email})
    page = client.get(letter_link("/account/password/reset/key/"), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    erin.refresh_from_db()
    assert erin.check_password(NEW)
    assert strangers.get(f"{API}profile/").status_code == 401
    assert browser.get("/profile/").status_code == 302
    assert client.get(address).status_code == 404


def test_a_reset_over_the_api_does_too(strangers: APIClient) -> None:
    APIClient().post(f"{API}accounts/password-reset/", {"email": "erin@example.com"})
    key = letter_link("reset/key/").removeprefix("reset/key/").rstrip("/")
    assert APIClient().put(f"{API}accounts/password-reset/", {"key": key, "new_password": NEW}).status_code == 204
    assert strangers.get(f"{API}profile/").status_code == 401


def test_proving_the_e_mail_ends_what_was_given_before(strangers: APIClient, client: Client) -> None:
    erin = User.objects.get()
    browser = Client()
    browser.post(reverse("account_login"), {"login": erin.email, "password": PASSWORD})
    assert browser.get("/profile/").status_code == 200
    answer = client.post(letter_link("/account/confirm-email/"))
    assert EmailAddress.objects.get().verified
    assert strangers.get(f"{API}profile/").status_code == 401
    assert browser.get("/profile/").status_code == 302
    # Nor does the stranger's password open it any more; the owner, who reads the letters, chooses one.
    told = APIClient().post(f"{API}tokens/", {"email": erin.email, "password": PASSWORD})
    assert told.status_code == 400
    page = client.get(answer["Location"], follow=True)
    assert "Choose your password now" in page.content.decode()
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    erin.refresh_from_db()
    assert erin.check_password(NEW)


def test_proving_it_in_the_browser_that_opened_the_account_keeps_its_password(client: Client, db: None) -> None:
    client.post(reverse("account_signup"), {"email": "erin@example.com", "password1": PASSWORD})
    client.post(letter_link("/account/confirm-email/"))
    assert EmailAddress.objects.get().verified and User.objects.get().check_password(PASSWORD)


def test_so_it_does_where_the_account_opens_with_the_letter(client: Client, db: None, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client.post(reverse("account_signup"), {"email": "erin@example.com", "password1": PASSWORD})
    client.post(letter_link("/account/confirm-email/"))
    assert EmailAddress.objects.get().verified and User.objects.get().check_password(PASSWORD)


def test_a_reset_by_letter_proves_the_address(strangers: APIClient, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": "erin@example.com"})
    page = client.get(letter_link("/account/password/reset/key/"), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert EmailAddress.objects.get().verified


def test_proving_a_second_e_mail_ends_nothing(alice: User, alice_api: APIClient, client: Client) -> None:
    proved(alice)
    alice_api.post(f"{API}accounts/me/emails/", {"email": "second@example.com", "password": PASSWORD})
    client.post(letter_link("/account/confirm-email/"))
    assert EmailAddress.objects.filter(verified=True).count() == 2
    assert alice_api.get(f"{API}profile/").status_code == 200


def test_a_new_password_ends_other_browsers_and_devices_but_those_kept(alice: User) -> None:
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    tablet, tablet_secret = devices.device_add(owner=alice, name="Tablet")
    _phone, phone_secret = devices.device_add(owner=alice, name="Phone")
    page = here.get(reverse("account_change_password")).content.decode()
    assert "Tablet" in page and "Phone" in page
    answer = here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, "keep": [devices.device_id(tablet)]},
    )
    assert answer.status_code == 302
    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302
    assert with_token(tablet_secret).get(f"{API}profile/").status_code == 200
    assert with_token(phone_secret).get(f"{API}profile/").status_code == 401


def test_signing_out_everywhere_on_the_page_keeps_this_browser_and_the_ticked(as_alice: Client, alice: User) -> None:
    there = Client()
    there.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    kept, _secret = devices.device_add(owner=alice, name="Kept")
    devices.device_add(owner=alice, name="Lost")
    reauthenticated(as_alice).post(reverse("closet:sign_out_everywhere"), {"keep": [devices.device_id(kept)]})
    assert [device.name for device in devices.devices_of(owner=alice)] == ["Kept"]
    assert there.get("/profile/").status_code == 302
    assert as_alice.get("/profile/").status_code == 200


def test_signing_out_everywhere_over_the_api(alice: User, alice_api: APIClient) -> None:
    devices.device_add(owner=alice, name="Lost")
    url = f"{API}accounts/me/sign-out/"
    assert alice_api.post(url, {"password": "wrong-horse"}).status_code == 400
    assert alice_api.post(url, {"password": PASSWORD, "keep": ["current"]}).status_code == 204
    assert [row["is_current"] for row in alice_api.get(f"{API}tokens/").data["results"]] == [True]
    assert alice_api.post(url, {"password": PASSWORD}).status_code == 204
    assert alice_api.get(f"{API}tokens/").status_code == 401


def test_a_password_set_at_the_desk_ends_access_too(as_dana: Client, alice: User, alice_api: APIClient) -> None:
    url = reverse("admin:auth_user_password_change", args=[alice.pk])
    answer = as_dana.post(url, {"password1": NEW, "password2": NEW, "usable_password": "true"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert alice_api.get(f"{API}profile/").status_code == 401


# --- How long a token holds -----------------------------------------------------------------------------------


def test_a_token_before_the_e_mail_is_proved_ends_with_the_grace_and_is_not_renewed(strangers: APIClient) -> None:
    token = DeviceToken.objects.get()
    assert token.expiry - token.created < timedelta(hours=25)
    strangers.get(f"{API}profile/")
    assert DeviceToken.objects.get().expiry == token.expiry
    DeviceToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert strangers.get(f"{API}profile/").status_code == 401


def test_a_token_lives_by_use_and_tells_when_and_from_where(alice: User) -> None:
    _token, secret = devices.device_add(owner=proved(alice), name="Phone")
    soon = timezone.now() + timedelta(days=5)
    DeviceToken.objects.update(expiry=soon)
    (told,) = with_token(secret, REMOTE_ADDR="192.0.2.7").get(f"{API}tokens/").data["results"]
    assert told["last_used_ip"] == "192.0.2.7" and told["last_used_at"]
    assert DeviceToken.objects.get().expiry > soon + timedelta(days=80)
    assert "192.0.2.7" in reauthenticated(signed_in(alice)).get(reverse("closet:devices")).content.decode()
    DeviceToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert with_token(secret).get(f"{API}tokens/").status_code == 401


def test_a_picture_is_not_served_to_a_token_that_ended(alice: User) -> None:
    _token, secret = devices.device_add(owner=alice, name="Phone")
    DeviceToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert with_token(secret).get(f"/media/photo/aa/{'a' * 32}.webp").status_code == 404
    assert not DeviceToken.objects.exists()


# --- Sign-up tells nobody who has an account -----------------------------------------------------------------------


@pytest.mark.parametrize("verification", ["mandatory", "optional"])
def test_sign_up_over_the_api_sounds_the_same_for_an_e_mail_that_is_taken(
    alice: User, settings: Any, verification: str
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = verification
    fresh, taken = (
        APIClient().post(f"{API}accounts/", {"email": email, "password": PASSWORD})
        for email in ("erin@example.com", "Alice@example.com")
    )
    assert fresh.status_code == taken.status_code == 202
    assert fresh.data["message"] == taken.data["message"]
    assert set(fresh.data) == set(taken.data) == {"email", "message"}
    assert [letter.to for letter in mail.outbox] == [["erin@example.com"], ["alice@example.com"]]
    assert User.objects.count() == 2


@pytest.mark.parametrize("verification", ["mandatory", "optional"])
def test_the_sign_up_page_sounds_the_same_for_an_e_mail_that_is_taken(
    alice: User, settings: Any, verification: str
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = verification
    told: list[tuple[Any, ...]] = []
    for email in ("erin@example.com", "Alice@example.com"):
        browser = Client()
        answer = browser.post(reverse("account_signup"), {"email": email, "password1": PASSWORD})
        page = browser.get(answer["Location"]).content.decode().replace(email.lower(), "").replace(email, "")
        page = re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', "", page)
        told.append((answer.status_code, answer["Location"], sorted(browser.cookies), page))
    assert told[0] == told[1]
    assert [letter.to for letter in mail.outbox] == [["erin@example.com"], ["alice@example.com"]]
    assert User.objects.count() == 2


def test_a_taken_e_mail_takes_sign_up_as_long_as_a_free_one(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes long is the hash (argon2 outside the tests): one each, whoever has the address."""
    hashed: list[str] = []
    hasher = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *args: hashed.append("once") or hasher(self, *args))
    counts = []
    for email in ("erin@example.com", alice.email):
        hashed.clear()
        Client().post(reverse("account_signup"), {"email": email, "password1": PASSWORD})
        counts.append(len(hashed))
    assert counts == [1, 1]


# --- Wrong passwords ------------------------------------------------------------------------------------------


def sign_in(client: Client, password: str, address: str) -> int:
    form = {"login": "alice@example.com", "password": password}
    return client.post(reverse("account_login"), form, REMOTE_ADDR=address).status_code


def test_strangers_wrong_passwords_keep_the_owner_out_nowhere(alice: User) -> None:
    home, elsewhere = Client(), Client()
    assert sign_in(home, PASSWORD, "192.0.2.1") == 302
    home.post(reverse("account_logout"))
    for number in range(12):
        sign_in(Client(), "wrong-horse", f"198.51.100.{number % 2}")
    assert sign_in(Client(), PASSWORD, "198.51.100.1") == 200  # who guesses there waits
    assert sign_in(elsewhere, PASSWORD, "203.0.113.9") == 302
    assert sign_in(home, PASSWORD, "198.51.100.1") == 302  # the known device goes on, even from there


def test_many_strangers_make_strangers_wait_but_not_a_known_device(alice: User) -> None:
    home = Client()
    assert sign_in(home, PASSWORD, "192.0.2.1") == 302
    home.post(reverse("account_logout"))
    for number in range(FREE["account"] + 3):
        attempt = {"email": alice.email, "address": f"198.51.{number}.1"}
        if number <= FREE["account"]:
            attempt_begin(**attempt)
        else:
            with pytest.raises(TooManyAttempts):
                attempt_begin(**attempt)
    assert sign_in(Client(), PASSWORD, "203.0.113.9") == 200
    assert sign_in(home, PASSWORD, "203.0.113.9") == 302


def test_an_address_that_tries_many_accounts_waits(db: None) -> None:
    for number in range(FREE["address"] + 1):
        attempt_begin(email=f"member-{number}@example.com", address="2001:db8::1")
    with pytest.raises(TooManyAttempts):
        attempt_begin(email="another@example.com", address="2001:db8::ffff")  # of the same customer
    attempt_begin(email="another@example.com", address="2001:db8:1::1")


def test_a_try_is_counted_before_its_outcome_is_known_and_a_right_one_is_forgotten(db: None) -> None:
    begun = [attempt_begin(email="a@example.com", address="192.0.2.1") for _ in range(FREE["pair"] + 1)]
    with pytest.raises(TooManyAttempts):
        attempt_begin(email="a@example.com", address="192.0.2.1")
    begun[-1].succeeded()
    attempt_begin(email="a@example.com", address="192.0.2.1")


def test_a_wait_ends(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(FREE["pair"] + 1):
        attempt_begin(email="a@example.com", address="192.0.2.1")
    (wait,) = [key for key in cache._cache.get_client(write=True).keys("*:wait")]  # type: ignore[attr-defined]
    assert 0 < cache._cache.get_client(write=True).ttl(wait) <= 2  # type: ignore[attr-defined]


def test_a_reset_by_letter_lets_the_owner_in_at_once(alice: User, client: Client) -> None:
    for _ in range(9):
        sign_in(client, "wrong-horse", "127.0.0.1")
    assert sign_in(client, PASSWORD, "127.0.0.1") == 200
    client.post(reverse("account_reset_password"), {"email": alice.email})
    EmailAddress.objects.get_or_create(user=alice, email=alice.email)
    page = client.get(letter_link("/account/password/reset/key/"), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert sign_in(client, NEW, "127.0.0.1") == 302


# --- The demo login ---------------------------------------------------------------------------------------------


def test_the_demo_is_laid_out_on_loopback_alone_unless_it_is_asked_for(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr("django.core.management.call_command", lambda name, **options: made.append(options["password"]))
    monkeypatch.setattr("closet.demo.demo_password_replace", lambda **options: False)
    monkeypatch.setenv("DEMO", "")
    for host, asked, expected in (("0.0.0.0", "", 0), ("0.0.0.0", "true", 1), ("127.0.0.1", "", 1), ("::1", "no", 0)):
        made.clear()
        monkeypatch.setenv("HOST", host)
        monkeypatch.setenv("DEMO", asked)
        folder = tmp_path / f"{host}{asked}".replace(":", "-")
        folder.mkdir()
        launch.prepare_demo(folder)
        assert len(made) == expected, host
        assert (folder / "demo.stamp").exists() == bool(expected)
    assert launch.demo_password(tmp_path / "0.0.0.0true") != launch.demo_password(tmp_path / "127.0.0.1")
    assert (tmp_path / "127.0.0.1" / "demo_password").stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_an_old_demo_login_that_everybody_knew_is_replaced() -> None:
    demo = User.objects.create_superuser("demo@otjang.example", PUBLISHED_PASSWORD)
    _token, secret = devices.device_add(owner=demo, name="x")
    assert demo_password_replace(email=demo.email, password=NEW)
    demo.refresh_from_db()
    assert demo.check_password(NEW) and demo.is_staff is True and not demo.is_superuser
    assert demo.has_perm("catalog.change_product") and not demo.has_perm("closet.view_user")
    assert with_token(secret).get(f"{API}profile/").status_code == 401
    assert not demo_password_replace(email=demo.email, password=NEW)
    assert not Export.objects.exists()
