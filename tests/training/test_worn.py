"""The worn-clothes head: it begins as the decoder that ships, leaves the other heads alone, and learns from boxes."""

from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from training.vision.box_labels import BoxedPart, box_parts, presence_of, shirt_parts  # noqa: E402
from training.vision.encoder import as_input  # noqa: E402
from training.vision.export_parser import HEADS, _write  # noqa: E402
from training.vision.flat_lay import ParserWithFlatLay  # noqa: E402
from training.vision.parser_metrics import BoxScore  # noqa: E402
from training.vision.parts import FOREGROUND, NUMBER, PARTS, UNKNOWN  # noqa: E402
from training.vision.pose_features import SHOWN  # noqa: E402
from training.vision.restore import folded_parser, restore_parser  # noqa: E402
from training.vision.splits import box_split  # noqa: E402
from training.vision.train_worn import worn_loss  # noqa: E402
from training.vision.worn import EncoderMaps, ParserWithWorn, copied  # noqa: E402

PICTURES = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
X = as_input(PICTURES, torch.device("cpu"))
RED, GREEN = (200, 30, 30), (40, 120, 50)
DRESS, TOP, BAG = NUMBER["dress"], NUMBER["top"], NUMBER["bag"]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture(scope="module")
def parser() -> ParserWithFlatLay:
    torch.manual_seed(1)
    network = ParserWithFlatLay()
    network.train()
    with torch.no_grad():
        for _ in range(3):
            network(X)
    return network.eval()


@pytest.mark.parametrize("own", [0, 5])
def test_a_new_head_says_what_the_decoder_says(parser: ParserWithFlatLay, own: int) -> None:
    head, maps = copied(parser, own).eval(), EncoderMaps(parser, own).eval()
    with torch.no_grad():
        found = head(*(maps(X)[name] for name in EncoderMaps.NAMES))
        wanted = parser(X)
    assert torch.allclose(found["classes"], wanted["classes"], atol=1e-5)
    assert torch.allclose(found["presence"], wanted["presence"], atol=1e-5)


@pytest.mark.parametrize("own", [0, 5])
def test_a_taught_head_ships_and_is_read_back_while_the_others_say_the_same(
    parser: ParserWithFlatLay, own: int, tmp_path: Path
) -> None:
    network = ParserWithWorn(own)
    network.load_state_dict(parser.state_dict(), strict=False)
    network.worn.load_state_dict(copied(parser, own).state_dict())
    with torch.no_grad():
        network.worn.classify.bias += torch.arange(len(PARTS)) * 0.1
    network.eval()
    _write(network, ["classes", "lying", *HEADS], tmp_path / "parser.onnx")
    again = folded_parser(tmp_path / "parser.onnx")
    assert isinstance(again, ParserWithWorn) and again.worn.own == own
    with torch.no_grad():
        found, wanted, before = again(X), network(X), parser(X)
    for name in ("classes", "presence", *SHOWN):
        assert torch.allclose(found[name], wanted[name], atol=0.05), name
    for name in ("lying", "scene", "body", "full_body"):
        assert torch.allclose(found[name], before[name], atol=0.05), name
    for name in ("classes", "presence"):
        assert torch.allclose(found[f"flat_{name}"], before[name], atol=0.05), name
    saved = restore_parser(tmp_path / "parser.onnx", tmp_path, [PICTURES])
    assert [path.parent.name for path in saved] == ["worn", "lying"]
    assert copied(again, own) is again.worn
    with pytest.raises(ValueError, match="blocks of its own"):
        copied(again, 5 - own)


def test_the_loss_is_of_pixels_and_of_what_is_there_alone(parser: ParserWithFlatLay) -> None:
    head, maps = copied(parser).eval(), EncoderMaps(parser).eval()
    found = head(*(maps(X)[name] for name in EncoderMaps.NAMES))
    truth = {"parts": torch.full((2, 64, 64), TOP), "presence": torch.ones(2, len(PARTS))}
    loss, parts = worn_loss(found, truth)
    loss.backward()
    assert set(parts) == {"pixels", "dice", "presence"} and loss > 0
    assert head.classify.weight.grad is not None and head.presence.weight.grad is not None


def scene() -> tuple[np.ndarray, np.ndarray]:
    """A red dress on grass, which the network half takes for a top: (picture, probabilities)."""
    picture = np.full((128, 96, 3), GREEN, np.uint8)
    cv2.rectangle(picture, (30, 30), (65, 100), RED, -1)
    p = np.full((len(PARTS), 128, 96), 1e-4, np.float32)
    p[0] = 0.97
    p[:, 30:101, 30:66] = 1e-4
    p[TOP, 30:101, 30:66], p[DRESS, 30:101, 30:66] = 0.6, 0.39
    return picture, p / p.sum(0)


def test_a_box_settles_what_the_network_half_sees() -> None:
    picture, p = scene()
    parts = box_parts(picture, p, [BoxedPart(DRESS, (0.3, 0.22, 0.7, 0.8))])
    assert (parts[32:98, 32:63] == DRESS).mean() > 0.95 and not (parts == TOP).any()
    assert (parts[:20] == 0).all()


def test_where_box_and_mask_disagree_nothing_is_claimed() -> None:
    picture, p = scene()
    parts = box_parts(picture, p, [BoxedPart(DRESS, (0.0, 0.0, 1.0, 1.0))])
    assert not (parts == DRESS).any() and (parts == 0).mean() < 0.05
    assert set(np.unique(parts)) <= {0, FOREGROUND, UNKNOWN}


def test_what_nobody_drew_a_box_for_is_not_there_and_what_was_not_asked_for_is_unknown() -> None:
    presence = presence_of([BoxedPart(BAG, (0, 0, 0.1, 0.1))])
    assert presence[BAG] == 1 and presence[DRESS] == 0 and presence[NUMBER["scarf"]] == -1


def test_a_shirts_wearer_wears_neither_coat_nor_dress() -> None:
    _, p = scene()
    parts = shirt_parts(p)
    assert (parts[32:98, 32:63] == TOP).all()


def test_boxes_are_hit_singly_or_as_a_pair() -> None:
    score = BoxScore()
    labels = {"shoes": [(10, 90, 20, 100), (30, 90, 40, 100)], "bag": [(0, 0, 10, 10)]}
    score.add({"shoes": (0.9, (10, 90, 40, 100)), "hat": (0.4, (0, 0, 5, 5))}, labels, "one")
    score.add({"shoes": (0.8, (30, 90, 40, 100))}, labels, "two")
    told = score.ap50()
    assert told["ap50 shoes"] == 1 and told["ap50 bag"] == 0 and np.isnan(told["ap50 hat"])
    low, high = score.ap50_intervals()["ap50 shoes"]
    assert low == high == 1


def test_photos_with_boxes_are_split_by_their_name() -> None:
    shares = [box_split(f"{number}.webp") for number in range(2000)]
    assert 0.15 < shares.count("report") / 2000 < 0.25 and 0.15 < shares.count("tune") / 2000 < 0.25
