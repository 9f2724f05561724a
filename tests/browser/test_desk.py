"""The look editor of the desk as a shop manager has it: boxes over the photo, moved and sized by hand, kept."""

from __future__ import annotations

import contextlib
import os
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from tests.browser.conftest import no_sideways_scroll, shoot
from tests.browser.test_doors import sign_up


def make_staff(email: str) -> None:
    """As `manage.py createsuperuser` would, in the site's own database."""
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/browser"))
    with contextlib.closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE closet_user SET is_staff = true, is_superuser = true WHERE email = %s", [email])
        connection.commit()


def drag(page: Any, box: dict[str, float], by: tuple[int, int]) -> None:
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=4)
    page.mouse.up()


def test_boxes_are_dragged_over_the_photo_and_kept(page: Any, site: str) -> None:
    email = f"desk-{page.device}@example.com"
    sign_up(page, site, email)
    make_staff(email)
    page.goto(f"{site}/admin/catalog/look/")
    page.locator('a[href$="/pieces/"]').first.click()
    boxes = page.locator(".pieces__box")
    boxes.first.wait_for()
    assert boxes.count() == page.locator(".pieces__item").count() >= 2
    last = boxes.last  # the smallest lies on top
    last.scroll_into_view_if_needed()
    stage, before = page.locator("[data-stage]").bounding_box(), last.bounding_box()
    inwards = (
        12 if before["x"] - stage["x"] < stage["width"] / 2 else -12,
        9 if before["y"] - stage["y"] < stage["height"] / 2 else -9,
    )
    drag(page, before, inwards)
    moved = last.bounding_box()
    assert (round(moved["x"] - before["x"]), round(moved["y"] - before["y"])) == inwards
    drag(page, last.locator('[data-corner="se"]').bounding_box(), (-8, -6))
    sized = last.bounding_box()
    assert (round(sized["width"] - moved["width"]), round(sized["height"] - moved["height"])) == (-8, -6)
    place = last.get_attribute("style")
    shoot(page, "desk-pieces")
    no_sideways_scroll(page)
    with page.expect_navigation():
        page.locator("[data-look-editor] button:not([type])").click()
    boxes.first.wait_for()
    kept = page.locator(".pieces__box").last.evaluate(SIDES)
    wanted = [float(part.split(":")[1].strip(" %")) for part in place.split(";") if part.strip()]
    assert kept == pytest.approx(wanted, abs=0.011)  # percent; boxes are kept to four decimals of a share
    assert page.complaints == []


SIDES = "box => ['left', 'top', 'width', 'height'].map(side => parseFloat(box.style[side]))"
