"""Search by a photo that is not kept: the file lies in private storage until a worker has looked, what was seen longer.

The web process stores the file and asks; a worker decodes, looks and deletes it. Whoever asks is named by `asker`, and
nobody else gets the answer. The files that lie there are the line: so many in all, and a few of an address. Redis knows
how far a query is; what was seen on the photo, small cutouts among it, lies in private storage as well.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.cache import cache, caches
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from closet.models.photos import private_storage
from closet.problems import PhotoProblem, sentence
from closet.services.files import has_room
from closet.services.photos import photo_check
from recommender.queue import enqueue, queue_lengths
from recommender.services.pieces import seen_piece
from recommender.stylist.pieces import Piece

WAITS_S: Final = 600  # after that nobody looks any more
FOLDER: Final = "query"
ANSWERS: Final = "query-answer"
ANSWER_KEPT_S: Final = 3600
MOST_TRIES: Final = 3
HIDDEN: Final = frozenset({"asker", "file", "until", "tries", "answer"})


@dataclass(frozen=True)
class Query:
    """What was seen on a photo to search with.

    status: "waiting", "done" or "failed". place: how-manieth in line while it waits, from 1. garments, largest share of
    the picture first: [{"number", "vector" (256 floats, unit length), "kind", "slot", "box" (0..1), "score", "colours",
    "colour_names", "pattern", "material", "seasons", "gender", "styles", "picture" (a small cutout as a
    data: address)}]. people, the largest first, whose landmarks were found: [{"missing" (parts of a whole figure),
    "garments" (numbers)}]. vector: of the whole photo, for comparing with looks. styles: of the whole look. model_key:
    of the classifier that made the vectors.
    """

    id: str
    status: str
    error_code: str = ""
    place: int | None = None
    scene: str = ""
    is_full_body: bool = False
    people: list[dict[str, Any]] = field(default_factory=list)
    garments: list[dict[str, Any]] = field(default_factory=list)
    vector: list[float] = field(default_factory=list)
    styles: dict[str, float] = field(default_factory=dict)
    model_key: str = ""
    ms: dict[str, float] = field(default_factory=dict)

    @property
    def error(self) -> str:
        """The sentence for the reader; empty when nothing is wrong."""
        return sentence(self.error_code) if self.error_code else ""

    @property
    def whole_people(self) -> list[tuple[int, list[dict[str, Any]]]]:
        """Whoever is on it from head to feet: their number from 1, and the garments they wear."""
        return [
            (number, [one for one in self.garments if one["number"] in person["garments"]])
            for number, person in enumerate(self.people, 1)
            if not person["missing"]
        ]

    @property
    def missing(self) -> list[str]:
        """The parts that are missing of a whole figure, of the largest person."""
        return list(self.people[0]["missing"]) if self.people else []

    def of_person(self, number: int) -> Query | None:
        """The query with what that whole person wears alone; None where there is no such person."""
        worn = dict(self.whole_people).get(number)
        return None if worn is None else replace(self, garments=worn)

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


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind our own proxy, what that says."""
    return get_client_ip(getattr(request, "_request", request)) or ""


def query_add(*, asker: str, address: str, upload: UploadedFile[bytes]) -> str:
    """Hands a photo to a worker and returns the query's id. address: where it comes from.

    Raises PhotoProblem, also where too many wait already; nothing is kept then.
    """
    if problem := getattr(upload, "problem", None):
        raise PhotoProblem(problem)
    if not upload.size:
        raise PhotoProblem("empty")
    if upload.size > settings.PHOTO_MAX_BYTES:
        raise PhotoProblem("too_heavy")
    header = photo_check(upload)
    if header.width * header.height > settings.PHOTO_MAX_PIXELS:
        raise PhotoProblem("too_many_pixels")
    query_id, origin = secrets.token_urlsafe(18), salted_hmac("photo_query", address).hexdigest()[:16]
    waiting = waiting_names()
    if _asked_too_often(origin):
        raise PhotoProblem("search_busy")
    of_address = sum(name.startswith(f"{origin}.") for name in waiting)
    if of_address >= settings.PHOTO_SEARCHES_OF_ADDRESS or len(waiting) >= settings.PHOTO_SEARCHES:
        raise PhotoProblem("search_busy")
    if not has_room(upload.size):
        raise PhotoProblem("disk_full")
    upload.seek(0)
    name = f"{FOLDER}/{origin}.{time.time_ns() // 1_000_000}.{query_id}"
    told = {"asker": asker, "status": "waiting"}
    try:
        name = private_storage().save(name, upload)
        caches["strict"].set(cache_key(query_id), {**told, "file": name, "until": time.time() + WAITS_S}, ANSWER_KEPT_S)
    except (RedisError, OSError):
        private_storage().delete(name)
        raise PhotoProblem("search_away") from None
    enqueue("look_at_query", query_id)
    return query_id


def _asked_too_often(origin: str) -> bool:
    """Counts a search of this address; whether there were more than a minute allows."""
    key = f"query:minute:{origin}:{int(time.time() // 60)}"
    try:
        cache.add(key, 0, 120)
        return bool(cache.incr(key) > settings.PHOTO_SEARCHES_A_MINUTE)
    except ValueError:  # Redis is away; then the search cannot be kept either
        return False


def waiting_names() -> list[str]:
    """File names of the photos that no worker has looked at, first come first: address.milliseconds.id."""
    return sorted(_names(FOLDER), key=lambda name: name.split(".")[1:2])


def _names(folder: str) -> list[str]:
    try:
        return list(private_storage().listdir(folder)[1])
    except FileNotFoundError:
        return []


def queries_purge() -> int:
    """Deletes the files of queries that no worker took in time, and old answers. Returns how many."""
    count = 0
    for folder, kept_s in ((FOLDER, WAITS_S), (ANSWERS, ANSWER_KEPT_S)):
        for name in _names(folder):
            with contextlib.suppress(OSError):
                age = timezone.now() - private_storage().get_modified_time(f"{folder}/{name}")
                if age.total_seconds() > kept_s:
                    private_storage().delete(f"{folder}/{name}")
                    count += 1
    return count


def queries_resend() -> int:
    """Searches whose worker died or whose message was lost go back to the queue. Returns how many."""
    lost, never_taken = [], []
    for name in waiting_names():
        _origin, asked_ms, query_id = name.split(".", 2)
        asked = caches["strict"].get(cache_key(query_id))
        if not asked or asked["status"] != "waiting" or time.time() - int(asked_ms) / 1000 < settings.PHOTO_LEASE_S:
            continue
        if not asked.get("tries"):
            never_taken.append(query_id)
        elif caches["strict"].get(alive_key(query_id)) is None:
            if asked["tries"] < MOST_TRIES:
                lost.append(query_id)
            else:
                query_answer(query_id, asked, {"status": "failed", "error_code": "unexpected"})
    if queue_lengths().get("interactive", 0) < len(never_taken):
        lost += never_taken
    for query_id in lost:
        enqueue("look_at_query", query_id)
    return len(lost)


def query_answer(query_id: str, asked: dict[str, Any], seen: dict[str, Any]) -> None:
    """Leaves what was seen for whoever asked, then deletes the photo. Raises RedisError: then it is looked at anew.

    seen: Query's fields but for `id`; what a photo showed goes to a file.
    """
    told = {"asker": asked["asker"], "status": seen["status"]}
    if seen["status"] == "done":
        told["answer"] = private_storage().save(f"{ANSWERS}/{query_id}", ContentFile(json.dumps(seen).encode()))
    else:
        told["error_code"] = seen["error_code"]
    caches["strict"].set(cache_key(query_id), told, ANSWER_KEPT_S)
    private_storage().delete(asked["file"])


def query_get(*, asker: str, query_id: str) -> Query | None:
    """The query as far as it is; None when there is none of that id for this asker."""
    try:
        answer = caches["strict"].get(cache_key(query_id))
    except (RedisError, OSError):
        return None
    if not answer or not secrets.compare_digest(answer["asker"].encode(), asker.encode()):
        return None
    if answer["status"] == "waiting":
        if answer["until"] < time.time():
            return Query(query_id, "failed", error_code="too_slow")
        return Query(query_id, "waiting", place=_place(query_id))
    if "answer" in answer:
        try:
            with private_storage().open(answer["answer"]) as file:
                answer = {**answer, **json.load(file)}
        except FileNotFoundError:
            return None
    return Query(query_id, **{name: value for name, value in answer.items() if name not in HIDDEN})


def query_forget(*, asker: str, query_id: str) -> bool:
    """Deletes the photo, or what was seen on it, at once. Returns whether there was such a query of this asker's."""
    try:
        told = caches["strict"].get(cache_key(query_id))
        if not told or not secrets.compare_digest(told["asker"].encode(), asker.encode()):
            return False
        caches["strict"].delete(cache_key(query_id))
    except (RedisError, OSError):
        raise PhotoProblem("search_away") from None
    for name in (told.get("file"), told.get("answer")):
        if name:
            private_storage().delete(name)
    return True


def _place(query_id: str) -> int:
    """How-manieth in line, from 1; of a line that is looked at once a second, however many ask."""
    line = cache.get("query:line")
    if line is None:
        line = [name.split(".", 2)[-1] for name in waiting_names()]
        cache.set("query:line", line, 1)
    return line.index(query_id) + 1 if query_id in line else len(line) + 1


def cache_key(query_id: str) -> str:
    """Where the cache tells how far a query is: {"asker", "status"} and, while it waits, {"file", "until", "tries"},
    then {"answer"}, a file of JSON, or {"error_code"}."""
    return f"query:{query_id}:answer"


def alive_key(query_id: str) -> str:
    """Is there as long as the worker that looks says that it lives."""
    return f"query:{query_id}:alive"
