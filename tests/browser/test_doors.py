"""The doors as somebody at a browser meets them: a letter that is followed, another house's sign-in.

One device each: how pages look on both is the journey's to test.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import no_sideways_scroll, shoot
from tests.openid import OpenIDProvider

PASSWORD, NEW_PASSWORD = "correct-horse-battery-1", "brand-new-horse-2"


def sign_up(page: Any, site: str, email: str) -> None:
    page.goto(f"{site}/account/signup/")
    page.fill("input[name=email]", email)
    page.fill("input[name=password1]", PASSWORD)
    page.press("input[name=password1]", "Enter")
    page.wait_for_url("**/account/login/**")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/closet/**")


def sign_out(page: Any, site: str) -> None:
    page.goto(f"{site}/account/logout/")
    page.locator("main form button").click()
    page.wait_for_url(f"{site}/")


def link_in_letter(folder: Path, to: str, part: str) -> str:
    """The address in the newest letter to somebody that has `part` in it."""
    letters = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for letter in map(message_from_bytes, (file.read_bytes() for file in letters)):
        text = letter.get_payload(decode=True).decode()
        if letter["To"] == to and (found := re.search(rf"http\S*{part}\S*", text)):
            return found.group()
    raise AssertionError(f"no letter to {to} with {part}")


@pytest.mark.parametrize("page", ["phone-ko"], indirect=True)
def test_a_forgotten_password_is_set_anew_by_the_letter(page: Any, site: str, site_folder: Path) -> None:
    email = f"forgetful-{page.device}@example.com"
    sign_up(page, site, email)
    sign_out(page, site)
    page.goto(f"{site}/account/login/")
    page.locator("a[href*='password/reset']").click()
    page.fill("input[name=email]", email)
    page.press("input[name=email]", "Enter")
    page.wait_for_url("**/password/reset/done/")
    shoot(page, "doors-1-letter-sent")
    page.goto(link_in_letter(site_folder / "mail", email, "/password/reset/key/"))
    shoot(page, "doors-2-new-password")
    no_sideways_scroll(page)
    for field in page.locator("input[type=password]").all():
        field.fill(NEW_PASSWORD)
    page.locator("main form button.button--primary").click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{site}/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", NEW_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/closet/**")
    assert page.complaints == []


@pytest.mark.parametrize("page", ["desktop-en"], indirect=True)
def test_another_house_signs_a_member_in(page: Any, site: str, provider: OpenIDProvider) -> None:
    email = f"worker-{page.device}@example.com"
    provider.person = {"sub": page.device, "name": "Erin Park", "email": email, "email_verified": True}
    page.goto(f"{site}/account/login/")
    shoot(page, "doors-3-sign-in")
    page.get_by_text("Company door").click()
    page.wait_for_url("**/closet/**")
    page.goto(f"{site}/account/3rdparty/")
    shoot(page, "doors-4-connections")
    no_sideways_scroll(page)
    assert "Company door" in page.locator("main").inner_text()
    assert page.complaints == []


@pytest.mark.parametrize("page", ["phone-ko"], indirect=True)
def test_an_e_mail_with_an_account_is_connected_after_its_password(
    page: Any, site: str, provider: OpenIDProvider
) -> None:
    email = f"both-{page.device}@example.com"
    sign_up(page, site, email)
    sign_out(page, site)
    provider.person = {"sub": f"both-{page.device}", "name": "Erin Park", "email": email, "email_verified": True}
    page.goto(f"{site}/account/login/")
    page.get_by_text("Company door").click()
    page.wait_for_url("**/account/login/**")
    shoot(page, "doors-5-password-first")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/account/3rdparty/")
    page.get_by_text("Company door").click()
    page.wait_for_load_state("networkidle")
    shoot(page, "doors-6-connected")
    sign_out(page, site)
    page.goto(f"{site}/account/login/")
    page.get_by_text("Company door").click()
    page.wait_for_url("**/closet/**")
    assert page.complaints == []


@pytest.mark.parametrize("page", ["desktop-en"], indirect=True)
def test_a_passkey_is_made_and_opens_the_door(page: Any, site: str) -> None:
    """By Chromium's virtual authenticator, which confirms everything. Passkeys know names of hosts, no numbers."""
    site = site.replace("127.0.0.1", "localhost")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    authenticator = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )["authenticatorId"]
    sign_up(page, site, f"passkey-{page.device}@example.com")
    page.goto(f"{site}/account/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)  # a door is only added by who can open it
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/webauthn/add/")
    page.fill("input[name=name]", "This laptop")
    if page.locator("input[name=passwordless]").count():
        page.check("input[name=passwordless]")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    made = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert [one["rpId"] for one in made] == ["localhost"]
    sign_out(page, site)
    page.goto(f"{site}/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/closet/**")
    assert page.complaints == []
