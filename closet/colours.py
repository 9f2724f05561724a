"""A screen colour for each colour word."""

from __future__ import annotations

from catalog import taxonomy
from imaging.colour import hex_of_lab

# `multi` has no one colour, so it is not here.
COLOUR_HEX: dict[str, str] = {colour.slug: hex_of_lab(colour.lab) for colour in taxonomy.COLOURS if colour.lab}
