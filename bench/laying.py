"""Lays out many rows quickly: COPY into tables without their indexes, which are built afterwards, all at once."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection, models
from django.utils import timezone

from recommender.index import keywords
from recommender.models import TERM_SPACE, TermCount


@contextmanager
def without_indexes(*tables: str) -> Iterator[None]:
    """Secondary indexes and unique constraints of the tables go, and are there again afterwards. Keys stay."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'u' AND conrelid = ANY(%s::regclass[])",
            [list(tables)],
        )
        constraints = cursor.fetchall()
        for table, name, _definition in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE NOT indisprimary AND indrelid = ANY(%s::regclass[])",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")


class Copy:
    """Rows of a model as COPY reads them: what is not told has the field's default."""

    def __init__(self, model: type[models.Model], told: Sequence[str]) -> None:
        self.table = model._meta.db_table
        fields = {field.attname: field for field in model._meta.concrete_fields}
        rest = [name for name in fields if name not in told and name != model._meta.pk.attname]
        self.columns = [*told, *rest]
        self._constants = "".join(f"\t{_text(fields[name].get_default(), fields[name])}" for name in rest)
        self._fields = [fields[name] for name in told]
        self._lines = io.StringIO()

    def add(self, *values: Any) -> None:
        """In the order of what is told."""
        texts = "\t".join(_text(value, field) for value, field in zip(values, self._fields, strict=True))
        self._lines.write(f"{texts}{self._constants}\n")

    def send(self) -> None:
        self._lines.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {self.table} ({', '.join(self.columns)}) FROM STDIN", self._lines)
        self._lines = io.StringIO()


def _text(value: Any, field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    if isinstance(field, models.DateTimeField) and value is None:
        value = timezone.now()  # of auto_now, which bulk statements fill in, too
    match value:
        case None:
            return "\\N"
        case bool():
            return "t" if value else "f"
        case list() | tuple():
            return "{" + ",".join(map(str, value)) + "}"
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


class Documents:
    """Products' documents by COPY, with the words' parts hashed once a word; and in how many documents each term is."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._lines = io.StringIO()
        self._terms: list[int] = []
        self._counts = np.zeros(TERM_SPACE, np.int64)
        self._documents = 0

    def add(self, pk: int, texts: Iterable[str], facets: Sequence[int]) -> None:
        words: dict[int, int] = {}
        grams: dict[int, int] = {}
        for text in texts:
            for word in _words(text):
                term, parts = _hashed(word)
                words[term] = words.get(term, 0) + 1
                for part in parts:
                    grams[part] = grams.get(part, 0) + 1
        if self._documents < 50:  # the same as the product would have indexed
            known = keywords.document_of(texts)
            assert (dict(known.words), dict(known.grams)) == (words, grams)
        vector = ",".join([_weight(term, count) for term, count in (words | grams).items()])
        self._lines.write(
            f"{pk}\t{_listed(words)}\t{_listed(grams)}\t{_listed(facets)}\t{{{vector}}}/{TERM_SPACE}"
            f"\t{'t' if keywords.is_sampled(pk) else 'f'}\n"
        )
        self._terms += [*words, *grams, *facets]
        self._documents += 1

    def send(self) -> None:
        self._lines.seek(0)
        with connection.cursor() as cursor:
            columns = "product_id, words, grams, facets, vector, is_sampled"
            cursor.copy_expert(f"COPY {self._table} ({columns}) FROM STDIN", self._lines)
        self._lines = io.StringIO()
        self._counts += np.bincount(self._terms, minlength=TERM_SPACE)
        self._terms = []

    def count(self) -> None:
        """Writes the counts, as `keywords.counts_rebuild` would from the rows."""
        lines = io.StringIO(f"products\t0\t{self._documents}\n")
        lines.seek(0, io.SEEK_END)
        for term in np.flatnonzero(self._counts):
            lines.write(f"products\t{term}\t{self._counts[term]}\n")
        lines.seek(0)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TermCount._meta.db_table} WHERE scope = 'products'")
            cursor.copy_expert(f"COPY {TermCount._meta.db_table} (scope, term, documents) FROM STDIN", lines)
            cursor.execute(f"VACUUM ANALYZE {TermCount._meta.db_table}")


@lru_cache(maxsize=50_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(keywords.words_of(text))


@lru_cache(maxsize=50_000)
def _hashed(word: str) -> tuple[int, tuple[int, ...]]:
    return keywords.term_id(f"w:{word}"), tuple(keywords.term_id(f"g:{gram}") for gram in keywords.grams_of(word))


@lru_cache(maxsize=500_000)
def _weight(term: int, count: int) -> str:
    """An element of a sparsevec's text, which counts from 1."""
    return f"{term + 1}:{1 + math.log10(count)}"


def _listed(terms: Iterable[int]) -> str:
    return "{" + ",".join(map(str, terms)) + "}"
