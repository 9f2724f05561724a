"""Which classifier's vectors are current. Rows of other models are neither compared nor shown as ready.

Reads the classifier's card alone, so that the web process may ask too.
"""

import json
from functools import lru_cache

from recommender.vision.cards import WEIGHTS

NONE = "none"


@lru_cache(maxsize=1)
def current_model_key() -> str:
    """The key of the classifier in `recommender/vision/weights/`, which changes with every retraining.

    `NONE` where none is installed: then nothing has a vector, and pages say so instead of failing.
    """
    try:
        return str(json.loads((WEIGHTS / "classifier.json").read_text(encoding="utf-8"))["key"])
    except FileNotFoundError:
        return NONE
