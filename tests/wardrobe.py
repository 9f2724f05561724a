"""Rows for tests of matching and styling: garments and products with colours and vectors that tests can foresee."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.core.cache import cache
from django.core.files.base import ContentFile
from pgvector import HalfVector

from catalog.models import Brand, Kind, Look, LookItem, Product, ProductImage
from closet.models import Garment, User
from recommender.index.model_key import current_model_key
from recommender.index.similarity import season_bits
from recommender.models import GarmentEmbedding, LookItemEmbedding, ProductEmbedding

LABS = {
    "black": (12.0, 0.0, 0.0), "white": (96.0, 0.0, 1.0), "navy": (17.0, 5.0, -22.0), "red": (45.0, 65.0, 42.0),
    "beige": (79.0, 4.0, 16.0), "blue": (40.0, 8.0, -45.0), "green": (46.0, -38.0, 24.0), "grey": (58.0, 0.0, 0.0),
}  # fmt: skip
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def kind(slug: str) -> Kind:
    return Kind.objects.get(slug=slug)


def palette(*names: str) -> list[dict[str, Any]]:
    return [{"lab": list(LABS[name]), "hex": "#808080", "name": name, "share": 1 / len(names)} for name in names]


def unit(values: Sequence[float] | int) -> np.ndarray:
    """A unit vector: a seeded one from a number, or the values given followed by zeros."""
    vector = np.zeros(256, np.float32)
    if isinstance(values, int):
        vector = np.random.default_rng(values).normal(size=256).astype(np.float32)
    else:
        vector[: len(values)] = values
    return vector / np.linalg.norm(vector)


def half(vector: np.ndarray) -> HalfVector:
    return HalfVector(vector.tolist())


def garment(owner: User, slug: str, *colours: str, vector: Any = None, **fields: Any) -> Garment:
    row = Garment.objects.create(
        owner=owner,
        kind=kind(slug),
        colours=palette(*(colours or ("black",))),
        colour_names=list(colours or ("black",)),
        formality=kind(slug).formality,
        warmth=kind(slug).warmth,
        **fields,
    )
    for size in ("cutout", "cutout_medium", "cutout_small"):
        getattr(row, size).save("x.png", ContentFile(PIXEL), save=False)
    row.save()
    if vector is not None:
        GarmentEmbedding.objects.create(garment=row, model_key=current_model_key(), vector=half(unit(vector)))
    return row


def brand(name: str = "Otter", **fields: Any) -> Brand:
    return Brand.objects.get_or_create(slug=name.lower(), defaults={"name_en": name, **fields})[0]


def product(slug: str, *colours: str, vector: Any = None, maker: Brand | None = None, **fields: Any) -> Product:
    maker = maker or brand()
    row = Product.objects.create(
        brand=maker,
        sku=uuid.uuid4().hex[:12],
        kind=kind(slug),
        name_en=fields.pop("name_en", f"{slug} by {maker.name_en}"),
        colours=palette(*(colours or ("black",))),
        colour_names=list(colours or ("black",)),
        **fields,
    )
    ProductImage.objects.create(product=row, image=ContentFile(PIXEL, "x.png"))
    if vector is not None:
        product_vector(row, vector)
    return row


def product_vector(row: Product, vector: Any) -> None:
    ProductEmbedding.objects.create(
        product=row,
        model_key=current_model_key(),
        vector=half(unit(vector)),
        brand_id=row.brand_id,
        kind_id=row.kind_id,
        slot=row.kind.slot,
        gender=row.gender,
        season_bits=season_bits(row.seasons),
        is_listed=row.is_published,
    )


def look(*slugs: str, title: str = "A look", vectors: Sequence[Any] = (), **fields: Any) -> Look:
    row = Look.objects.create(title_en=title, photo=ContentFile(PIXEL, "x.png"), **fields)
    for number, slug in enumerate(slugs):
        item = LookItem.objects.create(look=row, kind=kind(slug), colours=palette("black"), position=number)
        if number < len(vectors):
            LookItemEmbedding.objects.create(
                item=item, model_key=current_model_key(), vector=half(unit(vectors[number]))
            )
    return row


def photo_seen(owner: User, **facts: Any) -> str:
    """A photo of one white shirt in search by photo, as a worker leaves it for its owner; returns its token."""
    worn = {
        "number": 0, "vector": unit(1).tolist(), "kind": "shirt", "slot": "top", "box": [0, 0, 1, 1], "score": 0.9,
        "colours": palette("white"), "colour_names": ["white"], "pattern": "solid", "material": "cotton",
        "seasons": [], "gender": "unisex", "styles": {"casual": 1.0}, "picture": "data:image/webp;base64,",
    }  # fmt: skip
    answer = {"asker": f"member:{owner.pk}", "status": "done", "is_full_body": True, "garments": [worn],
              "styles": {"casual": 0.9}, "scene": "worn"}  # fmt: skip
    cache.set("query:photo:answer", answer | facts)
    return "photo"
