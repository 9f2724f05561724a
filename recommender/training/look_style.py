"""The describer's `style` head: a linear layer on its features of a whole person, fitted on few looks.

188 photos cannot train a network; they can place a plane. The features are those of `describer.onnx` fed with
a person's crop at `LOOK_SIZE` (the net is fully convolutional). Six styles come from the look photos. Girlish
and chic have no photos here: their planes are fitted on weak rules over the tags of the street photos, and the
card says so.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from torch import Tensor, nn

from catalog.taxonomy import STYLES
from recommender.training.describer import Council, Describer
from recommender.training.encoder import as_input
from recommender.training.onnx_files import Compiled
from recommender.training.packs import Pack
from recommender.training.splits import look_folds

LOOK_SIZE = (320, 160)
LOOK_STYLES = {
    "americancasual": "amekaji",
    "casual": "casual",
    "dandy": "dandy",
    "formal": "formal",
    "sports": "sporty",
    "street": "street",
}
STYLE_SLUGS = tuple(style.slug for style in STYLES)
VARIANTS = 6
FOLDS = 6
STRENGTHS = (0.0005, 0.002, 0.008, 0.03)

_GIRLISH = frozenset({"dress", "skirt", "blouse", "romper"})
_NOT_GIRLISH = frozenset({"jacket", "blazer", "boots", "jeans", "pants", "coat", "vest", "sneakers", "hoodie", "tie"})
_CHIC_OVER = frozenset({"blazer", "coat", "jacket"})
_CHIC_FEET = frozenset({"heels", "pumps", "boots", "loafers"})
_NOT_CHIC = frozenset({"sneakers", "hoodie", "t-shirt", "shorts", "sweatshirt", "hat", "jeans", "sandals"})


@dataclass(frozen=True)
class StyleHead:
    """weights: (8, 1280) and bias (8,) float32, on raw features; figures: what cross-validation says."""

    weights: np.ndarray
    bias: np.ndarray
    figures: dict[str, float]


def person_box(image: np.ndarray, threshold: int = 16) -> tuple[int, int, int, int]:
    """The box of what differs from a studio wall, in (h, w, 3) uint8; the whole picture where nothing does."""
    border = np.concatenate([image[:4].reshape(-1, 3), image[:, :4].reshape(-1, 3), image[:, -4:].reshape(-1, 3)])
    wall = np.median(border, axis=0)
    ink = (np.abs(image.astype(int) - wall).max(axis=2) > threshold).astype(np.uint8)
    ink = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    x, y, w, h = cv2.boundingRect(ink)
    return (x, y, x + w, y + h) if w > 20 and h > 40 else (0, 0, image.shape[1], image.shape[0])


def boxed(image: np.ndarray, box: tuple[int, int, int, int], size: tuple[int, int] = LOOK_SIZE) -> np.ndarray:
    """The crop letterboxed on white to (height, width, 3) uint8."""
    crop = image[box[1] : box[3], box[0] : box[2]]
    scale = min(size[0] / crop.shape[0], size[1] / crop.shape[1])
    width, height = max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(crop, (width, height), interpolation=how)
    canvas = np.full((*size, 3), 255, np.uint8)
    y, x = (size[0] - height) // 2, (size[1] - width) // 2
    canvas[y : y + height, x : x + width] = small
    return canvas


def variant(image: np.ndarray, box: tuple[int, int, int, int], number: int, rng: np.random.Generator) -> np.ndarray:
    """The person's crop, a little differently each time; number 0 is plain, 1 its mirror image."""
    x0, y0, x1, y1 = box
    if number > 1:
        dx, dy = (x1 - x0) * 0.08, (y1 - y0) * 0.03
        x0, x1 = x0 + rng.uniform(-dx, dx), x1 + rng.uniform(-dx, dx)
        y0, y1 = y0 + rng.uniform(-dy, dy), y1 + rng.uniform(-dy, dy)
    whole = (max(0, round(x0)), max(0, round(y0)), min(image.shape[1], round(x1)), min(image.shape[0], round(y1)))
    picture = boxed(image, whole)
    if number % 3 == 2:
        # Faces are blanked before style is judged.
        picture = picture.copy()
        middle = LOOK_SIZE[1] // 2 + int(rng.integers(-10, 11))
        picture[12:40, middle - 13 : middle + 13] = 128
    return np.ascontiguousarray(picture[:, ::-1]) if number % 2 else picture


class FeaturesOnly(nn.Module):
    """A describer that says its pooled features and nothing else."""

    def __init__(self, network: Describer | Council) -> None:
        super().__init__()
        self.network = network

    def forward(self, crops: Tensor) -> dict[str, Tensor]:
        """(n, 3, h, w) -> `features` (n, d)."""
        return {"features": self.network.features(crops)}


def compiled_features(network: Describer | Council) -> Compiled:
    """`FeaturesOnly` for judging many pictures."""
    return Compiled(FeaturesOnly(network), torch.zeros(2, 3, 128, 128), ["features"], {"features": {0: "n"}})


@torch.no_grad()
def features(network: Compiled | FeaturesOnly, pictures: list[np.ndarray]) -> np.ndarray:
    """(n, d) float32 of pictures of one size."""
    device = next(network.parameters()).device
    parts = [
        network(as_input(np.stack(pictures[i : i + 16]), device))["features"].cpu().numpy()
        for i in range(0, len(pictures), 16)
    ]
    return np.concatenate(parts)


def weak_styles(tags: set[str]) -> dict[str, bool]:
    """What a street photo's tags say of girlish and chic; absent: nothing."""
    said = {}
    if tags & _GIRLISH and not tags & _NOT_GIRLISH:
        said["girlish"] = True
    elif not tags & _GIRLISH:
        said["girlish"] = False
    if tags & _CHIC_OVER and tags & _CHIC_FEET and not tags & _NOT_CHIC:
        said["chic"] = True
    elif tags & _NOT_CHIC:
        said["chic"] = False
    return said


def _plane(x: np.ndarray, y: np.ndarray, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (c, d) and bias (c,) of a logistic regression over standardised features."""
    mean, std = x.mean(0), x.std(0) + 1e-4
    fitted = LogisticRegression(C=strength, max_iter=400).fit((x - mean) / std, y)
    weights = fitted.coef_ / std
    return weights, fitted.intercept_ - weights @ mean


def fit_style(network: Compiled | FeaturesOnly, looks: Pack, street: Pack, seed: int = 11) -> StyleHead:
    """Fit the style head on the looks (and the street photos' tags), and cross-validate it on the looks."""
    x, y, names, folds = _look_features(network, looks, seed)
    scores = {strength: _cross_validate(x, y, folds, strength) for strength in STRENGTHS}
    best = max(scores, key=lambda strength: scores[strength]["style macro f1"])
    weights, bias = _plane(x.reshape(-1, x.shape[2]), np.repeat(y, VARIANTS), best)
    head, shift = np.zeros((len(STYLE_SLUGS), x.shape[2])), np.zeros(len(STYLE_SLUGS))
    for i, name in enumerate(names):
        head[STYLE_SLUGS.index(name)], shift[STYLE_SLUGS.index(name)] = weights[i], bias[i]
    # One of six by softmax; as six independent chances each logit is measured against the rest.
    logits = x[:, 0] @ weights.T + bias
    offset = float(np.mean([np.logaddexp.reduce(row) for row in logits]))
    shift[[STYLE_SLUGS.index(name) for name in names]] -= offset
    _add_weak(network, street, x[:, 0], head, shift)
    return StyleHead(head.astype(np.float32), shift.astype(np.float32), scores[best] | {"style strength": best})


def _look_features(
    network: Compiled | FeaturesOnly, looks: Pack, seed: int
) -> tuple[np.ndarray, np.ndarray, list[str], np.ndarray]:
    """Features (n, VARIANTS, d), style numbers (n,), what the numbers mean, and folds (n,) of the looks."""
    rng = np.random.default_rng(seed)
    slugs = [LOOK_STYLES[row["style"]] for row in looks.rows]
    pictures = []
    for index in range(len(looks)):
        image = looks.image(index)
        box = person_box(image)
        pictures += [variant(image, box, number, rng) for number in range(VARIANTS)]
    x = features(network, pictures).reshape(len(looks), VARIANTS, -1)
    names = sorted(set(slugs))
    folds = np.array(look_folds(len(looks), FOLDS, slugs))
    return x, np.array([names.index(slug) for slug in slugs]), names, folds


def out_of_fold(network: Compiled | FeaturesOnly, looks: Pack, strength: float = 0.008, seed: int = 11) -> np.ndarray:
    """(n, styles) logits of each look by a head that never saw it, styles in alphabetical order."""
    x, y, _, folds = _look_features(network, looks, seed)
    return _held_out_logits(x, y, folds, strength)


def _held_out_logits(x: np.ndarray, y: np.ndarray, folds: np.ndarray, strength: float) -> np.ndarray:
    logits = np.zeros((len(y), y.max() + 1))
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        weights, bias = _plane(x[train].reshape(-1, x.shape[2]), np.repeat(y[train], x.shape[1]), strength)
        logits[test] = x[test][:, :2].mean(1) @ weights.T + bias
    return logits


def _cross_validate(x: np.ndarray, y: np.ndarray, folds: np.ndarray, strength: float) -> dict[str, float]:
    guessed = _held_out_logits(x, y, folds, strength).argmax(1)
    return {
        "style macro f1": float(f1_score(y, guessed, average="macro")),
        "style accuracy": float((guessed == y).mean()),
    }


def _add_weak(
    network: Compiled | FeaturesOnly,
    street: Pack,
    looks: np.ndarray,
    head: np.ndarray,
    shift: np.ndarray,
    limit: int = 700,
) -> None:
    """Fill the girlish and chic rows of head and shift from tagged street photos; looks count as not girlish."""
    chosen, said = [], []
    for index in range(0, len(street), max(1, len(street) // limit)):
        image = street.image(index)
        height, width = image.shape[:2]
        chosen.append(boxed(image, (width // 6, 0, width - width // 6, height)))
        said.append(weak_styles(set(street.rows[index]["tags"].split())))
    x = features(network, chosen)
    for style in ("girlish", "chic"):
        rows = [i for i, label in enumerate(said) if style in label]
        xs, ys = x[rows], np.array([said[i][style] for i in rows])
        if style == "girlish":
            xs, ys = np.concatenate([xs, looks]), np.concatenate([ys, np.zeros(len(looks), bool)])
        weights, bias = _plane(xs, ys, 0.0005)
        row = STYLE_SLUGS.index(style)
        head[row], shift[row] = weights[0], bias[0]
