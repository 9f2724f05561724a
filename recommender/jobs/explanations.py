"""The worker's side of *what it looked at*: an occlusion map of a garment's kind or of a look's style."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db.models.fields.files import FieldFile
from PIL import Image

from catalog.models import Look
from closet.models import Garment, Photo
from imaging import decode as images
from recommender.jobs.engine import engine
from recommender.services.explanations import KEPT_S, cache_key
from recommender.vision import pipeline
from recommender.vision.explain import Scoring, explained, overlaid
from recommender.vision.facts import Scores
from recommender.vision.models import ModelMissing
from recommender.vision.person import person_on_white

log = logging.getLogger(__name__)


def explain_garment(garment_id: int) -> None:
    """Its kind, by its cutout. A garment that is gone is left alone."""
    garment = Garment.objects.filter(pk=garment_id).exclude(cutout="").first()
    if garment is None:
        return
    key = cache_key("garment", garment.pk, garment.updated_at)
    try:
        with (garment.cutout_medium or garment.cutout).open("rb") as file, Image.open(file) as stored:
            picture = stored.convert("RGBA")
    except OSError as error:
        _fail(key, error)
        return

    def kinds(pictures: Sequence[Image.Image]) -> list[Scores]:
        return [dict(one.scores.get("kind", {})) for one in pipeline.describe_pictures(pictures, engine=engine())]

    _tell(key, picture, kinds)


def explain_photo(photo_id: str) -> None:
    """The style of the look on it. A photo that is gone is left alone."""
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is None:
        return
    _explain_style(cache_key("photo", photo.pk, photo.finished_at), photo.original)


def explain_look(look_id: int) -> None:
    """The style of a published look. One that is gone is left alone."""
    look = Look.objects.published().filter(pk=look_id).exclude(photo="").first()
    if look is not None:
        _explain_style(cache_key("look", look.pk, look.updated_at), look.photo)


def _explain_style(key: str, stored: FieldFile) -> None:
    try:
        with stored.open("rb") as file:
            image = images.decode(file.read()).image
        vision = engine()
        faces = vision.faces(image)
        picture = person_on_white(image, vision.detector(image, faces), faces)
    except (OSError, images.BadImage, ModelMissing) as error:
        _fail(key, error)
        return

    def styles(pictures: Sequence[Image.Image]) -> list[Scores]:
        return [dict(vision.classifier.classify_outfit(one).scores.get("style", {})) for one in pictures]

    _tell(key, picture, styles)


def _tell(key: str, picture: Image.Image, scoring: Scoring) -> None:
    try:
        found = explained(picture, scoring)
    except ModelMissing as missing:
        _fail(key, missing)
        return
    if found is None:
        _fail(key, ValueError("no answer"))
        return
    png = io.BytesIO()
    overlaid(picture, found.heat).save(png, "PNG")
    answer: dict[str, Any] = {
        "status": "done",
        "label": found.label,
        "confidence": round(found.confidence, 4),
        "runner_up": found.runner_up,
        "runner_up_confidence": round(found.runner_up_confidence, 4),
        "png": base64.b64encode(png.getvalue()).decode(),
    }
    cache.set(key, answer, KEPT_S)


def _fail(key: str, error: Exception) -> None:
    log.warning("%s: %s", key, type(error).__name__)
    cache.set(key, {"status": "failed"}, KEPT_S)
