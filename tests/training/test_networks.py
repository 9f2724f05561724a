"""Losses, checkpoints and files of the trainings, on tiny inputs."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from training.vision.classifier import (  # noqa: E402
    EMBEDDING,
    Classifier,
    Council,
    Proxies,
    Teachers,
    classifier_loss,
    partial_loss,
    taught_loss,
)
from training.vision.labels import HEADS  # noqa: E402
from training.vision.loop import Average, Ledger, learning_rate, prefetch  # noqa: E402
from training.vision.negatives import Negatives  # noqa: E402
from training.vision.onnx_files import Compiled, write_onnx  # noqa: E402
from training.vision.packs import Pack, pack_source  # noqa: E402
from training.vision.parser import Parser, parser_loss  # noqa: E402
from training.vision.parts import FOREGROUND, PARTS, UNKNOWN  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def test_partial_label_loss_is_least_for_any_allowed_class() -> None:
    logits = torch.tensor([[0.0, 9.0, -9.0]])
    either = torch.tensor([[1.0, 1.0, 0.0]])
    assert partial_loss(logits, either, 0.0) < 1e-3
    assert partial_loss(logits, torch.tensor([[0.0, 0.0, 1.0]]), 0.0) > 9


def test_a_sample_without_a_label_adds_no_loss() -> None:
    assert float(partial_loss(torch.ones(2, 3), torch.zeros(2, 3))) == 0


def test_of_a_picture_without_a_garment_no_kind_is_likelier_than_another() -> None:
    weights = {head: torch.zeros(1, len(labels)) for head, labels in HEADS.items()}
    words = {name: torch.tensor([-1]) for name in ("article", "shade", "pair")}

    def loss(kinds: torch.Tensor) -> float:
        found = {head: torch.zeros(1, len(labels)) for head, labels in HEADS.items()} | {"kind": kinds}
        cosines = Proxies(1, 1, 1)(torch.nn.functional.normalize(torch.ones(1, EMBEDDING)))
        return float(classifier_loss(found, cosines, weights, words, torch.tensor([True]))[0].detach())

    flat, sure = torch.zeros(1, len(HEADS["kind"])), torch.zeros(1, len(HEADS["kind"]))
    sure[0, 0] = 9
    assert loss(flat) < loss(sure)


def test_negatives_show_no_clothes(tmp_path: Path) -> None:
    picture, mask = np.full((200, 120, 3), 90, np.uint8), np.zeros((200, 120), np.uint8)
    picture[100:], mask[100:] = (255, 0, 0), 1  # a red coat below, a grey street above
    pixels = np.concatenate([picture.ravel(), mask.ravel()])
    row = {"file": "1.webp", "offset": 0, "height": 200, "width": 120, "mask_offset": picture.size}
    drawer = Negatives.of(Pack([row], pixels), ["null", "coat"], [])
    rng = np.random.default_rng(0)
    views = [drawer._view(rng) for _ in range(20)]
    assert max(float((view[..., 0] == 255).mean()) for view in views) < 0.05
    assert all(drawer.draw(64, rng).shape == (64, 64, 3) for _ in range(10))


def test_the_rate_warms_up_and_cools_down() -> None:
    assert learning_rate(0.01) < learning_rate(0.04) == 1
    assert learning_rate(1.0) == pytest.approx(0.02)


def test_batches_come_in_order_and_resume_where_asked() -> None:
    batches = prefetch(lambda number: number, 5)
    assert [next(batches) for _ in range(3)] == [5, 6, 7]


def test_a_batch_that_cannot_be_made_stops_the_training() -> None:
    def make(number: int) -> int:
        if number == 7:
            raise ValueError("no clean product")
        return number

    batches = prefetch(make, 6)
    assert next(batches) == 6
    with pytest.raises(ValueError, match="no clean product"):
        next(batches)


def test_processes_make_the_same_batches_as_a_thread_does() -> None:
    def make(number: int) -> tuple[np.ndarray, int]:
        if number == 7:
            raise ValueError("no clean product")
        return np.full((2, 3), number, np.uint8), number

    batches = prefetch(make, 5, processes=2)
    for wanted in (5, 6):
        pictures, number = next(batches)
        assert (np.asarray(pictures) == wanted).all() and number == wanted
    with pytest.raises(ValueError, match="no clean product"):
        next(batches)


def test_distillation_loss_is_least_where_student_and_teachers_agree() -> None:
    torch.manual_seed(0)
    teachers = [Classifier("lite0").eval() for _ in range(2)]
    crops = torch.randn(2, 3, 64, 64)
    said = Teachers(teachers)(crops)
    assert not said["kind"].requires_grad
    assert all(torch.allclose(said[head].sum(1), torch.ones(2), atol=1e-5) for head in HEADS if head != "season")
    logits = [teacher(crops)["season"] for teacher in teachers]
    assert torch.allclose(said["season"], (logits[0].sigmoid() + logits[1].sigmoid()) / 2)
    agrees = {head: chances.logit() if head == "season" else chances.log() for head, chances in said.items()}
    differs = {head: -found for head, found in agrees.items()}
    assert taught_loss(agrees, said) < taught_loss(teachers[0](crops), said) < taught_loss(differs, said)


def test_weight_averaging_forgets_its_start() -> None:
    network = torch.nn.Linear(1, 1)
    average = Average(network, 0.9)
    network.weight.data.fill_(4.0)
    for _ in range(60):
        average.update(network)
    assert float(average.network.weight) == pytest.approx(4.0, abs=0.05)


def test_a_checkpoint_comes_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert ledger.load("last") is None
    ledger.save("last", {"step": 3})
    assert ledger.load("last") == {"step": 3}


def test_unknown_pixels_have_no_gradient() -> None:
    network = Parser().eval()
    found = network(torch.zeros(1, 3, 64, 64))
    truth = {
        "parts": torch.full((1, 64, 64), UNKNOWN, dtype=torch.uint8),
        "presence": torch.full((1, len(PARTS)), -1.0),
        "scene": torch.tensor([1]),
        "body": torch.full((1, 4), -1.0),
        "full_body": torch.tensor([-1.0]),
    }
    _, parts = parser_loss(found, truth)
    assert parts["pixels"] == parts["presence"] == parts["body"] == 0
    truth["parts"][:] = FOREGROUND
    assert parser_loss(found, truth)[1]["pixels"] > 0


def test_the_parser_takes_any_multiple_of_32_and_its_file_says_the_same(tmp_path: Path) -> None:
    network = Parser().eval()
    names = ["classes", "presence"]
    free = {"classes": {0: "n", 2: "rows", 3: "columns"}, "presence": {0: "n"}}
    compiled = Compiled(network, torch.zeros(1, 3, 64, 64), names, free)
    x = torch.rand(2, 3, 96, 64)
    with torch.no_grad():
        wanted = network(x)
    found = compiled(x)
    assert found["classes"].shape == (2, len(PARTS), 24, 16)
    # Weights travel in half precision.
    assert float((found["classes"] - wanted["classes"]).abs().max()) < 0.05


def test_a_source_is_packed_with_its_masks(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (12, 8, 3), dtype=np.uint8)
    mask = np.zeros((12, 8), np.uint8)
    mask[3:6] = 7
    with tarfile.open(tmp_path / "street.tar", "w") as archive:
        for name, array in (("a.png", picture), ("b.png", mask)):
            stream = io.BytesIO()
            Image.fromarray(array).save(stream, "PNG")
            info = tarfile.TarInfo(name)
            info.size = stream.tell()
            stream.seek(0)
            archive.addfile(info, stream)
    (tmp_path / "street.csv").write_text("file,mask,tags\na.png,b.png,dress\n")
    into = tmp_path / "cache"
    into.mkdir()
    assert pack_source(tmp_path, "street", into) == 1
    pack = Pack.open(into, "street")
    assert (pack.image(0) == picture).all()
    assert (pack.mask(0) == mask).all()
    assert pack.rows[0]["tags"] == "dress"


def test_an_ensemble_averages_its_members() -> None:
    members = [Classifier("lite0").eval(), Classifier("lite2").eval()]
    council = Council(members).eval()
    crops = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        found, each = council(crops), [member(crops) for member in members]
    assert torch.allclose(found["kind"], (each[0]["kind"] + each[1]["kind"]) / 2, atol=1e-4)
    assert found["embedding"].shape == (2, EMBEDDING)
    assert torch.allclose(found["embedding"].norm(dim=1), torch.ones(2), atol=1e-4)


def test_eight_bit_weights_give_nearly_the_same_outputs(tmp_path: Path) -> None:
    import onnxruntime

    network, crops = Classifier("lite0").eval(), torch.randn(2, 3, 64, 64)
    names = ["embedding", *HEADS]
    free = {"crops": {0: "n"}} | {name: {0: "n"} for name in names}
    said, sizes = [], []
    for bytewise in (False, True):
        path = tmp_path / f"{bytewise}.onnx"
        write_onnx(network, crops, "crops", names, free, path, bytewise=bytewise)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        said.append(session.run(["embedding"], {"crops": crops.numpy()})[0])
        sizes.append(path.stat().st_size)
    assert sizes[1] < 0.6 * sizes[0]
    assert (said[0] * said[1]).sum(1).min() > 0.99


def test_what_a_look_is_read_from_lies_beside_the_features() -> None:
    network, crops = Classifier("lite0").eval(), torch.randn(2, 3, 96, 64)
    with torch.no_grad():
        features, texture = network.seen(crops)
        assert torch.allclose(features, network.features(crops), atol=1e-5)
        council = Council([network, network]).eval()
        assert torch.allclose(council.seen(crops)[1], torch.cat([texture, texture], 1), atol=1e-5)
    assert texture.shape == (2, 2 * network.trunk.plan.channels[3]) and bool((texture[:, 112:] >= 0).all())


def test_new_proxies_begin_where_their_words_are() -> None:
    proxies, unit = Proxies(3, 1, 1), torch.nn.functional.normalize(torch.randn(4, EMBEDDING))
    before = proxies.vectors["article"].detach().clone()
    none = np.full(4, -1)
    proxies.place(unit, {"article": np.array([0, 0, 2, -1]), "shade": none, "pair": none, "kind": none})
    placed = proxies.vectors["article"].detach()
    assert torch.allclose(placed[2], unit[2], atol=1e-5) and float(placed[0] @ unit[0]) > 0.3
    assert torch.equal(placed[1], before[1])
