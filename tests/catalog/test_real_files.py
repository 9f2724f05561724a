"""Files of real shops, where this machine has them: their own column names, encodings and photos."""

import csv
from pathlib import Path

import pytest

from catalog.models import Look, Product, ProductImage
from tests.catalog.shop import imported, reasons

pytestmark = pytest.mark.django_db


def test_a_real_product_file_goes_in_with_its_photos(shared_data: Path) -> None:
    job = imported(shared_data / "product_photos.csv", photos=shared_data / "product_photos.tar", limit=400)
    assert (job.status, job.rows_created, reasons(job)) == ("done", 400, {})
    assert ProductImage.objects.count() == 400
    assert {"Nike", "ADIDAS"} <= set(Product.objects.values_list("brand__name_en", flat=True))


@pytest.mark.slow
def test_every_row_of_it_is_understood(shared_data: Path) -> None:
    job = imported(shared_data / "product_photos.csv", is_dry_run=True)
    assert (job.rows_created, job.rows_refused) == (32_136, 0)


@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
def test_korean_looks_go_in_whatever_windows_made_of_them(shared_data: Path, tmp_path: Path, encoding: str) -> None:
    with (shared_data / "looks_ko.csv").open(encoding="utf-8") as file:
        lines = [line for _number, line in zip(range(300), csv.reader(file), strict=False)]
    path = tmp_path / "looks.csv"
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        csv.writer(file).writerows(lines)
    job = imported(path, content="looks")
    assert (job.rows_created, reasons(job), job.report["encoding"]) == (299, {}, encoding)
    assert "아메카지" in Look.objects.get(key="Men-ame001").tags


def test_look_photos_are_matched_by_style(shared_data: Path) -> None:
    job = imported(shared_data / "looks_ko.csv", content="looks", photos=shared_data / "look_photos.tar", limit=200)
    assert job.rows_created == 200 and job.report["photos"] >= 30
    assert set(Look.objects.exclude(photo="").values_list("style", flat=True)) <= {"amekaji", "casual"}
    again = imported(shared_data / "looks_ko.csv", content="looks", limit=200)  # the table alone
    assert (again.rows_unchanged, again.rows_updated) == (200, 0)
