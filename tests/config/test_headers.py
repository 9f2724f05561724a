"""What every answer says of itself: who may keep it, and what may run in it."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from rest_framework.test import APIClient

from config import env

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/closet/", "/profile/", "/today/", "/body/", "/devices/", "/shop/products/", "/admin/"]
)
def test_no_cache_keeps_what_somebody_signed_in_was_shown(as_dana: Client, path: str) -> None:
    assert "no-store" in as_dana.get(path)["Cache-Control"]


def test_no_cache_keeps_what_a_device_was_answered(alice_api: APIClient) -> None:
    assert "no-store" in alice_api.get("/api/v1/measurements/")["Cache-Control"]


def test_what_is_everybodys_may_be_kept(client: Client) -> None:
    assert "no-store" not in client.get("/shop/products/").get("Cache-Control", "")


def test_the_desk_has_a_policy_too(as_dana: Client) -> None:
    policy = as_dana.get("/admin/")["Content-Security-Policy"]
    for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'self'"):
        assert part in policy
    assert "'unsafe-eval'" in policy
    assert "'unsafe-eval'" not in as_dana.get("/closet/")["Content-Security-Policy"]


def test_a_stored_picture_is_its_owners_alone_on_the_disk() -> None:
    storage = storages["private"]
    name = storage.save("photo/ab/x.webp", ContentFile(b"x"))
    assert os.stat(storage.path(name)).st_mode & 0o077 == 0
    assert os.stat(os.path.dirname(storage.path(name))).st_mode & 0o077 == 0
    storage.delete(name)
    assert settings.FILE_UPLOAD_PERMISSIONS == 0o600


@pytest.mark.parametrize("limit", ["PHOTO_MAX_MB=31", "PHOTO_MAX_MEGAPIXELS=51", "PHOTO_MAX_MB=0"])
def test_a_limit_that_no_decoder_keeps_is_refused_at_the_start(limit: str) -> None:
    name, _equals, value = limit.partition("=")
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"], cwd=env.BASE_DIR, env={**os.environ, name: value},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert name in done.stderr and "must lie between" in done.stderr
