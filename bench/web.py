"""The web process: its memory, an upload's answer, the closet page; and the worker's memory."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from bench.scratch import scratch_database
from bench.timing import row, wall_ms

GARMENTS = 300
LIMIT_WEB_MB, LIMIT_WORKER_MB, LIMIT_UPLOAD_MS, LIMIT_PAGE_MS, LIMIT_QUERIES = 160, 750, 150, 80, 12

_RESIDENT = "import psutil; print(psutil.Process().memory_info().rss / 2**20)"
WEB = f"""
import config.wsgi
from django.test import Client
for url in ("/", "/account/login/", "/shop/looks/", "/search/"):
    Client(SERVER_NAME="localhost").get(url)
{_RESIDENT}
"""
WORKER = f"""
import io, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django; django.setup()
import config.celery, rembg
import numpy as np
from PIL import Image
from recommender.jobs.engine import engine
from imaging import decode as images
from recommender.vision import pipeline
picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (3000, 4000, 3), dtype=np.uint8))
file = io.BytesIO(); picture.save(file, "JPEG"); del picture
pipeline.analyse(images.decode(file.getvalue()), engine=engine())
{_RESIDENT}
"""


def resident_mb(code: str) -> float:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.strip().splitlines()[-1])


def photo_of(megabytes: float) -> bytes:
    """A JPEG of about that size: noise compresses badly."""
    side = int((megabytes * 2**20 / 0.9) ** 0.5)
    noise = np.random.default_rng(1).integers(0, 255, (side, side, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "JPEG", quality=88)
    return file.getvalue()


def run() -> list[dict[str, Any]]:
    rows = [
        row("web process, resident", None, note=f"{resident_mb(WEB):.0f} MB (limit {LIMIT_WEB_MB})"),
        row(
            "worker after a 12-megapixel photo, resident",
            None,
            note=f"{resident_mb(WORKER):.0f} MB (limit {LIMIT_WORKER_MB})",
        ),
    ]
    with scratch_database():
        rows += _requests()
    return rows


def _requests() -> list[dict[str, Any]]:
    from closet.models import User
    from tests.wardrobe import garment

    user = User.objects.create_user("bench@example.com", "x")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    for number in range(GARMENTS):
        garment(user, ("shirt", "jeans", "coat", "sneakers")[number % 4], "black", "blue")
    asked: list[str] = []

    def counted(execute: Any, sql: str, *arguments: Any) -> Any:
        asked.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(counted):
        assert client.get("/closet/").status_code == 200
    median, spread = wall_ms(lambda: client.get("/closet/"))
    note = f"{len(asked)} queries (limits {LIMIT_PAGE_MS} ms, {LIMIT_QUERIES} queries)"
    rows = [row(f"closet page of {GARMENTS} garments", median, spread, note=note)]

    photo = photo_of(4)
    number = iter(range(1000))

    def upload() -> None:
        # Another trailer each time: the same bytes would be pointed out as a duplicate.
        content = photo + str(next(number)).encode()
        answer = client.post("/api/v1/photos/", {"file": SimpleUploadedFile("x.jpg", content, "image/jpeg")})
        assert answer.status_code == 202, answer.content

    median, spread = wall_ms(upload, repeats=9)
    rows.append(
        row(
            f"upload of a {len(photo) / 2**20:.1f} MB photo, answered",
            median,
            spread,
            note=f"limit {LIMIT_UPLOAD_MS} ms",
        )
    )
    return rows
