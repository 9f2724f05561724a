"""The whole ranking of a search (words read, filtered, ranked, ordered) among many products, as members ask it.

Part of `./run bench search`: the products that its vectors stand for get rows with kinds, colours, patterns and names,
and the documents that the product would have indexed. Timed is `rank`, which pages and API call; facets and the rows
of twenty cards come on top and are told apart.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from django.db import connection

from bench.laying import Copy, Documents, without_indexes
from catalog import taxonomy
from catalog.models import Brand, Kind, Product
from recommender.index.facets import of_columns
from recommender.models import ProductEmbedding, TagVector
from recommender.services.search import Question, rank, search
from recommender.services.search_filters import Filters

COLOURS = tuple(colour.slug for colour in taxonomy.COLOURS if colour.lab)
PATTERNS = ("solid", "solid", "solid", "solid", "stripe", "check", "print", "floral", "dot", "graphic")
MATERIALS = ("cotton", "cotton", "cotton", "wool", "denim", "leather", "synthetic", "knit")
STYLES = tuple(style.slug for style in taxonomy.STYLES)
BRANDS = 500
QUERIES = (
    "빨간 치마", "검정 코트", "흰색 스니커즈", "회색 후드티", "가죽 자켓", "네이비 슬랙스", "체크 셔츠",
    "줄무늬 티셔츠",
    "여자 여름 원피스", "남자 겨울 니트", "결혼식 하객룩", "아메카지", "따뜻한 옷", "출근 가방", "와이드 슬랙스",
    "red skirt", "black coat", "white sneakers", "grey hoodie", "leather jacket", "navy trousers", "checked shirt",
    "striped tee", "summer dress for women", "winter knit for men", "wedding guest dress", "something warm",
    "old money",
    "bag for work", "wide trousers", "slakcs", "가디간", "soft shirt", "데일리 셔츠", "mint dress", "카멜 부츠",
    "brand 17 coat", "품번123", "floral blouse", "베이지 트렌치코트",
)  # fmt: skip
TOLD = ("id", "brand_id", "sku", "kind_id", "gender", "seasons", "colour_names", "pattern", "material", "styles",
        "price", "name_en", "name_ko")  # fmt: skip
LINES = ("soft", "daily", "classic", "wide", "slim", "데일리", "클래식", "소프트", "와이드", "세미")


def fill(seed: int = 11) -> int:
    """Rows and documents for the products of the embeddings' table. Returns how many."""
    makers = Brand.objects.bulk_create(
        Brand(slug=f"brand-{number}", name_en=f"Brand {number}") for number in range(1, BRANDS + 1)
    )
    kinds = dict(Kind.objects.values_list("pk", "slug"))
    specs = {pk: taxonomy.KIND_BY_SLUG[slug] for pk, slug in kinds.items() if slug in taxonomy.KIND_BY_SLUG}
    names = {term.slug: (term.en, term.ko) for term in (*taxonomy.COLOURS, *taxonomy.PATTERNS, *taxonomy.MATERIALS)}
    rng = np.random.default_rng(seed)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TagVector._meta.db_table}")
    documents = Documents(TagVector._meta.db_table)
    products = Copy(Product, TOLD)
    rows = ProductEmbedding.objects.order_by("product_id").values_list("product_id", "kind_id", "gender", "season_bits")
    count = 0
    with without_indexes(TagVector._meta.db_table, Product._meta.db_table):
        for pk, kind, gender, bits in rows.iterator(20_000):
            colour, pattern = COLOURS[rng.integers(len(COLOURS))], PATTERNS[rng.integers(len(PATTERNS))]
            material, line = MATERIALS[rng.integers(len(MATERIALS))], LINES[rng.integers(len(LINES))]
            spec, number, maker = specs[kind], int(rng.integers(5000)), makers[pk % BRANDS]
            seasons = [
                season for place, season in enumerate(("spring", "summer", "autumn", "winter")) if bits >> place & 1
            ]
            style, price = STYLES[rng.integers(len(STYLES))], int(rng.integers(10, 300)) * 1000
            english, korean = f"{line} {spec.en} 품번{number}", f"{line} {spec.ko}"
            products.add(
                pk, maker.pk, str(pk), kind, gender, seasons, [colour], pattern, material, {style: 0.6}, price,
                english, korean,
            )  # fmt: skip
            said = [english, spec.ko, spec.en, spec.ko, maker.name_en]
            said += [name for slug in (colour, pattern, material) if slug != "solid" for name in names[slug]]
            documents.add(pk, said, of_columns(kind, maker.pk, gender, seasons, [colour]))
            count += 1
            if count % 20_000 == 0:
                products.send()
                documents.send()
        products.send()
        documents.send()
    documents.count()
    return count


def measure(vectors: np.ndarray) -> dict[str, Any]:
    """Milliseconds of the ranking by words, and by words with a photo and filters; of the whole answer, too."""
    some = [vectors[at].astype(np.float32) for at in np.linspace(0, len(vectors) - 1, len(QUERIES)).astype(int)]
    filters = Filters(gender="women", price_max=200_000.0)
    plain = [Question(words=text) for text in QUERIES]
    mixed = [Question(words=text, vector=vector, filters=filters) for text, vector in zip(QUERIES, some, strict=True)]
    found: dict[str, Any] = {}
    for name, questions, ask in (
        ("words", plain, rank), ("words_photo_filters", mixed, rank), ("whole_answer", plain, _whole),
    ):  # fmt: skip
        for question in questions:
            ask(question=question)  # warm
        took, cpu = [], []
        for _round in range(3):
            for question in questions:
                began, used = time.perf_counter(), time.process_time()
                ask(question=question)
                took.append((time.perf_counter() - began) * 1000)
                cpu.append((time.process_time() - used) * 1000)
        found[f"{name}_p50_ms"] = round(float(np.percentile(took, 50)), 1)
        found[f"{name}_p95_ms"] = round(float(np.percentile(took, 95)), 1)
        found[f"{name}_own_cpu_ms"] = round(float(np.median(cpu)), 1)
        slowest = sorted(zip(took[: len(questions)], QUERIES, strict=False), reverse=True)[:5]
        found[f"{name}_slowest"] = [f"{text}: {ms:.0f}" for ms, text in slowest]
    found["words_empty"] = [question.words for question in plain if not rank(question=question).hits]
    return found


def _whole(*, question: Question) -> Any:
    return search(question=question)
