"""The worn-clothes head of the segmentation: what every pixel is, and what is there, taught by boxes as well as masks.

It begins as a copy of the decoder that ships and reads the maps of the same encoder, which stays frozen: the flat-lay
and pose heads, and their figures, do not change.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.vision.encoder import Block
from training.vision.flat_lay import ParserWithFlatLay
from training.vision.parser import CONTEXT, WIDTH, Context, Parser, separable
from training.vision.parts import PARTS


class WornHead(nn.Module):
    """Maps of the encoder at strides 32, 16, 8 and 4 -> `classes` and `presence`, as `Parser` says them.

    own: how many of the encoder's last blocks it has as its own, taught with it; the map at stride 32 is then what lies
    before them.
    """

    def __init__(self, channels: tuple[int, ...], own: int = 0) -> None:
        super().__init__()
        _, c4, c8, c16, c32 = channels
        self.own = own
        self.blocks = nn.ModuleList(_last_blocks(own))
        self.reduce = nn.Sequential(nn.Conv2d(c32, CONTEXT, 1, bias=False), nn.BatchNorm2d(CONTEXT), nn.ReLU(True))
        self.context = Context(CONTEXT)
        self.lateral = nn.ModuleList(
            nn.Sequential(nn.Conv2d(c, WIDTH, 1, bias=False), nn.BatchNorm2d(WIDTH)) for c in (CONTEXT, c16, c8, c4)
        )
        self.smooth = nn.ModuleList(separable(WIDTH, WIDTH, 5) for _ in range(3))
        self.last = separable(WIDTH, WIDTH, 3)
        self.classify = nn.Conv2d(WIDTH, len(PARTS), 1)
        self.pooled = nn.Sequential(nn.Linear(2 * CONTEXT, 160), nn.ReLU(True), nn.Dropout(0.1))
        self.presence = nn.Linear(160, len(PARTS))
        self.gate = nn.Parameter(torch.full((len(PARTS),), 0.5))

    def forward(self, before: Tensor, s16: Tensor, s8: Tensor, s4: Tensor) -> dict[str, Tensor]:
        """See the class."""
        for block in self.blocks:
            before = block(before)
        deep = self.context(self.reduce(before))
        presence = self.presence(self.pooled(torch.cat([deep.mean((2, 3)), deep.amax((2, 3))], 1)))
        x = self.lateral[0](deep)
        for lateral, smooth, skip in zip(self.lateral[1:], self.smooth, (s16, s8, s4), strict=True):
            x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = smooth(F.relu(x + lateral(skip)))
        gate = F.softplus(self.gate) * F.logsigmoid(presence)
        return {"classes": self.classify(self.last(x)) + gate[:, :, None, None], "presence": presence}


def _last_blocks(count: int) -> list[Block]:
    """The last `count` blocks of an EfficientNet-Lite0: of the stage of 192 channels, and the one of 320."""
    plan = [(112, 192, 5, 2), (192, 192, 5, 1), (192, 192, 5, 1), (192, 192, 5, 1), (192, 320, 3, 1)]
    return [Block(*sizes, 6) for sizes in plan[len(plan) - count :]] if count else []


def copied(parser: Parser, own: int = 0) -> WornHead:
    """The head that says what `parser` says. Raises ValueError where it has one with another `own`."""
    if isinstance(parser, ParserWithWorn):
        if parser.worn.own != own:
            raise ValueError(f"The head that ships has {parser.worn.own} blocks of its own, not {own}.")
        return parser.worn
    head = WornHead(parser.trunk.plan.channels, own)
    state = parser.state_dict()
    names = {name: name for name in head.state_dict() if not name.startswith("blocks.")}
    first = len(parser.trunk.blocks) - own
    for name in head.state_dict():
        if name.startswith("blocks."):
            _, number, rest = name.split(".", 2)
            names[name] = f"trunk.blocks.{first + int(number)}.{rest}"
    head.load_state_dict({name: state[source] for name, source in names.items()})
    return head


class EncoderMaps(nn.Module):
    """What the head reads, by name. own: see `WornHead`."""

    NAMES = ("before", "s16", "s8", "s4")

    def __init__(self, parser: Parser, own: int = 0) -> None:
        super().__init__()
        self.trunk, self.own = parser.trunk, own

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """(n, 3, h, w) -> the maps."""
        x, found, seen = self.trunk.stem(image), [], image
        stop = len(self.trunk.blocks) - self.own
        for number, block in enumerate(self.trunk.blocks):
            if number == stop:
                seen = x
            x = block(x)
            if number in self.trunk.plan.lasts:
                found.append(x)
        before = seen if self.own else x
        _, s4, s8, s16, _ = found
        return {"before": before, "s16": s16, "s8": s8, "s4": s4}


class ParserWithWorn(ParserWithFlatLay):
    """A parser whose `classes` and `presence` are the worn-clothes head's; all else is as before.

    What the decoder said goes on as `flat_classes` and `flat_presence`, for what nobody wears.
    `fine` and `coarse` are the maps that the pose head reads, of the former decoder; `coarse` and `deep`, those that a
    look's style is judged by.
    """

    def __init__(self, own: int = 0) -> None:
        super().__init__()
        self.worn = WornHead(self.trunk.plan.channels, own)

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """See the class."""
        x, found, seen = self.trunk.stem(image), [], image
        stop = len(self.trunk.blocks) - self.worn.own
        for number, block in enumerate(self.trunk.blocks):
            if number == stop:
                seen = x
            x = block(x)
            if number in self.trunk.plan.lasts:
                found.append(x)
        _, s4, s8, s16, s32 = found
        deep = self.context(self.reduce(s32))
        pooled = self.pooled(torch.cat([deep.mean((2, 3)), deep.amax((2, 3))], 1))
        presence = self.presence(pooled)
        x = self.lateral[0](deep)
        found = []
        for lateral, smooth, skip in zip(self.lateral[1:], self.smooth, (s16, s8, s4), strict=True):
            x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = smooth(F.relu(x + lateral(skip)))
            found.append(x)
        gate = F.softplus(self.gate) * F.logsigmoid(presence)
        return self.worn(seen if self.worn.own else s32, s16, s8, s4) | {
            "lying": self.lying(deep, s16, s8, s4),
            "scene": self.scene(pooled),
            "body": self.body(pooled),
            "full_body": self.full_body(pooled),
            "flat_classes": self.classify(self.last(x)) + gate[:, :, None, None],
            "flat_presence": presence,
            "fine": found[1],
            "coarse": s16,
            "deep": s32,
        }
