"""Train the classifier: `python -m training classifier`.

Phases follow one another; each is data in `classifier_phases.PHASES`. The run resumes from its last checkpoint, whose
averaged weights are what `export` ships.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from training.vision.classifier import Classifier, Proxies, Teachers, classifier_loss, taught_loss
from training.vision.classifier_metrics import measure, predict
from training.vision.classifier_phases import PHASES, Phase
from training.vision.crop_sets import CropSets
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
from training.vision.packs import load_masks

LOG_EVERY = 50
SAVE_SECONDS = 60


@dataclass(frozen=True)
class ClassifierConfig:
    """A whole classifier training.

    cache: packs. folder: checkpoints and log. start: a checkpoint to begin with. trunk: one of `PLANS`.
    teachers: checkpoints of classifiers whose
    answers it learns from in the phases that say so. processes: that draw crops, see `prefetch`.
    """

    cache: Path
    folder: Path
    data: Path
    start: Path | None = None
    teachers: tuple[Path, ...] = ()
    trunk: str = "lite2"
    phases: tuple[Phase, ...] = PHASES["lite2"]
    seed: int = 3
    threads: int = 1
    processes: int = 0
    decay: float = 0.998
    weight_decay: float = 0.02


def train(config: ClassifierConfig) -> None:
    """Run (or go on with) a training to its end."""
    use_threads(config.threads)
    seed_everything(config.seed)
    device = pick_device()
    ledger = Ledger(config.folder)
    masks = load_masks(config.cache / "closet_masks.npz")
    # A shape network is not asked about what is worn.
    worn = load_masks(config.cache / "street_labels.npz")
    sets = CropSets(config.cache, config.data, masks, worn)
    network = Classifier(config.trunk)
    begin(network, config.start)
    vocabularies = sets.targets.vocabularies
    proxies = Proxies(len(vocabularies["article"]), len(vocabularies["shade"]), len(vocabularies["pair"]))
    network.to(device, memory_format=torch.channels_last)
    teachers = Teachers([mean_classifier([path]) for path in config.teachers]).eval()
    teachers.to(device, memory_format=torch.channels_last)
    average = Average(network, config.decay)
    state = ledger.load("last") or {"phase": 0, "step": 0, "seconds": 0.0}
    if "network" not in state and config.start is not None:
        place_proxies(proxies, network, sets, config.phases[0].size)
    proxies.to(device)
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
        batches = prefetch(lambda i, phase=phase: sets.batch(phase, config.seed, i), step, processes=config.processes)
        network.train()
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
            pictures, chosen = next(batches)
            rng = np.random.default_rng((config.seed, hash_name(phase.name), step, 1))
            own = rng.beta(0.4, 0.4) if rng.random() < phase.mixed else 1.0
            x = as_input(pictures, device)
            if own < 1:
                x = own * x + (1 - own) * x.flip(0)
            found = network(x)
            cosines = proxies(found["embedding"])
            loss, parts = _blended_loss(found, cosines, sets, np.asarray(chosen), own)
            if phase.taught and config.teachers:
                taught = phase.taught * taught_loss(found, teachers(x))
                loss, parts = loss + taught, parts | {"taught": float(taught.detach())}
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
            if seconds - saved > SAVE_SECONDS:
                saved = seconds
                _save(ledger, config, network, proxies, average, optimiser, number, step, seconds)
        facts = measure(average.network, sets, phase.size, aside=not phase.everything)
        ledger.write(event="measured", phase=phase.name, step=step, seconds=round(seconds), **facts)
        _save(ledger, config, network, proxies, average, None, number + 1, 0, 0.0, size=phase.size, facts=facts)
        network.load_state_dict(average.network.state_dict())


def _blended_loss(
    found: dict[str, torch.Tensor], cosines: dict[str, torch.Tensor], sets: CropSets, chosen: np.ndarray, own: float
) -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of a batch whose crops kept the share `own` of themselves, the rest coming from the crop opposite.

    chosen: (n,) the crops' numbers. Each crop answers for both labels, by their shares.
    """
    device = found["kind"].device

    def against(rows: np.ndarray) -> tuple[torch.Tensor, dict[str, float]]:
        weights = {head: torch.from_numpy(w[rows]).to(device) for head, w in sets.targets.weights.items()}
        words = {name: torch.from_numpy(w[rows]).to(device) for name, w in sets.targets.words.items()}
        nothing = torch.from_numpy(rows == sets.nothing).to(device)
        return classifier_loss(found, cosines, weights, words, nothing)

    loss, parts = against(chosen)
    if own == 1:
        return loss, parts
    other, others = against(chosen[::-1].copy())
    mean = {name: own * parts.get(name, 0.0) + (1 - own) * others.get(name, 0.0) for name in parts | others}
    return own * loss + (1 - own) * other, mean


def begin(network: Classifier, start: Path | None) -> None:
    """Give a new network its first weights: a checkpoint's, or ImageNet's where there is none."""
    if start is not None and start.exists():
        network.load_state_dict(torch.load(start, map_location="cpu", weights_only=False)["average"])
        return
    trunk, head = imagenet_weights(network.trunk.plan)
    network.trunk.load_state_dict(trunk)
    network.head.load_state_dict(head)


def mean_classifier(checkpoints: Sequence[Path]) -> Classifier:
    """The averaged network of a checkpoint; of several phases of one run, their mean."""
    network = Classifier(torch.load(checkpoints[-1], map_location="cpu", weights_only=False).get("trunk", "lite0"))
    network.load_state_dict(mean_weights(checkpoints))
    return network


def place_proxies(proxies: Proxies, network: Classifier, sets: CropSets, size: int, crops: int = 12_000) -> None:
    """Let new proxies begin where an embedding learnt before already is, so that they do not pull it about."""
    rng = np.random.default_rng(8)
    rows = np.concatenate([sets.train[source] for source in ("product", "closet", "street")])
    rows = rng.choice(rows, min(crops, len(rows)), replace=False)
    judge: Classifier | Compiled = network
    if next(network.parameters()).device.type == "cpu":
        judge = Compiled(network.eval(), torch.zeros(2, 3, 128, 128), ["embedding"], {"embedding": {0: "n"}})
    embedding = torch.from_numpy(predict(judge, sets, rows.tolist(), size)["embedding"])
    kinds = sets.targets.weights["kind"][rows]
    # A label of one kind alone says where that kind is.
    alone = np.where((kinds == 1).sum(1) == 1, kinds.argmax(1), -1)
    proxies.place(embedding, {name: words[rows] for name, words in sets.targets.words.items()} | {"kind": alone})


def _groups(network: Classifier, proxies: Proxies, phase: Phase) -> list[dict[str, Any]]:
    trunk = [p for part in (network.trunk, network.head) for p in part.parameters() if p.requires_grad]
    heads = [*network.heads.parameters(), *network.embed.parameters(), *proxies.parameters()]
    return [
        {"params": trunk, "lr": phase.rate, "peak": phase.rate},
        {"params": heads, "lr": phase.rate, "peak": phase.rate * phase.head_factor},
    ]


def _save(
    ledger: Ledger,
    config: ClassifierConfig,
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
