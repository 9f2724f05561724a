"""The vector that words mean, in the space of the pictures' embedding; None where no text encoder is installed."""

from __future__ import annotations

from recommender.index.similarity import Vector


def vector_of(text: str) -> Vector | None:
    """(256,) float32, L2-normalised."""
    return None
