"""Curves of a training from its log: `python -m training curves` writes one PNG a run.

Above: what was lost, smoothed, part by part. Below: what each phase reached on held-back photos.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

_FACTS = frozenset({"at", "phase", "step", "progress", "speed"})
_SMOOTH = 5  # log lines
_MOST = 12  # figures drawn: the rest is in the log


def read_log(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(lines of steps, lines of measurements) of a `log.jsonl`, in order."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [line for line in lines if "progress" in line], [line for line in lines if line.get("event") == "measured"]


def smoothed(values: list[float]) -> np.ndarray:
    """A running mean over the last few values, as long as the input."""
    sums = np.cumsum([0.0, *values])
    first = np.maximum(0, np.arange(1, len(values) + 1) - _SMOOTH)
    last = np.arange(1, len(values) + 1)
    return np.asarray((sums[last] - sums[first]) / (last - first))


def draw(log: Path, picture: Path) -> None:
    """Draw the curves of one log into `picture` (PNG)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    steps, measured = read_log(log)
    figure, (above, below) = pyplot.subplots(2, 1, figsize=(10, 9), layout="constrained")
    parts: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, line in enumerate(steps):
        for name in line.keys() - _FACTS:
            parts[name].append((at, line[name]))
        if at and line["phase"] != steps[at - 1]["phase"]:
            above.axvline(at, color="grey", linewidth=0.5)
            above.annotate(line["phase"], (at, 1), xycoords=("data", "axes fraction"), fontsize=7, va="top")
    for name, points in sorted(parts.items()):
        above.plot([at for at, _ in points], smoothed([value for _, value in points]), label=name, linewidth=1)
    above.set_title(f"{log.parent.name}: loss, by part")
    above.set_yscale("log")
    above.legend(fontsize=7, ncols=3)
    figures: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, line in enumerate(measured):
        for name, value in line.items():
            if isinstance(value, float) and 0 <= value <= 1:
                figures[name].append((at, value))
    for name in sorted(figures, key=lambda name: -len(figures[name]))[:_MOST]:
        below.plot(*zip(*figures[name], strict=True), marker="o", label=name, linewidth=1)
    below.set_xticks(range(len(measured)), [line["phase"] for line in measured], fontsize=7)
    below.set_title("held-back photos, after each phase")
    below.legend(fontsize=7, ncols=2)
    figure.savefig(picture, dpi=110)
    pyplot.close(figure)


def draw_all(work: Path) -> list[Path]:
    """Draw every training of a work folder; returns the pictures' paths."""
    drawn = []
    for log in sorted(work.glob("*/log.jsonl")):
        picture = log.with_name("curves.png")
        draw(log, picture)
        drawn.append(picture)
    return drawn
