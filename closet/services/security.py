"""What opens an account: its password, its e-mails, its second factors, and where it is signed in.

The pages of allauth do the same by a session; these take what they need and know no session.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from allauth.account.adapter import get_adapter
from allauth.account.forms import AddEmailForm, ResetPasswordForm, UserTokenForm
from allauth.account.internal.flows.manage_email import can_mark_as_primary
from allauth.account.models import EmailAddress
from allauth.mfa.base.internal.flows import check_rate_limit, delete_dangling_recovery_codes
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from closet.models import Export, User
from closet.services.devices import device_id, devices_of
from closet.services.email import confirmation_send
from closet.services.export import exports_delete
from closet.services.push import push_of

SECRET = re.compile(r"[A-Z2-7]{32,64}")
OPENED_SESSION_KEY = "opened-account"  # of a browser that has opened an account: whose, 0 where there was one already


def password_check(*, user: User, password: str) -> None:
    """Raises ValidationError {password} unless it is the member's; who comes by single sign-on alone has none."""
    if user.has_usable_password() and not get_adapter().reauthenticate(user, password):
        raise ValidationError({"password": [_("This is not your password.")]})


def access_end(*, user: User, keep_devices: Collection[str] = (), keep_session: str | None = None) -> None:
    """Signs out everywhere: browsers but `keep_session`, devices but those whose ids are named. Exports go, too, and
    what told browsers of news."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user).exclude(session_key=keep_session or ""):
            session.end()
        for device in devices_of(owner=user):
            if device_id(device) not in keep_devices:
                device.delete()
        exports_delete(exports=Export.objects.filter(owner=user))
        push_of(owner=user).delete()


def password_set(*, user: User, password: str, keep_devices: Collection[str] = ()) -> None:
    """A new password. Every browser and every other device is signed out. Raises ValidationError {new_password}."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"new_password": error.messages}) from None
    with transaction.atomic():
        get_adapter().set_password(user, password)
        access_end(user=user, keep_devices=keep_devices)


def password_reset_send(*, request: HttpRequest, email: str) -> None:
    """Sends a letter with a link, if there is such a member; nobody else can tell."""
    form = ResetPasswordForm({"email": email})
    if form.is_valid():
        form.save(request)


def password_reset(*, key: str, password: str) -> User:
    """Sets a password by the key at the end of the letter's link. Raises ValidationError {key} or {new_password}."""
    uid, _dash, rest = key.partition("-")
    form = UserTokenForm({"uidb36": uid, "key": rest})
    if not form.is_valid():
        raise ValidationError({"key": [_("This link was used already, or is too old. Ask for a new letter.")]})
    user: User = form.reset_user
    password_set(user=user, password=password)
    return user


def email_add(*, request: HttpRequest, user: User, email: str) -> EmailAddress:
    """Another address, to be proved by the letter sent to it. Raises ValidationError {email}."""
    form = AddEmailForm(user=user, data={"email": email})
    if not form.is_valid():
        raise ValidationError({"email": form.errors.get("email", [])})
    address, is_new = EmailAddress.objects.get_or_create(user=user, email=form.cleaned_data["email"])
    if is_new:
        confirmation_send(request=request, address=address)
    return address


def email_make_primary(*, address: EmailAddress) -> None:
    """The one letters go to and the member signs in with. Raises ValidationError while it is not proved."""
    if not can_mark_as_primary(address):
        raise ValidationError({"email": [_("Please follow the link in the letter we sent to you first.")]})
    address.set_as_primary()


def email_remove(*, address: EmailAddress) -> None:
    if not get_adapter().can_delete_email(address):
        raise ValidationError({"email": [_("The e-mail you sign in with stays; make another one the main one first.")]})
    address.remove()


def sessions_end(*, user: User, session_id: int | None = None) -> int:
    """Signs browsers out: one, or all. Returns how many."""
    sessions = UserSession.objects.filter(user=user, **({} if session_id is None else {"pk": session_id}))
    for session in (ended := list(sessions)):
        session.end()
    return len(ended)


def totp_add(*, user: User, secret: str, code: str) -> list[str]:
    """Turns an authenticator app on. Returns the recovery codes. Raises ValidationError {secret} or {code}."""
    if not SECRET.fullmatch(secret):
        raise ValidationError({"secret": [_("This is no secret of ours; ask for one first.")]})
    validate_can_add_authenticator(user)
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        raise ValidationError({"code": [_("An authenticator app is set up already.")]})
    forget_attempts = check_rate_limit(user)
    if not validate_totp_code(secret, code):
        raise ValidationError({"code": [_("This code does not match; is the clock of your phone right?")]})
    forget_attempts()
    with transaction.atomic():
        TOTP.activate(user, secret)
        return list(RecoveryCodes.activate(user).get_unused_codes())


def recovery_codes_make(*, user: User) -> list[str]:
    """New recovery codes; the old ones open nothing any more. Raises ValidationError without a second factor."""
    factors = Authenticator.objects.filter(user=user)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if not factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            raise ValidationError(_("Set up an authenticator app or a passkey first."))
        factors.filter(type=Authenticator.Type.RECOVERY_CODES).delete()
        return list(RecoveryCodes.activate(user).get_unused_codes())


def second_factor_remove(*, factor: Authenticator) -> None:
    """With the last one its recovery codes go too."""
    with transaction.atomic():
        factor.delete()
        delete_dangling_recovery_codes(factor.user)
