"""Checkpoints from the weights that ship, so that a training can go on where nobody kept the last one.

`python -m training restore` reads `classifier.onnx` and `parser.onnx` back into torch. Export folds each
batch normalisation into its convolution; here it is opened again: what a convolution yields on real photos is measured,
and the normalisation is given that mean and variance, so that the network says the same and can learn.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.vision.classifier import Classifier
from training.vision.encoder import HEAD_CHANNELS, PLANS, as_input
from training.vision.flat_lay import ParserWithFlatLay
from training.vision.loop import Ledger
from training.vision.parser import Parser
from training.vision.worn import ParserWithWorn

# Photos by which normalisations are opened again.
BATCHES, BATCH = 24, 16
NAME = "shipped"


class FoldedNetwork:
    """The tensors of an ONNX file, widened to float32, by name and in the order in which they are used."""

    def __init__(self, path: Path) -> None:
        model = onnx.load(str(path))
        self.values = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
        for node in model.graph.node:
            # As `onnx_files.shrink_weights` stores them.
            if node.op_type == "Cast" and node.input[0] in self.values:
                self.values[node.output[0]] = self.values[node.input[0]].astype(np.float32)
            elif node.op_type == "Identity" and node.input[0] in self.values:  # two tensors alike, stored once
                self.values[node.output[0]] = self.values[node.input[0]]
            elif node.op_type == "Mul" and all(name in self.values for name in node.input):
                self.values[node.output[0]] = self.values[node.input[0]] * self.values[node.input[1]]
        self.convolutions = [node.input for node in model.graph.node if node.op_type == "Conv"]
        # A group normalisation is exported as several nodes, scale and shift at their end without a name of ours.
        self.groups = [
            [name for node in model.graph.node[at + 3 : at + 5] for name in node.input if name in self.values]
            for at, node in enumerate(model.graph.node)
            if node.op_type == "InstanceNormalization"
        ]
        self.products = [
            node.input[1] for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in self.values
        ]

    def tensor(self, name: str) -> Tensor:
        """One tensor. Raises KeyError."""
        return torch.from_numpy(np.array(self.values[name], np.float32))


def _calls(network: nn.Module, example: Tensor) -> list[tuple[str, nn.Module]]:
    """The modules without children, with their names, in the order in which the network calls them."""
    called: list[tuple[str, nn.Module]] = []
    hooks = [
        module.register_forward_hook(lambda module, _in, _out, name=name: called.append((name, module)))
        for name, module in network.named_modules()
        if not list(module.children())
    ]
    with torch.no_grad():
        network.eval()(example)
    for hook in hooks:
        hook.remove()
    return called


def unfold(
    network: nn.Module, folded: FoldedNetwork, example: Tensor, prefix: str, convolutions: int = 0, products: int = 0
) -> tuple[int, int]:
    """Give `network` the weights of `folded`, each normalisation as plain addition of its convolution's bias.

    prefix: of the named parameters in the file. convolutions, products: how many of the file's another network took
    before. Returns the same numbers after this one. Raises KeyError or ValueError where the file is of another network.
    """
    called = _calls(network, example)
    groups = iter(folded.groups)
    names = {name for name, _ in network.named_parameters()}
    done: set[str] = set()
    for place, (name, module) in enumerate(called):
        if isinstance(module, nn.Conv2d):
            inputs = folded.convolutions[convolutions]
            convolutions += 1
            _put(module.weight, folded.tensor(inputs[1]))
            done.add(f"{name}.weight")
            after = called[place + 1][1] if place + 1 < len(called) else None
            if module.bias is not None:
                _put(module.bias, folded.tensor(inputs[2]))
                done.add(f"{name}.bias")
            elif isinstance(after, nn.BatchNorm2d):
                _put(after.bias, folded.tensor(inputs[2]))
                nn.init.ones_(after.weight)
                nn.init.zeros_(after.running_mean)
                nn.init.constant_(after.running_var, 1 - after.eps)
                done |= {f"{called[place + 1][0]}.{leaf}" for leaf in ("weight", "bias")}
        elif isinstance(module, nn.GroupNorm):
            # One that scales by 1 and shifts by 0 is exported without either.
            for leaf, parameter in zip(("weight", "bias"), next(groups), strict=False):
                _put(getattr(module, leaf), folded.tensor(parameter).flatten())
            done |= {f"{name}.{leaf}" for leaf in ("weight", "bias")}
        elif isinstance(module, nn.Linear) and module.bias is None:
            _put(module.weight, folded.tensor(folded.products[products]).T)
            products += 1
            done.add(f"{name}.weight")
    parameters = dict(network.named_parameters())
    for name in sorted(names - done):
        _put(parameters[name], folded.tensor(f"{prefix}{name}"))
    return convolutions, products


def _put(parameter: Tensor, value: Tensor) -> None:
    if parameter.shape != value.shape:
        raise ValueError(f"expected {tuple(parameter.shape)}, the file has {tuple(value.shape)}")
    with torch.no_grad():
        parameter.copy_(value)


@torch.no_grad()
def open_normalisations(network: nn.Module, batches: Iterable[Tensor]) -> None:
    """Turn additions into normalisations that do the same on average, by what their convolutions yield on `batches`."""
    layers = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    sums = {layer: torch.zeros(3, layer.num_features, dtype=torch.float64) for layer in layers}

    def watch(layer: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        x = inputs[0].double().transpose(0, 1).flatten(1)
        sums[layer] += torch.stack([torch.full((len(x),), x.shape[1], dtype=torch.float64), x.sum(1), (x * x).sum(1)])

    hooks = [layer.register_forward_pre_hook(watch) for layer in layers]
    network.eval()
    for batch in batches:
        network(batch)
    for hook in hooks:
        hook.remove()
    for layer, (count, total, squares) in sums.items():
        mean = total / count
        variance = (squares / count - mean**2).clamp_min(1e-6)
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(variance)
        layer.weight.copy_((variance + layer.eps).sqrt())
        layer.bias.add_(mean)


def classifiers(path: Path) -> Iterator[tuple[str, Classifier]]:
    """(trunk, network) of each member of a `classifier.onnx`, the normalisations still folded."""
    folded = FoldedNetwork(path)
    taken = (0, 0)
    many = any(".members." in name for name in folded.values)
    example = torch.zeros(1, 3, 64, 64)
    for place, trunk in enumerate(_trunks(folded)):
        network = Classifier(trunk)
        prefix = f"network.network.members.{place}." if many else "network.network."
        taken = unfold(network, folded, example, prefix, *taken)
        yield trunk, network


def _trunks(folded: FoldedNetwork) -> list[str]:
    """Which trunks lie in a file, by where their last convolutions to 1,280 channels come from."""
    widths = {plan.channels[-1]: name for name, plan in PLANS.items()}
    shapes = [folded.values[inputs[1]].shape for inputs in folded.convolutions]
    return [widths[shape[1]] for shape in shapes if shape[0] == HEAD_CHANNELS]


def save(folder: Path, network: nn.Module, **facts: object) -> Path:
    """Write a checkpoint that `--start`, `load_classifier` and `load_parser` read."""
    return Ledger(folder).save(NAME, {"average": network.state_dict(), "average_steps": 0} | facts)


def restore_classifiers(path: Path, work: Path, crops: Iterable[np.ndarray]) -> list[Path]:
    """Checkpoints `classifier-TRUNK/shipped.pt`. crops: batches (n, s, s, 3) uint8 as they are learnt from."""
    inputs = [as_input(batch, torch.device("cpu")) for batch in crops]
    saved = []
    for trunk, network in classifiers(path):
        open_normalisations(network, inputs)
        saved.append(save(work / f"classifier-{trunk}", network, trunk=trunk))
    return saved


def folded_parser(path: Path) -> Parser:
    """The network of a `parser.onnx`, with the branches that it has, the normalisations still folded."""
    folded = FoldedNetwork(path)
    network = _empty_parser(folded)
    unfold(network, folded, torch.zeros(1, 3, 64, 64), "network.")
    return network.eval()


def _empty_parser(folded: FoldedNetwork) -> Parser:
    def has(branch: str) -> bool:
        return any(name.startswith(f"network.{branch}.") for name in folded.values)

    if not has("worn"):
        return ParserWithFlatLay() if has("lying") else Parser()
    plain = sum(isinstance(module, nn.Conv2d) for module in ParserWithWorn().modules())
    # A block of the head's own is three convolutions.
    return ParserWithWorn((len(folded.convolutions) - plain) // 3)


def restore_parser(path: Path, work: Path, photos: Iterable[np.ndarray]) -> list[Path]:
    """The checkpoint `parser/shipped.pt`, and where the parser has a branch, `lying/shipped.pt`.

    Of a parser with a worn-clothes head, `worn/shipped.pt` in place of the former.

    photos: batches (n, h, w, 3) uint8, sides multiples of 32.
    """
    network = folded_parser(path)
    open_normalisations(network, (as_input(batch, torch.device("cpu")) for batch in photos))
    saved = []
    if isinstance(network, ParserWithWorn):
        saved.append(save(work / "worn", network.worn, own=network.worn.own))
        return [*saved, save(work / "lying", network.lying)]
    if isinstance(network, ParserWithFlatLay):
        saved.append(save(work / "lying", network.lying))
        del network.lying
    return [save(work / "parser", network), *saved]
