"""moto's S3 server as a store with a disk: `python -m bench.store ADDRESS PORT FOLDER`.

moto keeps its objects in memory. Here each request that changed something is in a journal on disk before it is
answered, and a new process replays the journal, so that the store can be killed and started again as one with a disk
can. Uploads in several parts get another id when they are replayed; what is sent here is too small for them.
"""

from __future__ import annotations

import io
import os
import pickle
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

Environ = dict[str, Any]
_HEAD = struct.Struct(">QI")  # of an entry: its length and its checksum
CHANGES = ("PUT", "POST", "DELETE")


class Journal:
    """(environ, body) of each request that changed something, oldest first; what a kill cut short is no part of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.file: BinaryIO | None = None

    def read(self) -> Iterator[tuple[Environ, bytes]]:
        """Opens it for writing, too: behind the last whole entry."""
        self.file = self.path.open("r+b" if self.path.exists() else "w+b")
        end, size = 0, os.fstat(self.file.fileno()).st_size
        while len(head := self.file.read(_HEAD.size)) == _HEAD.size:
            length, check = _HEAD.unpack(head)
            entry = self.file.read(length) if length <= size else b""
            if len(entry) < length or zlib.crc32(entry) != check:
                break
            end = self.file.tell()
            yield pickle.loads(entry)
            self.file.seek(end)
        self.file.seek(end)
        self.file.truncate()

    def write(self, environ: Environ, body: bytes) -> None:
        """Returns once it is on the disk."""
        assert self.file is not None
        plain = {name: value for name, value in environ.items() if isinstance(value, str | int | bool | tuple)}
        entry = pickle.dumps((plain, body))
        with self.lock:
            self.file.write(_HEAD.pack(len(entry), zlib.crc32(entry)) + entry)
            self.file.flush()
            os.fsync(self.file.fileno())


class Kept:
    """A WSGI application whose changes outlive its process."""

    def __init__(self, application: Callable[..., Iterable[bytes]], journal: Journal) -> None:
        self.application, self.journal = application, journal
        for environ, body in journal.read():
            self._ask(environ, body)

    def _ask(self, environ: Environ, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        told: list[Any] = []
        asked = {**environ, "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "CONTENT_LENGTH": str(len(body))}
        answer = self.application(asked, lambda status, headers, *_: told.extend((status, headers)))
        content = b"".join(answer)
        return told[0], told[1], content

    def __call__(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        body = _body(environ)
        status, headers, content = self._ask(environ, body)
        if environ["REQUEST_METHOD"] in CHANGES and status[0] == "2":
            self.journal.write(environ, body)
        start_response(status, headers)
        return [content]


def _body(environ: Environ) -> bytes:
    source: BinaryIO = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):  # sent in chunks
        return source.read()
    return source.read(int(environ.get("CONTENT_LENGTH") or 0))


def main(address: str, port: str, folder: str) -> None:
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import run_simple

    Path(folder).mkdir(parents=True, exist_ok=True)
    kept = Kept(DomainDispatcherApplication(create_backend_app), Journal(Path(folder) / "journal"))
    run_simple(address, int(port), kept, threaded=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
