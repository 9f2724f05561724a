"""Fixtures of the API tests."""

from __future__ import annotations

import fcntl
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from recommender.stylist.outfits import goes_with as partners


@pytest.fixture(autouse=True)
def any_partner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors made up for a test mean nothing to the compatibility model: whatever may meet is offered."""
    monkeypatch.setattr(partners, "CHANCE", 0.0)


@pytest.fixture(scope="session")
def api_schema() -> dict[str, Any]:
    """The schema as `manage.py spectacular` writes it; any warning fails. Written once, for all processes of a run."""
    made = Path(settings.MEDIA_ROOT).parent / "openapi.json"
    made.parent.mkdir(parents=True, exist_ok=True)
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            text = io.StringIO()
            call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=text)
            made.write_text(text.getvalue())
    return dict(json.loads(made.read_text()))
