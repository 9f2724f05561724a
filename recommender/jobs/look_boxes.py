"""Where the pieces of a look are on its photo, as the detector proposes them to staff."""

from __future__ import annotations

from catalog.models import Look
from catalog.services.looks import look_boxes_answer
from imaging import decode as images
from recommender.jobs.engine import engine
from recommender.vision import pipeline


def propose(look_id: int) -> None:
    """Looks at the photo and leaves the proposal for the editor. A look that is gone is nobody's."""
    look = Look.objects.filter(pk=look_id).exclude(photo="").first()
    if look is None:
        return
    try:
        with look.photo.open("rb") as file:
            decoded = images.decode(file.read())
    except (OSError, images.BadImage):
        look_boxes_answer(look_id=look_id, pieces=None)
        return
    facts = pipeline.analyse(decoded, engine=engine())
    pieces = []
    for garment in (one for one in facts.garments if one.clear):
        x0, y0, x1, y1 = garment.box
        box = [x0 / facts.width, y0 / facts.height, x1 / facts.width, y1 / facts.height]
        pieces.append({"kind": garment.best("kind")[0], "box": [round(min(max(side, 0), 1), 4) for side in box]})
    look_boxes_answer(look_id=look_id, pieces=pieces)
