"""The demo's pictures, drawn on every core. Knows no database: it runs in processes of its own."""

from __future__ import annotations

import io
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from PIL import Image

from catalog.drawing import GarmentSpec, Placed, draw_garment, flat_lay

SIDE = 640
PRODUCT = (640, 800)
LOOK = (768, 960)


class ProductPicture(NamedTuple):
    """Two WebP files: the product on its ground, and its cutout."""

    photo: bytes
    cutout: bytes


class LookOrder(NamedTuple):
    """What a look's picture needs: the cutouts are those that were drawn for the products."""

    specs: tuple[GarmentSpec, ...]
    cutouts: tuple[bytes, ...]
    ground: str
    seed: int


class LookPicture(NamedTuple):
    photo: bytes
    placed: list[Placed]


def product_pictures(orders: list[tuple[GarmentSpec, str]], *, workers: int | None = None) -> Iterator[ProductPicture]:
    """Draw (spec, ground) orders, in their order."""
    yield from _spread(_product_picture, orders, workers)


def look_pictures(orders: list[LookOrder], *, workers: int | None = None) -> Iterator[LookPicture]:
    yield from _spread(_look_picture, orders, workers)


def _spread(draw, orders, workers):  # type: ignore[no-untyped-def]
    workers = workers or min(os.cpu_count() or 1, 8)
    if workers == 1 or len(orders) < 4:
        yield from map(draw, orders)
        return
    # Spawned, not forked: a fork would carry the caller's database connections along.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(draw, orders, chunksize=4)


def _product_picture(order: tuple[GarmentSpec, str]) -> ProductPicture:
    spec, ground = order
    drawing = draw_garment(spec, size=SIDE)
    photo, _ = flat_lay([spec], ground, size=PRODUCT, drawings=[drawing])
    return ProductPicture(_webp(photo), _webp(drawing))


def _look_picture(order: LookOrder) -> LookPicture:
    cutouts = [Image.open(io.BytesIO(data)).convert("RGBA") for data in order.cutouts]
    photo, placed = flat_lay(order.specs, order.ground, size=LOOK, seed=order.seed, drawings=cutouts)
    return LookPicture(_webp(photo), placed)


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=86, method=1)
    return out.getvalue()
