"""Which folder or bucket a name means, as settings and people write it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings

from config.backup.vault import Bucket, Folder, Place


def client() -> Any:
    """Of the store that the site's own settings name."""
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=os.environ.get("S3_ENDPOINT_URL") or None,
        region_name=os.environ.get("S3_REGION") or None,
        aws_access_key_id=os.environ.get("S3_ACCESS_KEY") or None,
        aws_secret_access_key=os.environ.get("S3_SECRET_KEY") or None,
    )


def place_of(where: str) -> Place:
    """where: a folder, or s3://bucket/prefix; "" and "s3" are what BACKUP_TO names."""
    if where in ("", "s3"):
        where = settings.BACKUP_TO or str(settings.VAR_DIR / "backups")
    if where.startswith("s3://"):
        bucket, _, prefix = where.removeprefix("s3://").partition("/")
        return Bucket(client(), bucket, prefix)
    return Folder(Path(where).expanduser().resolve())


def snapshot_at(path: str) -> tuple[Place, str]:
    """The place and the name of a snapshot: WHERE/snapshots/NAME.json, or a name alone in BACKUP_TO."""
    where, found, file = path.rpartition("snapshots/")
    return place_of(where.rstrip("/") if found else ""), file.removesuffix(".json")
