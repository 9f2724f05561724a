"""A member's pages as axe sees them: phone and desk, Korean and English, dark and light."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import no_sideways_scroll, shoot
from tests.browser.test_doors import sign_up

PAGES = (
    "/closet/welcome/", "/closet/welcome/measures/", "/closet/welcome/taste/", "/closet/welcome/city/", "/closet/",
    "/today/", "/calendar/", "/calendar/?view=week", "/outfits/", "/numbers/", "/closet/resting/", "/closet/bin/",
    "/photos/", "/photos/all/", "/photos/review/", "/body/", "/profile/", "/devices/", "/saved/", "/closet/new/",
    "/inspiration/", "/share-target/?shared=1",
)  # fmt: skip


def test_a_members_pages_are_accessible(page: Any, site: str) -> None:
    from axe_core_python.sync_playwright import Axe

    sign_up(page, site, f"axe-{page.device}@example.com")
    page.goto(f"{site}/closet/welcome/")
    page.locator("form[action*=samples] button").click()
    page.wait_for_url("**/measures/")
    page.goto(f"{site}/today/")
    page.locator(".outfit__wear").first.click()
    page.locator(".toast__undo").wait_for()
    axe, found = Axe(), []
    for path in PAGES:
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        no_sideways_scroll(page)
        for rule in axe.run(page)["violations"]:
            if rule["impact"] in {"serious", "critical"}:
                found.append((path, rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]))
    shoot(page, "accessible")
    assert found == []
