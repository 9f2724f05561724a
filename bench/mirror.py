"""An outfit of five in the mirror, in CPU time: from cutouts to the picture, beside pasting the cutouts where they go.

Real garments on a photographed person, and memory: `manage.py evaluate_tryon --only seconds` (figures.md).
"""

from __future__ import annotations

from typing import Any

from PIL import Image

from bench.timing import row
from bench.vision import cpu_ms
from catalog.flatlay import GarmentSpec, illustrate
from recommender.stylist.pieces import piece_of_kind
from recommender.stylist.tryon.figure import of_measures
from recommender.stylist.tryon.layers import order
from recommender.stylist.tryon.ways import way_of
from recommender.vision.models import Models
from recommender.vision.tryon.landmark_network import LandmarkNetwork
from recommender.vision.tryon.landmarks import garment_of
from recommender.vision.tryon.paint import SIZE, Worn, mannequin, paint

KINDS = ("t-shirt", "jeans", "coat", "sneakers", "beanie")


def run() -> list[dict[str, Any]]:
    pictures = {kind: illustrate(GarmentSpec(kind, ((40.0, 8.0, -20.0),)), size=640) for kind in KINDS}
    network = LandmarkNetwork(Models(threads=1))
    figure = of_measures({"height": 1660}, "women", size=SIZE)

    def landmarks() -> list[Worn]:
        pieces = [piece_of_kind(number, kind) for number, kind in enumerate(KINDS)]
        ways = {piece.kind: way_of(piece, pieces) for piece in pieces}
        found = []
        for piece in order(pieces, list(ways.values())):
            picture = pictures[piece.kind].convert("RGBA")
            garment = garment_of(picture, piece.kind, piece.slot, network=network)
            found.append(Worn(picture, garment, ways[piece.kind]))
        return found

    def sketch() -> Image.Image:
        return paint(mannequin(figure), landmarks()).image

    def pasted() -> Image.Image:
        page = Image.fromarray(mannequin(figure).pixels.astype("uint8"))
        for one in landmarks():
            small = one.picture.resize((SIZE[0] // 2, SIZE[0] // 2))
            page.paste(small, (SIZE[0] // 4, SIZE[1] // 4), small)
        return page

    found, spread = cpu_ms(sketch)
    seen, seen_spread = cpu_ms(landmarks)
    paste, paste_spread = cpu_ms(pasted)
    return [
        row(
            "mirror: five pieces on a mannequin", found, spread, found / paste, "CPU, landmarks and all; goal 1,500 ms"
        ),
        row("mirror: their landmarks alone", seen, seen_spread),
        row("mirror: mannequin, landmarks, cutouts pasted", paste, paste_spread, 1.0),
    ]
