"""Does a brand's profile find the brand again: five of its products held out, beside two simpler ways.

Judged on product photos whose name begins with the brand. The profile (medoids, as the product ranks
brands) stands beside one mean vector a brand, and beside what BRAIND did: embeddings reduced by PCA to
25 dimensions, cosine to every product, the brands of the nearest.
"""

import csv
import io
import re
import tarfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from recommender.stylist.brands.profiles import build_profile, rank_brands
from recommender.stylist.measure import share_figure
from recommender.stylist.pieces import Piece
from recommender.stylist.seen import piece_seen
from recommender.vision.describe.classifier import Classifier

QUERY = 5
LEAST_PRODUCTS = 12
_WHOM = re.compile(r"\b(men|women|unisex|boys?|girls?|kids?|mens|womens)\b", re.IGNORECASE)


def brand_of(name: str) -> str | None:
    """The words before whom a product is for ("Puma Men Black Polo": Puma); None when that names no brand."""
    found = _WHOM.search(name.replace("'s", ""))
    brand = name[: found.start()].strip() if found else ""
    return brand if brand and len(brand.split()) <= 3 else None


def branded_products(data: Path, *, most: int, brands: int) -> dict[str, list[str]]:
    """Brand -> files of its products, the brands with most of them; larger photos first."""
    files: dict[str, list[tuple[int, str]]] = defaultdict(list)
    with (data / "product_photos.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            brand = brand_of(row["productDisplayName"])
            if brand and row["masterCategory"] in ("Apparel", "Footwear", "Accessories"):
                files[brand].append((-int(row["width"]), row["file"]))
    largest = sorted(files, key=lambda brand: (-len(files[brand]), brand))[:brands]
    return {
        brand: [file for _, file in sorted(files[brand])[:most]]
        for brand in largest
        if len(files[brand]) >= LEAST_PRODUCTS
    }


def describe_products(data: Path, files: dict[str, list[str]], classifier: Classifier) -> dict[str, list[Piece]]:
    """Brand -> its products as pieces, described without colours (they do not rank brands)."""
    brand_of_file = {file: brand for brand, names in files.items() for file in names}
    products: dict[str, list[Piece]] = defaultdict(list)
    batch: list[tuple[str, Image.Image]] = []

    def flush() -> None:
        for (name, _), found in zip(batch, classifier([picture for _, picture in batch]), strict=True):
            products[brand_of_file[name]].append(piece_seen(name, found.scores, [], found.embedding, owned=False))
        batch.clear()

    with tarfile.open(data / "product_photos.tar") as archive:
        for member in archive:
            name = Path(member.name).name
            stream = archive.extractfile(member) if name in brand_of_file else None
            if stream is not None:
                batch.append((name, Image.open(io.BytesIO(stream.read())).convert("RGB")))
                if len(batch) == 64:
                    flush()
    if batch:
        flush()
    return products


def measure_brands(products: dict[str, list[Piece]], *, rounds: int = 4, seed: int = 0) -> dict[str, Any]:
    """Top-1 and top-5 of the right brand from `QUERY` held-out products, by profile, mean and PCA."""
    random = np.random.default_rng(seed)
    brands = sorted(products)
    hits: dict[str, list[tuple[float, float]]] = defaultdict(list)
    asked: list[str] = []
    for _ in range(rounds):
        held: dict[str, list[Piece]] = {}
        kept: dict[str, list[Piece]] = {}
        for brand in brands:
            order = random.permutation(len(products[brand]))
            held[brand] = [products[brand][at] for at in order[:QUERY]]
            kept[brand] = [products[brand][at] for at in order[QUERY:]]
        for name, judge in _judges(kept).items():
            for brand in brands:
                ranked = judge(held[brand])
                hits[name].append((float(ranked[0] == brand), float(brand in ranked[:5])))
        asked += brands
    figures: dict[str, Any] = {"brands": len(brands), "products": sum(len(found) for found in products.values())}
    for name, found in hits.items():
        values = np.array(found)
        figures[name] = {
            "top1": share_figure(values[:, 0], asked).as_dict(),
            "top5": share_figure(values[:, 1], asked).as_dict(),
        }
    figures["chance"] = {"top1": round(1 / len(brands), 4), "top5": round(5 / len(brands), 4)}
    return figures


def _judges(kept: dict[str, list[Piece]]) -> dict[str, Callable[[Sequence[Piece]], list[str]]]:
    brands = list(kept)
    profiles = [build_profile(brand, kept[brand]) for brand in brands]
    vectors = np.concatenate([_vectors(kept[brand]) for brand in brands])
    owner = np.repeat(np.arange(len(brands)), [len(kept[brand]) for brand in brands])
    means = np.stack([_vectors(kept[brand]).mean(axis=0) for brand in brands])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    centre = vectors.mean(axis=0)
    axes = np.linalg.svd(vectors - centre, full_matrices=False)[2][:25]

    def reduced(rows: np.ndarray) -> np.ndarray:
        low = (rows - centre) @ axes.T
        return low / np.maximum(np.linalg.norm(low, axis=1, keepdims=True), 1e-9)

    low = reduced(vectors)

    def by_profile(query: Sequence[Piece]) -> list[str]:
        return [str(match.brand) for match in rank_brands(query, profiles)]

    def by_mean(query: Sequence[Piece]) -> list[str]:
        near = (_vectors(query) @ means.T).mean(axis=0)
        return [brands[at] for at in np.argsort(-near)]

    def by_pca(query: Sequence[Piece]) -> list[str]:
        near = (reduced(_vectors(query)) @ low.T).mean(axis=0)
        return list(dict.fromkeys(brands[owner[at]] for at in np.argsort(-near)))

    return {"profile": by_profile, "single mean": by_mean, "pca 25 + cosine": by_pca}


def _vectors(pieces: Sequence[Piece]) -> np.ndarray:
    return np.stack([piece.embedding for piece in pieces if piece.embedding is not None])
