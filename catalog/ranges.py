"""Part of a file, as `Range` asks: one range of bytes, sent by the server without a thread of ours."""

from __future__ import annotations

import io
import re
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})$")


def file_response(
    request: HttpRequest, file: IO[bytes], *, size: int, content_type: str, etag: str = "", download_as: str = ""
) -> FileResponse | HttpResponse:
    """The whole file (200), the part asked for (206), or 416 where there is none such."""
    found = _RANGE.match(request.headers.get("Range", ""))
    if found is None or found.groups() == ("", "") or request.headers.get("If-Range", etag) != etag:
        answer = FileResponse(file, content_type=content_type, as_attachment=bool(download_as), filename=download_as)
        answer["Content-Length"] = str(size)
    else:
        first, last = _ends(found, size)
        if first > last:
            file.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        part = Part(file, first, last - first + 1)
        answer = FileResponse(
            part, status=206, content_type=content_type, as_attachment=bool(download_as), filename=download_as
        )
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
        answer["Content-Length"] = str(last - first + 1)
    answer["Accept-Ranges"] = "bytes"
    answer.block_size = 1 << 16
    return answer


def _ends(found: re.Match[str], size: int) -> tuple[int, int]:
    """First and last byte asked for; first > last where there are none."""
    first, last = found.groups()
    if not first:  # the last so many bytes
        return max(size - int(last), 0), size - 1 if int(last) else -1
    return int(first), min(int(last), size - 1) if last else size - 1


class Part(io.RawIOBase):
    """`length` bytes of a file from `start` on, as a file of its own."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self._file, self._start, self._length, self._at = file, start, length, 0
        file.seek(start)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, min(base + offset, self._length))
        self._file.seek(self._start + self._at)
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = self._length - self._at
        data = self._file.read(left if size is None or size < 0 else min(size, left))
        self._at += len(data)
        return data

    def close(self) -> None:
        self._file.close()
        super().close()
