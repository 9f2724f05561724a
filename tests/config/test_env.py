"""Settings are typed and fail loudly, with the variable's name and one sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import env


@pytest.fixture(autouse=True)
def readings_of_these_tests_are_forgotten() -> Iterator[None]:
    """`.env.example` need not name them."""
    known = set(env.KNOWN)
    yield
    env.KNOWN.intersection_update(known)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_TEXT", "")
    assert env.text("X_TEXT", "fallback") == "fallback"


@pytest.mark.parametrize(("value", "read"), [("1", True), ("Yes", True), ("off", False), ("FALSE", False)])
def test_flags_are_read(monkeypatch: pytest.MonkeyPatch, value: str, read: bool) -> None:
    monkeypatch.setenv("X_FLAG", value)
    assert env.flag("X_FLAG", not read) is read


@pytest.mark.parametrize(
    ("reader", "value"), [(env.flag, "perhaps"), (env.integer, "ten")], ids=["no flag", "no number"]
)
def test_what_cannot_be_read_names_its_variable(monkeypatch: pytest.MonkeyPatch, reader, value: str) -> None:
    monkeypatch.setenv("X_BAD", value)
    with pytest.raises(env.BadSetting, match="X_BAD"):
        reader("X_BAD", 0)


def test_a_database_address_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_DB", "postgres://me:se%40cret@db.example:5433/closet?sslmode=require")
    read = env.database("X_DB")
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"], read["NAME"]) == (
        "me", "se@cret", "db.example", "5433", "closet"
    )  # fmt: skip
    assert read["OPTIONS"] == {"sslmode": "require"}


def test_another_database_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_DB", "mysql://db/closet")
    with pytest.raises(env.BadSetting, match="X_DB"):
        env.database("X_DB")


def test_the_secret_is_made_once_and_its_owners_alone(tmp_path: Path) -> None:
    first = env.generated_secret(tmp_path / "deep" / "secret")
    assert first == env.generated_secret(tmp_path / "deep" / "secret")
    assert len(first) > 50
    assert (tmp_path / "deep" / "secret").stat().st_mode & 0o077 == 0
