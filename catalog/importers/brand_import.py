"""Brands, by slug or name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog.importers import values, vocabulary
from catalog.importers.batches import Batch, Context
from catalog.importers.changes import remember, write_history
from catalog.importers.mapping import positions
from catalog.importers.photos import Picture, check_reference
from catalog.importers.problems import BadRow
from catalog.importers.product_writer import free_slug, keep_picture
from catalog.importers.readers import Line
from catalog.models import Brand
from catalog.signals import brands_changed

_BANDS = {
    "1": 1, "low": 1, "everyday": 1, "budget": 1, "저가": 1, "중저가": 1, "2": 2, "middle": 2, "mid": 2, "중가": 2,
    "3": 3, "high": 3, "premium": 3, "고가": 3, "중고가": 3, "4": 4, "luxury": 4, "designer": 4, "명품": 4,
}  # fmt: skip


class BrandImport:
    batch_size = 100

    def __init__(self, context: Context) -> None:
        self.context = context
        self.at = positions(context.columns, context.job.mapping)
        self.column = {slug: context.columns[places[0]] for slug, places in self.at.items()}
        self._first_line: dict[str, int] = {}
        self._touched: set[int] = set()

    def prepare(self, lines: Callable[[], Iterator[Line]]) -> None:
        return

    def cell(self, line: Line, slug: str) -> str:
        return line.cells[self.at[slug][0]].strip() if slug in self.at else ""

    def seen(self, line: Line) -> None:
        try:
            found, _image = self.read(line)
            self._first_line.setdefault(self.key(found), line.number)
        except BadRow:
            return

    @staticmethod
    def key(found: dict[str, Any]) -> str:
        return str(found.get("slug") or slugify(found.get("name_en") or found["name_ko"], allow_unicode=True))

    def read(self, line: Line) -> tuple[dict[str, Any], str]:
        """Values by field of Brand, and the reference of its picture. Raises BadRow."""
        if line.broken:
            raise line.broken
        found: dict[str, Any] = {}
        for slug in ("name_en", "name_ko"):
            if slug in self.at:
                found[slug] = values.line(self.cell(line, slug), self.column[slug], most=200)
        if "name" in self.at:
            name = values.line(self.cell(line, "name"), self.column["name"], most=200)
            found.setdefault("name_ko" if values.is_korean(name) else "name_en", name)
        if not found.get("name_en") and not found.get("name_ko"):
            raise BadRow(_("The name is missing."), column=self.column.get("name", ""))
        for slug in ("story_en", "story_ko"):
            if slug in self.at:
                found[slug] = values.prose(self.cell(line, slug), self.column[slug], most=20_000)
        if slug := self.cell(line, "slug"):
            found["slug"] = slugify(values.line(slug, self.column["slug"], most=80), allow_unicode=True)
        if site := self.cell(line, "site"):
            found["site"] = values.address(site, self.column["site"], most=200)
        if band := self.cell(line, "price_band").casefold():
            if band not in _BANDS:
                raise BadRow(_("A price band is 1, 2, 3 or 4."), column=self.column["price_band"], value=band)
            found["price_band"] = _BANDS[band]
        if made_for := self.cell(line, "made_for"):
            gender = vocabulary.gender_slug(made_for)
            if gender is None:
                raise BadRow(_("“%s” is not known here.") % made_for[:60], column=self.column["made_for"])
            found["made_for"] = gender
        if emerging := self.cell(line, "emerging"):
            found["is_emerging"] = values.yes(emerging, self.column["emerging"])
        if published := self.cell(line, "published"):
            found["is_published"] = values.yes(published, self.column["published"]) and self.context.options.publish
        image = self.cell(line, "image")
        if image:
            check_reference(image, self.column["image"])
        return found, image

    def batch(self, lines: Sequence[Line]) -> Batch:
        job, batch, todo = self.context.job, Batch(len(lines)), []
        by_name = {name.casefold(): brand for brand in Brand.objects.all() for name in (brand.name_ko, brand.name_en,
                   brand.slug) if name}  # fmt: skip
        for line in lines:
            try:
                found, image = self.read(line)
                key = self.key(found)
                first = self._first_line.setdefault(key, line.number)
                if first != line.number:
                    raise BadRow(_("Line %d already has this brand.") % first, value=key)
                names = (found.get("slug"), found.get("name_en"), found.get("name_ko"))
                brand = next((b for name in names if name and (b := by_name.get(name.casefold()))), None)
                if brand:
                    found.pop("slug", None)
                picture = None
                if wanted := self.context.photos.wanted([image] if image else []):
                    (result,) = self.context.photos.read_all([wanted])[0]
                    if not isinstance(result, Picture):
                        raise BadRow(str(result), column=self.column["image"], value=image)
                    picture = result
                    batch.photos += 1
                if brand and not picture and all(getattr(brand, name) == value for name, value in found.items()):
                    batch.unchanged += 1
                    continue
                todo.append((brand, found, picture))
            except BadRow as problem:
                batch.refuse(job, line.number, problem)
        batch.created = sum(brand is None for brand, _found, _picture in todo)
        batch.updated = len(todo) - batch.created
        if not self.context.is_dry_run:
            batch.write = lambda: self._write(todo)
        return batch

    def _write(self, todo: list[tuple[Brand | None, dict[str, Any], Picture | None]]) -> None:
        job = self.context.job
        made, changed = [], [brand.pk for brand, _found, _picture in todo if brand]
        remember(job, Brand, changed)
        for brand, found, picture in todo:
            if picture:
                found["picture"] = keep_picture(picture, "brand")
            if brand is None:
                found.setdefault("is_published", self.context.options.publish)
                found["slug"] = found.get("slug") or free_slug(found.get("name_en") or found["name_ko"])
                (new,) = Brand.objects.bulk_create([Brand(**found, import_job=job)])
                made.append(new.pk)
            else:
                Brand.objects.filter(pk=brand.pk).update(**found)
        write_history(job, Brand, made, "+")
        write_history(job, Brand, changed, "~")
        self._touched |= {*made, *changed}

    def finish(self) -> None:
        if self._touched:
            brands_changed.send(sender=Brand, brand_ids=sorted(self._touched))
