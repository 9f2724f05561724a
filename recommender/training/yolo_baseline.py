"""A YOLO trained on the same street masks, to be measured beside the parser: `python -m recommender.training yolo`.

Writes the masks as polygons, trains ultralytics' smallest segmentation model from scratch (no weights are fetched) for
so many minutes, and leaves weights that `VISION_DETECTOR` takes:

    VISION_DETECTOR=var/training/yolo/best.pt python manage.py evaluate_vision --only street
"""

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from recommender.training.packs import Pack
from recommender.training.parts import NUMBER, SLOTS, tag_table
from recommender.training.splits import is_validation_street
from recommender.vision import operators

MODEL = "yolo26n-seg.yaml"
SIDE = 320
SMALLEST = 0.0006  # of the picture


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


def train(cache: Path, data: Path, folder: Path, minutes: float, threads: int) -> Path:
    """Train for `minutes`; returns the path of the best weights."""
    os.environ.update(YOLO_OFFLINE="1", YOLO_AUTOINSTALL="False", YOLO_CONFIG_DIR=str(folder))
    operators.declare_missing()
    from ultralytics import YOLO

    folder.mkdir(parents=True, exist_ok=True)
    tags = (data / "street_labels.txt").read_text().split()
    dataset = write_dataset(Pack.open(cache, "street_photos"), tags, folder)
    run = YOLO(MODEL).train(
        data=str(dataset),
        imgsz=SIDE,
        time=minutes / 60,
        batch=16,
        workers=max(0, threads - 1),
        device="cpu",
        project=str(folder.resolve()),
        name="run",
        exist_ok=True,
        plots=False,
        val=False,
        pretrained=False,
        fliplr=0.5,
        mosaic=0.5,
        seed=3,
    )
    best = folder / "best.pt"
    shutil.copy(Path(run.save_dir if run else folder / "run") / "weights" / "last.pt", best)
    return best
