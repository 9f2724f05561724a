"""A database of the benchmark's own, migrated and emptied, so that no member's rows are touched."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test.utils import setup_databases, teardown_databases


@contextmanager
def scratch_database() -> Iterator[None]:
    old = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(old, verbosity=0)
