"""What lies on an outfit's canvas: places, words and background as a client sent them, kept within the canvas."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from closet.models import Outfit, OutfitItem

MAX_TEXTS = 8
LONGEST_TEXT = 80  # characters
BACKGROUNDS = {
    Outfit.Background.PAPER: "#f6f3ee",  # --stage of the light theme: a picture sent to a friend has no theme
    Outfit.Background.WHITE: "#ffffff",
    Outfit.Background.SAND: "#e8d8c3",
    Outfit.Background.BLUSH: "#f0dcd4",
    Outfit.Background.SAGE: "#d6dbcc",
    Outfit.Background.SKY: "#d5e1ea",
    Outfit.Background.NIGHT: "#23262d",
}
INKS = ("#2b2622", "#ffffff", "#a63d2f", "#2f5d8a", "#4d6b45")  # of words, hex


def share_of(value: Any, default: float, low: float = 0.0, high: float = 1.0) -> float:
    """A number of the client's between low and high; NaN, infinities and what is no number become the default."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return default
    return round(min(high, max(low, number)), 4) if math.isfinite(number) else default


def angle_of(value: Any, default: float = 0.0) -> float:
    """Degrees clockwise, -180..180, to a tenth."""
    number = share_of(value, default, -1e6, 1e6)
    return round((number + 180) % 360 - 180, 1)


def item_of(outfit: Outfit, start: Mapping[str, Any], sent: Mapping[str, Any]) -> OutfitItem:
    """start: where the piece lies if `sent` does not say."""
    return OutfitItem(
        outfit=outfit,
        garment_id=start["garment"],
        x=share_of(sent.get("x"), start["x"]),
        y=share_of(sent.get("y"), start["y"]),
        width=share_of(sent.get("width"), start["width"], 0.05),
        angle=angle_of(sent.get("angle"), start.get("angle", 0.0)),
        z=max(-100, min(100, int(start["z"] if sent.get("z") is None else sent["z"]))),
    )


def texts_of(sent: Sequence[Any]) -> list[dict[str, Any]]:
    """The words on a canvas, without empty ones. Raises ValidationError for too many and for what are no words."""
    rows = [row for row in sent if isinstance(row, Mapping) and str(row.get("text") or "").strip()]
    if len(rows) > MAX_TEXTS:
        raise ValidationError({"texts": _("A canvas holds at most %(n)d texts.") % {"n": MAX_TEXTS}})
    return [
        {
            "text": re.sub(r"[^\S\n]+|\x00", " ", str(row["text"])).strip()[:LONGEST_TEXT],
            "x": share_of(row.get("x"), 0.5),
            "y": share_of(row.get("y"), 0.08),
            "size": share_of(row.get("size"), 0.06, 0.025, 0.25),
            "angle": angle_of(row.get("angle")),
            "colour": row.get("colour") if row.get("colour") in INKS else INKS[0],
        }
        for row in rows
    ]
