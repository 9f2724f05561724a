"""How the closet's values are written on a page: private pictures, colours, lengths."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog.collage import arrange
from catalog.models import SLOT_CHOICES
from closet.colours import COLOUR_HEX
from closet.facts import colour_name
from closet.models import DeviceToken, Garment, Notice, Outfit, Profile, User
from closet.services import devices, notices
from closet.services.canvas import BACKGROUNDS
from closet.services.photos import SIZES

register = template.Library()
SLOT_NAMES = dict(SLOT_CHOICES)


@register.simple_tag
def devices_of(user: User) -> list[tuple[str, DeviceToken]]:
    """(id, device) of each device with a token, newest first."""
    return [(devices.device_id(device), device) for device in devices.devices_of(owner=user)]


@register.filter
def private_url(file: FieldFile | None) -> str:
    """The address of a member's picture, which answers its owner alone; empty where there is none."""
    return reverse("closet:media", args=[file.name]) if file else ""


@register.simple_tag
def photo_sizes(file: FieldFile) -> SafeString:
    """srcset and sizes of a member's photo that fills a phone's screen, or two thirds of a desk's page."""
    address = reverse("closet:media", args=[file.name])
    return format_html(
        'srcset="{0}?size=medium {1}w, {0} 1536w" sizes="(max-width: 46rem) 92vw, 46rem"', address, SIZES["medium"]
    )


@register.filter
def called(profile: Profile) -> str:
    """What people of a household call each other."""
    return profile.name or f"@{profile.handle}"


@register.filter
def colour_hex(slug: str) -> str:
    """A colour word as "#rrggbb"; empty for `multi`, which has no one colour."""
    return COLOUR_HEX.get(slug, "")


@register.filter
def canvas_colour(background: str) -> str:
    """What an outfit's canvas is laid on, as "#rrggbb"."""
    return BACKGROUNDS[Outfit.Background(background)]


@register.filter
def colour_word(slug: str) -> str:
    return colour_name(slug)


@register.filter
def slot_name(slot: str) -> str:
    return str(SLOT_NAMES[slot])


@register.filter
def weekday(day: date) -> str:
    """Mon; in Korean one syllable, since Django's own "short" name there is the long one."""
    return "월화수목금토일"[day.weekday()] if get_language() == "ko" else date_format(day, "D")


@register.inclusion_tag("components/collage.html")
def collage(garments: Sequence[Garment], *, eager: bool = False) -> dict[str, Any]:
    """An outfit as one picture, each piece a link to its garment. eager: it is what the reader sees first."""
    spots = arrange([garment.kind.slug for garment in garments])
    return {"pieces": [(one, spot) for one, spot in zip(garments, spots, strict=True) if spot], "eager": eager}


@register.filter
def notice_text(notice: Notice) -> str:
    return notices.notice_text(notice)


@register.filter
def notice_url(notice: Notice) -> str:
    return notices.notice_url(notice)


@register.filter
def percent(share: float) -> int:
    return round(100 * share)
