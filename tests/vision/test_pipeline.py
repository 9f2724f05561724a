"""A photo's way, with networks whose answers can be foreseen."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imaging.decode import BadImage, decode
from imaging.webp import webp
from recommender.vision import faces, pipeline
from recommender.vision.facts import Box, Scene
from recommender.vision.fusion import Context, Fusion, Model, shipped_fusion
from recommender.vision.person import person_on_white
from recommender.vision.quality import shipped_quality
from recommender.vision.segmentation.detector import Detections
from tests.fakes import FakeClassifier, FakeDetector, fake_engine
from tests.vision.pictures import encoded, shirt

FACE = (255, 0, 255)


def person(width: int = 300, height: int = 400, *, eyes: bool = False) -> Image.Image:
    """A face over a red top, blue trousers and black shoes."""
    image = Image.new("RGB", (width, height), (230, 230, 225))
    draw = ImageDraw.Draw(image)
    draw.rectangle((130, 20, 170, 70), fill=FACE)
    if eyes:
        draw.rectangle((138, 36, 146, 42), fill="black")
        draw.rectangle((154, 36, 162, 42), fill="black")
    draw.rectangle((100, 80, 200, 190), fill=(190, 20, 30))
    draw.rectangle((105, 205, 195, 330), fill=(30, 40, 120))
    draw.rectangle((105, 345, 195, 375), fill=(15, 15, 15))
    return image


def look(image: Image.Image, **wishes):
    return pipeline.analyse(encoded(image, "PNG"), engine=fake_engine(), **wishes)


def test_flat_lay_photo_yields_one_garment():
    facts = look(shirt(400))
    (garment,) = facts.garments
    assert facts.scene is Scene.GARMENT and not facts.full_body and facts.faces == []
    assert garment.cut and garment.colours[0].name == "red" and garment.embedding.shape == (256,)
    assert garment.box == pytest.approx((25, 50, 375, 350), abs=8)
    assert facts.style == garment.scores["style"]
    assert facts.models == {
        "detect": "fake-detector", "cutout": "fake-cutter", "describe": "fake-describer",
        "fusion": shipped_fusion().key, "quality": shipped_quality().key,
    }  # fmt: skip


def test_on_model_photo_reports_each_garment_as_it_is_ready():
    told, stages = [], []
    facts = look(person(), on_garment=lambda number, garment: told.append((number, garment)), on_stage=stages.append)
    assert facts.scene is Scene.WORN and facts.full_body and len(facts.faces) == 1
    assert facts.person_height == facts.height
    assert [number for number, _ in told] == [0, 1, 2]
    assert [garment for _, garment in told] == facts.garments
    assert stages == list(pipeline.STAGES)
    assert facts.ms.keys() == set(pipeline.STAGES) and all(value >= 0 for value in facts.ms.values())
    assert set(facts.style) and all(0 < probability < 1 for probability in facts.style.values())


def on_model(is_garment: dict[str, float], **thresholds: float) -> Fusion:
    """Segmentation and classifier count alike, and worn garments are judged as given."""
    model = Model({"segmentation": 1.0, "classifier": 1.0}, is_garment, **thresholds)
    return replace(shipped_fusion(), contexts={**shipped_fusion().contexts, Context.ON_MODEL: model})


class HatBelow(FakeDetector):
    slots = ("top", "bottom", "hat")


class AllShirts(FakeClassifier):
    def __call__(self, pictures):
        kinds = {"shirt": 0.88, "trousers": 0.1, "hat": 0.01, "cap": 0.01}
        return [replace(one, scores={**one.scores, "kind": kinds}) for one in super().__call__(pictures)]


def test_a_hat_that_the_classifier_denies_is_discarded():
    fusion = on_model({"intercept": 2.0, "log_agreement": 1.0}, min_garment=0.3, min_clear=0.3)
    engine = replace(fake_engine(), detector=HatBelow(), classifier=AllShirts(), fusion=fusion)
    facts = pipeline.analyse(encoded(person(), "PNG"), engine=engine)
    assert [garment.slot for garment in facts.garments] == ["top", "bottom"]


class UnsureOfSmall(FakeDetector):
    """Scores what is small low."""

    def __call__(self, image, faces):
        detections = super().__call__(image, faces)
        largest = max(region.mask.sum() for region in detections.regions)
        regions = [replace(one, score=0.9 if one.mask.sum() > 0.2 * largest else 0.3) for one in detections.regions]
        return replace(detections, regions=regions)


def test_a_worn_garment_of_low_probability_is_not_clear():
    image = person()
    ImageDraw.Draw(image).rectangle((230, 150, 260, 175), fill=(200, 200, 20))
    fusion = on_model({"intercept": 2.0, "log_detection": 2.0}, min_garment=0.2, min_clear=0.5)
    engine = replace(fake_engine(), detector=UnsureOfSmall(), fusion=fusion)
    facts = pipeline.analyse(encoded(image, "PNG"), engine=engine)
    assert [garment.clear for garment in facts.garments] == [True, True, True, False]
    assert facts.garments[0].score > 0.8 > 0.5 > facts.garments[3].score > 0.2


class Onesided(FakeClassifier):
    """Keeps the pictures it was shown."""

    def __init__(self):
        self.shown = []

    def __call__(self, pictures):
        self.shown.append([np.asarray(picture.convert("RGB")) for picture in pictures])
        return super().__call__(pictures)


def test_one_of_three_flat_lay_views_is_mirrored():
    classifier = Onesided()
    image = shirt(400)
    image.paste((20, 160, 40), (80, 160, 140, 220))  # a pocket on one side
    pipeline.analyse(encoded(image, "PNG"), engine=replace(fake_engine(), classifier=classifier))
    assert [pocket_side(view) for view in classifier.shown[0]] == ["left", "right", "left"]


def pocket_side(view):
    columns = np.flatnonzero((np.abs(view.astype(int) - (20, 160, 40)) < 12).all(-1).any(0))
    return "left" if columns.mean() < view.shape[1] / 2 else "right"


class Undecided(FakeClassifier):
    def __call__(self, pictures):
        kinds = {"shirt": 0.45, "skirt": 0.55}
        return [replace(one, scores={**one.scores, "kind": kinds}) for one in super().__call__(pictures)]


def test_segmentation_decides_a_flat_lay_kind_where_the_classifier_is_unsure():
    engine = replace(fake_engine(), classifier=Undecided())
    (garment,) = pipeline.analyse(encoded(shirt(400), "PNG"), engine=engine).garments
    assert garment.kind == "shirt" and garment.slot == "top"


def test_look_style_is_judged_without_background_and_face():
    image, face = person(), Box(130, 20, 171, 71)
    body = np.zeros((100, 75), np.float32)
    body[:, 25:50] = 1  # 100 to 200 of 300 pixels across
    seen = Detections(Scene.WORN, True, [], Box(60, 10, 240, 390), body)
    shown = np.asarray(person_on_white(image, seen, [face]))
    assert shown.shape == (380, 180, 3) and (shown[:, :30] == 255).all() and (shown[:, 150:] == 255).all()
    assert (shown[100, 90] == (190, 20, 30)).all()
    assert not (shown == FACE).all(-1).any()
    unknown = person_on_white(image, replace(seen, body=None), [face])
    assert np.asarray(unknown)[0, 0].tolist() == [230, 230, 225]


def test_boxes_are_pixels_of_the_photo_however_large():
    small, large = look(person()), look(person().resize((3000, 4000), Image.Resampling.NEAREST))
    for one, other in zip(small.garments, large.garments, strict=True):
        assert np.array(other.box) == pytest.approx(np.array(one.box) * 10, abs=60)
    assert (large.width, large.height) == (3000, 4000)


def test_a_photo_may_be_given_decoded():
    decoded = decode(encoded(shirt(400), "PNG"))
    assert pipeline.analyse(decoded, engine=fake_engine()).garments[0].kind


def test_a_bare_wall_yields_no_garment():
    facts = look(Image.new("RGB", (200, 200), "beige"))
    assert facts.scene is Scene.NONE and facts.garments == [] and facts.style == {}


def test_a_region_of_no_likely_kind_is_no_garment():
    parts = fake_engine()

    class Baffled(type(parts.classifier)):
        def __call__(self, pictures):
            found = super().__call__(pictures)
            for one in found:
                one.scores["kind"] = dict.fromkeys(one.scores["kind"], 1 / len(one.scores["kind"]))
            return found

    cat = replace(parts, classifier=Baffled())
    facts = pipeline.analyse(encoded(shirt(200), "PNG"), engine=cat)
    assert facts.scene is Scene.NONE and facts.garments == []


def test_an_unreadable_photo_is_a_bad_image():
    with pytest.raises(BadImage):
        pipeline.analyse(b"no picture", engine=fake_engine())


def test_owner_drawn_mask_overrides_detection():
    mask = np.zeros((100, 100), np.uint8)
    mask[20:60, 20:60] = 255
    facts = look(shirt(400), mask_override=mask)
    (garment,) = facts.garments
    assert garment.box == pytest.approx((80, 80, 240, 240), abs=4)


def test_an_empty_drawn_mask_keeps_the_photo_and_says_so():
    garment = look(shirt(400), mask_override=np.zeros((50, 50), np.uint8)).garments[0]
    assert not garment.cut and garment.cutout.image.size == (400, 400)


def eyes_seen(pixels: np.ndarray) -> bool:
    return bool((pixels[30:50, 130:170].max(-1) < 60).any())


def test_no_stored_cutout_shows_a_face():
    image = person(eyes=True)
    mask = np.full((400, 300), 255, np.uint8)
    mask[10:80, 120:180] = 0  # the owner left the face out; around it nothing of it may show either
    mask[36:42, 138:146] = 255
    pixels = np.asarray(look(image, mask_override=mask).garments[0].cutout.image)[..., :3]
    assert eyes_seen(np.asarray(image)) and not eyes_seen(pixels)


def test_json_has_the_documented_shape():
    line = json.loads(json.dumps(look(person()).as_json(file="a.png", masks=["0.png", "1.png", "2.png"])))
    assert list(line) == [
        "file",
        "scene",
        "full_body",
        "person_height",
        "faces",
        "keypoints",
        "garments",
        "style",
        "ms",
    ]
    assert line["scene"] == "worn" and line["faces"] == 1 and line["full_body"] is True
    garment = line["garments"][0]
    assert list(garment) == [
        "score", "quality", "box", "kind", "kind_scores", "slot", "colours", "pattern", "material",
        "attributes", "seasons", "gender", "style", "mask",
    ]  # fmt: skip
    assert list(garment["colours"][0]) == ["lab", "hex", "name", "share"] and garment["mask"] == "0.png"
    assert all(isinstance(edge, int) for edge in garment["box"])


def test_blurred_faces_cannot_be_told_and_the_rest_is_untouched():
    image = person(eyes=True)
    hidden = np.asarray(faces.blurred(image, [Box(130, 20, 170, 70)]))
    assert (hidden[100:] == np.asarray(image)[100:]).all()
    assert not eyes_seen(hidden)
    assert np.asarray(faces.blanked(image, [Box(130, 20, 170, 70)]))[45, 150].tolist() == [124, 116, 104]


def test_a_face_printed_on_a_shirt_stays():
    cloth = np.zeros((400, 300), np.uint8)
    cloth[80:190, 100:200] = 255
    printed, real = Box(130, 100, 170, 150), Box(130, 20, 170, 70)
    assert faces.outside([printed, real], cloth) == [real]


def test_a_stored_cutout_hides_nothing_of_its_room():
    image = shirt(300, (20, 60, 200))
    image.paste((250, 0, 0), (255, 0, 300, 45))  # a corner of the room, within the garment's box
    cutout = look(image).garments[0].cutout
    stored = np.asarray(Image.open(io.BytesIO(webp(cutout.image))).convert("RGBA"))
    unseen = stored[stored[..., 3] == 0][:, :3].astype(int)
    assert len(unseen) and not ((unseen[:, 0] > 150) & (unseen[:, 2] < 100)).any()
