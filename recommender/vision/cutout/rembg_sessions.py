"""The rembg sessions an operator may choose instead of our own segmentation.

Importing rembg costs a second (half a minute the very first time, for numba's caches), so `cutter` imports this module
only when a session is used.
"""

import warnings

import numpy as np
import rembg.bg
import rembg.session_factory
import rembg.sessions
from numpy.typing import NDArray
from PIL import Image
from rembg.sessions.base import BaseSession

from recommender.vision.models import ModelMissing


def open_session(name: str) -> BaseSession:
    """The rembg session called `name`, a model that the operator put under U2NET_HOME.

    Raises ModelMissing where its file is not there: nothing is downloaded while the product runs.
    """
    kind = rembg.sessions.sessions.get(name)
    if kind is None or not kind.is_local():
        raise ModelMissing(f"rembg has no local model called {name!r}.")
    if kind.resolve_existing(f"{name}.onnx") is None:
        raise ModelMissing(f"{name}.onnx is not under {BaseSession.rembg_home()}; put it there or choose 'otjang'.")
    session: BaseSession = rembg.session_factory.new_session(name)
    return session


def mask_of(image: Image.Image, session: BaseSession) -> NDArray[np.uint8]:
    """(h, w) uint8 alpha from any session; all zero where its network answers with a constant map. image: RGB."""
    with warnings.catch_warnings(), np.errstate(divide="raise", invalid="raise"):
        warnings.simplefilter("ignore")
        try:
            mask = rembg.bg.remove(image, session=session, only_mask=True)
        except FloatingPointError:  # u2net and its kin stretch by (max - min): a constant map is 0/0
            return np.zeros((image.height, image.width), np.uint8)
    alpha = np.asarray(mask.convert("L"))
    # A constant low map means nothing was found; a constant high one is a photo full of cloth.
    return alpha if alpha.max() > 127 else np.zeros_like(alpha)
