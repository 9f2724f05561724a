"""A photo shared from another app becomes an outfit from the closet, and nothing of it stays."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import no_sideways_scroll, shoot
from tests.browser.test_doors import sign_up

SHARE = """async (content) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const body = new FormData();
  body.append("photos", new File([bytes], "street.jpg", { type: "image/jpeg" }));
  return (await fetch("/share-target/", { method: "POST", body })).url;
}"""


@pytest.mark.parametrize("page", ["phone-ko"], indirect=True)
def test_a_shared_photo_becomes_an_outfit_of_mine(page: Any, site: str, real_photos: list[Path]) -> None:
    from axe_core_python.sync_playwright import Axe

    sign_up(page, site, f"inspired-{page.device}@example.com")
    page.locator("form[action='/closet/samples/'] button").first.click()
    page.wait_for_url("**/closet/**")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{site}/closet/")  # once with the worker in control
    bus = next(path for path in real_photos if path.name == "bus.jpg")
    received = page.evaluate(SHARE, base64.b64encode(bus.read_bytes()).decode())
    assert received == f"{site}/share-target/?shared=1"
    page.goto(received)
    page.locator("[data-received] img").wait_for()
    shoot(page, "inspiration-1-shared")
    no_sideways_scroll(page)
    page.locator("a[href='/inspiration/?shared=1']").click()
    page.wait_for_url("**/inspiration/*/")
    page.locator("#inspired:not([aria-busy])").wait_for(timeout=120_000)
    assert page.evaluate("caches.keys().then((names) => names.includes('shared'))") is False
    assert page.locator(".build__row").count() >= 1
    shoot(page, "inspiration-2-mine")
    no_sideways_scroll(page)
    unfit = [one["id"] for one in Axe().run(page)["violations"] if one["impact"] in {"serious", "critical"}]
    assert unfit == []
    if page.locator(".collage").count():
        page.locator("form[action='/today/keep/'] button.button--primary").click()
        page.locator("#toasts").get_by_text("저장").wait_for()
    address = page.url
    page.locator("form[action$='/forget/'] button").click()
    page.wait_for_url("**/inspiration/")
    assert page.request.get(address).status == 404
    assert page.complaints == []
