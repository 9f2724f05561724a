"""A feed of products becomes products: good rows in, bad ones told, again and again without doubles."""

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.importers import undo
from catalog.models import Brand, ImportJob, Kind, Product, ProductImage
from catalog.services import jobs
from catalog.signals import products_changed
from tests.catalog.shop import imported, photo, queued, reasons, row, table, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced() -> Iterator[list[int]]:
    """Ids that were announced as in need of embeddings."""
    ids: list[int] = []

    def hear(sender: object, *, product_ids: list[int], **kwargs: Any) -> None:
        ids.extend(product_ids)

    products_changed.connect(hear, weak=True)
    yield ids
    products_changed.disconnect(hear)


def test_rows_become_products_with_their_facts(tmp_path: Path) -> None:
    job = imported(table(tmp_path, [row(1), row(2, name="린넨 셔츠", kind="셔츠", gender="공용", colour="흰색")]))
    assert (job.status, job.rows_created, job.rows_refused) == ("done", 2, 0)
    slacks, shirt = Product.objects.order_by("sku")
    assert (slacks.brand.name_en, slacks.kind.slug, slacks.gender) == ("Haneul", "trousers", "women")
    assert (slacks.price, slacks.currency, slacks.colour_names) == (Decimal("39000"), "KRW", ["navy"])
    assert slacks.colours[0]["name"] == "navy" and slacks.colours[0]["hex"].startswith("#")
    assert (shirt.name_ko, shirt.name_en, shirt.gender, shirt.colour_names) == ("린넨 셔츠", "", "unisex", ["white"])
    assert slacks.history.count() == 1 and Brand.objects.count() == 1


def test_the_same_file_again_changes_nothing_and_embeds_nothing(tmp_path: Path, announced: list[int]) -> None:
    path = table(tmp_path, [row(1), row(2)])
    imported(path)
    assert len(announced) == 2
    announced.clear()
    job = imported(path)
    assert (job.rows_unchanged, job.rows_created, job.rows_updated) == (2, 0, 0)
    assert announced == []


def test_a_new_price_updates_and_embeds_nothing_a_new_colour_does(tmp_path: Path, announced: list[int]) -> None:
    imported(table(tmp_path, [row(1), row(2)]))
    announced.clear()
    job = imported(table(tmp_path, [row(1, price="35,000"), row(2)]))
    assert (job.rows_updated, job.rows_unchanged, announced) == (1, 1, [])
    job = imported(table(tmp_path, [row(1, price="35,000", colour="red"), row(2)]))
    product = Product.objects.get(sku="A-1")
    assert (product.price, product.colour_names, announced) == (35000, ["red"], [product.pk])


def test_a_file_of_prices_alone_leaves_the_rest_as_it_was(tmp_path: Path, announced: list[int]) -> None:
    full = table(tmp_path, [row(1)])
    imported(full)
    announced.clear()
    prices = [{"sku": "A-1", "brand": "Haneul", "price": "1"}, {"sku": "A-9", "brand": "Haneul", "price": "1"}]
    job = imported(table(tmp_path, prices, name="prices.csv"))
    product = Product.objects.get()
    assert (product.price, product.name_en, product.kind.slug) == (1, "Wide slacks 1", "trousers")
    assert announced == [] and "name is missing" in reasons(job)[3]
    assert imported(full).rows_updated == 1 and announced == []  # only the price went back


def test_what_staff_corrected_stays(tmp_path: Path) -> None:
    imported(table(tmp_path, [row(1)]))
    jeans = Kind.objects.get(slug="jeans")
    Product.objects.update(kind=jeans, staff_fields=["kind"])
    imported(table(tmp_path, [row(1, colour="Black", kind="Shorts")]))
    product = Product.objects.get()
    assert product.kind == jeans and product.colour_names == ["black"]


def test_every_bad_row_is_told_with_its_line_and_the_good_ones_go_in(tmp_path: Path) -> None:
    job = imported(
        table(
            tmp_path,
            [
                row(1),
                row(2, price="free"),
                row(3, kind="Flux capacitor"),
                row(1, name="the same sku again"),
                row(5, name="=cmd|' /C calc'!A0"),
                row(6, image="../../etc/passwd"),
                row(7, brand=""),
                row(8, sku=""),
                row(9, name="x" * 300),
                row(10, gender="martian"),
                row(11, image="C:\\secret.jpg"),
                row(12),
            ],
        )
    )
    told = reasons(job)
    assert (job.status, job.rows_created, job.rows_refused) == ("done", 2, 10)
    for line, words in {
        3: "no price",
        4: "no kind",
        5: "Line 2 already",
        6: "formula",
        7: "outside",
        8: "brand is missing",
        9: "SKU is missing",
        10: "300 characters",
        11: "not known",
        12: "outside",
    }.items():
        assert words in told[line], told[line]


def test_a_ten_megabyte_cell_is_one_bad_row(tmp_path: Path) -> None:
    job = imported(table(tmp_path, [row(1), row(2, name="x" * 10_000_000), row(3)]))
    assert (job.rows_created, list(reasons(job))) == (2, [3])


def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path: Path, announced: list[int]) -> None:
    path = table(tmp_path, [row(1), row(2, price="free"), row(3, brand="Unheard of")])
    job = imported(path, is_dry_run=True)
    assert (job.status, job.rows_created, job.rows_refused) == ("done", 2, 1)
    assert not Product.objects.exists() and not Brand.objects.exists() and announced == []


def test_new_things_are_hidden_unless_the_importer_may_publish(tmp_path: Path) -> None:
    imported(table(tmp_path, [row(1) | {"published": "yes"}]), publish=False)
    assert not Product.objects.published().exists() and Product.objects.count() == 1


def test_an_unknown_kind_is_added_where_its_group_is_known(tmp_path: Path) -> None:
    bottle = row(1, name="Bottle", kind="Water Bottle") | {"masterCategory": "Accessories"}
    job = imported(table(tmp_path, [bottle, row(2, kind="Water Botle")]))
    assert Product.objects.get().kind.slot == "accessory" and list(reasons(job)) == [3]


def test_photos_come_from_the_zip_and_bad_ones_refuse_their_row(tmp_path: Path, announced: list[int]) -> None:
    bomb = b"\0" * 14_000_000
    photos = zipped(
        tmp_path,
        {
            "a/1.jpg": photo(),
            "2.jpg": b"no photo at all",
            "3.png": photo("red", kind="PNG")[:90],
            "4.jpg": bomb,
            "../5.jpg": photo(),
            "6.jpg": photo(size=(9, 9)),
        },
    )
    rows = [row(n, image=f"{n}.jpg") for n in (1, 2)] + [row(3, image="3.png")]
    rows += [row(n, image=f"{n}.jpg") for n in (4, 5, 6)] + [row(7)]
    job = imported(table(tmp_path, rows), photos=photos)
    told = reasons(job)
    assert (job.rows_created, job.report["photos"]) == (2, 1)
    assert "none" in told[3] and "damaged" in told[4] and "unfolds" in told[5]
    assert "no photo" in told[6] and "too small" in told[7]
    image = ProductImage.objects.get()
    assert image.product.sku == "A-1" and image.image.open().read(4) == b"RIFF"


def test_a_changed_photo_under_the_same_name_is_noticed(tmp_path: Path, announced: list[int]) -> None:
    path = table(tmp_path, [row(1, image="1.jpg")])
    imported(path, photos=zipped(tmp_path, {"1.jpg": photo("navy")}))
    announced.clear()
    again = imported(path, photos=zipped(tmp_path, {"1.jpg": photo("navy")}))
    assert (again.rows_unchanged, announced) == (1, [])
    changed = imported(path, photos=zipped(tmp_path, {"1.jpg": photo("red")}))
    assert (changed.rows_updated, ProductImage.objects.count(), len(announced)) == (1, 1, 1)


def test_a_cancelled_import_stops_at_the_next_batch_and_goes_on_when_told(tmp_path: Path) -> None:
    job = queued(table(tmp_path, [row(n) for n in range(2500)]))
    from catalog.importers import runner

    def cancel(now: ImportJob) -> None:
        if now.rows_done == 1000:
            assert jobs.job_cancel(job=now)

    runner.run(job.pk, progress=cancel)
    job.refresh_from_db()
    assert (job.status, job.rows_done, Product.objects.count()) == ("cancelled", 1000, 1000)
    assert jobs.job_resume(job=job)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.rows_created, Product.objects.count()) == ("done", 2500, 2500)


def test_doubles_are_noticed_across_a_restart(tmp_path: Path) -> None:
    from catalog.importers import runner

    rows = [row(n) for n in range(1200)] + [row(3, name="again")]
    job = queued(table(tmp_path, rows))
    runner.run(job.pk, progress=lambda now: now.rows_done == 1000 and jobs.job_cancel(job=now) and None)
    jobs.job_resume(job=job)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.rows_created, list(reasons(job).values())) == (1200, ["Line 5 already has this SKU."])


def test_undo_removes_what_was_made_and_puts_back_what_was_changed(tmp_path: Path) -> None:
    first = imported(table(tmp_path, [row(1), row(2)]), photos=zipped(tmp_path, {"1.jpg": photo()}))
    photos = zipped(tmp_path, {"x.jpg": photo("red")})
    second = imported(table(tmp_path, [row(1, name="Changed", image="x.jpg"), row(2), row(3)]), photos=photos)
    assert (second.rows_created, second.rows_updated) == (1, 1) and ProductImage.objects.count() == 1
    assert jobs.job_undo(job=second)
    from catalog.importers import runner

    runner.run(second.pk)
    second.refresh_from_db()
    assert (second.status, second.report["undone_removed"], second.report["undone_restored"]) == ("undone", 1, 1)
    assert list(Product.objects.order_by("sku").values_list("sku", "name_en")) == [
        ("A-1", "Wide slacks 1"),
        ("A-2", "Wide slacks 2"),
    ]
    assert not ProductImage.objects.exists() and Brand.objects.exists()
    jobs.job_undo(job=first)
    runner.run(first.pk)
    assert not Product.objects.exists() and not Brand.objects.exists()


def test_undo_leaves_alone_what_changed_again_since(tmp_path: Path) -> None:
    imported(table(tmp_path, [row(1)]))
    second = imported(table(tmp_path, [row(1, price="2")]))
    imported(table(tmp_path, [row(1, price="3")]))
    jobs.job_undo(job=second)
    second.status = "running"
    second.save(update_fields=["status"])
    undo.undo(second)
    assert Product.objects.get().price == 3 and second.report["undone_kept"] == 1


def test_a_job_is_run_by_one_worker_at_a_time(tmp_path: Path) -> None:
    import psycopg2
    from django.db import connection

    from catalog.importers import runner

    job = queued(table(tmp_path, [row(1)]))
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [runner.LOCK_CLASS, job.pk])
        runner.run(job.pk)
        assert not Product.objects.exists()
    finally:
        other.close()  # as when that worker is killed
    for _try in range(100):  # Postgres notices the closed connection within a moment
        runner.run(job.pk)
        if Product.objects.exists():
            break
        time.sleep(0.05)
    assert Product.objects.count() == 1


def test_a_file_that_kills_its_worker_again_and_again_is_put_aside(tmp_path: Path) -> None:
    from catalog.importers import runner

    job = queued(table(tmp_path, [row(1)]))
    for _attempt in range(runner.MOST_STALLS + 1):
        claimed = runner.claim(job.pk)
    job.refresh_from_db()
    assert claimed is None and job.status == "failed" and job.error


def test_a_file_without_a_column_that_tells_rows_apart_fails_with_a_sentence(tmp_path: Path) -> None:
    job = imported(table(tmp_path, [{"title": "Coat", "kind": "coat"}]))
    assert job.status == "failed" and "SKU" in job.error
