"""The networks of this worker process, opened once, as the settings name them."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from recommender.vision import pipeline


@lru_cache(maxsize=2)
def _engine(backend: str, options: pipeline.Options) -> pipeline.Engine:
    made: pipeline.Engine = import_string(backend)(options)
    return made


def engine() -> pipeline.Engine:
    """The engine that `VISION_BACKEND` and its options ask for; the same object on every call."""
    options = pipeline.Options(
        cutout=settings.VISION_CUTOUT,
        detector=settings.VISION_DETECTOR,
        threads=settings.VISION_THREADS,
        var=settings.VAR_DIR,
    )
    return _engine(settings.VISION_BACKEND, options)
