"""Beyond one machine: what 10 million products and many owners would weigh and cost, from rows that are measured here.

One of 64 partitions of 10 million products (156,250 rows) is really filled and searched, exactly, as one query of one
kind would; bytes a row are measured on it, and on garments and products as the product writes them. Sizes of the whole
and answers of all partitions together are multiplied out and marked as such: no second machine was asked. Owners are
spread by hash over Citus' usual 32 shards; how unevenly their closets fall is reckoned, on closets of log-normal size.
`OWNERS_ROWS` sets the rows of the partition.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

import numpy as np
from django.db import connection

from bench import search
from bench.scratch import scratch_database
from bench.timing import row
from closet.models import Garment, User
from recommender.models import GarmentEmbedding, ProductEmbedding

PRODUCTS = 10_000_000
PARTITIONS = 64
ROWS = int(os.environ.get("OWNERS_ROWS", str(PRODUCTS // PARTITIONS)))
GARMENTS = 400
OWNERS = 200_000
SHARDS, NODES, CORES = 32, 4, 8
QUERIES = 30
SCAN = """
SELECT product_id FROM {table} WHERE is_listed AND gender = %s
ORDER BY vector <=> %s LIMIT 20
"""


def bytes_a_row(*tables: str) -> float:
    """Table, indexes and what lies beside it, of all tables together, by the rows of the first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {tables[0]}")
        (count,) = cursor.fetchone()
        total = 0
        for table in tables:
            cursor.execute("SELECT pg_total_relation_size(%s)", [table])
            total += cursor.fetchone()[0]
    return total / count


def skew() -> tuple[float, float]:
    """(largest shard by the mean one, largest node by the mean one) of garments, owners hashed as Postgres hashes."""
    rng = np.random.default_rng(3)
    closets = np.minimum(rng.lognormal(np.log(60), 1.0, OWNERS), 5000).astype(int)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ((hashint8(id) + 2147483648) * %s / 4294967296)::int FROM generate_series(1::bigint, %s) id",
            [SHARDS, OWNERS],
        )
        shards = np.array([found for (found,) in cursor.fetchall()]).clip(0, SHARDS - 1)
    weights = np.bincount(shards, closets, SHARDS)
    nodes = np.bincount(np.arange(SHARDS) % NODES, weights, NODES)
    return float(weights.max() / weights.mean()), float(nodes.max() / nodes.mean())


def scans(vectors: np.ndarray, table: str) -> list[float]:
    """Milliseconds of exact answers in one partition."""
    took = []
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SET enable_indexscan = off")  # every row of the partition is looked at
        for number in range(QUERIES):
            wanted = "[" + ",".join(f"{value:.4f}" for value in vectors[number * 37]) + "]"
            began = time.perf_counter()
            cursor.execute(SCAN.format(table=table), [search.GENDERS[number % 2], wanted])
            assert len(cursor.fetchall()) == 20
            took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def run() -> list[dict[str, Any]]:
    from tests.wardrobe import brand, garment, product

    with scratch_database():
        rng = np.random.default_rng(7)
        vectors, numbers = search.make_vectors(ROWS, rng)
        search.load(ROWS, vectors, search.kind_ids()[numbers], rng)
        table = ProductEmbedding._meta.db_table
        each = bytes_a_row(table)
        took = scans(vectors, table)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")
            cursor.execute("SET session_replication_role = DEFAULT")
        user, maker = User.objects.create_user("owners@example.com", "x"), brand("Otter")
        for number in range(GARMENTS):
            garment(user, ("shirt", "jeans", "coat")[number % 3], "black", vector=number)
            product(("shirt", "jeans", "coat")[number % 3], vector=number, price=30_000, maker=maker)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM FULL ANALYZE")
        a_garment = bytes_a_row(Garment._meta.db_table, GarmentEmbedding._meta.db_table)
        a_product = bytes_a_row("catalog_product", "catalog_productimage", "catalog_historicalproduct")
        shard, node = skew()
    whole, middle = PRODUCTS * each, statistics.median(took)
    all_parts = middle * PARTITIONS * (PRODUCTS / PARTITIONS / ROWS)
    by_owner = OWNERS * 99 * a_garment
    return [
        row(f"exact top 20 in one partition of {ROWS:,}", middle, took[-1] - took[0], None,
            f"MEASURED, one core, slowest {took[-1]:.0f} ms"),
        row("bytes a product: vector with its indexes", None, note=f"MEASURED {each:,.0f} at {ROWS:,} rows"),
        row("bytes a product: its own row, picture, history", None, note=f"MEASURED {a_product:,.0f} at {GARMENTS}"),
        row("bytes a garment with its vector", None, note=f"MEASURED {a_garment:,.0f} at {GARMENTS}"),
        row("vectors of 10 M products", None, note=f"extrapolated {whole / 2**30:.1f} GB, "
            f"{whole / PARTITIONS / 2**20:.0f} MB a partition of {PARTITIONS}"),
        row("all else of 10 M products", None, note=f"extrapolated {PRODUCTS * a_product / 2**30:.1f} GB"),
        row("every partition asked, one core", all_parts, note="extrapolated from one partition"),
        row(f"every partition asked, {NODES} nodes of {CORES} cores", all_parts / NODES / CORES,
            note="extrapolated; no network, no merging of 64 answers"),
        row(f"closets of {OWNERS:,} owners", None,
            note=f"extrapolated {by_owner / 2**30:.1f} GB at 99 garments a member"),
        row(f"largest of {SHARDS} shards by the mean one", None, ratio=shard,
            note=f"{shard:.3f}, reckoned with Postgres' own hash"),
        row(f"largest of {NODES} nodes by the mean one", None, ratio=node,
            note=f"{node:.3f}, reckoned"),
    ]  # fmt: skip
