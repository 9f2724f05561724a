"""The flat-lay segmentation head of the parser, and its loss.

The classes were trained on worn clothes and overflow into a carpet under flat-lay garments. This head reads the
feature maps of the same trunk, which stays frozen, so that on-model photos are parsed as before.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.vision.encoder import PLANS
from training.vision.parser import CONTEXT, Context, Parser, separable
from training.vision.parts import UNKNOWN

WIDTH = 64
_TOKENS, _KEYS = 16, 32
_EDGE = 9  # pixels at half the picture's size that count as edge
_EDGE_WEIGHT = 1.5
_COARSE_WEIGHT = 0.3


class Tokens(nn.Module):
    """A few tokens that a whole picture is summed up in, and that each of its cells asks: are you the floor?

    An outline depends on what the rest of the floor looks like, wherever that is to be seen; attention from each cell
    to each other would cost too much where cells are fine.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.questions = nn.Parameter(torch.randn(_TOKENS, _KEYS) * 0.3)
        self.keys, self.values = nn.Conv2d(channels, _KEYS, 1), nn.Conv2d(channels, channels, 1)
        self.asked = nn.Conv2d(channels, _KEYS, 1)
        self.token_keys, self.answers = nn.Conv2d(channels, _KEYS, 1), nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.answers.weight)
        nn.init.zeros_(self.answers.bias)

    def forward(self, x: Tensor, whole: Tensor) -> Tensor:
        """x: (n, c, h, w). whole: (n, c, h', w'), what the tokens are gathered from. Returns the shape of x."""
        seen = torch.softmax(self.questions @ self.keys(whole).flatten(2) * _KEYS**-0.5, dim=-1)
        tokens = (self.values(whole).flatten(2) @ seen.transpose(1, 2)).unsqueeze(3)  # (n, c, tokens, 1)
        asked = self.asked(x).flatten(2).transpose(1, 2)
        attention = torch.softmax(asked @ self.token_keys(tokens).flatten(2) * _KEYS**-0.5, dim=-1)
        return x + (self.answers(tokens).flatten(2) @ attention.transpose(1, 2)).reshape(x.shape)


class FlatLayHead(nn.Module):
    """Maps of the parser's trunk, as `Parser.maps` names them -> logits of the garment, (n, 1, h / 4, w / 4)."""

    def __init__(self) -> None:
        super().__init__()

        def lateral(channels: int) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(channels, WIDTH, 1, bias=False), nn.BatchNorm2d(WIDTH))

        _, c4, c8, c16, _ = PLANS["lite0"].channels
        self.from_32, self.from_16, self.from_8, self.from_4 = (lateral(c) for c in (CONTEXT, c16, c8, c4))
        self.smooth_16, self.smooth_8, self.smooth_4 = (separable(WIDTH, WIDTH, 5) for _ in range(3))
        self.context = Context(WIDTH)
        self.tokens_8, self.tokens_4 = Tokens(WIDTH), Tokens(WIDTH)
        self.last = separable(WIDTH, WIDTH, 3)
        self.fine = nn.Conv2d(WIDTH, 1, 1)

    def forward(self, s32: Tensor, s16: Tensor, s8: Tensor, s4: Tensor) -> Tensor:
        """See the class."""
        return self.both(s32, s16, s8, s4)[0]

    def both(self, s32: Tensor, s16: Tensor, s8: Tensor, s4: Tensor) -> tuple[Tensor, Tensor]:
        """The logits, and the map at half their size, (n, WIDTH, h / 8, w / 8), from which they are refined."""
        x = self.context(self.smooth_16(F.relu(_twice(self.from_32(s32)) + self.from_16(s16))))
        x = self.smooth_8(F.relu(_twice(x) + self.from_8(s8)))
        x = self.tokens_8(x, x)
        y = F.relu(_twice(x) + self.from_4(s4))
        y = self.smooth_4(self.tokens_4(y, x))
        return self.fine(self.last(y)), x


class Taught(nn.Module):
    """The branch while it is taught: what it refines is judged as well, which teaches it sooner."""

    def __init__(self, lying: FlatLayHead) -> None:
        super().__init__()
        self.lying = lying
        self.coarse = nn.Conv2d(WIDTH, 1, 1)

    def forward(self, *maps: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of both sizes."""
        fine, half = self.lying.both(*maps)
        return fine, self.coarse(half)


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class ParserMaps(nn.Module):
    """A parser's maps alone, by name: what the branch is taught from."""

    NAMES = ("s32", "s16", "s8", "s4")

    def __init__(self, parser: Parser) -> None:
        super().__init__()
        self.parser = parser

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """(n, 3, h, w) -> the maps."""
        return dict(zip(self.NAMES, self.parser.maps(image), strict=True))


class ParserWithFlatLay(Parser):
    """A parser with its branch: the outputs of `Parser` and `lying`, (n, 1, h / 4, w / 4) logits."""

    def __init__(self) -> None:
        super().__init__()
        self.lying = FlatLayHead()

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """See the class."""
        maps = self.maps(image)
        return self.judge(*maps) | {"lying": self.lying(*maps)}


def flat_lay_loss(found: tuple[Tensor, Tensor], truth: Tensor) -> Tensor:
    """Cross-entropy, edges weighing more, and 1 - IoU, of both sizes. truth: (n, h, w) uint8 of 0, 1 and UNKNOWN."""
    fine, coarse = found
    return _loss(fine, truth[:, ::2, ::2]) + _COARSE_WEIGHT * _loss(coarse, truth[:, ::4, ::4])


def _loss(logits: Tensor, truth: Tensor) -> Tensor:
    logits = F.interpolate(logits, size=truth.shape[1:], mode="bilinear", align_corners=False)[:, 0]
    known, cloth = (truth != UNKNOWN).float(), (truth == 1).float()
    near = F.max_pool2d(cloth[:, None], _EDGE, 1, _EDGE // 2) + F.max_pool2d(-cloth[:, None], _EDGE, 1, _EDGE // 2)
    weight = known * (1 + _EDGE_WEIGHT * near[:, 0])
    entropy = F.binary_cross_entropy_with_logits(logits, cloth, reduction="none")
    chance, cloth = torch.sigmoid(logits) * known, cloth * known
    both = (chance * cloth).sum((1, 2))
    iou = (both + 1) / (chance.sum((1, 2)) + cloth.sum((1, 2)) - both + 1)
    return (entropy * weight).sum() / weight.sum().clamp_min(1) + (1 - iou).mean()
