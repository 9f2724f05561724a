"""The demo's pictures, made on every core. Knows no database."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from PIL import Image

from catalog.demo.scene import Placed, flat_lay
from catalog.flatlay import GarmentSpec, illustrate
from imaging.webp import webp

SIDE = 640
PRODUCT = (640, 800)
LOOK = (768, 960)

_Order = TypeVar("_Order")
_Made = TypeVar("_Made")


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
    """Make the pictures of (spec, ground) orders, in their order."""
    return _spread(_product_picture, orders, workers)


def look_pictures(orders: list[LookOrder], *, workers: int | None = None) -> Iterator[LookPicture]:
    return _spread(_look_picture, orders, workers)


def _spread(make: Callable[[_Order], _Made], orders: Iterable[_Order], workers: int | None) -> Iterator[_Made]:
    # Threads are enough: Pillow and NumPy work outside the interpreter's lock.
    with ThreadPoolExecutor(workers or min(os.cpu_count() or 1, 8)) as pool:
        yield from pool.map(make, orders)


def _product_picture(order: tuple[GarmentSpec, str]) -> ProductPicture:
    spec, ground = order
    cutout = illustrate(spec, size=SIDE)
    photo, _ = flat_lay([spec], ground, size=PRODUCT, cutouts=[cutout])
    return ProductPicture(webp(photo, quality=86, method=0), webp(cutout, quality=86, method=0))


def _look_picture(order: LookOrder) -> LookPicture:
    cutouts = [Image.open(io.BytesIO(data)).convert("RGBA") for data in order.cutouts]
    photo, placed = flat_lay(order.specs, order.ground, size=LOOK, seed=order.seed, cutouts=cutouts)
    return LookPicture(webp(photo, quality=86, method=0), placed)
