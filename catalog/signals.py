"""What the catalogue announces. It never knows who listens."""

from django.dispatch import Signal

products_changed = Signal()  # product_ids: list[int], in need of new embeddings and keywords
looks_changed = Signal()  # look_ids: list[int]
brands_changed = Signal()  # brand_ids: list[int]
import_requested = Signal()  # job_id: int; a worker is to run it
feed_requested = Signal()  # feed_id: int, is_dry_run: bool; a worker is to fetch it
look_boxes_wanted = Signal()  # look_id: int; the detector is to propose where its pieces are
