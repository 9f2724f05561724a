"""Which column of a file is which field of ours: what we know, what a file calls it, what we propose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.importers.problems import BadFile
from catalog.importers.vocabulary import plain
from catalog.models import ImportJob

IGNORE = ""  # a column nobody wants


@dataclass(frozen=True)
class Field:
    """slug: our name. words: what files call it, best first. needed: no new thing without it."""

    slug: str
    label: Any
    words: str
    needed: bool = False


PRODUCT_FIELDS = (
    Field(
        "sku",
        gettext_lazy("SKU"),
        "sku, id, product id, item id, mpn, code, product code, 상품코드, 상품번호, 품번, 제품코드, 코드",
        True,
    ),
    Field(
        "brand",
        gettext_lazy("brand"),
        "brand, brand name, vendor, manufacturer, maker, label, 브랜드, 브랜드명, 제조사",
    ),
    Field(
        "name",
        gettext_lazy("name"),
        "name, title, product name, product title, productdisplayname, display name, "
        "item name, 상품명, 제품명, 이름, 품명",
        True,
    ),
    Field(
        "name_en",
        gettext_lazy("name in English"),
        "name en, english name, title en, name (english), 영문명, 영문 상품명",
    ),
    Field(
        "name_ko",
        gettext_lazy("name in Korean"),
        "name ko, korean name, title ko, name (korean), 국문명, 한글명, 한글 상품명",
    ),
    Field(
        "kind",
        gettext_lazy("kind"),
        "kind, articletype, article type, product type, type, category, item type, "
        "google product category, 종류, 카테고리, 분류, 품목, 소분류",
        True,
    ),
    Field(
        "group",
        gettext_lazy("group of kinds"),
        "subcategory, sub category, mastercategory, master category, group, department, 대분류, 중분류",
    ),
    Field("gender", gettext_lazy("gender"), "gender, sex, 성별"),
    Field("seasons", gettext_lazy("seasons"), "season, seasons, 시즌, 계절"),
    Field(
        "colours",
        gettext_lazy("colours"),
        "basecolour, base colour, basecolor, colour, color, colours, colors, 색상, 색, 컬러",
    ),
    Field("pattern", gettext_lazy("pattern"), "pattern, print, 패턴, 무늬"),
    Field("material", gettext_lazy("material"), "material, fabric, composition, 소재, 재질, 원단, 혼용률"),
    Field("styles", gettext_lazy("styles"), "style, styles, 스타일"),
    Field("usage", gettext_lazy("usage"), "usage, use, 용도"),
    Field("tags", gettext_lazy("tags"), "tags, keywords, labels, 태그, 키워드, 해시태그"),
    Field("description", gettext_lazy("description"), "description, body, details, 설명, 상세설명, 상품설명"),
    Field("price", gettext_lazy("price"), "price, sale price, list price, selling price, 가격, 판매가, 판매가격, 정가"),
    Field("currency", gettext_lazy("currency"), "currency, currency code, 통화"),
    Field("url", gettext_lazy("shop address"), "url, link, product url, product link, address, 주소, 링크, 상품주소"),
    Field(
        "image",
        gettext_lazy("photo"),
        "image, photo, picture, file, image link, image url, image file, filename, "
        "file name, img, 이미지, 사진, 파일, 이미지주소",
    ),
    Field(
        "more_images",
        gettext_lazy("more photos"),
        "additional image link, images, photos, more images, additional images, gallery, 추가이미지, 추가 이미지",
    ),
    Field("sizes", gettext_lazy("sizes in stock"), "sizes, size, sizes in stock, 사이즈, 치수"),
    Field("in_stock", gettext_lazy("in stock"), "in stock, availability, stock, quantity, inventory, 재고, 재고수량"),
    Field("size_chart", gettext_lazy("size chart"), "size chart, sizechart, size guide, 사이즈표, 치수표"),
    Field("published", gettext_lazy("published"), "published, visible, is published, 공개, 노출"),
)
BRAND_FIELDS = (
    Field("name", gettext_lazy("name"), "name, brand, brand name, title, 브랜드, 브랜드명, 이름", True),
    Field("name_en", gettext_lazy("name in English"), "name en, english name, 영문명"),
    Field("name_ko", gettext_lazy("name in Korean"), "name ko, korean name, 국문명, 한글명"),
    Field("slug", gettext_lazy("short name in addresses"), "slug, handle, id, key"),
    Field("story_en", gettext_lazy("story in English"), "story en, story, description, about, 소개 영문"),
    Field("story_ko", gettext_lazy("story in Korean"), "story ko, 소개, 설명, 브랜드 소개"),
    Field("site", gettext_lazy("site"), "site, url, website, homepage, link, 홈페이지, 사이트"),
    Field("image", gettext_lazy("picture"), "picture, image, logo, photo, file, 로고, 이미지"),
    Field("price_band", gettext_lazy("price band"), "price band, price level, price range, 가격대"),
    Field("made_for", gettext_lazy("made for"), "made for, gender, audience, 성별, 대상"),
    Field("emerging", gettext_lazy("emerging"), "emerging, is emerging, new, 신진"),
    Field("published", gettext_lazy("published"), "published, visible, 공개"),
)
LOOK_FIELDS = (
    Field("key", gettext_lazy("key"), "key, look id, id, code, 코디번호, 번호", True),
    Field("title", gettext_lazy("title"), "title, name, 제목, 이름"),
    Field("title_en", gettext_lazy("title in English"), "title en, english title"),
    Field("title_ko", gettext_lazy("title in Korean"), "title ko, korean title"),
    Field("style", gettext_lazy("style"), "style, 스타일"),
    Field("gender", gettext_lazy("gender"), "gender, sex, 성별"),
    Field("seasons", gettext_lazy("seasons"), "season, seasons, 계절, 시즌"),
    Field("occasions", gettext_lazy("occasions"), "occasion, occasions, tpo, 상황"),
    Field("tags", gettext_lazy("tags"), "tags, keywords, hashtags, 태그, 키워드"),
    Field("image", gettext_lazy("photo"), "photo, image, picture, file, image link, image url, 사진, 이미지, 파일"),
    Field("items", gettext_lazy("pieces"), "items, pieces, garments, products, 아이템, 상품"),
    Field("height", gettext_lazy("wearer's height"), "height, wearer height, model height, height cm, 키, 모델 키"),
    Field(
        "weight", gettext_lazy("wearer's weight"), "weight, wearer weight, model weight, weight kg, 몸무게, 모델 몸무게"
    ),
    Field("shape", gettext_lazy("wearer's body shape"), "shape, body shape, wearer shape, 체형, 모델 체형"),
    Field("published", gettext_lazy("published"), "published, visible, 공개"),
)
ZONE_FIELDS = {
    "chest": "chest, bust, pit to pit, chest width, 가슴, 가슴둘레, 가슴단면, 가슴너비",
    "shoulder": "shoulder, shoulders, shoulder width, 어깨, 어깨너비",
    "sleeve": "sleeve, sleeve length, 소매, 소매길이",
    "back_length": "length, back length, total length, body length, 총장, 기장",
    "waist": "waist, waistband, 허리, 허리둘레, 허리단면",
    "hips": "hips, hip, seat, 엉덩이, 엉덩이둘레, 엉덩이단면",
    "thigh": "thigh, 허벅지, 허벅지둘레, 허벅지단면",
    "inside_leg": "inside leg, inseam, 인심, 안기장, 밑아래길이",
    "skirt_length": "skirt length, 치마길이, 스커트길이",
    "foot": "foot, foot length, 발길이, 발",
    "height": "height, body height, 키",
    "neck": "neck, collar, 목, 목둘레",
    "arm": "arm, arm length, 팔길이",
}
SIZE_FIELDS = (
    Field("chart", gettext_lazy("size chart"), "chart, size chart, chart name, name, 사이즈표, 치수표, 이름", True),
    Field("label", gettext_lazy("size"), "size, label, size label, 사이즈, 치수, 호수", True),
    Field("brand", gettext_lazy("brand"), "brand, brand name, 브랜드, 브랜드명"),
    Field("kind", gettext_lazy("kind"), "kind, category, type, product type, 종류, 카테고리"),
    Field("measures", gettext_lazy("measures"), "measures, measured, basis, 기준"),
    Field("fit", gettext_lazy("intended fit"), "fit, intended fit, 핏"),
    Field("gender", gettext_lazy("gender"), "gender, made for, 성별"),
    Field("unit", gettext_lazy("unit"), "unit, units, 단위"),
    *(Field(f"zone:{zone}", zone.replace("_", " "), words) for zone, words in ZONE_FIELDS.items()),
)
FIELDS: dict[str, tuple[Field, ...]] = {
    ImportJob.Content.PRODUCTS: PRODUCT_FIELDS,
    ImportJob.Content.BRANDS: BRAND_FIELDS,
    ImportJob.Content.LOOKS: LOOK_FIELDS,
    ImportJob.Content.SIZES: SIZE_FIELDS,
}
# Alone among the fields these may come from several columns; their cells are joined.
SEVERAL = frozenset({"group", "more_images", "tags"})
_UNIT = re.compile(r"[(\[]?\s*\b(mm|cm|in|inch|inches|kg|g|lb)\b\s*[)\]]?$", re.IGNORECASE)


def bare(column: str) -> str:
    """A column's name for comparing: lower case, camelCase taken apart, a unit at its end left off."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return _UNIT.sub("", plain(apart)).strip(" :.*")


def propose(content: str, columns: Sequence[str]) -> dict[str, str]:
    """{column: field or ""} for every column, each field at most once but those of `SEVERAL`.

    A field goes to the column that bears the earliest of its words; `id, sku` gives `sku` to the second.
    """
    ranks: list[tuple[int, int, str, str]] = []
    for order, column in enumerate(columns):
        names = {bare(column), bare(column).replace(" ", ""), plain(column)}
        for field in FIELDS[content]:
            for rank, word in enumerate(word.strip() for word in field.words.split(",")):
                if word in names:
                    ranks.append((rank, order, column, field.slug))
                    break
    proposed = dict.fromkeys(columns, IGNORE)
    taken: set[str] = set()
    for _rank, _order, column, slug in sorted(ranks):
        if not proposed[column] and (slug in SEVERAL or slug not in taken):
            proposed[column] = slug
            taken.add(slug)
    return proposed


def check(content: str, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Refuses a mapping that cannot work. Raises BadFile with a sentence."""
    labels = {field.slug: str(field.label) for field in FIELDS[content]}
    used: set[str] = set()
    for column, slug in mapping.items():
        if column not in columns:
            raise BadFile(_("The file has no column “%s”.") % column)
        if slug == IGNORE:
            continue
        if slug not in labels:
            raise BadFile(_("There is no field “%s”.") % slug)
        if slug in used and slug not in SEVERAL:
            raise BadFile(_("Two columns were given to “%s”.") % labels[slug])
        used.add(slug)
    key = FIELDS[content][0]
    also = {"name": {"name_en", "name_ko"}}
    if key.slug not in used and not (also.get(key.slug, set()) & used):
        raise BadFile(_("No column was given to “%s”; rows cannot be told apart without it.") % labels[key.slug])
    if content == ImportJob.Content.SIZES and "label" not in used:
        raise BadFile(_("No column was given to “%s”; rows cannot be told apart without it.") % labels["label"])


def positions(columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """{field: places of its cells in a row}."""
    found: dict[str, tuple[int, ...]] = {}
    for at, column in enumerate(columns):
        if slug := mapping.get(column, IGNORE):
            found[slug] = (*found.get(slug, ()), at)
    return found


def unit_of(column: str) -> str:
    """The unit a column's name ends with: `Chest (cm)` -> cm."""
    found = _UNIT.search(plain(column))
    unit = found.group(1).lower() if found else ""
    return "in" if unit.startswith("in") else unit
