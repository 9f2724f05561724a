"""Train the worn-clothes head: `python -m training worn`, on the segmentation that ships.

Besides the masks it learns from boxes, tags and shop photos of worn shirts (`worn_scenes`). Checkpoints are measured on
the tune halves of the photos with masks and with boxes, as the network alone says; the one with the best mean of both
AP50 is kept.
"""

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import torch
from torch import nn

from training.vision.box_labels import boxes_of, read_photos
from training.vision.encoder import as_input
from training.vision.loop import (
    Average,
    Ledger,
    hash_name,
    learning_rate,
    pick_device,
    prefetch,
    seed_everything,
    use_threads,
)
from training.vision.onnx_files import Compiled
from training.vision.packs import Pack, load_masks
from training.vision.parser import parser_loss
from training.vision.parser_metrics import BoxScore, StreetScore, decode_on_model
from training.vision.parts import BODY, NUMBER, PARTS, SCENES, SLOTS, part_of_closet
from training.vision.restore import folded_parser
from training.vision.scenes import SceneMaker, collate
from training.vision.splits import box_split, is_report, unit_of
from training.vision.train_parser import fit
from training.vision.worn import EncoderMaps, WornHead, copied
from training.vision.worn_scenes import WornScenes, boxed_photos, shirt_photos, write_labels

SHARES: Final = {
    "street": 0.36, "boxed": 0.3, "tagged": 0.1, "shirt": 0.05, "closet": 0.09, "flat": 0.05, "shop": 0.03,
    "empty": 0.02,
}  # fmt: skip
SIZES: Final = ((384, 288, 0.6), (448, 320, 0.25), (320, 320, 0.15))  # height, width, chance
BATCH: Final = 8
MEASURE_EVERY: Final = 200  # steps
LOG_EVERY: Final = 50
BOXES_MEASURED: Final = 120


@dataclass(frozen=True)
class WornConfig:
    """A training. own: how many of the encoder's blocks the head takes as its own, see `worn.WornHead`.

    start: a checkpoint to begin with; else what ships.
    """

    name: str
    cache: Path
    folder: Path
    data: Path
    weights: Path
    own: int = 5
    start: Path | None = None
    photos: int = 16_000
    rate: float = 2e-4
    seed: int = 21
    threads: int = 1
    decay: float = 0.995


def open_scenes(config: WornConfig, ledger: Ledger) -> WornScenes:
    """The scenes, with weak labels by the network that ships; tags' and closet photos' are kept in the cache."""
    write_labels(config.data, config.cache, config.weights, ledger, config.threads)
    packs = {name: Pack.open(config.cache, f"{name}_photos") for name in ("street", "closet", "product")}
    tags = (config.data / "street_labels.txt").read_text().split()
    closet = {
        index: parts
        for index, parts in load_masks(config.cache / "worn_closet.npz").items()
        if part_of_closet(packs["closet"].rows[index]["label"]) is not None
    }
    maker = SceneMaker(packs, tags, closet, load_masks(config.cache / "worn_tags.npz"))
    boxed = boxed_photos(config.data, load_masks(config.cache / "worn_boxes.npz"))
    return WornScenes(maker, boxed, shirt_photos(config.data, load_masks(config.cache / "worn_shirts.npz")))


def make_batch(scenes: WornScenes, config: WornConfig, number: int) -> dict[str, Any]:
    """Batch `number` of a training, stacked."""
    rng = np.random.default_rng((config.seed, hash_name(config.name), number))
    height, width, _ = SIZES[int(rng.choice(len(SIZES), p=[chance for *_, chance in SIZES]))]
    drawn = rng.choice(list(SHARES), BATCH, p=list(SHARES.values()))
    return collate([scenes.draw(str(name), (height, width), rng) for name in drawn])


def train(config: WornConfig) -> Path:
    """One training to its end; returns the best checkpoint, `NAME.pt`."""
    use_threads(config.threads)
    seed_everything(config.seed)
    ledger, device = Ledger(config.folder), pick_device()
    shipped = folded_parser(config.weights / "parser.onnx")
    free = {name: {0: "n", 2: f"{name}_rows", 3: f"{name}_columns"} for name in EncoderMaps.NAMES}
    encoder = Compiled(EncoderMaps(shipped, config.own), torch.zeros(2, 3, 64, 64), list(EncoderMaps.NAMES), free)
    # Normalisations are folded into the convolutions that ship: they stay the shifts they are.
    head = load_worn(config.start) if config.start else copied(shipped, config.own).eval()
    head.to(device, memory_format=torch.channels_last)
    scenes = open_scenes(config, ledger)
    judged = Judged(config.data, scenes.maker)
    average = Average(head, config.decay)
    best = judged(encoder, average.network)
    ledger.write(event="start", training=config.name, boxed=len(scenes.boxed), shirts=len(scenes.shirts), **best)
    ledger.save(config.name, {"average": head.state_dict(), "own": config.own, "figures": best})
    optimiser = torch.optim.AdamW(head.parameters(), lr=0.0, weight_decay=0.01)
    steps, sums, began = config.photos // BATCH, {}, time.process_time()
    batches = prefetch(lambda number: make_batch(scenes, config, number), 0)
    for step in range(1, steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = config.rate * learning_rate(step / steps)
        batch = next(batches)
        truth = {name: torch.as_tensor(value).to(device) for name, value in batch.items() if name != "image"}
        loss, parts = worn_loss(head(*_seen(encoder, batch["image"])), truth)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(head.parameters(), 5.0)
        optimiser.step()
        average.update(head)
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + value / LOG_EVERY
        if step % LOG_EVERY == 0:
            spent = round(time.process_time() - began)
            ledger.write(training=config.name, step=step, cpu=spent, **{k: round(v, 3) for k, v in sums.items()})
            sums = {}
        if step % MEASURE_EVERY == 0 or step == steps:
            figures = judged(encoder, average.network)
            ledger.write(event="tune", training=config.name, step=step, **figures)
            state = {"average": average.network.state_dict(), "own": config.own, "figures": figures, "step": step}
            ledger.save(f"{config.name}-{step}", state)
            if figures["both"] > best["both"]:
                best = figures
                ledger.save(config.name, state)
    return config.folder / f"{config.name}.pt"


def _seen(encoder: Compiled, pictures: np.ndarray) -> Iterator[torch.Tensor]:
    maps = encoder(as_input(pictures, torch.device("cpu")))
    return (maps[name].contiguous(memory_format=torch.channels_last) for name in EncoderMaps.NAMES)


def worn_loss(found: dict[str, torch.Tensor], truth: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, float]]:
    """`parser_loss` of what the head says; the scene and the body are others' to say."""
    count = len(found["presence"])
    silent = {"scene": torch.zeros(count, len(SCENES)), "body": torch.zeros(count, len(BODY))}
    unknown = {
        "scene": torch.zeros(count, dtype=torch.long),
        "body": torch.full((count, len(BODY)), -1.0),
        "full_body": torch.full((count,), -1.0),
    }
    loss, parts = parser_loss(found | silent | {"full_body": torch.zeros(count, 1)}, truth | unknown)
    return loss, {name: value for name, value in parts.items() if name in ("pixels", "dice", "presence")}


def load_worn(checkpoint: Path) -> WornHead:
    """The averaged head of a checkpoint."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)
    head = WornHead((16, 24, 40, 112, 320), state["own"])
    head.load_state_dict(state["average"])
    return head.eval()


class Judged:
    """The tune photos, and what a head says of them: AP50 and mask IoU by masks, AP50 by boxes."""

    def __init__(self, data: Path, maker: SceneMaker) -> None:
        self.maker = maker
        with (data / "street_boxes.csv").open(newline="", encoding="utf-8") as stream:
            rows = [row for row in csv.DictReader(stream) if box_split(row["file"]) == "tune"]
        chosen = {row["file"]: row for row in rows[:: max(1, len(rows) // BOXES_MEASURED)]}
        self.boxed = [
            (image, boxes_of(chosen[file])) for file, image in read_photos(data / "street_box_photos.tar", list(chosen))
        ]

    @torch.no_grad()
    def __call__(self, encoder: Compiled, head: WornHead) -> dict[str, float]:
        score, pack = StreetScore(), self.maker.packs["street"]
        for index in self.maker.validation:
            if is_report(unit_of("street_photos", pack.rows[index])):
                continue
            truth = self.maker.table[pack.mask(index)]
            classes, presence = _parsed(encoder, head, pack.image(index))
            size = (truth.shape[0], truth.shape[1])
            planes = np.stack([cv2.resize(plane, size[::-1]) for plane in classes])
            score.add(planes.argmax(0), decode_on_model(classes, presence, size), truth)
        figures = {name: value for name, value in score.figures().items() if not name.startswith("iou ")}
        by_boxes = self._by_boxes(encoder, head)
        figures |= by_boxes | {"both": (figures["ap50"] + by_boxes["boxes ap50"] + figures["mask iou"]) / 3}
        return {name: round(float(value), 4) for name, value in figures.items()}

    def _by_boxes(self, encoder: Compiled, head: WornHead) -> dict[str, float]:
        score = BoxScore()
        for number, (image, boxes) in enumerate(self.boxed):
            size = (image.shape[0], image.shape[1])
            found = {one.slot: (one.score, one.box) for one in decode_on_model(*_parsed(encoder, head, image), size)}
            labels = {
                slot: [
                    tuple(np.array(one.box) * (size[1], size[0], size[1], size[0]))
                    for one in boxes
                    if one.part == NUMBER[slot]
                ]
                for slot in SLOTS
            }
            score.add(found, labels, str(number))
        return {f"boxes {name}": value for name, value in score.ap50().items()}


def _parsed(encoder: Compiled, head: WornHead, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits (classes, h, w) over the photo without padding, and of presence."""
    padded, (height, width) = fit(image)
    found = head(*_seen(encoder, padded[None]))
    classes = nn.functional.interpolate(found["classes"], size=padded.shape[:2], mode="bilinear", align_corners=False)
    return classes[0, :, :height, :width].numpy(), found["presence"][0].numpy()


__all__ = ["PARTS", "WornConfig", "load_worn", "train"]
