"""Search by a photo that is not kept: the bytes lie in the cache for minutes, what was seen a little longer.

The web process stores the bytes and asks; a worker decodes and looks. Whoever asks is named by `asker`, and nobody
else gets the answer.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from redis.exceptions import RedisError

from closet.problems import PhotoProblem, sentence
from closet.services.photos import photo_check
from recommender.queue import enqueue
from recommender.services.pieces import seen_piece
from recommender.stylist.pieces import Piece

BYTES_KEPT_S: Final = 600
ANSWER_KEPT_S: Final = 3600


@dataclass(frozen=True)
class Query:
    """What was seen on a photo to search with.

    status: "waiting", "done" or "failed". garments, largest share of the picture first: [{"number", "vector" (256
    floats, unit length), "kind", "slot", "box" (0..1), "score", "colours", "colour_names", "pattern", "material",
    "seasons", "gender", "styles", "picture" (a small cutout as a data: address)}]. vector: of the whole photo, for
    comparing with looks. styles: of the whole look. model_key: of the classifier that made the vectors.
    """

    id: str
    status: str
    error_code: str = ""
    scene: str = ""
    is_full_body: bool = False
    garments: list[dict[str, Any]] = field(default_factory=list)
    vector: list[float] = field(default_factory=list)
    styles: dict[str, float] = field(default_factory=dict)
    model_key: str = ""
    ms: dict[str, float] = field(default_factory=dict)

    @property
    def error(self) -> str:
        """The sentence for the reader; empty when nothing is wrong."""
        return sentence(self.error_code) if self.error_code else ""

    def chosen(self, number: int | None) -> dict[str, Any]:
        """The garment of that number; the largest where there is no such number. There must be one at all."""
        return next((one for one in self.garments if one["number"] == number), self.garments[0])

    def piece(self, number: int | None, *, price: float | None = None) -> Piece:
        """The same for the stylist."""
        chosen = self.chosen(number)
        vector = np.asarray(chosen["vector"], dtype=np.float32) if chosen["vector"] else None
        return seen_piece(chosen, vector).with_(price=price)


def asker_of(request: HttpRequest) -> str:
    """Whom an answer belongs to: the member, or the browser session of somebody not signed in."""
    if request.user.is_authenticated:
        return f"member:{request.user.pk}"
    if not request.session.session_key:
        request.session.create()
    return f"session:{request.session.session_key}"


def query_add(*, asker: str, upload: UploadedFile[bytes]) -> str:
    """Hands a photo to a worker and returns the query's id. Raises PhotoProblem; nothing is kept then."""
    if problem := getattr(upload, "problem", None):
        raise PhotoProblem(problem)
    if not upload.size:
        raise PhotoProblem("empty")
    if upload.size > settings.PHOTO_MAX_BYTES:
        raise PhotoProblem("too_heavy")
    photo_check(upload)
    query_id = secrets.token_urlsafe(18)
    upload.seek(0)
    try:
        cache.set(cache_key(query_id, "bytes"), upload.read(), BYTES_KEPT_S)
        cache.set(cache_key(query_id, "answer"), {"asker": asker, "status": "waiting"}, ANSWER_KEPT_S)
    except (RedisError, OSError):
        raise PhotoProblem("search_away") from None
    enqueue("look_at_query", query_id)
    return query_id


def query_get(*, asker: str, query_id: str) -> Query | None:
    """The query as far as it is; None when there is none of that id for this asker."""
    try:
        answer = cache.get(cache_key(query_id, "answer"))
    except (RedisError, OSError):
        return None
    if not answer or not secrets.compare_digest(answer["asker"].encode(), asker.encode()):
        return None
    if answer["status"] == "waiting" and cache.get(cache_key(query_id, "bytes")) is None:
        return Query(query_id, "failed", error_code="too_slow")
    return Query(query_id, **{name: value for name, value in answer.items() if name != "asker"})


def cache_key(query_id: str, part: str) -> str:
    """Where a query's "bytes" and its "answer" lie in the cache."""
    return f"query:{query_id}:{part}"
