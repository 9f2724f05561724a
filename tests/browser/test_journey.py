"""A newcomer's way: sign up, measure, upload photos, see the closet, ask for matches. Desktop and phone, en and ko."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.browser.conftest import no_sideways_scroll, settled, shoot

ANALYSED_MS = 300_000  # the first photo may wait for numba to compile


def test_from_sign_up_to_matches(page: Any, site: str, real_photos: list[Path]) -> None:
    page.goto(site)
    shoot(page, "1-home")
    no_sideways_scroll(page)
    if page.device.endswith("ko"):
        assert page.locator("html").get_attribute("lang") == "ko"
        assert re.search("[가-힣]", page.locator("h1").inner_text())

    page.goto(f"{site}/account/signup/")
    page.fill("input[name=email]", f"{page.device}@example.com")
    page.fill("input[name=password1]", "correct-horse-battery-1")
    page.press("input[name=password1]", "Enter")
    page.wait_for_url("**/account/login/**")
    assert page.input_value("input[name=login]") == f"{page.device}@example.com"
    page.fill("input[name=password]", "correct-horse-battery-1")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/closet/**")
    shoot(page, "2-empty-closet")
    no_sideways_scroll(page)

    page.goto(f"{site}/body/")
    for zone, value in {"height": "168", "weight": "58", "chest": "88", "waist": "70", "hips": "94"}.items():
        page.fill(f"input[name={zone}]", value)
    with page.expect_navigation():
        page.locator("form.measures button.button--primary").click()
    shoot(page, "3-body")
    no_sideways_scroll(page)

    page.goto(f"{site}/photos/")
    page.set_input_files("#photo-files", [str(path) for path in real_photos])
    page.wait_for_timeout(1500)
    shoot(page, "4-uploading")
    page.reload()  # progress survives it
    page.wait_for_function(
        "n => document.querySelectorAll('.photo-row__garments li a').length >= n", arg=len(real_photos) - 1,
        timeout=ANALYSED_MS,
    )  # fmt: skip
    shoot(page, "5-uploaded")
    no_sideways_scroll(page)

    # People wear several things: what was cut out of them waits. By keys: one dropped, taken back, the rest kept.
    page.wait_for_function("() => !document.querySelector('#photo-progress progress, #photo-progress .meter[role]')",
                           timeout=ANALYSED_MS)  # fmt: skip
    page.goto(f"{site}/photos/review/")
    pieces = page.locator("[data-piece]")
    waiting = pieces.count()
    assert waiting >= 2
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    page.wait_for_function("n => document.querySelectorAll('[data-piece]').length === n", arg=waiting - 1)
    # The next one is under the keys, a moment after the tray was drawn anew.
    page.wait_for_function("() => document.activeElement.matches('[data-piece]')", timeout=5000)
    page.locator(".toast__undo").click()
    page.wait_for_function("n => document.querySelectorAll('[data-piece]').length === n", arg=waiting)
    settled(page)
    shoot(page, "5-review")
    no_sideways_scroll(page)
    page.locator("[value=keep_all]").click()
    page.wait_for_function("() => !document.querySelector('[data-piece]')")

    page.goto(f"{site}/closet/")
    page.locator(".toast").first.wait_for(state="detached", timeout=15000)
    tiles = page.locator("#garments a.garment-card__link")
    assert tiles.count() >= len(real_photos) - 1
    settled(page)
    shoot(page, "6-closet")
    no_sideways_scroll(page)

    page.locator(".tile__check").first.check(force=True)
    page.locator(".bulk-bar__actions > [value='state:archived']").click()
    undo = page.locator(".toast__undo")
    undo.wait_for()
    assert undo.count() == 1  # twice would mean that a module of ours runs twice
    undo.click()
    page.wait_for_function("n => document.querySelectorAll('#garments a').length >= n", arg=len(real_photos) - 1)

    tiles.first.click()
    page.wait_for_selector("#goes-with .segmented, #goes-with form")
    page.locator("#similar-title").scroll_into_view_if_needed()  # its section loads when it comes into view
    page.wait_for_selector("#similar form")
    page.evaluate("scrollTo(0, 0)")
    shoot(page, "7-garment")
    no_sideways_scroll(page)
    page.locator("#similar input[value=catalogue]").check(force=True)
    settled(page)
    page.locator("#similar-title").scroll_into_view_if_needed()
    shoot(page, "8-matches")

    for name, path in (("9-today", "/today/?temperature=12"), ("10-search", "/search/"), ("11-looks", "/shop/looks/")):
        page.goto(site + path)
        settled(page)
        shoot(page, name)
        no_sideways_scroll(page)
    assert page.complaints == []


def test_reading_works_without_javascript(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for path in ("/", "/shop/looks/", "/shop/products/", "/shop/brands/", "/search/?q=shirt", "/account/signup/"):
        answer = page.goto(site + path)
        assert answer.status == 200
        assert page.locator("h1").first.inner_text()
    context.close()
