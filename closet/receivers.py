"""What the account pages announce: a new password or a proved address ends access that was given before."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_changed, password_reset, password_set
from django.dispatch import receiver
from django.http import HttpRequest

from closet.models import User
from closet.services.security import access_end


def session_of(request: HttpRequest, user: User) -> str | None:
    """The key of the browser's session, where it is this member's."""
    return request.session.session_key if request.user.is_authenticated and request.user.pk == user.pk else None


@receiver([password_changed, password_set])
def end_access_after_change(request: HttpRequest, user: User, **kwargs: Any) -> None:
    access_end(user=user, keep_devices=request.POST.getlist("keep"), keep_session=session_of(request, user))


@receiver(password_reset)
def end_access_after_reset(request: HttpRequest, user: User, **kwargs: Any) -> None:
    access_end(user=user)


@receiver(email_confirmed)
def end_access_after_proof(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """Whoever signed up with an address need not be who reads its letters."""
    user: User = email_address.user
    if not EmailAddress.objects.filter(user=user, verified=True).exclude(pk=email_address.pk).exists():
        access_end(user=user, keep_session=session_of(request, user))
