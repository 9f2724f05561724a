"""The installable app as a browser is told of it."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from catalog.templatetags.icons import icon_shapes
from config.pwa import ICONS, SHELL
from tests.wardrobe import PIXEL


@pytest.mark.parametrize(("language", "today"), [("en", "Today"), ("ko", "오늘")])
def test_the_manifest_speaks_the_readers_language(client: Client, db: None, language: str, today: str) -> None:
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": language})
    told = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert told["shortcuts"][0] == {"name": today, "url": "/today/"} and told["lang"] == language
    assert told["share_target"]["action"] == "/share-target/"


def test_every_icon_has_the_size_it_claims() -> None:
    for size, purpose in ICONS:
        name = f"img/app-{size}{'-maskable' if purpose == 'maskable' else ''}.png"
        with Image.open(finders.find(name)) as icon:
            assert icon.size == (size, size)
            corner = icon.convert("RGBA").getpixel((0, 0))[3]
            assert corner == (255 if purpose == "maskable" else 0), "a maskable icon fills its square"


def test_the_worker_keeps_the_shell_and_is_asked_for_anew(client: Client, db: None) -> None:
    answer = client.get("/sw.js")
    script = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript") and "no-cache" in answer["Cache-Control"]
    assert all(finders.find(name) for name in SHELL)
    assert script.count("img/favicon") == 1 and "/offline/" in script


def test_the_offline_page_says_nothing_of_its_reader(as_alice: Client) -> None:
    page = as_alice.get("/offline/").content.decode()
    assert "alice" not in page.lower() and "csrf" not in page.lower()


def test_photos_shared_without_a_worker_are_not_lost_without_a_word(as_alice: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    photo = SimpleUploadedFile("x.png", PIXEL, "image/png")
    answer = Client(enforce_csrf_checks=True).post("/share-target/", {"photos": photo})
    assert answer.status_code == 422 and "share them again" in answer.content.decode()


def test_shared_photos_are_for_the_closet_or_inspiration(client: Client, db: None) -> None:
    script = client.get("/sw.js").content.decode()
    assert 'Response.redirect("/share-target/?shared=1", 303)' in script
    page = client.get("/share-target/?shared=1").content.decode()
    assert 'href="/photos/?shared=1"' in page and 'href="/inspiration/?shared=1"' in page


def test_every_icon_that_a_template_names_is_drawn() -> None:
    named = {
        name
        for template in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r'components/icon\.html" with name="([^"]+)"', template.read_text())
    }
    assert named <= set(icon_shapes())
