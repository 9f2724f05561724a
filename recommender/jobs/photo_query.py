"""The worker's side of a search by photo: decode, look, leave the answer, delete the file."""

from __future__ import annotations

import base64
from functools import partial
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.cache import caches

from catalog import seasons
from closet.models.photos import private_storage
from closet.problems import PhotoProblem
from imaging import decode as images
from imaging.webp import webp
from recommender.jobs.engine import engine
from recommender.jobs.garment_writer import colour_names, colours_as_json, rounded
from recommender.jobs.lease import renewed
from recommender.services.photo_query import ANSWER_KEPT_S, alive_key, cache_key, query_answer
from recommender.vision import pipeline
from recommender.vision.models import ModelMissing


def look_at(query_id: str) -> None:
    """The worker's side. Runs twice at no harm; the file is deleted as soon as it was looked at."""
    cache = caches["strict"]
    asked = cache.get(cache_key(query_id))
    if asked is None or asked["status"] != "waiting":
        return
    asked["tries"] = asked.get("tries", 0) + 1
    cache.set(cache_key(query_id), asked, ANSWER_KEPT_S)
    say_alive = partial(cache.set, alive_key(query_id), True, settings.PHOTO_LEASE_S)
    say_alive()
    try:
        with renewed(say_alive), private_storage().open(asked["file"], "rb") as file:
            seen = _seen(file.read())
    except FileNotFoundError:
        seen = {"status": "failed", "error_code": "too_slow"}
    except PhotoProblem as problem:
        seen = {"status": "failed", "error_code": problem.code}
    query_answer(query_id, asked, seen)


def _seen(content: bytes) -> dict[str, Any]:
    """Looks at the photo. Raises PhotoProblem."""
    try:
        decoded = images.decode(content)
        vision = engine()
        facts = pipeline.analyse(decoded, engine=vision)
        whole = pipeline.describe_pictures([decoded.image], engine=vision)[0]
    except images.BadImage as bad:
        raise PhotoProblem(bad.code) from bad
    except ModelMissing:
        raise PhotoProblem("not_ready") from None
    except SoftTimeLimitExceeded:
        raise PhotoProblem("too_slow") from None
    garments = []
    for number, one in enumerate(facts.garments):
        if not one.clear:
            continue
        picture = base64.b64encode(webp(images.fitted(one.picture, 256))).decode()
        x0, y0, x1, y1 = one.box
        garments.append(
            {
                "number": number,
                "vector": [] if one.embedding is None else one.embedding.tolist(),
                "kind": one.kind,
                "slot": one.slot,
                "box": [x0 / facts.width, y0 / facts.height, x1 / facts.width, y1 / facts.height],
                "score": round(float(one.score), 4),
                "colours": colours_as_json(one.colours),
                "colour_names": colour_names(one.colours),
                "pattern": one.best("pattern")[0],
                "material": one.best("material")[0],
                "seasons": seasons.likely(one.scores.get("season", {})),
                "gender": one.best("gender")[0],
                "styles": rounded(one.scores.get("style", {})),
                "picture": f"data:image/webp;base64,{picture}",
            }
        )
    garments.sort(key=lambda one: -(one["box"][2] - one["box"][0]) * (one["box"][3] - one["box"][1]))
    return {
        "status": "done",
        "scene": str(facts.scene),
        "is_full_body": facts.full_body,
        "people": [{"missing": list(person.missing), "garments": list(person.garments)} for person in facts.people],
        "garments": garments,
        "vector": whole.embedding.tolist(),
        "styles": rounded(facts.style),
        "model_key": vision.classifier.key,
        "ms": {stage: round(value, 1) for stage, value in facts.ms.items()},
    }
