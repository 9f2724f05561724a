"""`Authorization: Token ...`, noting when and from where a device was last heard of."""

from __future__ import annotations

from datetime import timedelta

from allauth.core.internal.httpkit import get_client_ip
from django.utils import timezone
from django.utils.translation import gettext
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

NOTED_EVERY = timedelta(minutes=10)  # a write a request would be too many


class DeviceTokenAuthentication(TokenAuthentication):
    def authenticate(self, request):  # type: ignore[no-untyped-def]
        try:
            found = super().authenticate(request)
        except UnicodeDecodeError:
            raise AuthenticationFailed(gettext("Invalid token.")) from None
        if found is not None:
            self._note_use(found[1], get_client_ip(getattr(request, "_request", request)))
        return found

    def renew_token(self, auth_token):  # type: ignore[no-untyped-def]  # as knox's
        if not auth_token.is_provisional:
            super().renew_token(auth_token)

    @staticmethod
    def _note_use(token, address):  # type: ignore[no-untyped-def]
        now = timezone.now()
        if token.last_used_at is None or token.last_used_ip != address or now - token.last_used_at > NOTED_EVERY:
            type(token).objects.filter(pk=token.pk).update(last_used_at=now, last_used_ip=address)
            token.last_used_at, token.last_used_ip = now, address
