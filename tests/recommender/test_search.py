"""Search: words understood, ways of asking mixed, filters, paging, what is said, whose it is. Page and API."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains
from rest_framework.test import APIClient

from catalog.models import Brand, Product
from closet.models import User
from recommender.index import cells, keywords, palettes, similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import ProductFilter
from recommender.models import LookEmbedding, ProductCell, ProductEmbedding, SavedSearch
from recommender.services import photo_query, search_order, search_words
from recommender.services import search as searching
from recommender.services.search import Question, search
from recommender.services.search_filters import Filters
from recommender.services.search_order import Ranked
from tests import wardrobe
from tests.wardrobe import LABS, brand, garment, half, unit

pytestmark = pytest.mark.django_db

NAVY, RED = ((*LABS["navy"], 1.0),), ((*LABS["red"], 1.0),)


def product(slug: str, *colours: str, **fields: Any) -> Product:
    row = wardrobe.product(slug, *colours, **fields)
    keywords.products_index(product_ids=[row.pk])
    palettes.products_index(product_ids=[row.pk])
    return row


@pytest.fixture
def shelf(db: None) -> dict[str, Product]:
    heron = brand("Heron")
    return {
        "navy shirt": product("shirt", "navy", name_en="Linen shirt", vector=[1, 0], gender="women",
                              seasons=["summer"], price=30, sizes_in_stock=["S", "M"]),
        "red shirt": product("shirt", "red", name_en="Flannel shirt", vector=[1, 0.2], gender="men",
                             seasons=["winter"], price=50, sizes_in_stock=["M"]),
        "navy slacks": product("trousers", "navy", name_en="Wide slacks", name_ko="와이드슬랙스", vector=[0, 1],
                               tags=["merlin"], gender="unisex", price=70, maker=heron, styles={"chic": 0.8}),
        "hidden": product("shirt", "navy", name_en="Linen shirt", vector=[1, 0], is_published=False),
    }  # fmt: skip


def things(**question: Any) -> list[Any]:
    return [found.thing for found in search(question=Question(**question)).results]


# --- Ways of asking, alone and mixed --------------------------------------------------------------------------------
def test_words_alone_find_and_say_which(shelf: dict[str, Product]) -> None:
    answer = search(question=Question(words="linen shirt"))
    best = answer.results[0]
    assert best.thing == shelf["navy shirt"] and set(best.words) == {"linen", "shirt"}
    assert best.places["words"] == 1 and shelf["hidden"] not in [found.thing for found in answer.results]


def test_a_palette_alone_orders_by_colour(shelf: dict[str, Product]) -> None:
    assert set(things(palette=NAVY)[:2]) == {shelf["navy shirt"], shelf["navy slacks"]}
    answer = search(question=Question(palette=RED))
    assert answer.results[0].thing == shelf["red shirt"]
    assert answer.results[0].distances["palette"] < 0.05 < answer.results[-1].distances["palette"]


def test_a_vector_alone_orders_by_likeness(shelf: dict[str, Product]) -> None:
    assert things(vector=unit([1, 0])) == [shelf["navy shirt"], shelf["red shirt"], shelf["navy slacks"]]


def test_a_mix_is_fused_by_reciprocal_rank_and_the_sliders_move_it(shelf: dict[str, Product]) -> None:
    mixed = {"words": "merlin", "vector": unit([1, 0]), "palette": RED}
    answer = search(question=Question(**mixed))
    by_thing = {found.thing: found for found in answer.results}
    red = by_thing[shelf["red shirt"]]
    assert red.places == {"photo": 2, "palette": 1}
    assert red.score == pytest.approx(1 / 62 + 1 / 61)
    assert things(**mixed, shares={"words": 1.0, "photo": 0.1, "palette": 0.1})[0] == shelf["navy slacks"]
    assert things(**mixed, shares={"words": 0.0, "photo": 0.1, "palette": 1.0})[0] == shelf["red shirt"]


def test_a_slider_at_nothing_leaves_its_way_out(shelf: dict[str, Product]) -> None:
    shares = {"words": 1.0, "photo": 0.0, "palette": 0.0}
    assert things(words="slacks", vector=unit([1, 0]), shares=shares) == [shelf["navy slacks"]]
    assert things(vector=unit([0, 1]), shares=shares)[0] == shelf["navy slacks"]  # the only way stays


def test_asking_for_nothing_shows_the_newest(shelf: dict[str, Product]) -> None:
    assert things() == [shelf["navy slacks"], shelf["red shirt"], shelf["navy shirt"]]


def test_looks_are_found_by_words_and_likeness() -> None:
    work = wardrobe.look("trousers", "shirt", title="Office day", tags=["출근룩"], style="formal")
    street = wardrobe.look("jeans", title="Night out", style="street")
    keywords.looks_index(look_ids=[work.pk, street.pk])
    for row, place in ((work, [1, 0]), (street, [0, 1])):
        LookEmbedding.objects.create(look=row, model_key=current_model_key(), vector=half(unit(place)))
    assert things(thing="looks", words="출근룩 슬랙스")[0] == work
    assert things(thing="looks", vector=unit([0, 1])) == [street, work]
    assert things(thing="looks", filters=Filters(style="street")) == [street]
    assert things(thing="looks", filters=Filters(kind="shirt")) == [work]


# --- Filters, facets, relaxing --------------------------------------------------------------------------------------
@pytest.mark.parametrize("way", [{"words": "shirt slacks"}, {"vector": unit([1, 0])}, {"palette": NAVY}, {}])
@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"gender": "women"}, {"navy shirt", "navy slacks"}),
        ({"gender": "men", "kind": "shirt"}, {"red shirt"}),
        ({"season": "summer", "kind": "shirt"}, {"navy shirt"}),
        ({"slot": "bottom"}, {"navy slacks"}),
        ({"colour": "navy"}, {"navy shirt", "navy slacks"}),
        ({"brand": "heron"}, {"navy slacks"}),
        ({"size": "S"}, {"navy shirt"}),
        ({"style": "chic"}, {"navy slacks"}),
        ({"price_min": 40, "price_max": 60}, {"red shirt"}),
        ({"price_max": 0.0}, set()),
        ({"brand": "nobody"}, set()),
    ],
)
def test_filters_hold_for_every_way_of_asking(
    shelf: dict[str, Product], way: dict[str, Any], filters: dict[str, Any], left: set[str]
) -> None:
    assert set(things(**way, filters=Filters(**filters))) == {shelf[name] for name in left}


def test_facets_count_what_was_found(shelf: dict[str, Product]) -> None:
    facets = search(question=Question(words="shirt")).facets
    assert dict(facets["kind"]) == {"shirt": 2}
    assert dict(facets["colour"]) == {"navy": 1, "red": 1}
    assert dict(facets["size"]) == {"M": 2, "S": 1}
    assert dict(search(question=Question(words="slacks")).facets["style"]) == {"chic": 1}
    assert dict(search(question=Question()).facets["brand"]) == {"otter": 2, "heron": 1}


def test_looks_have_their_own_facets() -> None:
    work = wardrobe.look("trousers", "shirt", "shirt", style="formal", colours=wardrobe.palette("navy"))
    wardrobe.look("jeans", "shirt", style="street", colours=wardrobe.palette("red", "navy"))
    facets = search(question=Question(thing="looks")).facets
    assert dict(facets["kind"]) == {"trousers": 1, "shirt": 2, "jeans": 1}
    assert dict(facets["colour"]) == {"navy": 2, "red": 1} and "price" not in facets
    assert things(thing="looks", filters=Filters(colour="navy", kind="trousers")) == [work]


def test_price_bands_share_out_what_is_in_the_usual_currency(client: Client) -> None:
    for price in (9_000, 12_000, 29_000, 31_000, 49_000, 52_000, 98_000, 350_000):
        wardrobe.product("shirt", price=price)
    wardrobe.product("shirt", price=30, currency="USD")
    bands = search(question=Question()).facets["price"]
    assert sum(count for _slug, count in bands) == 8 and len(bands) >= 3
    assert [slug.partition(":")[0] for slug, _count in bands] == ["KRW"] * len(bands)
    for slug, count in bands:
        answer = search(question=Question(filters=Filters(price=slug)))
        assert answer.total == count and answer.facets["price"] == [(slug, count)]
    page = client.get(reverse("recommender:search"), {"price": bands[1][0]}, headers={"Accept-Language": "ko"})
    chosen = f'<input type="checkbox" form="search" name="price" value="{bands[1][0]}" checked>'
    assertContains(page, chosen, html=True)
    assertContains(page, "원 – ")
    assert client.get(reverse("api-search"), {"price": "KRW:1-x"}).status_code == 400


def test_one_price_for_all_makes_no_bands(shelf: dict[str, Product]) -> None:
    assert search(question=Question(filters=Filters(brand="heron"))).facets["price"] == []


def test_a_chosen_filter_stays_to_be_taken_back_where_nothing_has_it(client: Client, shelf: dict[str, Product]) -> None:
    page = client.get(reverse("recommender:search"), {"q": "linen", "brand": "heron", "slot": "dress"})
    assertContains(page, "Nothing found")
    for name, value in (("brand", "heron"), ("slot", "dress")):
        chosen = f'<input type="checkbox" form="search" name="{name}" value="{value}" checked>'
        assertContains(page, chosen, html=True)


def test_counts_say_when_they_are_of_the_best_alone_and_readers_scroll_past_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "DEPTHS", (25, 100))
    for number in range(70):
        product("shirt", "navy" if number % 2 else "red", vector=[1, number / 100])
    asked = {"palette": "#1f2a44:60", "product": Product.objects.order_by("pk")[0].pk}
    first = client.get(reverse("api-search"), asked).json()
    assert first["has_more"] and first["counted"] == first["count"] < 69
    seen: list[int] = []
    address: str | None = reverse("api-search") + "?" + urlencode(asked)
    while address:
        answer = client.get(address).json()
        seen += [one["id"] for one in answer["results"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == 69 and not answer["has_more"]
    page = client.get(reverse("recommender:search"), asked).content.decode()
    assert f"The numbers count the best {first['counted']}" in page and "?palette=" in page


@pytest.mark.parametrize(
    ("filters", "relaxed"),
    [
        ({"gender": "women", "season": "winter"}, ("season",)),
        ({"gender": "kids", "season": "summer"}, ("gender",)),
        ({"gender": "kids", "season": "autumn"}, ("season", "gender")),
        ({"gender": "women"}, ()),
        ({"season": "winter", "brand": "nobody"}, ()),  # nothing to show either way, so nothing to say
    ],
)
def test_as_little_is_relaxed_as_brings_something_and_it_is_said(
    shelf: dict[str, Product], filters: dict[str, str], relaxed: tuple[str, ...]
) -> None:
    answer = search(question=Question(words="shirt", filters=Filters(kind="shirt", **filters)))
    assert answer.relaxed == relaxed
    assert bool(answer.results) is ("brand" not in filters)


def test_the_page_says_what_was_relaxed(client: Client, shelf: dict[str, Product]) -> None:
    page = client.get(reverse("recommender:search"), {"q": "linen shirt", "kind": "shirt", "season": "autumn"})
    assert "Nothing was left for that season" in page.content.decode()


# --- Cells ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """900 products in 30 clusters, searched through cells as a large catalogue is."""
    monkeypatch.setattr(cells, "CELLS_ABOVE", 100)
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(30, 256))
    vectors = np.array([centres[at % 30] + 0.4 * rng.normal(size=256) for at in range(900)], dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    maker = brand()
    rows = Product.objects.bulk_create(
        Product(brand=maker, sku=str(at), kind=wardrobe.kind("shirt" if at % 3 else "coat"), name_en=f"No. {at}")
        for at in range(900)
    )
    ProductEmbedding.objects.bulk_create(
        ProductEmbedding(
            product=row, model_key=current_model_key(), vector=half(vectors[at]), brand_id=maker.pk,
            kind_id=row.kind_id, slot=row.kind.slot, gender="women" if at % 2 else "men", season_bits=15,
        )
        for at, row in enumerate(rows)
    )  # fmt: skip
    return vectors


def nearest(vector: np.ndarray, **wanted: Any) -> list[int]:
    hits = similarity.nearest_products(
        vector=vector, model_key=current_model_key(), wanted=ProductFilter(**wanted), limit=20
    )
    return [hit.pk for hit in hits]


def test_cells_answer_as_the_exact_scan_does(crowd: np.ndarray) -> None:
    filters: list[dict[str, Any]] = [{}, {"genders": ("men",)}, {"slots": ("outer",), "seasons": ("winter",)}]
    asked = [(crowd[at], wanted) for at in range(0, 60, 4) for wanted in filters]
    exact = [nearest(vector, **wanted) for vector, wanted in asked]
    assert cells.cells_keep(model_key=current_model_key()) == 30
    assert not ProductEmbedding.objects.filter(cell=0).exists()
    found = [nearest(vector, **wanted) for vector, wanted in asked]
    recalls = [len(set(one) & set(other)) / 20 for one, other in zip(found, exact, strict=True)]
    assert np.mean(recalls) >= 0.98 and min(recalls) >= 0.8


def test_what_comes_after_the_cells_is_found_as_well(crowd: np.ndarray) -> None:
    cells.cells_make(model_key=current_model_key())
    late = wardrobe.product("shirt")
    wardrobe.product_vector(late, crowd[0].tolist())
    assert late.pk in nearest(crowd[0])[:2]
    cell = similarity.product_cell(vector=crowd[0], model_key=current_model_key())
    assert ProductEmbedding.objects.filter(cell=cell).exists()


def test_before_a_new_classifier_has_cells_the_search_is_exact(
    crowd: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells.cells_make(model_key=current_model_key())
    turned = crowd[:, ::-1].copy()  # what the new describer says of the same pictures; it has seen half of them
    rows = list(ProductEmbedding.objects.order_by("pk")[:450])
    for at, row in enumerate(rows):
        row.pk, row.model_key, row.vector = None, "new", half(turned[at])
        row.cell = similarity.product_cell(vector=turned[at], model_key="new")
    ProductEmbedding.objects.bulk_create(rows)
    assert {row.cell for row in rows} == {0}
    monkeypatch.setattr(searching, "current_model_key", lambda: "new")
    answer = search(question=Question(vector=turned[7], filters=Filters(gender="women")))
    among = [at for at in range(450) if at % 2]
    best = sorted(among, key=lambda at: -float(turned[at] @ turned[7]))[:20]
    assert [found.thing.pk for found in answer.results] == [rows[at].product_id for at in best]


def test_cells_are_made_anew_only_when_outgrown(crowd: np.ndarray) -> None:
    key = current_model_key()
    assert cells.cells_keep(model_key=key) == 30
    assert cells.cells_keep(model_key=key) == 0
    ProductCell.objects.filter(pk__in=ProductCell.objects.values("pk")[:20]).delete()  # as if it had grown ninefold
    assert cells.cells_keep(model_key=key) == 30 and ProductCell.objects.count() == 30


# --- The page ---------------------------------------------------------------------------------------------------------
def test_the_page_and_the_fragments_that_htmx_swaps(client: Client, shelf: dict[str, Product]) -> None:
    page = client.get(reverse("recommender:search"), {"q": "slacks"}).content.decode()
    assert "<html" in page and "Wide slacks" in page and 'name="brand" value="heron"' in page
    part = client.get(reverse("recommender:search"), {"q": "slacks"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and part.lstrip().startswith('<div id="found"') and "Wide slacks" in part


def test_twenty_come_first_and_the_rest_page_by_page(client: Client) -> None:
    for number in range(45):
        wardrobe.product("shirt", name_en=f"Shirt {number}")
    seen: list[str] = []
    for number in (1, 2, 3):
        answer = client.get(reverse("api-search"), {"page": number}).json()
        seen += [one["name"] for one in answer["results"]]
        assert (answer["count"], bool(answer["next"]), bool(answer["previous"])) == (45, number < 3, number > 1)
    assert len(seen) == len(set(seen)) == 45
    more = client.get(reverse("recommender:search"), {"page": 3}, headers={"HX-Request": "true"}).content.decode()
    assert more.count("More like this") == 5 and "hx-trigger" not in more


@pytest.mark.parametrize(
    "parameters",
    [
        {"page": "-1"}, {"page": "x"}, {"page": "50"}, {"gender": "robot"}, {"palette": "nonsense"}, {"kind": "<b>"},
        {"words_share": "7"}, {"price_min": "free"}, {"q": "'; DROP TABLE --"}, {"q": "%" * 300},
    ],
)  # fmt: skip
def test_nonsense_never_breaks_the_page(client: Client, shelf: dict[str, Product], parameters: dict[str, str]) -> None:
    assert client.get(reverse("recommender:search"), parameters).status_code == 200


def test_a_page_of_results_costs_the_same_for_few_and_many(client: Client, shelf: dict[str, Product]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("recommender:search"), {"q": "linen shirt", "product": shelf["navy shirt"].pk})
        return len(asked)

    few = queries()
    for number in range(17):
        product("shirt", name_en=f"Linen shirt {number}", vector=number)
    assert queries() <= few


# --- The API ----------------------------------------------------------------------------------------------------------
def test_the_api_gives_reasons_distances_facets(client: Client, shelf: dict[str, Product]) -> None:
    asked = {"q": "linen", "palette": "#1f2a44:60", "product": shelf["red shirt"].pk}
    answer = client.get(reverse("api-search"), asked).json()
    best = answer["results"][0]
    assert best["id"] == shelf["navy shirt"].pk and best["words"] == ["linen"]
    assert set(best["reason"]) >= {"words", "photo", "palette"}
    assert best["reason"]["photo"]["place"] == 1 and 0 < best["reason"]["photo"]["distance"] < 0.1
    assert answer["source"] == {"kind": "product", "is_ready": True} and answer["relaxed"] == []
    assert {"slug": "shirt", "count": 1} in answer["facets"]["kind"]
    assert shelf["red shirt"].pk not in [one["id"] for one in answer["results"]]  # not itself


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"gender": "robot"}, "gender"), ({"page": "0"}, "page"), ({"palette": "#12"}, "palette"),
        ({"words_share": "2"}, "words_share"), ({"price_max": "free"}, "price_max"),
    ],
)  # fmt: skip
def test_the_api_names_what_is_misspelt(client: Client, parameters: dict[str, str], field: str) -> None:
    answer = client.get(reverse("api-search"), parameters)
    assert answer.status_code == 400
    assert set(answer.json()) == {"message", "code", "errors", "extra"} and field in answer.json()["extra"]["fields"]


# --- Whose it is ------------------------------------------------------------------------------------------------------
def test_somebody_elses_garment_photo_or_search_is_not_there(
    alice: User, as_alice: Client, as_charlie: Client, client: Client, shelf: dict[str, Product]
) -> None:
    mine = garment(alice, "shirt", vector=[1, 0])
    saved = SavedSearch.objects.create(owner=alice, name="secret", query={"q": "linen"}, vector=half(unit([1, 0])))
    cache.set(photo_query.cache_key("abc"), {"asker": f"member:{alice.pk}", "status": "done", "vector": []}, 60)
    for asked in ({"garment": mine.pk}, {"saved": saved.pk}, {"photo": "abc"}):
        for address in ("api-search", "recommender:search"):
            assert as_alice.get(reverse(address), asked).status_code == 200
            assert as_charlie.get(reverse(address), asked).status_code == 404
            assert client.get(reverse(address), asked).status_code == 404
    assert "secret" not in as_charlie.get(reverse("recommender:search")).content.decode()
    assert as_charlie.post(reverse("recommender:forget_search", args=[saved.pk])).status_code == 404
    assert SavedSearch.objects.filter(pk=saved.pk).exists()


def test_an_unpublished_product_is_no_source(client: Client, shelf: dict[str, Product]) -> None:
    assert client.get(reverse("api-search"), {"product": shelf["hidden"].pk}).status_code == 404
    assert client.get(reverse("api-search"), {"look": 999}).status_code == 404


def test_a_search_is_kept_opened_and_forgotten_on_the_page(
    alice: User, as_alice: Client, shelf: dict[str, Product]
) -> None:
    answer = as_alice.post(
        reverse("recommender:save_search"), {"q": "slacks", "gender": "women", "name": "work", "evil": "1"}
    )
    saved = SavedSearch.objects.get(owner=alice)
    assert (saved.name, saved.query) == ("work", {"q": "slacks", "gender": "women"})
    page = as_alice.get(answer["Location"]).content.decode()
    assert "Wide slacks" in page and "work" in page
    as_alice.post(reverse("recommender:forget_search", args=[saved.pk]))
    assert not SavedSearch.objects.exists()


def test_a_search_is_kept_listed_and_forgotten_by_api(
    alice_api: APIClient, charlie_api: APIClient, shelf: dict[str, Product]
) -> None:
    address = reverse("api-saved-searches")
    made = alice_api.post(address, {"name": "work", "query": {"q": "slacks"}}, format="json")
    assert made.status_code == 201 and made.json()["query"] == {"q": "slacks"}
    again = alice_api.post(address, {"name": "work", "query": {"q": "wide slacks"}}, format="json").json()
    assert [one["id"] for one in alice_api.get(address).json()["results"]] == [again["id"]]
    assert alice_api.get(again["url"]).json()["results"][0]["id"] == shelf["navy slacks"].pk
    assert charlie_api.get(address).json()["results"] == []
    assert charlie_api.delete(reverse("api-saved-search", args=[again["id"]])).status_code == 404
    assert alice_api.post(address, {"query": {"gender": "robot"}}, format="json").status_code == 400
    assert alice_api.delete(reverse("api-saved-search", args=[again["id"]])).status_code == 204
    assert APIClient().get(address).status_code == 401


def test_the_chosen_garment_of_a_photo_is_what_is_searched_with(
    alice: User, as_alice: Client, shelf: dict[str, Product]
) -> None:
    garments = [{"number": at, "vector": unit(place).tolist()} for at, place in enumerate([[1, 0], [0, 1]])]
    seen = {"asker": f"member:{alice.pk}", "status": "done", "vector": unit([1, 0]).tolist(), "garments": garments}
    cache.set(photo_query.cache_key("abc"), seen, 60)
    for piece, best in (({}, "navy shirt"), ({"piece": 1}, "navy slacks"), ({"piece": 9}, "navy shirt")):
        page = as_alice.get(reverse("recommender:search"), {"photo": "abc", **piece})
        assert page.context["answer"].results[0].thing == shelf[best]
    assert 'name="piece" value="9"' in page.content.decode()


def test_of_a_photo_searched_with_the_vector_is_kept_and_the_photo_is_not(
    alice: User, as_alice: Client, shelf: dict[str, Product]
) -> None:
    seen = {"asker": f"member:{alice.pk}", "status": "done", "vector": unit([0, 1]).tolist(), "garments": []}
    cache.set(photo_query.cache_key("abc"), seen, 60)
    answer = as_alice.post(reverse("recommender:save_search"), {"photo": "abc", "name": "that photo"})
    cache.clear()  # an hour later
    saved = SavedSearch.objects.get(owner=alice)
    assert "photo" not in saved.query and saved.vector is not None
    assert as_alice.get(answer["Location"]).context["answer"].results[0].thing == shelf["navy slacks"]


# --- Words that are understood ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("빨간 셔츠", {"red shirt"}),
        ("네이비 슬랙스", {"navy slacks"}),
        ("남색 셔츠를", {"navy shirt"}),
        ("여름 셔츠", {"navy shirt"}),
        ("men's shirt", {"red shirt"}),
        ("heron", {"navy slacks"}),
        ("바지", {"navy slacks"}),
        ("slakcs", {"navy slacks"}),
        ("zzqqxx red shirt", {"red shirt"}),
    ],
)
def test_words_filter_as_they_are_understood(shelf: dict[str, Product], words: str, found: set[str]) -> None:
    assert set(things(words=words)) == {shelf[name] for name in found}


def test_the_colour_asked_for_leads() -> None:
    accent = product("coat", "beige", "black")
    black = product("coat", "black", "beige")
    assert things(words="검정 코트") == [black, accent]


def test_soft_words_are_compared_with_facts_and_names() -> None:
    by_fact, by_name, plain = (
        product("shirt", pattern="stripe"),
        product("shirt", name_en="Striped oxford"),
        product("shirt", pattern="solid"),
    )
    assert set(things(words="줄무늬 셔츠")) == {by_fact, by_name}
    assert plain in things(words="셔츠")


@pytest.mark.parametrize(
    ("words", "relaxed", "note"),
    [
        ("노란 셔츠", ("colour",), "all colours"),
        ("분홍 셔츠", ("colour",), "near colours"),  # red is the nearest there is
        ("빨간 블라우스", ("kind",), "that kind"),
        ("호피 셔츠", (), "Nothing found is quite this"),
    ],
)
def test_what_empties_the_answer_is_let_go_and_said(
    client: Client, shelf: dict[str, Product], words: str, relaxed: tuple[str, ...], note: str
) -> None:
    answer = search(question=Question(words=words))
    assert answer.results and answer.understood is not None and set(relaxed) <= set(answer.understood.relaxed)
    assert note in client.get(reverse("recommender:search"), {"q": words}).content.decode()
    assert any(note in one for one in client.get(reverse("api-search"), {"q": words}).json()["notes"])


def test_nothing_found_names_the_word_and_shows_the_nearest(client: Client, shelf: dict[str, Product]) -> None:
    answer = client.get(reverse("api-search"), {"q": "zzqqxx"}).json()
    assert answer["results"] == [] and answer["not_understood"] == ["zzqqxx"] and len(answer["nearest"]) == 3
    page = client.get(reverse("recommender:search"), {"q": "zzqqxx"}).content.decode()
    assert "Not understood, and left out: zzqqxx." in page and "Wide slacks" in page
    filtered = client.get(reverse("api-search"), {"q": "shirt", "brand": "nobody"}).json()
    assert filtered["nearest_without"] == ["brand"] and len(filtered["nearest"]) == 2


def test_understood_words_are_chips_that_can_be_taken_out(client: Client, shelf: dict[str, Product]) -> None:
    page = client.get(reverse("recommender:search"), {"q": "빨간 셔츠"}, headers={"Accept-Language": "ko"})
    assertContains(page, "?q=%EC%85%94%EC%B8%A0")  # 셔츠 alone
    terms = client.get(reverse("api-search"), {"q": "빨간 셔츠"}).json()["understood"]
    assert [(one["family"], one["slugs"], one["without"]) for one in terms] == [
        ("colour", ["red"], "셔츠"), ("kind", ["shirt"], "빨간"),
    ]  # fmt: skip


def test_the_closet_is_a_world_of_its_own_and_stands_beside_the_others(
    alice: User, as_alice: Client, charlie_api: APIClient, alice_api: APIClient, shelf: dict[str, Product]
) -> None:
    mine = garment(alice, "shirt", "red", vector=[1, 0], name="Grandpa's")
    garment(alice, "jeans", "blue", vector=[0, 1])
    for asked in ({"q": "빨간 셔츠"}, {"q": "grandpa"}, {"product": shelf["red shirt"].pk}, {"palette": "#d4232b"}):
        answer = alice_api.get(reverse("api-search"), {**asked, "thing": "garments"}).json()
        assert answer["results"][0]["id"] == mine.pk
    assert alice_api.get(reverse("api-search"), {"q": "청바지", "thing": "garments"}).json()["count"] == 1
    assert charlie_api.get(reverse("api-search"), {"q": "셔츠", "thing": "garments"}).json()["count"] == 0
    worlds = {
        one["thing"]: one
        for one in alice_api.get(reverse("api-search"), {"q": "빨간 셔츠", "thing": "all"}).json()["worlds"]
    }
    assert worlds["garments"]["results"][0]["id"] == mine.pk
    assert worlds["products"]["results"][0]["id"] == shelf["red shirt"].pk and worlds["looks"]["count"] == 0
    page = as_alice.get(reverse("recommender:search"), {"q": "빨간 셔츠", "thing": "all"}).content.decode()
    assert "Grandpa" in page and "Flannel shirt" in page


def test_nobodys_closet_is_searched_without_a_sign_in(client: Client, shelf: dict[str, Product]) -> None:
    assert client.get(reverse("api-search"), {"q": "shirt", "thing": "garments"}).json()["count"] == 0
    worlds = client.get(reverse("api-search"), {"q": "shirt", "thing": "all"}).json()["worlds"]
    assert [one["thing"] for one in worlds] == ["products", "looks"]


@pytest.mark.parametrize("thing", ["products", "looks", "garments", "all"])
@pytest.mark.parametrize(
    "words", ["🦦", "ㅎ", "\u1112\u116e", "'; DROP TABLE--", "%_\\", ".*(a+)+$[", "\u202e", "가" * 200, "a " * 100]
)
def test_odd_words_get_a_clear_answer(alice_api: APIClient, as_alice: Client, thing: str, words: str) -> None:
    assert alice_api.get(reverse("api-search"), {"q": words, "thing": thing}).status_code == 200
    assert as_alice.get(reverse("recommender:search"), {"q": words, "thing": thing}).status_code == 200


def test_ten_thousand_letters_are_refused_by_the_api_and_cut_on_the_page(
    client: Client, shelf: dict[str, Product]
) -> None:
    long = "red shirt " + "x" * 10_000
    answer = client.get(reverse("api-search"), {"q": long})
    assert answer.status_code == 400 and "q" in answer.json()["extra"]["fields"]
    page = client.get(reverse("recommender:search"), {"q": long})
    assertContains(page, "Only the first 200 letters were read.")
    assertContains(page, "Flannel shirt")
    assert client.get(reverse("recommender:suggest"), {"q": long}).status_code == 200


def test_suggestions_are_links_on_the_page_and_texts_of_the_api(client: Client, shelf: dict[str, Product]) -> None:
    assertContains(client.get(reverse("recommender:suggest"), {"q": "ㅎㄷㅌ"}), "후드티")
    texts = [one["text"] for one in client.get(reverse("api-search-suggest"), {"q": "her"}).json()["results"]]
    assert "Heron" in texts or "heron" in texts
    assert client.get(reverse("api-search-suggest")).json() == {"results": []}


def test_who_dresses_for_something_sees_clothes_before_ties_and_gloves(db: None) -> None:
    tie = product("tie", "navy", name_en="Wedding tie", name_ko="결혼식 하객 넥타이", tags=["하객룩"])
    dress = product("dress", "navy", name_en="Plain dress")
    assert things(words="결혼식 하객룩") == things(words="wedding guest outfit") == [dress, tie]
    assert things(words="결혼식 넥타이") == [tie]


def test_conditions_that_only_products_know_hold_however_few_pass(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As among many: few documents are ranked, and few products count as few."""
    monkeypatch.setattr(keywords, "ALIKE", 3)
    monkeypatch.setattr(similarity, "EXACT_BELOW", 0)
    monkeypatch.setattr(similarity, "_estimate", lambda _sql, _values: 1)
    for number in range(12):
        product("shirt", "navy", name_en="Striped shirt", pattern="stripe", vector=[1, number / 20], price=10 + number)
    dear = Product.objects.get(price=21)
    filters = Filters(price_min=21)
    assert things(words="striped shirt", filters=filters) == [dear]
    assert things(vector=unit([1, 0]), filters=filters) == [dear]
    assert len(things(words="striped shirt")) == 12


def test_of_the_kinds_an_occasion_asks_for_what_suits_it_leads(db: None) -> None:
    denim = product("shirt", "black", name_en="Shirt", material="denim", styles={"casual": 0.9})
    dress = product("shirt", "white", name_en="Shirt", material="cotton", styles={"formal": 0.9})
    shirt = product("shirt", "white", name_en="Shirt", material="cotton", styles={"street": 0.9})
    assert things(words="면접") == [dress, shirt, denim]
    leather = product("jacket", "black", name_en="Jacket", material="leather")
    shell = product("jacket", "black", name_en="Jacket", material="synthetic", styles={"sporty": 0.9})
    assert things(words="캠핑 갈 때")[0] == shell and things(words="캠핑")[-1] == leather


def test_weather_is_met_best_by_kind_and_cloth_together(db: None) -> None:
    product("trousers", "beige", name_en="Chinos", material="cotton")
    shorts = product("shorts", "beige", name_en="Shorts", material="cotton")
    product("jacket", "navy", name_en="Jacket", material="fleece")
    shell = product("jacket", "navy", name_en="Jacket", material="synthetic")
    assert things(words="시원한")[0] == shorts and things(words="rainy day")[0] == shell


def test_a_look_that_says_the_occasion_comes_before_those_of_its_sort(db: None) -> None:
    funeral = wardrobe.look("dress", "coat", title="Condolence, quietly", occasions=["ceremony"])
    wedding = wardrobe.look("dress", "heels", title="Cousin's wedding", occasions=["ceremony"])
    keywords.looks_index(look_ids=[funeral.pk, wedding.pk])
    assert things(thing="looks", words="장례식") == [funeral, wedding]
    assert things(thing="looks", words="결혼식")[0] == wedding


@pytest.mark.parametrize("words", ["피움니트 가디건", "pium knit cardigan"])
def test_a_brand_is_known_though_its_name_ends_in_a_kind(words: str, db: None) -> None:
    maker = brand("Pium Knit")
    Brand.objects.filter(pk=maker.pk).update(name_ko="피움니트")
    theirs = product("cardigan", "white", name_en="Cardigan", maker=maker)
    product("cardigan", "white", name_en="Cardigan", material="knit")
    assert things(words=words) == [theirs]


def test_a_brand_that_has_an_english_name_alone_is_known_in_korean(db: None) -> None:
    theirs = product("sneakers", "white", name_en="Court sneakers", maker=brand("Nike"))
    product("sneakers", "white", name_en="Court sneakers")
    assert things(words="나이키 운동화") == [theirs]


def test_where_texts_find_as_much_as_is_ranked_meaning_orders_them_without_a_scan(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "DEPTHS", (3, 6))
    monkeypatch.setattr(searching.meaning, "vector_of", lambda _said: unit([0, 1]))
    far, near, middle = (
        product("shirt", "white", name_en="Linen shirt", vector=place) for place in ([1, 0], [0, 1], [1, 1])
    )
    scans: list[Any] = []
    scan = similarity.nearest_products
    monkeypatch.setattr(similarity, "nearest_products", lambda **asked: scans.append(1) or scan(**asked))

    def ranked(**question: Any) -> list[int]:
        return [hit.pk for hit in searching.rank(question=Question(**question)).hits]

    assert ranked(words="linen") == [near.pk, middle.pk, far.pk] and not scans
    # With a photo there is one look at the vectors, and it tells of the meaning as well.
    assert set(ranked(words="linen", vector=unit([1, 0]))) == {far.pk, near.pk, middle.pk} and len(scans) == 1


def test_facts_of_the_rest_are_read_only_where_few_are_as_asked(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    striped = [product("shirt", "white", name_en="Shirt", pattern="stripe").pk for _row in range(3)]
    plain = [product("shirt", "white", name_en="Shirt").pk for _row in range(3)]
    read = search_words.understand("striped shirt", known=lambda _words: frozenset())
    looked: list[int] = []
    facts = search_order.product_facts
    monkeypatch.setattr(search_order, "product_facts", lambda pks, soft: looked.extend(pks) or facts(pks, soft))

    def ordered(pks: list[int]) -> search_order.Ranking:
        looked.clear()
        return search_order.as_asked("products", [Ranked(pk, 0.0, {}, {}) for pk in pks], read, 3)

    many, few = ordered([*striped, *plain]), ordered([*plain, *striped])
    assert [hit.pk for hit in many.hits] == striped == [hit.pk for hit in few.hits]
    assert many.is_cut and not few.is_cut and looked == [*plain, *striped]
    assert ordered([*striped, *plain]).is_cut and looked == striped
