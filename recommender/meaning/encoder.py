"""A linear text encoder: hashed words and character n-grams times one matrix, landing on the image embedding.

    encoder = text_encoder()              # None where the weights are absent or belong to another classifier
    encoder.encode("something warm")      # (256,) float32 of unit length; None of a text without a word it knows

The matrix is a ridge regression (training/words/text_encoder.py) from texts about products (titles, facts in both
languages, tags of looks) to the centred embedding of their photos. So words are near the pictures they were said of,
pictures that nobody tagged included. Inner products with embeddings order as the regression predicts.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from catalog.words import hangul

WEIGHTS: Final = Path(__file__).parent / "weights"
CARD: Final = WEIGHTS / "text.json"
BUCKETS: Final = 8192
_MOST_WORDS: Final = 24
_MOST_LETTERS: Final = 400
_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
_PAIR_SHARE: Final = 0.7  # of two words in a row, against a word's 1
_SIGN: Final = 1 << 20  # the bit of a hash that says whether it adds or takes away


class BadWeights(Exception):
    """The weight file is not what its card says."""


def words_of(text: str) -> list[str]:
    return _WORD.findall(hangul.normal(text[:_MOST_LETTERS]))[:_MOST_WORDS]


def word_code(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace"))


def features(text: str) -> Mapping[int, float]:
    """Bucket -> weight: words, pairs of words, and 2- and 3-grams of letters within words. Not yet of unit length."""
    said: dict[str, float] = defaultdict(float)
    words = words_of(text)
    for word in words:
        said[f"w:{word}"] += 1
        grams = _grams(word)
        for gram in grams:
            said[f"g:{gram}"] += len(grams) ** -0.5
    for first, second in pairwise(words):
        said[f"b:{first} {second}"] += _PAIR_SHARE
    buckets: dict[int, float] = defaultdict(float)
    for name, weight in said.items():
        code = zlib.crc32(name.encode("utf-8", "replace"))
        buckets[code % BUCKETS] += weight if code & _SIGN else -weight
    return buckets


def _grams(word: str) -> list[str]:
    marked = f"<{word}>"
    grams = [marked[at : at + 3] for at in range(len(marked) - 2)]
    if hangul.has_hangul(word):
        grams += [word[at : at + 2] for at in range(len(word) - 1)]
    return grams


def row_of(text: str) -> NDArray[np.float32] | None:
    """(BUCKETS,) float32 of unit length; None of a text without a word."""
    row = np.zeros(BUCKETS, np.float32)
    for bucket, weight in features(text).items():
        row[bucket] = weight
    length = float(np.linalg.norm(row))
    return row / length if length else None


@dataclass(frozen=True)
class TextEncoder:
    """matrix: (BUCKETS, d) float32. describer: the key of the classifier whose embedding it lands on.

    taught: `word_code` of the words it was taught. Of others it would go by their letters alone.
    """

    matrix: NDArray[np.float32]
    describer: str
    taught: frozenset[int]

    def knows(self, word: str) -> bool:
        return word_code(word) in self.taught

    def encode(self, text: str) -> NDArray[np.float32] | None:
        """Of the words it knows; None where it knows none."""
        buckets = features(" ".join(word for word in words_of(text) if self.knows(word)))
        if not buckets:
            return None
        weights = np.fromiter(buckets.values(), np.float32, len(buckets))
        vector = weights @ self.matrix[np.fromiter(buckets, np.intp, len(buckets))]
        length = float(np.linalg.norm(vector))
        return (vector / length).astype(np.float32) if length > 0 else None


def card() -> dict[str, Any]:
    """Raises FileNotFoundError."""
    record: dict[str, Any] = json.loads(CARD.read_text(encoding="utf-8"))
    return record


@lru_cache(maxsize=1)
def text_encoder() -> TextEncoder | None:
    """The one that ships, read once a process. Raises BadWeights where the file is not the card's."""
    try:
        record = card()
        content = (WEIGHTS / record["file"]).read_bytes()
    except FileNotFoundError:
        return None
    with np.load(io.BytesIO(content)) as kept:
        matrix, taught = kept["matrix"].astype(np.float32), frozenset(kept["taught"].tolist())
    if matrix.shape[0] != BUCKETS or hashlib.sha256(content).hexdigest() != record["sha256"]:
        raise BadWeights(f"{record['file']} is not the file of card {record['key']}")
    return TextEncoder(matrix, record["describer"], taught)
