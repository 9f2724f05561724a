"""Train the describer: `python -m recommender.training describer`.

Phases follow one another (first all products small, then closet photos larger); each is data in `PHASES`.
The run resumes from its last checkpoint, whose averaged weights are what `export` ships.
"""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from recommender.training.crops import (
    CLOSET,
    PRODUCT,
    STILL,
    STREET,
    Crop,
    CropReader,
    closet_crops,
    corner_textures,
    product_crops,
    street_crops,
)
from recommender.training.describer import Describer, Proxies, Targets, describer_loss
from recommender.training.distractors import Distractors
from recommender.training.encoder import as_input, imagenet_weights
from recommender.training.labels import CLOSET_KINDS, HEADS, MULTI_LABEL, SMALL_SET
from recommender.training.loop import (
    Average,
    Ledger,
    hash_name,
    learning_rate,
    pick_device,
    prefetch,
    seed_everything,
    use_threads,
)
from recommender.training.onnx_files import Compiled, quicken
from recommender.training.packs import Pack, load_closet_masks

DISTORTIONS = {"product": PRODUCT, "closet": CLOSET, "street": STREET}
LOG_EVERY = 50
SAVE_EVERY = 60


@dataclass(frozen=True)
class Phase:
    """One stretch of training.

    size: side of a crop in pixels. photos: crops to see. shares: how often each source is drawn.
    frozen: leading trunk parts kept as they are. rate: peak learning rate of the trunk; heads learn
    `head_factor` times faster. cut: chance of a cutout (or, for products, of a texture behind).
    minutes: stop after so long at the latest, the schedule following the clock; None: no limit.
    mixed: chance that a batch's crops are blended in pairs (mixup), which keeps a small set from being learnt
    by heart.
    everything: learn from the photos set aside as well (`splits.is_set_aside`).
    """

    name: str
    size: int
    photos: int
    shares: tuple[tuple[str, float], ...]
    frozen: int
    rate: float
    head_factor: float = 3.0
    cut: float = 0.35
    tight: float = 0.5
    batch: int = 64
    minutes: float | None = None
    mixed: float = 0.0
    everything: bool = False


# What the later phases draw: products most, the closet's few photos often, now and then nothing at all.
SOURCES = (("product", 0.5), ("closet", 0.4), ("street", 0.06), ("nothing", 0.04))
# By trunk. The parser's trunk began as that of a lite0 describer.
PHASES = {
    "lite0": (
        Phase("all-128", 128, 110_000, (("product", 0.7), ("closet", 0.2), ("street", 0.1)), 5, 8e-4),
        Phase("all-160", 160, 70_000, (("product", 0.66), ("closet", 0.24), ("street", 0.1)), 6, 6e-4, 2.0),
        Phase(
            "closet-144", 144, 60_000, (("product", 0.44), ("closet", 0.48), ("street", 0.08)), 6, 4e-4, 2.0, cut=0.4
        ),
        Phase("even-144", 144, 40_000, (("product", 0.5), ("closet", 0.42), ("street", 0.08)), 6, 3e-4, 2.0, cut=0.3),
        Phase(
            "mixed-160", 160, 150_000, (("product", 0.45), ("closet", 0.47), ("street", 0.08)), 6, 7e-4, 2.0, mixed=0.5
        ),
        Phase("large-192", 192, 70_000, (("product", 0.42), ("closet", 0.5), ("street", 0.08)), 6, 3e-4, 2.0, cut=0.3),
        Phase("last-192", 192, 60_000, (("product", 0.4), ("closet", 0.52), ("street", 0.08)), 6, 4e-4, 2.0, mixed=0.3),
        Phase("products-160", 160, 60_000, SOURCES, 6, 6e-4, 2.0, mixed=0.4),
        Phase("whole-192", 192, 24_000, SOURCES, 6, 3e-4, 2.0, mixed=0.3, everything=True),
        Phase("closer-224", 224, 28_000, SOURCES, 6, 3e-4, 2.0, mixed=0.3),
    ),
    "lite2": (
        Phase("first-128", 128, 110_000, (("product", 0.55), ("closet", 0.37), ("street", 0.08)), 8, 8e-4),
        Phase(
            "mixed-160", 160, 110_000, (("product", 0.5), ("closet", 0.42), ("street", 0.08)), 8, 7e-4, 2.0, mixed=0.5
        ),
        Phase(
            "last-192", 192, 90_000, (("product", 0.44), ("closet", 0.48), ("street", 0.08)), 8, 4e-4, 2.0, mixed=0.3
        ),
        Phase(
            "closet-192", 192, 40_000, (("product", 0.2), ("closet", 0.75), ("street", 0.05)), 8, 4e-4, 2.0, mixed=0.3
        ),
        # After `pseudo-labels` with "long", whose cutouts are exact.
        Phase(
            "products-160",
            160,
            190_000,
            (("product", 0.56), ("closet", 0.34), ("street", 0.06), ("nothing", 0.04)),
            8,
            6e-4,
            2.0,
            mixed=0.4,
        ),
        Phase(
            "fine-192",
            192,
            70_000,
            (("product", 0.44), ("closet", 0.46), ("street", 0.06), ("nothing", 0.04)),
            8,
            3e-4,
            2.0,
            mixed=0.3,
        ),
        Phase("closer-224", 224, 60_000, SOURCES, 8, 3e-4, 2.0, mixed=0.3),
    ),
}


@dataclass(frozen=True)
class DescriberConfig:
    """A whole describer training.

    cache: packs. folder: checkpoints and log. start: a checkpoint to begin with. trunk: one of `PLANS`.
    """

    cache: Path
    folder: Path
    data: Path
    start: Path | None = None
    trunk: str = "lite2"
    phases: tuple[Phase, ...] = PHASES["lite2"]
    seed: int = 3
    threads: int = 1
    decay: float = 0.998
    weight_decay: float = 0.02


class CropSets:
    """All crops and their targets, with the train indices of each source."""

    def __init__(self, cache: Path, data: Path, masks: dict[int, np.ndarray] | None = None) -> None:
        packs = {name: Pack.open(cache, f"{name}_photos") for name in ("product", "closet", "street")}
        tags = (data / "street_labels.txt").read_text().split()
        self.crops: list[Crop] = [
            *product_crops(packs["product"]),
            *closet_crops(packs["closet"]),
            *street_crops(packs["street"], tags),
        ]
        self.nothing = len(self.crops)  # the one entry that stands for every picture without a garment
        self.crops.append(Crop("nothing", 0, (0, 0, 0, 0), {}, validation=False, article=""))
        floors = corner_textures(packs["closet"])
        self.reader = CropReader(packs, floors, masks or {})
        self.distractors = Distractors.of(packs["street"], tags, floors)
        self.unseen_distractors = Distractors.of(packs["street"], tags, [], validation=True)
        self.targets = Targets(self.crops)
        self.train = {
            source: np.array([i for i, c in enumerate(self.crops) if c.source == source and not c.validation])
            for source in (*packs, "nothing")
        }
        self.aside = [i for i, crop in enumerate(self.crops) if crop.aside]
        self.validation = [i for i, crop in enumerate(self.crops) if crop.validation]
        self.draws: dict[str, np.ndarray] = {}
        self.learn_from(everything=False)

    def learn_from(self, *, everything: bool) -> None:
        """Draw from all training crops, or from all but those set aside."""
        self.draws = {source: self._chances(rows) for source, rows in self.train.items()}
        if not everything:
            kept = np.array([not self.crops[i].aside for i in self.train["closet"]])
            self.draws["closet"] = self.draws["closet"] * kept / self.draws["closet"][kept].sum()

    def _chances(self, rows: np.ndarray) -> np.ndarray:
        """Rarer articles are drawn more often, with the square root of their rarity."""
        articles = self.targets.words["article"][rows]
        counts = np.bincount(articles + 1, minlength=articles.max() + 2)
        chance = 1 / np.sqrt(np.maximum(counts[articles + 1], 8.0))
        return chance / chance.sum()

    def batch(self, phase: Phase, seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Batch `number` of a phase: pictures (n, s, s, 3) uint8 and the crops' indices (n,)."""
        rng = np.random.default_rng((seed, hash_name(phase.name), number))
        names = [name for name, _ in phase.shares]
        sources = rng.choice(len(names), phase.batch, p=[share for _, share in phase.shares])
        chosen = [int(rng.choice(self.train[names[s]], p=self.draws[names[s]])) for s in sources]
        return np.stack([self._picture(i, phase, rng) for i in chosen]), np.array(chosen)

    def _picture(self, index: int, phase: Phase, rng: np.random.Generator) -> np.ndarray:
        crop = self.crops[index]
        if crop.source == "nothing":
            return self.distractors.draw(phase.size, rng)
        return self.reader.draw(crop, phase.size, DISTORTIONS[crop.source], rng, phase.cut, phase.tight)


@torch.no_grad()
def predict(
    network: nn.Module | Compiled, sets: CropSets, indices: list[int], size: int, cut: float = 0.0, flip: bool = False
) -> dict[str, np.ndarray]:
    """Outputs of the network for still crops (`cut` 1: cutouts), heads as logits; `flip` averages both ways."""
    device = next(network.parameters()).device
    rng = np.random.default_rng(0)
    parts: dict[str, list[np.ndarray]] = {}
    network.eval()
    for start in range(0, len(indices), 32):
        pictures = np.stack(
            [sets.reader.draw(sets.crops[i], size, STILL, rng, cut, 1.0) for i in indices[start : start + 32]]
        )
        x = as_input(pictures, device)
        found = network(x)
        if flip:
            other = network(x.flip(3))
            found = {name: (found[name] + other[name]) / 2 for name in found}
        for name, value in found.items():
            parts.setdefault(name, []).append(value.cpu().numpy())
    return {name: np.concatenate(value) for name, value in parts.items()}


def accuracy(logits: np.ndarray, weights: np.ndarray, threshold: float = 0.99, best: int = 1) -> float:
    """The share of labelled rows where one of the `best` highest logits is a class of weight >= threshold."""
    known = weights.sum(1) > 0
    if not known.any():
        return float("nan")
    top = np.argsort(-logits[known], axis=1)[:, :best]
    return float((np.take_along_axis(weights[known], top, axis=1) >= threshold).any(1).mean())


def ten_classes(kinds: np.ndarray, sets: CropSets, rows: list[int] | np.ndarray) -> float:
    """Accuracy over the ten closet classes: kind probabilities summed a class, as its label allows them.

    kinds: (n, kinds) logits of closet crops `rows`.
    """
    p = np.exp(kinds - kinds.max(1, keepdims=True))
    slugs = HEADS["kind"]
    sums = np.stack([sum(p[:, slugs.index(slug)] for slug in CLOSET_KINDS[name]) for name in SMALL_SET], axis=1)
    names = [sets.crops[i].article.removeprefix("closet ") for i in rows]
    known = [i for i, name in enumerate(names) if name in SMALL_SET]
    return float(np.mean([SMALL_SET[sums[i].argmax()] == names[i] for i in known]))


@torch.no_grad()
def _surest_of_nothing(network: nn.Module | Compiled, sets: CropSets, size: int, count: int = 256) -> np.ndarray:
    """(count,) the highest chance of any kind in each of so many pictures without a garment, of unseen streets."""
    device = next(network.parameters()).device
    rng = np.random.default_rng(0)
    highest = []
    for _ in range(count // 32):
        pictures = np.stack([sets.unseen_distractors.draw(size, rng) for _ in range(32)])
        highest.append(network(as_input(pictures, device))["kind"].softmax(1).amax(1).cpu().numpy())
    return np.concatenate(highest)


def measure(
    network: nn.Module | Compiled,
    sets: CropSets,
    size: int,
    found: dict[str, np.ndarray] | None = None,
    *,
    aside: bool = True,
) -> dict[str, Any]:
    """Validation figures a source: accuracy of each head (strict: classes of weight 1).

    found: what `predict` said of the validation crops, where it was already asked. aside: ask the photos set aside too,
    which means something as long as they were not learnt from.
    """
    found = found or predict(network, sets, sets.validation, size)
    sources = np.array([sets.crops[i].source for i in sets.validation])
    facts: dict[str, Any] = {}
    for source in ("product", "closet", "street"):
        here = sources == source
        rows = np.array(sets.validation)[here]
        for head in HEADS:
            if head in MULTI_LABEL:
                continue
            value = accuracy(found[head][here], sets.targets.weights[head][rows])
            if not np.isnan(value):
                facts[f"{source} {head}"] = round(value, 4)
        if source == "product":
            both = accuracy(found["colour"][here], sets.targets.weights["colour"][rows], best=2)
            facts["product colour in two"] = round(both, 4)
            loose = accuracy(found["kind"][here], sets.targets.weights["kind"][rows], 0.1)
            facts["product kind possible"] = round(loose, 4)
    here = sources == "closet"
    facts["closet ten classes"] = round(ten_classes(found["kind"][here], sets, np.array(sets.validation)[here]), 4)
    facts["sees a kind where there is none"] = round(float(_surest_of_nothing(network, sets, size).mean()), 4)
    if aside and sets.aside:
        kinds = predict(network, sets, sets.aside, size)["kind"]
        facts["closet ten classes, set aside by chance"] = round(ten_classes(kinds, sets, sets.aside), 4)
    return facts


def train(config: DescriberConfig) -> None:
    """Run (or go on with) a training to its end."""
    use_threads(config.threads)
    seed_everything(config.seed)
    device = pick_device()
    ledger = Ledger(config.folder)
    masks = load_closet_masks(config.cache / "closet_masks.npz")
    sets = CropSets(config.cache, config.data, masks)
    network = Describer(config.trunk)
    begin(network, config.start)
    vocabularies = sets.targets.vocabularies
    proxies = Proxies(len(vocabularies["article"]), len(vocabularies["shade"]), len(vocabularies["pair"]))
    network.to(device, memory_format=torch.channels_last)
    proxies.to(device)
    average = Average(network, config.decay)
    state = ledger.load("last") or {"phase": 0, "step": 0, "seconds": 0.0}
    if "network" not in state and config.start is not None:
        place_proxies(proxies, network, sets, config.phases[0].size)
    if "network" in state:
        # A phase begins with the average of the one before.
        network.load_state_dict(state["network" if state["step"] else "average"])
        proxies.load_state_dict(state["proxies"])
        average.network.load_state_dict(state["average"])
        average.steps = state["average_steps"]
    ledger.write(event="start", crops={s: len(rows) for s, rows in sets.train.items()}, validation=len(sets.validation))
    for number in range(state["phase"], len(config.phases)):
        phase = config.phases[number]
        step, seconds = (state["step"], state["seconds"]) if number == state["phase"] else (0, 0.0)
        sets.learn_from(everything=phase.everything)
        network.trunk.freeze(phase.frozen)
        quicken(network.trunk)
        optimiser = torch.optim.AdamW(_groups(network, proxies, phase), weight_decay=config.weight_decay)
        if step and "optimiser" in state:
            optimiser.load_state_dict(state["optimiser"])
        batches = prefetch(lambda i, phase=phase: sets.batch(phase, config.seed, i), step)
        network.train()
        sums: dict[str, float] = {}
        while True:
            began = time.monotonic()
            progress = step * phase.batch / phase.photos
            if phase.minutes:
                progress = max(progress, seconds / 60 / phase.minutes)
            if progress >= 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * learning_rate(progress)
            pictures, chosen = next(batches)
            rng = np.random.default_rng((config.seed, hash_name(phase.name), step, 1))
            own = rng.beta(0.4, 0.4) if rng.random() < phase.mixed else 1.0
            loss, parts = _blended_loss(network, proxies, sets, as_input(pictures, device), chosen, own)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            average.update(network)
            step += 1
            seconds += time.monotonic() - began
            for name, value in parts.items():
                sums[name] = sums.get(name, 0) + value / LOG_EVERY
            if step % LOG_EVERY == 0:
                speed = round(step * phase.batch / max(seconds, 1e-9), 1)
                losses = {name: round(value, 3) for name, value in sums.items()}
                ledger.write(phase=phase.name, step=step, progress=round(progress, 3), speed=speed, **losses)
                sums = {}
            if step % SAVE_EVERY == 0:
                _save(ledger, config, network, proxies, average, optimiser, number, step, seconds)
        facts = measure(average.network, sets, phase.size, aside=not phase.everything)
        ledger.write(event="measured", phase=phase.name, step=step, seconds=round(seconds), **facts)
        _save(ledger, config, network, proxies, average, None, number + 1, 0, 0.0, size=phase.size, facts=facts)
        network.load_state_dict(average.network.state_dict())


def _blended_loss(
    network: Describer, proxies: Proxies, sets: CropSets, x: torch.Tensor, chosen: np.ndarray, own: float
) -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of a batch whose crops keep the share `own` of themselves, the rest coming from the crop opposite.

    x: (n, 3, s, s). chosen: (n,) the crops' numbers. Each crop answers for both labels, by their shares.
    """
    if own < 1:
        x = own * x + (1 - own) * x.flip(0)
    found = network(x)
    cosines = proxies(found["embedding"])

    def against(rows: np.ndarray) -> tuple[torch.Tensor, dict[str, float]]:
        weights = {head: torch.from_numpy(w[rows]).to(x.device) for head, w in sets.targets.weights.items()}
        words = {name: torch.from_numpy(w[rows]).to(x.device) for name, w in sets.targets.words.items()}
        nothing = torch.from_numpy(rows == sets.nothing).to(x.device)
        return describer_loss(found, cosines, weights, words, nothing)

    loss, parts = against(chosen)
    if own == 1:
        return loss, parts
    other, others = against(chosen[::-1].copy())
    mean = {name: own * parts.get(name, 0.0) + (1 - own) * others.get(name, 0.0) for name in parts | others}
    return own * loss + (1 - own) * other, mean


def begin(network: Describer, start: Path | None) -> None:
    """Give a new network its first weights: a checkpoint's, or ImageNet's where there is none."""
    if start is not None and start.exists():
        network.load_state_dict(torch.load(start, map_location="cpu", weights_only=False)["average"])
        return
    trunk, head = imagenet_weights(network.trunk.plan)
    network.trunk.load_state_dict(trunk)
    network.head.load_state_dict(head)


def place_proxies(proxies: Proxies, network: Describer, sets: CropSets, size: int, crops: int = 12_000) -> None:
    """Let new proxies begin where an embedding learnt before already is, so that they do not pull it about."""
    rng = np.random.default_rng(8)
    rows = np.concatenate([sets.train[source] for source in ("product", "closet", "street")])
    rows = rng.choice(rows, min(crops, len(rows)), replace=False)
    names = ["embedding"]
    quick = Compiled(network.eval(), torch.zeros(2, 3, 128, 128), names, {"embedding": {0: "n"}})
    embedding = torch.from_numpy(predict(quick, sets, rows.tolist(), size)["embedding"])
    kinds = sets.targets.weights["kind"][rows]
    # A label of one kind alone says where that kind is.
    alone = np.where((kinds == 1).sum(1) == 1, kinds.argmax(1), -1)
    proxies.place(embedding, {name: words[rows] for name, words in sets.targets.words.items()} | {"kind": alone})


def _groups(network: Describer, proxies: Proxies, phase: Phase) -> list[dict[str, Any]]:
    trunk = [p for part in (network.trunk, network.head) for p in part.parameters() if p.requires_grad]
    heads = [*network.heads.parameters(), *network.embed.parameters(), *proxies.parameters()]
    return [
        {"params": trunk, "lr": phase.rate, "peak": phase.rate},
        {"params": heads, "lr": phase.rate, "peak": phase.rate * phase.head_factor},
    ]


def _save(
    ledger: Ledger,
    config: DescriberConfig,
    network: nn.Module,
    proxies: nn.Module,
    average: Average,
    optimiser: torch.optim.Optimizer | None,
    phase: int,
    step: int,
    seconds: float,
    **more: Any,
) -> None:
    state = {
        "network": network.state_dict(),
        "proxies": proxies.state_dict(),
        "average": average.network.state_dict(),
        "average_steps": average.steps,
        "phase": phase,
        "step": step,
        "seconds": seconds,
        "trunk": config.trunk,
        "phases": [asdict(p) for p in config.phases],
    } | more
    if optimiser is not None:
        state["optimiser"] = optimiser.state_dict()
    ledger.save("last", state)
    if step == 0:
        ledger.save(config.phases[phase - 1].name, {k: v for k, v in state.items() if k != "optimiser"})
