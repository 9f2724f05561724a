"""Feeds: fetched through the gate, imported when they are new, looked at and undone at the desk."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import httpx
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalog import web
from catalog.importers import runner
from catalog.models import Feed, ImportJob, Product
from catalog.services import feeds, jobs
from tests.catalog.shop import row
from tests.catalog.test_desk import staff

pytestmark = pytest.mark.django_db
PUBLIC = "93.184.216.34"


def as_csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


class Shop:
    """A server that answers `body` with an ETag."""

    def __init__(self, body: bytes = b"", status: int = 200, **addresses: str) -> None:
        self.body, self.status, self.addresses = body, status, addresses
        self.asked: list[httpx.Request] = []
        self.redirect = ""

    def client(self) -> web.GuardedWeb:
        return web.GuardedWeb(
            resolver=lambda host, _port: [self.addresses.get(host.partition(".")[0], PUBLIC)],
            transport=httpx.MockTransport(self.answer),
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.redirect:
            return httpx.Response(302, headers={"location": self.redirect})
        tag = f'"{hash(self.body)}"'
        if request.headers.get("if-none-match") == tag:
            return httpx.Response(304)
        return httpx.Response(self.status, stream=httpx.ByteStream(self.body), headers={"etag": tag})

    def fetch(self, feed: Feed, **how: Any) -> ImportJob | None:
        job = feeds.feed_fetch(feed_id=feed.pk, client=self.client(), **how)
        if job is not None:
            runner.run(job.pk)
            job.refresh_from_db()
        feed.refresh_from_db()
        return job


@pytest.fixture
def feed(db: None) -> Feed:
    return Feed.objects.create(name="Haneul", url="https://shop.example/feed.csv", publish=True)


def test_a_feed_is_imported_and_again_only_when_it_changed(feed: Feed) -> None:
    shop = Shop(as_csv([row(1), row(2)]))
    job = shop.fetch(feed)
    assert job is not None and (job.status, job.rows_created, job.feed) == ("done", 2, feed)
    assert Product.objects.published().count() == 2 and feed.problem == "" and feed.fetched_at is not None
    assert shop.fetch(feed) is None and feed.is_unchanged  # by its tag
    Feed.objects.update(etag="")
    assert shop.fetch(feed) is None and feed.is_unchanged  # by what it holds
    shop.body = as_csv([row(1, price="10,000"), row(2), row(3, price="free")])
    job = shop.fetch(feed)
    assert job is not None and (job.rows_updated, job.rows_refused) == (1, 1) and job.problems.count() == 1


def test_columns_stay_as_staff_gave_them(feed: Feed) -> None:
    shop = Shop(as_csv([row(1)]))
    job = shop.fetch(feed)
    assert job is not None
    ImportJob.objects.filter(pk=job.pk).update(mapping=job.mapping | {"colour": ""})
    shop.body = as_csv([row(1), row(2)])
    job = shop.fetch(feed)
    assert job is not None and job.mapping["colour"] == ""


@pytest.mark.parametrize(
    "wrap",
    [
        lambda rows: json.dumps(rows),
        lambda rows: json.dumps({"products": rows, "count": 2}),
        lambda rows: "\n".join(map(json.dumps, rows)),
        lambda rows: "\ufeff" + json.dumps(rows),
    ],
)
def test_json_is_read_in_its_common_shapes(feed: Feed, wrap: Any) -> None:
    job = Shop(wrap([row(1), row(2)]).encode()).fetch(feed)
    assert job is not None and (job.status, job.rows_created) == ("done", 2)


@pytest.mark.parametrize(
    ("shop", "says"),
    [
        (Shop(b"x", 500), "answered 500"),
        (Shop(b""), "empty"),
        (Shop(b"[1, 2"), "no JSON"),
        (Shop(b"[]"), "empty"),
        (Shop(b"\x89PNG\r\n\x1a\n" + b"x" * 50), ""),
        (Shop(b"x", shop="127.0.0.1"), "private network"),
        (Shop(b"[" * 100_000), "no JSON"),
    ],
)
def test_what_fails_is_told_and_changes_nothing(feed: Feed, shop: Shop, says: str) -> None:
    assert shop.fetch(feed) is None
    assert feed.problem and says in feed.problem and feed.claimed_at is None
    assert not ImportJob.objects.exists() and not Product.objects.exists()


def test_a_redirect_into_the_private_network_is_not_followed(feed: Feed) -> None:
    shop = Shop(b"x", inside="10.1.2.3")
    shop.redirect = "http://inside.example/secret"
    assert shop.fetch(feed) is None and "private network" in feed.problem and len(shop.asked) == 1


def test_too_large_a_feed_is_not_taken(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_BYTES", 1000)
    assert Shop(b"x" * 2000).fetch(feed) is None and "larger" in feed.problem


def test_two_workers_fetch_a_feed_once(feed: Feed) -> None:
    shop = Shop(as_csv([row(1)]))
    Feed.objects.update(claimed_at=feed.created_at)
    assert shop.fetch(feed) is None and shop.asked == []


def test_every_night_those_that_are_on_are_asked_for(feed: Feed, django_capture_on_commit_callbacks: Any) -> None:
    Feed.objects.create(name="off", url="https://shop.example/2", is_active=False)
    for number in range(feeds.RUNS_KEPT + 2):
        ImportJob.objects.create(feed=feed, status="done", file_name=f"{number}")
    with django_capture_on_commit_callbacks() as callbacks:
        assert feeds.feeds_ask() == 1
    assert callbacks and feed.jobs.count() == feeds.RUNS_KEPT


def test_the_desk_shows_the_last_run_with_preview_errors_and_undo(as_dana: Client, feed: Feed) -> None:
    job = Shop(as_csv([row(1, name="와이드 슬랙스"), row(2, price="?")])).fetch(feed)
    assert job is not None
    page = as_dana.get(reverse("admin:catalog_feed_change", args=[feed.pk]), headers={"Accept-Language": "ko"})
    text = page.content.decode()
    assert "와이드 슬랙스" in text and "지금 가져오기" in text
    assert reverse("admin:catalog_importjob_change", args=[job.pk]) in text
    assert as_dana.get(reverse("admin:catalog_feed_changelist")).status_code == 200
    as_dana.post(reverse("admin:catalog_importjob_act", args=[job.pk]), {"do": "undo"})
    runner.run(job.pk)
    assert not Product.objects.exists()


def test_a_dry_run_writes_nothing_and_looks_at_what_is_known_too(feed: Feed) -> None:
    shop = Shop(as_csv([row(1)]))
    job = shop.fetch(feed, is_dry_run=True)
    assert job is not None and job.is_dry_run and not Product.objects.exists()
    assert shop.fetch(feed) is not None and Product.objects.count() == 1
    assert shop.fetch(feed, is_dry_run=True) is not None


def test_addresses_are_checked_when_they_are_written(as_dana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="private network"):
        feeds.feed_check(url="http://127.0.0.1/feed.csv")
    told = {"name": "x", "url": "http://10.0.0.1/x.csv", "content": "products", "currency": "KRW", "brand": ""}
    answer = as_dana.post(reverse("admin:catalog_feed_add"), told)
    assert answer.status_code == 200 and "private network" in answer.content.decode()
    long = as_dana.post(reverse("admin:catalog_feed_add"), told | {"url": "https://a.example/" + "x" * 10_000})
    assert long.status_code == 200 and not Feed.objects.exists()


def test_viewers_fetch_nothing_and_editors_do_not_publish(feed: Feed) -> None:
    act = reverse("admin:catalog_feed_act", args=[feed.pk])
    assert staff("viewer").post(act, {"do": "fetch"}).status_code == 403
    editor = staff("editor")
    assert editor.post(act, {"do": "fetch"}).status_code == 302
    told = {"name": "x", "url": f"http://{PUBLIC}/x.csv", "content": "products", "currency": "KRW", "publish": "on"}
    editor.post(reverse("admin:catalog_feed_add"), told)
    made = Feed.objects.get(name="x")
    assert not made.publish
    with translation.override("ko"):
        assert staff("publisher").get(reverse("admin:catalog_feed_change", args=[made.pk])).status_code == 200


def gone(feed: Feed) -> set[str]:
    return set(feed.products.exclude(gone_at=None).values_list("sku", flat=True))


def test_what_a_feed_tells_of_no_more_is_out_of_stock_until_it_does_again(feed: Feed) -> None:
    shop = Shop(as_csv([row(1), row(2), row(3)]))
    shop.fetch(feed)
    shop.body = as_csv([row(1), row(3)])
    job = shop.fetch(feed)
    assert job is not None and job.report["gone"] == 1 and gone(feed) == {"A-2"}
    assert list(Product.objects.in_stock().order_by("sku").values_list("sku", flat=True)) == ["A-1", "A-3"]
    assert Product.objects.count() == 3  # somebody may own it
    shop.body = as_csv([row(1), row(2), row(3), row(4)])
    shop.fetch(feed)
    assert gone(feed) == set() and Product.objects.in_stock().count() == 4


def test_an_undone_run_takes_its_marks_back(feed: Feed) -> None:
    shop = Shop(as_csv([row(1), row(2)]))
    shop.fetch(feed)
    shop.body = as_csv([row(1)])
    job = shop.fetch(feed)
    assert job is not None and gone(feed) == {"A-2"}
    assert jobs.job_undo(job=job)
    runner.run(job.pk)
    assert gone(feed) == set() and Product.objects.in_stock().count() == 2


def test_a_file_cut_short_or_with_lines_unread_marks_nothing(feed: Feed) -> None:
    shop = Shop(as_csv([row(number) for number in range(30)]))
    shop.fetch(feed)
    shop.body = as_csv([row(number) for number in range(5)])
    job = shop.fetch(feed)
    assert job is not None and job.report["gone_doubtful"] == 25 and gone(feed) == set()
    shop.body = as_csv([*(row(number) for number in range(28)), row(28, price="free")])
    job = shop.fetch(feed)
    assert job is not None and "gone" not in job.report and gone(feed) == set()
    assert Product.objects.in_stock().count() == 30


def test_other_feeds_and_dry_runs_mark_nothing(feed: Feed) -> None:
    shop = Shop(as_csv([row(1), row(2)]))
    shop.fetch(feed)
    other = Feed.objects.create(name="Other", url="https://other.example/feed.csv", publish=True)
    Shop(as_csv([row(9)])).fetch(other)
    shop.body = as_csv([row(1)])
    shop.fetch(feed, is_dry_run=True)
    assert gone(feed) == gone(other) == set()
