"""The parser network and its losses: every pixel's class, and what the picture is as a whole."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.vision.encoder import PLANS, Trunk
from training.vision.parts import BODY, FOREGROUND, PARTS, SCENES, SLOTS, UNKNOWN

WIDTH = 96
CONTEXT = 192
# Classes weigh by the rarity of their pixels, within bounds.
CLASS_WEIGHTS = {
    "background": 0.6,
    "hair": 1.0,
    "skin": 1.0,
    "top": 1.2,
    "outer": 1.2,
    "dress": 1.3,
    "bottom": 1.0,
    "shoes": 1.6,
    "bag": 1.6,
    "hat": 2.0,
    "scarf": 1.8,
    "belt": 2.0,
    "eyewear": 2.0,
    "legwear": 1.5,
    "accessory": 1.5,
}
LOSS_WEIGHTS = {"pixels": 1.0, "dice": 0.7, "presence": 0.4, "scene": 0.2, "body": 0.2}


def separable(inputs: int, outputs: int, kernel: int) -> nn.Sequential:
    """A depthwise and a 1x1 convolution that keep the size."""
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, 1, kernel // 2, groups=inputs, bias=False),
        nn.BatchNorm2d(inputs),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(True),
    )


class Context(nn.Module):
    """Self-attention over the coarsest map: outer or top or dress is decided by the whole figure."""

    def __init__(self, channels: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(1, channels)
        self.qkv = nn.Conv2d(channels, channels * 3, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        self.place = nn.Conv2d(channels, channels, 3, 1, 1, groups=channels)
        self.mlp = nn.Sequential(
            nn.GroupNorm(1, channels), nn.Conv2d(channels, channels * 2, 1), nn.ReLU(True),
            nn.Conv2d(channels * 2, channels, 1),
        )  # fmt: skip
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.mlp[-1].weight)

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) -> the same shape."""
        n, c, h, w = x.shape
        x = x + self.place(x)
        q, k, v = self.qkv(self.norm(x)).reshape(n, 3, self.heads, c // self.heads, h * w).unbind(1)
        attention = torch.softmax(q.transpose(2, 3) @ k * (c // self.heads) ** -0.5, dim=-1)
        mixed = (attention @ v.transpose(2, 3)).transpose(2, 3).reshape(n, c, h, w)
        x = x + self.out(mixed)
        return x + self.mlp(x)


class Parser(nn.Module):
    """image (n, 3, h, w), h and w multiples of 32 -> `classes` (n, 15, h / 4, w / 4) and image-level logits.

    `presence` (n, 15): which classes are in the picture; it also gates the pixels (a class that the picture as
    a whole denies is denied everywhere). `scene` (n, 3), `body` (n, 4), `full_body` (n, 1).
    """

    def __init__(self, frozen: int = 0) -> None:
        super().__init__()
        self.trunk = Trunk(PLANS["lite0"], frozen)
        _, c4, c8, c16, c32 = self.trunk.plan.channels
        self.reduce = nn.Sequential(nn.Conv2d(c32, CONTEXT, 1, bias=False), nn.BatchNorm2d(CONTEXT), nn.ReLU(True))
        self.context = Context(CONTEXT)
        self.lateral = nn.ModuleList(
            nn.Sequential(nn.Conv2d(c, WIDTH, 1, bias=False), nn.BatchNorm2d(WIDTH)) for c in (CONTEXT, c16, c8, c4)
        )
        self.smooth = nn.ModuleList(separable(WIDTH, WIDTH, k) for k in (5, 5, 5))
        self.last = separable(WIDTH, WIDTH, 3)
        self.classify = nn.Conv2d(WIDTH, len(PARTS), 1)
        self.pooled = nn.Sequential(nn.Linear(2 * CONTEXT, 160), nn.ReLU(True), nn.Dropout(0.1))
        self.presence = nn.Linear(160, len(PARTS))
        self.scene = nn.Linear(160, len(SCENES))
        self.body = nn.Linear(160, len(BODY))
        self.full_body = nn.Linear(160, 1)
        self.gate = nn.Parameter(torch.full((len(PARTS),), 0.5))

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """See the class."""
        return self.judge(*self.maps(image))

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(n, 3, h, w) -> maps at strides 32 (CONTEXT channels, each cell having seen the whole), 16, 8 and 4."""
        _, s4, s8, s16, s32 = self.trunk.scales(image)
        return self.context(self.reduce(s32)), s16, s8, s4

    def judge(self, deep: Tensor, s16: Tensor, s8: Tensor, s4: Tensor) -> dict[str, Tensor]:
        """The outputs, from `maps`."""
        pooled = self.pooled(torch.cat([deep.mean((2, 3)), deep.amax((2, 3))], 1))
        presence = self.presence(pooled)
        x = self.lateral[0](deep)
        for lateral, smooth, skip in zip(self.lateral[1:], self.smooth, (s16, s8, s4), strict=True):
            x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = smooth(F.relu(x + lateral(skip)))
        logits = self.classify(self.last(x))
        gate = F.softplus(self.gate) * F.logsigmoid(presence)
        return {
            "classes": logits + gate[:, :, None, None],
            "presence": presence,
            "scene": self.scene(pooled),
            "body": self.body(pooled),
            "full_body": self.full_body(pooled),
        }


def _dice(probabilities: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Mean of 1 - Dice over the (image, class) pairs in which the class is present."""
    p = probabilities * known[:, None]
    hot = F.one_hot(target, len(PARTS)).permute(0, 3, 1, 2) * known[:, None]
    together, total = (p * hot).sum((2, 3)), p.sum((2, 3)) + hot.sum((2, 3))
    there = hot.sum((2, 3)) > 20
    return (1 - (2 * together + 1) / (total + 1))[there].mean() if bool(there.any()) else p.sum() * 0


def parser_loss(found: dict[str, Tensor], truth: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
    """The weighted sum of all losses, and each one's value. truth: tensors as `scenes.collate` names them.

    Pixels are compared at half the picture's resolution. FOREGROUND pixels only deny the background.
    """
    parts = truth["parts"][:, ::2, ::2].long()
    logits = F.interpolate(found["classes"].float(), size=parts.shape[1:], mode="bilinear", align_corners=False)
    log_p = F.log_softmax(logits, dim=1)
    named = parts < len(PARTS)
    target = torch.where(named, parts, 0)
    weights = torch.tensor([CLASS_WEIGHTS[name] for name in PARTS], device=parts.device)
    per_pixel = F.nll_loss(log_p, target, weight=weights, reduction="none")
    some = parts == FOREGROUND
    not_ground = -torch.log1p(-log_p[:, 0].exp().clamp(max=1 - 1e-4))
    known = (parts != UNKNOWN).float()
    pixels = (torch.where(some, not_ground, per_pixel) * known).sum() / known.sum().clamp_min(1)
    losses = {"pixels": pixels}
    full = named.flatten(1).float().mean(1) > 0.5
    if bool(full.any()):
        losses["dice"] = _dice(log_p.exp()[full], target[full], named[full].float())
        ground = log_p[full][:, 0].exp()
        is_ground = ((parts[full] == 0) & named[full]).float()
        front, front_p = named[full].float() - is_ground, (1 - ground) * named[full]
        overlap = (front * front_p).sum((1, 2))
        losses["dice"] = losses["dice"] + (1 - (2 * overlap + 1) / (front.sum((1, 2)) + front_p.sum((1, 2)) + 1)).mean()
    losses["presence"] = _masked_bce(found["presence"], truth["presence"])
    losses["scene"] = F.cross_entropy(found["scene"], truth["scene"], ignore_index=-1)
    both = torch.cat([found["body"], found["full_body"]], 1), torch.cat([truth["body"], truth["full_body"][:, None]], 1)
    losses["body"] = _masked_bce(*both)
    total = torch.stack([LOSS_WEIGHTS[name] * value for name, value in losses.items()]).sum()
    return total, {name: float(value.detach()) for name, value in losses.items()}


def _masked_bce(logits: Tensor, truth: Tensor) -> Tensor:
    """Binary cross-entropy where truth is 0 or 1; -1 is unknown."""
    known = truth >= 0
    if not bool(known.any()):
        return logits.sum() * 0
    return F.binary_cross_entropy_with_logits(logits[known], truth[known])


__all__ = ["SLOTS", "Parser", "parser_loss"]
