"""How an import is to be done, as it is kept in `ImportJob.options`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """currency: of prices without one. brand: of all rows, where the file names none.
    fallback_brand: of rows whose brand cannot be told from the name. publish: new things are shown at once.
    unit: of lengths without one ("" guesses). new_kinds: an unknown kind is added where its group is known.
    limit: rows at most, 0 for all. path, photos_path: files on this machine (import from a shell).
    is_attached: a shell waits for it, so no worker may take it up. undo: put back what the job did.
    language: of who started it, in which its problems are written down; "" is the site's.
    """

    currency: str = "KRW"
    brand: str = ""
    fallback_brand: str = "Unbranded"
    publish: bool = False
    unit: str = ""
    new_kinds: bool = True
    limit: int = 0
    path: str = ""
    photos_path: str = ""
    is_attached: bool = False
    undo: bool = False
    language: str = ""

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Options:
        return cls(**{name: value for name, value in stored.items() if name in cls.__dataclass_fields__})

    def stored(self) -> dict[str, Any]:
        return asdict(self)
