"""The pose head: from two feature maps of the segmentation to where each landmark is, and whether it is seen."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.vision.pose_features import COARSE, FINE, TENSORS

POINTS = 33
WIDTH, FINE_WIDTH = 128, 96
SPREAD = 0.8  # of a landmark's target, in fine cells
MIN_SURE = 0.3  # the teacher's visibility from which on a place is taught
_SEEN_WEIGHT, _PLACE_WEIGHT = 0.6, 0.3
_NOWHERE = -1e4


class Mixing(nn.Module):
    """A depthwise convolution over a wide neighbourhood, then two 1x1 ones, added to what came in."""

    def __init__(self, channels: int, kernel: int, middle: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(channels, channels, kernel, 1, kernel // 2, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.Conv2d(channels, middle, 1),
            nn.ReLU(True),
            nn.Conv2d(middle, channels, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) -> the same shape."""
        y: Tensor = x + self.layers(x)
        return y


class PoseHead(nn.Module):
    """fine (n, 96, h, w), coarse (n, 112, h / 2, w / 2) -> `heat` and `seen`, each (n, 33, h, w) logits.

    A landmark lies where the softmax of its heat over a person's cells is; whether it is seen is the mean of `seen`
    there.
    """

    def __init__(self) -> None:
        super().__init__()
        fine, coarse = TENSORS[FINE][1], TENSORS[COARSE][1]
        self.fine_norm, self.coarse_norm = nn.BatchNorm2d(fine), nn.BatchNorm2d(coarse)
        self.from_fine, self.from_coarse = nn.Conv2d(fine, WIDTH, 1), nn.Conv2d(coarse, WIDTH, 1)
        self.middle = nn.Sequential(Mixing(WIDTH, 7, 256), Mixing(WIDTH, 7, 256))
        self.down = nn.Sequential(nn.Conv2d(WIDTH, WIDTH, 2, 2), nn.ReLU(True))
        self.deep = nn.Sequential(Mixing(WIDTH, 9, 256), Mixing(WIDTH, 9, 256), Mixing(WIDTH, 9, 256))
        self.after = nn.Sequential(Mixing(WIDTH, 7, 256))
        self.up, self.skip = nn.Conv2d(WIDTH, FINE_WIDTH, 1), nn.Conv2d(fine, FINE_WIDTH, 1)
        self.last = nn.Sequential(Mixing(FINE_WIDTH, 5, 144), nn.BatchNorm2d(FINE_WIDTH), nn.ReLU(True))
        self.out = nn.Conv2d(FINE_WIDTH, 2 * POINTS, 1)

    def forward(self, fine: Tensor, coarse: Tensor) -> dict[str, Tensor]:
        """See the class."""
        fine, coarse = self.fine_norm(fine), self.coarse_norm(coarse)
        x = self.middle(F.relu(self.from_fine(F.avg_pool2d(fine, 2)) + self.from_coarse(coarse)))
        x = self.after(x + _twice(self.deep(self.down(x))))
        y = self.out(self.last(F.relu(_twice(self.up(x)) + self.skip(fine))))
        return {"heat": y[:, :POINTS], "seen": y[:, POINTS:]}


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def pose_loss(found: dict[str, Tensor], points: Tensor, person: Tensor) -> tuple[Tensor, dict[str, float]]:
    """The loss and its parts. points: (n, 33, 3) x and y in 0..1 of the map, visibility. person: (n, h, w) bool."""
    h, w = found["heat"].shape[2:]
    logits = found["heat"].float().masked_fill(~person[:, None], _NOWHERE).flatten(2)
    chances = F.log_softmax(logits, 2)
    x, y = points[..., 0] * w - 0.5, points[..., 1] * h - 0.5
    columns, rows = torch.arange(w, device=x.device), torch.arange(h, device=x.device)
    across = torch.exp(-((columns - x[..., None]) ** 2) / (2 * SPREAD**2))
    down = torch.exp(-((rows - y[..., None]) ** 2) / (2 * SPREAD**2))
    target = (down[..., :, None] * across[..., None, :]) * person[:, None]
    total = target.flatten(2).sum(2)
    sure = points[..., 2] * ((points[..., 2] > MIN_SURE) & (total > 0.5))
    target = target.flatten(2) / total.clamp(min=1e-6)[..., None]
    count_sure = sure.sum().clamp(min=1)
    heat = (-(target * chances).sum(2) * sure).sum() / count_sure
    where = chances.exp()
    grid = torch.stack([columns.repeat(h), rows.repeat_interleave(w)], 1).float()
    apart = F.smooth_l1_loss(where @ grid, torch.stack([x, y], 2), reduction="none").sum(2)
    place = (apart * sure).sum() / count_sure
    seen = (where.detach() * found["seen"].flatten(2)).sum(2)
    sight = F.binary_cross_entropy_with_logits(seen, points[..., 2])
    loss = heat + _PLACE_WEIGHT * place.clamp(max=20) + _SEEN_WEIGHT * sight
    return loss, {name: float(part.detach()) for name, part in (("heat", heat), ("place", place), ("seen", sight))}
