"""What a piece of work costs the process that asks for it: processor seconds, and memory at its peak."""

from __future__ import annotations

import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Spent:
    """cpu_s, memory: of this process alone, as the web process would have it; memory in bytes at the peak."""

    cpu_s: float = 0.0
    memory: int = 0


@contextmanager
def measured() -> Iterator[Spent]:
    gc.collect()
    spent, before = Spent(), resource.getrusage(resource.RUSAGE_SELF)
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    resident = _kilobytes("VmRSS")
    yield spent
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent.cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    spent.memory = (_kilobytes("VmHWM") - resident) * 1024


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
