"""The bench's store keeps what it acknowledged when it is killed."""

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench.store import Journal, Kept


def in_memory() -> Callable[..., Iterable[bytes]]:
    """A store as moto's is: gone with its process."""
    held: dict[str, bytes] = {}

    def answer(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if method == "PUT":
            held[path] = environ["wsgi.input"].read()
        elif method == "DELETE":
            held.pop(path, None)
        found = method != "GET" or path in held
        start_response("200 OK" if found else "404 Not Found", [])
        return [held.get(path, b"")]

    return answer


def ask(store: Kept, method: str, path: str, body: bytes = b"") -> tuple[str, bytes]:
    told: list[str] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)),
               "wsgi.input": io.BytesIO(body), "wsgi.version": (1, 0)}  # fmt: skip
    content = b"".join(store(environ, lambda status, _headers: told.append(status)))
    return told[0][:3], content


def test_a_killed_store_has_all_that_it_acknowledged(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    store = Kept(in_memory(), Journal(journal))
    for number in range(5):
        assert ask(store, "PUT", f"/otjang/{number}", bytes([number]) * 1000)[0] == "200"
    assert ask(store, "DELETE", "/otjang/0")[0] == "200"
    with journal.open("ab") as file:
        file.write(b"\x80\x04\x95cut short by the kill")

    again = Kept(in_memory(), Journal(journal))
    assert ask(again, "GET", "/otjang/3") == ("200", b"\x03" * 1000)
    assert ask(again, "GET", "/otjang/0")[0] == "404"
    assert ask(again, "PUT", "/otjang/5", b"later")[0] == "200"

    once_more = Kept(in_memory(), Journal(journal))
    assert ask(once_more, "GET", "/otjang/5") == ("200", b"later")
    assert ask(once_more, "GET", "/otjang/4") == ("200", b"\x04" * 1000)
