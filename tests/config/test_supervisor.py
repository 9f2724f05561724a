"""What ends by itself is started again: programs, our own Redis and Postgres, with pauses that grow, and a sentence."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from config import env
from config.supervisor import FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S, Program, Service, Supervisor

WITHIN_S = 5


def wait_for(condition: Callable[[], bool], look: Callable[[], None], seconds: float = WITHIN_S) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        look()
        time.sleep(0.05)


def test_a_killed_program_runs_again_and_leaves_no_child(tmp_path: Path) -> None:
    said: list[str] = []
    script = "sleep 300 & echo $! > child; wait"
    program = Program("the web server", ["/bin/sh", "-c", script], folder=tmp_path, environment=dict(os.environ))
    program.start()
    try:
        supervisor = Supervisor([program], said.append)
        wait_for(lambda: (tmp_path / "child").exists(), supervisor.look)
        first = program.process
        assert first is not None
        child = psutil.Process(int((tmp_path / "child").read_text()))
        first.kill()
        wait_for(lambda: program.process is not first and program.is_alive(), supervisor.look)
        assert said == [
            "the web server ended by itself (SIGKILL); it is started again in 0.5 s",
            "the web server is started again",
        ]
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    finally:
        program.ask_to_stop()
        program.stop(2)
    assert not program.is_alive()


def test_pauses_grow_while_it_ends_at_once_and_begin_anew_once_it_lived() -> None:
    now, alive, starts = 0.0, False, 0

    def start() -> None:
        nonlocal starts
        starts += 1

    supervisor = Supervisor([Service("Redis", lambda: alive, start)], lambda text: None, clock=lambda: now)
    pauses = []
    for _ in range(9):
        supervisor.look()
        pauses.append(supervisor._due["Redis"] - now)
        now = supervisor._due["Redis"]
        supervisor.look()
    assert starts == 9
    assert pauses == [0.5, 1, 2, 4, 8, 16, LONGEST_PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_S]
    alive = True
    now += STEADY_S + 1
    supervisor.look()
    alive = False
    supervisor.look()
    assert supervisor._due["Redis"] - now == FIRST_PAUSE_S


def test_a_start_that_fails_is_told_and_tried_again() -> None:
    now, said = 0.0, []

    def start() -> None:
        raise OSError(28, "No space left on device")

    supervisor = Supervisor([Service("Redis", lambda: False, start)], said.append, clock=lambda: now)
    supervisor.look()
    now = 1
    supervisor.look()
    assert said[-1] == "Redis ended by itself (No space left on device); it is started again in 1 s"


KEPT = """
import os, sys, threading, time
from pathlib import Path
from config.embedded import Services
from config.supervisor import Supervisor, services_of
with Services(Path(sys.argv[1]), keep_address_file=False) as services:
    supervisor = Supervisor(services_of(services), lambda text: print(text, flush=True))
    print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], flush=True)
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), over.set()), daemon=True).start()
    while not over.wait(0.1):
        supervisor.look()
"""


@pytest.fixture
def kept() -> Iterator[tuple[Path, str, str]]:
    """A supervised Postgres and Redis: their folder and addresses. They end with the test, and leave nothing."""
    with tempfile.TemporaryDirectory(prefix="otjang-") as folder:
        clean = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        process = subprocess.Popen(
            [sys.executable, "-c", KEPT, folder], cwd=env.BASE_DIR, env=clean, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        database, broker = process.stdout.readline().split()
        yield Path(folder), database, broker
        before = [
            int((Path(folder) / name).read_text().split()[0]) for name in ("postgres/postmaster.pid", "redis/pid")
        ]
        told, _ = process.communicate("")
        assert process.returncode == 0
        assert told.count("is started again\n") == 2 and "Postgres ended by itself" in told
        assert not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in before)


@pytest.mark.slow
def test_a_killed_postgres_and_a_killed_redis_answer_again_with_what_they_held(kept: tuple[Path, str, str]) -> None:
    folder, database, broker = kept
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE held AS SELECT 7 AS n")
    connection.close()
    client = redis.Redis.from_url(broker)
    client.set("held", 7)
    time.sleep(1.1)  # Redis writes once a second

    os.kill(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    os.kill(int((folder / "redis" / "pid").read_text()), signal.SIGKILL)

    def postgres_answers() -> bool:
        try:
            again = psycopg2.connect(database)
        except psycopg2.OperationalError:
            return False
        with again.cursor() as cursor:
            cursor.execute("SELECT n FROM held")
            held = cursor.fetchone() == (7,)
        again.close()
        return held

    def redis_answers() -> bool:
        try:
            return bool(redis.Redis.from_url(broker).get("held") == b"7")
        except redis.RedisError:
            return False

    time.sleep(0.1)
    # Both are started within the five seconds; reading its log again takes Postgres longer on a busy machine.
    wait_for(lambda: redis_answers() and postgres_answers(), lambda: None, seconds=30)
