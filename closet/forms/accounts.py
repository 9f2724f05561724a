"""The doors' forms, where ours do otherwise than allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from closet.models import User
from closet.services import accounts
from closet.services.email import account_exists_send, confirmation_send
from closet.services.security import OPENED_SESSION_KEY

SIGNED_UP_SESSION_KEY = "signed-up-as"


class QuietSignupForm(SignupForm):
    """Sign-up that tells nobody who has an account, also where an address need not be proved before one comes in.

    Then it ends at the sign-in page, whether an account was opened or was there; the owner of the address is told by
    letter. With mandatory verification allauth's own way says as little.
    """

    def validate_unique_email(self, value: str) -> str:
        if settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory":
            return str(super().validate_unique_email(value))
        return value  # `try_save` looks, and says nothing

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory":
            user, answer = super().try_save(request)
            return user, answer
        email = str(self.cleaned_data["email"])
        language = (get_language() or "").partition("-")[0]
        user = accounts.account_add(email=email, password=self.cleaned_data["password1"], language=language)
        if user is None:
            account_exists_send(email=email)
        else:
            confirmation_send(request=request, address=EmailAddress.objects.get_for_user(user, email))
        # Written for both, so that the cookies are alike. This browser keeps the password when the address is proved.
        request.session[OPENED_SESSION_KEY] = user.pk if user else 0
        request.session[SIGNED_UP_SESSION_KEY] = email
        messages.info(request, _("We sent you a letter. Sign in with your password."))
        return None, redirect(reverse("account_login", query={"next": reverse("closet:welcome")}))


class PrefilledLoginForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None and (email := self.request.session.get(SIGNED_UP_SESSION_KEY)):
            self.fields["login"].initial = email
