"""A migrated database, made once for a state of the migrations; each run copies it, each of its processes clones it.

Migrating takes 20 s; copying a server's folder and cloning a database in it takes one.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from config import env
from config.embedded import Services

TEMPLATE = "migrated"
APPS = ("catalog", "closet", "recommender")


def fingerprint() -> str:
    """Of what a migrated database holds: our migrations, the packages' versions, and how it is made."""
    paths = [path for app in APPS for path in (env.BASE_DIR / app / "migrations").glob("*.py")]
    paths.append(env.BASE_DIR / "catalog" / "taxonomy.py")  # they sow what it lists
    digest = hashlib.sha256()
    for path in sorted([*paths, Path(__file__), env.BASE_DIR / "requirements.lock"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def copy_into(folder: Path) -> None:
    """Lays a stopped server's data, with the database TEMPLATE in it, into `folder`."""
    made = env.VAR_DIR / f"test-postgres-{fingerprint()}"
    if not made.exists():
        for older in env.VAR_DIR.glob("test-postgres-*"):
            shutil.rmtree(older, ignore_errors=True)
        _make(made)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # With owner and mode: root runs Postgres as another user.
    subprocess.run(["cp", "-a", str(made), str(folder)], check=True)


def _make(made: Path) -> None:
    import psycopg2

    env.VAR_DIR.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="test-building-", dir=env.VAR_DIR))
    before = dict(os.environ)
    os.environ.update(DEBUG="true", DEMO="false")
    os.environ.pop("DATABASE_URL", None)
    try:
        with Services(building, keep_address_file=False):
            command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(command, cwd=env.BASE_DIR, check=True)
            address = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres")
            with contextlib.closing(psycopg2.connect(urlunsplit(address))) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute(f"ALTER DATABASE otjang RENAME TO {TEMPLATE}")
                    # What a test run writes need not outlive a power cut.
                    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                        cursor.execute(f"ALTER SYSTEM SET {setting} = off")
        with contextlib.suppress(OSError):  # another run was as quick
            (building / "postgres").rename(made)
    finally:
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(building, ignore_errors=True)
