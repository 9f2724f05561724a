"""The branch that outlines the flat-lay garment: its scenes, its loss, and the parser it is put into."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from recommender.vision.cards import sha256_of  # noqa: E402
from recommender.vision.models import Models  # noqa: E402
from recommender.vision.segmentation.parser import Parser as ShippedParser  # noqa: E402
from tests.vision.pictures import shirt  # noqa: E402
from tests.vision.tiny_networks import write_parser  # noqa: E402
from training.vision.encoder import as_input  # noqa: E402
from training.vision.export_parser import HEADS, export_flat_lay  # noqa: E402
from training.vision.flat_lay import FlatLayHead, ParserWithFlatLay, flat_lay_loss  # noqa: E402
from training.vision.flat_lay_scenes import LyingScenes, Outlines  # noqa: E402
from training.vision.onnx_files import write_onnx  # noqa: E402
from training.vision.packs import Pack  # noqa: E402
from training.vision.parser import Parser  # noqa: E402
from training.vision.parts import UNKNOWN  # noqa: E402
from training.vision.restore import folded_parser, restore_parser  # noqa: E402
from training.vision.scenes import SceneMaker  # noqa: E402
from training.vision.train_flat_lay import OUTLINES, FlatLayConfig, write_outlines  # noqa: E402

PICTURES = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
X = as_input(PICTURES, torch.device("cpu"))
BLUE, GREEN, FLOOR = (30, 60, 200), (20, 140, 60), (150, 130, 110)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


def pack(pictures: list[np.ndarray], **columns: object) -> Pack:
    rows, start = [], 0
    for number, picture in enumerate(pictures):
        height, width = picture.shape[:2]
        row = {"file": f"{number}.webp", "id": "7", "sender_id": str(number), "height": height, "width": width}
        rows.append(row | columns | {"offset": start})
        start += picture.size
    return Pack(rows, np.concatenate([picture.ravel() for picture in pictures]))


@pytest.fixture(scope="module")
def scenes() -> LyingScenes:
    """Closet photos of a blue square on a speckled floor, and products that are green discs on white."""
    floor = np.full((256, 192, 3), FLOOR) + np.random.default_rng(1).integers(-8, 9, (256, 192, 1))
    photo, product = floor.astype(np.uint8), np.full((224, 224, 3), 255, np.uint8)
    photo[70:180, 50:140] = BLUE
    cv2.ellipse(product, (112, 112), (70, 90), 0, 0, 360, GREEN, -1)
    street = Pack([], np.zeros(0, np.uint8))
    closet = pack([photo] * 12, label="T-Shirt")
    products = pack([product], articleType="Tshirts", masterCategory="Apparel")
    alpha = np.zeros((192, 144), np.uint8)
    alpha[52:136, 37:106] = 255
    maker = SceneMaker({"street": street, "closet": closet, "product": products}, ["null"])
    return LyingScenes(maker, Outlines(dict.fromkeys(range(12), alpha), dict.fromkeys(range(12), alpha)))


def test_outlines_of_closet_photos_are_written_once_and_read_back(tmp_path: Path) -> None:
    write_parser(tmp_path)
    photos = pack([np.asarray(shirt(96)), np.full((96, 96, 3), 255, np.uint8)])
    (tmp_path / "closet_photos.json").write_text(json.dumps(photos.rows))
    (tmp_path / "closet_photos.bin").write_bytes(photos.pixels.tobytes())
    assert write_outlines(tmp_path, tmp_path, threads=1) == 1  # nothing lies on the other
    outlines = Outlines.load(tmp_path / OUTLINES)
    assert outlines.seen.keys() == {0} and outlines.agreement(0) > 0.5
    # A parser without a branch was not taught outlines: the alphas of `pseudo-labels` stay.
    assert not (tmp_path / "closet_masks.npz").exists()


def test_pixels_where_network_and_colours_disagree_are_unknown() -> None:
    seen, refined = np.zeros((8, 8), np.uint8), np.zeros((8, 8), np.uint8)
    seen[:, :5], refined[:, :3] = 255, 255
    truth = Outlines({0: seen}, {0: refined}).truth(0)
    assert (truth[:, :3] == 1).all() and (truth[:, 3:5] == UNKNOWN).all() and (truth[:, 5:] == 0).all()


def test_a_swapped_garment_leaves_nothing_of_the_one_before(scenes: LyingScenes) -> None:
    rng = np.random.default_rng(3)
    for _ in range(12):
        picture, truth = scenes.swapped((192, 160), rng)
        assert 0.02 < (truth == 1).mean() < 0.9
        beside = cv2.erode((truth == 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        blue = (np.abs(picture.astype(int) - BLUE).max(axis=-1) < 12) & beside
        assert blue.mean() < 0.005


def test_every_kind_of_scene_is_drawn_with_its_truth(scenes: LyingScenes) -> None:
    rng = np.random.default_rng(5)
    for kind in ("swapped", "closet_photo", "flat", "shop"):
        picture, truth = getattr(scenes, kind)((160, 128), rng)
        assert picture.shape == (160, 128, 3) and picture.dtype == np.uint8
        assert set(np.unique(truth)) <= {0, 1, UNKNOWN} and (truth == 1).any()
    assert scenes.draw((64, 64), rng)[0].shape == (64, 64, 3)


def test_validation_photos_are_not_trained_on(scenes: LyingScenes) -> None:
    judged = replace(scenes, validation=True)
    assert judged.real and not set(judged.real) & set(scenes.real)


def test_unlabelled_pixels_add_no_loss() -> None:
    truth = torch.zeros(1, 32, 32, dtype=torch.uint8)
    truth[:, :, :8], truth[:, :, 16:] = 1, UNKNOWN
    fine, coarse = torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 4, 4)
    other = fine.clone()
    other[..., 6:] = 9.0
    assert torch.allclose(flat_lay_loss((fine, coarse), truth), flat_lay_loss((other, coarse), truth), atol=1e-3)
    other[..., :2] = 9.0
    assert flat_lay_loss((other, coarse), truth) < flat_lay_loss((fine, coarse), truth)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A parser without a branch, and its card."""
    network, names = Parser().eval(), ["classes", *HEADS]
    free = {"image": {0: "n", 2: "height", 3: "width"}} | {name: {0: "n"} for name in names}
    free["classes"] |= {2: "rows", 3: "columns"}
    write_onnx(network, torch.zeros(1, 3, 384, 288), "image", names, free, tmp_path / "parser.onnx")
    card = json.loads((Path("recommender/vision/weights") / "parser.json").read_text())
    for name in ("lying", "fine", "coarse", "deep", "flat_classes", "flat_presence"):
        card["outputs"].pop(name, None)
    (tmp_path / "parser.json").write_text(json.dumps(card | {"sha256": sha256_of(tmp_path / "parser.onnx")}))
    return tmp_path


def test_a_flat_lay_head_leaves_the_parsers_outputs_unchanged(weights: Path, tmp_path: Path) -> None:
    branch = FlatLayHead().eval()
    torch.save({"average": branch.state_dict(), "figures": {"lying iou": 0.5}}, tmp_path / "first.pt")
    before = ShippedParser(Models(threads=1), weights)(shirt(96))
    assert before.flat_lay is None
    config = FlatLayConfig(tmp_path, tmp_path / "lying", tmp_path, weights)
    export_flat_lay(config, tmp_path / "first.pt")
    after = ShippedParser(Models(threads=1), weights)(shirt(96))
    assert after.flat_lay is not None and after.flat_lay.shape == after.classes.shape[1:]
    assert np.array_equal(before.classes, after.classes) and before.whole == after.whole
    card = json.loads((weights / "parser.json").read_text())
    assert card["metrics"]["lying iou"] == 0.5 and "lying" in card["rebuild"]


def test_a_flat_lay_head_is_read_back_beside_its_parser(weights: Path, tmp_path: Path) -> None:
    torch.save({"average": FlatLayHead().state_dict(), "figures": {}}, tmp_path / "first.pt")
    export_flat_lay(FlatLayConfig(tmp_path, tmp_path / "lying", tmp_path, weights), tmp_path / "first.pt")
    shipped = folded_parser(weights / "parser.onnx")
    assert isinstance(shipped, ParserWithFlatLay)
    saved = restore_parser(weights / "parser.onnx", tmp_path, [PICTURES])
    assert [path.parent.name for path in saved] == ["parser", "lying"]
    again = ParserWithFlatLay()
    for path, part in ((saved[0], again), (saved[1], again.lying)):
        part.load_state_dict(torch.load(path, weights_only=False)["average"], strict=False)
    with torch.no_grad():
        wanted, found = shipped(X), again.eval()(X)
    assert torch.allclose(wanted["lying"], found["lying"], atol=0.05)
    assert torch.allclose(wanted["scene"], found["scene"], atol=0.05)
