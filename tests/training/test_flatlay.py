"""The renderer makes the assets that ship."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog import flatlay

pytest.importorskip("scipy")
pytest.importorskip("skimage")

from training.flatlay.assets import write
from training.flatlay.silhouettes import SILHOUETTES


def test_renderer_and_index_know_the_same_silhouettes():
    def described(shape: object) -> tuple[object, ...]:
        return tuple(getattr(shape, name) for name in ("slug", "kind", "en", "ko", "materials", "patterned", "family"))

    assert [*map(described, SILHOUETTES.values())] == [*map(described, flatlay.SILHOUETTES.values())]


def test_rebuilt_silhouette_is_the_one_that_ships(tmp_path: Path):
    (tmp_path / "index.json").write_bytes((flatlay.FOLDER / "index.json").read_bytes())
    write(tmp_path, ["beanie"])
    assert (tmp_path / "index.json").read_text("utf-8") == (flatlay.FOLDER / "index.json").read_text("utf-8")
    for name, apart in (("beanie.webp", 1.0), ("beanie.parts.webp", 0.01)):
        built, shipped = (
            np.asarray(Image.open(folder / "silhouettes" / name), float) for folder in (tmp_path, flatlay.FOLDER)
        )
        # Encoders differ in their last bit from release to release.
        assert built.shape == shipped.shape and np.abs(built - shipped).mean() < apart
