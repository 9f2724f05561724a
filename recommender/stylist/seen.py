"""A `Piece` from what the classifier saw, for pieces that are no rows yet: questions, uploads, training."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from catalog.taxonomy import KIND_BY_SLUG

from .pieces import STYLE_SLUGS, Piece, piece_of_kind

# How far what a garment is used for moves its kind's formality.
_USAGE_SHIFT = {"formal": 0.2, "sports": -0.2, "casual": 0.0, "ethnic": 0.05}
Scores = Mapping[str, Mapping[str, float]]


def piece_seen(
    id: Hashable,
    scores: Scores,
    colours: Sequence[tuple[float, float, float, float]],
    embedding: np.ndarray | None,
    **facts: object,
) -> Piece:
    """A piece from the classifier's answer.

    scores: head -> label -> probability (kind, pattern, material, season, style, usage; any may lack).
    colours: (L, a, b, share). embedding: (256,) float32. facts: whatever else is known of it, which
    wins over what was seen.
    """
    kind = str(facts.pop("kind", None) or best_label(scores, "kind") or "other")
    usage = scores.get("usage", {})
    spec = KIND_BY_SLUG.get(kind)
    formality = 0.4 if spec is None else spec.formality
    formality += sum(_USAGE_SHIFT.get(label, 0.0) * chance for label, chance in usage.items())
    style = scores.get("style")
    seen: dict[str, object] = {
        "colours": tuple(colours),
        "pattern": best_label(scores, "pattern"),
        "material": best_label(scores, "material"),
        "sleeve": best_label(scores, "sleeve"),
        "seasons": dict(scores.get("season", {})),
        "styles": None if not style else np.array([style.get(slug, 0.0) for slug in STYLE_SLUGS], dtype=np.float32),
        "formality": float(np.clip(formality, 0, 1)),
        "embedding": embedding,
    }
    return piece_of_kind(id, kind, **(seen | facts))


def best_label(scores: Scores, head: str) -> str | None:
    """The likeliest label of a head, None where the head said nothing."""
    found = scores.get(head)
    return max(found, key=lambda label: found[label]) if found else None
