"""The demo's pictures, made on every core. Knows no database."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from PIL import Image

from catalog.demo.scene import Placed, flat_lay
from catalog.flatlay import GarmentSpec, illustrate
from imaging.webp import webp

SIDE = 512
# No larger than the cutouts have detail for: they would only be blown up.
PRODUCT = (480, 600)
LOOK = (600, 750)


class ProductPicture(NamedTuple):
    """Two WebP files: the product on its ground, and its cutout."""

    photo: bytes
    cutout: bytes


class LookOrder(NamedTuple):
    """What a look's picture needs: the cutouts are those of the products."""

    specs: tuple[GarmentSpec, ...]
    cutouts: tuple[bytes, ...]
    ground: str
    seed: int


class LookPicture(NamedTuple):
    photo: bytes
    placed: list[Placed]


def product_pictures(orders: list[tuple[GarmentSpec, str]], *, workers: int | None = None) -> Iterator[ProductPicture]:
    """Make the pictures of (spec, ground) orders; yields them in their order.

    They are made silhouette by silhouette, so that each is decoded once.
    """
    with _pool(workers) as pool:
        numbers = sorted(range(len(orders)), key=lambda number: orders[number][0].silhouette)
        made = {number: pool.submit(_product_picture, orders[number]) for number in numbers}
        for number in range(len(orders)):
            yield made.pop(number).result()


def look_pictures(orders: list[LookOrder], *, workers: int | None = None) -> Iterator[LookPicture]:
    with _pool(workers) as pool:
        yield from pool.map(_look_picture, orders)


def _pool(workers: int | None) -> ThreadPoolExecutor:
    """Threads are enough: Pillow and NumPy work outside the interpreter's lock."""
    return ThreadPoolExecutor(workers or min(os.cpu_count() or 1, 8))


def _product_picture(order: tuple[GarmentSpec, str]) -> ProductPicture:
    spec, ground = order
    cutout = illustrate(spec, size=SIDE)
    cutout = cutout.crop(cutout.getchannel("A").getbbox())
    photo, _ = flat_lay([spec], ground, size=PRODUCT, cutouts=[cutout])
    return ProductPicture(webp(photo, quality=86, method=0), webp(cutout, quality=86, method=0))


def _look_picture(order: LookOrder) -> LookPicture:
    cutouts = [Image.open(io.BytesIO(data)).convert("RGBA") for data in order.cutouts]
    photo, placed = flat_lay(order.specs, order.ground, size=LOOK, seed=order.seed, cutouts=cutouts)
    return LookPicture(webp(photo, quality=86, method=0), placed)
