"""Train the parser: `python -m training parser`.

The first phase learns from street masks and from products laid on floors. Then `pseudo-labels` gives closet
photos and the untagged street photos masks of the network's own, and the second phase learns from all.
"""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

from training.vision.encoder import as_input, imagenet_weights
from training.vision.loop import (
    Average,
    Ledger,
    hash_name,
    learning_rate,
    mean_weights,
    pick_device,
    prefetch,
    seed_everything,
    use_threads,
)
from training.vision.onnx_files import Compiled, quicken
from training.vision.packs import Pack, load_masks
from training.vision.parser import Parser, parser_loss
from training.vision.parser_metrics import StreetScore, decode_on_model
from training.vision.parts import SCENES
from training.vision.pseudo_labels import closet_label_maps
from training.vision.scenes import Scene, SceneMaker, collate

LOG_EVERY = 50
SAVE_SECONDS = 60
# Pictures are letterboxed with ImageNet's mean grey.
PADDING = (124, 116, 104)


@dataclass(frozen=True)
class ParserPhase:
    """One stretch of training. shares: how often each kind of scene is drawn; sizes: (height, width, chance)."""

    name: str
    photos: int
    shares: tuple[tuple[str, float], ...]
    sizes: tuple[tuple[int, int, float], ...] = ((384, 288, 0.75), (320, 320, 0.25))
    frozen: int = 4
    rate: float = 4e-4
    head_factor: float = 3.0
    batch: int = 12
    minutes: float | None = None


SMALL = ((320, 224, 0.75), (256, 256, 0.25))
LARGE = ((384, 288, 0.75), (320, 320, 0.25))
LARGER = ((448, 320, 0.5), (384, 288, 0.3), (384, 384, 0.2))

PARSER_PHASES = (
    ParserPhase(
        "masks",
        20_000,
        (("street", 0.6), ("tagged", 0.06), ("flat", 0.2), ("closet", 0.03), ("shop", 0.08), ("empty", 0.03)),
        sizes=SMALL,
        frozen=6,
        batch=16,
    ),
    ParserPhase(
        "pseudo",
        20_000,
        (("street", 0.47), ("tagged", 0.2), ("flat", 0.08), ("closet", 0.17), ("shop", 0.05), ("empty", 0.03)),
        sizes=SMALL,
        frozen=6,
        rate=3e-4,
        head_factor=2.0,
        batch=16,
    ),
    ParserPhase(
        "sharp",
        5_000,
        (("street", 0.55), ("tagged", 0.15), ("flat", 0.08), ("closet", 0.14), ("shop", 0.05), ("empty", 0.03)),
        sizes=LARGE,
        frozen=6,
        rate=1.2e-4,
        head_factor=1.5,
        batch=12,
    ),
    ParserPhase(
        "long",
        20_000,
        (("street", 0.52), ("tagged", 0.2), ("flat", 0.07), ("closet", 0.13), ("shop", 0.05), ("empty", 0.03)),
        sizes=LARGE,
        frozen=6,
        rate=3e-4,
        head_factor=1.5,
        batch=12,
    ),
    # After `pseudo-labels` with "long": closet masks refined by GrabCut.
    ParserPhase(
        "settled",
        16_000,
        (("street", 0.44), ("tagged", 0.14), ("flat", 0.12), ("closet", 0.22), ("shop", 0.05), ("empty", 0.03)),
        sizes=LARGE,
        frozen=6,
        rate=3e-4,
        head_factor=1.5,
        batch=12,
    ),
    # At the size of the second look.
    ParserPhase(
        "larger",
        12_000,
        (("street", 0.5), ("tagged", 0.16), ("flat", 0.1), ("closet", 0.16), ("shop", 0.05), ("empty", 0.03)),
        sizes=LARGER,
        frozen=6,
        rate=2e-4,
        head_factor=1.5,
        batch=10,
    ),
)


@dataclass(frozen=True)
class ParserConfig:
    """A whole parser training. start: see `begin`. processes: that make scenes, see `prefetch`."""

    cache: Path
    folder: Path
    data: Path
    start: Path | None = None
    phases: tuple[ParserPhase, ...] = PARSER_PHASES
    seed: int = 5
    threads: int = 1
    processes: int = 0
    decay: float = 0.997
    weight_decay: float = 0.02


def open_scenes(config: ParserConfig) -> SceneMaker:
    """The scene maker over the packs, with pseudo-labels where `pseudo-labels` wrote them."""
    packs = {name: Pack.open(config.cache, f"{name}_photos") for name in ("street", "closet", "product")}
    tags = (config.data / "street_labels.txt").read_text().split()
    closet = closet_label_maps(config.cache / "closet_masks.npz", packs["closet"])
    return SceneMaker(packs, tags, closet, load_masks(config.cache / "street_labels.npz"))


def make_batch(maker: SceneMaker, phase: ParserPhase, seed: int, number: int) -> dict[str, Any]:
    """Batch `number` of a phase, stacked."""
    rng = np.random.default_rng((seed, hash_name(phase.name), number))
    chances = np.array([chance for *_, chance in phase.sizes])
    height, width, _ = phase.sizes[int(rng.choice(len(phase.sizes), p=chances / chances.sum()))]
    names = [name for name, _ in phase.shares]
    shares = np.array([share for _, share in phase.shares])
    drawn = rng.choice(names, phase.batch, p=shares / shares.sum())
    return collate([_draw(maker, str(name), (height, width), rng) for name in drawn])


def _draw(maker: SceneMaker, name: str, size: tuple[int, int], rng: np.random.Generator) -> Scene:
    match name:
        case "street":
            return maker.street(size, rng)
        case "tagged":
            return maker.street(size, rng, tagged=True)
        case "flat":
            return maker.flat(size, rng)
        case "closet":
            return maker.closet_photo(size, rng)
        case "shop":
            return maker.shop(size, rng)
        case _:
            return maker.empty(size, rng)


def fit(image: np.ndarray, longer: int = 384) -> tuple[np.ndarray, tuple[int, int]]:
    """Scale the longer side to `longer` and pad right and below to multiples of 32.

    Returns the padded picture and (height, width) of the photo's part of it.
    """
    scale = longer / max(image.shape[:2])
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(image, (width, height), interpolation=how)
    bottom, right = -height % 32, -width % 32
    return cv2.copyMakeBorder(small, 0, bottom, 0, right, cv2.BORDER_CONSTANT, value=PADDING), (height, width)


@torch.no_grad()
def parse(
    network: nn.Module | Compiled, image: np.ndarray, longer: int = 384, flip: bool = False
) -> dict[str, np.ndarray]:
    """Parse one (h, w, 3) uint8 photo: `classes` (15, h, w) logits of the fitted photo and the image logits.

    The logits cover the fitted photo only (padding cut off), at its fitted size.
    """
    padded, (height, width) = fit(image, longer)
    x = as_input(padded[None], next(network.parameters()).device)
    found = network(x)
    if flip:
        other = network(x.flip(3))
        other["classes"] = other["classes"].flip(3)
        found = {name: (found[name] + other[name]) / 2 for name in found}
    classes = nn.functional.interpolate(found["classes"], size=padded.shape[:2], mode="bilinear", align_corners=False)
    facts = {name: value[0].cpu().numpy() for name, value in found.items()}
    facts["classes"] = classes[0, :, :height, :width].cpu().numpy()
    return facts


def measure(
    network: nn.Module | Compiled, maker: SceneMaker, longer: int = 384, limit: int | None = None
) -> dict[str, float]:
    """Figures on the validation photos: street masks, and scene and full-body on street and closet photos."""
    network.eval()
    score = StreetScore()
    pack = maker.packs["street"]
    right: dict[str, list[bool]] = {"scene worn": [], "full street": [], "scene garment": [], "full closet": []}
    for index in maker.validation[:limit]:
        found = parse(network, pack.image(index), longer)
        truth = maker.table[pack.mask(index)]
        size = (truth.shape[0], truth.shape[1])
        planes = np.stack([cv2.resize(plane, size[::-1]) for plane in found["classes"]])
        score.add(planes.argmax(0), decode_on_model(found["classes"], found["presence"], size), truth)
        right["scene worn"].append(int(found["scene"].argmax()) == SCENES.index("worn"))
        right["full street"].append(bool(found["full_body"][0] > 0))
    for index in maker.closet_validation[: (limit or 150)]:
        found = parse(network, maker.packs["closet"].image(index), 256)
        right["scene garment"].append(int(found["scene"].argmax()) == SCENES.index("garment"))
        right["full closet"].append(bool(found["full_body"][0] <= 0))
    return score.figures() | {name: float(np.mean(value)) for name, value in right.items()}


def train(config: ParserConfig) -> None:
    """Run (or go on with) a training to its end."""
    use_threads(config.threads)
    seed_everything(config.seed)
    device = pick_device()
    ledger = Ledger(config.folder)
    maker = open_scenes(config)
    network = Parser()
    begin(network, config.start)
    network.to(device, memory_format=torch.channels_last)
    average = Average(network, config.decay)
    state = ledger.load("last") or {"phase": 0, "step": 0, "seconds": 0.0}
    if "network" in state:
        # A phase begins with the average of the one before.
        network.load_state_dict(state["network" if state["step"] else "average"])
        average.network.load_state_dict(state["average"])
        average.steps = state["average_steps"]
    ledger.write(event="start", closet_masks=len(maker.closet_masks), street_masks=len(maker.street_masks))
    for number in range(state["phase"], len(config.phases)):
        phase = config.phases[number]
        step, seconds = (state["step"], state["seconds"]) if number == state["phase"] else (0, 0.0)
        network.trunk.freeze(phase.frozen)
        quicken(network.trunk)
        network.train()
        trunk = [p for p in network.trunk.parameters() if p.requires_grad]
        rest = [p for name, p in network.named_parameters() if not name.startswith("trunk.")]
        optimiser = torch.optim.AdamW(
            [
                {"params": trunk, "lr": 0.0, "peak": phase.rate},
                {"params": rest, "lr": 0.0, "peak": phase.rate * phase.head_factor},
            ],
            weight_decay=config.weight_decay,
        )
        if step and "optimiser" in state:
            optimiser.load_state_dict(state["optimiser"])
        batches = prefetch(
            lambda i, phase=phase: make_batch(maker, phase, config.seed, i), step, processes=config.processes
        )
        sums: dict[str, float] = {}
        saved = seconds
        while True:
            began = time.monotonic()
            progress = step * phase.batch / phase.photos
            if phase.minutes:
                progress = max(progress, seconds / 60 / phase.minutes)
            if progress >= 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * learning_rate(progress)
            batch = next(batches)
            truth = {name: torch.as_tensor(value).to(device) for name, value in batch.items() if name != "image"}
            loss, parts = parser_loss(network(as_input(batch["image"], device)), truth)
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
                losses = {name: round(value, 3) for name, value in sums.items()}
                speed = round(step * phase.batch / seconds, 2)
                ledger.write(phase=phase.name, step=step, progress=round(progress, 3), speed=speed, **losses)
                sums = {}
            if seconds - saved > SAVE_SECONDS:
                saved = seconds
                _save(ledger, config, network, average, optimiser, number, step, seconds)
        facts = {name: round(value, 4) for name, value in measure(average.network, maker).items()}
        ledger.write(event="measured", phase=phase.name, step=step, seconds=round(seconds), **facts)
        _save(ledger, config, network, average, None, number + 1, 0, 0.0, facts=facts)
        network.load_state_dict(average.network.state_dict())


def load_parser(*checkpoints: Path) -> Parser:
    """The averaged network of a checkpoint, ready to judge; of several phases of one run, their mean."""
    network = Parser()
    network.load_state_dict(mean_weights(checkpoints))
    return network.eval().to(memory_format=torch.channels_last)


def compiled(network: Parser) -> Compiled:
    """The parser for judging many photos."""
    names = ["classes", "presence", "scene", "body", "full_body"]
    free = {name: {0: "n"} for name in names}
    free["classes"] |= {2: "rows", 3: "columns"}
    return Compiled(network, torch.zeros(1, 3, 384, 288), names, free)


def begin(network: Parser, start: Path | None) -> None:
    """Give a new network its first weights.

    start: a parser's checkpoint (all of it), a classifier's (its trunk), or nothing there (ImageNet's trunk).
    """
    if start is None or not start.exists():
        network.trunk.load_state_dict(imagenet_weights(network.trunk.plan)[0])
        return
    state = torch.load(start, map_location="cpu", weights_only=False)["average"]
    if "classify.weight" in state:
        network.load_state_dict(state)
    else:
        trunk = {name.removeprefix("trunk."): value for name, value in state.items() if name.startswith("trunk.")}
        network.trunk.load_state_dict(trunk)


def _save(
    ledger: Ledger,
    config: ParserConfig,
    network: nn.Module,
    average: Average,
    optimiser: torch.optim.Optimizer | None,
    phase: int,
    step: int,
    seconds: float,
    **more: Any,
) -> None:
    state = {
        "network": network.state_dict(),
        "average": average.network.state_dict(),
        "average_steps": average.steps,
        "phase": phase,
        "step": step,
        "seconds": seconds,
        "phases": [asdict(p) for p in config.phases],
    } | more
    if optimiser is not None:
        state["optimiser"] = optimiser.state_dict()
    ledger.save("last", state)
    if step == 0:
        ledger.save(config.phases[phase - 1].name, {k: v for k, v in state.items() if k != "optimiser"})
