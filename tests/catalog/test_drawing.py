"""The renderer: every shape, always the same picture, fast enough to be waited for."""

import json
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from catalog.drawing import GROUNDS, SILHOUETTES, GarmentSpec, draw_garment, flat_lay
from catalog.drawing.cloth import FEELS
from catalog.drawing.colour import LAB, hex_of
from catalog.taxonomy import KIND_BY_SLUG, KINDS, MATERIALS, PATTERNS, Slot


def spec(silhouette: str, colour: str = "navy", pattern: str = "solid", seed: int = 1) -> GarmentSpec:
    return GarmentSpec(silhouette, (LAB[colour],), pattern, "", seed)


def cover(picture: Image.Image) -> float:
    return float((np.asarray(picture.getchannel("A")) > 128).mean())


def test_every_kind_of_the_taxonomy_can_be_drawn():
    assert {shape.kind for shape in SILHOUETTES.values()} == {kind.slug for kind in KINDS}
    for slug, shape in SILHOUETTES.items():
        assert slug == shape.slug and shape.en and shape.ko and set(shape.materials) <= set(FEELS)
    assert set(FEELS) == {term.slug for term in MATERIALS}


@pytest.mark.parametrize("slug", sorted(SILHOUETTES))
def test_a_shape_is_a_cutout_in_the_middle_of_its_picture(slug: str):
    picture = draw_garment(spec(slug), size=160)
    assert picture.mode == "RGBA" and picture.size == (160, 160)
    alpha = np.asarray(picture.getchannel("A"))
    least = 0.01 if KIND_BY_SLUG[SILHOUETTES[slug].kind].slot is Slot.ACCESSORY else 0.1
    assert least < cover(picture) < 0.85
    assert alpha[0].max() == alpha[:, 0].max() == 0 or slug == "scarf"
    left, top, right, bottom = picture.getchannel("A").point(lambda a: 255 if a > 8 else 0).getbbox()
    assert abs(left + right - 160) <= 2 and abs(top + bottom - 160) <= 2


@pytest.mark.parametrize("pattern", [term.slug for term in PATTERNS])
def test_a_pattern_shows_on_a_shirt_and_on_a_tee(pattern: str):
    for slug in ("shirt", "t-shirt"):
        plain, drawn = (
            np.asarray(draw_garment(spec(slug, "sky-blue", p), size=192), float) for p in ("solid", pattern)
        )
        different = (np.abs(plain - drawn).max(axis=2) > 24).mean()
        assert (different > 0.01) == (pattern != "solid")


def test_the_same_spec_is_the_same_picture_and_another_seed_is_not():
    one, again, other = (draw_garment(spec("shirt", seed=s), size=200) for s in (4, 4, 5))
    assert one.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize("colour", ["black", "white", "red", "olive", "sky-blue"])
def test_the_middle_of_a_garment_has_the_colour_that_was_asked_for(colour: str):
    from skimage.color import rgb2lab

    picture = np.asarray(draw_garment(spec("sweatshirt", colour), size=256))
    lab = rgb2lab(picture[115:160, 100:156, :3]).reshape(-1, 3)
    assert np.linalg.norm(np.median(lab, axis=0) - LAB[colour]) < 16


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="silhouette"):
        draw_garment(spec("cape"))
    with pytest.raises(ValueError, match="size"):
        draw_garment(spec("shirt"), size=20_000)
    with pytest.raises(ValueError, match="material"):
        draw_garment(GarmentSpec("shirt", (LAB["navy"],), "solid", "gold leaf"))
    with pytest.raises(ValueError, match="pattern"):
        draw_garment(GarmentSpec("shirt", (LAB["navy"],), "plaid"))
    with pytest.raises(ValueError, match="colour"):
        draw_garment(GarmentSpec("shirt", ()))
    with pytest.raises(ValueError, match="nothing"):
        flat_lay([])


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_a_look_lies_on_its_ground_with_a_box_for_every_piece(ground: str):
    pieces = [spec("blazer"), spec("shirt", "white"), spec("slacks", "grey"), spec("loafers", "brown"), spec("watch")]
    picture, placed = flat_lay(pieces, ground, size=(240, 300), seed=3)
    assert picture.mode == "RGB" and picture.size == (240, 300)
    assert sorted(spot.piece for spot in placed) == [0, 1, 2, 3, 4]
    for _, (x0, y0, x1, y1) in placed:
        assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
    corner = np.asarray(picture)[-6:, -6:].reshape(-1, 3).mean(axis=0)
    assert np.abs(corner - GROUNDS[ground]).max() < 40


def test_a_member_waits_less_than_a_blink_for_a_drawing():
    draw_garment(spec("denim-jacket"), size=512)  # The first one makes the tiles.
    seconds = []
    for slug in ("t-shirt", "shirt", "hoodie", "jeans", "trench", "sneakers", "handbag"):
        started = time.process_time()
        draw_garment(spec(slug), size=512)
        seconds.append(time.process_time() - started)
    # 0.15 s is the promise on an idle machine; processor time allows for a slow, shared one.
    assert sorted(seconds)[3] < 0.3


def test_a_colour_has_its_hex():
    assert hex_of((100, 0, 0)) == "#ffffff" and hex_of((0, 0, 0)) == "#000000"


def test_the_renderer_loads_neither_django_nor_a_network_library():
    code = (
        "import sys, json, catalog.drawing; "
        "print(json.dumps([m for m in ('django', 'torch', 'onnxruntime', 'rembg', 'cv2') if m in sys.modules]))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(out.stdout) == []
