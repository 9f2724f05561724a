"""How the classifiers were trained: stretches of it as data, first all products small, then closet photos larger."""

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Phase:
    """One stretch of training.

    size: side of a crop in pixels. photos: crops to see. shares: how often each source is drawn.
    frozen: leading trunk parts kept as they are. rate: peak learning rate of the trunk; heads learn
    `head_factor` times faster. cut: chance of a cutout (or, for products, of a texture behind).
    minutes: stop after so long at the latest, the schedule following the clock; None: no limit.
    mixed: chance that a batch's crops are blended in pairs (mixup), which keeps a small set from being learnt
    by heart.
    everything: learn from the photos set aside as well (`splits.is_set_aside`).
    closet: how far closet photos are pushed about, one of `crops.PUSHED`.
    taught: what teachers' answers weigh beside the labels, where there are teachers (`ClassifierConfig.teachers`).
    """

    name: str
    size: int
    photos: int
    shares: tuple[tuple[str, float], ...]
    frozen: int
    rate: float
    head_factor: float = 3.0
    cut: float = 0.35
    tight: float = 0.5
    batch: int = 64
    minutes: float | None = None
    mixed: float = 0.0
    everything: bool = False
    closet: Literal["plain", "strong", "repainted"] = "plain"
    taught: float = 0.0


# What the later phases draw: products most, the closet's few photos often, now and then nothing at all.
SOURCES = (("product", 0.5), ("closet", 0.4), ("street", 0.06), ("nothing", 0.04))
WORN_MORE = (("product", 0.42), ("closet", 0.43), ("street", 0.11), ("nothing", 0.04))
# By trunk. The parser's trunk began as that of a lite0 classifier.
PHASES = {
    "lite0": (
        Phase("all-128", 128, 110_000, (("product", 0.7), ("closet", 0.2), ("street", 0.1)), 5, 8e-4),
        Phase("all-160", 160, 70_000, (("product", 0.66), ("closet", 0.24), ("street", 0.1)), 6, 6e-4, 2.0),
        Phase(
            "closet-144", 144, 60_000, (("product", 0.44), ("closet", 0.48), ("street", 0.08)), 6, 4e-4, 2.0, cut=0.4
        ),
        Phase("even-144", 144, 40_000, (("product", 0.5), ("closet", 0.42), ("street", 0.08)), 6, 3e-4, 2.0, cut=0.3),
        Phase(
            "mixed-160", 160, 150_000, (("product", 0.45), ("closet", 0.47), ("street", 0.08)), 6, 7e-4, 2.0, mixed=0.5
        ),
        Phase("large-192", 192, 70_000, (("product", 0.42), ("closet", 0.5), ("street", 0.08)), 6, 3e-4, 2.0, cut=0.3),
        Phase("last-192", 192, 60_000, (("product", 0.4), ("closet", 0.52), ("street", 0.08)), 6, 4e-4, 2.0, mixed=0.3),
        Phase("products-160", 160, 60_000, SOURCES, 6, 6e-4, 2.0, mixed=0.4),
        Phase("whole-192", 192, 24_000, SOURCES, 6, 3e-4, 2.0, mixed=0.3, everything=True),
        Phase("closer-224", 224, 28_000, SOURCES, 6, 3e-4, 2.0, mixed=0.3),
        Phase("repainted-192", 192, 110_000, WORN_MORE, 6, 4e-4, 2.0, mixed=0.2, everything=True, closet="repainted"),
    ),
    "lite2": (
        Phase("first-128", 128, 110_000, (("product", 0.55), ("closet", 0.37), ("street", 0.08)), 8, 8e-4),
        Phase(
            "mixed-160", 160, 110_000, (("product", 0.5), ("closet", 0.42), ("street", 0.08)), 8, 7e-4, 2.0, mixed=0.5
        ),
        Phase(
            "last-192", 192, 90_000, (("product", 0.44), ("closet", 0.48), ("street", 0.08)), 8, 4e-4, 2.0, mixed=0.3
        ),
        Phase(
            "closet-192", 192, 40_000, (("product", 0.2), ("closet", 0.75), ("street", 0.05)), 8, 4e-4, 2.0, mixed=0.3
        ),
        # After `pseudo-labels` with "long", whose cutouts are exact.
        Phase(
            "products-160",
            160,
            190_000,
            (("product", 0.56), ("closet", 0.34), ("street", 0.06), ("nothing", 0.04)),
            8,
            6e-4,
            2.0,
            mixed=0.4,
        ),
        Phase(
            "fine-192",
            192,
            70_000,
            (("product", 0.44), ("closet", 0.46), ("street", 0.06), ("nothing", 0.04)),
            8,
            3e-4,
            2.0,
            mixed=0.3,
        ),
        Phase("closer-224", 224, 60_000, SOURCES, 8, 3e-4, 2.0, mixed=0.3),
        Phase("strong-192", 192, 85_000, SOURCES, 8, 4e-4, 2.0, mixed=0.3, everything=True, closet="strong"),
    ),
}
# For a GPU, where no part need be frozen: teachers, and then the classifiers above as their students.
LONG = (("product", 0.44), ("closet", 0.44), ("street", 0.08), ("nothing", 0.04))
_TEACHER = Phase("teacher", 224, 360_000, LONG, 0, 8e-4, 2.0, batch=128, mixed=0.5, everything=True, closet="strong")
LONG_PHASES = (
    _TEACHER,
    replace(_TEACHER, name="repainter", rate=6e-4, closet="repainted"),
    replace(_TEACHER, name="student", photos=400_000, rate=5e-4, taught=2.0),
)
