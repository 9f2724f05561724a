"""How two OpenAPI documents differ, each change by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

VERBS = {"get", "post", "put", "patch", "delete"}


def schema_changes(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """One line a change: `removed: GarmentOut.title`, `changed: GarmentOut.wears type: 'integer' -> 'string'`.

    before, after: documents, or the same place in both. What is new or gone is told once, not with all that it holds.
    """
    before, after = _by_name(before), _by_name(after)
    if not (isinstance(before, dict) and isinstance(after, dict)):
        if before != after:
            yield f"changed: {at}: {before!r} -> {after!r}"
        return
    for name in [*before, *(name for name in after if name not in before)]:
        place = _place(at, name)
        if name not in after:
            yield f"removed: {place}"
        elif name not in before:
            yield f"added: {place}"
        else:
            yield from schema_changes(before[name], after[name], place)


def _by_name(value: Any) -> Any:
    """A list whose order tells nothing as a dictionary: parameters, names of required fields, values of an enum."""
    if not isinstance(value, list):
        return value
    if all(isinstance(one, dict) and "name" in one for one in value):
        return {f"{one.get('in', '')} {one['name']}".strip(): one for one in value}
    if all(isinstance(one, str | int | None) for one in value):
        return {str(one): one for one in value}
    return dict(enumerate(value))


def _place(at: str, name: Any) -> str:
    """As one would say it: `GET /api/v1/garments/ parameters query kind`, `GarmentOut.title maxLength`."""
    if at in ("paths", "components", "components schemas"):
        return str(name) if at != "components" else f"components {name}"
    if at.startswith("/") and " " not in at and name in VERBS:
        return f"{name.upper()} {at}"
    if name == "properties":
        return at + "."
    return f"{at}{name}" if at.endswith(".") else f"{at} {name}".strip()
