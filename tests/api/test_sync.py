"""Delta sync: a client's copy is the closet, whatever was committed while it looked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection, connections, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from closet.models import ChangeLog, Garment, Outfit, User, Wear
from closet.services import changes
from closet.services.accounts import account_delete
from closet.services.garments import garment_edit, garments_change, garments_purge
from closet.services.outfits import outfit_delete
from closet.services.own_kinds import own_kind_delete, own_kind_save
from closet.services.photos import photo_delete
from closet.services.wear import wear_add, wear_remove
from tests.cast import member
from tests.closet.closets import closet_of, garment_of, outfit_of, photo_of
from tests.conftest import api_client

pytestmark = pytest.mark.django_db(transaction=True)  # other connections are to see what is committed


@pytest.fixture
def alice(committed: None) -> User:
    return member("alice")


class Copy:
    """What an app keeps of a list."""

    def __init__(self, client: APIClient, name: str, size: int = 100) -> None:
        self.client, self.name, self.size, self.cursor = client, name, size, ""
        self.rows: dict[str, Any] = {}

    def sync(self, between: Callable[[], object] = lambda: None) -> tuple[int, list[str]]:
        """Returns (how many came, ids that went)."""
        address = f"/api/v1/{self.name}/?updated_since={self.cursor}&page_size={self.size}"
        came, gone = 0, []
        while address:
            told = self.client.get(address).json()
            for row in told["results"]:
                self.rows[str(row["id"])] = row
            for pk in told["deleted"]:
                self.rows.pop(pk, None)
            came, gone = came + len(told["results"]), gone + told["deleted"]
            address, self.cursor = told["next"], told["cursor"]
            between()
        return came, gone

    def settle(self) -> None:
        """Syncs until nothing comes: while transactions are open, of other tests' databases too, all comes again."""
        deadline = time.monotonic() + 60
        while self.sync() != (0, []):
            assert time.monotonic() < deadline
            time.sleep(0.2)


@pytest.fixture
def api(alice: User) -> APIClient:
    return api_client(alice)


def test_first_all_comes_then_only_what_changed(alice: User, api: APIClient) -> None:
    closet_of(alice, 7)
    copy = Copy(api, "garments", size=3)
    assert copy.sync()[0] == 7 and len(copy.rows) == 7
    copy.settle()
    first = Garment.objects.filter(owner=alice).first()
    assert first is not None
    garment_edit(garment=first, changes={"name": "월요일", "state": "archived"})
    assert copy.sync() == (1, [])  # also what the list leaves out by itself
    assert copy.rows[str(first.pk)]["name"] == "월요일"


def test_a_renamed_or_deleted_own_category_and_brand_change_their_garments(alice: User, api: APIClient) -> None:
    first, _second = closet_of(alice, 2)
    kind = own_kind_save(owner=alice, parent=first.kind, name_en="Gym")
    garment_edit(garment=first, changes={"own_kind": kind, "brand_name": "Otter"})
    copy = Copy(api, "garments")
    copy.settle()
    own_kind_save(owner=alice, own_kind=kind, parent=kind.parent, name_en="Running")
    assert copy.sync() == (1, [])
    garment_edit(garment=Garment.objects.get(pk=first.pk), changes={"brand_name": "Heron"})
    assert copy.sync() == (1, []) and copy.rows[str(first.pk)]["brand_name"] == "Heron"
    garment_edit(garment=Garment.objects.get(pk=first.pk), changes={"brand_name": ""})
    assert copy.sync() == (1, []) and copy.rows[str(first.pk)]["brand_name"] == ""
    own_kind_delete(own_kind=kind)
    assert copy.sync() == (1, []) and copy.rows[str(first.pk)]["own_kind"] is None


def test_what_is_gone_is_told_and_comes_back(alice: User, api: APIClient) -> None:
    shirt, jeans = garment_of(alice, "shirt"), garment_of(alice, "jeans")
    outfit = outfit_of(alice, shirt, jeans)
    wear_add(owner=alice, garment_ids=[shirt.pk, jeans.pk], worn_on=timezone.localdate())
    copies = {name: Copy(api, name) for name in ("garments", "outfits", "wears")}
    for copy in copies.values():
        copy.settle()
    garments_change(owner=alice, action="delete", ids=[shirt.pk])
    assert copies["garments"].sync() == (0, [str(shirt.pk)])
    assert len(copies["wears"].rows) == 2 and copies["wears"].sync()[1] == [str(Wear.objects.get(garment=shirt).pk)]
    copies["outfits"].sync()
    assert [one["garment"]["id"] for one in copies["outfits"].rows[str(outfit.pk)]["items"]] == [jeans.pk]
    for copy in copies.values():
        copy.settle()
    garments_change(owner=alice, action="restore", ids=[shirt.pk])
    assert copies["garments"].sync() == (1, []) and copies["wears"].sync() == (1, [])
    for copy in copies.values():
        copy.settle()
    wear_remove(owner=alice, garment_ids=[jeans.pk], worn_on=timezone.localdate())
    outfit_delete(outfit=Outfit.objects.get(pk=outfit.pk))
    assert copies["outfits"].sync() == (0, [str(outfit.pk)])
    copies["wears"].sync()
    assert [row["garment"] for row in copies["wears"].rows.values()] == [shirt.pk]
    Garment.objects.filter(pk=shirt.pk).update(deleted_at=timezone.now() - timedelta(days=40))
    garments_purge()  # the row is gone for good, by a cascade
    assert copies["garments"].sync()[1] == [str(shirt.pk)] and len(copies["garments"].rows) == 1


def test_photos_tell_their_analysis_and_not_that_a_worker_lives(alice: User, api: APIClient) -> None:
    photo = photo_of(alice, status="running")
    copy = Copy(api, "photos")
    copy.settle()
    type(photo).objects.update(alive_at=timezone.now())
    assert copy.sync() == (0, [])
    type(photo).objects.update(status="done")
    assert copy.sync() == (1, []) and copy.rows[str(photo.pk)]["status"] == "done"
    pk = str(photo.pk)
    copy.settle()
    photo_delete(photo=photo)
    assert copy.sync() == (0, [pk])


@contextmanager
def open_transaction(work: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Another connection does `work` and commits when told."""
    ready, commit = threading.Event(), threading.Event()

    def run() -> None:
        with transaction.atomic():
            work()
            ready.set()
            commit.wait(20)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(20)

    def end() -> None:
        commit.set()
        thread.join(20)

    yield end
    end()


def test_nothing_is_missed_that_was_begun_before_a_look_and_committed_after(alice: User, api: APIClient) -> None:
    old, new = garment_of(alice, "shirt"), garment_of(alice, "jeans")
    copy = Copy(api, "garments", size=1)
    copy.sync()
    with open_transaction(lambda: Garment.objects.filter(pk=old.pk).update(name="slow")) as commit:
        Garment.objects.filter(pk=new.pk).update(name="quick")  # begun later, committed first
        copy.sync()
        assert (copy.rows[str(new.pk)]["name"], copy.rows[str(old.pk)]["name"]) == ("quick", "")
        commit()
    copy.sync()
    assert copy.rows[str(old.pk)]["name"] == "slow"


def test_nothing_is_missed_that_was_committed_between_two_pages(alice: User, api: APIClient) -> None:
    rows = closet_of(alice, 6)
    with open_transaction(lambda: Garment.objects.filter(pk=rows[0].pk).update(name="slow")) as commit:
        copy = Copy(api, "garments", size=2)
        pages = iter([commit, lambda: garment_of(alice, "coat", name="added")])
        copy.sync(between=lambda: next(pages, lambda: None)())
    copy.sync()
    assert {row["name"] for row in copy.rows.values()} == {"", "slow", "added"} and len(copy.rows) == 7


def test_many_writers_at_once_leave_the_copy_as_the_closet_is(alice: User, api: APIClient) -> None:
    rows = closet_of(alice, 12)
    copy = Copy(api, "garments", size=5)

    def write(offset: int) -> None:
        for turn in range(25):
            with transaction.atomic():
                Garment.objects.filter(pk=rows[(offset + turn) % 12].pk).update(name=f"{offset} {turn}")
                connection.cursor().execute("SELECT pg_sleep(%s)", [0.002 * ((offset + turn) % 4)])
        connections.close_all()

    writers = [threading.Thread(target=write, args=[3 * n]) for n in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        copy.sync()
    copy.sync()
    assert {pk: row["name"] for pk, row in copy.rows.items()} == {
        str(pk): name for pk, name in Garment.objects.values_list("pk", "name")
    }


def test_cursors_are_a_members_and_a_lists_own(alice: User, api: APIClient) -> None:
    garment_of(alice, "shirt")
    copy = Copy(api, "garments")
    copy.sync()

    def refused(client: APIClient, name: str, cursor: str, **more: Any) -> tuple[int, list[str]]:
        answer = client.get(f"/api/v1/{name}/", {"updated_since": cursor, **more})
        return answer.status_code, [*answer.json()["errors"]]

    charlie = api_client(member("charlie"))
    assert refused(charlie, "garments", copy.cursor) == (400, ["updated_since"])
    assert charlie.get("/api/v1/garments/?updated_since=").json()["results"] == []
    assert refused(api, "outfits", copy.cursor) == (400, ["updated_since"])
    for nonsense in (
        "2026-01-01",
        "' OR 1=1 --",
        "x" * 10_000,
        "열쇠\ud83d\ude00".encode("utf-16", "surrogatepass").hex(),
    ):
        assert refused(api, "garments", nonsense) == (400, ["updated_since"])
    assert refused(api, "garments", "", kind="shirt", page=2) == (400, ["kind", "page"])


def test_a_cursor_of_another_database_or_too_old_says_to_begin_anew(
    alice: User, api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copy(api, "garments")
    copy.sync()
    with monkeypatch.context() as patched:
        patched.setattr(changes, "database_id", lambda: "restored")
        gone = api.get("/api/v1/garments/", {"updated_since": copy.cursor})
        assert (gone.status_code, gone.json()["code"]) == (410, "cursor_expired")
    monkeypatch.setattr(changes, "KEPT", timedelta(seconds=-1))
    assert api.get("/api/v1/garments/", {"updated_since": copy.cursor}).status_code == 410
    assert signing.loads(copy.cursor, salt="sync cursor")[1] == alice.pk


def test_lines_are_kept_few(alice: User, api: APIClient) -> None:
    shirt = garment_of(alice, "shirt")
    for turn in range(5):
        Garment.objects.filter(pk=shirt.pk).update(name=str(turn))
    assert ChangeLog.objects.count() == 6
    assert changes.changes_purge() == 5
    copy = Copy(api, "garments")
    assert copy.sync()[0] == 1
    Garment.objects.all().delete()
    ChangeLog.objects.update(at=timezone.now() - timedelta(days=91))
    changes.changes_purge()
    assert not ChangeLog.objects.exists()
    ChangeLog.objects.create(owner_id=alice.pk, thing="garment", thing_id="5", xid=2**60)  # of a restored database
    changes.changes_purge()
    assert ChangeLog.objects.get().xid == 0


def test_nothing_is_left_of_somebody_who_left(alice: User, api: APIClient) -> None:
    wear_add(owner=alice, garment_ids=[garment_of(alice).pk], worn_on=timezone.localdate())
    assert ChangeLog.objects.exists()
    account_delete(user=alice)
    assert not ChangeLog.objects.exists()


def test_the_database_tells_any_role_which_it_is(alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege('public', 'pg_control_system()', 'execute')")
        assert cursor.fetchone() == (True,) and "-" in changes.database_id()


def test_the_plain_list_is_as_it_was(alice: User, api: APIClient) -> None:
    garment_of(alice, "shirt")
    assert set(api.get("/api/v1/garments/").json()) == {"count", "next", "previous", "results"}
