"""What owners call their clothes: `recommender/vision/classes.json`, from the embeddings of their photos."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression

from recommender.vision.cards import WEIGHTS
from recommender.vision.describe.classifier import BATCH, OnnxClassifier
from recommender.vision.describe.embedding_classifier import TABLE
from recommender.vision.models import Models
from training.vision.crop_sets import CropSets
from training.vision.crops import STILL, Crop
from training.vision.evaluation import class_kinds
from training.vision.labels import SMALL_SET
from training.vision.packs import load_masks

STRENGTH = 4.0  # of the fit, as scikit-learn's C: larger follows single photos more closely


def embeddings(classifier: OnnxClassifier, sets: CropSets, crops: list[Crop]) -> np.ndarray:
    """(n, 256) of unit length: each closet photo as it is and cut out, as the pipeline looks at it."""
    rng = np.random.default_rng(0)
    side = max(classifier.card.input.size)
    both = []
    for cut in (0.0, 1.0):
        found: list[np.ndarray] = []
        for start in range(0, len(crops), BATCH):
            pictures = [sets.reader.draw(crop, side, STILL, rng, cut, 1.0) for crop in crops[start : start + BATCH]]
            found += [one.embedding for one in classifier([Image.fromarray(picture) for picture in pictures])]
        both.append(np.stack(found))
    together = both[0] + both[1]
    return np.asarray(together / np.linalg.norm(together, axis=1, keepdims=True))


def write_table(cache: Path, data: Path, threads: int, weights: Path = WEIGHTS, path: Path = TABLE) -> None:
    """Fit the table to every training photo of the ten classes; its figure is of senders it did not learn from."""
    classifier = OnnxClassifier(Models(threads=threads), weights)
    sets = CropSets(cache, data, load_masks(cache / "closet_masks.npz"))
    words = list(SMALL_SET)
    named = [(crop, crop.article.removeprefix("closet ")) for crop in sets.crops if crop.source == "closet"]
    crops = [crop for crop, word in named if word in SMALL_SET]
    wanted = np.array([words.index(word) for _, word in named if word in SMALL_SET])
    held = np.array([crop.validation for crop in crops])
    seen = embeddings(classifier, sets, crops)
    fit = LogisticRegression(C=STRENGTH, max_iter=3000).fit(seen[~held], wanted[~held])
    record = {
        "key": f"classes-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M}",
        "licence": "MIT, of these numbers; see training_data for what they were fitted to",
        "training_data": ["clothing-dataset by Alexey Grigorev (CC0): the words its senders' clothes were given"],
        "metrics": {
            "ten classes by this alone": round(float(fit.score(seen[held], wanted[held])), 4),
            "validation": "senders that training.vision.splits holds back",
        },
        "rebuild": "python -m training classes",
        "describer": classifier.key,
        "classes": {word: sorted(class_kinds(word)) for word in words},
        "weights": np.round(fit.coef_, 3).tolist(),
        "bias": np.round(fit.intercept_, 3).tolist(),
    }
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    print(record["metrics"])
