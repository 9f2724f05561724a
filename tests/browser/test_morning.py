"""What people do in the morning: look at an outfit, change a piece, wear it, plan it, find both in the calendar."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import no_sideways_scroll, settled, shoot
from tests.browser.test_doors import sign_up


@pytest.mark.parametrize("page", ["desktop-en", "phone-ko", "phone-en", "desktop-ko"], indirect=True)
def test_from_an_outfit_to_the_calendar(page: Any, site: str) -> None:
    sign_up(page, site, f"morning-{page.device}@example.com")
    page.locator("form[action='/closet/samples/'] button").first.click()
    page.wait_for_url("**/closet/**")
    page.goto(f"{site}/today/?temperature=12")
    settled(page)
    shoot(page, "morning-1-today")
    no_sideways_scroll(page)

    # Keys turn the outfits, as a swipe does.
    deck = page.locator("#deck")
    deck.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.getElementById('deck').scrollLeft > 100")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.getElementById('deck').scrollLeft < 5")

    # A piece touched in the picture: swapped in place for the first that is offered.
    first = page.locator("#outfit-1")
    before = first.locator("[data-piece]").evaluate_all("all => all.map((one) => one.dataset.piece)")
    first.locator(".collage a").first.click()
    menu = page.locator(".piece-menu")
    menu.locator("button").nth(1).click()
    offers = first.locator("#swap-1 a, #swap-1 button")
    offers.first.wait_for()
    shoot(page, "morning-2-swap")
    no_sideways_scroll(page)
    # Kept, the rest changes around it.
    first.locator("[data-piece] a.button").first.click()
    page.locator("#locked input:checked").wait_for()
    after = page.locator("#outfit-1 [data-piece]").evaluate_all("all => all.map((one) => one.dataset.piece)")
    assert before[0] in after

    # Worn, and planned for tomorrow; both can be taken back.
    page.locator("#outfit-1 .outfit__wear").click()
    page.locator(".toast__undo").first.wait_for()
    page.locator("#outfit-1 details:has([name=plan]) summary").click()
    with page.expect_response("**/today/keep/"):
        page.locator("#outfit-1 form:has([name=plan]) button").click()
    page.goto(f"{site}/calendar/?view=week")
    settled(page)
    assert page.locator(".cal__cell--today .cal__worn img").count() >= 2
    plan = page.locator(".cal__plan").first
    if plan.count() == 0:  # tomorrow is in the next week
        page.locator("[data-turn='1']").click()
        plan.wait_for()
    shoot(page, "morning-3-week")
    no_sideways_scroll(page)

    # Dragged to another day of that week, and found there.
    here = page.locator("td[data-day]:has(.cal__plan)").get_attribute("data-day")
    days = page.locator("td[data-day]").evaluate_all("all => all.map((one) => one.dataset.day)")
    there = days[days.index(here) - 1] if here == days[-1] else days[days.index(here) + 1]
    if page.device.startswith("desktop"):
        plan.drag_to(page.locator(f"td[data-day='{there}']"))
    else:  # by thumb: the day is touched, and told another date
        page.locator(f"td[data-day='{here}'] .cal__day").tap()
        panel = page.locator(".day-plan")
        panel.wait_for()
        panel.locator("summary").tap()
        panel.locator("input[name=day]").fill(there)
        panel.locator("form[action$='/move/'] button").tap()
    page.locator(f"td[data-day='{there}'] .cal__plan").wait_for()
    shoot(page, "morning-4-moved")
    assert page.complaints == []


@pytest.mark.parametrize("page", ["phone-ko"], indirect=True)
def test_the_main_pages_read_and_write_without_scripts(page: Any, browser: Any, site: str) -> None:
    sign_up(page, site, "plain@example.com")
    page.locator("form[action='/closet/samples/'] button").first.click()
    page.wait_for_url("**/closet/**")
    context = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state(), viewport={"width": 390, "height": 844}
    )
    plain = context.new_page()
    for path in (
        "/closet/", "/closet/new/", "/closet/resting/", "/closet/categories/", "/closet/welcome/", "/today/",
        "/calendar/", "/outfits/", "/outfits/new/", "/trips/", "/photos/", "/photos/review/", "/numbers/", "/body/",
        "/people/", "/household/", "/profile/", "/search/?q=shirt", "/looks/mine/", "/mirror/",
    ):  # fmt: skip
        answer = plain.goto(site + path)
        assert answer.status == 200, path
        assert plain.locator("h1, h2").first.inner_text(), path
        wide = plain.locator("body").bounding_box()
        assert wide["width"] <= 391, path
    plain.goto(f"{site}/today/?temperature=12")
    assert plain.locator("#weights button.button--primary").is_visible()  # what a dialog holds stands in the page
    plain.locator("#outfit-1 .outfit__wear").click()
    assert plain.locator("[data-toast] .toast__undo").is_visible()
    plain.goto(f"{site}/calendar/")
    assert plain.locator(".cal__cell--today .cal__worn img").count() >= 2
    plain.goto(f"{site}/outfits/new/")
    for box in plain.locator("input[type=checkbox][name]").all()[:2]:
        box.check(force=True)
    plain.locator("main form button.button--primary").last.click()
    assert plain.url != f"{site}/outfits/new/"
    context.close()


@pytest.mark.parametrize("page", ["phone-ko"], indirect=True)
def test_nothing_is_lost_by_a_session_that_ends_a_double_press_or_another_tab(page: Any, site: str) -> None:
    sign_up(page, site, "clumsy@example.com")
    page.locator("form[action='/closet/samples/'] button").first.click()
    page.wait_for_url("**/closet/**")
    page.goto(f"{site}/outfits/new/")
    for number in (0, 1):
        page.locator("[data-src]").nth(number).tap()
    page.fill("input[name=name]", "월요일")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    save = page.locator("main form button.button--primary").last
    save.tap()
    page.locator("#toasts").get_by_text("로그아웃되었어요").wait_for()
    assert page.url == f"{site}/outfits/new/"
    page.context.add_cookies(cookies)
    page.goto(f"{site}/outfits/new/")
    page.wait_for_function("() => document.querySelector('input[name=name]').value === '월요일'")
    page.locator("main form button.button--primary").last.dblclick()
    page.wait_for_url(re.compile(r"/outfits/\d+/$"))
    page.goto(f"{site}/outfits/")
    links = page.locator("a[href^='/outfits/']").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert len({link for link in links if re.fullmatch(r"/outfits/\d+/", link)}) == 1

    page.goto(f"{site}/closet/")
    address = page.locator(".garment-card__link").first.get_attribute("href")
    page.goto(site + address)
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form = {"csrfmiddlewaretoken": token, "action": "delete", "id": address.strip("/").rsplit("/", 1)[-1]}
    assert page.request.post(f"{site}/closet/bulk/", form=form, headers={"Referer": site}).ok  # in another tab
    page.locator("form.favourite button").tap()
    page.locator("#toasts").get_by_text("이제 거기에 없어요.").wait_for()
