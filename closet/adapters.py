"""Where allauth's doors open into the closet: everyone who comes in has a profile and reads in their language."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_email
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.utils.translation import get_language

from closet.models import Profile, User
from closet.services import accounts


def language_now() -> str:
    """The language of this request as a profile stores it."""
    language = (get_language() or "").partition("-")[0]
    return language if language in dict(Profile._meta.get_field("language").choices or []) else ""


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user = super().save_user(request, user, form, commit=commit)
        if commit:
            accounts.profile_add(user=user, language=language_now())
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        # In the session from here on, so that no page pays a query for it.
        request.session[Profile.LANGUAGE_SESSION_KEY] = accounts.profile_add(user=user).language


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = super().populate_user(request, sociallogin, data)
        user_email(user, (user_email(user) or "").lower())
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user = super().save_user(request, sociallogin, form)
        profile = accounts.profile_add(user=user, language=language_now())
        name = str(sociallogin.account.extra_data.get("userinfo", sociallogin.account.extra_data).get("name") or "")
        if name and not profile.name:
            profile.name = name[:80]
            profile.save(update_fields=["name"])
        return user
