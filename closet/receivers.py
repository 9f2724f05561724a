"""What is announced: a new password or a proved address ends access that was given before; new measures, a new band."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_changed, password_reset, password_set
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from closet.models import Measurement, User
from closet.services.body_bands import body_band_keep
from closet.services.security import OPENED_SESSION_KEY, access_end


def session_of(request: HttpRequest, user: User) -> str | None:
    """The key of the browser's session, where it is this member's."""
    return request.session.session_key if request.user.is_authenticated and request.user.pk == user.pk else None


@receiver([password_changed, password_set])
def end_access_after_change(request: HttpRequest, user: User, **kwargs: Any) -> None:
    access_end(user=user, keep_devices=request.POST.getlist("keep"), keep_session=session_of(request, user))


@receiver(password_reset)
def end_access_after_reset(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The letter proved the only address that it can have gone to."""
    access_end(user=user)
    addresses = EmailAddress.objects.filter(user=user)
    if addresses.count() == 1:
        addresses.update(verified=True)


@receiver(email_confirmed)
def end_access_after_proof(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """Whoever signed up with an address need not be who reads its letters: what was given before ends, and so does a
    password that nobody in this browser has shown to know. `AccountAdapter` lets them choose one at once."""
    user: User = email_address.user
    if EmailAddress.objects.filter(user=user, verified=True).exclude(pk=email_address.pk).exists():
        return
    session = session_of(request, user)
    access_end(user=user, keep_session=session)
    begun = unstash_login(request, peek=True)  # a sign-up of this browser that waits for the letter
    opened_here = (begun is not None and begun.user == user) or request.session.get(OPENED_SESSION_KEY) == user.pk
    if session is None and not opened_here and user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])


@receiver([post_save, post_delete], sender=Measurement)
def keep_body_band(sender: object, instance: Measurement, origin: object = None, **kwargs: Any) -> None:
    """Not while the account itself goes: then its band goes with it."""
    if getattr(origin, "model", type(origin)) is not User and instance.user.profile.share_body_band:
        body_band_keep(owner=instance.user)
