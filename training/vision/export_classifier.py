"""`python -m training export-classifier`: checkpoint -> style head -> figures -> ONNX and card."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from recommender.vision.pipeline import Options, engine
from training.vision.calibration import fit_sigmoid, fit_softmax
from training.vision.classifier import EMBEDDING, Classifier, Council
from training.vision.classifier_metrics import measure, predict
from training.vision.crop_sets import CropSets
from training.vision.encoder import MEAN, STD, imagenet_weights
from training.vision.labels import HEADS, MULTI_LABEL
from training.vision.look_style import (
    LOOK_SIZE,
    STYLE_SLUGS,
    boxed,
    compiled_features,
    compiled_textures,
    fit_style,
    people_of,
    seen,
)
from training.vision.loop import Ledger, use_threads
from training.vision.neighbours import leave_one_out, precision_at
from training.vision.onnx_files import Compiled, install, write_onnx
from training.vision.packs import Pack
from training.vision.train_classifier import ClassifierConfig, mean_classifier

# What the last phases were trained at.
SIDE = 224
TRAINING_DATA = (
    "Fashion Product Images (Kaggle, MIT as stated there)",
    "clothing-dataset by Alexey Grigorev (CC0)",
    "clothing-co-parsing (Apache-2.0 file)",
    "188 look photos of the look-search project this product continues (training and tests only)",
)


class Styled(nn.Module):
    """A classifier, or a council of them, with the style head as one more output."""

    def __init__(self, network: Classifier | Council, weights: np.ndarray, bias: np.ndarray) -> None:
        super().__init__()
        self.network = network
        self.style = nn.Linear(weights.shape[1], len(bias))
        self.style.weight.data = torch.from_numpy(weights)
        self.style.bias.data = torch.from_numpy(bias)

    def forward(self, crops: torch.Tensor) -> dict[str, torch.Tensor]:
        """As `Classifier.forward`, and `style` (n, 8) logits."""
        features, texture = self.network.seen(crops)
        return self.network.answers(features) | {"style": self.style(texture)}


def load_classifier(*checkpoints: Path) -> Classifier | Council:
    """The averaged network of a checkpoint, ready to judge.

    Of several phases of one run, their mean: phases that begin from one another lie in one valley, and their mean
    judges better than each. Of several runs (folders), a council, whose embedding is not yet turned.
    """
    runs: dict[Path, list[Path]] = {}
    for path in checkpoints:
        runs.setdefault(path.parent, []).append(path)
    members = [mean_classifier(paths) for paths in runs.values()]
    network = members[0] if len(members) == 1 else Council(members)
    return network.eval().to(memory_format=torch.channels_last)


@torch.no_grad()
def turn_embedding(council: Council, sets: CropSets, size: int, crops: int = 6_000) -> None:
    """Set `council.turn` to the principal directions of its members' embeddings over training crops."""
    rng = np.random.default_rng(7)
    rows = np.concatenate([sets.train["product"], sets.train["closet"]])
    rows = rng.choice(rows, min(crops, len(rows)), replace=False).tolist()
    found = predict(compiled_features(council), sets, rows, size)["features"]
    together = council.side_by_side(torch.from_numpy(found)).double()
    _, directions = torch.linalg.eigh(together.T @ together)
    council.turn.weight.copy_(directions[:, -EMBEDDING:].T.float())


def compiled(network: Classifier | Council) -> Compiled:
    """The classifier for judging many crops."""
    names = ["embedding", *HEADS]
    return Compiled(network, torch.zeros(2, 3, 128, 128), names, {name: {0: "n"} for name in names})


def calibrate(
    found: dict[str, np.ndarray], sets: CropSets, heads: Iterable[str] = HEADS
) -> tuple[dict[str, dict[str, Any]], dict[str, float]]:
    """The card's `outputs` entries of `heads` with fitted temperatures, and each head's calibration error."""
    rows = np.array(sets.validation)
    outputs: dict[str, dict[str, Any]] = {}
    errors = {}
    for head in heads:
        labels, weights = HEADS[head], sets.targets.weights[head][rows]
        known = weights.sum(1) > 0
        if head in MULTI_LABEL:
            temperature, error = fit_sigmoid(found[head][known], weights[known])
        else:
            temperature, error = fit_softmax(found[head][known], weights[known] > 0.3)
        activation = "sigmoid" if head in MULTI_LABEL else "softmax"
        outputs[head] = {"labels": list(labels), "activation": activation, "temperature": round(temperature, 3)}
        errors[head] = round(error, 4)
    return outputs, errors


def embedding_figures(
    network: Classifier | Council,
    found: dict[str, np.ndarray],
    sets: CropSets,
    looks: Pack,
    people: list[np.ndarray],
    size: int,
) -> dict[str, float]:
    """precision@10 on the validation products and leave-one-out style, beside plain ImageNet features.

    people: what `people_of` shows of the looks.
    """
    plain = Classifier("lite0")
    trunk, head = imagenet_weights(plain.trunk.plan)
    plain.trunk.load_state_dict(trunk)
    plain.head.load_state_dict(head)
    plain.eval().to(memory_format=torch.channels_last)
    here = [k for k, i in enumerate(sets.validation) if sets.crops[i].source == "product"]
    crops = [sets.crops[sets.validation[k]] for k in here]
    articles = [crop.article for crop in crops]
    both = [f"{crop.article}|{crop.shade}" for crop in crops]
    theirs_quick, ours_quick = compiled_features(plain), compiled_features(network)
    raw = predict(theirs_quick, sets, [sets.validation[k] for k in here], size)["features"]
    pictures = [boxed(person) for person in people]
    styles = [row["style"] for row in looks.rows]
    ours, theirs = seen(ours_quick, pictures), seen(theirs_quick, pictures)
    textures = seen(compiled_textures(network), pictures)
    textures = (textures - textures.mean(0)) / (textures.std(0) + 1e-4)
    with torch.no_grad():
        embedded = network.answers(torch.from_numpy(ours))["embedding"].numpy()
    facts = {
        "precision@10 articleType": precision_at(found["embedding"][here], articles),
        "precision@10 articleType imagenet": precision_at(_unit(raw), articles),
        "precision@10 articleType+baseColour": precision_at(found["embedding"][here], both),
        "precision@10 articleType+baseColour imagenet": precision_at(_unit(raw), both),
        "style 5-nn": leave_one_out(embedded, styles),
        "style 5-nn features": leave_one_out(_unit(ours), styles),
        "style 5-nn texture": leave_one_out(_unit(textures), styles),
        "style 5-nn imagenet": leave_one_out(_unit(theirs), styles),
    }
    return {name: round(value, 4) for name, value in facts.items()}


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def names_of(checkpoints: list[Path]) -> list[str]:
    """Checkpoints as the command line names them: trunk/phase."""
    return [f"{path.parent.name.removeprefix('classifier-')}/{path.stem}" for path in checkpoints]


def export(
    config: ClassifierConfig, checkpoints: list[Path], weights: Path, size: int = SIDE, sets: CropSets | None = None
) -> None:
    """Write `classifier.onnx` and `classifier.json` into `weights` from checkpoints, measured at `size`."""
    use_threads(config.threads)
    ledger = Ledger(config.folder)
    network = load_classifier(*checkpoints)
    sets = sets or CropSets(config.cache, config.data)
    if isinstance(network, Council):
        turn_embedding(network, sets, size)
    looks, street = Pack.open(config.cache, "look_photos"), Pack.open(config.cache, "street_photos")
    seeing = engine(Options(threads=config.threads))
    people = people_of(looks, range(len(looks)), seeing)
    style = fit_style(compiled_textures(network), looks, people, street, seeing)
    quick = compiled(network)
    found = predict(quick, sets, sets.validation, size)
    outputs, errors = calibrate(found, sets)
    metrics: dict[str, Any] = {
        "accuracy": measure(quick, sets, size, found, aside=False),
        "calibration error": errors,
        "embedding": embedding_figures(network, found, sets, looks, people, size),
        "style": {name: round(value, 4) for name, value in style.figures.items()},
        "validation": "senders, product numbers and street numbers that training.vision.splits holds back; "
        "style by cross-validation over the looks",
    }
    names = ["embedding", *HEADS, "style"]
    made = config.folder / "classifier.onnx"
    example = torch.zeros(2, 3, size, size)
    free = {"crops": {0: "n", 2: "height", 3: "width"}} | {name: {0: "n"} for name in names}
    write_onnx(Styled(network, style.weights, style.bias), example, "crops", names, free, made, bytewise=True)
    outputs = {"embedding": {"labels": [], "activation": "none", "temperature": 1}} | outputs
    outputs["style"] = {"labels": list(STYLE_SLUGS), "activation": "sigmoid", "temperature": 1.0}
    members = network.members if isinstance(network, Council) else [network]
    sources = sorted({member.trunk.plan.source for member in members})
    today = dt.datetime.now(dt.UTC)
    card = {
        "key": f"describer-{today:%Y%m%d-%H%M}",
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": [*TRAINING_DATA, *sources],
        "date": today.date().isoformat(),
        "metrics": metrics,
        "input": {"name": "crops", "size": [size, size], "mean": list(MEAN), "std": list(STD)},
        "dim": EMBEDDING,
        "outputs": outputs,
        "rebuild": "the commands at the head of training/__main__.py, then python -m training"
        f" export-classifier --checkpoint {' '.join(names_of(checkpoints))}",
        "notes": {
            "crop": "the garment's box padded to a square with white; plain or its cutout on white",
            "look": {
                "size": list(LOOK_SIZE),
                "how": "for `style` of a whole look feed the person cut out on white, the face blanked, letterboxed to "
                "this size; the network takes any height and width",
            },
            "style": "girlish and chic rest on weak rules over street tags, the other six on 188 look photos",
        },
    }
    install(made, card, weights, "classifier")
    ledger.write(event="exported", size=made.stat().st_size, **metrics)
