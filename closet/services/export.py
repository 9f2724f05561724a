"""All that is a member's, as a ZIP that is made while it is sent: `closet.json` and their pictures."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.utils import timezone

from closet.models import (
    DeviceToken,
    Follow,
    Garment,
    Like,
    Measurement,
    Outfit,
    OutfitItem,
    Photo,
    Plan,
    Reaction,
    Share,
    User,
    Wear,
)

logger = logging.getLogger(__name__)
CHUNK = 256 * 1024
# What is ours, not theirs: keys into other tables that are exported beside it, hashes, the state of the machinery.
HIDDEN = frozenset({"owner_id", "user_id", "digest", "token_key", "sha256", "perceptual_hash", "claimed_at", "error"})


def account_export(*, user: User) -> Iterator[bytes]:
    """Yields the bytes of a ZIP. Needs memory for one chunk of a picture, not for the closet."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "closet.json", json.dumps(account_facts(user=user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        )
        yield sink.take()
        for name, file in _pictures(user):
            try:
                with file.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
                    while chunk := source.read(CHUNK):
                        target.write(chunk)
                        yield sink.take()
            except OSError:
                # One lost file must not cost the member the others.
                logger.exception("A picture could not be exported: %s", file.name)
            yield sink.take()
    yield sink.take()


def account_facts(*, user: User) -> dict[str, Any]:
    """Every row of the member's, without secrets; pictures by their name in the ZIP."""
    outfits = Outfit.objects.owned_by(user)
    return {
        "exported_at": timezone.now(),
        "account": {"email": user.email, "joined": user.date_joined},
        "profile": _facts(user.profile),
        "measurements": _rows(Measurement.objects.owned_by(user)),
        "photos": _rows(Photo.objects.owned_by(user)),
        "garments": [
            _facts(garment) | {"kind": garment.kind.slug}
            for garment in Garment.objects.owned_by(user).select_related("kind").iterator(500)
        ],
        "outfits": _rows(outfits),
        "outfit_items": _rows(OutfitItem.objects.filter(outfit__owner=user)),
        "wear_log": _rows(Wear.objects.filter(garment__owner=user)),
        "plans": _rows(Plan.objects.filter(owner=user)),
        "reactions": _rows(Reaction.objects.filter(owner=user)),
        "likes": _rows(Like.objects.filter(owner=user)),
        "shares": _rows(Share.objects.filter(owner=user)),
        "following": list(Follow.objects.filter(follower=user).values_list("followed__profile__handle", flat=True)),
        "devices": _rows(DeviceToken.objects.filter(user=user)),
    }


def _rows(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    return [_facts(row) for row in rows.iterator(500)]


def _facts(row: Model) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.attname in HIDDEN:
            continue
        value = getattr(row, field.attname)
        facts[field.attname] = (_zip_name(row, field.name) if value else None) if hasattr(value, "storage") else value
    return facts


def _pictures(user: User) -> Iterator[tuple[str, Any]]:
    kinds: tuple[tuple[Iterable[Model], tuple[str, ...]], ...] = (
        (Photo.objects.owned_by(user).iterator(200), ("original",)),
        (Garment.objects.owned_by(user).iterator(200), ("cutout", "owner_mask")),
        (Share.objects.filter(owner=user).iterator(200), ("picture",)),
    )
    for rows, names in kinds:
        for row in rows:
            for name in names:
                if getattr(row, name):
                    yield _zip_name(row, name), getattr(row, name)


def _zip_name(row: Model, field: str) -> str:
    suffix = PurePosixPath(getattr(row, field).name).suffix
    return f"{row._meta.model_name}s/{row.pk}-{field}{suffix}"


class _Sink(io.RawIOBase):
    """Where zipfile writes; what it wrote is taken away chunk by chunk. It cannot seek, and zipfile copes."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        self._written += chunk
        return len(chunk)

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken
