"""How inspiration is measured: pairs that show one garment, boxes carried over, what was not found counted."""

import io
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from PIL import Image, ImageDraw

from recommender.stylist.pieces import piece_of_kind
from training.stylist import inspiration
from training.stylist.inspiration import Asked, Trial, another_photo, mirrored, rows_of


def vector(seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=256)
    return np.asarray(drawn / np.linalg.norm(drawn), np.float32)


def test_another_photo_shows_the_whole_garment(monkeypatch: pytest.MonkeyPatch) -> None:
    grey = np.full((inspiration.SIZE, inspiration.SIZE, 3), 128, np.uint8)
    monkeypatch.setattr(inspiration, "made_textures", lambda count, size, seed: [grey] * count)
    cutout = Image.new("RGBA", (200, 300))
    ImageDraw.Draw(cutout).rectangle((10, 10, 190, 290), fill=(20, 220, 60, 255))
    made = [another_photo(cutout, np.random.default_rng(seed)) for seed in range(6)]
    for picture in made:
        pixels = np.asarray(picture, np.float32)
        green = pixels[..., 1] - pixels[..., ::2].max(axis=-1) > 70
        assert picture.size == (inspiration.SIZE, inspiration.SIZE) and 0.08 < green.mean() < 0.6
        edge = np.concatenate([green[0], green[-1], green[:, 0], green[:, -1]])
        assert edge.mean() < 0.05, "it lies inside the picture"
    assert len({picture.tobytes() for picture in made}) == len(made)


def test_a_mirrored_photos_boxes_are_carried_over() -> None:
    picture = Image.new("RGB", (200, 300), (90, 90, 90))
    ImageDraw.Draw(picture).rectangle((30, 60, 80, 180), fill=(255, 255, 255))
    altered, matrix = mirrored(picture, np.random.default_rng(1))
    grey = np.asarray(altered.convert("L"), np.float32)
    rows, columns = np.nonzero(grey > (grey.min() + grey.max()) / 2)
    seen = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert seen[0] > 100 and inspiration._iou(inspiration._moved((30, 60, 80, 180), matrix), seen) > 0.9


def test_what_was_not_found_counts_against_every_judge() -> None:
    mine = [piece_of_kind(slug, slug, embedding=vector(at)) for at, slug in enumerate(["shirt", "jeans", "coat"])]
    shirt, jeans = (one.with_(id=f"seen {one.id}") for one in mine[:2])
    asked = [Asked((shirt, jeans), ("shirt", "jeans"), "a"), Asked((), (), "b", missed=1)]
    for row in rows_of(Trial(mine, asked), "made up"):
        assert (row.count, row.value) == (3, pytest.approx(2 / 3)) and "closet of 3" in row.note


def test_the_command_measures_beside_a_baseline(shared_data: Path) -> None:
    out = io.StringIO()
    call_command("evaluate_inspiration", data=shared_data, split="tune", limit=2, stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 7 and "embedding alone" in lines[0] and "as one outfit" in lines[2] and "n=2" in lines[2]
