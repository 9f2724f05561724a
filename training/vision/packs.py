"""Photos decoded once: a folder of the form of `shared/data` becomes flat uint8 memory maps.

A pack is `NAME.bin` (all pixels one after the other) beside `NAME.json` (a row per photo: where it starts,
its height and width, and the columns of the source's CSV). Random access costs a page fault, never a decode,
so that two processor cores are left to the network. Build with `python -m training cache`.
"""

import csv
import io
import json
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SOURCES = ("product_photos", "closet_photos", "street_photos", "look_photos")


@dataclass(frozen=True)
class Pack:
    """Images of different sizes in one memory map.

    rows: one dict a photo: `file`, `offset`, `height`, `width` and the source's own columns; a photo with a
    pixel mask also has `mask_offset`.
    """

    rows: list[dict[str, Any]]
    pixels: np.memmap

    @classmethod
    def open(cls, folder: Path, name: str) -> "Pack":
        """Open `folder/name.bin` and its rows. Raises FileNotFoundError where the cache was not built."""
        rows = json.loads((folder / f"{name}.json").read_text())
        return cls(rows, np.memmap(folder / f"{name}.bin", np.uint8, "r"))

    def __len__(self) -> int:
        return len(self.rows)

    def image(self, index: int) -> np.ndarray:
        """Photo `index` as (h, w, 3) uint8 RGB, a view into the map."""
        row = self.rows[index]
        height, width, start = row["height"], row["width"], row["offset"]
        return self.pixels[start : start + height * width * 3].reshape(height, width, 3)

    def mask(self, index: int) -> np.ndarray | None:
        """The pixel mask of photo `index` as (h, w) uint8 tag numbers, or None where it has none."""
        row = self.rows[index]
        start = row.get("mask_offset")
        if start is None:
            return None
        height, width = row["height"], row["width"]
        return self.pixels[start : start + height * width].reshape(height, width)


def _tar_bytes(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield Path(member.name).name, stream.read()


def _records(source: Path) -> dict[str, dict[str, str]]:
    with source.with_suffix(".csv").open(newline="") as stream:
        return {row["file"]: row for row in csv.DictReader(stream)}


def pack_source(data: Path, name: str, into: Path) -> int:
    """Decode `data/name.tar` into `into/name.bin` and `.json`; returns the number of photos.

    Photos the CSV does not name are left out. Masks are stored after their photo's own pixels.
    """
    records = _records(data / name)
    of_mask = {row["mask"]: file for file, row in records.items() if row.get("mask")}
    rows: dict[str, dict[str, Any]] = {}
    masks: dict[str, bytes] = {}
    position = 0
    with (into / f"{name}.bin.part").open("wb") as stream:
        for file, raw in _tar_bytes(data / f"{name}.tar"):
            if file in of_mask:
                masks[of_mask[file]] = raw
            if file not in records:
                continue
            image = np.asarray(Image.open(io.BytesIO(raw)).convert("RGB"))
            columns = {key: value for key, value in records[file].items() if key not in ("width", "height")}
            rows[file] = columns | {"offset": position, "height": image.shape[0], "width": image.shape[1]}
            position += stream.write(image.tobytes())
        for file, raw in masks.items():
            mask = np.asarray(Image.open(io.BytesIO(raw)))
            row = rows[file]
            if mask.shape != (row["height"], row["width"]):
                mask = np.asarray(Image.fromarray(mask).resize((row["width"], row["height"]), Image.Resampling.NEAREST))
            row["mask_offset"] = position
            position += stream.write(mask.astype(np.uint8).tobytes())
    (into / f"{name}.bin.part").replace(into / f"{name}.bin")
    (into / f"{name}.json").write_text(json.dumps([rows[file] for file in sorted(rows)], ensure_ascii=False))
    return len(rows)


def pack_all(data: Path, into: Path, names: Iterable[str] = SOURCES) -> dict[str, int]:
    """Build every pack that is not there yet. Returns photos a source (only those just built)."""
    into.mkdir(parents=True, exist_ok=True)
    return {name: pack_source(data, name, into) for name in names if not (into / f"{name}.json").exists()}


def load_masks(path: Path) -> dict[int, np.ndarray]:
    """Alphas or label maps (h, w) uint8 by row index; none where the file is not there."""
    if not path.exists():
        return {}
    with np.load(path) as archive:
        return {int(name): archive[name] for name in archive.files}
