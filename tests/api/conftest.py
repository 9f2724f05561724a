"""Fixtures of the API tests."""

from __future__ import annotations

import io
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command

from recommender.stylist.outfits import goes_with as partners


@pytest.fixture(autouse=True)
def any_partner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors made up for a test mean nothing to the compatibility model: whatever may meet is offered."""
    monkeypatch.setattr(partners, "CHANCE", 0.0)


@pytest.fixture(scope="session")
def api_schema() -> dict[str, Any]:
    """The schema as `manage.py spectacular` writes it; any warning fails."""
    text = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=text)
    return schemathesis.openapi.from_file(io.StringIO(text.getvalue())).raw_schema
