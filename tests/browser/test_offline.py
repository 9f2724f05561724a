"""The installed app without a network: what was read can be read, what is private goes with its member."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from tests.browser.conftest import settled, shoot
from tests.browser.test_doors import sign_out, sign_up


@pytest.mark.parametrize("page", ["phone-ko"], indirect=True)
def test_pages_seen_before_are_read_offline_until_sign_out(page: Any, site: str) -> None:
    sign_up(page, site, f"traveller-{page.device}@example.com")
    page.locator("form[action='/closet/samples/'] button").first.click()
    page.wait_for_url("**/closet/**")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # The page that brought the worker is kept, and so is what it is in control of.
    seen = "caches.open('pages').then((cache) => cache.match('/closet/', { ignoreSearch: true }))"
    page.wait_for_function(f"{seen}.then(Boolean)")
    for path in ("/today/?temperature=18", "/closet/"):
        page.goto(site + path)
        settled(page)
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
    for path in ("/shop/brands/", "/numbers/"):  # never opened here; the second would have been kept
        page.goto(site + path)
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


def drawn() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 800), "teal").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("page", ["desktop-en"], indirect=True)
def test_what_is_done_offline_waits_and_is_sent_and_what_conflicts_is_told(page: Any, site: str) -> None:
    sign_up(page, site, f"commuter-{page.device}@example.com")
    page.locator("form[action='/closet/samples/'] button").first.click()
    page.wait_for_url("**/closet/**")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{site}/closet/")
    toasts = page.locator("#toasts")
    mine = [one.get_attribute("href") for one in page.locator("a.tile__link, .tile a").all()]
    page.goto(f"{site}/today/?temperature=12")
    worn = {one.get_attribute("href") for one in page.locator("#outfit-1 a").all()}
    first, second = [one for one in mine if one not in worn][:2]  # the second will go; the outfit stays whole
    page.goto(f"{site}/shop/products/")
    product = page.locator(".tile[href*='/shop/products/']").first.get_attribute("href")
    for path in (second, first, "/today/?temperature=12", "/photos/", product):
        page.goto(site + path)
        settled(page)
    liked = page.locator("form.likes button[formaction$='/like/']")

    page.context.set_offline(True)
    liked.click()
    toasts.get_by_text("Waiting: 1").wait_for()
    liked.click()  # twice is once: it says what is meant, not "the other way round"
    toasts.get_by_text("Waiting: 2").wait_for()
    page.goto(site + first)
    page.locator("form.favourite button").click()
    toasts.get_by_text("Waiting: 3").wait_for()
    page.locator(f"form[action='{first}worn/'] button").first.click()
    toasts.get_by_text("Waiting: 4").wait_for()
    page.goto(site + second)
    page.locator("form.favourite button").click()
    toasts.get_by_text("Waiting: 5").wait_for()
    page.goto(f"{site}/today/")
    page.locator("#outfit-1 [name=verdict][value=like]").click()
    toasts.get_by_text("Waiting: 6").wait_for()
    page.goto(f"{site}/photos/")
    page.set_input_files("#photo-files", {"name": "coat.png", "mimeType": "image/png", "buffer": drawn()})
    toasts.get_by_text("Waiting: 7").wait_for()
    shoot(page, "offline-3-waits")

    # Meanwhile, on another device, the second one goes.
    elsewhere = page.context.browser.new_context(storage_state=page.context.storage_state(), locale="en-US")
    other = elsewhere.new_page()
    other.goto(site + second)
    token = other.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form = {"csrfmiddlewaretoken": token, "action": "delete", "id": second.strip("/").rsplit("/", 1)[-1]}
    gone = other.request.post(f"{site}/closet/bulk/", form=form, headers={"Referer": site})
    assert gone.ok
    elsewhere.close()

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    toasts.get_by_text("Sent what waited for the network: 6").wait_for()
    toasts.get_by_text("It is no longer there.").wait_for()
    shoot(page, "offline-4-sent")
    page.goto(f"{site}/photos/all/")
    assert page.locator(".tile__title").all_inner_texts() == ["coat.png"]
    page.goto(site + product)
    assert liked.get_attribute("aria-pressed") == "true"
    page.goto(site + first)
    assert page.locator("form.favourite button").get_attribute("aria-pressed") == "true"
    assert page.locator("[name=remove]").count() >= 1  # today's wear can be taken back
    count = """new Promise((done) => { const open = indexedDB.open('waiting', 1); open.onsuccess = () => {
        const asked = open.result.transaction('writes').objectStore('writes').count();
        asked.onsuccess = () => done(asked.result); }; })"""
    assert page.evaluate(count) == 0
    # What a page loads later by itself is missing offline, and htmx says so.
    assert [one for one in page.complaints if not re.search("Failed to load resource|htmx:", one)] == []
