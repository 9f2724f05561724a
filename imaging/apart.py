"""Pictures of members opened in a process of their own: what they cost in time and memory is bounded, and is not ours.

`python -m imaging.apart mask|pictures SIDE ...` reads a picture from standard input and writes what was asked for to
standard output, each part behind its length in four bytes; or it ends with status 3 and a code of `decode.MESSAGES`.
The header was checked before: a process is begun only for what may be opened at all.
"""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from PIL import Image

from imaging.webp import webp

SECONDS: Final = 20  # of processor time; a photo of 50 megapixels takes two
MEMORY: Final = 1536 * 1024 * 1024  # bytes of address space, libraries among them
PATIENCE_S: Final = 60
ROOT: Final = Path(__file__).resolve().parent.parent
_ROOM: Final = threading.BoundedSemaphore(2)  # at once, of this process
REFUSED: Final = 3


class Unopened(Exception):
    """It could not be opened within its bounds. code: one of `decode.MESSAGES`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def mask(data: bytes, *, side: int) -> Image.Image:
    """A PNG as an "L" picture of at most `side` pixels: its transparency where it has any, else its brightness.

    Raises Unopened.
    """
    (png,) = _asked("mask", data, side)
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        return picture.copy()


def pictures(data: bytes, *, sides: tuple[int, ...]) -> list[bytes]:
    """A photo as WebP without metadata, upright, at most so many pixels long: one for each side. Raises Unopened."""
    return _asked("pictures", data, *sides)


def _asked(what: str, data: bytes, *sides: int) -> list[bytes]:
    with _ROOM:
        try:
            done = subprocess.run(  # noqa: S603  our own program
                [sys.executable, "-m", "imaging.apart", what, *map(str, sides)],
                input=data,
                capture_output=True,
                cwd=ROOT,
                timeout=PATIENCE_S,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
            )
        except subprocess.TimeoutExpired:
            raise Unopened("corrupt") from None
    if done.returncode:
        raise Unopened(done.stderr.decode(errors="replace").strip() if done.returncode == REFUSED else "corrupt")
    parts, rest = [], done.stdout
    while rest:
        length = int.from_bytes(rest[:4], "big")
        parts.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    return parts


# --- In the process of its own ----------------------------------------------------------------------------------------
def _mask(data: bytes, side: int) -> bytes:
    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        picture.load()
        found = picture.convert("L")
        # A canvas saves an opaque transparency beside its greys, and then the greys count.
        if picture.has_transparency_data:
            alpha = picture.convert("RGBA").getchannel("A")
            found = alpha if alpha.getextrema() != (255, 255) else found
    found.thumbnail((side, side))
    file = io.BytesIO()
    found.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _pictures(data: bytes, sides: list[int]) -> list[bytes]:
    from imaging.decode import decode, fitted

    image = decode(data, max_side=max(sides)).image
    return [webp(fitted(image, side), quality=82 if side == max(sides) else 78) for side in sides]


def main(what: str, *sides: str) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read()
    try:
        wanted = [int(side) for side in sides]
        parts = [_mask(data, wanted[0])] if what == "mask" else _pictures(data, wanted)
    except MemoryError:
        code = "too_many_pixels"
    except Exception as error:  # whatever a damaged picture makes its reader stumble over
        code = str(getattr(error, "code", "corrupt"))
    else:
        for part in parts:
            sys.stdout.buffer.write(len(part).to_bytes(4, "big") + part)
        return 0
    sys.stderr.write(code)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
