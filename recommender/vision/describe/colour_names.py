"""Names of a garment's measured colours: `catalog.colour_names`, and one entry a name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalog.colour_names import colour_names
from recommender.vision.describe.palette import Colour, merged_by_name


def named(colours: Sequence[Colour], seen: Mapping[str, float]) -> list[Colour]:
    """`colours` with their final names, each name once, the largest share first, shares summing to 1.

    seen: colour name -> probability by the classifier, which breaks ties between names about as near to the measured
    colour; may be empty, then the nearest name stays.
    """
    names = colour_names([colour.lab for colour in colours], seen)
    return merged_by_name([replace(colour, name=name) for colour, name in zip(colours, names, strict=True)])
