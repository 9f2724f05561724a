"""Streams uploads to disk and never more of one than a photo may have."""

from __future__ import annotations

import errno
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest


class PhotoUploadHandler(TemporaryFileUploadHandler):
    """A file over the cap, or one for which the disk has no room, is emptied and marked instead of breaking the
    request: the other files of the same form still arrive. `problem` of the file is then a code of closet/problems.py.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._problem = ""
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > settings.PHOTO_MAX_BYTES:
            self._give_up("too_heavy")
        if self._problem:
            return  # the rest is read from the wire and dropped: a closed connection would tell the sender nothing
        try:
            self.file.write(raw_data)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            self._give_up("disk_full")

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        try:
            self.file.flush()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            self._give_up("disk_full")
        file: UploadedFile[bytes] | None = super().file_complete(0 if self._problem else file_size)
        if file is not None and self._problem:
            file.problem = self._problem  # type: ignore[attr-defined]
        return file

    def _give_up(self, problem: str) -> None:
        if not self._problem:
            self._problem = problem
            self.file.truncate(0)


def stream_photos(request: HttpRequest) -> None:
    """Has the request's files streamed by PhotoUploadHandler. To be called before anything reads the form."""
    request.upload_handlers = [PhotoUploadHandler(request)]
