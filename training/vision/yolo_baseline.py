"""A YOLO trained on the same street masks, to be measured beside the parser: `python -m training yolo`.

No weights are fetched: first ultralytics' smallest classifier learns kinds from products and closet photos, then its
backbone goes into the smallest segmentation model, which learns the masks as polygons. Leaves weights that
`VISION_DETECTOR` takes:

    VISION_DETECTOR=var/training/yolo/best.pt python manage.py evaluate_vision --only street

Last measured after seven minutes of an H200 beside other trainings: box AP50 .24 where the parser's is .69, mask IoU
.71 for .76; ultralytics' own count, which keeps what is hardly believed, says .46.
"""

import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from recommender.vision import torchvision_operators
from training.vision.crops import closet_crops, product_crops
from training.vision.loop import pick_device
from training.vision.packs import Pack
from training.vision.parts import NUMBER, SLOTS, tag_table
from training.vision.splits import is_validation_street

MODEL = "yolo26n-seg.yaml"
CLASSIFIER = "yolo26n-cls.yaml"
BACKBONE_SHARE = 0.4  # of the minutes
SMALLEST = 0.0006  # of the picture


@dataclass(frozen=True)
class Scale:
    """What a processor is up to. Sides in pixels; most: photos of one kind that the classifier learns from."""

    classified_side: int
    most: int
    side: int
    batch: int


SCALES = {"cpu": Scale(128, 400, 320, 16), "cuda": Scale(160, 4_000, 512, 32)}


def outline(mask: np.ndarray) -> np.ndarray | None:
    """One polygon around (h, w) uint8 `mask`, its pieces joined by threads; (n, 2) in 0..1, or None if it is tiny."""
    from ultralytics.data.converter import merge_multi_segment

    if mask.mean() < SMALLEST:
        return None
    pieces, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_TC89_L1)
    largest = max(cv2.contourArea(piece) for piece in pieces)
    kept = [piece.reshape(-1, 2) for piece in pieces if len(piece) > 2 and cv2.contourArea(piece) >= 0.1 * largest]
    if not kept:
        return None
    joined = np.concatenate(merge_multi_segment(kept)) if len(kept) > 1 else kept[0]
    return np.asarray(joined, float) / np.array(mask.shape[::-1])


def write_dataset(pack: Pack, tags: list[str], folder: Path) -> Path:
    """Photos and polygons as ultralytics reads them; returns the path of its YAML."""
    table = tag_table(tags)
    for index, row in enumerate(pack.rows):
        mask = pack.mask(index)
        if mask is None:
            continue
        split = "val" if is_validation_street(row) else "train"
        name = Path(row["file"]).stem
        for kind in ("images", "labels"):
            (folder / kind / split).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pack.image(index)).save(folder / "images" / split / f"{name}.jpg", quality=90)
        lines = []
        for number, slot in enumerate(SLOTS):
            polygon = outline((table[mask] == NUMBER[slot]).astype(np.uint8))
            if polygon is not None:
                lines.append(" ".join([str(number), *(f"{value:.5f}" for value in polygon.ravel())]))
        (folder / "labels" / split / f"{name}.txt").write_text("\n".join(lines))
    names = "\n".join(f"  {number}: {slot}" for number, slot in enumerate(SLOTS))
    path = folder / "street.yaml"
    path.write_text(f"path: {folder.resolve()}\ntrain: images/train\nval: images/val\nnames:\n{names}\n")
    return path


def write_kinds(cache: Path, folder: Path, scale: Scale) -> Path:
    """Products and closet photos of the training side, a folder a kind, as ultralytics' classifier reads them."""
    counts: Counter[tuple[str, str]] = Counter()
    for name, crops in (("product_photos", product_crops), ("closet_photos", closet_crops)):
        pack = Pack.open(cache, name)
        for crop in crops(pack):
            sure = [kind for kind, weight in crop.labels.get("kind", {}).items() if weight == 1]
            split = "val" if crop.validation else "train"
            if len(sure) != 1 or counts[split, sure[0]] >= scale.most:
                continue
            counts[split, sure[0]] += 1
            into = folder / split / sure[0]
            into.mkdir(parents=True, exist_ok=True)
            picture = Image.fromarray(pack.image(crop.index))
            picture.thumbnail((scale.classified_side, scale.classified_side))
            picture.save(into / f"{name}-{crop.index}.jpg", quality=90)
    return folder


def train(cache: Path, data: Path, folder: Path, minutes: float, threads: int, processes: int = 0) -> Path:
    """Train for `minutes`, backbone and all; returns the path of the weights. processes: that read photos."""
    os.environ.update(YOLO_OFFLINE="1", YOLO_AUTOINSTALL="False", YOLO_CONFIG_DIR=str(folder))
    torchvision_operators.declare_missing()
    from ultralytics import YOLO

    device = pick_device()
    scale = SCALES[device.type]

    def taught(model: Any, name: str, data: Path, share: float, **how: Any) -> Path:
        run = model.train(
            data=str(data),
            time=minutes * share / 60,
            workers=processes or max(0, threads - 1),
            device="cpu" if device.type == "cpu" else 0,
            project=str(folder.resolve()),
            name=name,
            exist_ok=True,
            plots=False,
            val=False,
            amp=False,  # ultralytics fetches weights to try it
            seed=3,
            **how,
        )
        return Path(run.save_dir if run else folder / name) / "weights" / "last.pt"

    folder.mkdir(parents=True, exist_ok=True)
    tags = (data / "street_labels.txt").read_text().split()
    kinds = write_kinds(cache, folder / "kinds", scale)
    backbone = taught(YOLO(CLASSIFIER), "backbone", kinds, BACKBONE_SHARE, imgsz=scale.classified_side, batch=64)
    dataset = write_dataset(Pack.open(cache, "street_photos"), tags, folder)
    model = YOLO(MODEL).load(str(backbone))
    last = taught(model, "run", dataset, 1 - BACKBONE_SHARE, imgsz=scale.side, batch=scale.batch, mosaic=0.5)
    best = folder / "best.pt"
    shutil.copy(last, best)
    return best
