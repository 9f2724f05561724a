"""Pages are read from a replica; nobody sees their own writes late, and what was taken back is gone at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisAway

from catalog.models import Product
from closet.models import DeviceToken, Garment, Share, User
from config import replica
from config.replica import PRIMARY, REPLICA, ReplicaMiddleware, ReplicaRouter, Watch

router = ReplicaRouter()


class Connection:
    """Stands for a connection: what the replica says of its lag, or that it is away."""

    def __init__(self, lag: Any) -> None:
        self.lag, self.in_atomic_block, self.asked = lag, False, 0

    def cursor(self) -> Connection:
        if isinstance(self.lag, Exception):
            raise self.lag
        return self

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, _query: str) -> None:
        self.asked += 1

    def fetchone(self) -> tuple[Any]:
        return (self.lag,)

    def close(self) -> None: ...


@pytest.fixture
def databases(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Connection]]:
    found = {PRIMARY: Connection(None), REPLICA: Connection(0)}
    monkeypatch.setattr(replica, "connections", found)
    monkeypatch.setattr(replica, "watch", Watch())
    yield found


def answered(request: HttpRequest, view: Callable[[HttpRequest], Any]) -> HttpResponse:
    """As Django would: the middleware, in it the view."""
    middleware = ReplicaMiddleware(lambda asked: middleware.process_view(asked, view, (), {}) or view(asked))
    return middleware(request)


def read_where(request: HttpRequest, before: Callable[[], object] = lambda: None) -> tuple[str, HttpResponse]:
    where: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        before()
        where.append(router.db_for_read(Garment))
        return HttpResponse()

    answer = answered(request, view)
    return where[-1], answer


ask = RequestFactory()


def test_pages_read_from_the_replica_and_all_else_from_the_primary(databases: dict[str, Connection]) -> None:
    assert router.db_for_read(Garment) == PRIMARY  # a worker, a command
    assert read_where(ask.get("/"))[0] == REPLICA
    assert read_where(ask.post("/"))[0] == PRIMARY
    assert router.db_for_read(Garment) == PRIMARY

    def view(_request: HttpRequest) -> HttpResponse:
        for model in (User, DeviceToken, Share, Session):
            assert router.db_for_read(model) == PRIMARY
        assert router.db_for_read(Product) == REPLICA
        databases[PRIMARY].in_atomic_block = True
        assert router.db_for_read(Product) == PRIMARY
        return HttpResponse()

    answered(ask.get("/"), view)
    assert router.allow_migrate(PRIMARY, "closet") and not router.allow_migrate(REPLICA, "closet")


def test_who_wrote_reads_what_they_wrote(databases: dict[str, Connection], monkeypatch: pytest.MonkeyPatch) -> None:
    where, answer = read_where(ask.get("/"), before=lambda: router.db_for_write(Garment))
    assert where == PRIMARY
    assert read_where(ask.get("/"), before=lambda: router.db_for_write(DeviceToken))[0] == REPLICA  # noted: last used
    browser = ask.get("/")
    browser.COOKIES = {name: morsel.value for name, morsel in answer.cookies.items()}
    assert read_where(browser)[0] == PRIMARY
    assert answer.cookies["wrote"]["max-age"] == 10 and answer.cookies["wrote"]["httponly"]
    assert not read_where(ask.get("/"))[1].cookies
    phone, other = ({"headers": {"authorization": f"Token {name}"}} for name in ("phone", "other"))
    assert read_where(ask.get("/", **phone))[0] == REPLICA
    read_where(ask.post("/", **phone))
    assert read_where(ask.get("/", **phone))[0] == PRIMARY
    assert read_where(ask.get("/", **other))[0] == REPLICA

    def away(*_: Any) -> Any:
        raise RedisAway

    monkeypatch.setattr(type(replica.caches["strict"]), "get", away)
    assert read_where(ask.get("/", **other))[0] == PRIMARY


@pytest.mark.parametrize("lag", [None, 3.5, OperationalError("away")])
def test_a_replica_that_is_away_or_late_is_left_alone(databases: dict[str, Connection], lag: Any) -> None:
    now = 0.0
    replica.watch.clock = lambda: now
    assert read_where(ask.get("/"))[0] == REPLICA
    databases[REPLICA].lag = lag
    now = 2.1
    assert read_where(ask.get("/"))[0] == PRIMARY
    databases[REPLICA].lag = 0
    now = 11
    assert read_where(ask.get("/"))[0] == PRIMARY
    now = 12.2
    assert read_where(ask.get("/"))[0] == REPLICA
    assert databases[REPLICA].asked < 5


def test_a_page_that_the_replica_fails_is_read_from_the_primary(databases: dict[str, Connection]) -> None:
    where: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        where.append(router.db_for_read(Garment))
        if where[-1] == REPLICA:
            raise OperationalError("terminating connection")
        return HttpResponse("well")

    assert answered(ask.get("/"), view).content == b"well"
    assert where == [REPLICA, PRIMARY]
    assert read_where(ask.get("/"))[0] == PRIMARY

    def broken(_request: HttpRequest) -> HttpResponse:
        raise OperationalError("the primary is away")

    with pytest.raises(OperationalError):
        answered(ask.get("/"), broken)
