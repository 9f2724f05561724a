"""The three splits: train, tune and report.

Networks are trained on `train` alone. The validation photos (senders, product numbers and street numbers below) are in
no network's training; half of them, `tune`, choose thresholds and fit `fusion.json`, and the other half, `report`, is
what figures are quoted of: nothing is chosen by looking at it. All three are split by sender or number and are the same
every time.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

# A sender with more photos than this always trains, so that validation stays a crowd of many hands.
LARGEST_VALIDATION_SENDER = 120
CLOSET_SHARE = 0.1


def number_of(text: str) -> int:
    """A number from a text, the same in every process: what photos are dealt out by."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def is_validation_product(row: dict[str, Any]) -> bool:
    """One product in twenty: identifiers ending in 3 whose tens digit is even."""
    return int(row["id"]) % 20 == 3


def is_validation_street(row: dict[str, Any]) -> bool:
    """One street photo in ten, by its number (one photo is one person's outfit)."""
    return int(row["file"].split(".")[0]) % 10 == 3


def validation_senders(rows: Sequence[dict[str, Any]]) -> set[str]:
    """Senders of `closet_photos` whose photos, about a tenth of all, are validation photos."""
    counts = Counter(row["sender_id"] for row in rows)
    chosen: set[str] = set()
    room = CLOSET_SHARE * len(rows)
    for sender in sorted(counts, key=number_of):
        if counts[sender] <= min(LARGEST_VALIDATION_SENDER, room):
            chosen.add(sender)
            room -= counts[sender]
    return chosen


def is_report(unit: str) -> bool:
    """Whether a validation sender, product or street photo belongs to the report half rather than to the tune half.

    unit: of `unit_of`. Photos of one sender are always on one side.
    """
    return number_of(f"fusion {unit}") % 2 == 1


def box_split(file: str) -> str:
    """train, tune or report, of a street photo with boxes."""
    place = number_of(f"boxes {file}") % 20
    return "report" if place < 4 else "tune" if place < 8 else "train"


def unit_of(source: str, row: dict[str, Any]) -> str:
    """What a photo is split and bootstrapped by: its sender, its product, or itself. source: closet_photos, …"""
    if source == "closet_photos":
        return f"sender {row['sender_id']}"
    if source == "product_photos":
        return f"product {row['id']}"
    return f"{source.removesuffix('_photos')} {str(row['file']).split('.')[0]}"


def is_set_aside(row: dict[str, Any]) -> bool:
    """One closet photo in twelve, of training senders: held out of all but the last phase.

    The gap to photos of unknown senders tells how much of a figure comes from knowing the sender.
    """
    return number_of(str(row["file"])) % 12 == 5


def look_folds(count: int, folds: int, styles: Sequence[str]) -> list[int]:
    """The fold of each look photo, each style dealt out in turn."""
    seen: Counter[str] = Counter()
    assigned = []
    for i in range(count):
        assigned.append(seen[styles[i]] % folds)
        seen[styles[i]] += 1
    return assigned
