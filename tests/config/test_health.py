"""What supervisors ask: whatever host they name, over plain HTTP, also while the database is away."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from recommender.models import WorkerState

pytestmark = pytest.mark.django_db


def test_a_healthy_site_says_so(client: Client) -> None:
    WorkerState.objects.create(beat_at=timezone.now())
    answer = client.get("/healthz")
    parts = {"database": True, "redis": True, "workers": True, "disk": True}
    assert (answer.status_code, answer.json()) == (200, {"ok": True, **parts, "degraded": {}})


def test_a_worker_not_heard_of_is_told_and_no_failure(client: Client) -> None:
    WorkerState.objects.create(beat_at=timezone.now() - timedelta(seconds=90))
    answer = client.get("/healthz")
    assert answer.status_code == 200 and not answer.json()["workers"]
    assert "worker or beat has not been heard of" in answer.json()["degraded"]["workers"]
    assert client.get("/readyz").status_code == 200


def test_a_probe_that_names_a_pod_and_speaks_plain_http_is_answered(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["closet.example"], True
    for path in ("/livez", "/readyz", "/healthz", "/metrics"):
        assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/", headers={"host": "10.1.2.3:8000"}).status_code == 400


def test_without_its_database_a_site_is_not_healthy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def cursor() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", cursor)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)
    assert client.get("/readyz").status_code == 503  # it is sent no requests
    assert client.get("/livez").status_code == 200  # and is not started again for it


def test_without_redis_it_still_is(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["redis"]) == (200, False)
