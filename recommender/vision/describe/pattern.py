"""Pattern of a garment lying flat: a linear head on its frozen embedding, beside what the classifier says of it.

The classifier learnt patterns from shop titles, which name few of those at home: prints on leggings and small dots are
plain to it. The head was taught on photos that somebody looked at. `pattern.json` holds it, its figures by split, and
how it was fitted (`python -m training pattern`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from recommender.vision.cards import BadCard
from recommender.vision.describe.heads import Head, read_head
from recommender.vision.facts import GarmentFacts, Scores

CARD: Final = Path(__file__).with_name("pattern.json")
REQUIRED: Final = ("key", "date", "training_data", "splits", "metrics", "rebuild", "classifier", "head")


@dataclass(frozen=True)
class PatternHead:
    """classifier: the key of the one whose embeddings it was fitted on; those of another mean nothing to it."""

    key: str
    classifier: str
    head: Head


def read_pattern(record: Mapping[str, Any]) -> PatternHead:
    """From the card's JSON. Raises BadCard naming what is missing."""
    if missing := [name for name in REQUIRED if not record.get(name)]:
        raise BadCard(f"pattern {record.get('key', '?')} lacks {', '.join(missing)}")
    return PatternHead(record["key"], record["classifier"], read_head(record["head"]))


@lru_cache(maxsize=1)
def shipped_pattern() -> PatternHead:
    """The head of `pattern.json`."""
    return read_pattern(json.loads(CARD.read_text(encoding="utf-8")))


def pattern_of(garment: GarmentFacts, classifier: str, shipped: PatternHead | None) -> dict[str, Scores]:
    """{"pattern": label -> probability} of a garment lying flat; empty where the head has nothing to say.

    classifier: the key of the one that described it.
    """
    seen = garment.scores.get("pattern")
    if shipped is None or not seen or garment.embedding is None or classifier != shipped.classifier:
        return {}
    return {"pattern": shipped.head(garment.embedding, seen)}
