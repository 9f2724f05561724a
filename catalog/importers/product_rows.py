"""A line of a product file to checked values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from catalog import taxonomy
from catalog.importers import values, vocabulary
from catalog.importers.brand_names import BrandNames
from catalog.importers.kinds import Kinds
from catalog.importers.mapping import positions
from catalog.importers.options import Options
from catalog.importers.photos import check_reference
from catalog.importers.problems import BadRow
from catalog.importers.readers import Line
from catalog.importers.vocabulary import words_of
from imaging.colour import hex_of_lab

MOST_IMAGES = 8
# A change of these needs new embeddings or keywords; a change of the others does not.
LOOKS = (
    "name_en", "name_ko", "kind_id", "gender", "seasons", "colour_names", "pattern", "material", "styles", "usage",
    "tags", "description_en", "description_ko", "is_published",
)  # fmt: skip
_COLOURS = {colour.slug: colour.lab for colour in taxonomy.COLOURS}


@dataclass
class ProductRow:
    """values: by column of the product table, only what the file tells. images: file names or addresses, best first;
    None where the file has no column for them."""

    line: int
    brand: str
    sku: str
    values: dict[str, Any] = field(default_factory=dict)
    images: list[str] | None = None
    chart: str = ""
    look_hash: str = ""
    rest_hash: str = ""
    photos: list[Any] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        return self.brand.casefold(), self.sku


def digest(value: Any) -> str:
    return hashlib.blake2b(json.dumps(value, default=str, ensure_ascii=False).encode(), digest_size=16).hexdigest()


def palette(slugs: tuple[str, ...]) -> list[dict[str, Any]]:
    """What a product's colours are until its photo is measured: the named ones in equal shares."""
    named = [(slug, lab) for slug in slugs if (lab := _COLOURS[slug])]
    return [
        {"lab": [float(part) for part in lab], "hex": hex_of_lab(lab), "name": slug, "share": round(1 / len(named), 3)}
        for slug, lab in named
    ]


class ProductRows:
    """columns, mapping: of the file. Called with a line it gives a ProductRow or raises BadRow."""

    def __init__(
        self, columns: list[str], mapping: dict[str, str], options: Options, kinds: Kinds, brands: BrandNames | None
    ) -> None:
        self.options, self.kinds, self.brands = options, kinds, brands
        self.at = positions(columns, mapping)
        self.column = {slug: columns[places[0]] for slug, places in self.at.items()}
        self.tells_looks = any(
            slug in self.at
            for slug in ("name", "name_en", "name_ko", "kind", "gender", "seasons", "colours", "pattern", "material",
                         "styles", "usage", "tags", "description", "image", "more_images", "published")
        )  # fmt: skip
        self.published_column = "published" in self.at

    def cell(self, cells: list[str], slug: str) -> str:
        places = self.at.get(slug)
        return cells[places[0]].strip() if places else ""

    def joined(self, cells: list[str], slug: str) -> str:
        return "|".join(cells[place] for place in self.at.get(slug, ()) if cells[place].strip())

    def name_of(self, cells: list[str]) -> str:
        return self.cell(cells, "name") or self.cell(cells, "name_en") or self.cell(cells, "name_ko")

    def __call__(self, line: Line) -> ProductRow:
        if line.broken:
            raise line.broken
        cells, column = line.cells, self.column
        sku = values.line(self.cell(cells, "sku"), column["sku"], most=80)
        if not sku:
            raise BadRow(_("The SKU is missing."), column=column["sku"])
        row = ProductRow(line.number, self._brand(cells), sku)
        found = row.values
        self._names(cells, found)
        if word := self.cell(cells, "kind"):
            word = values.line(word, column["kind"], most=200)
            found["kind_id"] = self.kinds.pk(word, self.joined(cells, "group"), column["kind"])
        self._terms(cells, found)
        self._lists(cells, found)
        if "description" in self.at:
            text = values.prose(self.cell(cells, "description"), column["description"], most=20_000)
            found["description_ko" if values.is_korean(text) else "description_en"] = text
        self._sale(cells, found)
        if "size_chart" in self.at:
            row.chart = values.line(self.cell(cells, "size_chart"), column["size_chart"], most=120)
        row.images = self._images(cells)
        if "name_en" in found and not found["name_en"] and not found.get("name_ko"):
            self._make_name(cells, found)
        looks = [found.get(name) for name in LOOKS] + [row.brand, row.images]
        row.look_hash = digest(looks)
        row.rest_hash = digest([sorted((k, v) for k, v in found.items() if k not in LOOKS), row.chart])
        return row

    def _brand(self, cells: list[str]) -> str:
        if "brand" in self.at:
            brand = values.line(self.cell(cells, "brand"), self.column["brand"], most=200) or self.options.brand
            if not brand:
                raise BadRow(_("The brand is missing."), column=self.column["brand"])
            return brand
        if self.options.brand:
            return self.options.brand
        brand = self.brands.brand_of(self.name_of(cells)) if self.brands else ""
        return values.line(brand, "", most=200) or self.options.fallback_brand

    def _names(self, cells: list[str], found: dict[str, Any]) -> None:
        for slug in ("name_en", "name_ko"):
            if slug in self.at:
                found[slug] = values.line(self.cell(cells, slug), self.column[slug], most=200)
        if "name" in self.at:
            name = values.line(self.cell(cells, "name"), self.column["name"], most=200)
            found.setdefault("name_en", "")
            if values.is_korean(name):
                found.setdefault("name_ko", name)
            else:
                found["name_en"] = found["name_en"] or name
        elif "name_ko" in found:
            found.setdefault("name_en", "")

    def _make_name(self, cells: list[str], found: dict[str, Any]) -> None:
        """A feed without a name still says `Blue` and `Tshirts`; both together are what people would call it."""
        parts = [self.cell(cells, "colours"), self.cell(cells, "kind")]
        name = " ".join(part for part in parts if part)
        if not name:
            raise BadRow(_("The name is missing."), column=self.column.get("name", ""))
        found["name_ko" if values.is_korean(name) else "name_en"] = name[:200]

    def _terms(self, cells: list[str], found: dict[str, Any]) -> None:
        # Seasons, usage and pattern of strangers' vocabularies: what is not known is left open, a gender is not.
        for slug, column, read in (
            ("pattern", "pattern", vocabulary.pattern_slug),
            ("material", "material", vocabulary.material_slug),
            ("usage", "usage", vocabulary.usage_slug),
        ):
            if slug in self.at:
                found[column] = read(values.line(self.cell(cells, slug), self.column[slug], most=300)) or ""
        if "gender" in self.at:
            found["gender"] = self._known("gender", cells, vocabulary.gender_slug, "unisex")
        if "seasons" in self.at:
            found["seasons"] = list(self._known("seasons", cells, vocabulary.season_slugs, ()))
        if "styles" in self.at:
            slugs = [vocabulary.style_slug(word) for word in words_of(self.cell(cells, "styles"))]
            found["styles"] = dict.fromkeys((slug for slug in slugs if slug), 1.0)
        if "colours" in self.at:
            colours = vocabulary.colour_slugs(
                values.line(self.cell(cells, "colours"), self.column["colours"], most=300)
            )
            found["colour_names"] = list(colours)
            found["colours"] = palette(colours)

    def _known(self, slug: str, cells: list[str], read: Callable[[str], Any], default: Any) -> Any:
        cell = self.cell(cells, slug)
        if not cell:
            return default
        found = read(cell[:200])
        if found is None:
            raise BadRow(_("“%s” is not known here.") % cell[:60], column=self.column[slug], value=cell)
        return found

    def _lists(self, cells: list[str], found: dict[str, Any]) -> None:
        if "tags" in self.at:
            words = words_of(values.line(self.joined(cells, "tags"), self.column["tags"], most=4000))
            found["tags"] = list(dict.fromkeys(word.lstrip("#")[:60] for word in words))[:60]
        if "sizes" in self.at:
            words = words_of(values.line(self.cell(cells, "sizes"), self.column["sizes"], most=2000))
            found["sizes_in_stock"] = list(dict.fromkeys(word[:30] for word in words))[:60]

    def _sale(self, cells: list[str], found: dict[str, Any]) -> None:
        currency = self.cell(cells, "currency").upper() or self.options.currency
        if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
            raise BadRow(_("“%s” is no currency code such as KRW.") % currency[:20], column=self.column["currency"],
                         value=currency)  # fmt: skip
        if "price" in self.at:
            cell, price = self.cell(cells, "price"), None
            if cell:
                price, currency = values.money(cell, self.column["price"], currency=currency)
            found["price"], found["currency"] = price, currency
        if "url" in self.at:
            cell = self.cell(cells, "url")
            found["url"] = values.address(cell, self.column["url"]) if cell else ""
        for slug, name, default in (("in_stock", "is_in_stock", True), ("published", "is_published", None)):
            if slug in self.at:
                cell = self.cell(cells, slug)
                answer = values.yes(cell, self.column[slug]) if cell else default
                if slug == "published":  # whoever may not publish can still take down
                    answer = self.options.publish if answer is None else answer and self.options.publish
                found[name] = answer

    def _images(self, cells: list[str]) -> list[str] | None:
        if "image" not in self.at and "more_images" not in self.at:
            return None
        cell = self.cell(cells, "image")
        # An address may hold commas and slashes; only bars and spaces part several of them.
        found = [part for part in cell.replace("|", " ").split() if part] if "://" in cell else [cell] if cell else []
        for place in self.at.get("more_images", ()):
            more = cells[place].strip()
            found += more.replace("|", " ").replace(",http", " http").split() if "://" in more else [
                part.strip() for part in more.replace(",", "|").split("|") if part.strip()
            ]  # fmt: skip
        found = list(dict.fromkeys(found))[:MOST_IMAGES]
        name = self.column.get("image") or self.column["more_images"]
        for reference in found:
            check_reference(reference, name)
        return found


def check_new(row: ProductRow, column: dict[str, str]) -> None:
    """What a product that is not there yet cannot do without. Raises BadRow."""
    if not row.values.get("name_en") and not row.values.get("name_ko"):
        raise BadRow(_("The name is missing."), column=column.get("name", ""))
    if not row.values.get("kind_id"):
        raise BadRow(_("The kind is missing."), column=column.get("kind", ""))
