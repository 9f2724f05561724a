"""Members' and the catalogue's pictures in an S3-compatible store, which may be away."""

import contextlib
import errno
from collections.abc import Iterator
from typing import Any

from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


class PatientS3Storage(S3Storage):
    """A store that is away is an OSError (EIO) within seconds, not a thread held for minutes."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("client_config", Config(connect_timeout=2, read_timeout=10, retries={"max_attempts": 2}))
        super().__init__(**options)

    def _open(self, name: str, mode: str = "rb") -> Any:
        with told_as_os_error():
            return super()._open(name, mode)

    def _save(self, name: str, content: Any) -> str:
        with told_as_os_error():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with told_as_os_error():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with told_as_os_error():
            return bool(super().exists(name))


@contextlib.contextmanager
def told_as_os_error() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, S3UploadFailedError) as error:
        raise OSError(errno.EIO, f"the store of pictures does not answer: {type(error).__name__}") from error
