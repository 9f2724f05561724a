"""The Postgres and Redis of our own: ports that are taken, a folder that is in use, a stop that leaves nothing."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from config import env
from config.embedded import ServiceFailed, Services, free_port


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


def test_start_and_stop_leave_no_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from config.embedded import Services\n"
        "with Services(Path(sys.argv[1])) as services:\n"
        "    print(services._redis.pid, services._postgres.get_pid())\n"
    )
    clean = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "var")], cwd=env.BASE_DIR, env=clean, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert [pid for pid in done.stdout.split() if is_alive(int(pid))] == []
    assert not (tmp_path / "var" / "services.env").exists()
