"""Train the refinement head: `python -m training refinement`."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from training.vision.encoder import MEAN, STD
from training.vision.loop import (
    Average,
    Ledger,
    hash_name,
    learning_rate,
    pick_device,
    prefetch,
    seed_everything,
    use_threads,
)
from training.vision.refinement import Refiner, refinement_loss
from training.vision.refinement_pictures import Drawer, Sample

LOG_EVERY: Final = 25
SAVE_EVERY: Final = 50


@dataclass(frozen=True)
class RefinementPhase:
    """One stretch of training. rate: of learning, at its peak."""

    name: str
    steps: int
    rate: float


PHASES: Final = (RefinementPhase("first", 1800, 2e-3), RefinementPhase("second", 900, 1e-3))


@dataclass(frozen=True)
class RefinementConfig:
    """A training of the head. folder: for checkpoints and the log. worn_share: of the pictures, if there are any."""

    folder: Path
    phases: tuple[RefinementPhase, ...] = PHASES
    batch: int = 8
    decay: float = 0.995
    worn_share: float = 0.35
    seed: int = 5
    threads: int = 1


def train(config: RefinementConfig, samples: Sequence[Sample]) -> Refiner:
    """Run (or go on with) a training to its end; returns the averaged head. Only samples of the train split teach.

    Each phase begins with the averaged weights of the one before it.
    """
    use_threads(config.threads)
    seed_everything(config.seed)
    ledger = Ledger(config.folder)
    taught = [sample for sample in samples if sample.split == "train"]
    start: Refiner | None = None
    for phase in config.phases:
        path = config.folder / f"{phase.name}.pt"
        if not path.exists():
            _run(phase, config, taught, ledger, start)
        start = load_head(path)
    assert start is not None
    return start


def _run(
    phase: RefinementPhase, config: RefinementConfig, taught: Sequence[Sample], ledger: Ledger, start: Refiner | None
) -> None:
    device = pick_device()
    network = Refiner()
    if start:
        network.load_state_dict(start.state_dict())
    network = network.to(device, memory_format=torch.channels_last)
    average = Average(network, config.decay)
    optimiser = torch.optim.AdamW(network.parameters(), lr=phase.rate, weight_decay=0.02)
    step = 0
    if (state := ledger.load("last")) and state["phase"] == phase.name:
        network.load_state_dict(state["network"])
        average.network.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step = average.steps = state["step"]
    draw = Drawer(taught, MEAN, STD, config.worn_share)
    counts = {source: sum(sample.source == source for sample in taught) for source in ("flat", "worn")}
    weights = sum(parameter.numel() for parameter in network.parameters())
    ledger.write(event="start", phase=phase.name, step=step, steps=phase.steps, weights=weights, **counts)

    def make(number: int) -> tuple[np.ndarray, ...]:
        return draw(config.batch, np.random.default_rng((config.seed, hash_name(phase.name), number)))

    made = prefetch(make, step)
    network.train()
    began, losses = time.monotonic(), 0.0
    while step < phase.steps:
        for group in optimiser.param_groups:
            group["lr"] = phase.rate * learning_rate(step / phase.steps)
        picture, truth, weight = (torch.from_numpy(part).to(device) for part in next(made))
        # Half the bits: twice as fast on a CPU that multiplies them.
        with torch.autocast(device.type, torch.bfloat16):
            found = network.both(picture.contiguous(memory_format=torch.channels_last))
        loss = refinement_loss(found, truth, weight)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        average.update(network)
        step += 1
        losses += float(loss.detach()) / LOG_EVERY
        if step % LOG_EVERY == 0:
            ledger.write(phase=phase.name, step=step, loss=round(losses, 4), seconds=round(time.monotonic() - began))
            losses = 0.0
        if step % SAVE_EVERY == 0 or step == phase.steps:
            kept: dict[str, Any] = {"phase": phase.name, "step": step, "network": network.state_dict()}
            kept["average"] = average.network.state_dict()
            ledger.save("last", kept | {"optimiser": optimiser.state_dict()})
    ledger.save(phase.name, {"average": average.network.state_dict()})


def load_head(checkpoint: Path) -> Refiner:
    """The averaged head of a checkpoint, ready to judge."""
    network = Refiner()
    network.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=False)["average"])
    return network.eval()
