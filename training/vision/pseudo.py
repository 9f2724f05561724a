"""Masks by the network's own judgement for photos that have none, kept only where it is sure.

`python -m training pseudo-labels` writes `closet_masks.npz` (alpha of every closet photo, for the
classifier's cutouts and the parser) and `street_labels.npz` (label maps of street photos that carry tags only).
What is known about a photo bounds the judgement: a closet photo has one class, a tagged street photo none but
its tags'.
"""

from pathlib import Path

import cv2
import numpy as np

from recommender.vision.cutout import matting
from recommender.vision.options import shipped_options
from recommender.vision.segmentation.regions import without_small_pieces
from training.vision.loop import Ledger, use_threads
from training.vision.onnx_files import Compiled
from training.vision.packs import Pack
from training.vision.parts import FOREGROUND, NUMBER, PARTS, STREET_PARTS, UNKNOWN
from training.vision.pseudo_labels import SURE
from training.vision.train_parser import ParserConfig, compiled, load_parser, parse

CLOSET_SIDE = 256
STREET_SIDE = 384
# A garment that fills less or more of its photo than this was not understood.
CLOSET_AREA = (0.06, 0.92)
MOST_UNSURE = 0.4
_LARGE_PARTS = ("top", "outer", "dress", "bottom")


def closet_alpha(image: np.ndarray, classes: np.ndarray) -> np.ndarray | None:
    """Alpha (h, w) uint8 of a photo of one garment; None where it is not trustworthy.

    image: (h', w', 3) uint8. classes: logits (15, h'', w'') of the same view. What the network says is refined by the
    photo's colours, so that it does not learn its own overflowing.
    """
    logits = classes - classes.max(axis=0)
    p = np.exp(logits)
    front = 1 - p[0] / p.sum(axis=0)
    mask = without_small_pieces(front > 0.5, 0.05)
    area = mask.mean()
    unsure = ((front > 0.2) & (front < 0.8)).sum() / max(1, mask.sum())
    if not CLOSET_AREA[0] < area < CLOSET_AREA[1] or unsure > MOST_UNSURE:
        return None
    front = np.where(mask | (front < 0.5), front, 0).astype(np.float32)
    refined = matting.grabcut_refine(image, front, shipped_options().cutout)
    if refined is front or not CLOSET_AREA[0] < (refined > 0.5).mean():
        return None
    return (refined * 255).astype(np.uint8)


def street_parts(classes: np.ndarray, tags: list[str]) -> np.ndarray:
    """Label map (h, w) from logits (15, h, w), only of the classes that the photo's tags allow."""
    allowed = {NUMBER[STREET_PARTS[tag]] for tag in tags} | {NUMBER["background"], NUMBER["hair"], NUMBER["skin"]}
    barred = [i for i in range(len(PARTS)) if i not in allowed]
    logits = classes.copy()
    logits[barred] = -30
    logits -= logits.max(axis=0)
    p = np.exp(logits)
    p /= p.sum(axis=0)
    winner = p.argmax(axis=0).astype(np.uint8)
    parts = np.where(p.max(axis=0) > SURE, winner, UNKNOWN).astype(np.uint8)
    parts[(parts == UNKNOWN) & (p[0] < 1 - SURE)] = FOREGROUND
    # A large garment that the tags name and nobody found hides in another: then clothes are only "not ground".
    missed = [name for name in _LARGE_PARTS if NUMBER[name] in allowed and (winner == NUMBER[name]).mean() < 0.004]
    if missed:
        parts[np.isin(winner, [NUMBER[name] for name in _LARGE_PARTS])] = FOREGROUND
    return parts


def _fitted(plane: np.ndarray, shape: tuple[int, ...], how: int) -> np.ndarray:
    return cv2.resize(plane, (shape[1], shape[0]), interpolation=how)


def label_closet(network: Compiled, pack: Pack, ledger: Ledger, path: Path) -> int:
    """Write the alphas of closet photos to `path`; returns how many were trusted."""
    found: dict[str, np.ndarray] = {}
    for index in range(len(pack)):
        image = pack.image(index)
        alpha = closet_alpha(image, parse(network, image, CLOSET_SIDE)["classes"])
        if alpha is not None:
            found[str(index)] = _fitted(alpha, image.shape, cv2.INTER_LINEAR)
        if index % 500 == 499:
            ledger.write(event="closet masks", done=index + 1, trusted=len(found))
    np.savez_compressed(path, **found)
    return len(found)


def label_street(network: Compiled, pack: Pack, ledger: Ledger, path: Path) -> int:
    """Write label maps of the street photos without a mask to `path`; returns how many."""
    found: dict[str, np.ndarray] = {}
    for index, row in enumerate(pack.rows):
        if "mask_offset" in row:
            continue
        image = pack.image(index)
        parts = street_parts(parse(network, image, STREET_SIDE, flip=True)["classes"], row["tags"].split())
        found[str(index)] = _fitted(parts, image.shape, cv2.INTER_NEAREST)
    np.savez_compressed(path, **found)
    ledger.write(event="street labels", done=len(found))
    return len(found)


def label_all(config: ParserConfig, checkpoint: Path) -> None:
    """Write both files into the cache with the averaged network of `checkpoint`."""
    use_threads(config.threads)
    ledger = Ledger(config.folder)
    network = compiled(load_parser(checkpoint))
    street = Pack.open(config.cache, "street_photos")
    label_street(network, street, ledger, config.cache / "street_labels.npz")
    label_closet(network, Pack.open(config.cache, "closet_photos"), ledger, config.cache / "closet_masks.npz")
