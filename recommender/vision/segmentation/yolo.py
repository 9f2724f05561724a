"""Any YOLO weights as a detector, through ultralytics: an operator's choice, never the default.

ultralytics brings torch along, so this module is imported only when the setting names a file. It reads
detection and segmentation weights whose class names are ours, a slot's, or DeepFashion2's.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from catalog.taxonomy import KIND_BY_SLUG, Slot
from recommender.vision import torchvision_operators
from recommender.vision.facts import Box, Scene
from recommender.vision.models import ModelMissing, Models
from recommender.vision.segmentation.detector import Detections
from recommender.vision.segmentation.regions import Region

_INPUT_SIDE: Final = 640  # of weights that do not say at which they were trained
_MIN_CONFIDENCE: Final = 0.25
_MASK_SIDE: Final = 160  # cells along the long side of a mask: the resolution of YOLO's prototypes
_WORDS: Final[Mapping[str, Slot]] = {
    "short sleeve top": Slot.TOP,
    "long sleeve top": Slot.TOP,
    "short sleeve outwear": Slot.OUTER,
    "long sleeve outwear": Slot.OUTER,
    "vest": Slot.OUTER,
    "sling": Slot.TOP,
    "shorts": Slot.BOTTOM,
    "trousers": Slot.BOTTOM,
    "skirt": Slot.BOTTOM,
    "short sleeve dress": Slot.DRESS,
    "long sleeve dress": Slot.DRESS,
    "vest dress": Slot.DRESS,
    "sling dress": Slot.DRESS,
    "pants": Slot.BOTTOM,
    "shoe": Slot.SHOES,
    "sneaker": Slot.SHOES,
    "outerwear": Slot.OUTER,
    "backpack": Slot.BAG,
    "handbag": Slot.BAG,
    "tie": Slot.ACCESSORY,
}
_BODY: Final = ("head", "upper", "lower", "foot", "feet")


class UltralyticsDetector:
    """`Detector` on YOLO weights (.pt or .onnx). Raises ModelMissing where the file is not there."""

    def __init__(self, weights: Path, models: Models, *, var: Path | None = None) -> None:
        self._weights, self._models, self._var = weights, models, var

    @property
    def key(self) -> str:
        return f"yolo:{self._weights.stem}"

    def __call__(self, image: Image.Image, faces: Sequence[Box]) -> Detections:
        model = self._models.get(self.key, self._open)
        # ultralytics reads arrays as BGR.
        pixels = np.ascontiguousarray(np.asarray(image)[..., ::-1])
        side = model.overrides.get("imgsz", _INPUT_SIDE)
        found = model.predict(pixels, imgsz=side, conf=_MIN_CONFIDENCE, device="cpu", verbose=False, save=False)[0]
        regions = [region for region in self._regions(found, image) if region is not None]
        if not regions:
            return Detections(Scene.NONE, False, [])
        people = [Box(*map(float, box)) for name, box in _named(found) if name == "person"]
        worn = bool(faces or people)
        frame = max(people, key=lambda box: box.width * box.height, default=None)
        return Detections(Scene.WORN if worn else Scene.GARMENT, _whole(found, regions, faces), regions, frame)

    def _regions(self, found: Any, image: Image.Image) -> list[Region | None]:
        names = [slot_of(name) for name, _ in _named(found)]
        scores = found.boxes.conf.cpu().numpy()
        boxes = found.boxes.xyxy.cpu().numpy()
        masks = None if found.masks is None else found.masks.data.cpu().numpy()
        regions: list[Region | None] = []
        for index, slot in enumerate(names):
            if slot is None:
                regions.append(None)
                continue
            if masks is not None:
                probability = _unboxed(masks[index], image)
            else:  # a detector without masks: its box, which the cutter then refines
                probability = _filled(Box(*map(float, boxes[index])), image)
            regions.append(Region(slot.value, float(scores[index]), probability, slot.value))
        return regions

    def _open(self) -> Any:
        if not self._weights.is_file():
            raise ModelMissing(f"{self._weights} is not there; VISION_DETECTOR must name YOLO weights or 'otjang'.")
        folder = self._var or self._weights.parent
        # Read once, when ultralytics is imported: no downloads, no installs, no reports home.
        os.environ.update(
            YOLO_OFFLINE="1",
            YOLO_AUTOINSTALL="False",
            ULTRALYTICS_SKIP_REQUIREMENTS_CHECKS="1",
            YOLO_CONFIG_DIR=str(folder),
        )
        torchvision_operators.declare_missing()
        from ultralytics import YOLO, settings

        settings.update({"sync": False})
        return YOLO(str(self._weights))


def slot_of(name: str) -> Slot | None:
    """The slot a class name of a YOLO model means: a slot's own word, a kind of ours, or DeepFashion2's."""
    word = name.lower().replace("_", " ").strip()
    if word in {slot.value for slot in Slot}:
        return Slot(word)
    kind = KIND_BY_SLUG.get(word.replace(" ", "-"))
    return kind.slot if kind else _WORDS.get(word)


def _named(found: Any) -> list[tuple[str, Any]]:
    boxes = found.boxes
    return [
        (str(found.names[int(number)]), box)
        for number, box in zip(boxes.cls.cpu().numpy(), boxes.xyxy.cpu().numpy(), strict=True)
    ]


def _grid(image: Image.Image) -> tuple[int, int]:
    ratio = _MASK_SIDE / max(image.size)
    return max(1, round(image.height * ratio)), max(1, round(image.width * ratio))


def _unboxed(mask: Any, image: Image.Image) -> Any:
    """A mask over the letterboxed input, as one over the photo. mask: (h, w) float, 0..1."""
    import cv2

    rows, columns = mask.shape
    ratio = min(rows / image.height, columns / image.width)
    height, width = round(image.height * ratio), round(image.width * ratio)
    top, left = (rows - height) // 2, (columns - width) // 2
    inner = np.ascontiguousarray(mask[top : top + height, left : left + width], dtype=np.float32)
    down, across = _grid(image)
    return cv2.resize(inner, (across, down), interpolation=cv2.INTER_AREA)


def _filled(box: Box, image: Image.Image) -> Any:
    down, across = _grid(image)
    probability = np.zeros((down, across), np.float32)
    x0, y0, x1, y1 = Box(box.x0, box.y0, box.x1, box.y1).times(across / image.width).clipped(across, down).rounded()
    probability[y0:y1, x0:x1] = 1.0
    return probability


def _whole(found: Any, regions: Sequence[Region], faces: Sequence[Box]) -> bool:
    """Head, upper, lower and feet: by classes of those names where the model has them, else by garments."""
    names = {name.lower() for name, _ in _named(found)}
    if names & set(_BODY):
        return {"head", "upper", "lower"} <= names and bool(names & {"foot", "feet"})
    slots = {region.slot for region in regions}
    return (
        bool(faces) and "shoes" in slots and ("dress" in slots or bool(slots & {"top", "outer"} and "bottom" in slots))
    )
