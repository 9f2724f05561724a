"""The networks that ship, on photos every machine has."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from imaging.decode import decode
from recommender.vision import faces, pipeline
from recommender.vision.cards import load_cards, verify
from recommender.vision.facts import Scene
from tests.vision.pictures import encoded, noise

pytestmark = pytest.mark.weights


def look(picture, engine) -> pipeline.PhotoFacts:
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    return pipeline.analyse(encoded(image.convert("RGB"), quality=92), engine=engine)


def asset(name: str) -> Image.Image:
    import importlib.util

    spec = importlib.util.find_spec("ultralytics")  # found without importing it: its import takes seconds
    if spec is None or spec.origin is None:
        pytest.skip("ultralytics is not installed")
    return Image.open(Path(spec.origin).parent / "assets" / name)


def test_every_card_is_whole_and_describes_its_file(real_engine):
    cards = load_cards()
    assert {"parser", "classifier"} <= cards.keys()
    for card in cards.values():
        verify(card)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(lambda: np.zeros((600, 400, 3), np.uint8), id="black frame"),
        pytest.param(lambda: np.full((400, 600, 3), 255, np.uint8), id="white frame"),
        pytest.param(lambda: noise(400, 400), id="noise"),
        pytest.param(data.chelsea, id="cat"),
        pytest.param(data.page, id="page of text"),
        pytest.param(data.text, id="screenshot of text"),
        pytest.param(data.coffee, id="cup"),
        pytest.param(data.rocket, id="rocket"),
        pytest.param(data.brick, id="bare wall"),
        pytest.param(data.gravel, id="bare floor"),
    ],
)
def test_a_garment_is_never_invented(real_engine, picture):
    facts = look(picture(), real_engine)
    assert facts.scene is Scene.NONE and facts.garments == [] and not facts.full_body


def test_a_portrait_is_no_full_body(real_engine):
    facts = look(data.astronaut(), real_engine)
    assert len(facts.faces) == 1 and not facts.full_body
    assert {garment.slot for garment in facts.garments} <= {"outer", "top", "dress", "accessory"}
    face = facts.faces[0]
    assert face.x0 < 225 < face.x1 and face.y0 < 115 < face.y1


def test_a_face_alone_wears_nothing(real_engine):
    assert look(data.astronaut()[30:190, 150:300], real_engine).garments == []


def test_people_in_the_street_wear_something(real_engine):
    facts = look(asset("bus.jpg"), real_engine)
    assert facts.scene is Scene.WORN and 2 <= len(facts.faces) <= 5
    slots = {garment.slot for garment in facts.garments}
    assert slots & {"outer", "top", "dress"} and slots & {"bottom", "dress", "shoes"}
    for garment in facts.garments:
        assert 0 <= garment.box[0] < garment.box[2] <= facts.width
        assert garment.embedding is not None and np.linalg.norm(garment.embedding) == pytest.approx(1, abs=1e-4)
        assert sum(garment.scores["kind"].values()) == pytest.approx(1, abs=1e-3)


def test_two_coaches_show_no_feet(real_engine):
    facts = look(asset("zidane.jpg"), real_engine)
    assert facts.scene is Scene.WORN and len(facts.faces) == 2 and not facts.full_body
    assert "shoes" not in {garment.slot for garment in facts.garments}


# Where people are on the two photos, roughly: x0, y0, x1, y1.
BUS = [(40, 390, 250, 910), (215, 395, 350, 870), (660, 380, 810, 890), (0, 540, 70, 880)]
COACHES = [(110, 190, 1120, 720), (740, 30, 1150, 720)]


def test_of_six_people_nobody_wears_what_is_not_there(real_engine):
    bus, coaches = asset("bus.jpg").convert("RGB"), asset("zidane.jpg").convert("RGB")
    crowd = Image.new("RGB", (bus.width + coaches.width, bus.height), "grey")
    crowd.paste(bus, (0, 0))
    crowd.paste(coaches, (bus.width, 0))
    people = [*BUS, *((x0 + bus.width, y0, x1 + bus.width, y1) for x0, y0, x1, y1 in COACHES)]
    facts = look(crowd, real_engine)
    assert facts.scene is Scene.WORN and facts.garments
    for garment in facts.garments:
        x, y = (garment.box[0] + garment.box[2]) / 2, (garment.box[1] + garment.box[3]) / 2
        assert any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in people), (garment.kind, garment.box)
        assert garment.cut and garment.embedding is not None


def test_faces_in_the_street_are_hidden(real_engine):
    image = asset("zidane.jpg").convert("RGB")
    found = real_engine.faces(image, closely=True)
    before, after = np.asarray(image).astype(int), np.asarray(faces.blurred(image, found)).astype(int)
    assert len(found) == 2
    for face in found:
        x0, y0, x1, y1 = face.rounded()
        sharp = np.abs(np.diff(before[y0:y1, x0:x1], axis=1)).mean()
        assert np.abs(np.diff(after[y0:y1, x0:x1], axis=1)).mean() < sharp / 3


def test_closet_photos_are_cut_out_and_named(real_engine, shared_data):
    wanted = {
        "ea7b6656-3f84-4eb3-9099-23e623fc1018.webp": {"t-shirt", "sleeveless", "long-sleeve"},
        "3b86d877-2b9e-4c8b-a6a2-1d87513309d0.webp": {
            "sneakers", "dress-shoes", "boots", "sandals", "heels", "flats", "slippers",
        },
    }  # fmt: skip
    with tarfile.open(shared_data / "closet_photos.tar") as archive:
        for name, kinds in wanted.items():
            stream = archive.extractfile(name)
            facts = pipeline.analyse(io.BytesIO(stream.read()), engine=real_engine)
            assert facts.scene is Scene.GARMENT and not facts.full_body and len(facts.garments) == 1
            garment = facts.garments[0]
            assert garment.cut and garment.kind in kinds
            assert 0.05 < (garment.cutout.alpha > 127).sum() / (facts.width * facts.height) < 0.95


def test_a_street_photo_is_a_whole_body(real_engine, shared_data):
    with tarfile.open(shared_data / "street_photos.tar") as archive:
        facts = pipeline.analyse(io.BytesIO(archive.extractfile("0002.webp").read()), engine=real_engine)
    assert facts.scene is Scene.WORN and facts.full_body and len(facts.faces) >= 1
    assert {"shoes"} < {garment.slot for garment in facts.garments}
    assert set(facts.style)


HEADS = ["0263", "0323", "0553", "0593", "0733", "0933"]


def test_hair_is_no_hat(real_engine, shared_data):
    """Heads alone, cut out of street photos that no network was taught with: hair is no hat, a hat is one."""
    with tarfile.open(shared_data / "street_photos.tar") as archive:
        photos = {name: decode(archive.extractfile(f"{name}.webp").read()).image for name in [*HEADS, "0743"]}
    worn = {}
    for name, photo in photos.items():
        face = max(real_engine.faces(photo), key=lambda box: box.y1 - box.y0)
        width, height = face.x1 - face.x0, face.y1 - face.y0
        around = (face.x0 - 0.4 * width, face.y0 - 0.48 * height, face.x1 + 0.4 * width, face.y1 + 0.15 * height)
        head = photo.crop([round(edge) for edge in around])
        facts = look(head.resize((head.width * 4, head.height * 4)), real_engine)
        worn[name] = [garment.slot for garment in facts.garments]
    assert worn.pop("0743") == ["hat"]
    assert worn == {name: [] for name in HEADS}


def test_the_same_photo_is_seen_the_same(real_engine):
    image = encoded(asset("bus.jpg").convert("RGB").resize((400, 533)))
    one, other = (pipeline.analyse(decode(image), engine=real_engine).as_json(file="x") for _ in range(2))
    one.pop("ms"), other.pop("ms")
    assert one == other
