"""Clients that hold a server up: some drip an upload byte by byte, some ask for much and read nothing."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator

BODY = 2_000_000  # bytes that a dripping client promises


def _connected(port: int, receive_buffer: int | None = None) -> socket.socket:
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(10)
    client.connect(("127.0.0.1", port))
    return client


@contextlib.contextmanager
def dripping(
    port: int, count: int, path: str, *, bytes_each: int = 1, pause_s: float = 0.25
) -> Iterator[list[socket.socket]]:
    """`count` uploads to `path`: the first half send a hundred bytes and fall silent, the others go on with
    `bytes_each` every `pause_s` seconds.
    """
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {BODY}\r\n"
        # With a cookie the check against forged forms reads the body; without one it refuses early.
        f"Cookie: csrftoken={'a' * 32}\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    clients = [_connected(port) for _ in range(count)]
    for client in clients:
        client.sendall(head.encode() + b"x" * 100)
    over = threading.Event()

    def drip() -> None:
        while not over.wait(pause_s):
            for client in clients[count // 2 :]:
                with contextlib.suppress(OSError):
                    client.send(b"x" * bytes_each)

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield clients
    finally:
        over.set()
        thread.join()
        for client in clients:
            client.close()


@contextlib.contextmanager
def not_reading(port: int, count: int, path: str, headers: str = "") -> Iterator[list[socket.socket]]:
    """`count` clients that ask for `path` and never read a byte of the answer. headers: lines that end in CRLF."""
    clients = [_connected(port, receive_buffer=4096) for _ in range(count)]
    for client in clients:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode())
    try:
        yield clients
    finally:
        for client in clients:
            client.close()


def asked_ms(port: int, path: str, *, times: int = 20, pause_s: float = 0.05, timeout_s: float = 10) -> list[float]:
    """How long `path` takes, each time on a new connection: sorted milliseconds. A failure counts as `timeout_s`."""
    took: list[float] = []
    for _ in range(times):
        started = time.perf_counter()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
            connection.request("GET", path, headers={"Host": "localhost"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            took.append((time.perf_counter() - started) * 1000 if answer.status < 400 else timeout_s * 1000)
        except (OSError, http.client.HTTPException):
            took.append(timeout_s * 1000)
        time.sleep(pause_s)
    return sorted(took)


def answered_after_early_answer(port: int, path: str, size: int, timeout_s: float = 5) -> bool:
    """Whether a connection goes on after an upload of `size` bytes that is answered before it is read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("POST", path, body=b"x" * size, headers={"Host": "localhost"})
        connection.getresponse().read()
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
