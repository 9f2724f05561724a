"""`python -m training export-shape`: checkpoint -> figures -> ONNX and card of what judges drawings."""

import datetime as dt
from pathlib import Path

import torch
from torch import nn

from training.vision.classifier import Classifier
from training.vision.classifier_metrics import measure, predict
from training.vision.crop_sets import CropSets
from training.vision.encoder import MEAN, STD
from training.vision.export_classifier import TRAINING_DATA, calibrate, compiled, load_classifier
from training.vision.loop import Ledger, use_threads
from training.vision.onnx_files import install, write_onnx
from training.vision.packs import load_masks
from training.vision.train_classifier import ClassifierConfig

# Smaller than the last phase was trained at: there garments fill less of a drawing than fitted ones do.
SIDE = 160
# Sleeves and lengths are learnt for the kind's sake: beside the classifier's word on them this network's made 2 of 161
# sleeves wrong.
TOLD = ("kind",)


class Drawings(nn.Module):
    """A classifier that answers only what it is asked of drawings."""

    def __init__(self, network: Classifier) -> None:
        super().__init__()
        self.network = network

    def forward(self, crops: torch.Tensor) -> dict[str, torch.Tensor]:
        """(n, 3, s, s) normalised -> a logits vector a head of `TOLD`."""
        features = self.network.features(crops)
        return {name: self.network.heads[name](features) for name in TOLD}


def export(config: ClassifierConfig, checkpoints: list[Path], weights: Path, size: int = SIDE) -> None:
    """Write `silhouette.onnx` and `silhouette.json` into `weights`, from the mean of the checkpoints.

    size: of the drawings it is measured on.
    """
    use_threads(config.threads)
    ledger = Ledger(config.folder)
    network = load_classifier(*checkpoints)
    if not isinstance(network, Classifier):
        raise SystemExit("The checkpoints of a shape network are phases of one run.")
    masks = load_masks(config.cache / "closet_masks.npz")
    sets = CropSets(config.cache, config.data, masks, drawings=True)
    quick = compiled(network)
    found = predict(quick, sets, sets.validation, size, flip=True)
    outputs, errors = calibrate(found, sets, TOLD)
    made = config.folder / "silhouette.onnx"
    names = [*TOLD]
    free = {"drawings": {0: "n", 2: "height", 3: "width"}} | {name: {0: "n"} for name in names}
    write_onnx(Drawings(network), torch.zeros(2, 3, size, size), "drawings", names, free, made, bytewise=True)
    today = dt.datetime.now(dt.UTC)
    metrics = {
        "accuracy": measure(quick, sets, size, found, aside=False),
        "calibration error": errors,
        "validation": "senders, product numbers and street numbers that training.vision.splits holds back",
    }
    card = {
        "key": f"shape-{today:%Y%m%d-%H%M}",
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": [*TRAINING_DATA[:3], network.trunk.plan.source],
        "date": today.date().isoformat(),
        "metrics": metrics,
        "input": {"name": "drawings", "size": [size, size], "mean": list(MEAN), "std": list(STD)},
        "dim": 0,
        "outputs": outputs,
        "rebuild": "the commands at the head of training/__main__.py, then python -m training"
        f" export-shape --checkpoint {' '.join(path.stem for path in checkpoints)}",
        "notes": {"drawing": "made of a cutout by recommender.vision.describe.silhouette.drawing"},
    }
    install(made, card, weights, "silhouette")
    ledger.write(event="exported", size=made.stat().st_size, **metrics)
