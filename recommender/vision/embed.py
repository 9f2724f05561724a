"""A garment's place among others: one direction from several views of it.

The describer's one pass yields what is said of a view and its vector alike; what remains is to make one garment of
the views.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.vision.describe import Description


def embedding_of(views: Sequence[Description]) -> NDArray[np.float32]:
    """(d,) float32, L2-normalised: the mean direction of the views; zeros where they point apart altogether."""
    mean = np.sum([view.embedding for view in views], axis=0)
    result: NDArray[np.float32] = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
    return result
