"""What a classifier gets right on held-back crops: the figures of its training's log and of its card."""

from typing import Any

import numpy as np
import torch
from torch import nn

from training.vision.crop_sets import CropSets
from training.vision.crops import STILL
from training.vision.encoder import as_input
from training.vision.labels import CLOSET_KINDS, HEADS, MULTI_LABEL, SMALL_SET
from training.vision.onnx_files import Compiled


@torch.no_grad()
def predict(
    network: nn.Module | Compiled, sets: CropSets, indices: list[int], size: int, cut: float = 0.0, flip: bool = False
) -> dict[str, np.ndarray]:
    """Outputs of the network for still crops (`cut` 1: cutouts), heads as logits; `flip` averages both ways."""
    device = next(network.parameters()).device
    rng = np.random.default_rng(0)
    parts: dict[str, list[np.ndarray]] = {}
    network.eval()
    for start in range(0, len(indices), 32):
        pictures = np.stack(
            [sets.reader.draw(sets.crops[i], size, STILL, rng, cut, 1.0) for i in indices[start : start + 32]]
        )
        x = as_input(pictures, device)
        found = network(x)
        if flip:
            other = network(x.flip(3))
            found = {name: (found[name] + other[name]) / 2 for name in found}
        for name, value in found.items():
            parts.setdefault(name, []).append(value.cpu().numpy())
    return {name: np.concatenate(value) for name, value in parts.items()}


def accuracy(logits: np.ndarray, weights: np.ndarray, threshold: float = 0.99, best: int = 1) -> float:
    """The share of labelled rows where one of the `best` highest logits is a class of weight >= threshold."""
    known = weights.sum(1) > 0
    if not known.any():
        return float("nan")
    top = np.argsort(-logits[known], axis=1)[:, :best]
    return float((np.take_along_axis(weights[known], top, axis=1) >= threshold).any(1).mean())


def ten_classes(kinds: np.ndarray, sets: CropSets, rows: list[int] | np.ndarray) -> float:
    """Accuracy over the ten closet classes: kind probabilities summed a class, as its label allows them.

    kinds: (n, kinds) logits of closet crops `rows`.
    """
    p = np.exp(kinds - kinds.max(1, keepdims=True))
    slugs = HEADS["kind"]
    sums = np.stack([sum(p[:, slugs.index(slug)] for slug in CLOSET_KINDS[name]) for name in SMALL_SET], axis=1)
    names = [sets.crops[i].article.removeprefix("closet ") for i in rows]
    known = [i for i, name in enumerate(names) if name in SMALL_SET]
    return float(np.mean([SMALL_SET[sums[i].argmax()] == names[i] for i in known]))


@torch.no_grad()
def _surest_of_nothing(network: nn.Module | Compiled, sets: CropSets, size: int, count: int = 256) -> np.ndarray:
    """(count,) the highest chance of any kind in each of so many pictures without a garment, of unseen streets."""
    device = next(network.parameters()).device
    rng = np.random.default_rng(0)
    highest = []
    for _ in range(count // 32):
        pictures = np.stack([sets.unseen_negatives.draw(size, rng) for _ in range(32)])
        highest.append(network(as_input(pictures, device))["kind"].softmax(1).amax(1).cpu().numpy())
    return np.concatenate(highest)


def measure(
    network: nn.Module | Compiled,
    sets: CropSets,
    size: int,
    found: dict[str, np.ndarray] | None = None,
    *,
    aside: bool = True,
) -> dict[str, Any]:
    """Validation figures a source: accuracy of each head (strict: classes of weight 1).

    found: what `predict` said of the validation crops, where it was already asked. aside: ask the photos set aside too,
    which means something as long as they were not learnt from.
    """
    found = found or predict(network, sets, sets.validation, size)
    sources = np.array([sets.crops[i].source for i in sets.validation])
    facts: dict[str, Any] = {}
    for source in ("product", "closet", "street"):
        here = sources == source
        rows = np.array(sets.validation)[here]
        for head in HEADS:
            if head in MULTI_LABEL:
                continue
            value = accuracy(found[head][here], sets.targets.weights[head][rows])
            if not np.isnan(value):
                facts[f"{source} {head}"] = round(value, 4)
        if source == "product":
            both = accuracy(found["colour"][here], sets.targets.weights["colour"][rows], best=2)
            facts["product colour in two"] = round(both, 4)
        if source == "product":
            loose = accuracy(found["kind"][here], sets.targets.weights["kind"][rows], 0.1)
            facts["product kind possible"] = round(loose, 4)
    here = sources == "closet"
    facts["closet ten classes"] = round(ten_classes(found["kind"][here], sets, np.array(sets.validation)[here]), 4)
    facts["sees a kind where there is none"] = round(float(_surest_of_nothing(network, sets, size).mean()), 4)
    if aside and sets.aside:
        kinds = predict(network, sets, sets.aside, size)["kind"]
        facts["closet ten classes, set aside by chance"] = round(ten_classes(kinds, sets, sets.aside), 4)
    return facts
