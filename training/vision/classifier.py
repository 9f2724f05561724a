"""The classifier network and its losses: one trunk, a head a question, and the embedding."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.vision.crops import Crop
from training.vision.encoder import HEAD_CHANNELS, PLANS, HeadConvolution, Trunk
from training.vision.labels import HEADS, MULTI_LABEL

EMBEDDING = 256
TEXTURE_SCALE = 3  # of the trunk's five maps, the one at stride 16
# What each head's mistakes weigh in the sum.
HEAD_WEIGHTS = {
    "kind": 1.0,
    "pattern": 0.3,
    "material": 0.3,
    "season": 0.2,
    "gender": 0.3,
    "usage": 0.6,
    "sleeve": 0.3,
    "length": 0.2,
    "colour": 0.8,
}
PROXY_WEIGHTS = {"article": 0.5, "shade": 0.3, "pair": 0.4, "kind": 0.3}
PROXY_SCALE = 18.0
NOTHING_WEIGHT = 2.0
SMOOTHING = 0.03


class Classifier(nn.Module):
    """crops (n, 3, s, s) -> features -> a logits vector a head, and a unit embedding of 256."""

    def __init__(self, trunk: str = "lite2", dropout: float = 0.2) -> None:
        super().__init__()
        self.trunk = Trunk(PLANS[trunk])
        self.head = HeadConvolution(PLANS[trunk])
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({name: nn.Linear(HEAD_CHANNELS, len(labels)) for name, labels in HEADS.items()})
        self.embed = nn.Linear(HEAD_CHANNELS, EMBEDDING, bias=False)

    def seen(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """(n, 3, h, w) normalised -> features (n, 1280), and the texture (n, 2c) that a look's style is read from.

        A style is in cut, cloth and wash rather than in which kinds are worn. So its texture is taken where the trunk
        still tells those: mean and spread of each channel at stride 16. The last features, taught kinds, lost it.
        """
        maps = self.trunk.scales(crops)
        middle = maps[TEXTURE_SCALE]
        mean = middle.mean((2, 3))
        spread = ((middle * middle).mean((2, 3)) - mean * mean).clamp_min(0).sqrt()
        return self.head(maps[-1]).mean((2, 3)), torch.cat([mean, spread], 1)

    def features(self, crops: Tensor) -> Tensor:
        """(n, 3, s, s) normalised -> (n, 1280)."""
        return self.seen(crops)[0]

    def answers(self, features: Tensor) -> dict[str, Tensor]:
        """(n, 1280) features -> `embedding` (n, 256) of unit length and each head's logits."""
        dropped = self.dropout(features)
        found = {name: head(dropped) for name, head in self.heads.items()}
        found["embedding"] = F.normalize(self.embed(features), dim=1)
        return found

    def forward(self, crops: Tensor) -> dict[str, Tensor]:
        """(n, 3, s, s) normalised -> `answers`."""
        return self.answers(self.features(crops))


class Council(nn.Module):
    """Describers of different trunks that judge together, as one network.

    Their logits are averaged; features lie side by side. `turn` makes one embedding of theirs: the directions in which
    the embeddings, laid side by side, differ most.
    """

    def __init__(self, members: Sequence[Classifier]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.turn = nn.Linear(len(members) * EMBEDDING, EMBEDDING, bias=False)

    def seen(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """(n, 3, h, w) normalised -> the members' features and textures, each side by side."""
        features, textures = zip(*(member.seen(crops) for member in self.members), strict=True)
        return torch.cat(features, 1), torch.cat(textures, 1)

    def features(self, crops: Tensor) -> Tensor:
        """(n, 3, s, s) normalised -> (n, 1280 x members)."""
        return self.seen(crops)[0]

    def side_by_side(self, features: Tensor) -> Tensor:
        """(n, 1280 x members) -> the members' embeddings, (n, 256 x members)."""
        return torch.cat([answer["embedding"] for answer in self._each(features)], 1)

    def answers(self, features: Tensor) -> dict[str, Tensor]:
        """(n, 1280 x members) -> `embedding` (n, 256) of unit length and each head's logits."""
        each = self._each(features)
        found = {name: torch.stack([answer[name] for answer in each]).mean(0) for name in HEADS}
        together = torch.cat([answer["embedding"] for answer in each], 1)
        found["embedding"] = F.normalize(self.turn(together), dim=1)
        return found

    def forward(self, crops: Tensor) -> dict[str, Tensor]:
        """(n, 3, s, s) normalised -> `answers`."""
        return self.answers(self.features(crops))

    def _each(self, features: Tensor) -> list[dict[str, Tensor]]:
        parts = features.split(HEAD_CHANNELS, 1)
        return [member.answers(part) for member, part in zip(self.members, parts, strict=True)]


class Proxies(nn.Module):
    """Cosine classifiers over the embedding, used in training only.

    They pull together what shares an article word, a shade, both at once, or one of our kinds (which ties
    products, closet photos and street crops to the same places).
    """

    def __init__(self, articles: int, shades: int, pairs: int) -> None:
        super().__init__()
        sizes = {"article": articles, "shade": shades, "pair": pairs, "kind": len(HEADS["kind"])}
        self.vectors = nn.ParameterDict(
            {name: nn.Parameter(torch.randn(max(1, size), EMBEDDING) * 0.05) for name, size in sizes.items()}
        )

    @torch.no_grad()
    def place(self, embedding: Tensor, words: dict[str, np.ndarray]) -> None:
        """Put each vector amid the embeddings of its word, where there are any.

        embedding: (n, 256) of an embedding learnt before. words: (n,) word numbers a vocabulary, -1 for none.
        """
        for name, vectors in self.vectors.items():
            known = torch.from_numpy(words[name] >= 0)
            numbers = torch.from_numpy(words[name])[known]
            sums = torch.zeros_like(vectors).index_add_(0, numbers, embedding[known])
            said = sums.norm(dim=1) > 0
            vectors[said] = F.normalize(sums[said], dim=1)

    def forward(self, embedding: Tensor) -> dict[str, Tensor]:
        """(n, 256) -> cosine logits a vocabulary, scaled."""
        return {name: PROXY_SCALE * embedding @ F.normalize(vectors, dim=1).T for name, vectors in self.vectors.items()}


class Targets:
    """The labels of many crops as arrays.

    weights[head]: (n, classes) float32, all zero where the crop says nothing about the head.
    words[name]: (n,) int64 numbers of the article, shade and pair vocabularies, -1 where there is none.
    """

    def __init__(self, crops: Sequence[Crop], smallest_pair: int = 4) -> None:
        self.weights = {name: np.zeros((len(crops), len(labels)), np.float32) for name, labels in HEADS.items()}
        for i, crop in enumerate(crops):
            for head, label in crop.labels.items():
                for slug, weight in label.items():
                    self.weights[head][i, HEADS[head].index(slug)] = weight
        self.vocabularies: dict[str, list[str]] = {}
        self.words: dict[str, np.ndarray] = {}
        for name, smallest in (("article", 2), ("shade", 2), ("pair", smallest_pair)):
            said = [self._word(name, crop) for crop in crops]
            trained = [word for word, crop in zip(said, crops, strict=True) if word and not crop.validation]
            names, counts = np.unique(trained, return_counts=True)
            vocabulary = [str(word) for word, count in zip(names, counts, strict=True) if count >= smallest]
            number = {word: i for i, word in enumerate(vocabulary)}
            self.vocabularies[name] = vocabulary
            self.words[name] = np.array([number.get(word, -1) for word in said], np.int64)

    @staticmethod
    def _word(name: str, crop: Crop) -> str:
        if name == "article":
            return crop.article
        if not crop.shade:
            return ""
        return crop.shade if name == "shade" else f"{crop.article}|{crop.shade}"


def partial_loss(logits: Tensor, weights: Tensor, smoothing: float = SMOOTHING) -> Tensor:
    """Mean of -log(sum of weight x probability) over the rows that have a label.

    logits: (n, c). weights: (n, c), a row of zeros means "no label". A label of one class is plain
    cross-entropy. Returns a scalar, 0 where no row has a label.
    """
    known = weights.sum(1) > 0
    if not bool(known.any()):
        return logits.sum() * 0
    log_p = F.log_softmax(logits[known].float(), dim=1)
    chosen = torch.logsumexp(log_p + weights[known].clamp_min(1e-9).log(), dim=1)
    return -((1 - smoothing) * chosen + smoothing * log_p.mean(1)).mean()


def classifier_loss(
    found: dict[str, Tensor],
    cosines: dict[str, Tensor],
    weights: dict[str, Tensor],
    words: dict[str, Tensor],
    nothing: Tensor,
) -> tuple[Tensor, dict[str, float]]:
    """The weighted sum of all losses, and each one's value for the log.

    cosines: of `Proxies`, empty where no embedding is learnt.
    nothing: (n,) bool, crops that show no garment, of which no kind is likelier than another.
    """
    parts: dict[str, Tensor] = {}
    if bool(nothing.any()):
        flat = -F.log_softmax(found["kind"][nothing].float(), 1).mean()
        parts["nothing"] = NOTHING_WEIGHT * nothing.float().mean() * flat
    for head, weight in HEAD_WEIGHTS.items():
        if head in MULTI_LABEL:
            known = weights[head].sum(1) > 0
            if bool(known.any()):
                loss = F.binary_cross_entropy_with_logits(found[head][known], weights[head][known])
                parts[head] = weight * 4 * loss
        else:
            parts[head] = weight * partial_loss(found[head], weights[head])
    for name, weight in PROXY_WEIGHTS.items():
        if name not in cosines:
            continue
        if name == "kind":
            parts["proxy kind"] = weight * partial_loss(cosines["kind"], weights["kind"], 0.0)
        elif bool((words[name] >= 0).any()):
            parts[f"proxy {name}"] = weight * F.cross_entropy(cosines[name], words[name], ignore_index=-1)
    values = torch.stack(list(parts.values()))
    return values.sum(), dict(zip(parts, values.detach().tolist(), strict=True))


class Teachers(nn.Module):
    """Describers that a student listens to: crops (n, 3, s, s) -> the mean of their chances (n, classes), a head."""

    def __init__(self, members: Sequence[Classifier]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    @torch.no_grad()
    def forward(self, crops: Tensor) -> dict[str, Tensor]:
        """See the class."""
        said = [member(crops) for member in self.members]
        return {name: torch.stack([_chances(name, answer[name]) for answer in said]).mean(0) for name in HEADS}


def _chances(head: str, logits: Tensor) -> Tensor:
    return logits.sigmoid() if head in MULTI_LABEL else logits.softmax(1)


def taught_loss(found: dict[str, Tensor], said: dict[str, Tensor]) -> Tensor:
    """How far a student's answers are from what its teachers say of the same crops, a scalar.

    said: as of `Teachers`. They speak of every crop: of a closet photo's pattern too, which no label tells.
    """
    loss = next(iter(said.values())).new_zeros(())
    for head, weight in HEAD_WEIGHTS.items():
        if head in MULTI_LABEL:
            loss = loss + weight * 4 * F.binary_cross_entropy_with_logits(found[head], said[head])
        else:
            loss = loss - weight * (said[head] * F.log_softmax(found[head], 1)).sum(1).mean()
    return loss
