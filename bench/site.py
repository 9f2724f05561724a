"""Pages in a phone's browser: the paint that counts, what a tap waits for, what moves, and what crosses the network.

Chromium at 390 x 844 with a processor four times slower; a closet of 300 illustrated garments. Beside each page the
same page with its pictures blocked, which is what this machine needs for the rest.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench.scratch import scratch_database
from bench.timing import row
from tests.browser.chromium import CHROMIUM, FLAGS, wait_for

GARMENTS = 300
SLOWER = 4
ROUNDS = 5
LIMIT_PAINT_MS, LIMIT_TAP_MS, LIMIT_SHIFT, LIMIT_KB = 1500, 150, 0.05, 250
PAGES = (("closet of 300", "/closet/", ".filters__open"), ("today", "/today/", "summary"))

# Kept from the first byte on: the largest paint, layout shifts without input, and how long events took to be painted.
OBSERVE = """
window.seen = {paint: 0, shift: 0, tap: 0};
new PerformanceObserver(list => { for (const e of list.getEntries()) seen.paint = e.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.shift += e.value; })
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) seen.tap = Math.max(seen.tap, e.duration); })
  .observe({type: 'event', buffered: true, durationThreshold: 16});
"""


def run() -> list[dict[str, Any]]:
    if CHROMIUM is None:
        return [row("no Chromium is installed here", None)]
    # The driver runs an event loop in this thread, which Django takes for an async context.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with scratch_database():
        cookie = _member()
        return _measured(CHROMIUM, cookie)


def _member() -> str:
    """A member with the closet; the session's key."""
    from django.conf import settings
    from django.test import Client

    from closet.demo import samples_hang
    from closet.models import Garment, User

    user = User.objects.create_user("bench@example.com", "x")
    models = samples_hang(owner=user)
    for number in range(GARMENTS - len(models)):
        one = Garment.objects.get(pk=models[number % len(models)].pk)
        one.pk, one.drawing = None, {}
        one.save(force_insert=True)
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _measured(chromium: str, cookie: str) -> list[dict[str, Any]]:
    from django.conf import settings
    from django.db import connection
    from playwright.sync_api import sync_playwright

    from config.embedded import free_port

    port = free_port(8900)
    name = connection.settings_dict["NAME"]
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    environment = {
        **os.environ, "DATABASE_URL": address, "PORT": str(port), "HOST": "127.0.0.1", "DEBUG": "false",
        "SITE_URL": f"http://127.0.0.1:{port}", "WEATHER_ENABLED": "false",
    }  # fmt: skip
    web = subprocess.Popen([sys.executable, "-m", "config.web"], cwd=settings.BASE_DIR, env=environment)
    rows = []
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            for title, path, tapped in PAGES:
                whole, bare = (
                    [_visit(browser, f"http://127.0.0.1:{port}", path, tapped, cookie, pictures) for _ in range(ROUNDS)]
                    for pictures in (True, False)
                )
                rows += _told(title, whole, bare)
            browser.close()
    finally:
        web.terminate()
        web.wait(20)
    return rows


def _visit(browser: Any, origin: str, path: str, tapped: str, cookie: str, pictures: bool) -> dict[str, float]:
    """One first visit: nothing in the browser's cache."""
    from django.conf import settings

    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True, is_mobile=True, locale="ko-KR"
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
    page = context.new_page()
    sizes: dict[str, int] = {"foreign": 0, "rest": 0}
    if not pictures:
        page.route("**/media/**", lambda route: route.abort())
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    photos: set[str] = set()

    def answered(event: dict[str, Any]) -> None:
        if not event["response"]["url"].startswith((origin, "data:", "blob:")):
            sizes["foreign"] += 1
        if "/media/" in event["response"]["url"]:
            photos.add(event["requestId"])

    def loaded(event: dict[str, Any]) -> None:
        if event["requestId"] not in photos:
            sizes["rest"] += int(event["encodedDataLength"])

    tools.on("Network.responseReceived", answered)
    tools.on("Network.loadingFinished", loaded)
    page.add_init_script(OBSERVE)
    page.goto(origin + path, wait_until="networkidle")
    page.wait_for_timeout(300)
    paint = page.evaluate("seen.paint")
    page.locator(tapped).first.tap()
    page.wait_for_timeout(600)
    seen = page.evaluate("seen")
    context.close()
    return {"paint": paint, "tap": seen["tap"], "shift": seen["shift"], "kb": sizes["rest"] / 1000, **sizes}


def _told(title: str, whole: list[dict[str, float]], bare: list[dict[str, float]]) -> list[dict[str, Any]]:
    def middle(visits: list[dict[str, float]], what: str) -> float:
        return statistics.median(visit[what] for visit in visits)

    paint, limit = middle(whole, "paint"), middle(bare, "paint")
    tap = middle(whole, "tap")
    note = f"without pictures {limit:.0f} ms (limit {LIMIT_PAINT_MS} ms)"
    return [
        row(f"{title}: largest contentful paint", paint, ratio=paint / limit if limit else None, note=note),
        row(f"{title}: slowest interaction", tap, note=f"limit {LIMIT_TAP_MS} ms"),
        row(
            f"{title}: shift, weight, foreign requests",
            None,
            note=f"{middle(whole, 'shift'):.3f} (limit {LIMIT_SHIFT}), {middle(whole, 'kb'):.0f} kB without photos "
            f"(limit {LIMIT_KB}), {max(visit['foreign'] for visit in whole):.0f} foreign",
        ),
    ]
