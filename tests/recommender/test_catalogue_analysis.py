"""Pictures of products and looks become vectors; what people said of them stays."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from catalog.models import Brand, Kind, Look, LookItem, Product, ProductImage
from recommender.jobs import catalogue
from recommender.jobs.unreadable import is_unreadable
from recommender.models import BrandProfile, LookEmbedding, LookItemEmbedding, ProductEmbedding, TagVector
from tests.recommender.test_analysis import two_shirts
from tests.vision.pictures import encoded, shirt

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_engine(settings: Any) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.quick"


@pytest.fixture
def brand(db: None) -> Brand:
    return Brand.objects.create(slug="mill", name_en="Mill")


def product(brand: Brand, sku: str = "1", picture: bytes | None = None, **fields: Any) -> Product:
    fields = {"kind": Kind.objects.get(slug="shirt"), "name_en": "Oxford shirt", "seasons": ["winter"], **fields}
    made = Product.objects.create(brand=brand, sku=sku, **fields)
    image = ProductImage(product=made)
    image.image.save("x.jpg", ContentFile(picture or encoded(shirt(320))))
    return made


def test_a_product_gets_its_cutout_facts_vector_and_words(brand: Brand) -> None:
    made = product(brand, staff_fields=["material"])
    catalogue.embed_products([made.pk])
    made.refresh_from_db()
    assert made.pattern == "solid" and made.colour_names[0] in ("red", "burgundy")
    assert made.material == "" and made.seasons == ["winter"]  # staff's field and the importer's value stay
    row = ProductEmbedding.objects.get(product=made)
    assert (row.model_key, row.slot, row.kind_id, row.season_bits, row.is_listed) == (
        "seeded-1", "top", made.kind_id, 8, True,
    )  # fmt: skip
    with made.images.get().cutout.open("rb") as file, Image.open(file) as cutout:
        assert cutout.mode == "RGBA"
    assert TagVector.objects.filter(product=made).exists()
    assert BrandProfile.objects.get(brand=brand).is_stale
    assert made.history.count() == 1  # the analysis is no edit


def test_running_again_copies_the_filter_columns_and_looks_at_nothing(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = product(brand)
    catalogue.embed_products([made.pk])
    Product.objects.filter(pk=made.pk).update(is_published=False, gender="men")

    def never(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("looked at again")

    monkeypatch.setattr(catalogue.pipeline, "analyse", never)
    catalogue.embed_products([made.pk])
    row = ProductEmbedding.objects.get(product=made)
    assert (row.is_listed, row.gender) == (False, "men")


def test_a_picture_that_cannot_be_read_holds_nobody_up(brand: Brand) -> None:
    bad, good = product(brand, "1", b"no picture"), product(brand, "2")
    catalogue.embed_products([bad.pk, good.pk])
    assert list(ProductEmbedding.objects.values_list("product_id", flat=True)) == [good.pk]
    assert is_unreadable("product", bad.pk, "seeded-1")


def look(**fields: Any) -> Look:
    made = Look.objects.create(title_en="Two shirts", **fields)
    made.photo.save("x.jpg", ContentFile(encoded(two_shirts())))
    return made


def test_a_look_without_pieces_gets_those_that_are_seen() -> None:
    made = look()
    catalogue.embed_looks([made.pk])
    made.refresh_from_db()
    assert made.items.count() == 2 and LookItemEmbedding.objects.count() == 2
    assert LookEmbedding.objects.get(look=made).model_key == "seeded-1"
    assert made.style == "casual" and made.colours
    catalogue.embed_looks([made.pk])
    assert LookItem.objects.count() == 2 and LookItemEmbedding.objects.count() == 2


def test_the_pieces_that_staff_drew_stay_where_they_are() -> None:
    made = look(style="dandy")
    coat = Kind.objects.get(slug="coat")
    drawn = LookItem.objects.create(look=made, kind=coat, box=[0.02, 0.1, 0.48, 0.9])
    corner = LookItem.objects.create(look=made, kind=coat, box=[0.9, 0.0, 1.0, 0.1])
    catalogue.embed_looks([made.pk])
    for item, box in ((drawn, [0.02, 0.1, 0.48, 0.9]), (corner, [0.9, 0.0, 1.0, 0.1])):
        item.refresh_from_db()
        assert (item.box, item.kind) == (box, coat) and item.colours
    made.refresh_from_db()
    assert made.style == "dandy" and made.items.count() == 2 and LookItemEmbedding.objects.count() == 2


def test_what_staff_do_while_a_look_is_looked_at_stays_done(monkeypatch: pytest.MonkeyPatch) -> None:
    made = look()
    coat = Kind.objects.get(slug="coat")
    moved, removed, unseen = (
        LookItem.objects.create(look=made, kind=coat, box=box)
        for box in ([0.02, 0.1, 0.48, 0.9], [0.5, 0.1, 0.9, 0.9], [])
    )
    analyse = catalogue.pipeline.analyse

    def slowly(*args: Any, **kwargs: Any) -> Any:
        facts = analyse(*args, **kwargs)
        LookItem.objects.filter(pk=moved.pk).update(box=[0.1, 0.1, 0.5, 0.8])
        LookItem.objects.filter(pk=unseen.pk).update(box=[0.6, 0.2, 0.9, 0.8])
        LookItem.objects.filter(pk=removed.pk).delete()
        return facts

    monkeypatch.setattr(catalogue.pipeline, "analyse", slowly)
    catalogue.embed_looks([made.pk])
    boxes = dict(made.items.values_list("pk", "box"))
    assert boxes == {moved.pk: [0.1, 0.1, 0.5, 0.8], unseen.pk: [0.6, 0.2, 0.9, 0.8]}


def test_a_transparent_picture_is_described_from_its_cutout(brand: Brand) -> None:
    made = product(brand)
    image = made.images.get()
    cut = shirt(200).convert("RGBA")
    buffer = io.BytesIO()
    cut.save(buffer, "WEBP")
    image.cutout.save("c.webp", ContentFile(buffer.getvalue()))
    before = image.cutout.name
    catalogue.embed_products([made.pk])
    image.refresh_from_db()
    assert ProductEmbedding.objects.count() == 1 and image.cutout.name == before
