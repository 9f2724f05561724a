"""Cutting out through rembg: our own session, and those an operator chooses."""

import numpy as np
import pytest
import rembg

from recommender.vision.cutout.cutter import RembgCutter, rembg_sessions
from recommender.vision.models import ModelMissing, Models
from recommender.vision.segmentation.parser import Parser
from tests.vision.pictures import shirt
from tests.vision.tiny_networks import write_u2netp

DARK = (20, 20, 30)


@pytest.fixture
def parser(tiny_weights):
    return Parser(Models(), tiny_weights)


def test_rembg_removes_a_background_with_our_session(parser):
    image = shirt(256, DARK)
    cutout = rembg.remove(image, session=rembg_sessions.ParserSession(parser=parser))
    alpha = np.asarray(cutout)[..., 3]
    assert cutout.mode == "RGBA" and cutout.size == image.size
    assert alpha[128, 128] == 255 and alpha[2, 2] == 0


def test_our_session_is_known_to_rembg_by_name():
    rembg_sessions.register()
    rembg_sessions.register()
    names = [kind.name() for kind in rembg.session_factory.sessions_class]
    assert names.count("otjang") == 1
    assert isinstance(rembg.new_session("otjang"), rembg_sessions.ParserSession)


def test_an_operators_model_must_be_there(parser, tmp_path, monkeypatch):
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "none"))
    with pytest.raises(ModelMissing, match=r"u2net\.onnx"):
        rembg_sessions.open_session("u2net", parser=parser)
    for name in ("no-such-model", "withoutbg"):  # the second would send photos away
        with pytest.raises(ModelMissing):
            rembg_sessions.open_session(name, parser=parser)


@pytest.mark.parametrize("alone", [True, False])
def test_an_operators_model_is_used(parser, tmp_path, monkeypatch, alone):
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "home"))
    write_u2netp(tmp_path / "home", constant=False)
    image = shirt(256, DARK)
    probability = np.ones((24, 24), np.float32)
    alpha = RembgCutter("u2netp", Models(), parser)(image, probability, alone=alone)
    assert alpha.shape == (256, 256) and alpha[128, 128] > 200 and alpha[2, 2] < 30


def test_a_constant_map_is_nothing_rather_than_a_division_by_zero(parser, tmp_path, monkeypatch):
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "home"))
    write_u2netp(tmp_path / "home", constant=True)
    session = rembg_sessions.open_session("u2netp", parser=parser)
    assert rembg_sessions.mask_of(shirt(64), session).max() == 0
