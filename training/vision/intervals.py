"""95 % intervals by bootstrap over whole units (senders, photos), whose photos are alike."""

from collections.abc import Sequence

import numpy as np

ROUNDS = 2_000


def interval(values: Sequence[float] | np.ndarray, units: Sequence[str]) -> tuple[float, float]:
    """The 95 % interval of the mean of `values`. values, units: one a sample; units are drawn whole."""
    number = np.unique(np.asarray(units), return_inverse=True)[1]
    count = int(number.max(initial=-1)) + 1
    if not count:
        return float("nan"), float("nan")
    sums = np.bincount(number, np.asarray(values, float), count)
    sizes = np.bincount(number, minlength=count)
    drawn = np.random.default_rng(0).integers(count, size=(ROUNDS, count))
    low, high = np.percentile(sums[drawn].sum(1) / sizes[drawn].sum(1), [2.5, 97.5])
    return float(low), float(high)
