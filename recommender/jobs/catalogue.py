"""The worker's side of the catalogue: pictures of products and looks become cutouts, facts and vectors.

What an importer or staff said stays; only what nobody said is filled in. Running it again changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from catalog import seasons
from catalog.models import Look, LookItem, Product, ProductImage
from imaging import decode as images
from imaging.webp import webp
from recommender.index import keywords, palettes
from recommender.index.similarity import product_cell, season_bits
from recommender.jobs import brand_profiles
from recommender.jobs.engine import engine
from recommender.jobs.garment_writer import colour_names, colours_as_json, kind_id, overlap, rounded
from recommender.jobs.unreadable import mark_unreadable
from recommender.models import BrandProfile, LookEmbedding, LookItemEmbedding, ProductEmbedding
from recommender.vision import pipeline
from recommender.vision.describe.palette import palette
from recommender.vision.facts import GarmentFacts
from recommender.vision.product_photo import look_at_product

log = logging.getLogger(__name__)
CUTOUT_SIDE = 768  # a product tile at twice its size
SAME_PIECE = 0.3  # overlap (IoU) above which a box drawn by staff and one that was seen are the same piece


# --- Products ---------------------------------------------------------------------------------------------


def embed_products(product_ids: Sequence[int]) -> None:
    """Vectors, cutouts, missing facts and keywords of products.

    A product whose cutout is there is described from it, in batches; one that has its vector too only gets its filter
    columns copied anew. Pictures that cannot be read are noted and skipped.
    """
    vision = engine()
    key = vision.classifier.key
    products = list(
        Product.objects.filter(pk__in=product_ids).select_related("brand", "kind").prefetch_related("images")
    )
    known = set(
        ProductEmbedding.objects.filter(product__in=products, model_key=key).values_list("product_id", flat=True)
    )
    ready: list[tuple[Product, Image.Image]] = []
    for product in products:
        picture = product.picture
        if picture is None:
            continue
        if picture.cutout and product.pk in known:
            _columns_write(product, key)
            continue
        try:
            if picture.cutout:
                ready.append((product, _opened(picture.cutout)))
            else:
                _look_at(product, picture, vision)
        except (images.BadImage, OSError) as problem:
            log.warning("product %s: its picture cannot be read (%s)", product.pk, type(problem).__name__)
            mark_unreadable("product", product.pk, key)
    described = pipeline.describe_pictures([cutout for _product, cutout in ready], engine=vision)
    for (product, cutout), description in zip(ready, described, strict=True):
        colours = [] if product.colours else palette(cutout.convert("RGB"), _alpha(cutout))
        facts = _facts(colours, description.scores)
        with transaction.atomic():
            _product_write(product, facts, description.embedding, key)
    keywords.products_index(product_ids=[product.pk for product in products])
    palettes.products_index(product_ids=[product.pk for product in products])
    # A profile grows by new products; one whose products changed is made anew by the sweeper, once for many of them.
    changed = {product.brand_id for product in products if product.pk in known}
    BrandProfile.objects.filter(brand_id__in=changed, model_key=key).update(is_stale=True)
    BrandProfile.objects.bulk_create(
        [BrandProfile(brand_id=brand, model_key=key, is_stale=True) for brand in changed], ignore_conflicts=True
    )
    brand_profiles.profiles_grow(
        product_ids=[product.pk for product in products if product.pk not in known], model_key=key
    )


def _look_at(product: Product, picture: ProductImage, vision: pipeline.Engine) -> None:
    """The whole way for a picture that was never looked at: find the product on it, cut it out, describe it."""
    with picture.image.open("rb") as file:
        decoded = images.decode(file.read())
    seen = look_at_product(decoded, engine=vision, slot=product.kind.slot)
    with transaction.atomic():
        if seen.cutout is not None and not picture.cutout:
            content = webp(images.fitted(seen.cutout.image, CUTOUT_SIDE))
            picture.cutout.save("cutout.webp", ContentFile(content), save=False)
            ProductImage.objects.filter(pk=picture.pk).update(cutout=picture.cutout.name)
        _product_write(product, _facts(seen.colours, seen.scores), seen.embedding, vision.classifier.key)


def _facts(colours: Sequence[Any], scores: Any) -> dict[str, Any]:
    """Product fields as far as they were seen."""
    top = {head: next(iter(scores.get(head, {})), "") for head in ("pattern", "material", "usage")}
    return {
        "colours": colours_as_json(colours),
        "colour_names": colour_names(colours),
        "styles": rounded(scores.get("style", {})),
        "seasons": seasons.likely(scores.get("season", {})),
        **top,
    }


def _product_write(product: Product, facts: dict[str, Any], vector: Any, key: str) -> None:
    """Fills the fields nobody filled, and writes the vector. By update(): this is no edit for the history."""
    new = {
        field: value
        for field, value in facts.items()
        if value and not getattr(product, field) and field not in product.staff_fields
    }
    if new:
        for field, value in new.items():
            setattr(product, field, value)
        Product.objects.filter(pk=product.pk).update(**new)
    if Product.objects.select_for_update().filter(pk=product.pk).values("pk").first():  # not deleted meanwhile
        ProductEmbedding.objects.update_or_create(
            product=product,
            model_key=key,
            defaults={
                "vector": vector.tolist(),
                "cell": product_cell(vector=vector, model_key=key),
                **_columns(product),
            },
        )


def _columns(product: Product) -> dict[str, Any]:
    return {
        "brand_id": product.brand_id,
        "kind_id": product.kind_id,
        "slot": product.kind.slot,
        "gender": product.gender,
        "season_bits": season_bits(product.seasons),
        "is_listed": product.is_published and product.brand.is_published,
    }


def _columns_write(product: Product, key: str) -> None:
    ProductEmbedding.objects.filter(product=product, model_key=key).update(**_columns(product))


# --- Looks ------------------------------------------------------------------------------------------------


def embed_looks(look_ids: Sequence[int]) -> None:
    """Vectors of looks and of their pieces, missing boxes and colours, and keywords. Without pieces, those seen."""
    vision = engine()
    key = vision.classifier.key
    looks = list(Look.objects.filter(pk__in=look_ids).exclude(photo="").prefetch_related("items__kind"))
    for look in looks:
        try:
            with look.photo.open("rb") as file:
                decoded = images.decode(file.read())
        except (images.BadImage, OSError) as problem:
            log.warning("look %s: its photo cannot be read (%s)", look.pk, type(problem).__name__)
            mark_unreadable("look", look.pk, key)
            continue
        _look_write(look, decoded, vision)
    keywords.looks_index(look_ids=list(look_ids))
    palettes.looks_index(look_ids=list(look_ids))


def _look_write(look: Look, decoded: images.Decoded, vision: pipeline.Engine) -> None:
    key = vision.classifier.key
    facts = pipeline.analyse(decoded, engine=vision)
    places = [
        [x0 / facts.width, y0 / facts.height, x1 / facts.width, y1 / facts.height]
        for x0, y0, x1, y1 in (one.box for one in facts.garments)
    ]
    items = list(look.items.all())
    as_read = {item.pk: item.box for item in items}
    seen: dict[int, GarmentFacts] = {}  # item's place in the list -> what was seen there
    free = set(range(len(facts.garments)))
    for number, item in enumerate(items):
        found = _piece_of(item, facts.garments, places, free)
        if found is not None:
            free.discard(found)
            seen[number] = facts.garments[found]
            item.box = item.box or [round(side, 4) for side in places[found]]
    if not items:
        for number, (one, place) in enumerate(zip(facts.garments, places, strict=True)):
            if one.kind:
                box = [round(side, 4) for side in place]
                seen[len(items)] = one
                items.append(LookItem(look=look, kind_id=kind_id(one.kind), box=box, position=number))
    # Boxes of staff where nothing was seen are described as they are.
    cropped = [number for number, item in enumerate(items) if number not in seen and item.box]
    crops = [_crop(decoded.image, items[number].box) for number in cropped]
    described = pipeline.describe_pictures([decoded.image, *crops], engine=vision)
    vectors = {number: one.embedding for number, one in seen.items() if one.embedding is not None}
    vectors |= {number: one.embedding for number, one in zip(cropped, described[1:], strict=True)}
    colours = {number: colours_as_json(one.colours) for number, one in seen.items()}
    colours |= {number: colours_as_json(palette(crop)) for number, crop in zip(cropped, crops, strict=True)}
    with transaction.atomic():
        if Look.objects.select_for_update().filter(pk=look.pk).values("pk").first() is None:
            return  # deleted meanwhile
        now = dict(LookItem.objects.select_for_update().filter(look=look).values_list("pk", "box"))
        for number, item in enumerate(items):
            if item.pk is not None and now.get(item.pk) != as_read[item.pk]:
                continue  # staff drew it elsewhere or removed it meanwhile, and that has a run of its own
            item.colours = item.colours or colours.get(number, [])
            if item.pk is None:
                item.save(force_insert=True)
            else:
                LookItem.objects.filter(pk=item.pk).update(box=item.box, colours=item.colours)
            if number in vectors:
                LookItemEmbedding.objects.update_or_create(
                    item=item, model_key=key, defaults={"vector": vectors[number].tolist()}
                )
        LookEmbedding.objects.update_or_create(
            look=look, model_key=key, defaults={"vector": described[0].embedding.tolist()}
        )
        new: dict[str, Any] = {}
        if not look.styles and facts.style:
            new["styles"] = rounded(facts.style)
        if not look.style and facts.style:
            new["style"] = next(iter(facts.style))
        if not look.colours and facts.garments:
            largest = max(facts.garments, key=_area)
            new["colours"] = colours_as_json(largest.colours)
        if new:
            Look.objects.filter(pk=look.pk).update(**new)


def _piece_of(
    item: LookItem, garments: Sequence[GarmentFacts], places: Sequence[list[float]], free: set[int]
) -> int | None:
    """Which seen garment a piece is: by its box, or by its slot while it has none."""
    if item.box:
        best = max(free, key=lambda number: overlap(item.box, places[number]), default=None)
        return best if best is not None and overlap(item.box, places[best]) >= SAME_PIECE else None
    fitting = [number for number in free if garments[number].slot == item.kind.slot]
    return max(fitting, key=lambda number: _area(garments[number]), default=None)


# --- Pictures ---------------------------------------------------------------------------------------------


def _area(one: GarmentFacts) -> float:
    x0, y0, x1, y1 = one.box
    return float((x1 - x0) * (y1 - y0))


def _opened(file: Any) -> Image.Image:
    """A stored cutout as RGBA."""
    with file.open("rb") as stream, Image.open(stream) as picture:
        return picture.convert("RGBA")


def _alpha(picture: Image.Image) -> Any:
    return np.asarray(picture.getchannel("A"))


def _crop(image: Image.Image, box: Sequence[float]) -> Image.Image:
    """The part of the picture under a box of 0..1, at least 16 pixels a side."""
    width, height = image.size
    left, top = min(box[0] * width, width - 16), min(box[1] * height, height - 16)
    return image.crop(
        (round(left), round(top), round(max(box[2] * width, left + 16)), round(max(box[3] * height, top + 16)))
    )
