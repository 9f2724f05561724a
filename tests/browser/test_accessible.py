"""Every page as axe sees it, found by following links, as people do. A page is a view: of a hundred garments one.

Each is opened in both languages, on a phone in Korean, at a desk in English, and looked at in both themes and sizes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.browser.conftest import DEVICES, no_sideways_scroll, settled, shoot
from tests.browser.test_doors import sign_up

DAY = (date.today() + timedelta(days=3)).isoformat()
LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map((link) => link.href)"
# Beside what links lead to: pages with a second face, and those that only a form or a letter leads to.
MEMBERS = (
    "/closet/welcome/", "/closet/welcome/measures/", "/closet/welcome/taste/", "/closet/welcome/city/", "/closet/",
    "/today/", "/calendar/", "/calendar/?view=week", "/outfits/", "/numbers/", "/photos/", "/photos/review/", "/body/",
    "/profile/", "/devices/", "/saved/", "/search/?q=shirt", "/search/?q=qwrtz", "/people/", "/people/?body=1",
    "/inspiration/", "/share-target/?shared=1",
)  # fmt: skip
VISITORS = ("/", "/account/login/", "/account/signup/", "/account/password/reset/", "/offline/", "/search/?q=coat")
SIZES = [device["viewport"] for device in DEVICES.values()]
THEMES = ("light", "dark")
BY_FACE = {"runOnly": {"type": "rule", "values": ["color-contrast", "scrollable-region-focusable"]}}
# What is pressed is 24 px wide and high (WCAG 2.5.8), or has that much room to itself; links in a sentence are free.
SMALL_TARGETS = """() => {
  const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .map((one) => one.matches("input") ? one.closest("label") ?? one : one)
    .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .filter((one) => getComputedStyle(one).display !== "inline" && !one.closest(".visually-hidden, .skip-link"));
  const placed = [...new Set(targets)].map((one) => [one, one.getBoundingClientRect()]);
  const boxes = placed.filter(([, box]) => box.width > 1);
  const middle = ({ left, top, width, height }) => [left + width / 2, top + height / 2];
  const near = (box, other) => {
    const [x, y] = middle(box);
    const across = x - Math.max(other.left, Math.min(x, other.right));
    return Math.hypot(across, y - Math.max(other.top, Math.min(y, other.bottom))) < 12;
  };
  return boxes.filter(([one, box]) => Math.min(box.width, box.height) < 23.5
      && boxes.some(([other, its]) => other !== one && !other.contains(one) && !one.contains(other) && near(box, its)))
    .map(([one, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 90)}`);
}"""
# Not pages: what is downloaded, drawn, signed out by, the desk (it is unfold's) and the API's own document.
NO_PAGES = {"admin", "api", "media", "static", "healthz", "readyz", "livez"}


def pages(page: Any, site: str, begin: Collection[str]) -> Iterator[str]:
    """Opens one page after the other, each view once; gives its path while it is open."""
    waiting, seen = deque(begin), {view_of(path) for path in begin} | {None}
    while waiting:
        path = waiting.popleft()
        answer = page.goto(site + path)
        settled(page)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.ok, (path, answer.status)
        yield path
        for link in page.evaluate(LINKS):
            if link.startswith(site) and (view := view_of(link.removeprefix(site))) not in seen:
                seen.add(view)
                waiting.append(link.removeprefix(site))


def view_of(path: str) -> str | None:
    """None for what is no page."""
    at = urlsplit(path).path
    try:
        found = resolve(at)
    except Resolver404:
        return None
    is_page = at.split("/")[1] not in NO_PAGES and not at.endswith(("logout/", "/file/", "/picture/"))
    return found.view_name if is_page else None


def violations(page: Any, site: str, begin: Collection[str]) -> tuple[list[Any], list[str]]:
    from axe_core_python.sync_playwright import Axe

    axe, found, looked = Axe(), [], []
    own = DEVICES[page.device]
    faces = [(size, theme) for size in SIZES for theme in THEMES]
    faces.sort(key=lambda face: face != (own["viewport"], own.get("color_scheme", "light")))  # its own first
    for path in pages(page, site, begin):
        looked.append(path)
        for number, (size, theme) in enumerate(faces):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour is on its way to another
            no_sideways_scroll(page)
            if small := page.evaluate(SMALL_TARGETS):
                found.append((path, size["width"], "target-size", small[:3]))
            # The first run brings axe itself along, half a megabyte of script.
            told = axe.run(page) if not number else page.evaluate("(by) => axe.run(document, by)", BY_FACE)
            for rule in told["violations"]:
                if rule["impact"] in {"serious", "critical"}:
                    found.append((path, theme, rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]))
    return found, looked


def test_every_page_of_a_visitor_is_accessible(page: Any, site: str) -> None:
    found, looked = violations(page, site, VISITORS)
    assert found == []
    assert len(looked) >= 12, looked


def test_every_page_of_a_member_is_accessible(page: Any, site: str) -> None:
    sign_up(page, site, f"axe-{page.device}@example.com")
    page.goto(f"{site}/closet/welcome/")
    page.locator("form[action*=samples] button").click()
    page.wait_for_url("**/measures/")
    page.goto(f"{site}/today/")
    page.locator(".outfit__wear").first.click()
    page.locator(".toast__undo").wait_for()
    page.locator(".outfit__keep").first.click()
    page.goto(f"{site}/trips/")
    for name, value in (("city", "Seoul"), ("first_day", DAY), ("last_day", DAY)):
        page.fill(f"input[name={name}]", value)
    page.locator("main form button").last.click()
    page.wait_for_url("**/trips/*/")
    found, looked = violations(page, site, MEMBERS)
    shoot(page, "accessible")
    assert found == []
    assert len(looked) >= 50, looked
