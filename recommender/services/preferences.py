"""Web-safe writes of the recommender."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from closet.models import User
from recommender.index.similarity import Vector
from recommender.models import SavedSearch
from recommender.stylist.score.parts import DEFAULT_WEIGHTS, MAX_WEIGHT


def weights_save(*, user: User, weights: Mapping[str, Any]) -> dict[str, float]:
    """Keeps the member's sliders, those named in `weights`; unknown names and non-numbers are left out.

    One that stands where it stands by default is not kept: a page sends all of them, and defaults change.
    """
    kept = dict(user.profile.weights)
    for name in DEFAULT_WEIGHTS:
        try:
            weight = float(weights[name])
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        if isfinite(weight):
            kept[name] = min(max(weight, 0.0), MAX_WEIGHT)
    kept = {name: weight for name, weight in kept.items() if weight != DEFAULT_WEIGHTS.get(name)}
    user.profile.weights = kept
    user.profile.save(update_fields=["weights"])
    return kept


MOST_SAVED = 100  # searches a member


def search_save(*, owner: User, name: str, parameters: Mapping[str, str], vector: Vector | None = None) -> SavedSearch:
    """Keeps a question under a name, the newest of that name alone. Raises ValidationError when there are too many.

    parameters: as `SearchForm.kept` gives them. vector: of the photo searched with, which outlives the photo; other
    sources are looked up anew each time.
    """
    kept = dict(parameters)
    photo = kept.pop("photo", None)
    name = name.strip()[:80] or kept.get("q", "")[:80] or _("Search")
    mine = SavedSearch.objects.filter(owner=owner)
    if not mine.filter(name=name).exists() and mine.count() >= MOST_SAVED:
        raise ValidationError({"name": _("You have kept very many searches; forget one first.")})
    remembered = np.asarray(vector).tolist() if photo and vector is not None else None
    mine.filter(name=name).delete()
    return SavedSearch.objects.create(owner=owner, name=name, query=kept, vector=remembered)
