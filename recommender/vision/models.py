"""Where networks live in memory: opened when first needed, once a process, by two threads each."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.vision.cards import WEIGHTS, Card, load_card, verify

T = TypeVar("T")
_MISSING = "{} is not in {}; training says how it is built."


class ModelMissing(Exception):
    """A network's file is not there; the message names it and what to do."""


class Session(Protocol):
    """What we use of an onnxruntime.InferenceSession; tests hand in their own."""

    def run(self, outputs: list[str] | None, feed: dict[str, NDArray[Any]], /) -> list[NDArray[np.float32]]: ...


class Models:
    """A cache of open networks keyed by name, with one lock a name: two threads never open one twice,
    and opening a large one does not hold up a small one."""

    def __init__(self, *, threads: int = 2) -> None:
        self.threads = threads
        self._open: dict[str, Any] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, name: str, build: Callable[[], T]) -> T:
        """The network `name`, built by `build` on first use."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._open:
                self._open[name] = build()
            opened: T = self._open[name]
            return opened

    def card(self, name: str, folder: Path = WEIGHTS) -> Card:
        """The card `name`.json of `folder`. Raises ModelMissing, or BadCard where it is incomplete."""

        def read() -> Card:
            try:
                return load_card(name, folder)
            except FileNotFoundError:
                raise ModelMissing(_MISSING.format(f"{name}.json", folder)) from None

        return self.get(f"card {folder / name}", read)

    def network(self, name: str, folder: Path = WEIGHTS) -> Session:
        """The network of that card, its file compared with the card's sha256 once. Raises as `card`."""
        card = self.card(name, folder)

        def build() -> Session:
            path = folder / card.file
            if not path.is_file():
                raise ModelMissing(_MISSING.format(card.file, folder))
            verify(card, folder)
            return self.session(path)

        return self.get(f"network {folder / name}", build)

    def session(self, model: Path | bytes) -> Session:
        """A fresh onnxruntime session of a file or of a serialised graph."""
        import onnxruntime as ort  # not at import: whoever only reads facts needs no runtime

        options = ort.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        # Photos come in every shape: an arena kept at the largest one is memory never given back.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        # Idle threads that spin save a millisecond here and burn the other worker's processor.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        source = model if isinstance(model, bytes) else str(model)
        session: Session = ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        return session


class CardedNetwork:
    """A network of ours: NAME.onnx as NAME.json says. Raises ModelMissing on first use where it is not installed."""

    NAME: ClassVar[str]

    def __init__(self, models: Models, folder: Path = WEIGHTS) -> None:
        self._models, self._folder = models, folder

    @property
    def card(self) -> Card:
        return self._models.card(self.NAME, self._folder)

    @property
    def key(self) -> str:
        return self.card.key

    @property
    def session(self) -> Session:
        return self._models.network(self.NAME, self._folder)
