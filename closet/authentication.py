"""`Authorization: Token ...`, noting when a device was last heard of."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

NOTED_EVERY = timedelta(minutes=10)  # a write a request would be too many


class DeviceTokenAuthentication(TokenAuthentication):
    def authenticate(self, request):  # type: ignore[no-untyped-def]
        try:
            return super().authenticate(request)
        except UnicodeDecodeError:
            raise AuthenticationFailed(gettext("Invalid token.")) from None

    def validate_user(self, auth_token):  # type: ignore[no-untyped-def]  # as knox's
        user, token = super().validate_user(auth_token)
        now = timezone.now()
        if token.last_used_at is None or now - token.last_used_at > NOTED_EVERY:
            type(token).objects.filter(
                Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY), pk=token.pk
            ).update(last_used_at=now)
        return user, token
