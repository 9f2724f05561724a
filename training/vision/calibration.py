"""Temperatures: one number a head that makes its probabilities mean what they say."""

import numpy as np
from scipy.optimize import minimize_scalar


def softmax(logits: np.ndarray) -> np.ndarray:
    """Row-wise softmax of (n, c)."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """The logistic function."""
    return 1 / (1 + np.exp(-logits))


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error over equal-width bins. confidence: (n,) 0..1; right: (n,) 0 or 1."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for i in range(bins):
        here = place == i
        if here.any():
            error += here.mean() * abs(confidence[here].mean() - right[here].mean())
    return float(error)


def fit_softmax(logits: np.ndarray, allowed: np.ndarray) -> tuple[float, float]:
    """The temperature that minimises the loss of partial labels, and the calibration error with it.

    logits: (n, c). allowed: (n, c) bool, the classes any of which would be right.
    """

    def loss(log_t: float) -> float:
        p = softmax(logits / np.exp(log_t))
        return float(-np.log(np.maximum((p * allowed).sum(1), 1e-12)).mean())

    best = minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded")
    temperature = float(np.exp(best.x))
    p = softmax(logits / temperature)
    top = p.argmax(1)
    return temperature, calibration_error(p.max(1), allowed[np.arange(len(top)), top])


def fit_sigmoid(logits: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """As `fit_softmax` for independent yes-or-no outputs. logits, truth: (n, c), truth 0 or 1."""

    def loss(log_t: float) -> float:
        p = np.clip(sigmoid(logits / np.exp(log_t)), 1e-9, 1 - 1e-9)
        return float(-(truth * np.log(p) + (1 - truth) * np.log(1 - p)).mean())

    best = minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded")
    temperature = float(np.exp(best.x))
    p = sigmoid(logits / temperature).ravel()
    return temperature, calibration_error(np.maximum(p, 1 - p), ((p > 0.5) == (truth.ravel() > 0.5)).astype(float))
