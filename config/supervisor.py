"""Keeps the parts of a running `./run` alive: what ends by itself is started again, later each time it ends at once.

A part is a name for people, whether it lives, and how it is started. One loop looks at all of them, and nothing in it
waits.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from config.embedded import Services, die_with_parent

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 30.0
STEADY_S: Final = 60.0  # who lived so long begins anew with the first pause


class Part(Protocol):
    @property
    def name(self) -> str: ...

    def is_alive(self) -> bool: ...

    def start(self) -> None: ...

    def how_it_ended(self) -> str: ...


class Program:
    """A process of ours with its children, in a session of its own so that a Ctrl-C reaches it through us."""

    def __init__(self, name: str, command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.command, self.folder, self.environment = command, folder, environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._end_children()  # of the process that was
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, env=self.environment, start_new_session=True, preexec_fn=die_with_parent
        )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def how_it_ended(self) -> str:
        code = self.process.returncode if self.process is not None else 0
        return signal.Signals(-code).name if code < 0 else f"status {code}"

    def _end_children(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, patience: float) -> None:
        """Waits for the end of what was asked to stop, then ends what is left of it, its children too."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.1, patience))
        self._end_children()


@dataclass(frozen=True)
class Service:
    """Postgres or Redis of our own."""

    name: str
    is_alive: Callable[[], bool]
    start: Callable[[], None]

    def how_it_ended(self) -> str:
        return "its log says why"


def services_of(services: Services) -> list[Part]:
    return [
        Service("Postgres", services.postgres_lives, services.postgres_restart),
        Service("Redis", services.redis_lives, services.redis_restart),
    ]


class Supervisor:
    def __init__(
        self, parts: Sequence[Part], say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.parts = parts
        self.say = say
        self.clock = clock
        self._started = dict.fromkeys((part.name for part in parts), clock())
        self._ends: dict[str, int] = {}
        self._due: dict[str, float] = {}

    def look(self) -> None:
        """One round: notes what ended, starts what is due."""
        for part in self.parts:
            now = self.clock()
            if part.name in self._due:
                if now >= self._due[part.name]:
                    self._start_again(part)
            elif not part.is_alive():
                self._note_end(part, part.how_it_ended())

    def _note_end(self, part: Part, how: str) -> None:
        now = self.clock()
        lived = now - self._started[part.name]
        ends = self._ends[part.name] = 1 if lived > STEADY_S else self._ends.get(part.name, 0) + 1
        pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (ends - 1))
        self._due[part.name] = now + pause
        self.say(f"{part.name} ended by itself ({how}); it is started again in {pause:g} s")

    def _start_again(self, part: Part) -> None:
        del self._due[part.name]
        self._started[part.name] = self.clock()
        try:
            part.start()
        except OSError as error:  # a full disk, no more processes: later perhaps
            self._note_end(part, error.strerror or str(error))
        else:
            self.say(f"{part.name} is started again")
