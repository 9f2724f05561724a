"""Teach the parser that ships to outline the flat-lay garment: `python -m training flat-lay-outlines`, then `lying`.

Its trunk and all it says already stay as they are. Once the branch ships, the outlines are taken again with it and it
is taught on from them, phase by phase: where network and colours then agree, they are oftener right.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image
from torch import nn

from recommender.vision.cutout.matting import grabcut_refine
from recommender.vision.models import Models
from recommender.vision.segmentation import parser
from recommender.vision.segmentation.regions import flat_lay_garments
from training.vision.encoder import as_input
from training.vision.flat_lay import FlatLayHead, ParserMaps, Taught, flat_lay_loss
from training.vision.flat_lay_scenes import LyingScenes, Outlines, batch_of
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
from training.vision.onnx_files import Compiled
from training.vision.packs import Pack
from training.vision.parser import Parser
from training.vision.restore import folded_parser
from training.vision.train_parser import ParserConfig, open_scenes

OUTLINES = "lying_outlines.npz"
SIZES = ((384, 288, 0.55), (288, 384, 0.15), (384, 384, 0.15), (320, 320, 0.15))
BATCH = 12
LOG_EVERY, SAVE_EVERY = 50, 200


@dataclass(frozen=True)
class LyingPhase:
    """One stretch of training."""

    name: str
    photos: int
    rate: float = 2e-3


PHASES = (LyingPhase("first", 30_000), LyingPhase("second", 20_000, 1e-3), LyingPhase("third", 20_000, 1e-3))


@dataclass(frozen=True)
class FlatLayConfig:
    """A training. weights: the folder of the parser that ships. start: a checkpoint's branch to begin with."""

    cache: Path
    folder: Path
    data: Path
    weights: Path
    start: Path | None = None
    phase: LyingPhase = PHASES[0]
    seed: int = 0
    threads: int = 1
    decay: float = 0.997


def write_outlines(cache: Path, weights: Path, threads: int) -> int:
    """Ask the networks that ship and the colours about every closet photo; returns how many hold a garment.

    Once the parser has its branch, what the two make of each photo together takes the place of `pseudo-labels`' alphas.
    """
    pack, network = Pack.open(cache, "closet_photos"), parser.Parser(Models(threads=threads), weights)
    options = network.options
    found: dict[str, np.ndarray] = {}
    alphas: dict[str, np.ndarray] = {}
    for index in range(len(pack)):
        image = np.ascontiguousarray(pack.image(index))
        for region in flat_lay_garments(network(Image.fromarray(image)), options.detection)[:1]:
            found[f"seen-{index}"] = (region.probability * 255).astype(np.uint8)
            found[f"refined-{index}"] = (grabcut_refine(image, region.probability, options.cutout) * 255).astype(
                np.uint8
            )
            if region.has_edges:
                alpha = grabcut_refine(image, region.probability, options.cutout, has_edges=True)
                alphas[str(index)] = cv2.resize((alpha * 255).astype(np.uint8), image.shape[1::-1])
    np.savez(cache / OUTLINES, **found)
    if alphas:
        np.savez_compressed(cache / "closet_masks.npz", **alphas)
    return len(found) // 2


def load_flat_lay(checkpoint: Path) -> FlatLayHead:
    """The averaged branch of a checkpoint."""
    lying = FlatLayHead()
    lying.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=False)["average"])
    return lying.eval()


def frozen_maps(parser: Parser, device: torch.device) -> Compiled | ParserMaps:
    """The parser's maps, which cost no backward pass; on a CPU by onnxruntime."""
    if device.type != "cpu":
        return ParserMaps(parser).to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    free = {name: {0: "n", 2: f"{name}_rows", 3: f"{name}_columns"} for name in ParserMaps.NAMES}
    return Compiled(ParserMaps(parser), torch.zeros(2, 3, 64, 64), list(ParserMaps.NAMES), free)


def train(config: FlatLayConfig) -> None:
    """Run (or go on with) one phase to its end: checkpoint `PHASE.pt`."""
    use_threads(config.threads)
    seed_everything(config.seed)
    phase, ledger, device = config.phase, Ledger(config.folder), pick_device()
    maps = frozen_maps(folded_parser(config.weights / "parser.onnx"), device)
    opened = open_scenes(ParserConfig(config.cache, config.folder, config.data))
    outlines = Outlines.load(config.cache / OUTLINES)
    scenes = LyingScenes(opened, outlines)
    network = Taught(load_flat_lay(config.start) if config.start else FlatLayHead())
    network.train().to(device, memory_format=torch.channels_last)
    average = Average(network, config.decay)
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.0, weight_decay=0.02)
    step, steps, losses = 0, phase.photos // BATCH, 0.0
    if (state := ledger.load("last")) and state["phase"] == phase.name:
        network.load_state_dict(state["network"])
        average.network.load_state_dict(state["average"])
        average.steps, step = state["average_steps"], state["step"]
        optimiser.load_state_dict(state["optimiser"])

    def make(number: int) -> dict[str, Any]:
        rng = np.random.default_rng((config.seed, hash_name(phase.name), number))
        height, width, _ = SIZES[int(rng.choice(len(SIZES), p=[chance for *_, chance in SIZES]))]
        return batch_of(scenes, (height, width), BATCH, rng)

    batches, began = prefetch(make, step), time.monotonic()
    ledger.write(event="start", real=len(scenes.real), clean=len(scenes.clean), grounds=len(scenes.grounds))
    while step < steps:
        for group in optimiser.param_groups:
            group["lr"] = phase.rate * learning_rate(step / steps)
        batch = next(batches)
        seen = maps(as_input(batch["image"], device))
        found = network(*(seen[name].contiguous(memory_format=torch.channels_last) for name in ParserMaps.NAMES))
        loss = flat_lay_loss(found, torch.from_numpy(batch["truth"]).to(device))
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
        if step % SAVE_EVERY == 0 or step == steps:
            state = {"phase": phase.name, "step": step, "network": network.state_dict()}
            state |= {"average": average.network.state_dict(), "average_steps": average.steps}
            ledger.save("last", state | {"optimiser": optimiser.state_dict()})
    branch = average.network.lying
    figures = measure(maps, branch, LyingScenes(opened, outlines, validation=True), device)
    ledger.save(phase.name, {"average": branch.state_dict(), "figures": figures})
    ledger.write(event="measured", phase=phase.name, **figures)


@torch.no_grad()
def measure(
    maps: Compiled | ParserMaps, network: FlatLayHead, scenes: LyingScenes, device: torch.device, count: int = 240
) -> dict[str, float]:
    """Mean IoU on laid scenes that validate, 0..1: all of them, and the share of them above .9."""
    rng, found = np.random.default_rng(4), []
    for _ in range(count):
        picture, truth = scenes.swapped((384, 288), rng)
        seen = maps(as_input(picture[None], device))
        logits = network(*(seen[name] for name in ParserMaps.NAMES))[0, 0].cpu().numpy()
        cloth = cv2.resize(logits, truth.shape[::-1]) > 0
        found.append(float((cloth & (truth == 1)).sum() / max(1, (cloth | (truth == 1)).sum())))
    return {
        "lying iou": round(float(np.mean(found)), 4),
        "lying iou above .9": round(float(np.mean(np.array(found) > 0.9)), 4),
    }
