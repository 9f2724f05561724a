"""Undoing an import takes along what hangs on its rows, can be watched, stopped and gone on with."""

from pathlib import Path

import pytest
from django.db.models.deletion import ProtectedError

from catalog.importers import runner, undo
from catalog.importers.removing import remove
from catalog.models import ImportJob, Kind, Look, LookItem, Product, ProductImage
from catalog.services import jobs
from recommender.index import keywords
from recommender.models import ProductEmbedding, TagVector
from tests import wardrobe
from tests.catalog.shop import imported, photo, row, table, zipped

pytestmark = pytest.mark.django_db


def undone(job: ImportJob) -> ImportJob:
    assert jobs.job_undo(job=job)
    runner.run(job.pk)
    job.refresh_from_db()
    return job


def test_what_hangs_on_a_product_goes_with_it_and_a_look_keeps_its_piece(tmp_path: Path) -> None:
    job = imported(table(tmp_path, [row(1, image="1.jpg"), row(2)]), photos=zipped(tmp_path, {"1.jpg": photo()}))
    first = Product.objects.get(sku="A-1")
    keywords.products_index(product_ids=[first.pk])
    wardrobe.product_vector(first, [1.0, 0.0])
    look = Look.objects.create(title_en="Office day")
    piece = LookItem.objects.create(look=look, kind=first.kind, product=first)
    assert undone(job).report["undone_removed"] == 3  # with the brand that nothing is left of
    assert not (Product.objects.exists() or ProductImage.objects.exists())
    assert not (TagVector.objects.exists() or ProductEmbedding.objects.exists())
    piece.refresh_from_db()
    assert piece.product is None
    past = Product.history.filter(id=first.pk).first()
    assert (past.history_type, past.history_change_reason) == ("-", f"import {job.pk}")


def test_a_row_that_others_may_not_lose_stays(db: None) -> None:
    used = wardrobe.product("shirt")
    with pytest.raises(ProtectedError):
        remove(Kind, [used.kind_id])
    assert Kind.objects.filter(pk=used.kind_id).exists()


def test_an_undo_that_is_stopped_tells_how_far_it_came_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "STEP", 2)
    job = imported(table(tmp_path, [row(number) for number in range(6)]))
    shares = []

    def stop(now: ImportJob) -> None:
        now.refresh_from_db()
        shares.append(jobs.job_progress(now)["share"])
        if len(shares) == 2:
            jobs.job_cancel(job=now)

    jobs.job_undo(job=job)
    runner.run(job.pk, progress=stop)
    job.refresh_from_db()
    assert job.status == "cancelled" and Product.objects.count() == 2
    assert shares == [pytest.approx(1 / 3, abs=1e-3), pytest.approx(2 / 3, abs=1e-3)]
    assert jobs.job_resume(job=job)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.report["undone_removed"], Product.objects.count()) == ("undone", 7, 0)
