"""Members' and the catalogue's pictures in an S3-compatible store, which may be away."""

import contextlib
import errno
import time
from collections.abc import Iterator
from typing import Any, Final

from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

REST_S: Final = 3.0
PATIENCE: Final = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2})


class PatientS3Storage(S3Storage):
    """A store that is away is an OSError (EIO) within seconds, not a thread held for minutes; then it is left alone for
    a moment, so that not everybody waits for it anew."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("client_config", PATIENCE)
        super().__init__(**options)
        self._away_until = 0.0

    def _open(self, name: str, mode: str = "rb") -> Any:
        with self._asked():
            opened = super()._open(name, mode)
            if mode == "rb":
                opened.file  # noqa: B018  fetched here, where a failure is told as one of input and output
            return opened

    def _save(self, name: str, content: Any) -> str:
        with self._asked():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with self._asked():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with self._asked():
            return bool(super().exists(name))

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        if time.monotonic() < self._away_until:
            raise OSError(errno.EIO, "the store of pictures did not answer a moment ago")
        try:
            yield
        except (BotoCoreError, ClientError, S3UploadFailedError) as error:
            if isinstance(error, BotoCoreError):  # no answer at all
                self._away_until = time.monotonic() + REST_S
            raise OSError(errno.EIO, f"the store of pictures does not answer: {type(error).__name__}") from error
