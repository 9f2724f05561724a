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
from sklearn.linear_model import LogisticRegression
from torch import nn

from recommender.stylist.measure import Worn
from recommender.stylist.rules.layers import WORN_SLOTS
from recommender.stylist.score.compatibility import INPUTS, Compatibility, Encoded
from recommender.stylist.score.features import COLOUR_DIM, EMBEDDING_DIM

SLOTS = len(WORN_SLOTS)
SOFTNESS = 2.0  # of 1 to 3, by the tuning split
GATE_C = 0.1  # of 0.01 to 1, by the tuning split


@dataclass(frozen=True)
class Recipe:
    """How it is taught. drop_*: share of inputs hidden; negatives: products of a family a batch chooses among."""

    hidden: int = 384
    dim: int = 64
    query: int = 96
    epochs: int = 9
    rate: float = 2e-3
    decay: float = 0.05
    drop_embedding: float = 0.1
    drop_facts: float = 0.05
    drop_hidden: float = 0.2
    blind: float = 0.05  # pieces shown without embedding, and as many without facts
    noise: float = 0.1
    colour_noise: float = 0.1
    negatives: int = 24
    batch: int = 64
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
        self.output = nn.Linear(recipe.hidden, 2 * d)
        self.gates = nn.Parameter(torch.full((SLOTS, SLOTS, d), 1.0 / d**0.5))
        self.query = nn.Linear(d, recipe.query, bias=False)
        self.query_slot = nn.Parameter(torch.zeros(SLOTS, recipe.query))
        self.reply = nn.Linear(recipe.query, d, bias=False)
        nn.init.normal_(self.reply.weight, std=0.02)

    def symmetric(self) -> torch.Tensor:
        """Gates that do not care which piece comes first."""
        return (self.gates + self.gates.transpose(0, 1)) / 2

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """x: (n, INPUTS). Returns item (n, d) and context (n, d)."""
        if self.training:
            x = self._disguised(x)
        lit = nn.functional.dropout(torch.relu(self.hidden(x)), self.recipe.drop_hidden, self.training)
        item, context = self.output(lit).split(self.recipe.dim, dim=1)
        return item, context

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

    def encode(some: np.ndarray) -> tuple[tuple[torch.Tensor, torch.Tensor], np.ndarray]:
        view = random.integers(0, views, len(some))
        return network.encode(torch.from_numpy(wardrobe.inputs[some, view])), wardrobe.slot[some, view]

    (item, context), slot = encode(rows)
    # The right answer is seen anew: as company and as answer it is not the same picture.
    (answer, _), _ = encode(rows)
    (wrong, _), _ = encode(others.ravel())
    wanted = network.wanted(item, context, torch.from_numpy(slot), torch.from_numpy(owner))
    right = (wanted * answer).sum(1, keepdim=True)
    wrong = wrong.view(len(groups), recipe.negatives, -1)
    at = torch.from_numpy(group_at)
    against = torch.einsum("id,ind->in", wanted, wrong[at])
    clash = wardrobe.owner[others][group_at] == wardrobe.owner[rows][:, None]
    logits = torch.cat([right, against.masked_fill(torch.from_numpy(clash), -1e9)], dim=1)
    return nn.functional.cross_entropy(logits, torch.zeros(len(rows), dtype=torch.long))


def teach(wardrobe: Wardrobe, recipe: Recipe, *, after: Callable[[int, Network, float], None] | None = None) -> Network:
    """One member. after: called with the epoch, the network and the mean loss."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    network = Network(recipe)
    optimiser = torch.optim.AdamW(network.parameters(), recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * -(-len(wardrobe.outfits) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps, pct_start=0.15)
    worn = np.unique(np.concatenate([np.asarray(outfit) for outfit in wardrobe.outfits]))
    pools = {int(group): worn[wardrobe.group[worn] == group] for group in np.unique(wardrobe.group[worn])}
    for epoch in range(recipe.epochs):
        network.train()
        order = random.permutation(len(wardrobe.outfits))
        total = 0.0
        for start in range(0, len(order), recipe.batch):
            chosen = [wardrobe.outfits[at] for at in order[start : start + recipe.batch]]
            loss = loss_of(network, wardrobe, chosen, pools, random)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        if after:
            after(epoch, network, total * recipe.batch / len(order))
    return network.eval()


@dataclass(frozen=True)
class Gate:
    """Logistic regression of the kind of photo a piece was seen on. weights: (INPUTS,) float32, positive for the
    street's.
    """

    weights: np.ndarray
    bias: float


def learn_gate(studio: np.ndarray, street: np.ndarray) -> Gate:
    """studio, street: (n, INPUTS) of training pieces. Both kinds weigh alike; facts about kinds are left out, as what
    the street wears more of says nothing about the photo.
    """
    read = np.zeros(INPUTS, dtype=bool)
    read[:EMBEDDING_DIM] = True
    found = LogisticRegression(C=GATE_C, class_weight="balanced", max_iter=1000)
    found.fit(np.concatenate([studio, street])[:, read], np.repeat([0, 1], [len(studio), len(street)]))
    weights = np.zeros(INPUTS, dtype=np.float32)
    weights[read] = found.coef_[0]
    return Gate(weights, float(found.intercept_[0]))


def exported(
    networks: Sequence[Network], classifier: str, street: Sequence[bool] = (), gate: Gate | None = None
) -> Compatibility:
    """Members as the product reads them, not yet calibrated. street: which were taught on street outfits; with a gate
    each member answers for its own photos, without one all alike.
    """
    members = len(networks)
    of_street = np.array(street or [False] * members)
    expert, expert_bias = np.zeros((members, INPUTS), dtype=np.float32), np.full(members, 30.0, dtype=np.float32)
    share = np.ones(members)
    if gate is not None:
        sign = np.where(of_street, 1.0, -1.0).astype(np.float32)
        expert, expert_bias = sign[:, None] * gate.weights, sign * np.float32(gate.bias)
        share = members / np.where(of_street, of_street.sum(), (~of_street).sum())

    def stacked(pick: Callable[[Network], torch.Tensor]) -> np.ndarray:
        return np.stack([pick(network).detach().numpy().astype(np.float32) for network in networks])

    scale = share.astype(np.float32)
    return Compatibility(
        hidden=stacked(lambda one: one.hidden.weight.T),
        hidden_bias=stacked(lambda one: one.hidden.bias),
        output=stacked(lambda one: one.output.weight.T),
        output_bias=stacked(lambda one: one.output.bias),
        gates=stacked(lambda one: one.symmetric()) * scale[:, None, None, None],
        query=stacked(lambda one: one.query.weight.T),
        query_slot=stacked(lambda one: one.query_slot),
        reply=stacked(lambda one: one.reply.weight.T) * scale[:, None, None],
        expert=expert,
        expert_bias=expert_bias,
        classifier=classifier,
    )


def padded(outfits: Sequence[Sequence[int]]) -> np.ndarray:
    """(m, k) int rows, -1 where an outfit is shorter."""
    table = np.full((len(outfits), max(map(len, outfits), default=1)), -1, dtype=np.intp)
    for at, outfit in enumerate(outfits):
        table[at, : len(outfit)] = outfit
    return table


def calibrated(model: Compatibility, seen: Encoded, questions: Sequence[Worn]) -> Compatibility:
    """Slope and bias by logistic regression of composed outfits against made-up ones, 0.5 between them.

    Both are divided by `SOFTNESS`: as a probability the best candidates all stand near 1, where the smallest of the
    other parts decides among them. On outfits it was taught with it would be too sure: pass others.
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
    return model.with_calibration(float(slope) / SOFTNESS, float(bias) / SOFTNESS)
