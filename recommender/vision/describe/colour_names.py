"""Words for measured colours.

A measured dye and a colour word are two things: light makes navy measure black, and a name covers a wide field.
So the measured distance to each word and what the describer saw are weighed together, and a dye that stands
between two words is listed under both: people look for it by either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000

from recommender.vision.describe.palette import ANCHORS, NAMES, Colour

# Tuned on validation products: CIEDE2000 steps that make a word e times less likely.
_STEP: Final = 60.0
_DOUBT: Final = 0.003  # a word the network denies is still possible
_BETWEEN: Final = 0.01  # the second word's weight against the first, from which both are said
_MANY: Final = 4
_MANY_SHARE: Final = 0.1


def named(colours: Sequence[Colour], seen: Mapping[str, float]) -> list[Colour]:
    """`colours` (the largest first) with their final names, the two likeliest words of the garment first.

    seen: colour name -> probability by the describer; may be empty, then the nearest word is the name.
    """
    if not colours or not seen:
        return list(colours)
    words = np.stack([_words(colour, seen) for colour in colours])
    total = np.array([colour.share for colour in colours]) @ words
    first, second = (int(index) for index in np.argsort(-total)[:2])
    said = [replace(colour, name=NAMES[int(row.argmax())]) for colour, row in zip(colours, words, strict=True)]
    if total[second] >= _BETWEEN * total[first] and NAMES[second] not in {colour.name for colour in said}:
        said = _under_both(said, words, first, second)
    ordered = sorted(said, key=lambda colour: -colour.share)
    # The two words lead, each with its largest dye; further shades of either follow with the rest.
    leading = [next((colour for colour in ordered if colour.name == NAMES[word]), None) for word in (first, second)]
    heads = [colour for colour in leading if colour is not None]
    return [*heads, *(colour for colour in ordered if not any(colour is head for head in heads))]


def _words(colour: Colour, seen: Mapping[str, float]) -> NDArray[np.float64]:
    """(words,) how likely each word is for one measured colour; sums to 1."""
    apart = deltaE_ciede2000(np.asarray(colour.lab, dtype=np.float32)[None], ANCHORS)
    believed = np.log(np.array([seen.get(name, 0.0) for name in NAMES]) + _DOUBT)
    logits = believed - apart / _STEP
    raised = np.exp(logits - logits.max())
    result: NDArray[np.float64] = raised / raised.sum()
    return result


def _under_both(said: list[Colour], words: NDArray[np.float64], first: int, second: int) -> list[Colour]:
    """The colour that the second word fits best, listed under both words, its share divided by their weight."""
    at = int((np.array([colour.share for colour in said]) * words[:, second]).argmax())
    colour, own = said[at], NAMES.index(said[at].name)
    part = float(words[at, second] / (words[at, own] + words[at, second]))
    both = [
        replace(colour, share=round(colour.share * (1 - part), 4)),
        replace(colour, name=NAMES[second], share=round(colour.share * part, 4)),
    ]
    return [*said[:at], *both, *said[at + 1 :]]


def is_multi(colours: Sequence[Colour]) -> bool:
    """Whether one would call the garment multicoloured: four words, none of them most of it."""
    shares: dict[str, float] = {}
    for colour in colours:
        shares[colour.name] = shares.get(colour.name, 0.0) + colour.share
    return sum(share >= _MANY_SHARE for share in shares.values()) >= _MANY and max(shares.values()) < 0.5
