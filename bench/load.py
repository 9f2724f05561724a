"""Load on the site's own server, beside the same server with an empty Django page: requests a second, p50/p95/p99 at 1,
8 and 32 connections, slow clients, memory before and after, and faults survived.

`LOAD_REQUESTS` is how many requests each figure is of: 24 unless set, which takes about a minute; 300 takes about four,
on a machine that does nothing else. On a busy one a figure ends after `LOAD_SECONDS` (18) and tells how many it is of,
so that all of it takes no more than nine minutes.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
from django.conf import settings
from django.db import connection
from django.test import Client

from bench.scratch import scratch_database
from bench.slow_clients import asked_ms, dripping, not_reading
from bench.timing import row
from config.embedded import free_port

CONNECTIONS = (1, 8, 32)
REQUESTS = int(os.environ.get("LOAD_REQUESTS", "24"))
SECONDS = float(os.environ.get("LOAD_SECONDS", "18"))
GARMENTS = 300
PAGES = ("/today/", "/closet/", "/looks/mine/", "/numbers/")
EMPTY = """
import sys
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x", MIDDLEWARE=[])
urlpatterns = [path("", lambda request: HttpResponse("empty"))]
from django.core.wsgi import get_wsgi_application
from waitress import serve
serve(get_wsgi_application(), host="127.0.0.1", port=int(sys.argv[1]), threads=8, ident="")
"""


@contextlib.contextmanager
def server(command: list[str], port: int, path: str) -> Iterator[psutil.Process]:
    where = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(where._replace(path="/" + str(connection.settings_dict["NAME"])))
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "MALLOC_ARENA_MAX": "2",
    }
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**environment, "LOG_LEVEL": "ERROR"})
    try:
        deadline = time.monotonic() + 120
        while asked_ms(port, path, times=1)[0] >= 10_000:
            assert time.monotonic() < deadline, "the server did not answer"
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(15)


def loaded(port: int, path: str, cookie: str, connections: int, requests: int) -> tuple[list[float], float, int]:
    """(sorted milliseconds, requests a second, how many were not answered 200) of that many connections at once."""
    took: list[float] = []
    failed = 0
    left = threading.Semaphore(requests)
    lock = threading.Lock()

    def ask() -> None:
        nonlocal failed
        one = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < until and left.acquire(blocking=False):
            begun = time.perf_counter()
            try:
                one.request("GET", path, headers={"Host": "localhost", "Cookie": cookie})
                answer = one.getresponse()
                answer.read()
                is_well = answer.status == 200
            except (OSError, http.client.HTTPException):
                is_well = False
                one.close()
            with lock:
                took.append((time.perf_counter() - begun) * 1000)
                failed += not is_well

    threads = [threading.Thread(target=ask) for _ in range(connections)]
    started = time.perf_counter()
    until = started + SECONDS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(took), len(took) / (time.perf_counter() - started), failed


def at(took: list[float], share: float) -> float:
    return took[min(len(took) - 1, int(share * len(took)))]


def _rows(name: str, port: int, path: str, cookie: str, empty: dict[int, float]) -> list[dict[str, Any]]:
    rows = []
    for count in CONNECTIONS:
        wanted = max(REQUESTS, 2 * count)
        took, rate, failed = loaded(port, path, cookie, count, wanted)
        empty.setdefault(count, at(took, 0.5))
        note = f"p95 {at(took, 0.95):.0f}, p99 {at(took, 0.99):.0f} ms; {rate:.1f} requests a second"
        if len(took) < wanted:
            note += f"; of {len(took)} requests in {SECONDS:.0f} s"
        if failed:
            note += f"; {failed} FAILED"
        middle = at(took, 0.5)
        rows.append(
            row(f"{name}, {count} connections", middle, at(took, 0.75) - at(took, 0.25), middle / empty[count], note)
        )
    return rows


def run() -> list[dict[str, Any]]:
    from closet.models import User
    from tests.wardrobe import garment, look

    rows: list[dict[str, Any]] = []
    with scratch_database():
        client = Client(SERVER_NAME="localhost")
        user = User.objects.create_user("bench@example.com", "x")
        client.force_login(user)
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        for number in range(GARMENTS):
            garment(user, ("shirt", "jeans", "coat", "sneakers")[number % 4], "black", "blue", vector=number)
        for number in range(40):
            look("shirt", "jeans", "sneakers", vectors=[number, number + 1, number + 2])
        empty: dict[int, float] = {}
        port = free_port(8600)
        with server([sys.executable, "-c", EMPTY, str(port)], port, "/"):
            rows += _rows("empty Django page", port, "/", "", empty)
        port = free_port(8600)
        with server([sys.executable, "-m", "config.web"], port, "/livez") as web:
            before = web.memory_info().rss
            for path in PAGES:
                rows += _rows(f"{path} of {GARMENTS} garments", port, path, cookie, empty)
            rows.append(_slow_clients(port))
            rows += _faults(port, cookie)
            after = web.memory_info().rss
            rows.append(
                row("memory of the web process", None, note=f"{before >> 20} MB before, {after >> 20} MB after")
            )
        rows.append(_killed_process(cookie))
    load = os.getloadavg()[0]
    rows.append(
        row(
            "load of the machine at the end",
            None,
            note=f"{load:.1f} on {os.cpu_count()} cores: above it, others work too",
        )
    )
    return rows


def _slow_clients(port: int) -> dict[str, Any]:
    with dripping(port, 200, "/search/photo/"), not_reading(port, 50, "/static/img/screenshot.webp"):
        took = asked_ms(port, "/healthz", times=20)
    return row("200 dripping and 50 not reading: /healthz", at(took, 0.5), note=f"slowest {took[-1]:.0f} ms")


def _faults(port: int, cookie: str) -> list[dict[str, Any]]:
    """What the site goes through, and how its pages answer meanwhile."""
    rows = []
    redis = int((Path(settings.VAR_DIR) / "bench-services" / "redis" / "pid").read_text())
    os.kill(redis, signal.SIGSTOP)
    try:
        took, _rate, failed = loaded(port, "/closet/", cookie, 2, 16)
        rows.append(
            row("Redis hangs: /closet/", at(took, 0.5), note=f"slowest {took[-1]:.0f} ms, {failed} of 16 failed")
        )
    finally:
        os.kill(redis, signal.SIGCONT)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    took, _rate, failed = loaded(port, "/closet/", cookie, 2, 16)
    rows.append(row("Postgres drops every connection: /closet/", at(took, 0.5), note=f"{failed} of 16 failed"))
    return rows


def _killed_process(cookie: str) -> dict[str, Any]:
    """One of two web processes is killed under load; the other goes on, and a new one takes its place."""
    port = free_port(8600)
    os.environ["WEB_PROCESSES"] = "2"
    try:
        with server([sys.executable, "-m", "config.web"], port, "/livez") as web:
            threading.Timer(0.5, web.children()[0].kill).start()
            took, _rate, failed = loaded(port, "/closet/", cookie, 4, 24)
            time.sleep(2)
            note = (
                f"slowest {took[-1]:.0f} ms, {failed} of 24 failed, {len(web.children())} processes two seconds later"
            )
    finally:
        del os.environ["WEB_PROCESSES"]
    return row("one of two web processes is killed: /closet/", at(took, 0.5), note=note)
