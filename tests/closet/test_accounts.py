"""Coming in, staying, and leaving with everything."""

from pathlib import Path

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import Kind, Look
from closet.adapters import SocialAccountAdapter
from closet.models import DeviceToken, Garment, Measurement, Outfit, Photo, Profile, Share, User
from closet.services import accounts, devices, places
from tests.cast import PASSWORD


def furnished(owner: User) -> list[Path]:
    """A photo, a garment, a shared picture published as a look, a measure, an outfit. Returns the files on disk."""
    photo = Photo(owner=owner, content_type="image/jpeg", size=5, width=1, height=1, sha256=f"{owner.pk:064d}")
    photo.original.save("a.jpg", ContentFile(b"photo"))
    photo.display.save("b.webp", ContentFile(b"display"))
    garment = Garment(owner=owner, photo=photo, kind=Kind.objects.get(slug="shirt"), name="Blue shirt")
    garment.cutout.save("c.webp", ContentFile(b"cutout"))
    garment.owner_mask.save("d.png", ContentFile(b"mask"))
    look = Look(title_en="Worn")
    look.photo.save("look.webp", ContentFile(b"look"))
    share = Share(owner=owner, photo=photo, look=look)
    share.picture.save("e.webp", ContentFile(b"share"))
    Measurement.objects.create(user=owner, zone="waist", value=812)
    Outfit.objects.create(owner=owner, name="Monday")
    files = [photo.original, photo.display, garment.cutout, garment.owner_mask, look.photo, share.picture]
    return [Path(file.path) for file in files]


def reauthenticated(client: Client) -> Client:
    """As after typing the password a moment ago."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


# --- coming in ------------------------------------------------------------------------------------------------


def test_sign_up_asks_the_password_once_and_opens_a_closet(client: Client, db: None) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    assert page.count('type="password"') == 1
    answer = client.post(
        reverse("account_signup"),
        {"email": "Erin@Example.com", "password1": PASSWORD},
        headers={"accept-language": "ko"},
    )
    assert answer.status_code == 302
    page = client.get(answer["Location"], headers={"accept-language": "ko"}).content.decode()
    assert "메일을 보냈어요" in page and 'value="erin@example.com"' in page
    answer = client.post(answer["Location"], {"login": "erin@example.com", "password": PASSWORD})
    assert answer["Location"] == reverse("closet:welcome")
    erin = User.objects.get(email="erin@example.com")
    assert erin.profile.language == "ko"
    assert client.session[Profile.LANGUAGE_SESSION_KEY] == "ko"
    assert EmailAddress.objects.get(user=erin).primary


def test_sign_in_and_out(client: Client, alice: User) -> None:
    answer = client.post(reverse("account_login"), {"login": "ALICE@example.com", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_and_an_unknown_member_sound_the_same(client: Client, alice: User) -> None:
    url = reverse("account_login")
    answers = [
        client.post(url, {"login": login, "password": "wrong-horse"}).context["form"].errors["__all__"]
        for login in ("alice@example.com", "nobody@example.com")
    ]
    assert answers[0] == answers[1]


def test_a_forgotten_password_is_set_anew_by_a_letter(client: Client, alice: User) -> None:
    client.post(reverse("account_reset_password"), {"email": "alice@example.com"})
    letter = str(mail.outbox[0].body)
    assert mail.outbox[0].subject.startswith("[Otjang] ") and "Hello from Otjang!" in letter
    link = next(word for word in letter.split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "brand-new-horse-2", "password2": "brand-new-horse-2"})
    alice.refresh_from_db()
    assert alice.check_password("brand-new-horse-2")


def test_a_letter_goes_to_no_stranger(client: Client, db: None) -> None:
    assert client.post(reverse("account_reset_password"), {"email": "nobody@example.com"}).status_code == 302
    assert mail.outbox == []


def test_the_password_can_be_changed(as_alice: Client, alice: User) -> None:
    new = {"oldpassword": PASSWORD, "password1": "brand-new-horse-2", "password2": "brand-new-horse-2"}
    as_alice.post(reverse("account_change_password"), new)
    alice.refresh_from_db()
    assert alice.check_password("brand-new-horse-2")


@pytest.mark.parametrize(
    "name",
    [
        "account_email", "account_change_password", "mfa_index", "usersessions_list", "closet:profile",
        "closet:devices",
    ],
)  # fmt: skip
def test_every_account_page_looks_like_ours(as_alice: Client, name: str) -> None:
    page = as_alice.get(reverse(name)).content.decode()
    assert "css/tokens.css" in page
    assert "manage__nav" in page
    assert "style>" not in page


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_every_door_looks_like_ours(client: Client, db: None, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert "entrance__card" in page
    assert "css/tokens.css" in page


def test_a_passkey_and_an_app_can_be_set_up_where_no_letter_can_be_sent(as_alice: Client) -> None:
    reauthenticated(as_alice)
    assert as_alice.get(reverse("mfa_activate_totp")).status_code == 200
    assert as_alice.get(reverse("mfa_add_webauthn")).status_code == 200


def test_the_shop_desk_is_behind_the_same_door(client: Client, db: None) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.request["PATH_INFO"] == reverse("account_login")


def test_single_sign_on_makes_a_profile_and_is_offered_at_the_door(
    rf: RequestFactory, client: Client, settings, db: None
) -> None:  # type: ignore[no-untyped-def]
    app = {
        "provider_id": "sso",
        "name": "Company door",
        "client_id": "x",
        "secret": "y",
        "settings": {"server_url": "https://id.example.com"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    assert "Company door" in client.get(reverse("account_login")).content.decode()
    request = rf.get("/")
    request.session = client.session
    login = SocialLogin(
        user=User(),
        account=SocialAccount(provider="sso", uid="1", extra_data={"userinfo": {"name": "Erin Park"}}),
        email_addresses=[EmailAddress(email="Erin@example.com", verified=True, primary=True)],
    )
    adapter = SocialAccountAdapter(request)
    adapter.populate_user(request, login, {"email": "Erin@example.com"})
    erin = adapter.save_user(request, login)
    assert (erin.email, erin.profile.name, erin.has_usable_password()) == ("erin@example.com", "Erin Park", False)


# --- the profile ----------------------------------------------------------------------------------------------


def profile_form(profile: Profile, **changes: object) -> dict[str, object]:
    fields = {
        name: getattr(profile, name) for name in ("name", "handle", "language", "units", "wears", "currency", "city")
    }
    return fields | {"shape_hints": "on"} | changes


def test_the_profile_form_saves(as_alice: Client, alice: User) -> None:
    values = profile_form(alice.profile, name="Alice Kim", units="imperial", styles=["chic", "street"], price_band="2")
    assert as_alice.post(reverse("closet:profile"), values).status_code == 302
    alice.profile.refresh_from_db()
    profile = alice.profile
    assert (profile.name, profile.units, profile.styles, profile.price_band) == (
        "Alice Kim",
        "imperial",
        ["chic", "street"],
        2,
    )
    assert profile.shape_hints
    assert not profile.is_public


def test_the_year_of_birth_is_optional_and_its_owners_alone(
    as_alice: Client, alice: User, alice_api: APIClient, charlie_api: APIClient, as_dana: Client
) -> None:
    this_year = timezone.localdate().year
    for year in ("0", "89", "1899", str(this_year + 1), "soon"):
        answer = as_alice.post(reverse("closet:profile"), profile_form(alice.profile, birth_year=year))
        assert answer.status_code == 422 and answer.context["form"].errors["birth_year"], year
        assert alice_api.patch(reverse("api-profile"), {"birth_year": year}).status_code == 400
    assert as_alice.post(reverse("closet:profile"), profile_form(alice.profile, birth_year="1961")).status_code == 302
    assert alice_api.get(reverse("api-profile")).json()["birth_year"] == 1961
    assert charlie_api.get(reverse("api-profile")).json()["birth_year"] is None
    assert "1961" not in as_dana.get(reverse("admin:closet_user_change", args=[alice.pk])).content.decode()
    assert alice_api.patch(reverse("api-profile"), {"birth_year": None}, format="json").json()["birth_year"] is None


def test_a_taken_or_strange_handle_is_refused_with_a_sentence(as_alice: Client, alice: User, bob: User) -> None:
    for handle in ("bob", "BOB", "a", "white space"):
        answer = as_alice.post(reverse("closet:profile"), profile_form(alice.profile, handle=handle))
        assert answer.status_code == 422, handle
        assert answer.context["form"].errors["handle"]


def test_a_language_chosen_in_the_profile_is_the_language_of_the_next_page(as_alice: Client, alice: User) -> None:
    as_alice.post(reverse("closet:profile"), profile_form(alice.profile, language="ko"))
    assert '<html lang="ko">' in as_alice.get(reverse("closet:profile")).content.decode()


def test_the_switch_in_the_bar_changes_the_profile_too(as_alice: Client, alice: User) -> None:
    as_alice.post(reverse("set_language"), {"language": "ko", "next": "/"})
    alice.profile.refresh_from_db()
    assert alice.profile.language == "ko"
    assert '<html lang="ko">' in as_alice.get(reverse("closet:profile")).content.decode()


def test_the_language_goes_with_the_member_to_the_next_device(client: Client, alice: User) -> None:
    accounts.profile_update(profile=alice.profile, language="ko")
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    assert '<html lang="ko">' in client.get(reverse("closet:profile")).content.decode()


@pytest.fixture
def geocoder(settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:  # type: ignore[no-untyped-def]
    """Open-Meteo as a fake that knows a village that the built-in list does not, and what it was asked."""
    settings.WEATHER_ENABLED = True
    asked: list[str] = []

    def answer(url: str, params: dict[str, str], timeout: float) -> httpx.Response:
        asked.append(params["name"])
        if params["name"] == "Offline":
            raise httpx.ConnectTimeout("no route")
        hahoe = {"name": "Hahoe", "country": "South Korea", "latitude": 36.54, "longitude": 128.52}
        results = {"results": [hahoe]} if params["name"] == "하회마을" else {}
        return httpx.Response(200, json=results, request=httpx.Request("GET", url))

    monkeypatch.setattr(places.httpx, "get", answer)
    return asked


def test_a_city_is_found_once_and_remembered(alice: User, bob: User, geocoder: list[str]) -> None:
    for member in (alice, bob):
        accounts.profile_update(profile=member.profile, city="하회마을")
        assert (member.profile.latitude, member.profile.longitude) == (36.54, 128.52)
    assert geocoder == ["하회마을"]
    accounts.profile_update(profile=alice.profile, city="서울")
    assert (alice.profile.latitude, alice.profile.longitude) == (37.57, 126.98)
    assert geocoder == ["하회마을"]  # Seoul is in the list: nobody is asked


@pytest.mark.parametrize("city", ["Offline", "Nowhere at all"])
def test_a_city_that_cannot_be_found_is_kept_as_it_is(alice: User, geocoder: list[str], city: str) -> None:
    accounts.profile_update(profile=alice.profile, city="Seoul")
    accounts.profile_update(profile=alice.profile, city=city)
    alice.profile.refresh_from_db()
    assert (alice.profile.city, alice.profile.latitude) == (city, None)


def test_own_coordinates_win(alice: User, geocoder: list[str]) -> None:
    accounts.profile_update(profile=alice.profile, city="Seoul", latitude=35.1, longitude=129.0)
    assert (alice.profile.latitude, alice.profile.longitude) == (35.1, 129.0)
    assert geocoder == []


def test_half_a_place_is_refused(alice: User) -> None:
    with pytest.raises(ValidationError):
        accounts.profile_update(profile=alice.profile, latitude=35.1)
    with pytest.raises(ValidationError):
        accounts.profile_update(profile=Profile.objects.get(user=alice), latitude=135.1, longitude=5.0)


# --- devices --------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_stored_as_a_hash(as_alice: Client, alice: User) -> None:
    answer = reauthenticated(as_alice).post(reverse("closet:device_add"), {"name": "Kitchen tablet"})
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert secret not in as_alice.get(reverse("closet:devices")).content.decode()
    assert secret not in str(list(DeviceToken.objects.values_list()))


def test_a_token_needs_the_password_again(as_alice: Client, alice: User) -> None:
    assert as_alice.post(reverse("closet:device_add"), {"name": "x"})["Location"].startswith(
        reverse("account_reauthenticate")
    )
    assert not DeviceToken.objects.exists()


def test_charlie_cannot_revoke_alices_device(as_charlie: Client, alice: User) -> None:
    device, _secret = devices.device_add(owner=alice, name="phone")
    url = reverse("closet:device_remove", args=[devices.device_id(device)])
    assert as_charlie.post(url).status_code == 404
    assert DeviceToken.objects.filter(pk=device.pk).exists()


# --- leaving --------------------------------------------------------------------------------------------------


def test_leaving_takes_every_row_and_every_file(
    as_alice: Client, alice: User, bob: User, django_capture_on_commit_callbacks: object
) -> None:
    files, bobs = furnished(alice), furnished(bob)
    devices.device_add(owner=alice, name="phone")
    page = reauthenticated(as_alice).get(reverse("closet:delete_account")).content.decode()
    assert "Photos" in page
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = as_alice.post(reverse("closet:delete_account"), {"email": "alice@example.com"})
    assert answer.status_code == 302
    assert not User.objects.filter(pk=alice.pk).exists()
    for rows in (Photo, Garment, Share, Measurement, Outfit, DeviceToken, Look):
        assert rows.objects.count() == (0 if rows is DeviceToken else 1), rows  # Bob's
    assert [path for path in files if path.exists()] == []
    assert [path for path in bobs if not path.exists()] == []
    assert "_auth_user_id" not in as_alice.session


def test_leaving_ends_the_sessions_elsewhere(alice: User, django_capture_on_commit_callbacks: object) -> None:
    elsewhere = Client()
    elsewhere.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        accounts.account_delete(user=alice)
    assert not elsewhere.session.get("_auth_user_id")


def test_leaving_needs_the_password_again_and_the_own_e_mail(as_alice: Client, alice: User) -> None:
    url = reverse("closet:delete_account")
    assert as_alice.post(url, {"email": alice.email})["Location"].startswith(reverse("account_reauthenticate"))
    reauthenticated(as_alice)
    assert as_alice.post(url, {"email": "bob@example.com"}).status_code == 422
    assert User.objects.filter(pk=alice.pk).exists()


def test_a_lost_file_does_not_stop_the_others(alice: User, django_capture_on_commit_callbacks: object) -> None:
    files = furnished(alice)
    files[0].unlink()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        accounts.account_delete(user=alice)
    assert not any(path.exists() for path in files)


def test_the_quota_is_shown(as_alice: Client, alice: User) -> None:
    Photo.objects.create(owner=alice, content_type="image/jpeg", size=3 * 1024**2, width=1, height=1, sha256="0" * 64)
    page = as_alice.get(reverse("closet:profile")).content.decode().replace("\xa0", " ")
    assert "3.0 MB of" in page
    assert settings.MEMBER_QUOTA_BYTES
