"""Do these colours go together? Harmony in CIELAB/LCh, in parts that have names.

hue: do the hues of two pieces agree (neutral with anything, near hues, complements, triads; the
awkward angles between clash the more vivid both are). contrast: how the lightnesses meet. accent: one
vivid colour reads as a decision, three as an accident. Tone on tone is named as a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..pieces import Piece

NEUTRAL_CHROMA = 12.0
VIVID_CHROMA = 38.0
COLOURS_KEPT = 2
# The shapes below follow what street outfits show against swaps of the same kinds (log-odds, on the
# training photos): near hues are worn together most, those 30 to 60 degrees apart least, complements
# and triads about as often as chance; two colours more often than a colour with a neutral; and pieces
# alike in lightness more often than far apart ones.
_ANGLES = np.array([0, 12, 22, 35, 50, 62, 90, 120, 150, 180], dtype=np.float32)
_AGREEMENT = np.array([1.0, 0.95, 0.75, 0.55, 0.3, 0.35, 0.5, 0.52, 0.55, 0.6], dtype=np.float32)
_NEUTRAL_PAIR = 0.65
_NEUTRAL_WITH_COLOUR = 0.55
_APART = np.array([0, 6, 14, 22, 35, 60, 100], dtype=np.float32)
_APART_VALUE = np.array([0.9, 0.82, 0.68, 0.55, 0.42, 0.42, 0.45], dtype=np.float32)
CLEARLY_APART = 35.0


@dataclass(frozen=True)
class Palettes:
    """The leading colours of n pieces as arrays, (n, COLOURS_KEPT) float32 each.

    lightness 0..100, chroma >= 0, hue in degrees, share >= 0 with rows summing to 1 (0 when the
    piece has no colours), neutral 0..1 (1 below `NEUTRAL_CHROMA`, fading out above it).
    """

    lightness: np.ndarray
    chroma: np.ndarray
    hue: np.ndarray
    share: np.ndarray
    neutral: np.ndarray

    def __len__(self) -> int:
        return len(self.share)

    def take(self, rows: np.ndarray | Sequence[int]) -> "Palettes":
        """The palettes of some rows, in that order."""
        return Palettes(*(getattr(self, name)[rows] for name in ("lightness", "chroma", "hue", "share", "neutral")))

    @property
    def known(self) -> np.ndarray:
        """(n,) bool: has colours at all."""
        return self.share.sum(axis=1) > 0


def palettes_of(pieces: Sequence[Piece]) -> Palettes:
    """Pack pieces' colours; a colour that is not finite is dropped, shares are renormalised."""
    lab = np.zeros((len(pieces), COLOURS_KEPT, 3), dtype=np.float32)
    share = np.zeros((len(pieces), COLOURS_KEPT), dtype=np.float32)
    told = [
        (row, column, *colour)
        for row, piece in enumerate(pieces)
        for column, colour in enumerate(piece.colours[:COLOURS_KEPT])
    ]
    if told:
        table = np.array(told, dtype=np.float64)
        table = table[np.isfinite(table).all(axis=1) & (table[:, 5] > 0)]
        at = tuple(table[:, :2].astype(np.intp).T)
        lab[at], share[at] = table[:, 2:5], table[:, 5]
    total = share.sum(axis=1, keepdims=True)
    share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    # Fading over 12..20 keeps a washed navy from flipping between neutral and coloured.
    neutral = np.clip((NEUTRAL_CHROMA + 8 - chroma) / 8, 0, 1)
    return Palettes(lab[..., 0], chroma, hue.astype(np.float32), share, neutral)


def hue_agreement(angle: np.ndarray) -> np.ndarray:
    """Agreement 0..1 of two full colours whose hues lie `angle` degrees apart (0..180)."""
    return np.interp(angle, _ANGLES, _AGREEMENT).astype(np.float32)


_BY_DEGREE = hue_agreement(np.arange(361, dtype=np.float32).clip(0, 180))


def _spread(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Arrange (n, k) and (m, k) so that they broadcast to (n, m, k, k)."""
    return first[:, None, :, None], second[None, :, None, :]


def pair_harmony(first: Palettes, second: Palettes) -> dict[str, np.ndarray]:
    """Parts of the harmony of every piece of one pack with every piece of another.

    Returns {"hue", "contrast"}: (n, m) float32 in 0..1; 0.5 where either has no colours.
    """
    share_a, share_b = _spread(first.share, second.share)
    mass = share_a * share_b
    hue_a, hue_b = _spread(first.hue, second.hue)
    angle = np.abs(hue_a - hue_b)
    angle = np.minimum(angle, 360 - angle)
    neutral_a, neutral_b = _spread(first.neutral, second.neutral)
    coloured, plain = (1 - neutral_a) * (1 - neutral_b), neutral_a * neutral_b
    kept = _BY_DEGREE[angle.astype(np.int16)]
    mixed = 1 - coloured - plain
    hue = coloured * kept + plain * np.float32(_NEUTRAL_PAIR) + mixed * np.float32(_NEUTRAL_WITH_COLOUR)
    mean_a = (first.lightness * first.share).sum(axis=1)
    mean_b = (second.lightness * second.share).sum(axis=1)
    apart = np.abs(mean_a[:, None] - mean_b[None, :])
    contrast = np.interp(apart, _APART, _APART_VALUE)
    known = first.known[:, None] & second.known[None, :]
    return {
        "hue": np.where(known, (hue * mass).sum(axis=(2, 3)), 0.5).astype(np.float32),
        "contrast": np.where(known, contrast, 0.5).astype(np.float32),
    }


def is_tone_on_tone(palettes: Palettes) -> bool:
    """Every main colour within 25 degrees of hue (or all neutral), yet depths clearly differ."""
    rows = palettes.known
    if rows.sum() < 2:
        return False
    light, chroma, hue = (values[rows, 0] for values in (palettes.lightness, palettes.chroma, palettes.hue))
    coloured = chroma > NEUTRAL_CHROMA
    if coloured.any() and not coloured.all():
        return False
    if coloured.any():
        gap = np.abs(hue[:, None] - hue[None, :])
        if np.minimum(gap, 360 - gap).max() > 25:
            return False
    return bool(light.max() - light.min() > 12)


def is_vivid(palettes: Palettes) -> np.ndarray:
    """(n, COLOURS_KEPT) bool: colours that shout."""
    vivid: np.ndarray = np.logical_and(palettes.chroma > VIVID_CHROMA, palettes.share > 0.15)
    return vivid


def vivid_hues(palettes: Palettes) -> int:
    """How many distinct vivid hues (chroma above `VIVID_CHROMA`, 40 degrees apart) an outfit shows."""
    kept: list[float] = []
    for hue in sorted(palettes.hue[is_vivid(palettes)].tolist()):
        if all(min(abs(hue - other), 360 - abs(hue - other)) > 40 for other in kept):
            kept.append(hue)
    return len(kept)


_BY_VIVID = (0.65, 1.0, 0.5, 0.15, 0.0)


def accent_value(palettes: Palettes) -> float:
    """0..1 for a whole outfit: one accent is best, calm is good, a shouting match is not."""
    return _BY_VIVID[min(vivid_hues(palettes), len(_BY_VIVID) - 1)]


def palette_distance(first: Piece, second: Piece) -> float:
    """How far apart two palettes look, in CIE76 units; infinite when either has no colours.

    Every colour meets its nearest counterpart, weighted by share, both ways.
    """
    if not first.colours or not second.colours:
        return float("inf")
    a, b = np.asarray(first.colours, dtype=np.float64), np.asarray(second.colours, dtype=np.float64)
    gaps = np.linalg.norm(a[:, None, :3] - b[None, :, :3], axis=2)
    share_a, share_b = a[:, 3] / max(a[:, 3].sum(), 1e-9), b[:, 3] / max(b[:, 3].sum(), 1e-9)
    return float((gaps.min(axis=1) @ share_a + gaps.min(axis=0) @ share_b) / 2)


def palette_distances(first: Sequence[Piece], second: Sequence[Piece]) -> np.ndarray:
    """(n, m) `palette_distance` of each to each."""
    (labs, shares), (other_labs, other_shares) = _padded(first), _padded(second)
    # |a - b|^2 = |a|^2 + |b|^2 - 2ab of every colour to every colour, (n, colours, m, colours).
    squares, other_squares = (labs**2).sum(axis=2), (other_labs**2).sum(axis=2)
    gaps = squares[:, :, None, None] + other_squares[None, None] - 2 * np.tensordot(labs, other_labs, axes=(2, 2))
    gaps = np.sqrt(np.maximum(gaps, 0.0, out=gaps), out=gaps)
    gaps[shares == 0] = np.inf
    gaps[:, :, other_shares == 0] = np.inf
    there = np.where(shares[:, :, None] > 0, gaps.min(axis=3, initial=np.inf), 0.0)
    back = np.where(other_shares[None] > 0, gaps.min(axis=1, initial=np.inf), 0.0)
    known = np.outer(shares.sum(axis=1) > 0, other_shares.sum(axis=1) > 0)
    with np.errstate(invalid="ignore"):  # infinity times no share
        apart = (np.einsum("nkm,nk->nm", there, shares) + np.einsum("nmk,mk->nm", back, other_shares)) / 2
    return np.where(known, apart, np.inf)


def _padded(pieces: Sequence[Piece]) -> tuple[np.ndarray, np.ndarray]:
    """((n, k, 3) Lab, (n, k) shares that sum to 1); 0 where a piece has fewer colours than the one with most."""
    most = max((len(piece.colours) for piece in pieces), default=0)
    labs, shares = np.zeros((len(pieces), most, 3)), np.zeros((len(pieces), most))
    for row, piece in enumerate(pieces):
        if piece.colours:
            colours = np.asarray(piece.colours, dtype=np.float64)
            labs[row, : len(colours)] = colours[:, :3]
            shares[row, : len(colours)] = colours[:, 3] / max(colours[:, 3].sum(), 1e-9)
    return labs, shares
