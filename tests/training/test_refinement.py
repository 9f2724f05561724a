"""How the refinement head is taught: its teacher's graph, what is believed of it, pictures, loss, and figures."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from recommender.vision.cards import load_card  # noqa: E402
from recommender.vision.models import Models  # noqa: E402
from training.vision.encoder import MEAN, STD  # noqa: E402
from training.vision.export_refinement import export  # noqa: E402
from training.vision.outline_metrics import believed, boundary_f, overlap  # noqa: E402
from training.vision.outline_teacher import Isnet  # noqa: E402
from training.vision.refinement import Refiner, refinement_loss  # noqa: E402
from training.vision.refinement_pictures import Drawer, Sample, _near, _spread  # noqa: E402
from training.vision.train_refinement import RefinementConfig, RefinementPhase, load_head, train  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


def disc(side: int = 96, radius: int = 30) -> np.ndarray:
    return cv2.circle(np.zeros((side, side), np.uint8), (side // 2, side // 2), radius, 255, -1)


def sample(split: str = "train", source: str = "flat") -> Sample:
    truth = disc()
    image = np.where(truth[..., None] > 0, np.array([40, 60, 160]), np.array([190, 180, 160])).astype(np.uint8)
    coarse = cv2.GaussianBlur(cv2.resize(truth, (48, 48)), (0, 0), 2)
    known = np.full_like(truth, 255)
    return Sample(source, "1.webp", "sender 1", split, image, coarse, truth, known, (18, 18, 78, 78))


def packed(folder: Path, model: onnx.ModelProto) -> Path:
    """The network as the teacher's package holds it: in chunks named by their hash."""
    content = model.SerializeToString()
    parts = [content[:700], content[700:]]
    chunks = [
        {"hash": hashlib.sha256(part).hexdigest(), "offsets": [start, start + len(part)]}
        for part, start in zip(parts, (0, 700), strict=True)
    ]
    facts = {"/models/medium": {"size": len(content), "chunks": chunks}}
    files = {chunk["hash"]: part for chunk, part in zip(chunks, parts, strict=True)}
    path = folder / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, part in (files | {"resources.json": json.dumps(facts).encode()}).items():
            member = tarfile.TarInfo(f"package/dist/{name}")
            member.size = len(part)
            archive.addfile(member, io.BytesIO(part))
    return path


def teacher_graph() -> onnx.ModelProto:
    """What nodes the teacher has, few of each: half precision inside, sizes for an input of 1,024 pixels."""
    rng = np.random.default_rng(1)
    weights = {
        "w": rng.normal(0, 0.4, (4, 3, 3, 3)).astype(np.float16), "b": np.zeros(4, np.float16),
        "v": rng.normal(0, 0.4, (1, 8, 1, 1)).astype(np.float16), "c": np.zeros(1, np.float16),
        "zero": np.array([0], np.int64), "two": np.array([2], np.int64),
    }  # fmt: skip
    sizes = helper.make_tensor("sizes", TensorProto.INT64, [2], [1024, 1024])
    nodes = [
        helper.make_node("Cast", ["input"], ["half"], to=TensorProto.FLOAT16),
        helper.make_node("Conv", ["half", "w", "b"], ["a"], kernel_shape=[3, 3], pads=[1] * 4, strides=[1, 1],
                         dilations=[1, 1]),
        helper.make_node("Relu", ["a"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
        helper.make_node("Shape", ["p"], ["shape"]),
        helper.make_node("Slice", ["shape", "zero", "two"], ["front"]),
        helper.make_node("Constant", [], ["sizes"], value=sizes),
        helper.make_node("Concat", ["front", "sizes"], ["whole"], axis=0),
        helper.make_node("Cast", ["p"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Resize", ["wide", "", "", "whole"], ["up"], mode="linear",
                         coordinate_transformation_mode="half_pixel"),
        helper.make_node("Cast", ["up"], ["up16"], to=TensorProto.FLOAT16),
        helper.make_node("Concat", ["up16", "r"], ["both"], axis=1),
        helper.make_node("Conv", ["both", "v", "c"], ["logits"], kernel_shape=[1, 1], pads=[0] * 4, strides=[1, 1],
                         dilations=[1, 1]),
        helper.make_node("Add", ["logits", "logits"], ["twice"]),
        helper.make_node("Sigmoid", ["twice"], ["chance"]),
        helper.make_node("Cast", ["chance"], ["output"], to=TensorProto.FLOAT),
    ]  # fmt: skip
    shape = [1, 3, 1024, 1024]
    graph = helper.make_graph(
        nodes, "teacher", [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1024, 1024])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def test_the_teachers_graph_says_in_torch_what_it_says_in_its_runtime(tmp_path):
    import onnxruntime

    model, picture = teacher_graph(), np.random.default_rng(2).integers(0, 256, (1024, 1024, 3), dtype=np.uint8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    feed = ((picture.astype(np.float32) - 128) / 256).transpose(2, 0, 1)[None]
    expected = session.run(None, {"input": feed})[0][0, 0] * 255
    teacher = Isnet(packed(tmp_path, model))
    assert np.abs(teacher(picture, 1024) - expected).mean() < 1.5
    assert teacher(picture, 128).shape == (128, 128)


def test_the_teacher_is_believed_where_it_means_the_same_garment():
    truth = disc()
    assert believed(truth, cv2.GaussianBlur(truth, (0, 0), 3))
    assert not believed(np.zeros_like(truth), truth)  # it saw nothing
    assert not believed((truth * 0.7).astype(np.uint8), truth)  # it half saw it


def test_what_the_teacher_sees_beside_the_garment_is_not_taught():
    truth, coarse = disc(), disc()
    truth[:6, :6] = 255  # a tag in the corner
    truth[46:49, 46:49] = 0  # a light print
    known = _near(truth, coarse)
    assert known[2, 2] == 0 and known[47, 47] == 0
    assert known[48, 30] == 255 and known[48, 90] == 255


def test_the_rim_of_a_person_belongs_to_the_cloth_beside_it():
    parts = np.zeros((20, 20), np.uint8)
    parts[5:15, 5:10], parts[5:15, 10:15] = 3, 6
    spread = _spread(parts)
    assert spread[10, 2] == 3 and spread[10, 17] == 6 and (spread[5:15, 5:10] == 3).all()


def test_pictures_show_the_garment_and_where_nothing_is_known_weigh_nothing():
    draw = Drawer([sample(), sample(source="worn")], MEAN, STD)
    for seed in range(6):
        picture, truth, weight = draw(2, np.random.default_rng(seed))
        assert picture.shape[:2] == (2, 4) and picture.shape[2:] == truth.shape[2:] == weight.shape[2:]
        assert picture.shape[2] % 32 == 0 and np.isfinite(picture).all()
        assert truth.min() >= 0 and truth.max() <= 1 and truth.mean() > 0.05
        assert picture[:, 3].min() >= 0 and picture[:, 3].max() <= 1
        edge = weight[weight > 1]
        assert len(edge) and (weight[truth.round() != truth] != 1).mean() > 0.8


def test_a_training_goes_on_where_it_stopped_and_its_head_is_what_ships(tmp_path):
    samples = [sample(), sample("report")]
    first, second = RefinementPhase("first", 2, 1e-3), RefinementPhase("second", 1, 1e-3)
    train(RefinementConfig(tmp_path / "work", (first,), batch=2), samples)
    config = RefinementConfig(tmp_path / "work", (first, second), batch=2)
    head = train(config, samples)
    log = [json.loads(line) for line in (tmp_path / "work" / "log.jsonl").read_text().splitlines()]
    starts = [(line["phase"], line["flat"]) for line in log if line.get("event") == "start"]
    assert starts == [("first", 1), ("second", 1)]
    export(config, tmp_path)
    card = load_card("refinement", tmp_path)
    assert (tmp_path / "refinement.onnx").stat().st_size < 1_500_000
    network = Models().network("refinement", tmp_path)
    picture = torch.rand(1, 4, 96, 64)
    found = network.run(["alpha"], {card.input.name: picture.numpy()})[0]
    with torch.no_grad():
        expected = torch.sigmoid(head(picture)).numpy()
    assert np.abs(found - expected).max() < 0.05
    assert load_head(tmp_path / "work" / "last.pt").trust.item() == pytest.approx(head.trust.item())


def test_the_head_learns_to_open_what_the_coarse_mask_closed():
    head = Refiner()
    draw = Drawer([sample()], MEAN, STD, sizes=((64, 64),))
    optimiser = torch.optim.AdamW(head.parameters(), lr=3e-3)
    losses = []
    for step in range(12):
        picture, truth, weight = (torch.from_numpy(part) for part in draw(4, np.random.default_rng(step)))
        loss = refinement_loss(head.both(picture), truth, weight)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert np.mean(losses[-3:]) < 0.8 * np.mean(losses[:3])
    # What is not known does not count.
    nothing = torch.zeros_like(weight)
    assert float(refinement_loss(head.both(picture), truth, nothing).detach()) < 1e-3


def test_an_edge_a_pixel_away_still_lies_on_the_outline():
    mask = disc(384, 120) > 0
    near, far = disc(384, 121) > 0, disc(384, 128) > 0
    assert boundary_f(mask, near) > 0.99 and boundary_f(mask, far) < 0.05
    assert boundary_f(mask, mask) == 1 and boundary_f(mask, np.zeros_like(mask)) == 0
    assert overlap(mask, far) == pytest.approx(120**2 / 128**2, abs=0.01)
