"""A style report with its evidence: what one wears, the palette that repeats, what is missing, what is never worn."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from .pieces import STYLE_SLUGS, Piece, wearable
from .rules.context import Context
from .rules.gaps import Gap, find_gap
from .rules.rulebook import TASTE, Rulebook
from .rules.styles import styles_of
from .rules.weather import manual_weather
from .score.reactions import kin

EVIDENCE = 4  # pieces shown beside a sentence
MOST = 3
FEW = 5  # pieces below which nothing is said of a closet
# What a closet is asked for: (occasion, felt degrees, rain).
DAYS: tuple[tuple[str | None, float, bool], ...] = (
    ("work", 18.0, False), ("ceremony", 18.0, False), ("sport", 18.0, False), (None, -4.0, False), (None, 30.0, False),
    (None, 16.0, True),
)  # fmt: skip


@dataclass(frozen=True)
class StyleShare:
    """A style, its share of the closet, and the pieces that speak most for it."""

    style: str
    share: float
    pieces: tuple[Hashable, ...]


@dataclass(frozen=True)
class Counted:
    """Something that repeats (a kind, or a colour as `kin` names it), how many pieces and wears, and some of them."""

    name: str
    count: int
    wears: int
    pieces: tuple[Hashable, ...]


@dataclass(frozen=True)
class Missing:
    """A day the closet cannot dress for, and what would open outfits for it."""

    occasion: str | None
    feels: float
    rain: bool
    gap: Gap


@dataclass(frozen=True)
class StyleReport:
    """styles: strongest first, those above an even share. unworn: ids of what was never worn while the rest was."""

    styles: tuple[StyleShare, ...]
    kinds: tuple[Counted, ...]
    colours: tuple[Counted, ...]
    missing: tuple[Missing, ...]
    unworn: tuple[Hashable, ...]
    pieces: int

    @property
    def tells(self) -> bool:
        """Whether there is enough in the closet to say anything."""
        return self.pieces >= FEW


def style_report(pieces: Sequence[Piece]) -> StyleReport:
    """From all pieces of a closet; an empty one gives an empty report."""
    owned = [piece for piece in pieces if piece.slot != "other"]
    return StyleReport(
        _styles(owned), _kinds(owned), _colours(owned), _missing(owned), _unworn(owned), len(owned)
    )  # fmt: skip


def _styles(pieces: Sequence[Piece]) -> tuple[StyleShare, ...]:
    rows = styles_of(pieces)
    if not len(rows) or not rows.any():
        return ()
    shares = rows[rows.sum(axis=1) > 0].mean(axis=0)
    told = [at for at in np.argsort(-shares) if shares[at] > 1 / len(STYLE_SLUGS)][:MOST]
    return tuple(
        StyleShare(
            STYLE_SLUGS[at],
            float(shares[at]),
            tuple(pieces[row].id for row in np.argsort(-rows[:, at], kind="stable")[:EVIDENCE]),
        )
        for at in told
    )


def _kinds(pieces: Sequence[Piece]) -> tuple[Counted, ...]:
    """The kinds worn most; of a closet without wears, those there are most of."""
    wears: Counter[str] = Counter()
    counts: Counter[str] = Counter(piece.kind for piece in pieces)
    for piece in pieces:
        wears[piece.kind] += piece.wears
    order = sorted(counts, key=lambda kind: (-wears[kind], -counts[kind]))[:MOST]
    return tuple(
        Counted(kind, counts[kind], wears[kind], _some([piece for piece in pieces if piece.kind == kind]))
        for kind in order
    )


def _colours(pieces: Sequence[Piece]) -> tuple[Counted, ...]:
    """Colours that three pieces at least share."""
    groups: dict[str, list[Piece]] = {}
    for piece in pieces:
        if piece.colours:
            groups.setdefault(kin(piece)[1], []).append(piece)
    repeated = sorted((name for name in groups if len(groups[name]) >= 3), key=lambda name: -len(groups[name]))
    return tuple(
        Counted(name, len(groups[name]), sum(piece.wears for piece in groups[name]), _some(groups[name]))
        for name in repeated[:MOST]
    )


def _some(pieces: Sequence[Piece]) -> tuple[Hashable, ...]:
    return tuple(piece.id for piece in sorted(pieces, key=lambda piece: -piece.wears)[:EVIDENCE])


def _missing(pieces: Sequence[Piece]) -> tuple[Missing, ...]:
    ready = [piece for piece in pieces if wearable(piece)]
    if len(ready) < FEW:
        return ()
    found = []
    for occasion, feels, rain in DAYS:
        weather = manual_weather(temperature=feels, precipitation=5.0 if rain else 0.0)
        gap = find_gap(ready, Rulebook(Context(weather=weather, occasion=occasion), TASTE))
        if gap is not None and gap.count:
            found.append(Missing(occasion, feels, rain, gap))
    found.sort(key=lambda one: -one.gap.count)
    return tuple(found[:MOST])


def _unworn(pieces: Sequence[Piece]) -> tuple[Hashable, ...]:
    """What was never worn, where wears are kept at all; the dearest first."""
    if not any(piece.wears for piece in pieces):
        return ()
    never = [piece for piece in pieces if not piece.wears and piece.last_worn_days is None]
    return tuple(piece.id for piece in sorted(never, key=lambda piece: -(piece.price or 0.0)))
