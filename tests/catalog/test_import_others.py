"""Brands, looks and size charts go in by the same door."""

from pathlib import Path

import pytest

from catalog.importers import runner
from catalog.models import Brand, Look, Product, SizeChart
from catalog.services import jobs
from tests.catalog.shop import imported, photo, reasons, row, table, zipped

pytestmark = pytest.mark.django_db


def test_brands_by_slug_or_name(tmp_path: Path) -> None:
    rows = [
        {
            "name": "Haneul",
            "name_ko": "하늘",
            "site": "https://haneul.example",
            "price_band": "luxury",
            "emerging": "y",
        },
        {"name": "Bada", "site": "haneul", "price_band": "2"},
        {"name": "Haneul", "price_band": "1"},
    ]
    job = imported(table(tmp_path, rows), content="brands")
    brand = Brand.objects.get()
    assert (brand.slug, brand.name_ko, brand.price_band, brand.is_emerging) == ("haneul", "하늘", 4, True)
    assert "web address" in reasons(job)[3] and "Line 2" in reasons(job)[4]
    again = imported(table(tmp_path, [{"name": "Haneul", "price_band": "low"}]), content="brands")
    assert again.rows_updated == 1 and Brand.objects.get().price_band == 1
    jobs.job_undo(job=again)
    runner.run(again.pk)
    assert Brand.objects.get().price_band == 4


def test_looks_with_pieces_boxes_and_the_wearers_size(tmp_path: Path) -> None:
    imported(table(tmp_path, [row(1)], name="products.csv"))
    pieces = '[{"kind": "trousers", "brand": "Haneul", "sku": "A-1", "box": [0.2, 0.4, 0.8, 0.9]}, {"kind": "셔츠"}]'
    rows = [
        {
            "key": "L1",
            "title": "비 오는 월요일",
            "style": "아메카지",
            "season": "Fall",
            "tags": "#와이드|울",
            "items": pieces,
            "height": "172",
            "weight": "61kg",
            "체형": "역삼각형",
            "photo": "l1.jpg",
        },
        {"key": "L2", "title": "x", "style": "galactic", "photo": ""},
        {"key": "L3", "title": "x", "style": "casual", "items": '[{"kind": "shirt", "box": [0, 0, 2, 2]}]'},
        {"key": "L4", "title": "x", "style": "casual", "photo": "missing.jpg"},
    ]
    job = imported(table(tmp_path, rows), content="looks", photos=zipped(tmp_path, {"l1.jpg": photo()}))
    look = Look.objects.get()
    assert (look.title_ko, look.style, look.seasons, look.tags) == (
        "비 오는 월요일",
        "amekaji",
        ["autumn"],
        ["와이드", "울"],
    )
    assert (look.wearer_height_mm, look.wearer_weight_g) == (1720, 61000) and look.photo
    assert look.wearer_shape == "inverted-triangle"
    assert [item.kind.slug for item in look.items.all()] == ["trousers", "shirt"]
    assert look.items.first().product == Product.objects.get()
    assert set(reasons(job)) == {3, 4, 5}
    assert imported(table(tmp_path, rows[:1]), content="looks", photos=tmp_path / "photos.zip").rows_unchanged == 1


def test_photos_without_a_column_are_matched_by_key_then_by_style_and_number(tmp_path: Path) -> None:
    rows = [
        {"look_id": "Men-cas005", "style": "casual"},
        {"look_id": "Women-cas005", "style": "casual"},
        {"look_id": "Men-spo005", "style": "sports"},
        {"look_id": "K7", "style": "formal"},
    ]
    photos = zipped(tmp_path, {"casual_005.jpg": photo(), "sports_005.jpg": photo("red"), "k7.jpg": photo("white")})
    job = imported(table(tmp_path, rows), content="looks", photos=photos)
    assert job.report["photos"] == 3
    assert set(Look.objects.exclude(photo="").values_list("key", flat=True)) == {"Men-cas005", "Men-spo005", "K7"}


def test_size_charts_with_units_spans_and_gaps(tmp_path: Path) -> None:
    imported(table(tmp_path, [row(1)], name="products.csv"))
    rows = [
        {
            "chart": "Slacks",
            "brand": "Haneul",
            "kind": "trousers",
            "size": "S",
            "허리 (cm)": "36",
            "hips (cm)": "48-50",
        },
        {"chart": "Slacks", "brand": "Haneul", "kind": "trousers", "size": "M", "허리 (cm)": "38", "hips (cm)": "52"},
        {"chart": "Slacks", "brand": "Haneul", "kind": "trousers", "size": "L", "허리 (cm)": "40", "hips (cm)": ""},
        {"chart": "Slacks", "brand": "Haneul", "kind": "trousers", "size": "M", "허리 (cm)": "38", "hips (cm)": "52"},
        {"chart": "Slacks", "brand": "Haneul", "kind": "trousers", "size": "XL", "허리 (cm)": "wide", "hips (cm)": "1"},
    ]
    job = imported(table(tmp_path, rows), content="sizes")
    chart = SizeChart.objects.get()
    assert [(each.label, each.zones) for each in chart.rows.all()] == [
        ("S", {"waist": 360, "hips": [480, 500]}),
        ("M", {"waist": 380, "hips": 520}),
    ]
    told = reasons(job)
    assert "no hips (cm)" in told[4] and "already" in told[5] and "no length" in told[6]
    assert Product.objects.get().size_chart == chart
    jobs.job_undo(job=job)
    runner.run(job.pk)
    assert not SizeChart.objects.exists()
