"""The photos of a split, tallies of right answers, and the rows that `evaluate_vision` prints."""

import csv
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.vision.calibration import calibration_error
from training.vision.intervals import interval
from training.vision.splits import (
    box_split,
    is_report,
    is_validation_product,
    is_validation_street,
    unit_of,
    validation_senders,
)

_ARCHIVES = {"street_boxes": "street_box_photos"}  # where it is not the table's name


@dataclass(frozen=True)
class Row:
    """One line of the table. target, floor: as shares; None where none is set. interval: 95 %, by bootstrap."""

    what: str
    value: float
    count: int
    target: float | None = None
    floor: float | None = None
    note: str = ""
    interval: tuple[float, float] | None = None

    @classmethod
    def of(
        cls,
        what: str,
        values: Sequence[float],
        units: Sequence[str],
        target: float | None = None,
        floor: float | None = None,
        note: str = "",
    ) -> "Row":
        """The mean of `values` with its interval. units: what each belongs to, drawn whole (`intervals`)."""
        value = float(np.mean(values)) if len(values) else float("nan")
        return cls(what, value, len(values), target, floor, note, interval(values, units))

    def line(self, split: str) -> str:
        """The row as text: figure, interval, n, split, target and floor, and whether it is met."""
        wanted, verdict = "", ""
        if self.target is not None and self.floor is not None:
            wanted = f"target {self.target:.2f} floor {self.floor:.2f}"
            verdict = (
                "target met" if self.value >= self.target else "floor met" if self.value >= self.floor else "BELOW"
            )
        bounds = "[{:.3f}, {:.3f}]".format(*self.interval) if self.interval else ""
        figure = f"{self.what:<58} {self.value:7.4f} {bounds:<16} n={self.count:<6} {split:<10}"
        return f"{figure} {wanted:<24} {verdict} {self.note}".rstrip()


class Photos:
    """The photos of a data folder, of one split: report, tune, validation (both) or all (see `splits`).

    looked_at counts what was handed out. sheets: a folder for contact sheets. outlines: the folder of
    `outline_teacher.write_masks`, if there is one.
    """

    def __init__(
        self,
        data: Path,
        split: str,
        limit: int | None,
        sheets: Path = Path("var/cutouts"),
        outlines: Path | None = None,
    ) -> None:
        self.data, self.split, self.limit, self.sheets, self.looked_at = data, split, limit, sheets, 0
        self.outlines = outlines

    def of(self, source: str, *, masked: bool = False) -> Iterator[tuple[dict[str, str], bytes, bytes | None]]:
        """(row, file, mask file or None) of each photo of `source`; masked: only those that have a mask."""
        with (self.data / f"{source}.csv").open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        if self.split != "all":
            rows = self._held_back(source, rows)
        if self.split in ("tune", "report"):
            rows = [row for row in rows if _half(source, row) == self.split]
        rows = [row for row in rows if not masked or row["mask"]]
        if self.limit and len(rows) > self.limit:
            rows = [rows[round(at)] for at in np.linspace(0, len(rows) - 1, self.limit)]
        with tarfile.open(self.data / f"{_ARCHIVES.get(source, source)}.tar") as archive:
            members = {Path(member.name).name: member for member in archive.getmembers()}
            for row in rows:
                self.looked_at += 1
                mask = _read(archive, members[row["mask"]]) if masked else None
                yield row, _read(archive, members[row["file"]]), mask

    @staticmethod
    def _held_back(source: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        if source == "product_photos":
            return [row for row in rows if is_validation_product(row)]
        if source == "street_photos":
            return [row for row in rows if is_validation_street(row)]
        if source == "closet_photos":
            senders = validation_senders(rows)
            return [row for row in rows if row["sender_id"] in senders]
        if source == "street_boxes":
            return [row for row in rows if box_split(row["file"]) != "train"]
        return rows


def _half(source: str, row: dict[str, str]) -> str:
    if source == "street_boxes":
        return box_split(row["file"])
    return "report" if is_report(unit_of(source, row)) else "tune"


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    if stream is None:
        raise FileNotFoundError(member.name)
    return stream.read()


class Tally:
    """Right and wrong answers of one question, with the confidence of each and the unit it belongs to."""

    def __init__(self) -> None:
        self.right: list[bool] = []
        self.sure: list[float] = []
        self.units: list[str] = []

    def add(self, right: bool, sure: float, unit: str) -> None:
        self.right.append(right)
        self.sure.append(sure)
        self.units.append(unit)

    def row(self, what: str, target: float | None = None, floor: float | None = None, note: str = "") -> Row:
        """The share of right answers with its interval, beside what is aimed at and what it must not fall below."""
        return Row.of(what, self.right, self.units, target, floor, note)

    @property
    def share(self) -> float:
        return float(np.mean(self.right)) if self.right else float("nan")

    @property
    def error(self) -> float:
        """Expected calibration error."""
        return calibration_error(np.array(self.sure), np.array(self.right, float)) if self.right else float("nan")
