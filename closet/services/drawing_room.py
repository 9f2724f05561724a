"""The renderer beside the web process: SciPy and its tiles weigh more than the site itself, and few members draw.

The process starts with the first drawing, is shared by the threads of this one, and ends when nobody drew for a while.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import threading
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from PIL import Image

IDLE_S = 120


class Shape(NamedTuple):
    """A silhouette of catalog/drawing, as much of it as a page needs."""

    slug: str
    kind: str
    en: str
    ko: str
    materials: list[str]
    patterned: bool


class _Room:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closing: threading.Timer | None = None

    def ask(self, question: dict[str, Any]) -> bytes:
        """The renderer's answer. Raises ValueError where it cannot draw that."""
        with self._lock:
            if self._closing is not None:
                self._closing.cancel()
            try:
                data = self._exchange(question)
            except (OSError, EOFError):  # it was ended from outside: once more with a new one
                self._end()
                data = self._exchange(question)
            self._closing = threading.Timer(IDLE_S, self.close)
            self._closing.daemon = True
            self._closing.start()
        if not data:
            raise ValueError("this cannot be drawn")
        return data

    def close(self) -> None:
        with self._lock:
            self._end()

    def _exchange(self, question: dict[str, Any]) -> bytes:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # our own interpreter, our own module
                [sys.executable, "-m", "catalog.drawing"],
                cwd=settings.BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EOFError
        stdin.write(json.dumps(question).encode() + b"\n")
        stdin.flush()
        length = stdout.read(4)
        if len(length) < 4:
            raise EOFError
        return stdout.read(int.from_bytes(length, "big"))

    def _end(self) -> None:
        """Closing its input ends it."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)


_room = _Room()


@lru_cache(maxsize=1)
def shapes() -> dict[str, Shape]:
    """{slug: silhouette} of everything that can be drawn, in the order of the taxonomy."""
    return {row["slug"]: Shape(**row) for row in json.loads(_room.ask({"shapes": True}))}


def draw(
    *, silhouette: str, colours: list[tuple[float, float, float]], pattern: str, material: str, seed: int, size: int
) -> Image.Image:
    """RGBA, `size` pixels square, transparent around the garment. Raises ValueError for what cannot be drawn."""
    question = {
        "silhouette": silhouette,
        "colours": colours,
        "pattern": pattern,
        "material": material,
        "seed": seed,
        "size": size,
    }
    return Image.open(io.BytesIO(_room.ask(question)))
