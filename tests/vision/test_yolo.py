"""YOLO weights of an operator's own, here small and random: loaded, run and read without a download."""

from typing import ClassVar

import pytest
from PIL import Image

from catalog.taxonomy import Slot
from recommender.vision.facts import Scene
from recommender.vision.models import ModelMissing, Models
from recommender.vision.pipeline import Options, engine
from recommender.vision.segmentation.yolo import UltralyticsDetector, slot_of
from tests.vision.pictures import shirt


@pytest.mark.parametrize(
    ("name", "slot"),
    [
        ("top", Slot.TOP),
        ("Hoodie", Slot.TOP),
        ("dress_shoes", Slot.SHOES),
        ("long sleeve outwear", Slot.OUTER),
        ("vest dress", Slot.DRESS),
        ("backpack", Slot.BAG),
        ("traffic light", None),
    ],
)
def test_class_names_of_several_worlds_are_understood(name, slot):
    assert slot_of(name) is slot


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(ModelMissing, match="VISION_DETECTOR"):
        UltralyticsDetector(tmp_path / "none.pt", Models())(shirt(), [])


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["yolo11n-seg.yaml", "yolo11n.yaml"])
def test_random_weights_give_regions_of_the_photo(tmp_path, monkeypatch, shape):
    monkeypatch.setenv("YOLO_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("YOLO_OFFLINE", "1")
    from recommender.vision import torchvision_operators
    from recommender.vision.segmentation import yolo

    torchvision_operators.declare_missing()
    import torch
    from ultralytics import YOLO

    torch.manual_seed(0)
    model = YOLO(shape)
    model.model.names = {number: ("top", "bottom", "person")[number % 3] for number in range(80)}
    model.save(tmp_path / "own.pt")
    monkeypatch.setattr(yolo, "_MIN_CONFIDENCE", 0.0)

    detector = engine(Options(detector=str(tmp_path / "own.pt"), var=tmp_path)).detector
    seen = detector(shirt(200).crop((0, 0, 200, 120)), [])
    assert detector.key == "yolo:own" and seen.regions and seen.scene in (Scene.GARMENT, Scene.WORN)
    assert {region.slot for region in seen.regions} <= {"top", "bottom"}
    region = seen.regions[0]
    assert region.probability.shape == (96, 160) and 0 <= region.probability.min() <= region.probability.max() <= 1


def test_nothing_found_is_no_scene(monkeypatch, tmp_path):
    sides = []

    class Blind:
        overrides: ClassVar[dict[str, int]] = {"imgsz": 320}

        def predict(self, *args, imgsz, **kwargs):
            sides.append(imgsz)

            class Boxes:
                cls = conf = xyxy = __import__("torch").zeros(0)

            return [type("Result", (), {"boxes": Boxes, "masks": None, "names": {}})]

    models = Models()
    models.get("yolo:own", Blind)
    seen = UltralyticsDetector(tmp_path / "own.pt", models)(Image.new("RGB", (64, 64)), [])
    assert seen.scene is Scene.NONE and not seen.regions
    assert sides == [320]  # as large as it was taught, or it sees next to nothing
