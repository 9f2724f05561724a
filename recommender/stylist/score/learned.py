"""The learned pairwise term: how often people would wear these two together.

One hidden layer over what the describer knows of a piece (embedding, colours, kind, pattern,
styles), trained by `training.stylist.outfits` on outfits people wore in the street: pieces of
one outfit against swaps of the same kind. Each piece is projected once, (n, d); a pair's logit is a
sum over d, gated by the two slots. The file is a small .npz with its card beside it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from catalog.taxonomy import KINDS, MATERIALS, PATTERNS

from ..pieces import SEASON_SLUGS, STYLE_SLUGS, Piece
from ..rules.layers import SLOT_INDEX, WORN_SLOTS

WEIGHTS = Path(__file__).parent / "weights"
EMBEDDING_DIM = 256
_KIND_INDEX = {kind.slug: index for index, kind in enumerate(KINDS)}
_PATTERN_INDEX = {pattern.slug: index for index, pattern in enumerate(PATTERNS)}
_MATERIAL_INDEX = {material.slug: index for index, material in enumerate(MATERIALS)}
COLOUR_DIM = 13
FACTS_DIM = COLOUR_DIM + len(KINDS) + len(PATTERNS) + len(MATERIALS) + len(STYLE_SLUGS) + len(SEASON_SLUGS) + 1


class BadWeights(Exception):
    """The weight file does not match this code or the describer in use."""


def colour_facts(piece: Piece) -> np.ndarray:
    """(COLOUR_DIM,) float32 of a palette: lead, mean and spread in Lab, darkest and lightest L, mean
    chroma, share of the second colour; scaled to about one. Zeros without colours.
    """
    rows = np.array([c for c in piece.colours if np.isfinite(c).all() and c[3] > 0], dtype=np.float32).reshape(-1, 4)
    facts = np.zeros(COLOUR_DIM, dtype=np.float32)
    if not len(rows):
        return facts
    share = rows[:, 3] / rows[:, 3].sum()
    lab = (rows[:, :3] - (50, 0, 0)) / (25, 15, 15)
    mean = share @ lab
    facts[0:3], facts[3:6] = lab[0], mean
    facts[6:9] = np.sqrt(share @ (lab - mean) ** 2)
    facts[9], facts[10] = lab[:, 0].min(), lab[:, 0].max()
    facts[11] = share @ np.hypot(lab[:, 1], lab[:, 2])
    facts[12] = share[1] if len(share) > 1 else 0.0
    return facts


def facts_of(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, FACTS_DIM) float32: colours, kind, pattern, material, styles, seasons, formality.

    Unknown facts are zeros.
    """
    rows = np.zeros((len(pieces), FACTS_DIM), dtype=np.float32)
    for row, piece in zip(rows, pieces, strict=True):
        row[:COLOUR_DIM] = colour_facts(piece)
        at = COLOUR_DIM
        for index, slug, size in (
            (_KIND_INDEX, piece.kind, len(KINDS)),
            (_PATTERN_INDEX, piece.pattern, len(PATTERNS)),
            (_MATERIAL_INDEX, piece.material, len(MATERIALS)),
        ):
            if slug in index:
                row[at + index[slug]] = 1.0
            at += size
        if piece.styles is not None:
            row[at : at + len(STYLE_SLUGS)] = np.nan_to_num(piece.styles)
        at += len(STYLE_SLUGS)
        row[at : at + len(SEASON_SLUGS)] = [piece.seasons.get(slug, 0.0) for slug in SEASON_SLUGS]
        row[-1] = piece.formality
    return np.nan_to_num(rows)


def embeddings_of(pieces: Sequence[Piece]) -> tuple[np.ndarray, np.ndarray]:
    """((n, 256) float32 unit rows, (n,) bool known); a missing or broken embedding is zeros."""
    rows = np.zeros((len(pieces), EMBEDDING_DIM), dtype=np.float32)
    known = np.zeros(len(pieces), dtype=bool)
    for row, piece in enumerate(pieces):
        vector = piece.embedding
        if vector is not None and vector.shape == (EMBEDDING_DIM,) and np.isfinite(vector).all():
            length = float(np.linalg.norm(vector))
            if length > 0:
                rows[row], known[row] = vector / length, True
    return rows, known


@dataclass(frozen=True)
class Projected:
    """Pieces as the pairwise term sees them: z (n, d) float32, slot (n,) int, known (n,) bool."""

    z: np.ndarray
    slot: np.ndarray
    known: np.ndarray

    def take(self, rows: np.ndarray | Sequence[int]) -> "Projected":
        """Some rows, in that order."""
        return Projected(self.z[rows], self.slot[rows], self.known[rows])


@dataclass(frozen=True)
class PairModel:
    """Weights of the pairwise term.

    mean, scale: (p,) standardisation of [embedding, facts]; hidden: (p, h) and hidden_bias: (h,) of a
    rectified layer; projection: (h, d); gates: (slots, slots, d), symmetric in the slots; temperature
    and bias turn an outfit's mean pair logit into 0..1 so that 0.5 means "no more often than chance"
    (a pair on its own is read on the same scale). describer: key of the network whose embeddings it
    was trained on.
    """

    mean: np.ndarray
    scale: np.ndarray
    hidden: np.ndarray
    hidden_bias: np.ndarray
    projection: np.ndarray
    gates: np.ndarray
    temperature: float = 1.0
    bias: float = 0.0
    describer: str = ""

    def project(self, pieces: Sequence[Piece]) -> Projected:
        """Pieces as this model sees them; one without an embedding is unknown (0.5 with anything)."""
        embedding, known = embeddings_of(pieces)
        z = self.project_inputs(np.concatenate([embedding, facts_of(pieces)], axis=1))
        slot = np.array([SLOT_INDEX.get(piece.slot, len(WORN_SLOTS) - 1) for piece in pieces], dtype=np.intp)
        return Projected(z, slot, known)

    def project_inputs(self, inputs: np.ndarray) -> np.ndarray:
        """(n, p) embeddings and facts to (n, d) float32."""
        lit = np.maximum((inputs - self.mean) / self.scale @ self.hidden + self.hidden_bias, 0)
        return (lit @ self.projection).astype(np.float32)

    def logits(self, first: Projected, second: Projected) -> np.ndarray:
        """(n, m) float32 pair logits, 0 where either side is unknown."""
        table = np.zeros((len(first.z), len(second.z)), dtype=np.float32)
        for one in np.unique(first.slot):
            rows = np.flatnonzero(first.slot == one)
            for other in np.unique(second.slot):
                columns = np.flatnonzero(second.slot == other)
                gated = first.z[rows] * self.gates[one, other]
                table[np.ix_(rows, columns)] = gated @ second.z[columns].T
        table = (table + np.float32(self.bias)) * np.float32(self.temperature)
        return np.where(first.known[:, None] & second.known[None, :], table, np.float32(0))

    def agreement(self, first: Projected, second: Projected) -> np.ndarray:
        """(n, m) float32 in 0..1, 0.5 where either side is unknown."""
        return 1 / (1 + np.exp(-np.clip(self.logits(first, second), -30, 30)))


def save_model(model: PairModel, card: dict[str, Any], path: Path = WEIGHTS / "pairwise.npz") -> None:
    """Write the weights as float16 (.npz) and the card (.json) beside them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        mean=model.mean.astype(np.float32),
        scale=model.scale.astype(np.float32),
        hidden=model.hidden.astype(np.float16),
        hidden_bias=model.hidden_bias.astype(np.float16),
        projection=model.projection.astype(np.float16),
        gates=model.gates.astype(np.float16),
        temperature=np.float32(model.temperature),
        bias=np.float32(model.bias),
        describer=np.array(model.describer),
    )
    path.with_suffix(".json").write_text(json.dumps(card, indent=2, ensure_ascii=False, sort_keys=True) + "\n")


def read_model(path: Path = WEIGHTS / "pairwise.npz") -> PairModel:
    """Read what `save_model` wrote. Raises BadWeights when it is absent or of another shape."""
    try:
        with np.load(path, allow_pickle=False) as file:
            model = PairModel(
                file["mean"].astype(np.float32),
                file["scale"].astype(np.float32),
                file["hidden"].astype(np.float32),
                file["hidden_bias"].astype(np.float32),
                file["projection"].astype(np.float32),
                file["gates"].astype(np.float32),
                float(file["temperature"]),
                float(file["bias"]),
                str(file["describer"]),
            )
    except (OSError, KeyError, ValueError) as error:
        raise BadWeights(f"{path}: {error}") from error
    inputs, dim = len(model.hidden), model.projection.shape[1]
    if inputs != EMBEDDING_DIM + FACTS_DIM or model.gates.shape != (len(WORN_SLOTS), len(WORN_SLOTS), dim):
        raise BadWeights(f"{path}: made for other facts, train it again")
    return model


@lru_cache(maxsize=1)
def default_model() -> PairModel | None:
    """The shipped weights, read once; None when there are none (the other parts then carry on)."""
    try:
        return read_model()
    except BadWeights:
        return None


# What callers pass: a model, none to do without the learned term, or the shipped one.
ModelChoice = PairModel | Literal["default"] | None


def chosen_model(choice: ModelChoice) -> PairModel | None:
    """The model a caller chose."""
    return default_model() if choice == "default" else choice
