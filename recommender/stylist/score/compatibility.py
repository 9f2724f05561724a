"""The learned compatibility model: how well pieces go together, taught by outfits that people composed.

    from recommender.stylist.score.compatibility import compatibility

    model = compatibility()                  # None where the weights are absent; read once a process
    seen = model.encode(pieces)              # Sequence[Piece] -> Encoded, once a request
    model.logits(seen, outfits)              # (m, k) rows of `pieces`, -1 where there is none -> (m,) float32
    model.agreement(seen, outfits)           # the same as 0..1: 0.5 is what a random outfit of these kinds gets
    model.pairs(seen)                        # (n, n) float32 logits of outfits of two, for pruning a search
    model.pair_agreement(seen, others)       # the same as 0..1

A piece is encoded by a small network over its embedding and facts (`features`) into an item vector z and a context
vector c. A piece i fits the rest R of its outfit by

    fit(i, R) = mean over j in R of sum(gate[slot i, slot j] * z_i * z_j)      pairs, symmetric
              + z_i . query(mean over j in R of c_j, slot i)                   the outfit as a whole

and an outfit's logit is the mean of fit over its pieces (leave one out). Members taught on studio photos know little of
garments cut out of street photos, and the other way round; so this is a mixture of experts: a logistic gate over each
piece says how far it looks like what a member was taught on. NumPy alone: no torch, no onnxruntime.
A member that has no embedding or no colours is read by what is known of it; nothing is ever an error.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..pieces import Piece
from ..rules.layers import SLOT_INDEX, WORN_SLOTS
from .features import EMBEDDING_DIM, FACTS_DIM, embeddings_of, facts_of

WEIGHTS = Path(__file__).parent / "weights"
FILE = WEIGHTS / "compatibility.npz"
# A unit vector of 256 numbers beside facts of about one: without the gain the facts would drown it.
EMBEDDING_GAIN = 8.0
INPUTS = EMBEDDING_DIM + FACTS_DIM
_BLOCK = 4096  # outfits scored at once, so that memory stays in tens of megabytes


class BadWeights(Exception):
    """The weight file does not match this code."""


def inputs_of(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, INPUTS) float32: what the encoder reads."""
    embedding, _ = embeddings_of(pieces)
    return np.concatenate([embedding * np.float32(EMBEDDING_GAIN), facts_of(pieces)], axis=1)


def slots_of(pieces: Sequence[Piece]) -> np.ndarray:
    """(n,) int index of each piece's slot in WORN_SLOTS; what has none counts as an accessory."""
    return np.array([SLOT_INDEX.get(piece.slot, len(WORN_SLOTS) - 1) for piece in pieces], dtype=np.intp)


@dataclass(frozen=True)
class Encoded:
    """Pieces as the model sees them: item (n, d) and context (n, d) float32, slot (n,) int."""

    item: np.ndarray
    context: np.ndarray
    slot: np.ndarray

    def take(self, rows: np.ndarray | Sequence[int]) -> "Encoded":
        """Some rows, in that order."""
        return Encoded(self.item[rows], self.context[rows], self.slot[rows])


@dataclass(frozen=True)
class Compatibility:
    """Weights, all float32.

    hidden (members, INPUTS, h) with hidden_bias (members, h), output (members, h, 2 d) with output_bias:
    the encoder, of one or more networks whose vectors stand side by side; gates (members, slots, slots, d),
    symmetric in the slots; query (members, d, q) with query_slot (members, slots, q) and reply (members, q, d):
    the outfit as a whole; expert (members, INPUTS) with expert_bias (members,): the gate of the mixture, whose square
    root scales the item vectors. slope and bias calibrate a logit to 0..1. classifier: key of the classifier whose
    embeddings it was taught with.
    """

    hidden: np.ndarray
    hidden_bias: np.ndarray
    output: np.ndarray
    output_bias: np.ndarray
    gates: np.ndarray
    query: np.ndarray
    query_slot: np.ndarray
    reply: np.ndarray
    expert: np.ndarray
    expert_bias: np.ndarray
    slope: float = 1.0
    bias: float = 0.0
    classifier: str = ""

    @property
    def dim(self) -> int:
        """Length of one member's item vector."""
        return int(self.gates.shape[-1])

    def encode(self, pieces: Sequence[Piece]) -> Encoded:
        """Pieces as this model sees them; about 3 ms for 500."""
        return self.encode_inputs(inputs_of(pieces), slots_of(pieces))

    def encode_inputs(self, inputs: np.ndarray, slot: np.ndarray) -> Encoded:
        """inputs: (n, INPUTS) float32 of `inputs_of`; slot: (n,) of `slots_of`."""
        d = self.dim
        share = np.sqrt(_chance(inputs @ self.expert.T + self.expert_bias))
        found = [
            np.maximum(inputs @ hidden + bias, 0) @ output + output_bias
            for hidden, bias, output, output_bias in zip(
                self.hidden, self.hidden_bias, self.output, self.output_bias, strict=True
            )
        ]
        return Encoded(
            np.concatenate([one[:, :d] * share[:, at, None] for at, one in enumerate(found)], axis=1),
            np.concatenate([one[:, d:] for one in found], axis=1),
            slot,
        )

    def gated(self, seen: Encoded, others: Encoded | None = None) -> np.ndarray:
        """(n, m) float32: the symmetric term of every two pieces, uncalibrated."""
        second = seen if others is None else others
        gates = np.concatenate(list(self.gates), axis=-1) / np.float32(len(self.gates))
        table = np.zeros((len(seen.slot), len(second.slot)), dtype=np.float32)
        for one in np.unique(seen.slot):
            rows = np.flatnonzero(seen.slot == one)
            for other in np.unique(second.slot):
                columns = np.flatnonzero(second.slot == other)
                table[np.ix_(rows, columns)] = (seen.item[rows] * gates[one, other]) @ second.item[columns].T
        return table

    def pairs(self, seen: Encoded, others: Encoded | None = None) -> np.ndarray:
        """(n, m) float32: the logit of every outfit of two; a piece with itself means nothing."""
        second = seen if others is None else others
        there, back = self._answers(seen, second), self._answers(second, seen).T
        whole = self.gated(seen, second) + (there + back) / 2
        return np.float32(self.slope) * whole + np.float32(self.bias)

    def _answers(self, seen: Encoded, company: Encoded) -> np.ndarray:
        """(n, m) float32: how each piece suits what each other alone asks for in its place."""
        table = np.zeros((len(seen.slot), len(company.slot)), dtype=np.float32)
        for slot in np.unique(seen.slot):
            rows = np.flatnonzero(seen.slot == slot)
            asked = self._asked(company.context, np.full(len(company.slot), slot))
            table[rows] = seen.item[rows] @ asked.T
        return table

    def _asked(self, rest: np.ndarray, slot: np.ndarray) -> np.ndarray:
        """(..., members * d): what a context (..., members * d) asks for in a slot (...)."""
        d, members = self.dim, len(self.query)
        return np.concatenate(
            [
                np.maximum(rest[..., at * d : (at + 1) * d] @ self.query[at] + self.query_slot[at][slot], 0)
                @ (self.reply[at] / np.float32(members))
                for at in range(members)
            ],
            axis=-1,
        )

    def pair_agreement(self, seen: Encoded, others: Encoded | None = None) -> np.ndarray:
        """(n, m) float32 in 0..1 of every outfit of two."""
        return _chance(self.pairs(seen, others))

    def fits(self, seen: Encoded, outfits: np.ndarray, gated: np.ndarray | None = None) -> np.ndarray:
        """(m, k) float32: how well each piece fits the rest of its outfit (leave one out), 0 where there is none.

        outfits: (m, k) rows of `seen`, -1 where there is none. gated: `gated(seen)` where it is at hand.
        """
        outfits = np.atleast_2d(np.asarray(outfits, dtype=np.intp))
        table = self.gated(seen) if gated is None else gated
        blocks = [self._fits(seen, outfits[at : at + _BLOCK], table) for at in range(0, len(outfits), _BLOCK)]
        return np.concatenate(blocks) if blocks else np.zeros(outfits.shape, dtype=np.float32)

    def _fits(self, seen: Encoded, outfits: np.ndarray, gated: np.ndarray) -> np.ndarray:
        worn = outfits >= 0
        safe = np.where(worn, outfits, 0)
        others = np.maximum(worn.sum(axis=1, keepdims=True) - 1, 1).astype(np.float32)
        both = worn[:, :, None] & worn[:, None, :] & ~np.eye(outfits.shape[1], dtype=bool)
        pairs = np.where(both, gated[safe[:, :, None], safe[:, None, :]], np.float32(0)).sum(axis=2) / others
        context = np.where(worn[..., None], seen.context[safe], np.float32(0))
        rest = (context.sum(axis=1, keepdims=True) - context) / others[..., None]
        whole = np.einsum("mkd,mkd->mk", self._asked(rest, seen.slot[safe]), seen.item[safe])
        return np.where(worn, pairs + whole, np.float32(0))

    def logits(self, seen: Encoded, outfits: np.ndarray, gated: np.ndarray | None = None) -> np.ndarray:
        """(m,) float32 of outfits as in `fits`, calibrated; an outfit of one piece has no opinion (0)."""
        outfits = np.atleast_2d(np.asarray(outfits, dtype=np.intp))
        count = (outfits >= 0).sum(axis=1)
        mean = self.fits(seen, outfits, gated).sum(axis=1) / np.maximum(count, 1)
        return np.where(count > 1, np.float32(self.slope) * mean + np.float32(self.bias), np.float32(0))

    def agreement(self, seen: Encoded, outfits: np.ndarray, gated: np.ndarray | None = None) -> np.ndarray:
        """(m,) float32 in 0..1 of outfits as in `fits`."""
        return _chance(self.logits(seen, outfits, gated))

    def with_calibration(self, slope: float, bias: float) -> "Compatibility":
        """The same weights under another calibration."""

        return replace(self, slope=slope, bias=bias)


def _chance(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)


_ARRAYS = (
    "hidden",
    "hidden_bias",
    "output",
    "output_bias",
    "gates",
    "query",
    "query_slot",
    "reply",
    "expert",
    "expert_bias",
)


def save_compatibility(model: Compatibility, card: dict[str, Any], path: Path = FILE) -> None:
    """Write the weights as float16 (.npz) and the card (.json) beside them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {name: getattr(model, name).astype(np.float16) for name in _ARRAYS}
    calibration = np.array([model.slope, model.bias], dtype=np.float32)
    np.savez_compressed(path, **arrays, calibration=calibration, classifier=np.array(model.classifier))
    path.with_suffix(".json").write_text(json.dumps(card, indent=2, ensure_ascii=False, sort_keys=True) + "\n")


def read_compatibility(path: Path = FILE) -> Compatibility:
    """Read what `save_compatibility` wrote. Raises BadWeights when it is absent or of another shape."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name].astype(np.float32) for name in _ARRAYS}
            slope, bias = (float(value) for value in file["calibration"])
            model = Compatibility(**arrays, slope=slope, bias=bias, classifier=str(file["classifier"]))
    except (OSError, KeyError, ValueError) as error:
        raise BadWeights(f"{path}: {error}") from error
    slots = len(WORN_SLOTS)
    if model.hidden.shape[1] != INPUTS or model.gates.shape[1:3] != (slots, slots):
        raise BadWeights(f"{path}: made for other facts, train it again")
    return model


@lru_cache(maxsize=1)
def compatibility() -> Compatibility | None:
    """The shipped model, read once a process; None when there is none (the other parts then carry on)."""
    try:
        return read_compatibility()
    except BadWeights:
        return None


# What callers pass: a model, none to do without the learned term, or the shipped one.
ModelChoice = Compatibility | Literal["default"] | None


def chosen_model(choice: ModelChoice) -> Compatibility | None:
    """The model a caller chose."""
    return compatibility() if choice == "default" else choice
