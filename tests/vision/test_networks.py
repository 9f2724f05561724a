"""Loading: lazily, once, verified against the card, with a clear word where something is missing."""

import json
import threading
import time

import numpy as np
import pytest
from PIL import Image

from recommender.vision.cards import BadCard
from recommender.vision.describe.classifier import OnnxClassifier, fuse_views, letterboxed, mean_embedding
from recommender.vision.facts import Box, Scene
from recommender.vision.models import ModelMissing, Models
from recommender.vision.options import shipped_options
from recommender.vision.pipeline import Options, analyse, engine
from recommender.vision.segmentation.detector import ParserDetector
from recommender.vision.segmentation.parser import Parser, fitted_input
from tests.vision.pictures import encoded, shirt

OPTIONS = shipped_options().detection


def test_a_network_is_opened_once_however_many_ask():
    opened, models = [], Models()

    def build() -> str:
        time.sleep(0.02)
        opened.append(1)
        return "network"

    threads = [threading.Thread(target=models.get, args=("one", build)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [1] and models.get("one", build) == "network"


def test_a_failed_opening_is_tried_again():
    models = Models()
    with pytest.raises(ModelMissing):
        models.card("parser", folder=__import__("pathlib").Path("/nowhere"))
    assert models.get("x", lambda: 3) == 3


def test_a_missing_network_says_which_and_what_to_do(tmp_path):
    parts = engine(Options(weights=tmp_path))
    with pytest.raises(ModelMissing, match=r"parser.json.*training"):
        analyse(encoded(shirt()), engine=parts)
    with pytest.raises(ModelMissing, match="classifier"):
        parts.classifier([shirt()])


def test_a_network_that_is_not_its_cards_is_refused(tiny_weights):
    path = tiny_weights / "parser.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"sha256": "0" * 64}))
    with pytest.raises(BadCard):
        Parser(Models(), tiny_weights)(shirt())


@pytest.mark.parametrize("size", [(160, 160), (90, 160), (160, 70), (33, 200), (1000, 400)])
def test_segmentation_covers_the_photo_whatever_its_shape(tiny_weights, size):
    image = Image.new("RGB", size, "white")
    image.paste((0, 0, 0), (0, size[1] // 2, size[0], size[1]))
    parsing = Parser(Models(), tiny_weights)(image)
    assert parsing.classes.sum(0) == pytest.approx(1, abs=1e-4)
    top = parsing.probability("top")
    rows = top.shape[0]
    assert top[: rows // 2 - 1].mean() < 0.1 and top[rows // 2 + 1 :].mean() > 0.9
    assert abs(top.shape[0] / top.shape[1] - size[1] / size[0]) < 0.35 * size[1] / size[0]


def test_mirrored_pass_is_averaged_in_place(tiny_weights):
    parser = Parser(Models(), tiny_weights)
    image = Image.new("RGB", (90, 160), "white")
    image.paste((0, 0, 0), (0, 80, 30, 160))
    first = parser(image)
    second = parser.with_mirror(image, first)
    assert second.classes.shape >= first.classes.shape and second.whole == first.whole
    assert second.classes.sum(0) == pytest.approx(1, abs=1e-4)
    top = second.probability("top")
    rows, columns = top.shape
    assert top[rows // 2 + 4 :, : columns // 3 - 4].mean() > 0.9 and top[:, columns // 3 + 6 :].mean() < 0.1


def test_a_second_look_from_near_changes_what_lies_there_and_stays_in_place(tiny_weights):
    parser = Parser(Models(), tiny_weights)
    image = Image.new("RGB", (90, 160), "white")
    image.paste((0, 0, 0), (0, 80, 30, 160))
    first = parser(image)
    second = parser.with_mirror(image, first, box=Box(-5, 70, 50, 160))
    top = second.probability("top")
    rows, columns = top.shape
    assert rows / columns == pytest.approx(160 / 90, rel=0.05) and second.whole == first.whole
    assert second.classes.sum(0) == pytest.approx(1, abs=1e-4)
    assert top[rows // 2 + 4 :, : columns // 3 - 4].mean() > 0.9 and top[:, columns // 3 + 6 :].mean() < 0.1
    assert top[: rows // 2 - 4].mean() < 0.1


def test_padding_is_the_mean_and_lies_right_and_below(tiny_weights):
    shape = Models().card("parser", tiny_weights).input
    feed, rows, columns = fitted_input(Image.new("RGB", (60, 90), "white"), shape, 96, OPTIONS)
    assert feed.shape == (1, 3, 96, 64) and (rows, columns) == (96, 64)
    feed, rows, columns = fitted_input(Image.new("RGB", (100, 70), "white"), shape, 96, OPTIONS)
    assert feed.shape == (1, 3, 96, 96) and (rows, columns) == (67, 96)
    assert (feed[0, :, :67] == 1).all() and (feed[0, :, 67:] == 0).all()


def test_the_detector_reads_scene_slot_and_place(tiny_weights):
    detector = ParserDetector(Parser(Models(), tiny_weights))
    seen = detector(shirt(320, (10, 10, 10)), [])
    assert detector.key == "tiny-parser" and seen.scene is Scene.GARMENT
    box = seen.regions[0].box(320, 320)
    assert seen.regions[0].slot == "top" and box.x0 < 40 and box.x1 > 280
    assert detector(Image.new("RGB", (320, 320), "white"), []).scene is Scene.NONE


def test_a_portrait_is_parsed_smaller(tiny_weights):
    class Recording(Parser):
        def __call__(self, image, *, scale=1.0):
            shares.append(scale)
            return super().__call__(image, scale=scale)

    shares: list[float] = []
    detector = ParserDetector(Recording(Models(), tiny_weights))
    picture = shirt(320, (10, 10, 10))
    for height in (0, 32, 160, 320):
        seen = detector(picture, [Box(100, 0, 180, height)] if height else [])
        assert 0 < seen.regions[0].probability.shape[0] <= 320
    assert shares[:2] == [1, 1] and 1 > shares[2] > shares[3] > 0
    assert shares[2] == pytest.approx(2 * shares[3]), "so small that its face is of one size"


def test_descriptions_are_probabilities_and_unit_vectors(tiny_weights):
    classifier = OnnxClassifier(Models(), tiny_weights)
    red, blue = classifier([Image.new("RGB", (50, 80), "red"), Image.new("RGB", (20, 20), "blue")])
    assert next(iter(red.scores["kind"])) == "shirt" and next(iter(blue.scores["kind"])) == "skirt"
    assert sum(red.scores["kind"].values()) == pytest.approx(1)
    assert np.linalg.norm(red.embedding) == pytest.approx(1, abs=1e-5) and red.embedding.dtype == np.float32
    many = classifier([Image.new("RGB", (50, 80), "red")] * 37)
    assert len(many) == 37 and many[36].embedding == pytest.approx(red.embedding, abs=1e-5)
    assert classifier.classify_outfit(Image.new("RGB", (30, 90), "red")).scores["kind"].keys() == {"shirt", "skirt"}


def test_temperature_is_the_cards(tiny_weights):
    path = tiny_weights / "classifier.json"
    card = json.loads(path.read_text())
    warm = OnnxClassifier(Models(), tiny_weights)([Image.new("RGB", (40, 40), "red")])[0]
    card["outputs"]["kind"]["temperature"] = 50
    path.write_text(json.dumps(card))
    doubtful = OnnxClassifier(Models(), tiny_weights)([Image.new("RGB", (40, 40), "red")])[0]
    assert doubtful.scores["kind"]["shirt"] < warm.scores["kind"]["shirt"]


def test_a_cutout_is_described_on_white_and_in_its_shape():
    tall = Image.new("RGBA", (20, 80), (200, 0, 0, 255))
    tall.putpixel((0, 0), (200, 0, 0, 0))
    paper = letterboxed(tall, 64, 64)
    assert (paper[:, :20] == 255).all() and (paper[32, 32] == (200, 0, 0)).all()
    assert letterboxed(Image.new("RGBA", (20, 20), (9, 9, 9, 0)), 8, 8).min() == 255


def test_views_of_one_garment_are_averaged_into_one_prediction_and_embedding(tiny_weights):
    classifier = OnnxClassifier(Models(), tiny_weights)
    red, blue = classifier([Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")])
    assert sum(fuse_views([red, blue])["kind"].values()) == pytest.approx(1)
    both = mean_embedding([red, blue])
    assert np.linalg.norm(both) == pytest.approx(1, abs=1e-5)
    assert both @ red.embedding == pytest.approx(both @ blue.embedding, abs=1e-4)
