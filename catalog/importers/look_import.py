"""Looks, by key. A photo comes from its column, from a file called like the key, or by style and number."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from catalog.importers import values, vocabulary
from catalog.importers.batches import Batch, Context
from catalog.importers.changes import remember, sign, write_history
from catalog.importers.kinds import Kinds
from catalog.importers.mapping import positions
from catalog.importers.photos import Picture, check_reference
from catalog.importers.problems import BadPhoto, BadRow
from catalog.importers.product_rows import digest
from catalog.importers.product_writer import keep_picture
from catalog.importers.readers import Line
from catalog.importers.vocabulary import words_of
from catalog.models import Look, LookItem, Product
from catalog.signals import looks_changed

MOST_ITEMS = 30
_NUMBERED = re.compile(r"(?P<style>[^\d]+?)[_\- ]*(?P<number>\d+)$")


@dataclass
class LookRow:
    """items: {"kind_id", "brand", "sku", "box"}."""

    line: int
    key: str
    style_word: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    items: list[dict[str, Any]] | None = None
    image: str = ""
    is_guessed: bool = False  # the image was found by its name, not told by the file
    photo: Picture | None = None

    @property
    def content_hash(self) -> str:
        """What is told of it, then which photo."""
        return digest([sorted(self.values.items()), self.items]) + digest(self.image)


class PhotosByStyle:
    """File names such as `casual_012`, given to the first look of that style whose key ends in 12."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names: dict[tuple[str, int], str] = {}
        for name in names:
            if found := _NUMBERED.fullmatch(PurePosixPath(name).stem):
                style = vocabulary.style_slug(found["style"]) or vocabulary.plain(found["style"])
                self._names[(style, int(found["number"]))] = name

    def take(self, key: str, style: str) -> str:
        """The photo's name, given away once; "" where there is none."""
        found = _NUMBERED.fullmatch(key)
        return self._names.pop((style, int(found["number"])), "") if found and style else ""


class LookImport:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.at = positions(context.columns, context.job.mapping)
        self.column = {slug: context.columns[places[0]] for slug, places in self.at.items()}
        self.kinds = Kinds(may_add=False, is_dry_run=context.is_dry_run)
        self.batch_size = 100 if context.photos.has_source or "image" in self.at else 500
        self._first_line: dict[str, int] = {}
        names = context.photos.source.names() if "image" not in self.at else []
        self._names = {PurePosixPath(name).stem.casefold(): name for name in names}
        self._by_style = PhotosByStyle(names)

    def prepare(self, lines: Callable[[], Iterator[Line]]) -> None:
        return

    def seen(self, line: Line) -> None:
        try:
            self._first_line.setdefault(self.read(line).key, line.number)
        except BadRow:
            return

    def cell(self, line: Line, slug: str) -> str:
        return line.cells[self.at[slug][0]].strip() if slug in self.at else ""

    def read(self, line: Line) -> LookRow:
        """Raises BadRow."""
        if line.broken:
            raise line.broken
        key = values.line(self.cell(line, "key"), self.column["key"], most=80)
        if not key:
            raise BadRow(_("The key is missing."), column=self.column["key"])
        row = LookRow(line.number, key)
        found = row.values
        for slug in ("title_en", "title_ko"):
            if slug in self.at:
                found[slug] = values.line(self.cell(line, slug), self.column[slug], most=200)
        if "title" in self.at:
            title = values.line(self.cell(line, "title"), self.column["title"], most=200)
            found.setdefault("title_ko" if values.is_korean(title) else "title_en", title)
        self._terms(line, found)
        if "tags" in self.at:
            cells = "|".join(line.cells[place] for place in self.at["tags"])
            words = words_of(values.line(cells, self.column["tags"], most=4000))
            found["tags"] = list(dict.fromkeys(word.lstrip("#")[:60] for word in words))[:80]
        if height := self.cell(line, "height"):
            unit = "" if height[-1].isalpha() else "cm"
            length = values.millimetres(height, self.column["height"], unit=unit, least=500, most=2500)
            found["wearer_height_mm"] = length if isinstance(length, int) else sum(length) // 2
        if weight := self.cell(line, "weight"):
            found["wearer_weight_g"] = values.grams(weight, self.column["weight"])
        if published := self.cell(line, "published"):
            found["is_published"] = values.yes(published, self.column["published"]) and self.context.options.publish
        if "items" in self.at:
            row.items = self._items(self.cell(line, "items"))
        self._image(line, row)
        return row

    def _terms(self, line: Line, found: dict[str, Any]) -> None:
        for slug, name, read, default in (
            ("style", "style", vocabulary.style_slug, ""),
            ("gender", "gender", vocabulary.gender_slug, "unisex"),
            ("shape", "wearer_shape", vocabulary.body_shape_slug, ""),
            ("seasons", "seasons", vocabulary.season_slugs, ()),
            ("occasions", "occasions", vocabulary.occasion_slugs, ()),
        ):
            if slug not in self.at:
                continue
            cell = self.cell(line, slug)
            term = read(cell[:200]) if cell else default
            if term is None:
                raise BadRow(_("“%s” is not known here.") % cell[:60], column=self.column[slug], value=cell)
            found[name] = list(term) if isinstance(term, tuple) else term
        if found.get("style"):
            found["styles"] = {found["style"]: 1.0}

    def _items(self, cell: str) -> list[dict[str, Any]]:
        """`shirt; jeans; sneakers=Nike/AF-1` or a JSON list of {"kind", "brand", "sku", "box"}."""
        column = self.column["items"]
        if not cell:
            return []
        if cell.startswith("["):
            try:
                told = json.loads(cell)
                pieces = [dict(piece) for piece in told]
            except (json.JSONDecodeError, TypeError, ValueError, RecursionError):
                raise BadRow(_("The pieces are no JSON list of objects."), column=column, value=cell) from None
        else:
            pieces = []
            for word in re.split(r"\s*[;|,]\s*", cell):
                kind, _equals, product = word.partition("=")
                brand, _slash, sku = product.partition("/")
                pieces.append({"kind": kind, "brand": brand.strip(), "sku": sku.strip()})
        if len(pieces) > MOST_ITEMS:
            raise BadRow(_("A look has at most %d pieces.") % MOST_ITEMS, column=column)
        items = []
        for piece in pieces:
            box = piece.get("box") or []
            if box and not is_box(box):
                raise BadRow(_("A box is [left, top, right, bottom], each 0 to 1."), column=column, value=str(box))
            kind = self.kinds.pk(str(piece.get("kind") or ""), "", column)
            sku = str(piece.get("sku") or "")
            items.append({"kind_id": kind, "brand": str(piece.get("brand") or ""), "sku": sku, "box": box})
        return items

    def _image(self, line: Line, row: LookRow) -> None:
        if image := self.cell(line, "image"):
            check_reference(image, self.column["image"])
            row.image = image
        elif "image" not in self.at:
            row.image = self._names.get(row.key.casefold(), "") or self._by_style.take(
                row.key, row.values.get("style", "")
            )
            row.is_guessed = True

    def batch(self, lines: Sequence[Line]) -> Batch:
        job, batch = self.context.job, Batch(len(lines))
        rows: list[LookRow] = []
        for line in lines:
            try:
                row = self.read(line)
                first = self._first_line.setdefault(row.key, line.number)
                if first != line.number:
                    raise BadRow(_("Line %d already has this key.") % first, column=self.column["key"], value=row.key)
                rows.append(row)
            except BadRow as problem:
                batch.refuse(job, line.number, problem)
        existing = {look.key: look for look in Look.objects.filter(key__in=[row.key for row in rows])}
        changed = [row for row in rows if not self._same(row, existing.get(row.key))]
        batch.unchanged = len(rows) - len(changed)
        wanted = [self.context.photos.wanted([row.image] if row.image else []) for row in changed]
        todo = []
        for row, results in zip(changed, self.context.photos.read_all(wanted), strict=True):
            if results and isinstance(results[0], BadPhoto):
                if not row.is_guessed:
                    missing = BadRow(str(results[0]), column=self.column.get("image", ""), value=row.image)
                    batch.refuse(job, row.line, missing)
                    continue
                batch.note(job, row.line, str(results[0]), row.image)
            elif results and isinstance(results[0], Picture):
                row.photo = results[0]
                batch.photos += 1
            todo.append((row, existing.get(row.key)))
        batch.created = sum(look is None for _row, look in todo)
        batch.updated = len(todo) - batch.created
        if not self.context.is_dry_run:
            batch.write = lambda: self._write(todo)
        return batch

    @staticmethod
    def _same(row: LookRow, look: Look | None) -> bool:
        """A file that came without photos takes none away."""
        if look is None or look.content_hash[:32] != row.content_hash[:32]:
            return False
        return not row.image or look.content_hash == row.content_hash

    def _write(self, todo: list[tuple[LookRow, Look | None]]) -> None:
        job = self.context.job
        changed = [look.pk for _row, look in todo if look]
        remember(job, Look, changed, children=("_items", LookItem, "look_id"))
        new: list[Look] = []
        pieces: list[tuple[Look, LookRow]] = []
        for row, look in todo:
            content_hash = row.content_hash
            if look is not None and not row.image:
                content_hash = content_hash[:32] + look.content_hash[32:]
            told = {**row.values, "content_hash": content_hash}
            if row.photo:
                told["photo"] = keep_picture(row.photo, "look")
            if look is None:
                told.setdefault("is_published", self.context.options.publish)
                look = Look(key=row.key, import_job=job, **told)
                new.append(look)
            else:
                Look.objects.filter(pk=look.pk).update(**told)
            if row.items is not None:
                pieces.append((look, row))
        Look.objects.bulk_create(new)
        self._write_items(pieces)
        sign(job, Look)
        write_history(job, Look, [look.pk for look in new], "+")
        write_history(job, Look, changed, "~")
        ids = [look.pk for look in new] + changed
        if ids:
            looks_changed.send(sender=Look, look_ids=ids)

    @staticmethod
    def _write_items(pieces: list[tuple[Look, LookRow]]) -> None:
        LookItem.objects.filter(look__in=[look for look, _row in pieces]).delete()
        skus = {item["sku"] for _look, row in pieces for item in row.items or [] if item["sku"]}
        products = {
            (product.brand.name_en.casefold(), product.sku): product.pk
            for product in Product.objects.filter(sku__in=skus).select_related("brand").only("sku", "brand__name_en")
        }
        LookItem.objects.bulk_create(
            LookItem(
                look=look, kind_id=item["kind_id"], box=item["box"], position=position,
                product_id=products.get((item["brand"].casefold(), item["sku"])),
            )
            for look, row in pieces
            for position, item in enumerate(row.items or [])
        )  # fmt: skip

    def finish(self) -> None:
        return


def is_box(box: Any) -> bool:
    """[x0, y0, x1, y1] in fractions of the photo, with some area."""
    return (
        isinstance(box, list)
        and len(box) == 4
        and all(isinstance(side, int | float) and 0 <= side <= 1 for side in box)
        and box[2] - box[0] > 0.005
        and box[3] - box[1] > 0.005
    )
