"""Networks of a few numbers, written as real ONNX files with real cards: they tell dark from light."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from recommender.vision.cards import load_card, sha256_of

PARTS = ("background", "hair", "skin", "top", "shoes")
SCENES = ("garment", "worn", "none")


def _save(nodes: list, weights: dict[str, np.ndarray], feed: tuple, outputs: list[tuple], path: Path) -> None:
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info(feed[0], TensorProto.FLOAT, feed[1])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _card(folder: Path, name: str, size: list[int], outputs: dict, **more: object) -> None:
    file = folder / f"{name}.onnx"
    card = {
        "key": f"tiny-{name}",
        "file": file.name,
        "sha256": sha256_of(file),
        "licence": "CC0",
        "training_data": ["none"],
        "date": "2026-01-01",
        "metrics": {"none": 1},
        "input": {"name": "x", "size": size, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
        "dim": 4,
        "outputs": outputs,
        "rebuild": "this file",
        "notes": {"look": {"size": [32, 16]}},
    } | more
    (folder / f"{name}.json").write_text(json.dumps(card))


def write_parser(folder: Path) -> None:
    """Dark pixels are a top, light ones background; the scene is always 'garment'."""
    weights = {
        "w": np.array([[6], [0], [0], [-6], [0]]).repeat(3, 1)[:, :, None, None] / 3,
        "b": np.array([0, -20.0, -20, 0, -20]),
        "to_scene": np.zeros((3, 3)),
        "scene_b": np.array([4.0, 0, 0]),
    }
    nodes = [
        helper.make_node("AveragePool", ["x"], ["small"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Conv", ["small", "w", "b"], ["classes"]),
        helper.make_node("GlobalAveragePool", ["x"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "to_scene", "scene_b"], ["scene"]),
    ]
    shapes = [("classes", [1, 5, "r", "c"]), ("scene", [1, 3])]
    _save(nodes, weights, ("x", [1, 3, "h", "w"]), shapes, folder / "parser.onnx")
    outputs = {
        "classes": {"labels": PARTS, "activation": "softmax", "temperature": 1},
        "scene": {"labels": SCENES, "activation": "softmax", "temperature": 1},
    }
    _card(folder, "parser", [96, 96], outputs, decoding=load_card("parser").decoding)


def write_classifier(folder: Path) -> None:
    """Red pictures are shirts, others skirts; the embedding is the mean colour and a constant."""
    weights = {
        "to_kind": np.array([[3.0, -3], [0, 0], [0, 0]]),
        "kind_b": np.zeros(2),
        "to_embedding": np.eye(3, 4),
        "embedding_b": np.array([0, 0, 0, 1.0]),
    }
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "to_embedding", "embedding_b"], ["embedding"]),
        helper.make_node("Gemm", ["flat", "to_kind", "kind_b"], ["kind"]),
    ]
    shapes = [("embedding", ["n", 4]), ("kind", ["n", 2])]
    _save(nodes, weights, ("x", ["n", 3, "h", "w"]), shapes, folder / "classifier.onnx")
    outputs = {"embedding": {}, "kind": {"labels": ["shirt", "skirt"], "activation": "softmax", "temperature": 2}}
    _card(folder, "classifier", [32, 32], outputs)


def write_refinement(folder: Path, *, gain: float = 30.0, margin: float = 1.2) -> None:
    """Dark pixels are the garment, whatever the coarse mask says; a negative gain means the light ones."""
    weights = {"w": np.array([[-gain / 3] * 3 + [0]])[:, :, None, None], "b": np.zeros(1)}
    nodes = [helper.make_node("Conv", ["x", "w", "b"], ["logits"]), helper.make_node("Sigmoid", ["logits"], ["alpha"])]
    shapes = [("alpha", [1, 1, "h", "w"])]
    _save(nodes, weights, ("x", [1, 4, "h", "w"]), shapes, folder / "refinement.onnx")
    options = {"side": 96, "max_upscale": 1.5, "margin": margin, "min_agreement": 0.5, "alpha_range": [0.1, 0.9]}
    options |= {"reach": 0.3, "sure": 0.95, "min_piece": 0.003, "guided_from": 1.6}
    _card(folder, "refinement", [96, 96], {"alpha": {}}, decoding={"refinement": options})


def write_u2netp(home: Path, *, constant: bool) -> None:
    """What rembg calls u2netp: (1, 3, 320, 320) -> (1, 1, 320, 320); a constant map, or darkness."""
    folder = home / "models" / "u2netp"
    folder.mkdir(parents=True)
    weight = np.full((1, 3, 1, 1), 0.0 if constant else -1.0)
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"])]
    shapes = [("y", [1, 1, 320, 320])]
    _save(nodes, {"w": weight}, ("x", [1, 3, 320, 320]), shapes, folder / "u2netp.onnx")
