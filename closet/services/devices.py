"""API tokens, one a device: made once, shown once, revocable. Only a hash of each is stored."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.base.forms import BaseAuthenticateForm
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from closet.models import DeviceToken, User

ID_LENGTH = 16


class SignInRefused(Exception):
    """code: wrong_credentials, too_many_attempts, email_unverified, code_required or code_wrong."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


def device_id(token: DeviceToken) -> str:
    """What a token is called in addresses: the beginning of its hash, which tells nothing of the token itself."""
    return str(token.digest[:ID_LENGTH])


def devices_of(*, owner: User) -> models.QuerySet[DeviceToken]:
    tokens: models.QuerySet[DeviceToken] = DeviceToken.objects.filter(user=owner).order_by("-created")
    return tokens


def device_find(*, owner: User, device_id: str) -> DeviceToken:
    """Raises DeviceToken.DoesNotExist for an unknown id and for anybody else's."""
    if len(device_id) != ID_LENGTH:
        raise DeviceToken.DoesNotExist
    return devices_of(owner=owner).get(digest__startswith=device_id)


def device_add(*, owner: User, name: str) -> tuple[DeviceToken, str]:
    """A new token and its secret, which nobody can read again. Until the e-mail is proved it is a short one."""
    name = name.strip()[:80] or _("device")
    if EmailAddress.objects.filter(user=owner, verified=True).exists():
        token, secret = DeviceToken.objects.create(user=owner, name=name)
    else:
        grace = timedelta(hours=settings.PROVISIONAL_TOKEN_HOURS)
        token, secret = DeviceToken.objects.create(user=owner, name=name, expiry=grace, is_provisional=True)
    return token, secret


def device_rename(*, device: DeviceToken, name: str) -> DeviceToken:
    device.name = name.strip()[:80] or device.name
    device.save(update_fields=["name"])
    return device


def device_remove(*, device: DeviceToken) -> None:
    device.delete()


def sign_in_check(*, request: HttpRequest, email: str, password: str, code: str = "") -> User:
    """The member these credentials belong to, by the same rules as the sign-in page: attempts are limited, a second
    factor is asked where one is set. Raises SignInRefused; an unknown e-mail and a wrong password sound the same.
    """
    try:
        user = account_adapter().authenticate(request, email=email.strip().lower(), password=password)
    except ValidationError as error:
        raise SignInRefused("too_many_attempts", error.messages[0]) from None
    if not isinstance(user, User) or not user.is_active:
        raise SignInRefused("wrong_credentials", _("E-mail and password do not match."))
    if settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory" and not (
        EmailAddress.objects.filter(user=user, verified=True).exists()
    ):
        raise SignInRefused("email_unverified", _("Please follow the link in the letter we sent to you first."))
    if mfa_adapter().is_mfa_enabled(user):
        if not code:
            raise SignInRefused(
                "code_required",
                _("This account has a second factor. Send its code too (or a recovery code), as `code`."),
            )
        form = BaseAuthenticateForm(data={"code": code}, user=user)
        try:
            valid = form.is_valid()
        except ValidationError as error:
            raise SignInRefused("too_many_attempts", error.messages[0]) from None
        if not valid:
            raise SignInRefused("code_wrong", str(form.errors["code"][0]))
        form.authenticator.record_usage()
    return user
