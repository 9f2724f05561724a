"""The installed app without a network: what was read can be read, what is private goes with its member."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import shoot
from tests.browser.test_doors import sign_out, sign_up


@pytest.mark.parametrize("page", ["phone-ko"], indirect=True)
def test_pages_seen_before_are_read_offline_until_sign_out(page: Any, site: str) -> None:
    sign_up(page, site, f"traveller-{page.device}@example.com")
    page.locator("form[action='/closet/samples/'] button").first.click()
    page.wait_for_url("**/closet/**")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for path in ("/today/?temperature=18", "/closet/"):  # once with the worker in control
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
    title = page.locator(".tile__title").first.inner_text()

    page.context.set_offline(True)
    page.goto(f"{site}/closet/")
    assert page.locator(".tile__title").first.inner_text() == title
    assert page.locator(".offline-line").is_visible()
    pictures = "[...document.querySelectorAll('main img.cutout')].slice(0, 4).every((one) => one.naturalWidth > 0)"
    page.wait_for_function(pictures)
    shoot(page, "offline-1-closet")
    page.goto(f"{site}/today/")
    assert page.locator(".collage").count() >= 1
    page.goto(f"{site}/shop/brands/")  # never opened here
    assert page.locator("h1").inner_text() in ("No connection", "연결이 끊겼어요")
    shoot(page, "offline-2-never-seen")

    page.context.set_offline(False)
    sign_out(page, site)
    kept = "caches.keys().then((names) => names.filter((name) => !name.startsWith('files-')))"
    page.wait_for_function(f"{kept}.then((names) => names.length === 0)")
    page.context.set_offline(True)
    page.goto(f"{site}/closet/")
    assert page.locator("h1").inner_text() in ("No connection", "연결이 끊겼어요")
    page.context.set_offline(False)
    # A picture below the fold was never loaded; that it is missing offline is no fault.
    assert [one for one in page.complaints if "Failed to load resource" not in one] == []
