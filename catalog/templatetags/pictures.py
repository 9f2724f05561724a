"""<img src="{{ look.photo.url }}" {% sizes_of look.photo "42vw" "11rem" %}>: a catalogue picture as large as shown."""

from __future__ import annotations

from django import template
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.services.picture_sizes import WIDTHS

register = template.Library()
WHOLE = 1600  # pixels, the most that a stored picture is wide


@register.simple_tag
def sizes_of(picture: FieldFile, phone: str, desk: str) -> SafeString:
    """srcset and sizes. phone, desk: how wide it is shown, as CSS lengths, below and above 46rem."""
    asked = [({"size": size}, width) for size, width in WIDTHS.items()]
    offered = [
        f"{reverse('catalog:media', args=[picture.name], query=query)} {width}w"
        for query, width in [*asked, (None, WHOLE)]
    ]
    return format_html('srcset="{}" sizes="(max-width: 46rem) {}, {}"', ", ".join(offered), phone, desk)
