"""The whole product for a browser: web server and worker as processes, on a database of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from config import env
from config.embedded import free_port
from config.launch import SCRIPTS, compile_messages, end
from config.supervisor import Program
from tests import database
from tests.browser.chromium import CHROMIUM, FLAGS, wait_for
from tests.openid import OpenIDProvider

DEVICES = {
    "desktop-en": {"viewport": {"width": 1280, "height": 900}, "locale": "en-US"},
    "phone-ko": {
        "viewport": {"width": 390, "height": 844},
        "locale": "ko-KR",
        "has_touch": True,
        "is_mobile": True,
        "color_scheme": "dark",
    },
}
# With those two each language meets each theme and each size, and each theme each size.
CROSSED = {
    "phone-en": DEVICES["phone-ko"] | {"locale": "en-US", "color_scheme": "light"},
    "desktop-ko": DEVICES["desktop-en"] | {"locale": "ko-KR", "color_scheme": "dark"},
}
SHOTS = env.BASE_DIR / "var" / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    if not CHROMIUM:
        missing = "no Chromium is installed here (Debian: apt-get install chromium fonts-noto-cjk)"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # The driver runs an event loop in this thread, which Django takes for an async context.
        before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
        if before is None:
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture(scope="session")
def provider() -> Iterator[OpenIDProvider]:
    """Of single sign-on."""
    with OpenIDProvider() as found:
        yield found


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """VAR_DIR of the site; its letters lie in mail/."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def site(browser: object, provider: OpenIDProvider, site_folder: Path) -> Iterator[str]:
    """Its address. As in production: no DEBUG, hashed static files, the real networks and worker; a small catalogue."""
    compile_messages()
    address = urlsplit(os.environ["DATABASE_URL"])
    with contextlib.closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS browser WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE browser TEMPLATE {database.TEMPLATE}")
    port = free_port(8700 + os.getpid() % 100)  # beside another run on this machine, each finds its own
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(address._replace(path="/browser")),
        "REDIS_URL": os.environ["REDIS_URL"].removesuffix("/0") + "/3",
        "VAR_DIR": str(site_folder),
        "MEDIA_ROOT": str(site_folder / "media"),
        "NUMBA_CACHE_DIR": str(env.VAR_DIR / "numba"),  # compiled once a machine
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DEBUG": "false",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "OIDC_SERVER_URL": provider.url,
        "OIDC_NAME": "Company door",
        "OIDC_CLIENT_ID": provider.client_id,
        "OIDC_CLIENT_SECRET": provider.secret,
        "OMP_NUM_THREADS": "2",
    }
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)

    def manage(*arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=env.BASE_DIR, env=environment, check=True)

    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--verbosity", "0", "--noinput")
    manage("shell", "--verbosity", "0", "-c", "from catalog.demo.load import demo_load; demo_load(limit=6, workers=1)")
    celery = [str(SCRIPTS / "celery"), "-q", "-A", "config", "worker", "-Q", "upkeep,interactive,bulk", "-c", "1"]
    commands = {
        "web": [sys.executable, "-m", "config.web"],
        "worker": [*celery, "--loglevel", "warning", "--without-gossip", "--without-mingle"],
    }
    programs = [
        Program(name, command, folder=env.BASE_DIR, environment=environment) for name, command in commands.items()
    ]
    try:
        for program in programs:
            program.start()
        wait_for(f"http://127.0.0.1:{port}/healthz")
        # The messages of demo_load may have met no worker; what is due is found by its rows.
        manage("shell", "--verbosity", "0", "-c", "from recommender.jobs.sweeper import sweep; sweep()")
        yield f"http://127.0.0.1:{port}"
    finally:
        end(programs, patience=5)


@pytest.fixture(params=DEVICES, ids=str)
def page(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    """A fresh visitor; what a browser would complain about fails the test."""
    context = browser.new_context(**(DEVICES | CROSSED)[request.param])
    page = context.new_page()
    page.device = request.param
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            message.type == "error" and page.complaints.append(f"{message.text} {message.location.get('url')}")
        ),
    )
    yield page
    context.close()


def settled(page: Any) -> None:
    """Loaded, and what the page asks for by itself is there. (Waiting for an idle network costs half a second more.)"""
    page.wait_for_load_state("load")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def shoot(page: Any, name: str) -> None:
    folder: Path = SHOTS / page.device
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


def no_sideways_scroll(page: Any) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1, f"{page.url} scrolls sideways by {wide} px"


@pytest.fixture(scope="session")
def real_photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """An illustrated garment on a floor, two people from installed packages, phone photos where they are."""
    import tarfile

    import numpy as np
    from PIL import Image
    from ultralytics.utils import ASSETS

    from catalog.flatlay import GarmentSpec, illustrate

    folder = tmp_path_factory.mktemp("photos")
    floor = np.random.default_rng(1).normal(168, 9, (900, 800, 3)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(floor)
    shirt = illustrate(GarmentSpec("shirt", ((35.0, 10.0, -40.0),)), size=700)
    picture.paste(shirt, (50, 100), shirt)
    picture.save(folder / "shirt.jpg", quality=90)
    shutil.copy(ASSETS / "bus.jpg", folder / "bus.jpg")
    shared = env.BASE_DIR.parent / "shared" / "data" / "closet_photos.tar"
    if shared.exists():
        with tarfile.open(shared) as tar:
            for member in [one for one in tar if one.isfile()][:4]:
                (folder / Path(member.name).name).write_bytes(tar.extractfile(member).read())  # type: ignore[union-attr]
    return sorted(folder.iterdir())
