"""Our parser as a rembg session, and the sessions an operator may choose instead.

Importing rembg costs a second (half a minute the very first time, for numba's caches): only who cuts
something out imports this module.
"""

import warnings
from typing import Any

import numpy as np
import rembg.bg
import rembg.session_factory
import rembg.sessions
from numpy.typing import NDArray
from PIL import Image
from rembg.sessions.base import BaseSession

from recommender.vision.cutout.matting import guided_filter
from recommender.vision.models import ModelMissing, Models
from recommender.vision.segmentation.parser import BACKGROUND, Parser

OWN = "otjang"


class ParserSession(BaseSession):
    """The parser's mask behind rembg's interface: `rembg.remove(photo, session=ParserSession())`.

    A caller that has already looked passes `probability`, the (h, w) float32 it wants guided_filter.
    """

    def __init__(self, model_name: str = OWN, sess_opts: Any = None, *args: Any, **kwargs: Any) -> None:
        # Not super().__init__: it opens a file of its own, ours is open already.
        self.model_name = model_name
        self._parser: Parser = kwargs.get("parser") or Parser(Models())

    def predict(self, img: Image.Image, *args: Any, **kwargs: Any) -> list[Image.Image]:
        probability: NDArray[np.float32] | None = kwargs.get("probability")
        image = img.convert("RGB")
        if probability is None:
            probability = 1 - self._parser(image).probability(BACKGROUND)
        return [Image.fromarray(guided_filter(np.asarray(image), probability))]

    @classmethod
    def name(cls, *args: Any, **kwargs: Any) -> str:
        return OWN


def register() -> None:
    """Make `rembg.new_session("otjang")` work. Idempotent."""
    if OWN not in rembg.sessions.sessions:
        rembg.sessions.sessions[OWN] = ParserSession
        rembg.session_factory.sessions_class.append(ParserSession)


def open_session(name: str, *, parser: Parser) -> BaseSession:
    """The rembg session called `name`: "otjang", or a model the operator put under U2NET_HOME.

    Raises ModelMissing where its file is not there: nothing is downloaded while the product runs.
    """
    register()
    if name == OWN:
        return ParserSession(parser=parser)
    kind = rembg.sessions.sessions.get(name)
    if kind is None or not kind.is_local():
        raise ModelMissing(f"rembg knows no local model called {name!r}.")
    if kind.resolve_existing(f"{name}.onnx") is None:
        raise ModelMissing(f"{name}.onnx is not under {BaseSession.rembg_home()}; put it there or choose {OWN!r}.")
    session: BaseSession = rembg.session_factory.new_session(name)
    return session


def mask_of(image: Image.Image, session: BaseSession, **wishes: Any) -> NDArray[np.uint8]:
    """(h, w) uint8 alpha from any session; all zero where its network answers with a constant map."""
    with warnings.catch_warnings(), np.errstate(divide="raise", invalid="raise"):
        warnings.simplefilter("ignore")
        try:
            mask = rembg.bg.remove(image, session=session, only_mask=True, **wishes)
        except FloatingPointError:  # u2net and its kin stretch by (max - min): a constant map is 0/0
            return np.zeros((image.height, image.width), np.uint8)
    alpha = np.asarray(mask.convert("L"))
    # A map that is the same everywhere, and low, is nothing found; the same and high is a photo full of cloth.
    return alpha if alpha.max() > 127 else np.zeros_like(alpha)
