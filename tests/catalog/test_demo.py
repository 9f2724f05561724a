"""The demo catalogue: what it promises, and that loading it again changes nothing."""

from collections import Counter

import pytest

from catalog.demo.houses import HOUSES
from catalog.demo.load import demo_load
from catalog.demo.looks import looks
from catalog.demo.products import products
from catalog.models import Brand, Look, Product, SizeChart
from catalog.signals import looks_changed, products_changed
from catalog.taxonomy import KIND_BY_SLUG, OCCASIONS, STYLES, Slot


def test_twelve_houses_sell_360_products_and_80_looks_in_eight_styles():
    assert len(HOUSES) == 12 and {sum(house.range.values()) for house in HOUSES} == {30}
    assert len(products()) == 360 and len({product.sku for product in products()}) == 360
    assert Counter(look.style for look in looks()) == {style.slug: 10 for style in STYLES}
    assert {look.occasion for look in looks()} == {occasion.slug for occasion in OCCASIONS}
    for house in HOUSES:
        assert sum(house.styles.values()) == pytest.approx(1)
        assert house.story_en and house.story_ko and 1 <= house.band <= 4


def test_every_product_says_what_a_shopper_needs():
    for product in products():
        assert product.en and product.ko and product.description_en and product.description_ko
        assert 4_000 <= product.price <= 1_500_000 and product.sizes_in_stock and product.seasons
        zones = KIND_BY_SLUG[product.kind].zones
        if product.chart:
            assert set(product.sizes_in_stock) <= {label for label, _ in product.chart.rows}
            assert all({zone for zone, _ in row} == set(zones) for _, row in product.chart.rows), product.kind
        else:
            assert product.slot in (Slot.BAG, Slot.HAT, Slot.ACCESSORY)


def test_a_look_is_an_outfit():
    for look in looks():
        slots = Counter(piece.slot for piece in look.pieces)
        assert 3 <= len(look.pieces) <= 6
        assert all(slots[slot] <= 1 for slot in (Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.BOTTOM, Slot.SHOES, Slot.BAG))
        assert slots[Slot.DRESS] or slots[Slot.BOTTOM] or slots[Slot.OTHER]
        assert 1450 <= look.height_mm <= 2000 and 38_000 <= look.weight_g <= 110_000
        if look.gender == "men":
            assert all(piece.gender != "women" for piece in look.pieces)


@pytest.mark.django_db
def test_loading_writes_pictures_charts_and_boxes_and_loading_again_changes_nothing():
    heard: list[tuple[str, int]] = []

    def hear_products(product_ids: list[int], **_: object) -> None:
        heard.append(("products", len(product_ids)))

    def hear_looks(look_ids: list[int], **_: object) -> None:
        heard.append(("looks", len(look_ids)))

    products_changed.connect(hear_products)
    looks_changed.connect(hear_looks)
    try:
        first = demo_load(workers=1, limit=2)
        again = demo_load(workers=1, limit=2)
    finally:
        products_changed.disconnect(hear_products)
        looks_changed.disconnect(hear_looks)

    assert first.products == first.products_written > 4 and first.looks == first.looks_written == 2
    assert (again.products_written, again.looks_written) == (0, 0)
    assert heard == [("products", first.products), ("looks", 2)]
    assert Brand.objects.count() == 12 and Product.objects.count() == first.products
    product = Product.objects.select_related("size_chart").filter(size_chart__isnull=False).first()
    image = product.images.get()
    assert image.image.size > 2000 and image.cutout.size > 2000 and product.colours[0]["hex"].startswith("#")
    assert SizeChart.objects.get(pk=product.size_chart_id).rows.count() >= 4
    look = Look.objects.prefetch_related("items").first()
    assert look.photo.size > 5000 and len(look.items.all()) >= 3
    assert all(item.product_id and len(item.box) == 4 for item in look.items.all())
