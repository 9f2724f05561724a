"""The classifier's `style` head: a linear layer on the texture of a whole person, fitted on few looks.

188 photos cannot train a network; they can place a plane. It lies over the texture that `classifier.onnx` sees on a
person cut out on white at `LOOK_SIZE` (the net is fully convolutional), as the pipeline shows it. Six styles come from
the look photos. Girlish and chic have no photos here: their planes are fitted on weak rules over the tags of the street
photos, and the card says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from torch import Tensor, nn

from catalog.taxonomy import STYLES
from recommender.vision.person import person_on_white
from recommender.vision.pipeline import Engine
from training.vision.classifier import Classifier, Council
from training.vision.encoder import as_input
from training.vision.onnx_files import Compiled
from training.vision.packs import Pack
from training.vision.splits import look_folds

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
    """weights: (8, d) and bias (8,) float32, on raw textures; figures: what cross-validation says."""

    weights: np.ndarray
    bias: np.ndarray
    figures: dict[str, float]


def people_of(pack: Pack, indices: Iterable[int], engine: Engine) -> list[np.ndarray]:
    """The people of photos as the pipeline shows them to the style head: (h, w, 3) uint8, cut out on white."""
    shown = []
    for index in indices:
        image = Image.fromarray(pack.image(index))
        faces = engine.faces(image)
        shown.append(np.asarray(person_on_white(image, engine.detector(image, faces), faces)))
    return shown


def boxed(crop: np.ndarray, size: tuple[int, int] = LOOK_SIZE) -> np.ndarray:
    """(h, w, 3) uint8 letterboxed on white to (height, width, 3)."""
    scale = min(size[0] / crop.shape[0], size[1] / crop.shape[1])
    width, height = max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(crop, (width, height), interpolation=how)
    canvas = np.full((*size, 3), 255, np.uint8)
    y, x = (size[0] - height) // 2, (size[1] - width) // 2
    canvas[y : y + height, x : x + width] = small
    return canvas


def variant(person: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """The person, a little differently each time; number 0 is plain, 1 its mirror image."""
    height, width = person.shape[:2]
    if number > 1:
        dx, dy = width * 0.08, height * 0.03
        # Beyond its edges lies more white.
        room = (round(dy) + 1, round(dx) + 1)
        person = np.pad(person, ((room[0],) * 2, (room[1],) * 2, (0, 0)), constant_values=255)
        top, left = (round(value) for value in rng.uniform(0, 2, 2) * room)
        bottom, right = (round(value) for value in rng.uniform(0, 2, 2) * room)
        person = person[top : person.shape[0] - bottom, left : person.shape[1] - right]
    picture = boxed(person)
    return np.ascontiguousarray(picture[:, ::-1]) if number % 2 else picture


class Seen(nn.Module):
    """What a classifier sees before it answers."""

    def __init__(self, network: Classifier | Council) -> None:
        super().__init__()
        self.network = network

    def forward(self, crops: Tensor) -> dict[str, Tensor]:
        """(n, 3, h, w) -> `features` (n, d) and `texture` (n, d')."""
        features, texture = self.network.seen(crops)
        return {"features": features, "texture": texture}


def compiled_features(network: Classifier | Council) -> Compiled:
    """The `features` alone, for judging many pictures."""
    return Compiled(Seen(network), torch.zeros(2, 3, 128, 128), ["features"], {"features": {0: "n"}})


def compiled_textures(network: Classifier | Council) -> Compiled:
    """The `texture` alone, for judging many pictures."""
    return Compiled(Seen(network), torch.zeros(2, 3, 128, 128), ["texture"], {"texture": {0: "n"}})


@torch.no_grad()
def seen(network: Compiled, pictures: list[np.ndarray]) -> np.ndarray:
    """(n, d) float32, the one output of `network` for pictures of one size."""
    device = next(network.parameters()).device
    parts = []
    for start in range(0, len(pictures), 16):
        (found,) = network(as_input(np.stack(pictures[start : start + 16]), device)).values()
        parts.append(found.cpu().numpy())
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


def fit_style(
    network: Compiled, looks: Pack, people: list[np.ndarray], street: Pack, engine: Engine, seed: int = 11
) -> StyleHead:
    """Fit the style head on the looks (and the street photos' tags), and cross-validate it on the looks.

    network: `compiled_textures`. people: what `people_of` shows of the looks.
    """
    x, y, names, folds = _look_textures(network, looks, people, seed)
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
    _add_weak(network, street, engine, x[:, 0], head, shift)
    return StyleHead(head.astype(np.float32), shift.astype(np.float32), scores[best] | {"style strength": best})


def _look_textures(
    network: Compiled, looks: Pack, people: list[np.ndarray], seed: int
) -> tuple[np.ndarray, np.ndarray, list[str], np.ndarray]:
    """Textures (n, VARIANTS, d), style numbers (n,), what the numbers mean, and folds (n,) of the looks."""
    rng = np.random.default_rng(seed)
    slugs = [LOOK_STYLES[row["style"]] for row in looks.rows]
    pictures = [variant(person, number, rng) for person in people for number in range(VARIANTS)]
    x = seen(network, pictures).reshape(len(looks), VARIANTS, -1)
    names = sorted(set(slugs))
    folds = np.array(look_folds(len(looks), FOLDS, slugs))
    return x, np.array([names.index(slug) for slug in slugs]), names, folds


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
    network: Compiled,
    street: Pack,
    engine: Engine,
    looks: np.ndarray,
    head: np.ndarray,
    shift: np.ndarray,
    limit: int = 600,
) -> None:
    """Fill the girlish and chic rows of head and shift from tagged street photos; looks count as not girlish."""
    chosen = range(0, len(street), max(1, len(street) // limit))
    said = [weak_styles(set(street.rows[index]["tags"].split())) for index in chosen]
    x = seen(network, [boxed(person) for person in people_of(street, chosen, engine)])
    for style in ("girlish", "chic"):
        rows = [i for i, label in enumerate(said) if style in label]
        xs, ys = x[rows], np.array([said[i][style] for i in rows])
        if style == "girlish":
            xs, ys = np.concatenate([xs, looks]), np.concatenate([ys, np.zeros(len(looks), bool)])
        weights, bias = _plane(xs, ys, 0.0005)
        row = STYLE_SLUGS.index(style)
        head[row], shift[row] = weights[0], bias[0]
