"""Top 20 among many products under filters, beside NumPy's full scan of 4,096-d features and FAISS's HNSW.

Synthetic products with our embedding's spread, as it was measured on 31,384 real cutouts: the mean vector's norm is
0.49, and the variances along the principal axes fall as (1 + k / 10) ** -2.5 (16.8 effective dimensions). Kinds and
styles within kinds are clusters of very different sizes. Recall is against the exact answer; the worst query is
watched as much as the mean. `BENCH_ROWS=288854,1000000` sets the sizes; `BENCH_PART=words` measures the ranking by
words alone (`search_words`), without the recall of vectors.
"""

from __future__ import annotations

import io
import json
import math
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from pgvector import HalfVector

from bench import search_words
from bench.laying import without_indexes
from bench.scratch import scratch_database
from bench.timing import row, wall_ms
from catalog.models import Kind
from recommender.index import cells, keywords, similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import ProductFilter
from recommender.models import ProductCell, ProductEmbedding, TagVector

SIZES = tuple(int(size) for size in os.environ.get("BENCH_ROWS", "288854,1000000").split(","))
QUERIES = 200
TOP = 20
KINDS = 40
STYLES = 12  # a kind
GENDERS = ("women", "men", "unisex")
WORDS = (
    "wide",
    "slim",
    "와이드",
    "슬랙스",
    "데님",
    "코튼",
    "stripe",
    "check",
    "black",
    "블랙",
    "navy",
    "knit",
    "오버핏",
    "셔츠",
)


def make_vectors(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(count, 256) float16 unit vectors in clusters of very different sizes, and (count,) kind numbers."""
    axes = np.arange(256)
    spread = (1 + axes / 10) ** -2.5
    spread = np.sqrt(spread / spread.sum()).astype(np.float32)

    def drawn(rows: int) -> np.ndarray:
        return rng.standard_normal((rows, 256), np.float32) * spread

    shares = 1 / np.arange(1, KINDS + 1) ** 0.8
    kinds = rng.choice(KINDS, count, p=shares / shares.sum())
    mean = rng.standard_normal(256, np.float32)
    mean *= 0.49 / np.linalg.norm(mean)
    kind_centres, style_centres = drawn(KINDS), drawn(KINDS * STYLES)
    vectors = np.empty((count, 256), np.float16)
    for start in range(0, count, 50_000):
        part = slice(start, min(start + 50_000, count))
        kind = kinds[part]
        style = kind * STYLES + rng.integers(0, STYLES, len(kind))
        own = 0.45**0.5 * kind_centres[kind] + 0.25**0.5 * style_centres[style] + 0.3**0.5 * drawn(len(kind))
        rows = mean + (1 - 0.49**2) ** 0.5 * own
        vectors[part] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return vectors, kinds


def kind_ids() -> np.ndarray:
    """The ids of the first KINDS kinds, so that products can be made of them."""
    return np.array(list(Kind.objects.order_by("pk").values_list("pk", flat=True)[:KINDS]))


def load(
    count: int, vectors: np.ndarray, kinds: np.ndarray, rng: np.random.Generator, places: np.ndarray | None = None
) -> dict[str, Any]:
    """Rows by COPY, each in the cell of `places`, or in none yet. Returns the filter columns and the seconds."""
    places = np.zeros(count, np.int32) if places is None else places
    genders = rng.choice(len(GENDERS), count, p=(0.5, 0.35, 0.15))
    seasons = rng.choice((1, 2, 4, 8, 3, 12, 15), count, p=(0.12, 0.2, 0.12, 0.16, 0.15, 0.15, 0.1))
    table = ProductEmbedding._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no product rows: vectors alone are measured
        began = time.perf_counter()
        for start in range(0, count, 20_000):
            for number, gender in enumerate(GENDERS):
                rows = np.arange(start, min(start + 20_000, count))
                rows = rows[genders[rows] == number]
                stream = io.BytesIO(binary_rows(rows, vectors, kinds, seasons, gender, places))
                cursor.copy_expert(f"COPY {table} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)", stream)
        loaded = time.perf_counter() - began
        cursor.execute(f"VACUUM ANALYZE {table}")
    return {"load_s": loaded, "genders": genders, "seasons": seasons}


def build(count: int) -> dict[str, Any]:
    """Cells, and every row in its own. Returns how many, the seconds and the table's size."""
    table = ProductEmbedding._meta.db_table
    with connection.cursor() as cursor:
        began = time.perf_counter()
        made = cells.cells_make(model_key=current_model_key())
        # As it is where the products came in after the cells: rows and index without the holes that the update left.
        cursor.execute(f"VACUUM FULL ANALYZE {table}")
        cursor.execute(f"VACUUM {table}")
        built = time.perf_counter() - began
        cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        size = cursor.fetchone()[0]
    return {"build_s": built, "cells": made, "bytes_per_row": size / count}


COLUMNS = ("product_id", "model_key", "vector", "brand_id", "kind_id", "slot", "gender", "season_bits", "is_listed",
           "cell", "updated_at")  # fmt: skip


def in_cells(vectors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n,) ids of new cells, each row's nearest: what `cells_make` would do with rows that are there already."""
    count = round(math.sqrt(len(vectors)))
    sample = rng.choice(len(vectors), min(count * cells.SAMPLE_A_CELL, len(vectors)), replace=False)
    centres = cells.kmeans(vectors[sample].astype(np.float32), count)
    made = ProductCell.objects.bulk_create(
        ProductCell(model_key=current_model_key(), centre=HalfVector(centre.tolist())) for centre in centres
    )
    ids = np.array([cell.pk for cell in made], np.int32)
    nearest = [
        (vectors[at : at + 20_000].astype(np.float32) @ centres.T).argmax(axis=1)
        for at in range(0, len(vectors), 20_000)
    ]
    return ids[np.concatenate(nearest)]


def binary_rows(
    rows: np.ndarray, vectors: np.ndarray, kinds: np.ndarray, seasons: np.ndarray, gender: str, places: np.ndarray
) -> bytes:
    """COLUMNS of those rows in COPY's binary format: before each value its length, all of it big-endian."""
    text = {"model_key": current_model_key().encode(), "slot": b"top", "gender": gender.encode()}
    values: dict[str, tuple[Any, Any]] = {
        "product_id": (">i8", rows + 1),
        "model_key": (f"S{len(text['model_key'])}", text["model_key"]),
        "vector": ([("dim", ">i2"), ("unused", ">i2"), ("values", ">f2", 256)], None),
        "brand_id": (">i8", rows % 500 + 1),
        "kind_id": (">i8", kinds[rows]),
        "slot": (f"S{len(text['slot'])}", text["slot"]),
        "gender": (f"S{len(gender)}", text["gender"]),
        "season_bits": (">i2", seasons[rows]),
        "is_listed": ("u1", 1),
        "cell": (">i4", places[rows]),
        "updated_at": (">i8", 0),
    }
    layout: list[Any] = [("columns", ">i2")]
    for name, (kind, _value) in values.items():
        layout += [(f"{name} length", ">i4"), (name, kind)]
    made = np.zeros(len(rows), layout)
    made["columns"] = len(values)
    for name, (_kind, value) in values.items():
        made[f"{name} length"] = made.dtype[name].itemsize
        if value is not None:
            made[name] = value
    made["vector"]["dim"] = 256
    made["vector"]["values"] = vectors[rows]
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + made.tobytes() + b"\xff\xff"


def filters(rng: np.random.Generator) -> list[ProductFilter]:
    """Filters of every width, from half of the rows to a thousandth."""
    some: list[ProductFilter] = []
    ids = [int(pk) for pk in kind_ids()]
    for number in range(QUERIES):
        match number % 5:
            case 0:
                some.append(ProductFilter(genders=("women",)))
            case 1:
                some.append(ProductFilter(genders=("men", "unisex"), seasons=("summer",)))
            case 2:
                some.append(ProductFilter(kinds=(ids[rng.integers(0, 6)],), genders=("women", "unisex")))
            case 3:
                some.append(ProductFilter(kinds=(ids[rng.integers(5, 20)],), genders=("women",), seasons=("winter",)))
            case _:
                some.append(
                    ProductFilter(kinds=(ids[rng.integers(25, KINDS)],), genders=("unisex",), seasons=("spring",))
                )
    return some


def passes(wanted: ProductFilter, kinds: np.ndarray, genders: np.ndarray, seasons: np.ndarray) -> np.ndarray:
    """The same predicate on arrays, for the exact answer."""
    mask = np.ones(len(kinds), bool)
    if wanted.kinds:
        mask &= np.isin(kinds, list(wanted.kinds))
    if wanted.genders:
        mask &= np.isin(genders, [GENDERS.index(gender) for gender in wanted.genders])
    if wanted.seasons:
        mask &= (seasons & similarity.season_bits(wanted.seasons)) > 0
    return mask


def measure(count: int) -> dict[str, Any]:
    rng = np.random.default_rng(7)
    vectors, numbers = make_vectors(count, rng)
    kinds = kind_ids()[numbers]
    if os.environ.get("BENCH_PART") == "words":
        return words_alone(count, vectors, kinds, rng)
    facts = load(count, vectors, kinds, rng)
    genders, seasons = facts.pop("genders"), facts.pop("seasons")
    wanted = filters(rng)
    masks = [passes(one, kinds, genders, seasons) for one in wanted]
    # Half of them ask for something like what passes, half for anything at all: a dress among trousers.
    sources = [
        int(rng.choice(np.flatnonzero(mask))) if number % 2 else int(rng.integers(0, count))
        for number, mask in enumerate(masks)
    ]
    asked = vectors[sources].astype(np.float32) + 0.01 * rng.standard_normal((QUERIES, 256), np.float32)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)

    def found(number: int) -> list[similarity.Hit]:
        return similarity.nearest_products(
            vector=asked[number], model_key=current_model_key(), wanted=wanted[number], limit=TOP
        )

    exact_ms = exact_scan_ms(found)
    facts |= build(count)
    for number in range(QUERIES):
        found(number)  # warm
    recalls, took = [], []
    for number, mask in enumerate(masks):
        began = time.perf_counter()
        hits = found(number)
        took.append((time.perf_counter() - began) * 1000)
        near = np.sort(vectors[mask].astype(np.float32) @ asked[number])[::-1][:TOP]
        # Right is what is as near as the exact twentieth; the tolerance is halfvec's rounding of the question.
        right = sum(1 - hit.distance >= near[-1] - 1e-4 and bool(mask[hit.pk - 1]) for hit in hits)
        recalls.append(right / len(near))
    p50, p95 = float(np.percentile(took, 50)), float(np.percentile(took, 95))
    numpy_ms = numpy_scan_ms(count)
    faiss = faiss_scan(vectors, asked, float(np.mean(recalls)))
    by_width: dict[str, dict[str, float]] = {}
    for width in range(5):
        part = slice(width, None, 5)
        share = float(np.mean([mask.mean() for mask in masks[part]]))
        by_width[f"{share:.2%}"] = {
            "recall_mean": round(float(np.mean(recalls[part])), 4),
            "recall_min": round(float(np.min(recalls[part])), 4),
            "p50_ms": round(float(np.percentile(took[part], 50)), 2),
            "p95_ms": round(float(np.percentile(took[part], 95)), 2),
        }
    return {
        "rows": count,
        "recall_at_20_mean": round(float(np.mean(recalls)), 4),
        "recall_at_20_min": round(float(np.min(recalls)), 4),
        "p50_ms": round(p50, 2),
        "p95_ms": round(p95, 2),
        "by_width": by_width,
        "numpy_ratio": round(numpy_ms / p50, 1),
        "faiss_ratio": round(faiss["faiss_ms"] / p50, 2) if faiss else None,
        **faiss,
        "exact_p50_ms": round(exact_ms, 1),
        **keyword_ms(count),
        **_searched(vectors),
        "cells": facts["cells"],
        "build_s": round(facts["build_s"], 1),
        "load_s": round(facts["load_s"], 1),
        "bytes_per_row": round(facts["bytes_per_row"]),
    }


def words_alone(count: int, vectors: np.ndarray, kinds: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    """What a search by words needs: vectors in their cells, products, documents; laid out at once, indexes last."""
    began = time.perf_counter()
    places = in_cells(vectors, rng)
    took = {"cells_s": time.perf_counter() - began}
    with without_indexes(ProductEmbedding._meta.db_table):
        load(count, vectors, kinds, rng, places)
    took["vectors_s"] = time.perf_counter() - began - took["cells_s"]
    search_words.fill()
    took["laid_out_s"] = time.perf_counter() - began
    took["words_s"] = took["laid_out_s"] - took["cells_s"] - took["vectors_s"]
    print("laid out: " + ", ".join(f"{name[:-2]} {seconds:.1f} s" for name, seconds in took.items()), flush=True)
    found = search_words.measure(vectors)
    return {"rows": count, "cells": len(np.unique(places)), **took, **found}


def _searched(vectors: np.ndarray) -> dict[str, Any]:
    search_words.fill()
    return search_words.measure(vectors)


def numpy_scan_ms(count: int) -> float:
    """The first project's way: one query against all rows' 4,096-d features, Euclidean; part of it in proportion."""
    part = min(count, 20_000)
    features = np.random.default_rng(3).random((part, 4096), dtype=np.float32)
    query = features[0]

    def scan() -> None:
        distance = ((features - query) ** 2).sum(axis=1)
        np.argsort(distance)[:TOP]

    return wall_ms(scan, repeats=3)[0] * count / part


def exact_scan_ms(found: Callable[[int], Any]) -> float:
    """Median over filters of every width while there are no cells, as it is until the night after a new classifier."""
    took = []
    for number in range(10):
        began = time.perf_counter()
        found(number)
        took.append((time.perf_counter() - began) * 1000)
    return float(np.median(took))


def faiss_scan(vectors: np.ndarray, asked: np.ndarray, recall: float) -> dict[str, float]:
    """FAISS's HNSW over the same vectors, without filters, at that recall; nothing where it is not installed."""
    try:
        import faiss
    except ImportError:
        return {}
    rows = vectors.astype(np.float32)
    index = faiss.IndexHNSWFlat(256, 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 64
    index.add(rows)
    some = asked[:60]
    best = [set(np.argpartition(-(rows @ vector), TOP)[:TOP].tolist()) for vector in some]
    for effort in (64, 128, 256, 512, 1024):
        index.hnsw.efSearch = effort
        took, recalls = [], []
        for vector, right in zip(some, best, strict=True):
            began = time.perf_counter()
            _, found = index.search(vector[None], TOP)
            took.append((time.perf_counter() - began) * 1000)
            recalls.append(len(right & set(found[0].tolist())) / TOP)
        if np.mean(recalls) >= recall:
            break
    return {
        "faiss_ms": round(float(np.median(took)), 2),
        "faiss_recall": round(float(np.mean(recalls)), 4),
        "faiss_recall_min": round(float(np.min(recalls)), 2),
    }


def keyword_ms(count: int) -> dict[str, Any]:
    """p95 of a keyword query over `count` documents, and the first project's loops over the same ones in proportion."""
    rng = np.random.default_rng(5)
    table = TagVector._meta.db_table
    tails = [f"품번{number}" for number in range(5000)]
    texts: list[list[str]] = []
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
        for start in range(0, count, 20_000):
            lines = io.StringIO()
            for at in range(start, min(start + 20_000, count)):
                words = [WORDS[w] for w in rng.integers(0, len(WORDS), 4)] + [tails[int(rng.integers(0, len(tails)))]]
                if at < 20_000:
                    texts.append(words)
                document = keywords.document_of(words)
                vector = document.vector().to_text()
                listed = ["{" + ",".join(map(str, part)) + "}" for part in (document.words, document.grams)]
                is_sampled = "t" if keywords.is_sampled(at + 1) else "f"
                lines.write(f"{at + 1}\t{listed[0]}\t{listed[1]}\t{{}}\t{vector}\t{is_sampled}\n")
            lines.seek(0)
            cursor.copy_expert(f"COPY {table} (product_id, words, grams, facets, vector, is_sampled) FROM STDIN", lines)
        cursor.execute(f"VACUUM ANALYZE {table}")
    keywords.counts_rebuild(scope=keywords.Scope.PRODUCTS)
    asked = [f"{tails[int(rng.integers(0, 5000))]} {WORDS[int(rng.integers(0, len(WORDS)))]}" for _ in range(60)]
    asked += [f"{WORDS[int(a)]} {WORDS[int(b)]}" for a, b in rng.integers(0, len(WORDS), (40, 2))]
    took = []
    for text in asked:
        began = time.perf_counter()
        keywords.nearest_by_words(text=text, scope=keywords.Scope.PRODUCTS, limit=TOP)
        took.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    wanted = asked[0].split()
    counts = {word: sum(word in words for words in texts) for word in wanted}
    scores = []
    for words in texts:
        tf = Counter(words)
        scores.append(
            sum((1 + math.log10(tf[w])) * math.log10(len(texts) / counts[w]) for w in wanted if tf[w] and counts[w])
        )
    sorted(range(len(scores)), key=lambda at: -scores[at])[:TOP]
    loops = (time.perf_counter() - began) * 1000 * count / max(len(texts), 1)
    return {
        "keyword_p50_ms": round(float(np.percentile(took, 50)), 2),
        "keyword_p95_ms": round(float(np.percentile(took, 95)), 2),
        "keyword_loops_ratio": round(loops / float(np.percentile(took, 50)), 1),
    }


def tell(found: dict[str, Any]) -> None:
    """What one line of the table has no room for, as soon as it is known: the larger size takes minutes."""
    print(f"\n{found['rows']:,} products in {found['cells']} cells")
    for name in ("words", "words_photo_filters", "whole_answer"):
        print(
            f"  {name}: p50 {found[f'{name}_p50_ms']} ms, p95 {found[f'{name}_p95_ms']} ms, own CPU "
            f"{found[f'{name}_own_cpu_ms']} ms; slowest {', '.join(found[f'{name}_slowest'])}"
        )
    print(f"  empty: {found['words_empty'] or 'none'}", flush=True)
    if "by_width" not in found:
        return
    for share, width in found["by_width"].items():
        print(
            f"  {share:>7} pass: recall@20 mean {width['recall_mean']:.4f}, min {width['recall_min']:.2f}, "
            f"p50 {width['p50_ms']} ms, p95 {width['p95_ms']} ms"
        )
    if found["faiss_ratio"] is not None:
        print(
            f"  FAISS HNSW, unfiltered: {found['faiss_ms']} ms ({found['faiss_ratio']}x ours), recall mean "
            f"{found['faiss_recall']}, min {found['faiss_recall_min']}"
        )
    print(f"  without cells, exact: p50 {found['exact_p50_ms']} ms")
    print(
        f"  words: p50 {found['keyword_p50_ms']} ms, p95 {found['keyword_p95_ms']} ms, "
        f"Python loops {found['keyword_loops_ratio']}x",
        flush=True,
    )


def run() -> list[dict[str, Any]]:
    rows = []
    for size in SIZES:
        with scratch_database():
            found = measure(size)
        rows.append(found)
        folder = Path(settings.VAR_DIR) / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "search.json").write_text(json.dumps(rows, indent=1))
        tell(found)
    if os.environ.get("BENCH_PART") == "words":
        return [
            row(f"words among {found['rows']:,}", found["words_p50_ms"], found["words_p95_ms"], None, "see above")
            for found in rows
        ]
    return [
        {
            **found,
            **row(
                f"top 20 of {found['rows']:,} under filters",
                found["p50_ms"],
                found["p95_ms"],
                found["numpy_ratio"],
                f"p95 {found['p95_ms']} ms, recall mean {found['recall_at_20_mean']} min {found['recall_at_20_min']}, "
                f"words p95 {found['words_p95_ms']} ms, with photo and filters "
                f"{found['words_photo_filters_p95_ms']} ms, built in {found['build_s']} s, "
                f"{found['bytes_per_row']} B a row",
            ),
        }
        for found in rows
    ]
