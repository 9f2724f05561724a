"""The people of a photo: who wears what, and the person as the classifier judges outfits, without face, on white."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from recommender.vision import faces as privacy
from recommender.vision.facts import Box, GarmentFacts, PersonFacts
from recommender.vision.segmentation.detector import Detections


def without_face(image: Image.Image, person: Box | None, faces: Sequence[Box]) -> Image.Image:
    """The person without the face, which would sway the classifier."""
    frame = (person or Box(0, 0, *image.size)).clipped(*image.size).rounded()
    return privacy.blanked(image, faces).crop(frame)


def person_on_white(image: Image.Image, detections: Detections, faces: Sequence[Box]) -> Image.Image:
    """The person on white without the face: both a studio's wall and a face sway the style head."""
    person = without_face(image, detections.person, faces)
    if detections.body is None:
        return person
    body = Image.fromarray((detections.body * 255).astype(np.uint8)).resize(image.size, Image.Resampling.BILINEAR)
    frame = (detections.person or Box(0, 0, *image.size)).clipped(*image.size).rounded()
    alpha = body.crop(frame).point(lambda level: min(255, max(0, 2 * level - 128)))  # an edge, not a haze
    return Image.composite(person, Image.new("RGB", person.size, "white"), alpha)


def people_of(
    detections: Detections, garments: Sequence[GarmentFacts], scale: float, size: tuple[int, int]
) -> list[PersonFacts]:
    """Everybody whose landmarks were found. scale: from the working image to the photo, of `size` (width, height)."""
    return [
        PersonFacts(
            person.box.times(scale).clipped(*size).rounded(),
            person.pose.points,
            person.missing,
            tuple(place for place, garment in enumerate(garments) if garment.person == number),
        )
        for number, person in enumerate(detections.people)
        if person.pose
    ]
