"""A linear head on frozen embeddings, fitted beside the classifier's own opinion."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from recommender.vision.describe.heads import LEAST, Head


def fitted_head(
    rows: np.ndarray,
    truth: Sequence[str],
    seen: Sequence[Mapping[str, float]],
    labels: Sequence[str],
    *,
    strength: float,
    own: float,
) -> Head:
    """Multinomial logistic regression with the classifier's logarithms as a fixed offset.

    rows: (n, d) embeddings. truth: n of the `labels`. seen: of n, label -> the classifier's probability, of which the
    logarithm counts `own` times. strength: the inverse of the L2 penalty.
    """
    names = tuple(labels)
    table = rows.astype(float)
    offset = own * np.log([[max(one.get(name, 0.0), LEAST) for name in names] for one in seen])
    hot = np.array([[name == true for name in names] for true in truth], float)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = flat[: -len(names)].reshape(len(names), -1), flat[-len(names) :]
        apart = log_softmax(table @ weights.T + bias + offset, axis=1)
        wrong = np.exp(apart) - hot
        gradient = np.concatenate([(wrong.T @ table + weights / strength).ravel(), wrong.sum(axis=0) + bias / 50])
        return float(-(apart * hot).sum() + (weights**2).sum() / (2 * strength) + (bias**2).sum() / 100), gradient

    found = minimize(loss, np.zeros(len(names) * (table.shape[1] + 1)), jac=True, method="L-BFGS-B").x
    weights = found[: -len(names)].reshape(len(names), -1)
    return Head(names, weights.astype(np.float32), found[-len(names) :].astype(np.float32), own)
