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
from training.vision.loop import Average, Ledger, learning_rate, pick_device, prefetch, seed_everything, use_threads
from training.vision.refinement import Refiner, refinement_loss
from training.vision.refinement_pictures import Drawer, Sample

LOG_EVERY: Final = 25
SAVE_EVERY: Final = 50


@dataclass(frozen=True)
class RefinementConfig:
    """A training of the head. folder: for checkpoints and the log. worn_share: of the pictures, if there are any."""

    folder: Path
    steps: int = 1800
    batch: int = 8
    rate: float = 2e-3
    decay: float = 0.995
    worn_share: float = 0.35
    seed: int = 5
    threads: int = 1


def train(config: RefinementConfig, samples: Sequence[Sample]) -> Refiner:
    """Run (or go on with) a training to its end; returns the averaged head. Only samples of the train split teach."""
    use_threads(config.threads)
    seed_everything(config.seed)
    ledger, device = Ledger(config.folder), pick_device()
    network = Refiner().to(device, memory_format=torch.channels_last)
    average = Average(network, config.decay)
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.rate, weight_decay=0.02)
    state: dict[str, Any] = ledger.load("last") or {"step": 0}
    if state["step"]:
        network.load_state_dict(state["network"])
        average.network.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
    step = average.steps = state["step"]
    taught = [sample for sample in samples if sample.split == "train"]
    draw = Drawer(taught, MEAN, STD, config.worn_share)
    counts = {source: sum(sample.source == source for sample in taught) for source in ("flat", "worn")}
    weights = sum(parameter.numel() for parameter in network.parameters())
    ledger.write(event="start", step=step, steps=config.steps, weights=weights, **counts)
    made = prefetch(lambda number: draw(config.batch, np.random.default_rng((config.seed, number))), step)
    network.train()
    began, losses = time.monotonic(), 0.0
    while step < config.steps:
        for group in optimiser.param_groups:
            group["lr"] = config.rate * learning_rate(step / config.steps)
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
            ledger.write(step=step, loss=round(losses, 4), seconds=round(time.monotonic() - began))
            losses = 0.0
        if step % SAVE_EVERY == 0 or step == config.steps:
            kept = {"network": network.state_dict(), "average": average.network.state_dict(), "step": step}
            ledger.save("last", kept | {"optimiser": optimiser.state_dict()})
    return load_head(config.folder / "last.pt")


def load_head(checkpoint: Path) -> Refiner:
    """The averaged head of a checkpoint, ready to judge."""
    network = Refiner()
    network.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=False)["average"])
    return network.eval()
