"""The real server under clients that drip, fall silent or do not read: the others notice nothing."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

from bench.slow_clients import answered_after_early_answer, asked_ms, dripping, not_reading
from config.embedded import die_with_parent, free_port

PATIENCE_S = 4
LIMIT_MS = 500
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def port(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """`python -m config.web` on the test's database."""
    with django_db_blocker.unblock():
        name = str(connection.settings_dict["NAME"])
        address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    port = free_port(8750)
    environment = {**os.environ, "DATABASE_URL": address, "HOST": "127.0.0.1", "PORT": str(port), "LOG_LEVEL": "ERROR",
                   "WEB_PATIENCE_S": str(PATIENCE_S)}  # fmt: skip
    log = (tmp_path_factory.mktemp("web") / "log").open("ab")
    web = subprocess.Popen(
        [sys.executable, "-m", "config.web"], env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent
    )
    try:
        deadline = time.monotonic() + 60
        while asked_ms(port, "/", times=1)[0] >= 10_000:
            assert time.monotonic() < deadline and web.poll() is None, Path(log.name).read_text()
        yield port
    finally:
        web.terminate()
        web.wait(20)
        log.close()


@pytest.fixture(scope="module")
def large_file() -> Iterator[str]:
    """The address of 66 MB that anybody may fetch."""
    name = storages["public"].save("large.png", ContentFile(bytes(66 * 2**20)))
    yield f"/media/catalogue/{name}"
    storages["public"].delete(name)


def is_ended(client: socket.socket) -> bool:
    """Whether the server has closed it; what it had sent before is read away."""
    client.settimeout(0.2)
    try:
        while client.recv(1 << 20):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def assert_others_are_answered(port: int) -> None:
    took = sorted(asked_ms(port, "/healthz", times=6) + asked_ms(port, "/account/login/", times=6))
    assert took[-2] < LIMIT_MS, took  # one may fall to the noise of the machine


@pytest.mark.parametrize("path", ["/search/photo/", "/api/v1/search/photo/"])
def test_others_are_answered_while_200_clients_drip_an_upload(port: int, path: str) -> None:
    with dripping(port, 200, path):
        assert_others_are_answered(port)


def test_others_are_answered_while_50_clients_do_not_read(port: int, large_file: str) -> None:
    with not_reading(port, 50, large_file):
        time.sleep(1)  # fifty requests at once take their time, whoever sends them
        assert_others_are_answered(port)


def test_who_is_too_slow_is_ended_and_who_is_slow_is_not(port: int, large_file: str) -> None:
    with (
        dripping(port, 4, "/search/photo/") as drips,
        not_reading(port, 2, large_file) as deaf,
        dripping(port, 2, "/search/photo/", bytes_each=300) as (silent, slow),
    ):
        time.sleep(2 * PATIENCE_S + 2)
        assert all(is_ended(client) for client in (*drips, *deaf, silent))
        assert not is_ended(slow)


@pytest.mark.parametrize("path", ["/photos/", "/api/v1/photos/", "/nothing/"])
@pytest.mark.parametrize("size", [70_000, 1_000_000])
def test_a_connection_goes_on_after_a_body_that_is_answered_early(port: int, path: str, size: int) -> None:
    assert answered_after_early_answer(port, path, size)


def test_a_body_larger_than_any_photo_is_refused_at_its_first_line(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"POST /search/photo/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000000\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 413 ")
