"""The mirror on a phone: a sketch is ordered, and what lies wrong is set right by thumb and by keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import no_sideways_scroll, shoot
from tests.browser.test_doors import sign_up


def dragged(page: Any, point: Any, across: float, down: float) -> None:
    """A thumb on a point that moves so many pixels, as the screen reports it."""
    point.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    box = point.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in (0.4, 0.7, 1.0):
        places = [{"x": x + across * step, "y": y + down * step}]
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": places})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("page", ["phone-ko"], indirect=True)
def test_points_are_moved_by_thumb_and_by_keyboard(page: Any, site: str) -> None:
    sign_up(page, site, f"mirror-{page.device}@example.com")
    page.locator("form[action='/closet/samples/'] button").first.click()
    page.wait_for_url("**/closet/**")
    page.goto(f"{site}/mirror/")
    page.locator(".mirror__go button").click()
    page.get_by_text("입을 것을").first.wait_for()  # nothing chosen: said, and nothing lost
    assert page.url.split("?")[0] == f"{site}/mirror/"
    shoot(page, "mirror-1-nothing")
    for slot in ("bag", "bottom"):  # trousers have points that can be moved
        page.locator(f"#slot-{slot} + ul .mirror__piece").first.click()
    no_sideways_scroll(page)
    page.locator(".mirror__go button").click()
    page.locator(".sketch__picture img, .notice--bad").first.wait_for(timeout=120_000)
    shoot(page, "mirror-2-sketch")
    no_sideways_scroll(page)
    page.locator("a[href*='/landmarks/']").first.click()
    point = page.locator("[data-point^='hem']").first
    name = point.get_attribute("data-point")
    place = page.locator(f"[name='x-{name}'], [name='y-{name}']")
    page.locator("details summary").last.click()
    before = [float(field.input_value()) for field in place.all()]
    dragged(page, point, 40, -30)
    after = [float(field.input_value()) for field in place.all()]
    assert after[0] > before[0] + 4 and after[1] < before[1] - 4
    assert page.locator("[data-now]").inner_text() == point.get_attribute("title")
    point.focus()
    point.press("ArrowLeft")
    point.press("Shift+ArrowDown")
    moved = [float(field.input_value()) for field in place.all()]
    assert moved == [pytest.approx(after[0] - 0.5), pytest.approx(after[1] + 5)]
    shoot(page, "mirror-3-points")
    no_sideways_scroll(page)
    page.locator("[data-landmarks] .button--primary").click()
    page.wait_for_url("**/mirror/*/")
    page.locator(".sketch__picture img").first.wait_for(timeout=120_000)
    page.locator("a[href*='/landmarks/']").first.click()
    assert [float(field.input_value()) for field in place.all()] == moved  # remembered for this garment
    assert page.complaints == []
