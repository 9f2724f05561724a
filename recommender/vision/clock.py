"""How long each stage of the pipeline takes, told as it begins."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

OnStage = Callable[[str], None]


@dataclass
class Clock:
    """Measures milliseconds a stage, and tells `on_stage` of each as it begins."""

    say: OnStage | None = None
    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        if self.say and stage not in self.ms:
            self.say(stage)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.ms[stage] = self.ms.get(stage, 0.0) + (time.perf_counter() - start) * 1000
