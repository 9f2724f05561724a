"""Where allauth's doors open into the closet: everyone who comes in has a profile and reads in their language."""

from __future__ import annotations

import logging
import secrets
from types import SimpleNamespace
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_email, user_pk_to_url_str
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from closet.models import Outgoing, Profile, User
from closet.services import accounts
from closet.services.attempts import TooManyAttempts, attempt_begin, attempts_forget
from closet.services.outgoing import letter_note, outgoing_note

DEVICE_COOKIE = "known-device"
logger = logging.getLogger(__name__)


def language_now() -> str:
    """The language of this request as a profile stores it."""
    language = (get_language() or "").partition("-")[0]
    return language if language in dict(Profile._meta.get_field("language").choices or []) else ""


def known_device(request: HttpRequest) -> dict[str, Any] | None:
    """{"device": a random name, "members": [pk, ...]}: who has signed in with this browser."""
    try:
        known = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE)
    except signing.BadSignature:
        return None
    return known if isinstance(known, dict) else None


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Wrong passwords of strangers do not make this browser wait (closet/services/attempts.py)."""
    known = known_device(request) or {"device": secrets.token_urlsafe(12), "members": []}
    members = [user.pk, *(pk for pk in known["members"] if pk != user.pk)][:4]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps({"device": known["device"], "members": members}, salt=DEVICE_COOKIE),
        max_age=365 * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user = super().save_user(request, user, form, commit=commit)
        if commit:
            accounts.profile_add(user=user, language=language_now())
        return user

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("closet:welcome")

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        # In the session from here on, so that no page pays a query for it.
        request.session[Profile.LANGUAGE_SESSION_KEY] = accounts.profile_add(user=user).language

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        email = str(credentials.get("email") or "")
        known = known_device(request)
        user = User.objects.filter(email=email.lower()).first() if known else None
        device = known["device"] if known and user and user.pk in known["members"] else ""
        try:
            self._attempt = attempt_begin(email=email, address=self.get_client_ip(request), device=device)
        except TooManyAttempts:
            raise self.validation_error("too_many_login_attempts") from None

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth calls it once the password was right."""
        if attempt := getattr(self, "_attempt", None):
            attempt.succeeded()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth calls it once the password was set anew by letter."""
        attempts_forget(email=str(credentials.get("email") or ""), address=self.get_client_ip(request))

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        response = super().post_login(request, user, **options)
        remember_device(request, response, user)
        return response

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Who proved the address in a browser that did not open the account chooses its password now."""
        user = email_address.user
        # Accounts of single sign-on have no password either, and want none.
        if self.request.user.is_authenticated or user.has_usable_password() or user.socialaccount_set.exists():
            return str(super().get_email_verification_redirect_url(email_address))
        messages.info(
            self.request, _("Your address is confirmed. Choose your password now: the one before counts no more.")
        )
        key = EmailAwarePasswordResetTokenGenerator().make_token(user)
        return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Letters greet from the house by its name; allauth knows only the address it was asked under."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=get_current_site(self.request).domain)
        letter_note(email=email)
        super().send_mail(template_prefix, email, {"current_site": site, **context})


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whose e-mail has an account here proves by its password that the account is theirs, and connects it then:
        the account may be of somebody who only wrote down this e-mail.
        """
        if sociallogin.is_existing:
            self._note(sociallogin.user)
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        theirs = [address.email for address in sociallogin.email_addresses if address.verified]
        if taken := User.objects.filter(email__in=[email.lower() for email in theirs]).first():
            text = _(
                "There is already an account with %(email)s. Sign in with its password first, then connect it here."
            )
            messages.warning(request, text % {"email": taken.email})
            door = reverse("account_login", query={"next": reverse("socialaccount_connections")})
            raise ImmediateHttpResponse(redirect(door))

    @staticmethod
    def _note(user: User) -> None:
        to = settings.OIDC_SERVER_URL
        outgoing_note(owner=user, purpose=Outgoing.Purpose.SIGN_IN, to=to, fields=["code"])

    def get_requests_session(self) -> requests.Session:
        """How allauth asks the provider: one that is away sends back to the door with a sentence."""
        session = super().get_requests_session()
        ask = session.request

        def request(*args: Any, **options: Any) -> requests.Response:
            try:
                answer = ask(*args, **options)
                if answer.status_code >= 500:
                    answer.raise_for_status()
            except requests.RequestException as problem:
                logger.warning("single sign-on: %s", problem)
                text = _(
                    "Single sign-on does not answer right now. Try again in a minute, or sign in with your password."
                )
                messages.error(self.request, text)
                raise ImmediateHttpResponse(redirect("account_login")) from None
            return answer

        session.request = request
        return session

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = super().populate_user(request, sociallogin, data)
        user_email(user, (user_email(user) or "").lower())
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user = super().save_user(request, sociallogin, form)
        self._note(user)
        profile = accounts.profile_add(user=user, language=language_now())
        name = str(sociallogin.account.extra_data.get("userinfo", sociallogin.account.extra_data).get("name") or "")
        if name and not profile.name:
            profile.name = name[:80]
            profile.save(update_fields=["name"])
        return user
