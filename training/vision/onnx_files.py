"""From torch to the file that ships: ONNX with small weights, put in place together with its card."""

import copy
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from recommender.vision.cards import read_card, sha256_of
from training.vision.encoder import Beginning, Trunk

# Smaller tensors stay in single precision: they weigh nothing.
SMALLEST_SHRUNK = 1024


class Named(nn.Module):
    """A network with dictionary outputs as one with a tuple, in a fixed order."""

    def __init__(self, network: nn.Module, names: list[str]) -> None:
        super().__init__()
        self.network = network
        self.names = names

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """The outputs named, in order."""
        found = self.network(x)
        return tuple(found[name] for name in self.names)


def write_onnx(
    network: nn.Module,
    example: Tensor,
    feed: str,
    names: list[str],
    free: dict[str, dict[int, str]],
    path: Path,
    *,
    bytewise: bool | str = False,
) -> None:
    """Write `network` (outputs `names`, input `feed`) to `path`; `free`: axes of any length by tensor name.

    bytewise: weights as a byte each instead of two; or the module, by its path, whose weights alone are.
    """
    network = Named(network, names).eval().float().cpu().to(memory_format=torch.contiguous_format)
    raw = path.with_suffix(".raw")
    torch.onnx.export(
        network,
        (example,),
        str(raw),
        input_names=[feed],
        output_names=names,
        dynamic_axes=free,
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(str(raw))
    raw.unlink()
    shrink_weights(model, bytewise=bytewise)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


class Compiled:
    """A torch network run by onnxruntime: the same calls, three to five times faster on a CPU.

    Only for judging. free: as in `write_onnx`; outputs come back as a dictionary of tensors.
    """

    def __init__(self, network: nn.Module, example: Tensor, names: list[str], free: dict[str, dict[int, str]]) -> None:
        import onnxruntime

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "network.onnx"
            write_onnx(network, example, "x", names, {"x": {0: "n", 2: "height", 3: "width"}} | free, path)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = torch.get_num_threads()
            self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.names = names

    def __call__(self, x: Tensor) -> dict[str, Tensor]:
        found = self.session.run(self.names, {"x": np.ascontiguousarray(x.numpy())})
        return {name: torch.from_numpy(value) for name, value in zip(self.names, found, strict=True)}

    def eval(self) -> "Compiled":
        """Nothing to switch: it only judges."""
        return self

    def parameters(self) -> Iterator[Tensor]:
        """A tensor on the device that it runs on."""
        yield torch.zeros(0)


def quicken(trunk: Trunk) -> None:
    """Let onnxruntime run the frozen beginning of a trunk while it trains on a CPU; elsewhere nothing changes."""
    trunk.quick = None
    if trunk.frozen < trunk.plan.to_stride_8 or next(trunk.parameters()).device.type != "cpu":
        return
    beginning = copy.deepcopy(Beginning(trunk)).eval()
    free = {name: {0: "n", 2: f"{name}_rows", 3: f"{name}_columns"} for name in ("s4", "s8")}
    compiled = Compiled(beginning, torch.zeros(2, 3, 64, 64), ["s4", "s8"], free)
    trunk.quick = lambda x: list(compiled(x).values())


def shrink_weights(model: onnx.ModelProto, *, bytewise: bool | str = False) -> None:
    """Store large weights as float16, or bytewise as int8 with a scale a channel, widened again where they are used.

    bytewise: of all, or of the nodes whose names begin so.

    The runtime folds the widening on loading: half or a quarter of the file at the same speed, and the arithmetic stays
    in float32.
    """
    widening = []
    within = {
        name
        for node in model.graph.node
        if isinstance(bytewise, str) and node.name.startswith(bytewise)
        for name in node.input
    }
    for i, weight in enumerate(list(model.graph.initializer)):
        if weight.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(weight)
        if values.size < SMALLEST_SHRUNK:
            continue
        model.graph.initializer.remove(weight)
        if (bytewise is True or weight.name in within) and values.ndim > 1:
            axes = tuple(range(1, values.ndim))
            scale = (np.abs(values).max(axis=axes, keepdims=True) / 127).clip(1e-12).astype(np.float32)
            small = np.round(values / scale).clip(-127, 127).astype(np.int8)
            model.graph.initializer.append(numpy_helper.from_array(small, f"{weight.name}_small"))
            model.graph.initializer.append(numpy_helper.from_array(scale, f"{weight.name}_scale"))
            widening.append(
                helper.make_node("Cast", [f"{weight.name}_small"], [f"{weight.name}_wide"], to=TensorProto.FLOAT)
            )
            widening.append(helper.make_node("Mul", [f"{weight.name}_wide", f"{weight.name}_scale"], [weight.name]))
        else:
            small = values.astype(np.float16)
            model.graph.initializer.append(numpy_helper.from_array(small, f"{weight.name}_small"))
            widening.append(
                helper.make_node("Cast", [f"{weight.name}_small"], [weight.name], f"widen_{i}", to=TensorProto.FLOAT)
            )
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*widening, *nodes])


def install(made: Path, card: dict[str, Any], weights: Path, name: str) -> None:
    """Move `made` to `weights/name.onnx` and write its card beside it, each in one step.

    The card is completed with file and sha256 and must be whole. Raises BadCard.
    """
    record = card | {"file": f"{name}.onnx", "sha256": sha256_of(made)}
    read_card(record)
    weights.mkdir(parents=True, exist_ok=True)
    part = weights / f"{name}.json.part"
    part.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    blob = weights / f"{name}.onnx.part"
    blob.write_bytes(made.read_bytes())
    os.replace(blob, weights / f"{name}.onnx")
    os.replace(part, weights / f"{name}.json")
