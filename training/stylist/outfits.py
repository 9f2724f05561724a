"""Train the stylist's pairwise term on outfits worn in the street, and publish how good it is.

    python -m training.stylist.outfits describe --cache DIR     # packs + describer -> pieces.npz
    python -m training.stylist.outfits measure  --cache DIR     # cross-validation, controls, figures
    python -m training.stylist.outfits train    --cache DIR     # all photos -> stylist/weights
    python -m training.stylist.outfits card     --cache DIR     # newer figures into the card, weights as they are

A new describer means: `describe`, then `train` (minutes). Worn together is positive; swaps of the
same kind from other photos are negatives; every piece is drawn in a light of its own.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from recommender.stylist.rules.layers import SLOT_INDEX, WORN_SLOTS
from recommender.stylist.score.learned import EMBEDDING_DIM, PairModel, embeddings_of, facts_of, read_model, save_model
from training.stylist.outfit_pieces import CONTROLS, PieceCache, build_cache, load_cache, save_cache

LEAST_PIECES = 3
FOLDS = 5


@dataclass(frozen=True)
class Recipe:
    """How the term is trained. drop_*: share of inputs hidden; members: models averaged."""

    hidden: int = 64
    dim: int = 32
    epochs: int = 20
    rate: float = 3e-3
    decay: float = 0.1
    drop_embedding: float = 0.5
    drop_facts: float = 0.2
    drop_hidden: float = 0.2
    embedding_gain: float = 0.5
    negatives: int = 15
    batch: int = 64
    members: int = 3
    seed: int = 0


@dataclass(frozen=True)
class Wardrobe:
    """A cache as arrays. inputs: (n, views, p) float32; slot: (n,) the slot most pieces of a tag were seen as.

    One piece seen as something else is the describer's slip; gates learned from slips would keep them.
    """

    inputs: np.ndarray
    slot: np.ndarray
    photo: np.ndarray
    tag: np.ndarray
    drawn: np.ndarray

    @classmethod
    def of(cls, cache: PieceCache) -> "Wardrobe":
        """Pack a cache."""
        flat = [piece for row in cache.pieces for piece in row]
        inputs = np.concatenate([embeddings_of(flat)[0], facts_of(flat)], axis=1)
        seen = np.array([SLOT_INDEX.get(row[0].slot, len(WORN_SLOTS) - 1) for row in cache.pieces])
        slots = np.zeros_like(seen)
        for tag in np.unique(cache.tag):
            rows = cache.tag == tag
            slots[rows] = np.bincount(seen[rows]).argmax()
        return cls(inputs.reshape(len(slots), cache.views, -1), slots, cache.photo, cache.tag, cache.drawn)

    def outfits(self, photos: np.ndarray) -> list[list[int]]:
        """Rows of garments by photo, of the photos given (bool per row), with enough pieces to ask about."""
        rows_of: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(photos & ~np.isin(self.tag, CONTROLS)):
            rows_of[int(self.photo[row])].append(int(row))
        return [rows for rows in rows_of.values() if len(rows) >= LEAST_PIECES]


class PairNetwork(nn.Module):
    """One small network for all pieces and a gate for every two slots: logit = sum(gate * z_a * z_b)."""

    def __init__(self, inputs: int, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe
        self.hidden = nn.Linear(inputs, recipe.hidden)
        self.projection = nn.Linear(recipe.hidden, recipe.dim, bias=False)
        self.gates = nn.Parameter(torch.full((len(WORN_SLOTS), len(WORN_SLOTS), recipe.dim), 0.3))

    def symmetric(self) -> torch.Tensor:
        """Gates that do not care which piece comes first."""
        return (self.gates + self.gates.transpose(0, 1)) / 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (n, p) standardised. Returns (n, d)."""
        if self.training:
            drop = torch.cat(
                [
                    torch.full((EMBEDDING_DIM,), self.recipe.drop_embedding),
                    torch.full((x.shape[1] - EMBEDDING_DIM,), self.recipe.drop_facts),
                ]
            )
            x = x * (torch.rand_like(x) >= drop).float() / (1 - drop)
            return self.projection(nn.functional.dropout(nn.functional.relu(self.hidden(x)), self.recipe.drop_hidden))
        return self.projection(nn.functional.relu(self.hidden(x)))


def fit_network(wardrobe: Wardrobe, outfits: Sequence[Sequence[int]], recipe: Recipe, seed: int) -> PairModel:
    """Train one member: tell the piece that was worn with the others from same-kind pieces of other photos."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    members = np.concatenate([np.asarray(outfit) for outfit in outfits])
    views = wardrobe.inputs.shape[1]
    sample = wardrobe.inputs[members][:, min(1, views - 1) :].reshape(-1, wardrobe.inputs.shape[2])
    mean, scale = sample.mean(axis=0), np.maximum(sample.std(axis=0), 0.05)
    # Many weak inputs against a few strong ones: without this the embedding drowns the colours.
    scale[:EMBEDDING_DIM] /= recipe.embedding_gain
    inputs = torch.from_numpy(((wardrobe.inputs - mean) / scale).astype(np.float32))
    rows_of = {tag: members[wardrobe.tag[members] == tag] for tag in np.unique(wardrobe.tag[members])}
    network = PairNetwork(inputs.shape[2], recipe)
    optimiser = torch.optim.AdamW(network.parameters(), recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * -(-len(outfits) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps, pct_start=0.2)
    network.train()
    for _ in range(recipe.epochs):
        order = random.permutation(len(outfits))
        for start in range(0, len(order), recipe.batch):
            chosen = [outfits[at] for at in order[start : start + recipe.batch]]
            loss = _batch_loss(network, wardrobe, inputs, chosen, rows_of, recipe, random)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return PairModel(
        mean.astype(np.float32),
        scale.astype(np.float32),
        network.hidden.weight.detach().numpy().T.copy(),
        network.hidden.bias.detach().numpy().copy(),
        network.projection.weight.detach().numpy().T.copy(),
        network.symmetric().detach().numpy().copy(),
    )


def _batch_loss(
    network: PairNetwork,
    wardrobe: Wardrobe,
    inputs: torch.Tensor,
    outfits: Sequence[Sequence[int]],
    rows_of: dict[Any, np.ndarray],
    recipe: Recipe,
    random: np.random.Generator,
) -> torch.Tensor:
    """Cross-entropy of choosing each worn piece among swaps, given the mean of its pairs with the rest."""
    rows = np.concatenate([np.asarray(outfit) for outfit in outfits])
    owner = np.repeat(np.arange(len(outfits)), [len(outfit) for outfit in outfits])
    swaps = np.stack([random.choice(rows_of[wardrobe.tag[row]], recipe.negatives) for row in rows])
    views = inputs.shape[1]

    def seen(some: np.ndarray) -> torch.Tensor:
        light = random.integers(min(1, views - 1), views, len(some))
        return network(inputs[torch.from_numpy(some), torch.from_numpy(light)])

    # The right answer is drawn in another light than the same piece has as company, and so are swaps.
    company, worn = seen(rows), seen(rows)
    swapped = seen(swaps.ravel()).view(len(rows), recipe.negatives, -1)
    slot = torch.from_numpy(wardrobe.slot[rows])
    together = (owner[:, None] == owner[None, :]) & ~np.eye(len(rows), dtype=bool)
    weight = torch.from_numpy((together / together.sum(axis=1, keepdims=True)).astype(np.float32))
    gates = network.symmetric()
    one_hot = torch.nn.functional.one_hot(slot, len(WORN_SLOTS)).float()
    # Mean company by slot first, (n, slots, d), then gated: the same sum as pair by pair, far smaller.
    by_slot = torch.einsum("ij,js,jd->isd", weight, one_hot, company)
    wanted = torch.einsum("isd,isd->id", by_slot, gates[slot])
    right = (wanted * worn).sum(dim=1, keepdim=True)
    wrong = (wanted[:, None] * swapped).sum(dim=2)
    clash = torch.from_numpy(wardrobe.photo[swaps] == wardrobe.photo[rows][:, None])
    logits = torch.cat([right, wrong.masked_fill(clash, -1e9)], dim=1)
    return nn.functional.cross_entropy(logits, torch.zeros(len(rows), dtype=torch.long))


def average(members: Sequence[PairModel]) -> PairModel:
    """Several members, trained on the same pieces, as one wider model: their mean logit."""
    first = members[0]
    projection = np.zeros((sum(len(m.projection) for m in members), sum(m.projection.shape[1] for m in members)))
    row = column = 0
    for member in members:
        height, width = member.projection.shape
        projection[row : row + height, column : column + width] = member.projection
        row, column = row + height, column + width
    return replace(
        first,
        hidden=np.concatenate([member.hidden for member in members], axis=1),
        hidden_bias=np.concatenate([member.hidden_bias for member in members]),
        projection=projection.astype(np.float32),
        gates=np.concatenate([member.gates for member in members], axis=2) / len(members),
    )


def calibrated(model: PairModel, wardrobe: Wardrobe, outfits: Sequence[Sequence[int]], describer: str) -> PairModel:
    """The model with temperature and bias such that an outfit's mean pair logit reads as 0..1, 0.5 being chance.

    Fitted by logistic regression of worn outfits against outfits of the same kinds from different photos: an
    outfit is what people judge, and its pairs speak together. On outfits it was trained on it would be too
    sure; pass others.
    """
    random = np.random.default_rng(1)
    z = model.project_inputs(wardrobe.inputs[:, -1])
    rows_of: dict[Any, list[int]] = defaultdict(list)
    for outfit in outfits:
        for row in outfit:
            rows_of[wardrobe.tag[row]].append(row)
    yes, no = [], []
    for outfit in outfits:
        yes.append(_mean_logit(model, z, wardrobe.slot, outfit))
        for _ in range(4):
            made = [int(random.choice(rows_of[wardrobe.tag[row]])) for row in outfit]
            if len(set(wardrobe.photo[made])) == len(made):
                no.append(_mean_logit(model, z, wardrobe.slot, made))
    values = np.array(yes + no)
    truth = np.array([1.0] * len(yes) + [0.0] * len(no))
    weight = np.where(truth > 0, 0.5 / len(yes), 0.5 / len(no))
    slope, bias = 1.0, 0.0
    for _ in range(50):  # Newton's method on two numbers
        chance = 1 / (1 + np.exp(-(slope * values + bias)))
        error = weight * (chance - truth)
        curve = weight * chance * (1 - chance)
        gradient = np.array([(error * values).sum(), error.sum()])
        hessian = np.array(
            [[(curve * values**2).sum() + 1e-9, (curve * values).sum()], [(curve * values).sum(), curve.sum() + 1e-9]]
        )
        step = np.linalg.solve(hessian, gradient)
        slope, bias = slope - step[0], bias - step[1]
        if np.abs(step).max() < 1e-8:
            break
    return replace(model, temperature=float(slope), bias=float(bias / slope), describer=describer)


def _mean_logit(model: PairModel, z: np.ndarray, slot: np.ndarray, outfit: Sequence[int]) -> float:
    """Mean over the pairs of an outfit, uncalibrated."""
    rows = np.asarray(outfit)
    table = np.einsum("id,ijd,jd->ij", z[rows], model.gates[slot[rows][:, None], slot[rows][None, :]], z[rows])
    return float((table.sum() - np.trace(table)) / (len(rows) * (len(rows) - 1)))


def fit_model(wardrobe: Wardrobe, outfits: Sequence[Sequence[int]], recipe: Recipe) -> PairModel:
    """An ensemble trained on some outfits, not yet calibrated."""
    return average([fit_network(wardrobe, outfits, recipe, recipe.seed + at) for at in range(recipe.members)])


def fold_of(photo: np.ndarray) -> np.ndarray:
    """(n,) fold of each photo; the describer's own validation photos (numbers ending in 3) make up fold 0 with 8."""
    return (np.asarray(photo) % 10) % FOLDS  # 3 and 8 share a fold, and so on


def train_all(cache: PieceCache, recipe: Recipe, figures: dict[str, Any] | None = None) -> PairModel:
    """Train on every photo; the calibration comes from one held-out fold's model."""
    wardrobe = Wardrobe.of(cache)
    folds = fold_of(wardrobe.photo)
    held = wardrobe.outfits((folds == 3) & wardrobe.drawn)
    probe = calibrated(fit_model(wardrobe, wardrobe.outfits(folds != 3), recipe), wardrobe, held, cache.describer)
    model = fit_model(wardrobe, wardrobe.outfits(np.ones(len(folds), dtype=bool)), recipe)
    final = replace(model, temperature=probe.temperature, bias=probe.bias, describer=cache.describer)
    save_model(final, model_card(cache, recipe, figures or {}))
    return final


def model_card(cache: PieceCache, recipe: Recipe, figures: dict[str, Any]) -> dict[str, Any]:
    """What the weights are, made of and worth."""
    return {
        "key": f"pairwise-{cache.describer}",
        "task": "how often two garments would be worn together, from what the describer says of each",
        "file": "pairwise.npz",
        "describer": cache.describer,
        "licence": "MIT, of these weights; see training_data for what they were trained on",
        "training_data": "bearpaw/clothing-co-parsing: 900 street photos with masks, 989 with tags and "
        "the parser's own masks (Apache-2.0 file), pieces relit one by one; nothing of the photos is stored",
        "photos": len(np.unique(cache.photo)),
        "pieces": int((~np.isin(cache.tag, CONTROLS)).sum()),
        "recipe": {name: getattr(recipe, name) for name in recipe.__dataclass_fields__},
        "metrics": figures,
        "input": f"embedding ({EMBEDDING_DIM}) and facts of recommender.stylist.score.learned",
        "limits": "one community's street style of the 2010s, mostly women; kinds rarely worn there are little "
        "known. The describer saw most of these photos (those it never saw are listed apart); the hand-written "
        "colour curves were shaped after all of them, so that 'colour only' is, if anything, flattered.",
    }


def main() -> None:
    """Command line: describe, measure, train, card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("describe", "measure", "train", "card"))
    parser.add_argument("--cache", type=Path, required=True, help="folder of packs and of pieces.npz")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of street_labels.txt")
    parser.add_argument("--pieces", type=Path, help="where pieces.npz is, if not in --cache")
    parser.add_argument("--threads", type=int, default=1, help="the model is small: more threads wait for each other")
    parser.add_argument("--members", type=int, default=Recipe.members)
    parser.add_argument("--views", type=int, default=4)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    where = asked.pieces or asked.cache / "pieces.npz"
    recipe = Recipe(members=asked.members)
    began = time.monotonic()
    if asked.what == "describe":
        from recommender.vision.describe import OnnxDescriber
        from recommender.vision.models import Models
        from training.vision.packs import Pack

        tags = (asked.data / "street_labels.txt").read_text().splitlines()
        with np.load(asked.cache / "street_labels.npz") as archive:
            parts = {int(name): archive[name] for name in archive.files}
        describer = OnnxDescriber(Models(threads=asked.threads))
        cache = build_cache(
            Pack.open(asked.cache, "street_photos"),
            tags,
            describer,
            parts,
            views=asked.views,
            say=lambda text: print(f"{text}, {time.monotonic() - began:.0f} s", flush=True),
        )
        save_cache(cache, where)
        print(f"{len(cache.pieces)} regions in {time.monotonic() - began:.0f} s by {cache.describer}")
        return
    from training.stylist.outfit_figures import measure_all

    cache = load_cache(where)
    card_figures = where.with_name("figures.json")
    if asked.what == "measure":
        figures = measure_all(cache, recipe)
        card_figures.write_text(json.dumps(figures, indent=2))
        print(json.dumps(figures, indent=2))
    else:
        known = json.loads(card_figures.read_text()) if card_figures.exists() else {}
        if asked.what == "train":
            train_all(cache, recipe, known)
        else:
            save_model(read_model(), model_card(cache, recipe, known))
    print(f"{asked.what}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
