"""What the closet announces. It never knows who listens."""

from django.dispatch import Signal

photo_added = Signal()  # photo_id: UUID; also sent for a retry
closet_import_asked = Signal()  # import_id: int; to be looked at, or brought in once it is confirmed
export_asked = Signal()  # export_id: int
garment_drawn = Signal()  # garment_id: int; added without a photo, in need of an embedding
lookalikes_asked = Signal()  # garment: Garment, candidates: list[int]; a receiver may answer those alike, nearest first
stage_wanted = Signal()  # garment_id: int, stage: str; one stage of the analysis is to be done again
body_shape_asked = Signal()  # measures: {zone: mm}; a receiver answers the shape's slug, "" for none
