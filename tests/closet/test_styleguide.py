"""The style guide: each component on one page, for staff."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
# They stand around every page, the style guide's own too, or need rows that are not made for show.
ELSEWHERE = {"account_menu", "collage", "language", "nav", "tabs"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_staff_see_every_component(as_dana: Client, language: str) -> None:
    as_dana.cookies["django_language"] = language
    page = as_dana.get(reverse("closet:styleguide"))
    assert page.status_code == 200
    shown = {Path(template.name).stem for template in page.templates if (template.name or "").startswith("components/")}
    there = {path.stem for path in (settings.BASE_DIR / "templates" / "components").glob("*.html")}
    assert there - ELSEWHERE <= shown


def test_members_do_not_find_it(as_alice: Client, client: Client) -> None:
    assert as_alice.get(reverse("closet:styleguide")).status_code == 404
    assert client.get(reverse("closet:styleguide")).status_code == 302
