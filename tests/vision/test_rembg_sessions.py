"""The rembg sessions an operator may choose."""

import numpy as np
import pytest

from recommender.vision.cutout import rembg_sessions
from recommender.vision.cutout.cutter import RembgCutter
from recommender.vision.models import ModelMissing, Models
from recommender.vision.options import shipped_options
from tests.vision.pictures import shirt
from tests.vision.tiny_networks import write_u2netp

DARK = (20, 20, 30)


def test_a_session_whose_model_is_missing_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "none"))
    with pytest.raises(ModelMissing, match=r"u2net\.onnx"):
        rembg_sessions.open_session("u2net")
    for name in ("no-such-model", "withoutbg"):  # the second would send photos away
        with pytest.raises(ModelMissing):
            rembg_sessions.open_session(name)


@pytest.mark.parametrize("alone", [True, False])
def test_a_session_is_used_for_the_cutout(tmp_path, monkeypatch, alone):
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "home"))
    write_u2netp(tmp_path / "home", constant=False)
    probability = np.ones((24, 24), np.float32)
    cutter = RembgCutter("u2netp", Models(), shipped_options().cutout)
    alpha = cutter(shirt(256, DARK), probability, alone=alone)
    assert alpha.shape == (256, 256) and alpha[128, 128] > 200 and alpha[2, 2] < 30


def test_a_constant_map_is_an_empty_mask_rather_than_a_division_by_zero(tmp_path, monkeypatch):
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "home"))
    write_u2netp(tmp_path / "home", constant=True)
    session = rembg_sessions.open_session("u2netp")
    assert rembg_sessions.mask_of(shirt(64), session).max() == 0
