"""Brands like me: a brand is a few medoids, a style histogram, a price band and whom it is for.

A brand is scored by named parts; the garments that caused it are shown with their shares. Profiles
grow product by product and say when they should be rebuilt. Emerging brands get a fair share of
being shown: `exposure.py` states the rule and measures it.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..pieces import STYLE_SLUGS, Piece
from ..rules.styles import mean_style, style_of
from ..score.features import embeddings_of
from ..score.parts import Part

MEDOIDS = 5
REBUILD_AFTER = 0.25  # share of products added since the medoids were chosen
BRAND_WEIGHTS: Mapping[str, float] = {"likeness": 0.45, "style": 0.25, "price": 0.1, "wearer": 0.1, "liked": 0.1}
# Cosines of good embeddings live in a narrow band; this stretches it to 0..1 for people.
_COSINE_FLOOR, _COSINE_CEILING = 0.0, 0.9
_SHARPNESS = 10.0  # measured: 5 and 20 find brands again a little less often


@dataclass(frozen=True)
class BrandProfile:
    """What a brand is like.

    medoids: (k, d) float32 unit rows: a few real products, or better the mean direction of the products
    around each, which finds a brand again more often. medoid_shares: (k,) share of products around each.
    style: (8,) mean style shares. price_band: lower and upper quartile, None without prices. genders:
    gender slug -> share. products: how many it was made of; since_rebuild: how many of them came after
    the medoids were chosen.
    """

    brand: Hashable
    medoids: np.ndarray
    medoid_shares: np.ndarray
    style: np.ndarray
    price_band: tuple[float, float] | None = None
    genders: Mapping[str, float] | None = None
    products: int = 0
    since_rebuild: int = 0
    emerging: bool = False

    @property
    def stale(self) -> bool:
        """Whether so much was added that medoids should be chosen anew."""
        return self.since_rebuild > REBUILD_AFTER * max(self.products, 1)


def choose_medoids(vectors: np.ndarray, k: int = MEDOIDS, *, rounds: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """((m,) row indices, (m,) shares): up to k rows that stand for all, by alternating k-medoids.

    vectors: (n, d) unit rows; distance is 1 - cosine. Seeds are spread (farthest first), so the answer
    depends on the rows only. n <= k gives every row once.
    """
    count = len(vectors)
    if count == 0:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
    if count > 2000:  # the table below is n x n; an even sample of a large brand says the same
        sample = np.linspace(0, count - 1, 2000).astype(np.intp)
        rows, _ = choose_medoids(vectors[sample], k, rounds=rounds)
        rows = sample[rows]
    else:
        near = vectors @ vectors.T
        rows = np.array([int(near.sum(axis=1).argmax())], dtype=np.intp)
        while len(rows) < min(k, count):
            rows = np.append(rows, int(near[:, rows].max(axis=1).argmin()))
        for _ in range(rounds):
            owner = near[:, rows].argmax(axis=1)
            moved = rows.copy()
            for at in range(len(rows)):
                members = np.flatnonzero(owner == at)
                if len(members):
                    moved[at] = members[near[np.ix_(members, members)].sum(axis=1).argmax()]
            if (moved == rows).all():
                break
            rows = moved
    rows = np.unique(rows)
    owner = (vectors @ vectors[rows].T).argmax(axis=1)
    return rows, (np.bincount(owner, minlength=len(rows)) / count).astype(np.float32)


def build_profile(
    brand: Hashable, products: Sequence[Piece], *, emerging: bool = False, k: int = MEDOIDS
) -> BrandProfile:
    """A brand's profile from its products; those without an embedding count for style and price only."""
    vectors, known = embeddings_of(products)
    vectors = vectors[known]
    rows, shares = choose_medoids(vectors, k)
    return BrandProfile(
        brand=brand,
        medoids=_centres(vectors, rows),
        medoid_shares=shares,
        style=mean_style(products),
        price_band=price_band(products),
        genders=_genders(products),
        products=len(products),
        since_rebuild=0,
        emerging=emerging,
    )


def _centres(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(k, d) float32 unit rows: the mean of the vectors nearest to each medoid."""
    if not len(rows):
        return vectors[rows]
    owner = (vectors @ vectors[rows].T).argmax(axis=1)
    centres = np.stack([vectors[owner == at].mean(axis=0) for at in range(len(rows))])
    return (centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def nearness(vectors: np.ndarray, profile: BrandProfile) -> np.ndarray:
    """(n,) float32, as cosines: how near garments are to a brand, its medoids weighed by their shares.

    A soft maximum (log of a weighted mean of exponentials): it forgives a brand for what else it makes,
    yet a corner of its range counts less than its heart.
    """
    near = vectors @ profile.medoids.T
    weight = np.maximum(profile.medoid_shares, 1e-6)
    return (np.log(np.exp(_SHARPNESS * near) @ weight) / _SHARPNESS).astype(np.float32)


def add_products(profile: BrandProfile, added: Sequence[Piece]) -> BrandProfile:
    """The profile with some products more, without looking at the old ones again.

    Style and genders are exact; medoids stay (their shares move) until `stale`, the price band
    moves by weight. A profile without medoids takes them from what is added.
    """
    if not added:
        return profile
    fresh = build_profile(profile.brand, added, emerging=profile.emerging)
    if profile.products == 0 or not len(profile.medoids):
        return replace(fresh, products=profile.products + len(added))
    total = profile.products + len(added)
    old, new = profile.products / total, len(added) / total
    shares = profile.medoid_shares * np.float32(old)
    vectors, known = embeddings_of(added)
    if known.any():
        owner = (vectors[known] @ profile.medoids.T).argmax(axis=1)
        shares = shares + (np.bincount(owner, minlength=len(shares)) / total).astype(np.float32)
    band = profile.price_band
    if band and fresh.price_band:
        band = (
            old * band[0] + new * fresh.price_band[0],
            old * band[1] + new * fresh.price_band[1],
        )
    names = set(profile.genders or {}) | set(fresh.genders or {})
    return replace(
        profile,
        medoid_shares=(shares / shares.sum()).astype(np.float32),
        style=(old * profile.style + new * fresh.style).astype(np.float32),
        price_band=band or fresh.price_band,
        genders={
            name: old * (profile.genders or {}).get(name, 0.0) + new * (fresh.genders or {}).get(name, 0.0)
            for name in names
        },
        products=total,
        since_rebuild=profile.since_rebuild + len(added),
    )


def price_band(pieces: Sequence[Piece]) -> tuple[float, float] | None:
    """Lower and upper quartile of known prices, None without any."""
    prices = [piece.price for piece in pieces if piece.price is not None and piece.price > 0]
    if not prices:
        return None
    low, high = np.percentile(prices, [25, 75])
    return float(low), float(high)


def band_overlap(mine: tuple[float, float] | None, theirs: tuple[float, float] | None) -> float | None:
    """0..1 overlap of two price bands on a log scale (a tenth more is a tenth more); None if unknown."""
    if mine is None or theirs is None:
        return None
    a, b = np.log([max(mine[0], 1e-6), max(mine[1], 1e-6)]), np.log([max(theirs[0], 1e-6), max(theirs[1], 1e-6)])
    # A band of one price still has some width: people who pay 50 also pay 45.
    low, high = max(a[0], b[0]) - 0.1, min(a[1], b[1]) + 0.1
    if high >= low:
        return float(min((high - low) / max(min(a[1] - a[0], b[1] - b[0]) + 0.2, 1e-6), 1.0))
    return float(max(1 - (low - high) / np.log(3), 0.0) * 0.5)


def style_distance(one: np.ndarray, other: np.ndarray) -> float:
    """Jensen-Shannon distance of two style histograms, 0 (same) to 1 (nothing shared)."""
    p, q = one / max(float(one.sum()), 1e-9), other / max(float(other.sum()), 1e-9)
    middle = (p + q) / 2

    def divergence(a: np.ndarray) -> float:
        kept = a > 0
        return float((a[kept] * np.log2(a[kept] / middle[kept])).sum())

    return float(np.sqrt(max((divergence(p) + divergence(q)) / 2, 0.0)))


@dataclass(frozen=True)
class Cause:
    """A garment of mine that brought a brand up, and its share of the likeness, 0..1."""

    piece: Piece
    share: float


@dataclass(frozen=True)
class BrandMatch:
    """A brand with the parts of its score, the garments that caused it, and where it was placed."""

    brand: Hashable
    parts: tuple[Part, ...]
    causes: tuple[Cause, ...] = ()
    emerging: bool = False
    lifted: bool = False  # placed higher than its score, by the fair-exposure rule

    @property
    def score(self) -> float:
        """The sum of its parts."""
        return sum(part.contribution for part in self.parts)


def style_radar(pieces: Sequence[Piece]) -> dict[str, float]:
    """Style slug -> share over a closet or one photo's garments."""
    return {slug: float(share) for slug, share in zip(STYLE_SLUGS, mean_style(pieces), strict=True)}


def rank_brands(
    mine: Sequence[Piece],
    profiles: Sequence[BrandProfile],
    *,
    weights: Mapping[str, float] | None = None,
    band: tuple[float, float] | None = None,
    gender: str | None = None,
    liked: Collection[Hashable] = (),
    causes: int = 3,
) -> list[BrandMatch]:
    """All brands, best first, from my garments (a closet, or what one full-body photo shows).

    liked: brands I said I like; once there is one, the others stand behind. band: what I pay; the closet's own
    quartiles when not given. Parts a side knows nothing about leave with their weight. No garments, or no
    profiles, is an empty answer.
    """
    if not profiles or not mine:
        return []
    vectors, known = embeddings_of(mine)
    rows = [int(row) for row in np.flatnonzero(known)]
    vectors = vectors[known]
    near = np.zeros((len(rows), len(profiles)), dtype=np.float32)
    for column, profile in enumerate(profiles):
        if len(profile.medoids) and len(rows):
            near[:, column] = nearness(vectors, profile)
    stretched = np.clip((near - _COSINE_FLOOR) / (_COSINE_CEILING - _COSINE_FLOOR), 0, 1)
    # What a garment says for a brand beyond what it says for brands in general.
    telling = near - near.mean(axis=1, keepdims=True) if len(profiles) > 1 else near
    my_style, my_band = mean_style(mine), band or price_band(mine)
    has_style = any(style_of(piece) is not None for piece in mine)
    shares = {**BRAND_WEIGHTS, **{k: max(v, 0.0) for k, v in (weights or {}).items() if k in BRAND_WEIGHTS}}
    matches = []
    for column, profile in enumerate(profiles):
        values: dict[str, float] = {}
        if len(rows) and len(profile.medoids):
            values["likeness"] = float(stretched[:, column].mean())
        if has_style:
            values["style"] = 1 - style_distance(my_style, profile.style)
        overlap = band_overlap(my_band, profile.price_band)
        if overlap is not None:
            values["price"] = overlap
        if gender and profile.genders:
            values["wearer"] = min(profile.genders.get(gender, 0.0) + profile.genders.get("unisex", 0.0), 1.0)
        if liked:
            values["liked"] = float(profile.brand in liked)
        matches.append(
            BrandMatch(
                profile.brand,
                _parts(values, shares),
                _causes([mine[row] for row in rows], telling[:, column], causes),
                profile.emerging,
            )
        )
    matches.sort(key=lambda match: -match.score)
    return matches


def _parts(values: Mapping[str, float], shares: Mapping[str, float]) -> tuple[Part, ...]:
    mass = sum(shares[name] for name in values)
    if mass <= 0:
        return tuple(Part(name, name, value, 1 / len(values)) for name, value in values.items())
    return tuple(Part(name, name, value, shares[name] / mass) for name, value in values.items())


def _causes(pieces: Sequence[Piece], telling: np.ndarray, count: int) -> tuple[Cause, ...]:
    """The garments that speak most for a brand; shares of all that speak for it, so they sum to <= 1."""
    lift = np.maximum(telling, 0.0)
    total = float(lift.sum())
    if total <= 0:
        return ()
    order = [int(at) for at in np.argsort(-lift, kind="stable")[:count]]
    return tuple(Cause(pieces[at], float(lift[at] / total)) for at in order if lift[at] > 0)


def _genders(pieces: Sequence[Piece]) -> dict[str, float]:
    known = [piece.gender for piece in pieces if piece.gender]
    return {name: known.count(name) / len(known) for name in dict.fromkeys(known)}
