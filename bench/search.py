"""Top 20 among many products under filters, beside NumPy's full scan of 4,096-d features and FAISS's HNSW.

Synthetic products whose vectors have our embedding's spread: clusters a kind, with shares as in a shop. Recall is
against the exact answer; the worst query is watched as much as the mean. `BENCH_ROWS=288854,1000000` sets the sizes.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection

from bench.scratch import scratch_database
from bench.timing import row
from recommender import keywords, similarity
from recommender.keys import current_model_key
from recommender.similarity import ProductFilter

SIZES = tuple(int(size) for size in os.environ.get("BENCH_ROWS", "288854,1000000").split(","))
QUERIES = 200
TOP = 20
KINDS = 40
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
    shares = 1 / np.arange(1, KINDS + 1) ** 0.8
    kinds = rng.choice(KINDS, count, p=shares / shares.sum())
    centres = rng.normal(size=(KINDS, 256)).astype(np.float32)
    styles = rng.normal(size=(KINDS * 12, 256)).astype(np.float32)
    vectors = np.empty((count, 256), np.float16)
    for start in range(0, count, 50_000):
        part = slice(start, min(start + 50_000, count))
        kind = kinds[part]
        style = kind * 12 + rng.integers(0, 12, len(kind))
        rows = centres[kind] + 0.6 * styles[style] + 0.45 * rng.normal(size=(len(kind), 256)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        vectors[part] = rows
    return vectors, kinds


def fill(count: int, vectors: np.ndarray, kinds: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    """Rows by COPY, indexes built afterwards, as an import of a whole catalogue would. Returns times and sizes."""

    from recommender.models import ProductEmbedding

    genders = rng.choice(len(GENDERS), count, p=(0.5, 0.35, 0.15))
    seasons = rng.choice((1, 2, 4, 8, 3, 12, 15), count, p=(0.12, 0.2, 0.12, 0.16, 0.15, 0.15, 0.1))
    key = current_model_key()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no product rows: vectors alone are measured
        cursor.execute("SET maintenance_work_mem = '2GB'")
        table = ProductEmbedding._meta.db_table
        cursor.execute(f"TRUNCATE {table}")
        cursor.execute("DROP INDEX IF EXISTS product_embedding_hnsw")
        copy_rows(cursor, table, count, vectors, kinds, genders, seasons, key)
        loaded = time.perf_counter() - began
        began = time.perf_counter()
        cursor.execute(
            f"CREATE INDEX product_embedding_hnsw ON {table} USING hnsw (vector halfvec_ip_ops) WITH (m = 16, ef_construction = 64)"
        )
        cursor.execute(f"VACUUM ANALYZE {table}")
        built = time.perf_counter() - began
        cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        size = cursor.fetchone()[0]
    return {"load_s": loaded, "build_s": built, "bytes_per_row": size / count, "genders": genders, "seasons": seasons}


def copy_rows(
    cursor: Any, table: str, count: int, vectors: np.ndarray, kinds: Any, genders: Any, seasons: Any, key: str
) -> None:
    import io

    from django.utils import timezone

    now = timezone.now().isoformat()
    for start in range(0, count, 20_000):
        lines = io.StringIO()
        for at in range(start, min(start + 20_000, count)):
            vector = ",".join(f"{value:.4f}" for value in vectors[at].tolist())
            lines.write(
                f"{at + 1}\t{key}\t[{vector}]\t{at % 500}\t{kinds[at]}\ttop\t{GENDERS[genders[at]]}\t{seasons[at]}\tt\t{now}\n"
            )
        lines.seek(0)
        cursor.copy_expert(
            f"COPY {table} (product_id, model_key, vector, brand_id, kind_id, slot, gender, season_bits, is_listed, updated_at) "
            "FROM STDIN",
            lines,
        )


def filters(rng: np.random.Generator, kinds: np.ndarray) -> list[ProductFilter]:
    """Filters of every width, from half of the rows to a thousandth."""
    some: list[ProductFilter] = []
    for number in range(QUERIES):
        match number % 5:
            case 0:
                some.append(ProductFilter(genders=("women",)))
            case 1:
                some.append(ProductFilter(genders=("men", "unisex"), seasons=("summer",)))
            case 2:
                some.append(ProductFilter(kinds=(int(rng.integers(0, 6)),), genders=("women", "unisex")))
            case 3:
                some.append(ProductFilter(kinds=(int(rng.integers(5, 20)),), genders=("women",), seasons=("winter",)))
            case _:
                some.append(
                    ProductFilter(kinds=(int(rng.integers(25, KINDS)),), genders=("unisex",), seasons=("spring",))
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
    vectors, kinds = make_vectors(count, rng)
    facts = fill(count, vectors, kinds, rng)
    genders, seasons = facts.pop("genders"), facts.pop("seasons")
    wanted = filters(rng, kinds)
    asked = vectors[rng.integers(0, count, QUERIES)].astype(np.float32) + 0.02 * rng.normal(size=(QUERIES, 256)).astype(
        np.float32
    )
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    key = current_model_key()
    for vector, filter_ in list(zip(asked, wanted, strict=True))[:20]:
        similarity.nearest_products(vector=vector, model_key=key, wanted=filter_, limit=TOP)
    recalls, took, shares = [], [], []
    for vector, filter_ in zip(asked, wanted, strict=True):
        began = time.perf_counter()
        hits = similarity.nearest_products(vector=vector, model_key=key, wanted=filter_, limit=TOP)
        took.append((time.perf_counter() - began) * 1000)
        mask = passes(filter_, kinds, genders, seasons)
        rows = np.flatnonzero(mask)
        shares.append(len(rows) / count)
        near = vectors[rows].astype(np.float32) @ vector
        # A tie at the edge is as right as the row it ties with.
        edge = np.sort(near)[::-1][min(TOP, len(near)) - 1] - 1e-3
        right = sum(float(vectors[hit.pk - 1].astype(np.float32) @ vector) >= edge for hit in hits)
        recalls.append(right / min(TOP, len(rows)))
    numpy_ms = numpy_scan_ms(count)
    faiss_ms, faiss_recall = faiss_scan(vectors, asked)
    words = keyword_ms(count)
    p50, p95 = float(np.percentile(took, 50)), float(np.percentile(took, 95))
    return {
        "rows": count,
        "recall_at_20_mean": round(float(np.mean(recalls)), 4),
        "recall_at_20_min": round(float(np.min(recalls)), 4),
        "p50_ms": round(p50, 2),
        "p95_ms": round(p95, 2),
        "selectivity": [round(float(value), 5) for value in (min(shares), float(np.median(shares)), max(shares))],
        "numpy_ratio": round(numpy_ms / p50, 1),
        "faiss_ratio": round(faiss_ms / p50, 2) if faiss_ms else None,
        "faiss_recall": faiss_recall,
        **words,
        "build_s": round(facts["build_s"], 1),
        "load_s": round(facts["load_s"], 1),
        "bytes_per_row": round(facts["bytes_per_row"]),
    }


def numpy_scan_ms(count: int) -> float:
    """The first project's way: one query against all rows' 4,096-d features, Euclidean, in NumPy; part of it in proportion."""
    part = min(count, 20_000)
    features = np.random.default_rng(3).random((part, 4096), dtype=np.float32)
    query = features[0]
    began = time.perf_counter()
    distance = ((features - query) ** 2).sum(axis=1)
    np.argsort(distance)[:TOP]
    return (time.perf_counter() - began) * 1000 * count / part


def faiss_scan(vectors: np.ndarray, asked: np.ndarray) -> tuple[float | None, float | None]:
    """FAISS HNSW over the same vectors without filters: (median ms, recall@20)."""
    try:
        import faiss
    except ImportError:
        return None, None
    rows = vectors[:288_854].astype(np.float32)
    index = faiss.IndexHNSWFlat(256, 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction, index.hnsw.efSearch = 64, 200
    index.add(rows)
    took, recalls = [], []
    for vector in asked[:50]:
        began = time.perf_counter()
        _, found = index.search(vector[None], TOP)
        took.append((time.perf_counter() - began) * 1000)
        near = rows @ vector
        best = set(np.argpartition(-near, TOP)[:TOP].tolist())
        recalls.append(len(best & set(found[0].tolist())) / TOP)
    return float(np.median(took)), round(float(np.mean(recalls)), 4)


def keyword_ms(count: int) -> dict[str, Any]:
    """p95 of a keyword query over `count` documents, and the first project's loops over the same ones in proportion."""
    import io
    import math
    from collections import Counter

    from recommender.models import TagVector

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
                lines.write(f"{at + 1}\t{listed[0]}\t{listed[1]}\t{vector}\n")
            lines.seek(0)
            cursor.copy_expert(f"COPY {table} (product_id, words, grams, vector) FROM STDIN", lines)
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


def run() -> list[dict[str, Any]]:
    rows = []
    for size in SIZES:
        with scratch_database():
            found = measure(size)
        rows.append(found)
        folder = Path(settings.VAR_DIR) / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "search.json").write_text(json.dumps(rows, indent=1))
    return [
        {
            **found,
            **row(
                f"top 20 of {found['rows']:,} under filters",
                found["p50_ms"],
                found["p95_ms"],
                found["numpy_ratio"],
                f"p95 {found['p95_ms']} ms, recall mean {found['recall_at_20_mean']} min {found['recall_at_20_min']}, "
                f"words p95 {found['keyword_p95_ms']} ms, built in {found['build_s']} s, {found['bytes_per_row']} B a row",
            ),
        }
        for found in rows
    ]
