"""What a network looked at: asked on demand, made by a worker, kept in the cache for an hour.

A garment is asked for its kind, a photo of people or a look for its style. Nothing is stored: pixels stay where they
were.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache
from redis.exceptions import RedisError

from catalog.models import Look
from closet.models import Garment, Photo
from recommender.queue import TaskName, enqueue

KEPT_S: Final = 3600
WAITS_S: Final = 60  # after that it may be asked anew


@dataclass(frozen=True)
class Why:
    """status: "waiting", "done", "failed", or "nothing" where there is no picture to ask about.

    head: "kind" or "style". label, runner_up: slugs of the likeliest two, each with its probability. png: the picture.
    """

    status: str
    head: str
    label: str = ""
    confidence: float = 0.0
    runner_up: str = ""
    runner_up_confidence: float = 0.0
    png: bytes = b""


def why_garment(*, garment: Garment) -> Why:
    """Why it is taken for its kind, by its cutout; asks a worker where nobody has."""
    if not garment.cutout:
        return Why("nothing", "kind")
    return _why("kind", cache_key("garment", garment.pk, garment.updated_at), "explain_garment", garment.pk)


def why_photo(*, photo: Photo) -> Why:
    """Why the look on it is taken for its style; asks a worker where nobody has."""
    if photo.scene != "worn" or not photo.style:
        return Why("nothing", "style")
    return _why("style", cache_key("photo", photo.pk, photo.finished_at), "explain_photo", str(photo.pk))


def why_look(*, look: Look) -> Why:
    """Why a published look is taken for its style; asks a worker where nobody has. A drawn look has nothing to tell."""
    if not look.photo or look.is_drawn:
        return Why("nothing", "style")
    return _why("style", cache_key("look", look.pk, look.updated_at), "explain_look", look.pk)


def cache_key(thing: str, pk: Any, changed: Any) -> str:
    return f"why:{thing}:{pk}:{changed.timestamp() if changed else 0}"


def _why(head: str, key: str, task: TaskName, pk: Any) -> Why:
    try:
        answer = cache.get(key)
        if answer is None or (answer["status"] == "waiting" and answer["until"] < time.time()):
            answer = {"status": "waiting", "until": time.time() + WAITS_S}
            cache.set(key, answer, KEPT_S)
            enqueue(task, pk)
    except (RedisError, OSError):
        return Why("failed", head)
    told = {name: value for name, value in answer.items() if name not in ("until", "png")}
    return Why(head=head, png=base64.b64decode(answer.get("png", "")), **told)
