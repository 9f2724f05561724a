"""How templates are written: one element a line, and every htmx request with a link that works without scripts."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from closet.models import User
from recommender.services.tryon import tryon_ask
from tests.closet.closets import garment_of, outfit_of, photo_of
from tests.wardrobe import brand, garment, look, photo_seen, product

LONGEST = 160
BASE = settings.BASE_DIR
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
# Elements that a sentence does not hold; span, a, strong and their like may stand within one.
OPENED = re.compile(
    r"<(?:div|section|article|aside|header|footer|main|nav|figure|figcaption|p|h[1-4]|[uod]l|li|d[td]|table|t[hdr]|thead"
    r"|tbody|form|fieldset|legend|button|input|select|option|textarea|label|details|summary|dialog|img|svg)(?=[\s>])"
)
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.S)
WITHOUT_END = {"input", "img", "link", "meta", "br", "hr", "path", "circle", "line", "rect", "ellipse", "use", "source"}


def name_of(template: Path) -> str:
    return str(template.relative_to(BASE / "templates"))


class Requests(HTMLParser):
    """Elements with hx-get that nothing without scripts stands for: no link, no form with an address."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.waiting: list[tuple[int, str]] = []  # how deep it stands, its opening tag
        self.lost: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "href" in given or "form" in given:
            self.waiting.clear()  # a link or a control of a form, inside all that are still open
        in_form = any("action" in had for name, had in [*self.open, (tag, given)] if name == "form")
        if "hx-get" in given and not ("href" in given or "form" in given or in_form):
            self.waiting.append((len(self.open), self.get_starttag_text() or tag))
        if tag not in WITHOUT_END:
            self.open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        self.lost += [text for depth, text in self.waiting if depth >= len(self.open)]
        self.waiting = [(depth, text) for depth, text in self.waiting if depth < len(self.open)]


def requests_without_a_link(source: str) -> list[str]:
    reader = Requests()
    reader.feed(TAG.sub("", source))
    reader.close()
    return reader.lost + [text for _depth, text in reader.waiting]


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_template_has_one_element_a_line_and_no_long_line(template: Path) -> None:
    lines = list(enumerate(template.read_text().splitlines(), start=1))
    assert not [(number, len(line)) for number, line in lines if len(line) > LONGEST]
    assert not [(number, line.strip()) for number, line in lines if len(OPENED.findall(line)) > 1]


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_every_htmx_request_has_a_link_or_a_form(template: Path) -> None:
    assert not requests_without_a_link(template.read_text())


@pytest.mark.parametrize(
    ("source", "lost"),
    [
        ('<button hx-get="/a/">A</button>', 1),
        ('<div><p hx-get="/a/">A</p><a href="/a/">A</a></div>', 1),
        ('<form hx-get="/a/"><input></form>', 1),
        ('<a href="/a/" hx-get="/a/">A</a>', 0),
        ('<form action="/a/" hx-get="/a/"><button hx-get="/b/">A</button></form>', 0),
        ('<button form="day" hx-get="/a/">A</button>', 0),
        ('<div hx-get="/a/"><noscript><a href="/a/">A</a></noscript></div>', 0),
        ('<div {% if a == "b" %}hx-get="/a/"{% endif %}><input form="day"></div>', 0),
    ],
)
def test_a_request_without_a_link_is_found(source: str, lost: int) -> None:
    assert len(requests_without_a_link(source)) == lost


def test_query_strings_are_built_by_django() -> None:
    """{% querystring %} in templates, reverse(query=...) in views: both quote what they are given."""
    looped = re.compile(r"""=["'][^"'<>]*\?[^<>\n]*\{% for """)
    assert not [name_of(template) for template in TEMPLATES if looped.search(template.read_text())]
    glued = re.compile(r"""f["'][^"'\n]*\?\w+=\{|["']\?["'] ?\+|\+ ?["']\?|\burlencode\(""")
    sources = [path for layer in ("catalog", "closet", "recommender") for path in (BASE / layer).rglob("*.py")]
    pages = [path for path in sources if {"views", "templatetags", "admin"} & set(path.parts)]
    assert pages and not [str(path) for path in pages if glued.search(path.read_text())]


# --- Without scripts ------------------------------------------------------------------------------------------------
# What hx-get asks for, by the names of its addresses. Asked as a plain link each answers a page, never a bare fragment.
LINKED: dict[str, Callable[[dict[str, Any]], str]] = {
    "catalog:brands": lambda of: "?page=1",
    "catalog:looks": lambda of: "?page=1",
    "catalog:products": lambda of: "?page=1",
    "closet:export": lambda of: "",
    "closet:import": lambda of: "",
    "closet:home": lambda of: "?page=1",
    "closet:outfits": lambda of: "?week=2026-03-02",
    "closet:calendar": lambda of: "?day=2026-03-02",
    "closet:wear_panel": lambda of: "",
    "closet:garment_field": lambda of: "?edit",
    "closet:garment_progress": lambda of: "",
    "closet:photo_status": lambda of: "",
    "closet:photos_progress": lambda of: "?seen=nothing",
    "closet:resting": lambda of: "",
    "closet:review": lambda of: "",
    "recommender:brand_profile": lambda of: "",
    "recommender:brand_sizes": lambda of: "",
    "recommender:brands_near": lambda of: "",
    "recommender:brands_of_photo": lambda of: "",
    "recommender:build_look": lambda of: "",
    "recommender:complete": lambda of: f"?pieces={of['garment'].pk}",
    "recommender:goes_with": lambda of: "?scope=closet",
    "recommender:inspired": lambda of: "?turn=1",
    "recommender:product_fit": lambda of: f"?like={of['garment'].pk}",
    "recommender:product_goes_with": lambda of: "",
    "recommender:product_similar": lambda of: "",
    "recommender:search": lambda of: "?page=1",
    "recommender:search_photo": lambda of: "?garment=0",
    "recommender:search_photo_buying": lambda of: "?garment=0",
    "recommender:similar": lambda of: "",
    "recommender:sketch": lambda of: "",
    "recommender:swap": lambda of: f"?out={of['garment'].pk}&pieces={of['garment'].pk}",
    "recommender:why_garment": lambda of: "",
    "recommender:why_look": lambda of: "",
    "recommender:why_photo": lambda of: "",
    "recommender:today": lambda of: f"?locked={of['garment'].pk}",
}
ARGUMENTS: dict[str, Callable[[dict[str, Any]], list[Any]]] = {
    "closet:garment_field": lambda of: [of["garment"].pk, "pattern"],
    "closet:garment_progress": lambda of: [of["garment"].pk],
    "closet:wear_panel": lambda of: [of["garment"].pk],
    "closet:photo_status": lambda of: [of["photo"].pk],
    "recommender:brand_profile": lambda of: [of["product"].brand.slug],
    "recommender:brand_sizes": lambda of: [of["product"].brand.slug],
    "recommender:brands_near": lambda of: [of["garment"].pk],
    "recommender:brands_of_photo": lambda of: ["photo"],
    "recommender:build_look": lambda of: [of["look"].pk],
    "recommender:why_look": lambda of: [of["look"].pk],
    "recommender:goes_with": lambda of: [of["garment"].pk],
    "recommender:inspired": lambda of: ["photo"],
    "recommender:product_fit": lambda of: [of["product"].pk],
    "recommender:product_goes_with": lambda of: [of["product"].pk],
    "recommender:product_similar": lambda of: [of["product"].pk],
    "recommender:search_photo": lambda of: ["photo"],
    "recommender:search_photo_buying": lambda of: ["photo"],
    "recommender:similar": lambda of: [of["garment"].pk],
    "recommender:sketch": lambda of: [of["sketch"].pk],
    "recommender:why_garment": lambda of: [of["garment"].pk],
    "recommender:why_photo": lambda of: [of["photo"].pk],
}


def test_every_address_that_hx_get_names_is_asked_below() -> None:
    named = {
        name for template in TEMPLATES for name in re.findall(r"""hx-get="\{% url '([\w:]+)'""", template.read_text())
    }
    assert named and named <= set(LINKED)


@pytest.fixture
def things(alice: User) -> dict[str, Any]:
    photo = photo_of(alice, status="running", stage="detect")
    mine = [garment(alice, slug, vector=number) for number, slug in enumerate(("shirt", "jeans", "sneakers"), start=1)]
    garment_of(alice)
    mine[0].photo = photo
    mine[0].save(update_fields=["photo"])
    photo_seen(alice)
    return {
        "garment": mine[0],
        "photo": photo,
        "outfit": outfit_of(alice, *mine),
        "product": product("shirt", vector=1, price=30_000, maker=brand("Otter")),
        "look": look("shirt", "jeans", vectors=[1, 2]),
        "sketch": tryon_ask(owner=alice, pieces=[{"garment": mine[0].pk}]),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", LINKED)
def test_what_htmx_asks_for_is_a_whole_page_to_a_plain_link(
    name: str, things: dict[str, Any], as_alice: Client
) -> None:
    arguments = ARGUMENTS[name](things) if name in ARGUMENTS else []
    answer = as_alice.get(reverse(name, args=arguments) + LINKED[name](things), follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith("<!doctype html>") and "</html>" in page


@pytest.mark.django_db
def test_a_second_piece_is_kept_beside_the_first(things: dict[str, Any], as_alice: Client, alice: User) -> None:
    first, second = things["garment"], alice.garments.get(kind__slug="jeans")
    page = as_alice.get(reverse("recommender:today"), {"locked": first.pk}).content.decode()
    assert f"?locked={first.pk}&amp;locked={second.pk}" in page
    both = as_alice.get(reverse("recommender:today"), {"locked": [first.pk, second.pk]}).content.decode()
    assert both.count('name="locked"') == 2


@pytest.mark.django_db
def test_links_keep_what_the_page_was_asked(things: dict[str, Any], as_alice: Client) -> None:
    page = as_alice.get(reverse("closet:outfits"), {"week": "2026-03-04", "page": "1"}).content.decode()
    assert 'href="?week=2026-03-11&amp;page=1"' in page
    day = as_alice.get(reverse("recommender:today"), {"occasion": "office", "mood": "chic"}).content.decode()
    assert "/today/swap/?occasion=office&amp;mood=chic&amp;out=" in day
