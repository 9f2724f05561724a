"""What can be wrong with a file or with one row of it, as sentences for the person who brought it."""

from __future__ import annotations


class BadFile(Exception):
    """The file as a whole cannot be imported; the message says why and what to do."""


class BadRow(Exception):
    """One row is refused. column: the file's own name of it, or "". value: the cell, shortened."""

    def __init__(self, reason: str, *, column: str = "", value: str = "") -> None:
        super().__init__(reason)
        self.reason = reason[:400]
        self.column = column[:120]
        self.value = shortened(value)


class BadPhoto(Exception):
    """A photo that cannot be had or used; the message says why."""


class Stopped(Exception):
    """The job was cancelled, or taken away, while a batch was being written."""


def shortened(value: str, limit: int = 120) -> str:
    text = "".join(character if character.isprintable() else " " for character in value[: limit + 1])
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
