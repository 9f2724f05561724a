"""Checkpoints read back from files that ship: they say the same, and can learn."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from training.vision.classifier import Classifier, Council  # noqa: E402
from training.vision.encoder import as_input  # noqa: E402
from training.vision.export_classifier import Styled, load_classifier  # noqa: E402
from training.vision.labels import HEADS  # noqa: E402
from training.vision.onnx_files import write_onnx  # noqa: E402
from training.vision.parser import Parser  # noqa: E402
from training.vision.restore import restore_classifiers, restore_parser  # noqa: E402
from training.vision.train_parser import load_parser  # noqa: E402

PICTURES = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8)
X = as_input(PICTURES, torch.device("cpu"))


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


def with_statistics(network: torch.nn.Module) -> torch.nn.Module:
    """With normalisations that have seen something."""
    network.train()
    with torch.no_grad():
        for _ in range(3):
            network(X)
    return network.eval()


def test_an_ensemble_checkpoint_is_read_back_member_by_member(tmp_path: Path) -> None:
    council = Council([with_statistics(Classifier("lite2")), with_statistics(Classifier("lite0"))]).eval()
    texture = 2 * sum(member.trunk.plan.channels[3] for member in council.members)
    names = ["embedding", *HEADS, "style"]
    styled = Styled(council, np.zeros((8, texture), np.float32), np.zeros(8, np.float32))
    free = {"crops": {0: "n", 2: "height", 3: "width"}} | {name: {0: "n"} for name in names}
    write_onnx(styled, X[:2], "crops", names, free, tmp_path / "classifier.onnx", bytewise=True)
    saved = restore_classifiers(tmp_path / "classifier.onnx", tmp_path, [PICTURES])
    assert [path.parent.name for path in saved] == ["classifier-lite2", "classifier-lite0"]
    for path, member in zip(saved, council.members, strict=True):
        again = load_classifier(path)
        with torch.no_grad():
            found, wanted = again(X), member(X)
            # A weight is a byte in the file.
            assert torch.allclose(found["kind"], wanted["kind"], atol=0.05)
            # In training, batch statistics are those that were measured.
            again.trunk.train()
            assert torch.allclose(again.answers(again.features(X))["kind"], found["kind"], atol=0.05)


def test_a_parser_is_read_back(tmp_path: Path) -> None:
    network = with_statistics(Parser())
    names = ["classes", "presence", "scene", "body", "full_body"]
    free = {"image": {0: "n", 2: "height", 3: "width"}} | {name: {0: "n"} for name in names}
    write_onnx(network, X[:1], "image", names, free, tmp_path / "parser.onnx")
    again = load_parser(*restore_parser(tmp_path / "parser.onnx", tmp_path, [PICTURES]))
    with torch.no_grad():
        found, wanted = again(X), network(X)
    for name in names:
        assert torch.allclose(found[name], wanted[name], atol=0.05), name


def test_a_file_of_another_network_is_refused(tmp_path: Path) -> None:
    network = Parser().eval()
    write_onnx(network, X[:1], "image", ["scene"], {}, tmp_path / "other.onnx")
    with pytest.raises((KeyError, ValueError, IndexError)):
        restore_parser(tmp_path / "other.onnx", tmp_path, [PICTURES])
