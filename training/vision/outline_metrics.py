"""How well a cutout's outline lies: overlap with a mask, and the share of its edge that lies on the mask's."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imaging import decode as images
from recommender.vision.cutout.cutter import whole_alpha
from recommender.vision.facts import PhotoFacts, Scene
from recommender.vision.pipeline import Engine, analyse
from training.vision.measured import Photos, Row
from training.vision.parser_metrics import MIN_TRUTH_AREA
from training.vision.parts import NUMBER, tag_table
from training.vision.splits import unit_of

Mask = NDArray[np.bool_]
SIDE: Final = 384  # longer side at which edges are compared
REACH: Final = 2  # pixels that an edge may be away
FOUND: Final = 0.5  # overlap with the mask from which a worn garment is the one meant
CLEAN: Final = 0.95  # of both: what an eye takes for clean
# Chosen by looking at training photos: below, the teacher loses pale garments; above, the segmentation fills the gap
# between legs and the teacher does not.
AGREES: Final = 0.68  # overlap of teacher and segmentation from which the teacher is believed
_SOFT: Final = 0.3  # most of the garment's area that the teacher may be unsure of


def overlap(one: Mask, other: Mask) -> float:
    """Intersection over union of two masks, 0 where both are empty."""
    return float((one & other).sum() / max(1, (one | other).sum()))


def boundary_f(one: Mask, other: Mask) -> float:
    """F1 of the edge pixels of two masks of one shape that lie within `REACH` of the other's, at a longer side `SIDE`.

    0 where one of them has no edge.
    """
    ratio = SIDE / max(one.shape)
    size = (max(1, round(one.shape[1] * ratio)), max(1, round(one.shape[0] * ratio)))
    edges = [
        _edge(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5) for mask in (one, other)
    ]
    if not all(edge.any() for edge in edges):
        return 0.0
    near = [cv2.distanceTransform((~edge).astype(np.uint8), cv2.DIST_L2, 5) <= REACH for edge in edges]
    precision, recall = near[1][edges[0]].mean(), near[0][edges[1]].mean()
    return float(2 * precision * recall / max(1e-9, precision + recall))


def _edge(mask: Mask) -> Mask:
    """The pixels of a mask that touch what is not in it; the picture's rim is no edge."""
    inside = mask.astype(np.uint8)
    return mask & (cv2.erode(inside, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE) == 0)


def believed(teacher: NDArray[np.uint8], coarse: NDArray[np.uint8]) -> bool:
    """Whether the teacher means the garment that the segmentation found. Both (h, w) of 255."""
    inside = teacher > 127
    soft = ((teacher > 25) & (teacher < 230)).sum() / max(1, inside.sum())
    return bool(overlap(inside, coarse > 127) >= AGREES and soft <= _SOFT)


def outlines(photos: Photos, engine: Engine) -> Iterator[Row]:
    """Flat lay against the teacher's outline, where `--outlines` says where that lies; worn against the pixel masks."""
    if photos.outlines:
        yield from _flat_lay(photos, engine, photos.outlines / "closet")
    yield from _worn(photos, engine)


def _flat_lay(photos: Photos, engine: Engine, folder: Path) -> Iterator[Row]:
    ious, edges, clean, units, seen, missed = [], [], [], [], 0, 0
    for row, content, _ in photos.of("closet_photos"):
        path = (folder / row["file"]).with_suffix(".png")
        if not path.exists():
            continue
        seen += 1
        image = images.decode(content).image
        teacher = np.asarray(Image.open(path).resize(image.size, Image.Resampling.BOX))
        regions = engine.detector(image, []).regions
        coarse: NDArray[np.uint8] = np.zeros(teacher.shape, np.uint8)
        for region in regions[:1]:
            coarse = np.asarray(cv2.resize((region.probability * 255).astype(np.uint8), image.size), np.uint8)
        if not believed(teacher, coarse):
            missed += 1
            continue
        mine = _cloth(analyse(content, engine=engine), image.size)
        ious.append(overlap(mine, teacher > 127))
        edges.append(boundary_f(mine, teacher > 127))
        clean.append(min(ious[-1], edges[-1]) >= CLEAN)
        units.append(unit_of("closet_photos", row))
    note = f"of {seen} photos the teacher is believed on {seen - missed}"
    yield Row.of("flat lay: IoU with the teacher's outline", ious, units, note=note)
    yield Row.of("flat lay: boundary F, 2 px of 384", edges, units)
    yield Row.of(f"flat lay: both at least {CLEAN}", clean, units)


def _cloth(facts: PhotoFacts, size: tuple[int, int]) -> Mask:
    """What is cut out of a photo, all garments together."""
    scale = max(1.0, max(size) / images.WORKING_SIDE)
    mine = np.zeros(size[::-1], bool)
    for garment in facts.garments:
        if garment.cut:
            mine |= np.asarray(whole_alpha(garment.cutout, size, scale)) > 127
    return mine


def _worn(photos: Photos, engine: Engine) -> Iterator[Row]:
    table = tag_table((photos.data / "street_labels.txt").read_text().split())
    ious, edges, units = [], [], []
    for row, content, mask in photos.of("street_photos", masked=True):
        truth = table[np.asarray(Image.open(io.BytesIO(mask or b"")))]
        facts = analyse(content, engine=engine)
        size = (facts.width, facts.height)
        truth = cv2.resize(truth, size, interpolation=cv2.INTER_NEAREST)
        if facts.scene is not Scene.WORN:
            continue
        for garment in facts.garments:
            if garment.slot not in NUMBER or not garment.cut:
                continue
            label = truth == NUMBER[garment.slot]
            mine = np.asarray(whole_alpha(garment.cutout, size, max(1.0, max(size) / images.WORKING_SIDE))) > 127
            if label.mean() < MIN_TRUTH_AREA or (iou := overlap(mine, label)) <= FOUND:
                continue
            x0, y0, x1, y1 = _around(mine | label)
            ious.append(iou)
            edges.append(boundary_f(mine[y0:y1, x0:x1], label[y0:y1, x0:x1]))
            units.append(unit_of("street_photos", row))
    yield Row.of(f"worn: IoU with the pixel mask, above {FOUND}", ious, units)
    yield Row.of("worn: boundary F, 2 px of 384 along the garment", edges, units)


def _around(mask: Mask) -> tuple[int, int, int, int]:
    """The box of a mask and a little more, so that its whole edge is inside."""
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    return max(0, x - 4), max(0, y - 4), x + w + 4, y + h + 4
