"""analyse_photos and evaluate_vision: the engine from the command line, without a database."""

import csv
import io
import json
import tarfile

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from recommender.management.commands import analyse_photos, evaluate_vision
from tests.fakes import fake_engine
from tests.vision.pictures import encoded, shirt
from training.vision import measured


@pytest.fixture(autouse=True)
def fakes(monkeypatch):
    for command in (analyse_photos, evaluate_vision):
        monkeypatch.setattr(command.pipeline, "engine", fake_engine)


def lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_folder_becomes_json_lines_and_masks(tmp_path):
    photos, out, masks = tmp_path / "photos", tmp_path / "out.jsonl", tmp_path / "masks"
    photos.mkdir()
    (photos / "shirt.jpg").write_bytes(encoded(shirt(300).resize((2000, 2000))))
    (photos / "wall.png").write_bytes(encoded(Image.new("RGB", (100, 80)), "PNG"))
    (photos / "notes.txt").write_text("no photo")
    call_command("analyse_photos", str(photos), json=out, cutouts=masks)
    found, wall = lines(out)
    assert found["file"].endswith("shirt.jpg") and wall["scene"] == "none"
    mask = Image.open(masks / found["garments"][0]["mask"])
    assert mask.mode == "L" and mask.size == (2000, 2000)
    x0, y0, x1, y1 = found["garments"][0]["box"]
    inside = np.asarray(mask)[y0:y1, x0:x1]
    assert inside.mean() > 100 and float(np.asarray(mask).sum()) == pytest.approx(float(inside.sum()), rel=0.01)


def test_a_bad_photo_does_not_stop_the_rest(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff rubbish")
    (tmp_path / "b.png").write_bytes(encoded(shirt(), "PNG"))
    call_command("analyse_photos", str(tmp_path), json=tmp_path / "out.jsonl")
    bad, good = lines(tmp_path / "out.jsonl")
    assert bad["error"]["code"] == "truncated" and bad["scene"] == "none" and bad["garments"] == []
    assert good["scene"] == "garment"


def test_without_a_file_the_lines_are_printed(tmp_path, capsys):
    (tmp_path / "b.png").write_bytes(encoded(shirt(), "PNG"))
    call_command("analyse_photos", str(tmp_path / "b.png"))
    assert json.loads(capsys.readouterr().out)["garments"][0]["mask"] is None


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("analyse_photos", str(tmp_path / "nowhere.jpg"))


def folder(path, source: str, rows: list[dict], files: dict[str, bytes]) -> None:
    with (path / f"{source}.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with tarfile.open(path / f"{source}.tar", "w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def test_figures_are_printed_with_interval_split_and_floor(tmp_path, capsys):
    rows = [{"file": f"{n}.png", "label": "T-Shirt", "kids": "False", "sender_id": str(n)} for n in range(4)]
    folder(tmp_path, "closet_photos", rows, {row["file"]: encoded(shirt(), "PNG") for row in rows})
    call_command("evaluate_vision", data=tmp_path, split="all", only=["closet"], limit=3)
    printed = capsys.readouterr().out
    assert "kind of a closet photo, 10 classes" in printed and "floor 0.94" in printed
    assert "[1.000, 1.000]   n=3      all" in printed  # the scene of three photos

    assert "scene of a closet photo is 'garment'" in printed and "3 photos in" in printed


def test_validation_is_split_by_sender_not_by_chance(tmp_path):
    rows = [{"file": f"{n}.png", "label": "Hat", "kids": "", "sender_id": str(n // 10)} for n in range(100)]
    folder(tmp_path, "closet_photos", rows, {row["file"]: b"x" for row in rows})
    held = {row["sender_id"] for row, _, _ in measured.Photos(tmp_path, "validation", None).of("closet_photos")}
    photos = [row for row, _, _ in measured.Photos(tmp_path, "validation", None).of("closet_photos")]
    assert 0 < len(held) < 10 and len(photos) == 10 * len(held)


def test_a_row_says_whether_target_and_floor_are_met():
    assert "target met" in measured.Row("x", 0.98, 10, 0.97, 0.94).line("report")
    assert "floor met" in measured.Row("x", 0.95, 10, 0.97, 0.94).line("report")
    assert "BELOW" in measured.Row("x", 0.90, 10, 0.97, 0.94).line("report")
