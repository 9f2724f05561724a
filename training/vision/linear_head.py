"""A linear head on frozen embeddings, fitted beside the classifier's own opinion."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp

from recommender.vision.describe.heads import LEAST, Head


def fitted_head(
    rows: np.ndarray,
    truth: Sequence[Collection[str]],
    seen: Sequence[Mapping[str, float]],
    labels: Sequence[str],
    *,
    strength: float,
    own: float,
) -> Head:
    """Multinomial logistic regression with the classifier's logarithms as a fixed offset.

    rows: (n, d) embeddings. truth: of n, the `labels` of which any is right. seen: of n, label -> the classifier's
    probability, of which the logarithm counts `own` times. strength: the inverse of the L2 penalty.
    """
    names = tuple(labels)
    table = rows.astype(float)
    offset = own * np.log([[max(one.get(name, 0.0), LEAST) for name in names] for one in seen])
    with np.errstate(divide="ignore"):
        right = np.log(np.array([[name in true for name in names] for true in truth], float))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = flat[: -len(names)].reshape(len(names), -1), flat[-len(names) :]
        apart = log_softmax(table @ weights.T + bias + offset, axis=1)
        among = logsumexp(apart + right, axis=1, keepdims=True)  # of any right label
        wrong = np.exp(apart) - np.exp(apart + right - among)
        gradient = np.concatenate([(wrong.T @ table + weights / strength).ravel(), wrong.sum(axis=0) + bias / 50])
        return float(-among.sum() + (weights**2).sum() / (2 * strength) + (bias**2).sum() / 100), gradient

    found = minimize(loss, np.zeros(len(names) * (table.shape[1] + 1)), jac=True, method="L-BFGS-B").x
    weights = found[: -len(names)].reshape(len(names), -1)
    return Head(names, weights.astype(np.float32), found[-len(names) :].astype(np.float32), own)
