"""A training's log, as pictures."""

import json
from pathlib import Path

import numpy as np

from training.vision.curves import draw_all, read_log, smoothed


def test_a_log_becomes_a_picture(tmp_path: Path) -> None:
    lines = [{"at": "10:00:00", "event": "start", "crops": {"closet": 3}}]
    for phase in ("first", "second"):
        lines += [
            {"phase": phase, "step": s, "progress": s / 4, "speed": 9.0, "kind": 1 / (s + 1)} for s in range(1, 4)
        ]
        lines += [{"event": "measured", "phase": phase, "step": 3, "closet kind": 0.5}]
    run = tmp_path / "classifier"
    run.mkdir()
    (run / "log.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    steps, measured = read_log(run / "log.jsonl")
    assert len(steps) == 6 and [line["phase"] for line in measured] == ["first", "second"]
    (picture,) = draw_all(tmp_path)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_running_mean_averages_all_values_at_its_start() -> None:
    assert np.allclose(smoothed([4.0, 2.0, 0.0, 0.0, 0.0, 0.0]), [4, 3, 2, 1.5, 1.2, 0.4])
