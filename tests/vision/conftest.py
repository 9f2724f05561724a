"""Fixtures of the vision tests."""

from pathlib import Path

import pytest

from recommender.vision.cards import WEIGHTS
from tests.vision.tiny_networks import write_classifier, write_parser, write_refinement


@pytest.fixture
def tiny_weights(tmp_path: Path) -> Path:
    """A folder with a parser, a classifier and a refinement of a few numbers."""
    write_parser(tmp_path)
    write_classifier(tmp_path)
    write_refinement(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def real_engine():
    """The engine that ships."""
    from recommender.vision import pipeline

    if not all((WEIGHTS / f"{name}.onnx").is_file() for name in ("parser", "classifier", "refinement")):
        pytest.skip("the networks are not built yet (python -m training)")
    return pipeline.engine(pipeline.Options())
