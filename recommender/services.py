"""Web-safe writes of the recommender."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from closet.models import User
from recommender.stylist.score import DEFAULT_WEIGHTS, MAX_WEIGHT


def weights_save(*, user: User, weights: Mapping[str, Any]) -> dict[str, float]:
    """Keeps the member's sliders, those named in `weights`; unknown names and non-numbers are left out."""
    kept = dict(user.profile.weights)
    for name in DEFAULT_WEIGHTS:
        try:
            weight = float(weights[name])
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        if isfinite(weight):
            kept[name] = min(max(weight, 0.0), MAX_WEIGHT)
    user.profile.weights = kept
    user.profile.save(update_fields=["weights"])
    return kept
