"""Coming in through an OpenID provider, and what happens where the e-mail has an account already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from closet.models import User
from config.env import BASE_DIR
from tests.cast import PASSWORD
from tests.openid import OpenIDProvider

ERIN = {"sub": "7", "name": "Erin Park", "email": "Erin@example.com", "email_verified": True}


@pytest.fixture(scope="module")
def provider_and_settings() -> Iterator[tuple[OpenIDProvider, dict[str, Any]]]:
    """A provider, and what settings.py makes of the variables of .env.example that name it."""
    with OpenIDProvider() as provider:
        environment = {
            "OIDC_SERVER_URL": provider.url,
            "OIDC_ID": "work",
            "OIDC_NAME": "Company door",
            "OIDC_CLIENT_ID": provider.client_id,
            "OIDC_CLIENT_SECRET": provider.secret,
        }
        code = "import json; from config import settings; print(json.dumps(settings.SOCIALACCOUNT_PROVIDERS))"
        made = subprocess.run(
            [sys.executable, "-c", code],
            cwd=BASE_DIR,
            env={**os.environ, **environment},
            capture_output=True,
            check=True,
        )
        yield provider, json.loads(made.stdout)


@pytest.fixture
def provider(provider_and_settings: Any, settings: Any) -> OpenIDProvider:
    found: OpenIDProvider
    found, settings.SOCIALACCOUNT_PROVIDERS = provider_and_settings
    found.person = dict(ERIN)
    return found


def come_in(client: Client, **query: str) -> Any:
    """What the member sees after the way to the provider and back."""
    there = client.post(reverse("openid_connect_login", args=["work"], query=query or None))
    assert there.status_code == 302
    back = httpx.get(there["Location"])
    assert back.status_code == 302, back.text
    return client.get(back.headers["Location"], follow=True)


def test_the_door_names_the_provider(client: Client, provider: OpenIDProvider, db: None) -> None:
    assert "Company door" in client.get(reverse("account_login")).content.decode()


def test_a_newcomer_gets_an_account_with_their_name_and_comes_back_to_it(
    client: Client, provider: OpenIDProvider, db: None
) -> None:
    page = come_in(client)
    assert page.request["PATH_INFO"] == reverse("closet:welcome")
    erin = User.objects.get(email="erin@example.com")
    assert (erin.profile.name, erin.has_usable_password()) == ("Erin Park", False)
    again = Client()
    assert come_in(again).request["PATH_INFO"] == reverse("closet:home")
    assert again.session["_auth_user_id"] == str(erin.pk)


def test_an_e_mail_that_has_an_account_is_sent_to_sign_in_first(
    client: Client, provider: OpenIDProvider, alice: User
) -> None:
    provider.person = {**ERIN, "email": "Alice@example.com"}
    page = come_in(client)
    assert page.request["PATH_INFO"] == reverse("account_login")
    assert "Sign in with its password first" in page.content.decode()
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    # With the password she proves whose account it is; the page she is sent to connects the two.
    answer = client.post(
        page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"login": alice.email, "password": PASSWORD}
    )
    assert answer["Location"] == reverse("socialaccount_connections")
    come_in(client, process="connect")
    assert SocialAccount.objects.get().user == alice
    elsewhere = Client()
    come_in(elsewhere)
    assert elsewhere.session["_auth_user_id"] == str(alice.pk)


def test_an_e_mail_the_provider_did_not_check_opens_nobodys_account(
    client: Client, provider: OpenIDProvider, alice: User
) -> None:
    provider.person = {**ERIN, "email": alice.email, "email_verified": False}
    come_in(client)
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("query", [{"state": "forged"}, {"error": "access_denied"}])
def test_a_way_back_that_was_not_begun_here_or_was_refused_ends_in_a_page(
    client: Client, provider: OpenIDProvider, query: dict[str, str], db: None
) -> None:
    page = client.get(reverse("openid_connect_callback", args=["work"], query=query))
    assert page.status_code < 500
    assert "_auth_user_id" not in client.session


def test_a_provider_that_is_away_is_told_as_a_sentence(
    client: Client, provider: OpenIDProvider, settings: Any, db: None
) -> None:
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    away = {**apps[0], "settings": {**apps[0]["settings"], "server_url": "http://127.0.0.1:9"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [away]}}
    page = client.post(reverse("openid_connect_login", args=["work"]), follow=True)
    assert page.request["PATH_INFO"] == reverse("account_login")
    assert "does not answer right now" in page.content.decode()
