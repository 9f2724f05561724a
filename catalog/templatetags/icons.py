"""{% icon_shape "heart" %}: what is drawn inside an icon's <svg>.

The shapes stand in the page itself: a browser asks for each reference to another file anew, and lays the page out once
more when that file is there.
"""

from __future__ import annotations

import re
from functools import cache

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

register = template.Library()
_SYMBOL = re.compile(r'<symbol id="([^"]+)" viewBox="0 0 24 24">(.*?)</symbol>', re.DOTALL)


@cache
def icon_shapes() -> dict[str, SafeString]:
    """Every icon of static/img/icons.svg by its name, on a ground of 24 by 24."""
    source = (settings.BASE_DIR / "static" / "img" / "icons.svg").read_text()
    # A file of this repository, nobody's input.
    return {name: SafeString(shape) for name, shape in _SYMBOL.findall(source)}  # nosec B703


@register.simple_tag
def icon_shape(name: str) -> SafeString:
    """Empty for an icon that there is none of: no page is lost by it, and a test finds it."""
    return icon_shapes().get(name, SafeString(""))
