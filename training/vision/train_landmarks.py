"""`python -m training landmarks`: the small network that finds a garment's landmarks on its cutout.

Taught on garments marked by hand (`garment_landmarks_train.csv`, senders of even number, none of those by which it is
judged), each turned, bent, mirrored and recoloured anew in every epoch; in a second phase on others too, where the
network before and the first phase's agree (`agreed_landmarks`). What ships is the mean of both phases.
"""

import csv
import datetime as dt
import json
import pickle
import tarfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from recommender.stylist.tryon.garment import LONG_SLEEVED
from recommender.vision import pipeline
from recommender.vision.cards import WEIGHTS
from recommender.vision.tryon.landmark_network import NAMES, SIDE, STRIDE, fitted_square
from training.vision import garment_landmarks, restore
from training.vision.encoder import MEAN, PLANS, STD, Trunk, convolution
from training.vision.loop import learning_rate, seed_everything, use_threads
from training.vision.onnx_files import install, quicken, write_onnx

MARKED: Final = Path(__file__).with_name("garment_landmarks_train.csv")
CELLS: Final = SIDE // STRIDE
TRUNK: Final = "lite0"
PLAN: Final = PLANS[TRUNK]
_SWAPPED: Final = [NAMES.index(name[:-1] + {"l": "r", "r": "l"}.get(name[-1], name[-1])) for name in NAMES]
_SPREAD: Final = 1.3  # cells, of the heat that is wanted about a landmark
_FED: Final = 170  # longer side of a cutout before it is bent


@dataclass(frozen=True)
class LandmarkConfig:
    """folder: of cutouts and checkpoint. minutes: of training. start: a checkpoint to begin with.

    weights: folder of the classifier with whose trunk a training begins otherwise. rate, trunk_rate: of what is new,
    and of that trunk.
    """

    folder: Path
    minutes: float = 40
    start: Path | None = None
    weights: Path = WEIGHTS
    batch: int = 16
    rate: float = 2e-3
    trunk_rate: float = 5e-4
    seed: int = 5
    threads: int = 1


@dataclass(frozen=True)
class Example:
    """rgba: (h, w, 4). points: (n, 2) pixels by NAMES, nan where not marked. sleeved: 1, 0, or nan: not known."""

    rgba: NDArray[np.uint8]
    points: NDArray[np.float64]
    sleeved: float


class LandmarkNet(nn.Module):
    """What the classifier's smaller trunk sees down to stride 16, led up again beside the cutout itself.

    (n, 4, SIDE, SIDE) -> heat (n, landmarks, CELLS, CELLS), sleeved (n, 1). The trunk knows clothes already: down to
    stride 8 it stays as it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk(PLAN, frozen=PLAN.to_stride_8)
        self.trunk.blocks = self.trunk.blocks[: PLAN.lasts[3] + 1]
        _at_2, at_4, at_8, at_16 = PLAN.channels[:4]
        self.up_8 = nn.Sequential(_block(at_16 + at_8 + 1, 64), _block(64, 64))
        self.up_4 = nn.Sequential(_block(64 + at_4 + 16, 40), _block(40, 40))
        self.heat = nn.Conv2d(40, 4 * len(NAMES), 1)
        self.sleeved = nn.Linear(at_16, 1)
        # From -.5 .. .5 to what the trunk was taught on.
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1) - 0.5, persistent=False)
        self.register_buffer("std", torch.tensor(STD).view(1, 3, 1, 1), persistent=False)

    def colours(self, x: Tensor) -> Tensor:
        """(n, 4, h, w) as it is fed -> (n, 3, h, w) as the trunk was taught."""
        return (x[:, :3] - self.mean) / self.std

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        _at_2, at_4, at_8, at_16 = self.trunk.scales(self.colours(x))
        near = F.pixel_unshuffle(F.avg_pool2d(x, 2), 2)
        y = self.up_8(torch.cat([_twice(at_16), at_8, F.avg_pool2d(x[:, 3:], 8)], 1))
        y = self.up_4(torch.cat([_twice(y), at_4, near], 1))
        return {"heat": F.pixel_shuffle(self.heat(y), 2), "sleeved": self.sleeved(at_16.mean((2, 3)))}


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def _block(inward: int, outward: int) -> nn.Sequential:
    return nn.Sequential(convolution(inward, outward, 3), nn.BatchNorm2d(outward), nn.ReLU(inplace=True))


def begin(network: LandmarkNet, squares: Tensor, weights: Path) -> None:
    """Give the trunk the weights of the classifier that ships. squares: (n, 4, SIDE, SIDE), by which its
    normalisations are opened again."""
    classifier = next(one for trunk, one in restore.classifiers(weights / "classifier.onnx") if trunk == TRUNK)
    classifier.trunk.blocks = classifier.trunk.blocks[: len(network.trunk.blocks)]
    network.trunk.load_state_dict(classifier.trunk.state_dict())
    restore.open_normalisations(network.trunk, network.colours(squares).split(16))


# --- Examples ---------------------------------------------------------------------------------------------


def examples(data: Path, folder: Path, *, marks: Path = MARKED) -> list[Example]:
    """The marked garments as the product cuts them out; kept in `folder`."""
    kept = folder / f"{marks.stem}.pickle"
    if kept.exists():
        found: list[Example] = pickle.loads(kept.read_bytes())
        return found
    engine = pipeline.engine(pipeline.Options(threads=1))
    points = garment_landmarks.marked(marks)
    groups = {row["file"]: row["group"] for row in csv.DictReader(marks.open())}
    made = []
    with tarfile.open(data / "closet_photos.tar") as tar:
        members = {Path(name).name: name for name in tar.getnames()}
        for file, marked in points.items():
            stream = tar.extractfile(members[file])
            content = stream.read() if stream else b""
            garment = garment_landmarks.seen(file, groups[file], False, content, engine)
            if garment is not None and groups[file] != "shoes":
                made.append(example_of(garment, marked))
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pickle.dumps(made))
    return made


def example_of(garment: garment_landmarks.Found, marked: Mapping[str, NDArray[np.float64]]) -> Example:
    """A cutout with its landmarks. marked: name -> (x, y), shares of the photo."""
    rgba = np.asarray(garment.picture.convert("RGBA"))
    x0, y0, x1, y1 = garment.box
    times = np.array([rgba.shape[1] / (x1 - x0), rgba.shape[0] / (y1 - y0)])
    smaller = min(1.0, _FED / max(rgba.shape[:2]))
    size = (round(rgba.shape[1] * smaller), round(rgba.shape[0] * smaller))
    points = np.full((len(NAMES), 2), np.nan)
    for name, place in marked.items():
        points[NAMES.index(name)] = (place * garment.size - [x0, y0]) * times * smaller
    has = {name.split("_")[0] for name in marked}
    # Cuffs that lie under something are not marked: a hoodie without them is no sleeveless one.
    bare = {"shoulder", "armpit"} <= has and garment.kind not in LONG_SLEEVED
    sleeved = 1.0 if "cuff" in has else 0.0 if bare else float("nan")
    return Example(cv2.resize(rgba, size, interpolation=cv2.INTER_AREA), points, sleeved)


def bent(example: Example, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """An example turned, bent, mirrored and recoloured, as the network is fed, with its points in the square."""
    height, width = example.rgba.shape[:2]
    around = np.array([width, height]) / 2
    # Most lie upright; a few lie askew.
    angle, shear = rng.normal(0, 0.45 if rng.random() < 0.12 else 0.16), rng.normal(0, 0.08)
    stretch = np.exp(rng.normal(0, 0.14, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, shear], [0, 1]]) @ np.diag(stretch)
    side = round(max(width, height) * 1.5)
    shift = np.array([side, side]) / 2 - matrix @ around
    rgba = cv2.warpAffine(example.rgba, np.column_stack([matrix, shift]), (side, side))
    points = example.points @ matrix.T + shift
    rgba, points = _waved(rgba, points, rng)
    if rng.random() < 0.5:
        rgba, points = rgba[:, ::-1], (points * [-1, 1] + [side - 1, 0])[_SWAPPED]
    rgba = _recoloured(np.ascontiguousarray(rgba), rng)
    rows, columns = (np.flatnonzero((rgba[..., 3] > 60).any(axis)) for axis in (1, 0))
    if not len(rows):
        return bent(example, rng)
    grow = np.round(rng.uniform(-0.03, 0.06, 4) * side).astype(int)
    y0, y1 = max(rows[0] - grow[0], 0), min(rows[-1] + 1 + grow[1], side)
    x0, x1 = max(columns[0] - grow[2], 0), min(columns[-1] + 1 + grow[3], side)
    square, scale, moved = fitted_square(rgba[y0:y1, x0:x1])
    return square, (points - [x0, y0]) * scale + moved


def _waved(
    rgba: NDArray[np.uint8], points: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The picture pushed about by a smooth random field."""
    side = rgba.shape[0]
    coarse = rng.normal(0, 0.022 * side, (4, 4, 2)).astype(np.float32)
    field = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
    x, y = np.meshgrid(np.arange(side, dtype=np.float32), np.arange(side, dtype=np.float32))
    pushed = cv2.remap(rgba, x + field[..., 0], y + field[..., 1], cv2.INTER_LINEAR)
    moved = points.copy()
    for at in np.flatnonzero(~np.isnan(points[:, 0])):
        place = points[at]
        for _round in range(4):  # where q + field(q) = p
            column, row = np.clip(place.round().astype(int), 0, side - 1)
            place = points[at] - field[row, column]
        moved[at] = place
    return pushed, moved


def _recoloured(rgba: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    colour = rgba[..., :3].astype(np.float32)
    mixed = np.eye(3) * rng.uniform(0.6, 1.3) + rng.normal(0, 0.18, (3, 3))
    colour = (colour - 128) @ mixed.astype(np.float32) + 128 + rng.normal(0, 22, 3).astype(np.float32)
    if rng.random() < 0.15:
        colour = 255 - colour
    alpha = rgba[..., 3]
    if rng.random() < 0.5:
        size = int(rng.integers(2, 6))
        change = cv2.erode if rng.random() < 0.5 else cv2.dilate
        alpha = change(alpha, np.ones((size, size), np.uint8))
    if rng.random() < 0.25:  # a piece that the cutout lacks
        side = alpha.shape[0]
        x, y = rng.integers(0, side, 2)
        alpha = cv2.circle(alpha.copy(), (int(x), int(y)), int(rng.uniform(0.02, 0.07) * side), 0, -1)
    return np.dstack([colour.clip(0, 255).astype(np.uint8), alpha])


# --- Training ---------------------------------------------------------------------------------------------


def loss_of(found: dict[str, Tensor], points: Tensor, sleeved: Tensor) -> Tensor:
    """Cross-entropy of the heat to a spot about each marked landmark, its mean's distance, and of the sleeves."""
    heat = found["heat"].float()
    count, names = heat.shape[:2]
    cells = (points + 0.5) / STRIDE - 0.5
    marked = ~torch.isnan(points[..., 0])
    cells = torch.nan_to_num(cells)
    marked &= (cells > -1).all(-1) & (cells < CELLS).all(-1)
    grid = torch.arange(CELLS, dtype=torch.float32)
    spot_x = torch.exp(-((grid - cells[..., :1]) ** 2) / (2 * _SPREAD**2))
    spot_y = torch.exp(-((grid - cells[..., 1:]) ** 2) / (2 * _SPREAD**2))
    wanted = (spot_y[..., :, None] * spot_x[..., None, :]).reshape(count, names, -1)
    wanted = wanted / wanted.sum(-1, keepdim=True).clamp(min=1e-6)
    chance = F.log_softmax(heat.reshape(count, names, -1), -1)
    entropy = -(wanted * chance).sum(-1)
    share = chance.exp().reshape(count, names, CELLS, CELLS)
    mean = torch.stack([(share.sum(2) * grid).sum(-1), (share.sum(3) * grid).sum(-1)], -1)
    apart = (mean - cells).abs().sum(-1).clamp(max=12)
    known = ~torch.isnan(sleeved)
    sleeves = F.binary_cross_entropy_with_logits(found["sleeved"][:, 0].float()[known], sleeved[known])
    return ((entropy + 0.25 * apart) * marked).sum() / marked.sum() + 0.3 * torch.nan_to_num(sleeves)


def train(config: LandmarkConfig, data: Path, *, more: Sequence[Example] = ()) -> LandmarkNet:
    """A training within `minutes`; the checkpoint is the mean of its later weights. more: examples beside those marked
    by hand, which are shown twice as often."""
    use_threads(config.threads)
    seed_everything(config.seed)
    marked = examples(data, config.folder)
    rows = [*marked, *marked, *more] if more else marked
    rng, step, summed = np.random.default_rng(config.seed), 0, 0.0
    network, mean = LandmarkNet(), LandmarkNet()
    if config.start is not None:
        network.load_state_dict(torch.load(config.start, map_location="cpu", weights_only=True))
    else:
        some = [rows[at] for at in rng.integers(len(rows), size=256)]
        begin(network, torch.from_numpy(np.stack([bent(one, rng)[0] for one in some])), config.weights)
    network.to(memory_format=torch.channels_last)
    mean.load_state_dict(network.state_dict())
    quicken(network.trunk)
    trunk = [one for one in network.trunk.parameters() if one.requires_grad]
    fresh = [one for name, one in network.named_parameters() if not name.startswith("trunk.")]
    groups = [{"params": trunk, "peak": config.trunk_rate}, {"params": fresh, "peak": config.rate}]
    optimiser = torch.optim.AdamW(groups, lr=config.rate, weight_decay=0.02)
    began = time.monotonic()
    while (progress := (time.monotonic() - began) / 60 / config.minutes) < 1:
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * learning_rate(progress)
        chosen = [rows[at] for at in rng.integers(len(rows), size=config.batch)]
        pairs = [bent(one, rng) for one in chosen]
        squares = torch.from_numpy(np.stack([square for square, _points in pairs]))
        points = torch.from_numpy(np.stack([place for _square, place in pairs]).astype(np.float32))
        loss = loss_of(
            network(squares.contiguous(memory_format=torch.channels_last)),
            points,
            torch.tensor([one.sleeved for one in chosen]),
        )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        step, summed = step + 1, summed + loss.item()
        decay = min(0.997, (step + 1) / (step + 10))
        with torch.no_grad():
            for kept, now in zip(mean.state_dict().values(), network.state_dict().values(), strict=True):
                if kept.dtype.is_floating_point:
                    kept.mul_(decay).add_(now, alpha=1 - decay)
                else:
                    kept.copy_(now)
        if step % 100 == 0:
            print(f"step {step}, {progress:.2f} of the time, loss {summed / 100:.3f}", flush=True)
            summed = 0.0
            torch.save(mean.state_dict(), config.folder / "landmarks.pt")
    torch.save(mean.state_dict(), config.folder / "landmarks.pt")
    return mean.eval()


def average(first: Path, second: Path) -> None:
    """Puts the mean of both phases' weights into the second's checkpoint: it judges better than either."""
    one, other = (torch.load(path, map_location="cpu", weights_only=True) for path in (first, second))
    mean = {
        name: (value + other[name]) / 2 if value.dtype.is_floating_point else other[name] for name, value in one.items()
    }
    torch.save(mean, second)


def export(config: LandmarkConfig, weights: Path, *, agreed: int = 0) -> None:
    """`landmarks.onnx` and its card, without figures yet. agreed: examples by `agreed_landmarks` that were used."""
    network = LandmarkNet()
    network.load_state_dict(torch.load(config.folder / "landmarks.pt", map_location="cpu", weights_only=True))
    made, names = config.folder / "landmarks.onnx", ["heat", "sleeved"]
    free = {name: {0: "cutouts"} for name in ("cutout", *names)}
    write_onnx(network.eval(), torch.zeros(2, 4, SIDE, SIDE), "cutout", names, free, made, bytewise=True)
    today = dt.datetime.now(dt.UTC)
    card = {
        "key": f"landmarks-{today:%Y%m%d-%H%M}",
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": [
            "clothing-dataset photos (CC0: alexeygrigorev/clothing-dataset), cut out by this product",
            f"{len(garment_landmarks.marked(MARKED))} of them marked by hand: training/vision/{MARKED.name}",
            *([f"{agreed} more, where the network before and the first phase of this one agree"] if agreed else []),
            "begun with the classifier's smaller trunk; see classifier.json",
        ],
        "date": today.date().isoformat(),
        "metrics": {"measured": "not yet"},
        "input": {"name": "cutout", "size": [SIDE, SIDE], "mean": [0.5] * 3, "std": [1.0] * 3},
        "dim": 0,
        "outputs": {
            "heat": {"labels": list(NAMES), "activation": "softmax", "temperature": 1.0},
            "sleeved": {"labels": ["sleeved"], "activation": "sigmoid", "temperature": 1.0},
        },
        "rebuild": "python -m training landmarks",
        "notes": {
            "input": "a cutout in the middle of a square: red, green, blue (times alpha) and alpha, less .5",
            "decode": "softmax over the cells; the place is the mean of the 5 x 5 cells about the warmest",
        },
    }
    install(made, card, weights, "landmarks")


def with_metrics(weights: Path, metrics: dict[str, Any]) -> dict[str, Any]:
    """Writes figures onto the card; returns them."""
    path = weights / "landmarks.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["metrics"] = metrics | {"weights": sum(parameter.numel() for parameter in LandmarkNet().parameters())}
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return metrics
