"""The shop's pages and pictures, for anybody; hidden things are nobody's but the staff's."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from PIL import Image

from catalog.models import Brand, Kind, Look, LookItem, Product, ProductImage, SizeChart, SizeRow
from catalog.services.picture_sizes import sized_name
from tests.catalog.shop import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand() -> Brand:
    return Brand.objects.create(name_en="Haneul", name_ko="하늘", slug="haneul", story_en="Sky-coloured things.")


@pytest.fixture
def product(brand: Brand) -> Product:
    trousers = Kind.objects.get(slug="trousers")
    chart = SizeChart.objects.create(brand=brand, name="Slacks", kind=trousers)
    SizeRow.objects.create(chart=chart, label="M", zones={"waist": 762, "hips": [990, 1020]})
    product = Product.objects.create(
        brand=brand,
        sku="A-1",
        kind=trousers,
        name_en="Wide slacks",
        gender="women",
        price=39000,
        size_chart=chart,
        url="https://shop.example/a-1",
        colour_names=["navy"],
        seasons=["autumn"],
        sizes_in_stock=["M"],
    )
    ProductImage.objects.create(product=product, image=ContentFile(photo(), name="a.jpg"))
    return product


@pytest.fixture
def look(product: Product) -> Look:
    look = Look.objects.create(
        key="L1",
        title_en="Rainy Monday",
        style="casual",
        tags=["wide"],
        wearer_height_mm=1720,
        photo=ContentFile(photo(), name="l.jpg"),
    )
    LookItem.objects.create(look=look, kind=product.kind, product=product, box=[0.2, 0.4, 0.8, 0.9])
    return look


def test_every_page_of_the_shop_opens_for_a_visitor(client: Client, look: Look, product: Product, brand: Brand) -> None:
    for address in (
        reverse("catalog:brands"),
        reverse("catalog:products"),
        reverse("catalog:looks"),
        brand.get_absolute_url(),
        product.get_absolute_url(),
        look.get_absolute_url(),
    ):
        assert client.get(address).status_code == 200, address


def test_hidden_things_are_not_there(
    client: Client, as_alice: Client, as_dana: Client, look: Look, product: Product, brand: Brand
) -> None:
    Look.objects.update(is_published=False)
    Brand.objects.update(is_published=False)
    for thing in (look, product, brand):
        assert client.get(thing.get_absolute_url()).status_code == 404
        assert as_alice.get(thing.get_absolute_url()).status_code == 404
        assert as_dana.get(thing.get_absolute_url()).status_code == 200  # staff look before they publish
    assert client.get(reverse("catalog:out", args=[product.pk])).status_code == 404
    assert "Wide slacks" not in client.get(reverse("catalog:products")).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("slot=bottom", True),
        ("slot=top", False),
        ("kind=trousers", True),
        ("gender=women", True),
        ("gender=men", False),
        ("season=autumn", True),
        ("season=summer", False),
        ("colour=navy", True),
        ("colour=red", False),
        ("brand=haneul", True),
        ("price_max=1000", False),
        ("q=wide+slacks", True),
        ("gender=nonsense", True),
        ("page=99999999999999999999", True),
        ("page=-1", True),
        ("price_min=NaN", True),
        ("order=cheap", True),
    ],
)
def test_products_narrow_by_what_is_asked(client: Client, product: Product, query: str, found: bool) -> None:
    assert (product.name_en in client.get(f"{reverse('catalog:products')}?{query}").content.decode()) is found


def test_a_list_costs_the_same_with_three_products_as_with_thirty(
    client: Client, product: Product, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(5):
        client.get(reverse("catalog:products"))
    for number in range(30):
        Product.objects.create(brand=product.brand, kind=product.kind, sku=f"B-{number}", name_en="x")
    with django_assert_max_num_queries(5):
        client.get(reverse("catalog:products"))


def test_the_next_page_is_tiles_alone_to_htmx(client: Client, product: Product) -> None:
    for number in range(30):
        Product.objects.create(brand=product.brand, kind=product.kind, sku=f"B-{number}", name_en=f"thing {number}")
    first = client.get(reverse("catalog:products")).content.decode()
    assert "page=2" in first and "<html" in first
    more = client.get(f"{reverse('catalog:products')}?page=2", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in more and "Wide slacks" in more and "page=3" not in more


def test_sizes_are_in_the_readers_units(client: Client, as_alice: Client, alice: Any, product: Product) -> None:
    assert "76" in client.get(product.get_absolute_url()).content.decode()
    alice.profile.units = "imperial"
    alice.profile.save()
    page = as_alice.get(product.get_absolute_url()).content.decode()
    assert "<td>30</td>" in page and "39–40.25" in page


def test_the_way_out_is_counted_for_people_and_not_for_robots(client: Client, product: Product) -> None:
    way = reverse("catalog:out", args=[product.pk])
    answer = client.get(way, headers={"User-Agent": "Mozilla/5.0"})
    assert answer.status_code == 302 and answer["Location"] == "https://shop.example/a-1"
    client.get(way, headers={"User-Agent": "Googlebot/2.1"})
    client.head(way, headers={"User-Agent": "Mozilla/5.0"})
    product.refresh_from_db()
    assert product.clicks == 1
    Product.objects.update(url="")
    assert client.get(way).status_code == 404


def test_a_look_shows_its_boxes_pieces_and_wearer(client: Client, look: Look) -> None:
    page = client.get(look.get_absolute_url()).content.decode()
    assert "left:20.00%" in page and "Wide slacks" in page and "172 cm" in page


def test_pictures_are_public_lasting_and_come_in_parts(client: Client) -> None:
    content = photo()
    name = storages["public"].save("test/a.jpg", ContentFile(content))
    address = f"/media/catalogue/{name}"
    assert address == storages["public"].url(name) == reverse("catalog:media", args=[name])
    whole = client.get(address)
    assert b"".join(whole.streaming_content) == content and "immutable" in whole["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": whole["ETag"]}).status_code == 304
    part = client.get(address, headers={"Range": "bytes=2-5"})
    assert part.status_code == 206 and b"".join(part.streaming_content) == content[2:6]
    last = client.get(address, headers={"Range": "bytes=-3"})
    assert b"".join(last.streaming_content) == content[-3:]
    assert last["Content-Range"] == f"bytes {len(content) - 3}-{len(content) - 1}/{len(content)}"
    assert client.get(address, headers={"Range": "bytes=999999-"}).status_code == 416
    assert client.get(address, headers={"Range": "bytes=0-", "If-Range": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "name", ["../private/x.webp", "..%2f..%2fsecret_key", "%2fetc/passwd", "a.html", "none.webp", "test"]
)
def test_nothing_else_leaves_by_the_pictures_door(client: Client, name: str) -> None:
    assert client.get(f"/media/catalogue/{name}").status_code == 404


def test_the_catalogues_api_is_open_to_read(client: Client, look: Look, product: Product) -> None:
    kinds = client.get("/api/v1/kinds/").json()["results"]
    assert {"slug", "slot", "name_ko"} <= set(kinds[0])
    (found,) = client.get("/api/v1/products/?kind=trousers&gender=women").json()["results"]
    assert found["brand"]["slug"] == "haneul" and found["images"][0]["image"].startswith("http")
    assert client.get("/api/v1/products/?slot=shoes").json()["count"] == 0
    assert client.get(f"/api/v1/products/{product.pk}/").json()["size_chart"]["rows"][0]["zones"]["waist"] == 762
    assert client.get("/api/v1/brands/haneul/").json()["name_ko"] == "하늘"
    (found,) = client.get("/api/v1/looks/?style=casual&tag=wide").json()["results"]
    assert found["items"] == [{"kind": "trousers", "box": [0.2, 0.4, 0.8, 0.9], "product": product.pk}]
    Brand.objects.update(is_published=False)
    assert client.get(f"/api/v1/products/{product.pk}/").status_code == 404
    assert client.get(f"/api/v1/looks/{look.pk}/").json()["items"][0]["product"] is None
    assert client.post("/api/v1/brands/").status_code in (401, 403, 405)


def test_members_save_like_and_hide(as_alice: Client, alice: Any, client: Client, product: Product) -> None:
    def press(verb: str, on: int = 1, **headers: str) -> Any:
        return as_alice.post(reverse("closet:like", args=["product", product.pk, verb]), {"on": on}, headers=headers)

    assert press("save").status_code == 302
    assert 'aria-pressed="true"' in press("like", **{"HX-Request": "true"}).content.decode()
    assert set(alice.likes.values_list("verb", flat=True)) == {"save", "like"}
    assert product.name_en in as_alice.get(reverse("closet:saved")).content.decode()
    page = press("hide", **{"HX-Request": "true"}).content.decode()
    assert 'value="0"' in page  # the next press takes it back
    press("hide")  # twice, or late, it stays what was meant
    assert set(alice.likes.values_list("verb", flat=True)) == {"hide"}
    press("hide", on=0)
    assert not alice.likes.exists()
    assert press("eat").status_code == 404
    assert client.post(reverse("closet:like", args=["product", product.pk, "save"])).status_code == 302
    assert not alice.likes.exists()


def test_likes_over_the_api_are_ones_own(alice_api: Any, charlie_api: Any, client: Client, product: Product) -> None:
    told = {"thing": "product", "id": product.pk, "verb": "save"}
    assert [alice_api.post("/api/v1/likes/", told).status_code for _twice in range(2)] == [201, 200]
    assert alice_api.get("/api/v1/likes/?verb=save").json()["count"] == 1
    assert charlie_api.get("/api/v1/likes/").json()["count"] == 0
    assert charlie_api.delete(f"/api/v1/likes/product/{product.pk}/save/").status_code == 204
    assert alice_api.get("/api/v1/likes/").json()["count"] == 1
    assert alice_api.delete(f"/api/v1/likes/product/{product.pk}/save/").status_code == 204
    assert alice_api.post("/api/v1/likes/", told | {"id": 10**9}).status_code == 404
    assert alice_api.post("/api/v1/likes/", told | {"verb": "eat"}).status_code == 400
    assert client.get("/api/v1/likes/").status_code == 401


def test_a_picture_is_sent_in_the_size_it_is_shown_made_once_and_gone_with_it(client: Client) -> None:
    storage = storages["public"]
    buffer = io.BytesIO()
    Image.new("RGB", (1200, 1600), "teal").save(buffer, "WEBP")
    name = storage.save("test/large.webp", ContentFile(buffer.getvalue()))
    address = f"/media/catalogue/{name}"
    small = client.get(f"{address}?size=small")
    with Image.open(io.BytesIO(b"".join(small.streaming_content))) as picture:
        assert picture.size == (384, 512)
    assert small["ETag"] != client.get(address)["ETag"] and "immutable" in small["Cache-Control"]
    assert storage.exists(sized_name(name, 384)) and not storage.exists(sized_name(name, 800))
    assert client.get(f"{address}?size=giant").status_code == 200  # as if nothing were asked
    assert client.get("/media/catalogue/test/none.webp?size=small").status_code == 404
    storage.delete(name)
    assert not storage.exists(sized_name(name, 384))
    assert client.get(f"{address}?size=small").status_code == 404
