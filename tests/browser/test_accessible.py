"""Every page as axe sees it: phone, Korean and dark, desk, English and light; found by following links, as people do.

A page is a view: of a hundred garments one is looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.browser.conftest import no_sideways_scroll, shoot
from tests.browser.test_doors import sign_up

DAY = (date.today() + timedelta(days=3)).isoformat()
LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map((link) => link.href)"
# What htmx asks for as a page opens has come. (Playwright's "networkidle" waits half a second more on each page.)
ASKING = ".htmx-request"
# Beside what links lead to: pages with a second face, and those that only a form or a letter leads to.
MEMBERS = (
    "/closet/welcome/", "/closet/welcome/measures/", "/closet/welcome/taste/", "/closet/welcome/city/", "/closet/",
    "/today/", "/calendar/", "/calendar/?view=week", "/outfits/", "/numbers/", "/photos/", "/photos/review/", "/body/",
    "/profile/", "/devices/", "/saved/", "/search/?q=shirt", "/search/?q=qwrtz", "/people/", "/people/?body=1",
    "/inspiration/", "/share-target/?shared=1",
)  # fmt: skip
VISITORS = ("/", "/account/login/", "/account/signup/", "/account/password/reset/", "/offline/", "/search/?q=coat")
# Not pages: what is downloaded, drawn, signed out by, the desk (it is unfold's) and the API's own document.
NO_PAGES = {"admin", "api", "media", "static", "healthz", "readyz", "livez"}


def pages(page: Any, site: str, begin: Collection[str]) -> Iterator[str]:
    """Opens one page after the other, each view once; gives its path while it is open."""
    waiting, seen = deque(begin), {view_of(path) for path in begin} | {None}
    while waiting:
        path = waiting.popleft()
        answer = page.goto(site + path)
        page.wait_for_selector(ASKING, state="detached")
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
    for path in pages(page, site, begin):
        looked.append(path)
        no_sideways_scroll(page)
        for rule in axe.run(page)["violations"]:
            if rule["impact"] in {"serious", "critical"}:
                found.append((path, rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]))
    return found, looked


def test_every_page_of_a_visitor_is_accessible(page: Any, site: str) -> None:
    found, looked = violations(page, site, VISITORS)
    assert found == [] and len(looked) >= 12, looked


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
    assert found == [] and len(looked) >= 50, looked
