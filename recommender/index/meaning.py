"""The vector that words mean, in the space of the pictures' embedding."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from recommender.index.model_key import current_model_key
from recommender.index.similarity import Vector
from recommender.meaning.encoder import TextEncoder, text_encoder


@lru_cache(maxsize=1024)
def vector_of(text: str) -> Vector | None:
    """(256,) float32, L2-normalised; None of a text without words that the encoder was taught, and where no text
    encoder of the current classifier is installed."""
    encoder = _current()
    return None if encoder is None else encoder.encode(text)


def known_words(words: Collection[str]) -> frozenset[str]:
    """Those of the words that the encoder was taught."""
    encoder = _current()
    return frozenset() if encoder is None else frozenset(word for word in words if encoder.knows(word))


def _current() -> TextEncoder | None:
    encoder = text_encoder()
    return encoder if encoder is not None and encoder.describer == current_model_key() else None
