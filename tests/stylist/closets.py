"""Closets to test with: made from a seed, plausible enough that every rule has something to judge."""

import numpy as np

from catalog.taxonomy import COLOURS, KIND_BY_SLUG, PATTERNS
from recommender.stylist.pieces import SEASON_SLUGS, Piece, piece_of_kind

SHARES = {
    "top": 0.34, "bottom": 0.2, "outer": 0.14, "dress": 0.06, "shoes": 0.12, "bag": 0.05, "hat": 0.04,
    "accessory": 0.05,
}  # fmt: skip
LABS = [colour.lab for colour in COLOURS if colour.lab is not None]


def closet(size: int, seed: int = 1) -> list[Piece]:
    """`size` pieces of all slots in fixed proportion, with embeddings, wears and prices."""
    random = np.random.default_rng(seed)
    kinds_of = {slot: [kind.slug for kind in KIND_BY_SLUG.values() if kind.slot.value == slot] for slot in SHARES}
    slots = random.choice(list(SHARES), size=size, p=np.array(list(SHARES.values())))
    pieces = []
    for number, slot in enumerate(slots):
        lab = LABS[random.integers(len(LABS))]
        embedding = random.normal(size=256).astype(np.float32)
        worn = int(random.integers(0, 30))
        pieces.append(
            piece_of_kind(
                number,
                str(random.choice(kinds_of[slot])),
                colours=((*map(float, lab), 0.8), (96.0, 0.0, 1.0, 0.2)),
                pattern=PATTERNS[int(random.integers(len(PATTERNS)))].slug if random.random() < 0.3 else "solid",
                seasons={slug: float(random.random()) for slug in SEASON_SLUGS},
                styles=random.dirichlet(np.full(8, 0.5)).astype(np.float32),
                embedding=embedding / np.linalg.norm(embedding),
                wears=worn,
                last_worn_days=int(random.integers(0, 90)) if worn else None,
                price=float(random.integers(10, 300)) * 1000,
            )
        )
    return pieces


def piece(id: str, kind: str, lab: tuple[float, float, float] = (50.0, 0.0, 0.0), **facts: object) -> Piece:
    """One plain piece of one colour."""
    return piece_of_kind(id, kind, colours=((*lab, 1.0),), **{"pattern": "solid", **facts})


def small_closet() -> list[Piece]:
    """Five pieces: two tops, a bottom, shoes and a coat."""
    return [
        piece("tee", "t-shirt", (95.0, 0.0, 1.0)),
        piece("knit", "knit", (40.0, 20.0, 15.0)),
        piece("jeans", "jeans", (25.0, 2.0, -18.0)),
        piece("shoes", "sneakers", (95.0, 0.0, 0.0)),
        piece("coat", "coat", (60.0, 5.0, 20.0)),
    ]
