"""The privacy ledger: each request that left this server for a member's sake, when, why, and what it told.

Photos, search, stylist and sizes ask nobody. What does leave is switched off by settings: WEATHER_ENABLED (weather and
places), EMAIL_HOST (letters), OIDC_SERVER_URL (single sign-on), WEB_GARMENTS_ENABLED (shops' pages), WEBHOOKS_ENABLED
(members' own programs), WEB_PUSH_ENABLED (browsers).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closet.models import Outgoing, User

KEPT: Final = timedelta(days=180)
FIELDS: Final[dict[str, str | Promise]] = {
    "coordinates": _("coordinates to a tenth of a degree, about 10 km"),
    "city": _("the city as you typed it"),
    "language": _("your language"),
    "e-mail": _("your e-mail"),
    "text": _("the text of the letter"),
    "event": _("that something changed"),
    "ids": _("numbers of what changed, and nothing of it"),
    "code": _("a code for one sign-in"),
    "address": _("the address you pasted"),
    "notice": _("the notice, encrypted for your browser alone"),
}


class Switch(NamedTuple):
    """One way out. host: empty where the operator switched it off."""

    name: str | Promise
    host: str | Promise
    setting: str


def outgoing_note(*, owner: User, purpose: Outgoing.Purpose, to: str, fields: Iterable[str]) -> None:
    """Writes a line. to: an address or a host. Called as the request leaves, whatever comes back."""
    host = urlsplit(to).hostname if "//" in to else to
    Outgoing.objects.create(owner=owner, purpose=purpose, host=(host or "")[:255], fields=list(fields))


def letter_note(*, email: str) -> None:
    """A letter to a member; one to an address that is nobody's leaves no line."""
    if not settings.EMAIL_HOST:  # letters lie in a folder of this server
        return
    address = email.strip().lower()
    owner = User.objects.filter(models.Q(email=address) | models.Q(emailaddress__email=address)).first()
    if owner is not None:
        to = settings.EMAIL_HOST
        outgoing_note(owner=owner, purpose=Outgoing.Purpose.LETTER, to=to, fields=["e-mail", "text"])


def outgoing_of(*, owner: User) -> models.QuerySet[Outgoing]:
    return Outgoing.objects.filter(owner=owner)


def outgoing_purge() -> int:
    """Lines older than half a year go. Returns how many."""
    return Outgoing.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def switches() -> list[Switch]:
    """What may leave this server, as its operator set it."""

    def host(url: Any) -> str:
        return urlsplit(str(url)).hostname or ""

    on, told = settings.WEATHER_ENABLED, _("where members say")
    return [
        Switch(Outgoing.Purpose.WEATHER.label, host(settings.WEATHER_URL) if on else "", "WEATHER_ENABLED"),
        Switch(Outgoing.Purpose.PLACE.label, host(settings.GEOCODING_URL) if on else "", "WEATHER_ENABLED"),
        Switch(Outgoing.Purpose.LETTER.label, settings.EMAIL_HOST, "EMAIL_HOST"),
        Switch(Outgoing.Purpose.WEBHOOK.label, told if settings.WEBHOOKS_ENABLED else "", "WEBHOOKS_ENABLED"),
        Switch(Outgoing.Purpose.SIGN_IN.label, host(settings.OIDC_SERVER_URL), "OIDC_SERVER_URL"),
        Switch(
            Outgoing.Purpose.PUSH.label,
            str(_("the maker of your browser")) if settings.WEB_PUSH_ENABLED else "",
            "WEB_PUSH_ENABLED",
        ),
        Switch(
            Outgoing.Purpose.WEB_PAGE.label,
            str(_("the shop")) if settings.WEB_GARMENTS_ENABLED else "",
            "WEB_GARMENTS_ENABLED",
        ),
    ]
