"""Which photos validate: chosen by who took them or by number, never by chance, and the same every time."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

# A sender with more photos than this always trains, so that validation stays a crowd of many hands.
LARGEST_VALIDATION_SENDER = 120
CLOSET_SHARE = 0.1


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def is_validation_product(row: dict[str, Any]) -> bool:
    """One product in twenty: identifiers ending in 3 whose tens digit is even."""
    return int(row["id"]) % 20 == 3


def is_validation_street(row: dict[str, Any]) -> bool:
    """One street photo in ten, by its number (one photo is one person's outfit)."""
    return int(row["file"].split(".")[0]) % 10 == 3


def validation_senders(rows: Sequence[dict[str, Any]]) -> set[str]:
    """Senders of `closet_photos` whose photos, about a tenth of all, validate."""
    counts = Counter(row["sender_id"] for row in rows)
    chosen: set[str] = set()
    room = CLOSET_SHARE * len(rows)
    for sender in sorted(counts, key=_number):
        if counts[sender] <= min(LARGEST_VALIDATION_SENDER, room):
            chosen.add(sender)
            room -= counts[sender]
    return chosen


def is_set_aside(row: dict[str, Any]) -> bool:
    """One closet photo in twelve, whoever took it.

    Other photos of their senders are learnt from; how they are read beside those of unknown senders tells what knowing
    the hand is worth, until a last phase learns from them too.
    """
    return _number(str(row["file"])) % 12 == 5


def look_folds(count: int, folds: int, styles: Sequence[str]) -> list[int]:
    """The fold of each look photo, each style dealt out in turn."""
    seen: Counter[str] = Counter()
    assigned = []
    for i in range(count):
        assigned.append(seen[styles[i]] % folds)
        seen[styles[i]] += 1
    return assigned
