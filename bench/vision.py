"""A photo to stored garments in CPU time, beside the way the earlier projects did it (random weights cost the same)."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from bench.timing import row
from catalog.flatlay import GarmentSpec, illustrate
from imaging import decode as images
from imaging.webp import webp
from recommender.jobs.engine import engine
from recommender.vision import pipeline

SIDES = (1024, 512, 256)
BATCH = 40


def cpu_ms(work: Callable[[], Any], repeats: int = 5) -> tuple[float, float]:
    """(median, spread) of CPU milliseconds of all threads, after one warm-up."""
    work()
    took = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        took.append((time.process_time() - began) * 1000)
    return statistics.median(took), max(took) - min(took)


def jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()


def floor_photo() -> bytes:
    """12 megapixels: an illustrated shirt on a speckled floor."""
    floor = np.random.default_rng(1).normal(170, 6, (300, 400, 3)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(floor).resize((4000, 3000), Image.Resampling.BICUBIC)
    shirt = illustrate(GarmentSpec("shirt", ((35.0, 10.0, -40.0),)), size=1500).resize((2400, 2400))
    picture.paste(shirt, (800, 300), shirt)
    return jpeg(picture)


def street_photo() -> bytes:
    from ultralytics.utils import ASSETS

    picture = Image.open(ASSETS / "bus.jpg").convert("RGB")
    return jpeg(picture.resize((3000, 4000), Image.Resampling.BICUBIC))


def ours(photo: bytes) -> int:
    """Decode, look, cut out, describe and encode all that is stored; how many garments there were."""
    facts = pipeline.analyse(images.decode(photo), engine=engine())
    for garment in facts.garments:
        for side in SIDES:
            webp(images.fitted(garment.cutout.image, side))
    return len(facts.garments)


def earlier_way() -> Callable[[bytes], None]:
    """A large segmentation network at 320 px, VGG16's fc1, the colours of every pixel, a full-size PNG."""
    from recommender.vision import torchvision_operators

    torchvision_operators.declare_missing()
    import torch
    from torchvision.models import vgg16
    from torchvision.models.segmentation import deeplabv3_resnet101

    torch.set_num_threads(2)
    cutter = deeplabv3_resnet101(weights=None, weights_backbone=None).eval()
    features = vgg16(weights=None).eval()

    def look(photo: bytes) -> None:
        picture = Image.open(io.BytesIO(photo)).convert("RGB")
        with torch.no_grad():
            small = torch.from_numpy(np.asarray(picture.resize((320, 320)), np.float32).transpose(2, 0, 1)[None] / 255)
            mask = cutter(small)["out"][0, 0].sigmoid().numpy()
            crop = torch.from_numpy(np.asarray(picture.resize((224, 224)), np.float32).transpose(2, 0, 1)[None] / 255)
            features.classifier[0](features.avgpool(features.features(crop)).flatten(1))
        alpha = Image.fromarray((255 * mask).astype(np.uint8)).resize(picture.size)
        picture.putalpha(alpha)
        np.unique(np.asarray(picture)[..., :3].reshape(-1, 3), axis=0, return_counts=True)
        picture.save(io.BytesIO(), "PNG")

    return look


def run() -> list[dict[str, Any]]:
    theirs = earlier_way()
    rows = []
    for name, photo, limit in (("one garment", floor_photo(), 350), ("people in a street", street_photo(), 900)):
        count = ours(photo)
        median, spread = cpu_ms(lambda photo=photo: ours(photo))
        other, _ = cpu_ms(lambda photo=photo: theirs(photo), repeats=2)
        note = f"{count} stored; the earlier way {other:.0f} ms (limit {limit} ms, 10x)"
        rows.append(row(f"12 megapixels, {name}, CPU", median, spread, other / median, note))
    crops = [illustrate(GarmentSpec("shirt", ((30.0 + at, 10.0, -30.0),), seed=at), size=256) for at in range(BATCH)]
    vision = engine()
    median, spread = cpu_ms(lambda: pipeline.describe_pictures(crops, engine=vision))
    rate = BATCH / (median / 1000)
    rows.append(row(f"re-embedding {BATCH} garments, CPU", median, spread, note=f"{rate:.0f} garments a CPU second"))
    return rows
