"""The Postgres and Redis of our own: ports that are taken, a folder that is in use, a stop that leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config import env
from config.embedded import ServiceFailed, Services, free_port


@pytest.fixture
def var() -> Iterator[Path]:
    """Not under pytest's own folder: every pytest that starts there closes it to the user that Postgres runs as."""
    with tempfile.TemporaryDirectory(prefix="otjang-") as folder:
        yield Path(folder) / "var"


def is_alive(pid: int) -> bool:
    """A zombie is dead; its parent (init, for a daemon) has only not looked yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_a_folder_in_use_is_refused_with_a_sentence(tmp_path: Path) -> None:
    first = Services(tmp_path)
    first._lock()
    with pytest.raises(ServiceFailed, match="already runs"):
        Services(tmp_path).__enter__()


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceFailed, match="VAR_DIR"):
        Services(tmp_path / "file" / "var").__enter__()


def test_services_that_are_given_are_used_and_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db/otjang")
    monkeypatch.setenv("REDIS_URL", "redis://cache/0")
    with Services(tmp_path) as services:
        assert services._postgres is None and services._redis is None
        assert os.environ["DATABASE_URL"] == "postgres://db/otjang"


def test_postgres_has_the_memory_that_is_asked_for_from_the_first_start_on(tmp_path: Path) -> None:
    asked = (
        "import sys; from pathlib import Path; from config.embedded import Services; import os, psycopg2\n"
        "with Services(Path(sys.argv[1]), keep_address_file=False, shared_buffers='192MB'):\n"
        "    cursor = psycopg2.connect(os.environ['DATABASE_URL']).cursor()\n"
        "    cursor.execute('SHOW shared_buffers'); print(cursor.fetchone()[0])\n"
    )
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    for _time in range(2):
        said = subprocess.run(
            [sys.executable, "-c", asked, str(tmp_path)], cwd=env.BASE_DIR, env=own, capture_output=True, text=True
        )
        assert said.stdout.split() == ["192MB"], said.stderr
    assert (tmp_path / "postgres" / "postgresql.auto.conf").read_text().count("shared_buffers") == 1


STARTED = """
import sys
from pathlib import Path
from config.embedded import Services
with Services(Path(sys.argv[1])) as services:
    print(services._redis.pid, services._postgres.get_pid(), flush=True)
    sys.stdin.readline()
"""


def started(var: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """A process that keeps the services until its input ends, and their process ids."""
    clean = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    process = subprocess.Popen(
        [sys.executable, "-c", STARTED, str(var)], cwd=env.BASE_DIR, env=clean, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    return process, [int(pid) for pid in process.stdout.readline().split()]


def left_of(pids: list[int], patience: float = 20) -> list[int]:
    deadline = time.monotonic() + patience
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def open_to_others(var: Path) -> list[str]:
    """What others could read under `var`, but for Postgres' folder, which its own user keeps closed."""
    paths = [path for path in var.rglob("*") if "postgres" not in path.relative_to(var).parts]
    assert paths
    return [f"{path} {path.lstat().st_mode & 0o777:o}" for path in paths if path.lstat().st_mode & 0o077]


def test_nobody_else_reads_what_lies_in_the_folder(var: Path) -> None:
    (var / "mail").mkdir(parents=True)
    (var / "mail" / "letter.log").write_text("a reset link")  # as an earlier release left it
    (var / "mail").chmod(0o755)
    (var / "mail" / "letter.log").chmod(0o644)
    process, _pids = started(var)
    try:
        assert open_to_others(var) == []
        assert var.stat().st_mode & 0o066 == 0
        assert (var / "postgres").stat().st_mode & 0o077 == 0
    finally:
        process.communicate("")


def test_start_and_stop_leave_no_process(var: Path) -> None:
    process, pids = started(var)
    assert len(pids) == 2
    process.communicate("")
    assert process.returncode == 0
    assert [pid for pid in pids if is_alive(pid)] == []
    assert not (var / "services.env").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_killed_run_takes_its_services_along_and_the_next_one_stops_as_ever(var: Path) -> None:
    process, pids = started(var)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert left_of(pids) == []
    again, new = started(var)
    assert len(new) == 2 and not set(new) & set(pids)
    again.communicate("")
    assert left_of(new, patience=0) == []


def test_a_database_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "postmaster.opts").write_text("")  # looks started before, so that nobody clears it away
    with pytest.raises(ServiceFailed, match="exists but is not empty"):
        Services(tmp_path).start_postgres()


def test_what_a_dead_run_left_is_ended_before_a_start(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    folder.mkdir()
    left = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"],
        cwd=folder,
        # Tests that a shell runs in the background hand down that interrupts are ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    (folder / "pid").write_text(f"{left.pid}\nand more")
    Services._end_stale(tmp_path, folder / "pid")
    assert left.poll() is None  # it is in another folder: its number was given away anew
    Services._end_stale(folder, folder / "pid")
    assert left.wait(5) == -signal.SIGINT
