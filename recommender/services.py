"""Web-safe writes of the recommender."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closet.models import User
from recommender.stylist.score import DEFAULT_WEIGHTS, MAX_WEIGHT


def weights_save(*, user: User, weights: Mapping[str, Any]) -> dict[str, float]:
    """Keeps the member's sliders, those named in `weights`; unknown names and non-numbers are left out."""
    kept = dict(user.profile.weights)
    for name in DEFAULT_WEIGHTS:
        try:
            kept[name] = min(max(float(weights[name]), 0.0), MAX_WEIGHT)
        except (KeyError, TypeError, ValueError):
            continue
    user.profile.weights = kept
    user.profile.save(update_fields=["weights"])
    return kept
