"""Keyword search in Korean and English: TF-IDF over words and character n-grams, in a pgvector `sparsevec`.

The score of a document is the plain sum over the query's words of (1 + log10 tf) x log10(N / df): documents hold
the first factor, the query the second, their inner product is the sum. Character n-grams add a smaller share, so that
parts of words ("슬랙스" in "와이드슬랙스") and slips of the finger still find something; a word that no document has
lives by its n-grams alone.

Terms are hashed, so no vocabulary has to be kept in memory; `TermCount` holds the document counts. Candidates come
from GIN indexes, rarest terms first, of a product with what its columns say (facets.py); only they are ranked.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from pgvector import SparseVector

from catalog import taxonomy
from catalog.models import Look, Product
from recommender.index import facets, similarity
from recommender.index.facets import Facets
from recommender.index.similarity import Among, Near, WordHit
from recommender.models import TERM_SPACE, TagVector, TermCount

Scope = TermCount.Scope
GRAM_SHARE = 0.25  # of a known word's weight, spread over its n-grams
CANDIDATES = 4000  # documents ranked a step; the rarest terms are asked first
CHANCE = 0.4  # of the best score; what shares parts of words alone and stays below has them by chance
ALIKE = 1000  # documents ranked of those that have every word: their scores differ little
SAMPLED = 4  # every so manieth product is in the sample, which is looked at first
LIKELY = 1.2  # times what is asked for: so many matches must be expected in the sample
INDEXED_AT_ONCE = 1000
MOST_WORDS = 120  # of a query, other words for the same things among them
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def words_of(text: str) -> list[str]:
    """Lower-case words of letters and digits; full-width and composed forms become one."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def grams_of(word: str) -> list[str]:
    """Character 2- and 3-grams within a word, with its edges marked; Hangul syllables carry much, so 2 are enough."""
    marked = f"<{word}>"
    grams = [marked[at : at + 3] for at in range(len(marked) - 2)]
    if any("가" <= letter <= "힣" for letter in word):
        grams += [word[at : at + 2] for at in range(len(word) - 1)]
    return grams


def term_id(term: str) -> int:
    """1 .. TERM_SPACE - 1; 0 is the count of documents."""
    return zlib.crc32(term.encode()) % (TERM_SPACE - 1) + 1


# --- Documents ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Document:
    """Hashed words and n-grams with their counts."""

    words: Mapping[int, int]
    grams: Mapping[int, int]
    facets: Sequence[int] = ()

    def vector(self) -> SparseVector:
        weights = {term: 1 + math.log10(count) for part in (self.words, self.grams) for term, count in part.items()}
        return SparseVector(weights, TERM_SPACE)


def document_of(texts: Iterable[str], facets: Sequence[int] = ()) -> Document:
    words: Counter[int] = Counter()
    grams: Counter[int] = Counter()
    for text in texts:
        for word in words_of(text):
            words[term_id(f"w:{word}")] += 1
            grams.update(term_id(f"g:{gram}") for gram in grams_of(word))
    return Document(words, grams, facets)


_NAMES: dict[str, tuple[str, str]] = {
    term.slug: (term.en, term.ko)
    for terms in (taxonomy.STYLES, taxonomy.SEASONS, taxonomy.PATTERNS, taxonomy.MATERIALS, taxonomy.OCCASIONS)
    for term in terms
} | {colour.slug: (colour.en, colour.ko) for colour in taxonomy.COLOURS}
_GENDERS = {term.slug: (term.en, term.ko) for term in taxonomy.GENDERS}


def _named(slugs: Iterable[str]) -> list[str]:
    return [name for slug in slugs for name in _NAMES.get(slug, (slug,))]


def look_texts(look: Look) -> list[str]:
    """What a look is found by; its items with their kinds are loaded."""
    return [
        look.title_en,
        look.title_ko,
        *look.tags,
        *_named({look.style, *look.seasons, *look.occasions} - {""}),
        *_GENDERS.get(look.gender, ()),
        *(name for item in look.items.all() for name in (item.kind.name_en, item.kind.name_ko)),
    ]


def product_texts(product: Product) -> list[str]:
    """What a product is found by; its brand and kind are loaded."""
    return [
        product.name_en,
        product.name_ko,
        product.brand.name_en,
        product.brand.name_ko,
        product.kind.name_en,
        product.kind.name_ko,
        *product.tags,
        *_named({product.pattern, product.material, *product.seasons, *product.colour_names} - {"", "solid"}),
        *_GENDERS.get(product.gender, ()),
    ]


# --- Indexing -------------------------------------------------------------------------------------------------------
def looks_index(*, look_ids: Collection[int]) -> int:
    rows = Look.objects.filter(pk__in=list(look_ids)).prefetch_related("items__kind")
    return _index(Scope.LOOKS, {look.pk: document_of(look_texts(look)) for look in rows})


def products_index(*, product_ids: Collection[int]) -> int:
    rows = Product.objects.filter(pk__in=list(product_ids)).select_related("brand", "kind")
    return _index(
        Scope.PRODUCTS,
        {
            row.pk: document_of(
                product_texts(row),
                facets.of_columns(row.kind_id, row.brand_id, row.gender, row.seasons, row.colour_names),
            )
            for row in rows
        },
    )


def is_sampled(product: int) -> bool:
    return product % SAMPLED == 0


def _key(scope: str) -> str:
    return "look_id" if scope == Scope.LOOKS else "product_id"


@transaction.atomic
def _index(scope: str, documents: Mapping[int, Document]) -> int:
    """Writes the documents' terms and moves the counts by what changed."""
    key = _key(scope)
    old = TagVector.objects.filter(**{f"{key}__in": list(documents)}).select_for_update()
    before = {getattr(row, key): row for row in old}
    change: Counter[int] = Counter()
    rows = []
    for pk, document in documents.items():
        known = before.get(pk)
        if known is not None:
            change.subtract({*known.words, *known.grams, *known.facets})
        else:
            change[0] += 1
        change.update({*document.words, *document.grams, *document.facets})
        rows.append(
            TagVector(
                **{key: pk}, words=list(document.words), grams=list(document.grams), facets=list(document.facets),
                vector=document.vector(), is_sampled=scope == Scope.PRODUCTS and is_sampled(pk),
            )
        )  # fmt: skip
    TagVector.objects.bulk_create(
        rows,
        batch_size=INDEXED_AT_ONCE,
        update_conflicts=True,
        unique_fields=[key.removesuffix("_id")],
        update_fields=["words", "grams", "facets", "vector", "is_sampled"],
    )
    _count(scope, {term: by for term, by in change.items() if by})
    return len(rows)


def _count(scope: str, change: Mapping[int, int]) -> None:
    if not change:
        return
    # In order of the terms: two imports at once then wait for one another instead of locking both up.
    terms = sorted(change)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {TermCount._meta.db_table} (scope, term, documents)
            SELECT %s, term, by FROM unnest(%s::int[], %s::int[]) AS changed (term, by)
            ON CONFLICT (scope, term) DO UPDATE
            SET documents = {TermCount._meta.db_table}.documents + excluded.documents
            """,  # noqa: S608  the table's name is ours
            [scope, terms, [change[term] for term in terms]],
        )


def counts_rebuild(*, scope: str) -> None:
    """Counts anew from the rows: after deletions, which the running counts do not see."""
    key, table, vectors = _key(scope), TermCount._meta.db_table, TagVector._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE scope = %s", [scope])  # noqa: S608
        cursor.execute(
            f"""
            INSERT INTO {table} (scope, term, documents)
            SELECT %s, term, count(*) FROM {vectors}, unnest(words || grams || facets) AS term
            WHERE {key} IS NOT NULL GROUP BY term
            UNION ALL SELECT %s, 0, count(*) FROM {vectors} WHERE {key} IS NOT NULL
            """,  # noqa: S608
            [scope, scope],
        )


def counts_keep() -> list[str]:
    """Counts anew where documents have gone. Returns the scopes that were."""
    told = dict(TermCount.objects.filter(term=0).values_list("scope", "documents"))
    off = []
    for scope in Scope.values:
        documents = TagVector.objects.filter(**{f"{_key(scope)}__isnull": False}).count()
        if documents != told.get(scope, 0):
            counts_rebuild(scope=scope)
            off.append(scope)
    return off


# --- Searching ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class WordQuery:
    """A query's weighted terms, and the terms whose documents are worth ranking."""

    weights: Mapping[int, float]
    groups: Sequence[Sequence[int]]  # of each thing asked for, the words for it that some document has
    word_candidates: Sequence[int]
    gram_candidates: Sequence[int]
    has_extra: bool = False  # words that weigh and need not be there
    expected: float = 0.0  # documents that have all of it, were words and facets independent

    def vector(self) -> SparseVector:
        return SparseVector(dict(self.weights), TERM_SPACE)


def read_query(
    text: str,
    *,
    scope: str,
    groups: Sequence[Sequence[str]] | None = None,
    extra: Sequence[str] = (),
    having: Facets = (),
) -> WordQuery | None:
    """None when the text has no word, or none that any document has even a part of.

    groups: other words for one thing each, of which a document need have but one; without, each word is a thing.
    extra: words that weigh and need not be there, because a filter sees to them.
    having: facets that what counts has, which are only counted.
    """
    asked_for = [[word] for word in words_of(text)[:20]] if groups is None else _grouped(groups)
    words = list(dict.fromkeys(word for group in (*asked_for, words_of(" ".join(extra))) for word in group))[
        :MOST_WORDS
    ]
    ids = {word: term_id(f"w:{word}") for word in words}
    # Of many words for one thing none needs its parts: misspelt it would not be among them.
    lone = [group[0] for group in asked_for if len(group) == 1]
    grams = {word: [term_id(f"g:{gram}") for gram in grams_of(word)] for word in lone}
    asked = [0, *ids.values(), *(term for terms in grams.values() for term in terms), *chain.from_iterable(having)]
    counts = _counts_of(asked, scope)
    total = max(counts.get(0, 0), 1)

    def idf(term: int) -> float:
        return math.log10(total / counts[term]) if counts.get(term, 0) > 0 else 0.0

    weights: dict[int, float] = defaultdict(float)
    for word in words:
        is_known = counts.get(ids[word], 0) > 0
        if is_known:
            # A word that every document has tells nothing, yet asking for it must not find nothing.
            weights[ids[word]] += max(idf(ids[word]), 0.01)
        share = GRAM_SHARE if is_known else 1.0
        for gram in grams.get(word, ()):
            if counts.get(gram, 0) > 0:
                weights[gram] += share * idf(gram) / max(len(grams[word]), 1)
    if not weights:
        return None
    present = [[ids[word] for word in group if counts.get(ids.get(word, -1), 0) > 0] for group in asked_for]
    known = [group for group in present if group]
    candidates = _within_budget(list(dict.fromkeys(term for group in known for term in group)), counts)
    shares = (min(1.0, sum(counts.get(term, 0) for term in group) / total) for group in (*known, *having))
    telling = _telling_grams(lone, ids, grams, counts)
    return WordQuery(dict(weights), known, candidates, telling, bool(extra), total * math.prod(shares))


def _counts_of(terms: Sequence[int], scope: str) -> dict[int, int]:
    """Term -> documents. Of a hundred terms: as a list of parameters they would take as long as the search for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT term, documents FROM {TermCount._meta.db_table}"  # noqa: S608  a name of ours
            " WHERE scope = %s AND term = ANY(%s)",
            [scope, list(terms)],
        )
        return dict(cursor.fetchall())


def _grouped(groups: Sequence[Sequence[str]]) -> list[list[str]]:
    """Each group as single words; of a phrase every word stands for it."""
    return [list(dict.fromkeys(word for phrase in group for word in words_of(phrase))) for group in groups]


def known_words(words: Collection[str], *, scope: str) -> frozenset[str]:
    """Those of the words that some document has."""
    ids = {term_id(f"w:{word}"): word for word in words}
    rows = TermCount.objects.filter(scope=scope, term__in=list(ids), documents__gt=0).values_list("term", flat=True)
    return frozenset(ids[term] for term in rows)


def _within_budget(terms: Iterable[int], counts: Mapping[int, int]) -> list[int]:
    """The rarest of the terms, as many as have CANDIDATES documents together; one at least."""
    chosen: list[int] = []
    budget = CANDIDATES
    for term in sorted(terms, key=lambda term: counts[term]):
        budget -= counts[term]
        if budget < 0 and chosen:
            break
        chosen.append(term)
    return chosen


def _telling_grams(
    words: Sequence[str], ids: Mapping[str, int], grams: Mapping[str, list[int]], counts: Mapping[int, int]
) -> list[int]:
    """The n-grams worth a look-up: all telling ones of an unknown word, a known word's few rarest."""
    chosen: list[int] = []
    for word in words:
        present = sorted((term for term in set(grams[word]) if counts.get(term, 0) > 0), key=lambda term: counts[term])
        if counts.get(ids[word], 0) == 0:
            chosen += _within_budget(present[:8], counts)
        else:
            chosen += [term for term in present[:3] if counts[term] <= CANDIDATES]
    return chosen


def nearest_by_words(
    *,
    text: str,
    scope: str,
    among: QuerySet[Look] | QuerySet[Product] | None = None,
    limit: int = 300,
    groups: Sequence[Sequence[str]] | None = None,
    extra: Sequence[str] = (),
    having: Facets = (),
) -> list[tuple[int, float]]:
    """(id, score) of the documents that match best, highest first; `among` restricts which count.

    groups, extra: as `read_query` takes them. With `extra` alone whatever is among them is ranked by it.
    having: facets that all which are among them have; without them more is looked at.
    """
    query = read_query(text, scope=scope, groups=groups, extra=extra, having=having)
    if query is None:
        return []
    counting = None if among is None else Among(among)
    hits = best_documents(query, scope=scope, among=counting, limit=limit, having=having)
    return [(hit.pk, hit.score) for hit in hits]


def best_documents(
    query: WordQuery,
    *,
    scope: str,
    among: Among | None,
    limit: int,
    having: Facets = (),
    near: Near | None = None,
    least: int | None = None,
) -> list[WordHit]:
    """As `nearest_by_words`, for a query that was read. near: what products are compared with besides. least: so many
    of the sample are enough, where more are there; without it as many as `limit`."""
    key = _key(scope)
    rows = TagVector.objects.filter(**{f"{key}__isnull": False})
    for group in having:
        rows = rows.filter(_has_any("facets", group))
    found: dict[int, WordHit] = {}
    vector = query.vector()

    def rank(step: Q, most: int) -> list[WordHit]:
        return similarity.ranked_by_terms(
            documents=rows.filter(step), terms=vector, key=key, limit=limit, most=most, among=among, near=near
        )

    # All that is asked first: whatever matches every one of them must not be lost to a cap on candidates.
    if query.groups or (query.has_extra and not query.gram_candidates and among is not None):
        every = Q()
        for group in query.groups:
            every &= _has_any("words", group)
        best = rank(every & Q(is_sampled=True), ALIKE) if query.expected >= LIKELY * SAMPLED * limit else []
        found |= {hit.pk: hit for hit in (best if len(best) >= (least or limit) else rank(every, ALIKE))}
    if len(query.groups) > 1 and len(found) < limit:
        found |= {hit.pk: hit for hit in rank(Q(words__overlap=list(query.word_candidates)), CANDIDATES)}
    if query.gram_candidates and len(found) < limit:
        parts = rank(Q(grams__overlap=list(query.gram_candidates)), CANDIDATES)
        floor = CHANCE * max((hit.score for hit in (*found.values(), *parts)), default=0.0)
        found |= {hit.pk: hit for hit in parts if hit.score >= floor}
    return sorted(found.values(), key=lambda hit: (-hit.score, hit.pk))[:limit]


def _has_any(column: str, terms: Sequence[int]) -> Q:
    return Q(**{f"{column}__{'overlap' if len(terms) > 1 else 'contains'}": list(terms)})


def matched_words(*, text: str, scope: str, ids: Collection[int]) -> dict[int, list[str]]:
    """Which of the query's words each of these documents has, for the reason beside a result."""
    words = {term_id(f"w:{word}"): word for word in dict.fromkeys(words_of(text))}
    key = _key(scope)
    rows = TagVector.objects.filter(**{f"{key}__in": list(ids)}).values_list(key, "words")
    return {pk: [words[term] for term in terms if term in words] for pk, terms in rows}
