"""The refinement head: a photo's crop and a coarse mask of the garment in it -> the garment's outline, and its loss.

Half a million pixels are too many to look at each: pixels enter and leave four at a time, and most of the work is done
on an eighth to a thirty-second of the picture, where the network sees what is floor and what is cloth. Plain 3 x 3
convolutions, which a CPU runs faster than the same work of depthwise ones.
"""

from itertools import pairwise
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTHS: Final = (24, 40, 80, 112, 112)  # at strides 2, 4, 8, 16, 32
STRIDE: Final = 32
_COARSE_WEIGHT: Final = 0.3
_SLOPE_WEIGHT: Final = 10.0


def _convolution(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True)
    )


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _convolution(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class _Up(nn.Module):
    """A deeper map, twice as large, joined to the one it came from."""

    def __init__(self, deep: int, width: int) -> None:
        super().__init__()
        self.deeper, self.skip = nn.Conv2d(deep, width, 1), nn.Conv2d(width, width, 1)
        self.join = _convolution(width, width)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = F.interpolate(self.deeper(x), scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.join(F.relu(x + self.skip(skip)))


class Refiner(nn.Module):
    """picture (n, 4, h, w): normalised RGB and the coarse probability, sides multiples of 32 -> logits (n, 1, h, w)."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = _convolution(16, WIDTHS[0])
        pairs = list(pairwise(WIDTHS))
        self.down = nn.ModuleList(
            nn.Sequential(_convolution(inputs, outputs, 3, 2), _Residual(outputs)) for inputs, outputs in pairs
        )
        self.whole = nn.Linear(2 * WIDTHS[-1], WIDTHS[-1])
        self.deep = _Residual(WIDTHS[-1])
        self.up = nn.ModuleList(_Up(outputs, inputs) for inputs, outputs in reversed(pairs))
        self.coarse = nn.Conv2d(WIDTHS[2], 1, 1)  # judged while it is taught, which teaches it sooner
        self.fine = nn.Conv2d(WIDTHS[0], 4, 3, 1, 1)
        self.trust = nn.Parameter(torch.tensor(2.0))

    def forward(self, picture: Tensor) -> Tensor:
        """See the class."""
        return self.both(picture)[0]

    def both(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """The logits, and those of an eighth of the size."""
        maps = [self.enter(F.pixel_unshuffle(picture, 2))]
        for down in self.down:
            maps.append(down(maps[-1]))
        x = maps.pop()
        seen = self.whole(torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1))
        x = self.deep(F.relu(x + seen[:, :, None, None]))
        rough = None
        for number, up in enumerate(self.up):
            x = up(x, maps.pop())
            if number == 1:
                rough = self.coarse(x)
        assert rough is not None
        before = self.trust * (2 * picture[:, 3:] - 1)
        return F.pixel_shuffle(self.fine(x), 2) + before, rough


def refinement_loss(found: tuple[Tensor, Tensor], truth: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy, 1 - IoU, and how far the slopes of the alpha are from the truth's.

    truth, weight: (n, 1, h, w) float32; truth is 0..1, and where the weight is 0 nothing is known.
    """
    logits, rough = (part.float() for part in found)
    known = (weight > 0).float()
    entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    alpha = torch.sigmoid(logits)
    wrong = (alpha - truth) * known
    slopes = wrong.diff(dim=2).abs().mean() + wrong.diff(dim=3).abs().mean()
    small = F.avg_pool2d(truth, 8), F.avg_pool2d(known, 8)
    coarse = F.binary_cross_entropy_with_logits(rough, small[0], reduction="none")
    return (
        (entropy * weight).sum() / weight.sum().clamp_min(1)
        + _overlap(alpha, truth, known)
        + _SLOPE_WEIGHT * slopes
        + _COARSE_WEIGHT * (coarse * small[1]).sum() / small[1].sum().clamp_min(1)
    )


def _overlap(alpha: Tensor, truth: Tensor, known: Tensor) -> Tensor:
    alpha, truth = alpha * known, truth * known
    both = (alpha * truth).sum((1, 2, 3))
    return (1 - (both + 1) / (alpha.sum((1, 2, 3)) + truth.sum((1, 2, 3)) - both + 1)).mean()
