"""Teach the compatibility model: which of many products of a family did the stylist put with these?

Every piece of an outfit is asked for in turn, among products of its family drawn at random; cross-entropy gives the
hardest of them nearly all of the gradient, so that no mining is needed. A piece is shown with its kind as the
classifier saw it or as the house names it, its colours a little off, parts of its embedding hidden: what is to work on
garments that nobody saw may not know the products by heart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from recommender.stylist.measure import Worn
from recommender.stylist.rules.layers import WORN_SLOTS
from recommender.stylist.score.compatibility import INPUTS, Compatibility, Encoded
from recommender.stylist.score.features import COLOUR_DIM, EMBEDDING_DIM

SLOTS = len(WORN_SLOTS)


@dataclass(frozen=True)
class Recipe:
    """How it is taught. drop_*: share of inputs hidden; negatives: products of a family a batch chooses among."""

    hidden: int = 384
    dim: int = 96
    query: int = 128
    epochs: int = 20
    rate: float = 2e-3
    decay: float = 0.05
    drop_embedding: float = 0.3
    drop_facts: float = 0.1
    drop_hidden: float = 0.3
    drop_item: float = 0.1
    blind: float = 0.05  # pieces shown without embedding, and as many without facts
    noise: float = 0.2
    colour_noise: float = 0.1
    negatives: int = 48
    batch: int = 64
    street: float = 0.0  # weight of street outfits in a batch
    alone: bool = True
    seed: int = 0


@dataclass(frozen=True)
class Wardrobe:
    """What a model is taught from. inputs: (n, views, INPUTS) float32, a view drawn each time; slot: (n, views) int;
    group: (n,) int, rows of one group may stand in for each other; owner: (n,) int, rows of one owner may not.
    """

    inputs: np.ndarray
    slot: np.ndarray
    group: np.ndarray
    owner: np.ndarray
    outfits: Sequence[Sequence[int]]


class Network(nn.Module):
    """`Compatibility` with gradients; one member."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe
        d = recipe.dim
        self.hidden = nn.Linear(INPUTS, recipe.hidden)
        self.output = nn.Linear(recipe.hidden, 2 * d + 1)
        self.gates = nn.Parameter(torch.full((SLOTS, SLOTS, d), 1.0 / d**0.5))
        self.query = nn.Linear(d, recipe.query, bias=False)
        self.query_slot = nn.Parameter(torch.zeros(SLOTS, recipe.query))
        self.reply = nn.Linear(recipe.query, d, bias=False)
        nn.init.normal_(self.reply.weight, std=0.02)

    def symmetric(self) -> torch.Tensor:
        """Gates that do not care which piece comes first."""
        return (self.gates + self.gates.transpose(0, 1)) / 2

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """x: (n, INPUTS). Returns item (n, d), context (n, d), alone (n,)."""
        recipe, d = self.recipe, self.recipe.dim
        if self.training:
            x = self._disguised(x)
        lit = nn.functional.dropout(torch.relu(self.hidden(x)), recipe.drop_hidden, self.training)
        found = self.output(lit)
        item, context, alone = found[:, :d], found[:, d : 2 * d], found[:, 2 * d]
        item = nn.functional.dropout(item, recipe.drop_item, self.training)
        return item, context, alone if recipe.alone else alone * 0

    def _disguised(self, x: torch.Tensor) -> torch.Tensor:
        recipe, n = self.recipe, len(x)
        embedding, facts = x[:, :EMBEDDING_DIM], x[:, EMBEDDING_DIM:]
        embedding = embedding + torch.randn_like(embedding) * recipe.noise
        embedding = nn.functional.dropout(embedding, recipe.drop_embedding)
        jitter = torch.zeros_like(facts)
        jitter[:, :COLOUR_DIM] = torch.randn(n, COLOUR_DIM) * recipe.colour_noise
        facts = nn.functional.dropout(
            facts + jitter * (facts[:, :COLOUR_DIM].abs().sum(1, keepdim=True) > 0), recipe.drop_facts
        )
        blind = torch.rand(n, 1)
        embedding = embedding * (blind >= recipe.blind)
        facts = facts * ((blind < recipe.blind) | (blind >= 2 * recipe.blind))
        return torch.cat([embedding, facts], dim=1)

    def wanted(
        self, item: torch.Tensor, context: torch.Tensor, slot: torch.Tensor, owner: torch.Tensor
    ) -> torch.Tensor:
        """(n, d): what would fit in the place of each piece, given the others of its outfit.

        owner: (n,) number of each piece's outfit.
        """
        together = (owner[:, None] == owner[None, :]).float()
        together.fill_diagonal_(0)
        together = together / together.sum(1, keepdim=True).clamp(min=1)
        by_slot = torch.einsum("ij,js,jd->isd", together, nn.functional.one_hot(slot, SLOTS).float(), item)
        pairs = torch.einsum("isd,isd->id", by_slot, self.symmetric()[slot])
        asked = torch.relu(self.query(together @ context) + self.query_slot[slot])
        return pairs + self.reply(asked)


def loss_of(
    network: Network,
    wardrobe: Wardrobe,
    chosen: Sequence[Sequence[int]],
    pools: dict[int, np.ndarray],
    random: np.random.Generator,
) -> torch.Tensor:
    """Cross-entropy of each piece of some outfits among others of its group."""
    recipe = network.recipe
    rows = np.concatenate([np.asarray(outfit) for outfit in chosen])
    owner = np.repeat(np.arange(len(chosen)), [len(outfit) for outfit in chosen])
    groups, group_at = np.unique(wardrobe.group[rows], return_inverse=True)
    others = np.stack([random.choice(pools[int(group)], recipe.negatives) for group in groups])
    views = wardrobe.inputs.shape[1]

    def encode(some: np.ndarray) -> tuple[tuple[torch.Tensor, torch.Tensor, torch.Tensor], np.ndarray]:
        view = random.integers(0, views, len(some))
        return network.encode(torch.from_numpy(wardrobe.inputs[some, view])), wardrobe.slot[some, view]

    (item, context, _), slot = encode(rows)
    # The right answer is seen anew: as company and as answer it is not the same picture.
    (answer, _, alone), _ = encode(rows)
    (wrong, _, wrong_alone), _ = encode(others.ravel())
    wanted = network.wanted(item, context, torch.from_numpy(slot), torch.from_numpy(owner))
    right = (wanted * answer).sum(1, keepdim=True) + alone[:, None]
    wrong = wrong.view(len(groups), recipe.negatives, -1)
    at = torch.from_numpy(group_at)
    against = torch.einsum("id,ind->in", wanted, wrong[at]) + wrong_alone.view(len(groups), -1)[at]
    clash = wardrobe.owner[others][group_at] == wardrobe.owner[rows][:, None]
    logits = torch.cat([right, against.masked_fill(torch.from_numpy(clash), -1e9)], dim=1)
    return nn.functional.cross_entropy(logits, torch.zeros(len(rows), dtype=torch.long))


def teach(
    wardrobes: Sequence[Wardrobe],
    recipe: Recipe,
    *,
    after: Callable[[int, "Network", float], None] | None = None,
) -> Network:
    """One member, taught on every wardrobe in turn (the first counts one, the others `recipe.street`)."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    network = Network(recipe)
    optimiser = torch.optim.AdamW(network.parameters(), recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * -(-len(wardrobes[0].outfits) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps, pct_start=0.15)
    pools = []
    for wardrobe in wardrobes:
        worn = np.unique(np.concatenate([np.asarray(outfit) for outfit in wardrobe.outfits]))
        pools.append({int(g): worn[wardrobe.group[worn] == g] for g in np.unique(wardrobe.group[worn])})
    for epoch in range(recipe.epochs):
        network.train()
        order = random.permutation(len(wardrobes[0].outfits))
        total = 0.0
        for start in range(0, len(order), recipe.batch):
            chosen = [wardrobes[0].outfits[at] for at in order[start : start + recipe.batch]]
            loss = loss_of(network, wardrobes[0], chosen, pools[0], random)
            for wardrobe, pool in zip(wardrobes[1:], pools[1:], strict=True):
                if recipe.street:
                    some = random.integers(0, len(wardrobe.outfits), recipe.batch // 2)
                    chosen = [wardrobe.outfits[at] for at in some]
                    loss = loss + recipe.street * loss_of(network, wardrobe, chosen, pool, random)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += float(loss)
        if after:
            after(epoch, network, total * recipe.batch / len(order))
    return network.eval()


def exported(networks: Sequence[Network], describer: str) -> Compatibility:
    """Members as the product reads them, not yet calibrated."""

    def stacked(pick: Callable[[Network], torch.Tensor]) -> np.ndarray:
        return np.stack([pick(network).detach().numpy().astype(np.float32) for network in networks])

    d = networks[0].recipe.dim
    keep = np.ones(2 * d + 1, dtype=np.float32)
    keep[-1] = float(networks[0].recipe.alone)
    return Compatibility(
        hidden=stacked(lambda one: one.hidden.weight.T),
        hidden_bias=stacked(lambda one: one.hidden.bias),
        output=stacked(lambda one: one.output.weight.T) * keep,
        output_bias=stacked(lambda one: one.output.bias) * keep,
        gates=stacked(lambda one: one.symmetric()),
        query=stacked(lambda one: one.query.weight.T),
        query_slot=stacked(lambda one: one.query_slot),
        reply=stacked(lambda one: one.reply.weight.T),
        describer=describer,
    )


def padded(outfits: Sequence[Sequence[int]]) -> np.ndarray:
    """(m, k) int rows, -1 where an outfit is shorter."""
    table = np.full((len(outfits), max(map(len, outfits), default=1)), -1, dtype=np.intp)
    for at, outfit in enumerate(outfits):
        table[at, : len(outfit)] = outfit
    return table


def calibrated(model: Compatibility, seen: Encoded, questions: Sequence[Worn]) -> Compatibility:
    """Slope and bias by logistic regression of composed outfits against made-up ones, 0.5 between them.

    On outfits it was taught with it would be too sure: pass others.
    """
    plain = model.with_calibration(1.0, 0.0)
    values = plain.logits(seen, padded([one.outfit for one in questions])).astype(np.float64)
    truth = np.array([one.worn for one in questions], dtype=np.float64)
    slope, bias = 1.0, 0.0
    for _ in range(100):  # Newton's method on two numbers
        chance = 1 / (1 + np.exp(-np.clip(slope * values + bias, -30, 30)))
        error, curve = chance - truth, chance * (1 - chance)
        gradient = np.array([(error * values).sum(), error.sum()])
        hessian = np.array([[(curve * values**2).sum(), (curve * values).sum()], [(curve * values).sum(), curve.sum()]])
        step = np.linalg.solve(hessian + np.eye(2) * 1e-6, gradient)
        slope, bias = slope - step[0], bias - step[1]
        if np.abs(step).max() < 1e-8:
            break
    return model.with_calibration(float(slope), float(bias))
