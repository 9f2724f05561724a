"""The renderer as a process: `python -m catalog.drawing` draws what JSON lines on its input ask for.

A line `{"shapes": true}` is answered by the known silhouettes as JSON; a line with the fields of a GarmentSpec and
`size` by the picture as PNG. Every answer is preceded by its length, four bytes big-endian; a length of 0 says that it
cannot be drawn.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from catalog.drawing import SILHOUETTES, GarmentSpec, draw_garment


def answer(asked: dict[str, Any]) -> bytes:
    if asked.get("shapes"):
        fields = ("slug", "kind", "en", "ko", "materials", "patterned")
        return json.dumps([{name: getattr(shape, name) for name in fields} for shape in SILHOUETTES.values()]).encode()
    size = asked.pop("size")
    colours = tuple(tuple(lab) for lab in asked.pop("colours"))
    buffer = io.BytesIO()
    try:
        draw_garment(GarmentSpec(colours=colours, **asked), size=size).save(buffer, "PNG", compress_level=1)
    except ValueError:
        return b""
    return buffer.getvalue()


def main() -> None:
    for line in sys.stdin.buffer:
        data = answer(json.loads(line))
        sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
