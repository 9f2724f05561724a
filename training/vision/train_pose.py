"""Train the pose head on kept feature maps: `python -m training pose`."""

import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from training.vision.loop import Average, Ledger, learning_rate, pick_device, prefetch, seed_everything, use_threads
from training.vision.pose_features import Features
from training.vision.pose_head import PoseHead, pose_loss

LOG_EVERY: Final = 50
SAVE_SECONDS: Final = 120


@dataclass(frozen=True)
class PoseConfig:
    """A training of the head. features: the folder of `write_features`. epochs: over all pictures."""

    features: Path
    folder: Path
    epochs: float = 6
    batch: int = 16
    rate: float = 2e-3
    decay: float = 0.998
    seed: int = 7
    threads: int = 1
    minutes: float | None = None


class Batches:
    """Batches of pictures of one shape, by number."""

    def __init__(self, features: Features, config: PoseConfig) -> None:
        self.features, self.config = features, config
        self.of_shape: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, row in enumerate(features.rows):
            self.of_shape[tuple(row["shape"])].append(number)
        # Rare shapes, too few for a batch, are left out.
        self.of_shape = {shape: numbers for shape, numbers in self.of_shape.items() if len(numbers) >= config.batch}
        self.epoch = sum(len(numbers) // config.batch for numbers in self.of_shape.values())

    def __call__(self, number: int) -> tuple[torch.Tensor, ...]:
        epoch, place = divmod(number, self.epoch)
        rng = np.random.default_rng((self.config.seed, epoch))
        size, batches = self.config.batch, []
        for numbers in self.of_shape.values():
            mixed = rng.permutation(numbers)
            batches += [mixed[i * size : (i + 1) * size] for i in range(len(mixed) // size)]
        chosen = batches[int(rng.permutation(len(batches))[place])]
        maps = [self.features[int(one)] for one in chosen]
        points = np.array([self.features.rows[int(one)]["points"] for one in chosen], np.float32)
        fine, coarse, person = (np.stack([one[part] for one in maps]) for part in range(3))
        return torch.from_numpy(fine), torch.from_numpy(coarse), torch.from_numpy(person), torch.from_numpy(points)


def train(config: PoseConfig) -> PoseHead:
    """Run (or go on with) a training to its end; returns the averaged head."""
    use_threads(config.threads)
    seed_everything(config.seed)
    ledger, batches = Ledger(config.folder), Batches(Features(config.features), config)
    device = pick_device()
    network = PoseHead().to(device, memory_format=torch.channels_last)
    average = Average(network, config.decay)
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.rate, weight_decay=0.02)
    state: dict[str, Any] = ledger.load("last") or {"step": 0, "seconds": 0.0}
    if state["step"]:
        network.load_state_dict(state["network"])
        average.network.load_state_dict(state["average"])
        average.steps = state["step"]
        optimiser.load_state_dict(state["optimiser"])
    step, seconds, saved = state["step"], state["seconds"], state["seconds"]
    steps = round(config.epochs * batches.epoch)
    weights = sum(parameter.numel() for parameter in network.parameters())
    ledger.write(event="start", steps=steps, step=step, epoch=batches.epoch, weights=weights)
    made = prefetch(batches, step)
    sums: dict[str, float] = defaultdict(float)
    network.train()
    while True:
        progress = step / steps
        if config.minutes:
            progress = max(progress, seconds / 60 / config.minutes)
        if progress >= 1:
            break
        began = time.monotonic()
        fine, coarse, person, points = (part.to(device) for part in next(made))
        for group in optimiser.param_groups:
            group["lr"] = config.rate * learning_rate(progress)
        found = network(*(part.contiguous(memory_format=torch.channels_last) for part in (fine, coarse)))
        loss, parts = pose_loss(found, points, person)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        average.update(network)
        step += 1
        seconds += time.monotonic() - began
        for name, value in parts.items():
            sums[name] += value / LOG_EVERY
        if step % LOG_EVERY == 0:
            losses = {name: round(value, 3) for name, value in sums.items()}
            ledger.write(step=step, progress=round(progress, 3), seconds=round(seconds), **losses)
            sums.clear()
        if seconds - saved > SAVE_SECONDS:
            saved = seconds
            _save(ledger, network, average, optimiser, step, seconds)
    _save(ledger, network, average, optimiser, step, seconds)
    return load_head(config.folder / "last.pt")


def load_head(checkpoint: Path) -> PoseHead:
    """The averaged head of a checkpoint, ready to judge."""
    network = PoseHead()
    network.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=False)["average"])
    return network.eval()


def _save(
    ledger: Ledger, network: nn.Module, average: Average, optimiser: torch.optim.Optimizer, step: int, seconds: float
) -> None:
    state = {"network": network.state_dict(), "average": average.network.state_dict(), "step": step}
    ledger.save("last", state | {"optimiser": optimiser.state_dict(), "seconds": seconds})
