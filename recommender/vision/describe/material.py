"""What a garment may be made of: the classifier's materials, without those that its kind rules out."""

from collections.abc import Mapping

from catalog.taxonomy import MATERIALS_OF


def possible_materials(scores: Mapping[str, float], kind: str | None) -> dict[str, float]:
    """material -> probability given the kind, the likeliest first; empty where none of them is possible.

    scores: material -> probability, the likeliest first. kind: a slug, or None where it is unknown.
    """
    allowed = MATERIALS_OF.get(kind or "")
    if allowed is None:
        return dict(scores)
    left = {material: probability for material, probability in scores.items() if material in allowed}
    total = sum(left.values())
    return {material: probability / total for material, probability in left.items()} if total > 0 else {}
