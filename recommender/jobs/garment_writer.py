"""What was seen becomes garments in the closet: idempotent, and never against the owner's word."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from django.core.files.base import ContentFile
from django.utils import timezone
from numpy.typing import NDArray
from PIL import Image

from catalog import seasons
from catalog.colour_names import leading_names
from catalog.models import Kind
from catalog.taxonomy import ATTRIBUTE_KINDS, KIND_BY_SLUG
from closet.models import Garment, Photo
from closet.models.photos import private_storage
from closet.services.files import NewFiles, files_delete_on_commit
from imaging.decode import WORKING_SIDE, fitted
from imaging.webp import webp
from recommender.index.similarity import nearest_garments
from recommender.models import GarmentEmbedding
from recommender.vision.cutout.cutter import whole_alpha
from recommender.vision.describe.material import possible_materials
from recommender.vision.describe.palette import Colour
from recommender.vision.facts import GarmentFacts

SIDES: Final = {"cutout": 1024, "cutout_medium": 512, "cutout_small": 256}
# What a photo tells of the attributes that only some kinds have; cut and closure are their owner's to say.
SEEN_ATTRIBUTES: Final = ("sleeve", "length", "collar")
SAME_PLACE: Final = 0.5  # overlap (IoU) above which two boxes of one photo hold the same garment
MOSTLY: Final = 0.7
MID_GREY: Final = 127
# What each stage of the pipeline decides, for redoing one alone.
DECIDES: Final[dict[str, frozenset[str]]] = {
    "palette": frozenset({"colours", "colour_names"}),
    "describe": frozenset(
        {
            "kind_id",
            "pattern",
            "material",
            "sleeve",
            "length",
            "collar",
            "seasons",
            "gender",
            "styles",
            "formality",
            "warmth",
            "confidences",
        }
    ),
}


@lru_cache(maxsize=256)
def kind_id(slug: str) -> int:
    """The seeded kind's row; slugs never change (catalog/taxonomy.py)."""
    return Kind.objects.get(slug=slug).pk


class GarmentWriter:
    """Writes the garments of one photo, each as soon as it is known. Used for one run and thrown away.

    A garment that was there before is recognised by its place on the photo, so that corrections stay with it even
    when a newer network lists garments in another order.
    """

    def __init__(self, photo: Photo) -> None:
        self.photo = photo
        self._unseen = list(Garment.objects.filter(photo=photo).select_related("kind").order_by("position"))
        self._positions = {row.position for row in self._unseen}
        self._masks = {row.pk: row.owner_mask.name for row in self._unseen}

    def recognise(self, facts: GarmentFacts) -> Garment | None:
        """The row of this garment if it is known already; each row is given out once."""
        box = self.place(facts)
        best = max(self._unseen, key=lambda row: overlap(row.box, box), default=None)
        if best is None or overlap(best.box, box) < SAME_PLACE:
            # What came along with its photo from another program has no place on it yet.
            best = next((row for row in self._unseen if not row.box), None)
            if best is None:
                return None
        self._unseen.remove(best)
        return best

    def is_drawn(self, facts: GarmentFacts, drawn: Sequence[Garment]) -> bool:
        """Whether this is one of `drawn`, the garments with masks of their owner's, found again.

        A shirt that the owner painted under a coat fills nearly the coat's box: the likest of all decides. What was
        merged or split has another box than what is found again; then most of it lies under the owner's masks.
        """
        box = self.place(facts)
        likest = max((overlap(row.box, box) for row in drawn), default=0.0)
        other = max((overlap(row.box, box) for row in self._unseen), default=0.0)
        if likest >= SAME_PLACE and likest > other:
            return True
        return bool(drawn) and other < SAME_PLACE and self._share_drawn(facts, drawn) >= MOSTLY

    def _share_drawn(self, facts: GarmentFacts, drawn: Sequence[Garment]) -> float:
        """How much of its mask, 0..1, the owner's masks cover."""
        size = working_size(self.photo.width, self.photo.height)
        found = np.asarray(whole_alpha(facts.cutout, size, 1.0)) > MID_GREY
        covered = np.zeros_like(found)
        for row in drawn:
            covered |= np.asarray(Image.fromarray(read_mask(str(row.owner_mask.name))).resize(size)) > MID_GREY
        return float((found & covered).sum() / max(1, found.sum()))

    def drawn_by_owner(self) -> list[Garment]:
        """The garments whose mask is the owner's, all of them marked as seen."""
        drawn = [row for row in Garment.objects.filter(photo=self.photo).exclude(owner_mask="").select_related("kind")]
        self._unseen = [row for row in self._unseen if row.pk not in {one.pk for one in drawn}]
        return drawn

    def write(
        self, facts: GarmentFacts, files: NewFiles, model_key: str, *, row: Garment | None, stage: str = ""
    ) -> Garment:
        """Writes one garment into `row`, or a new one. stage: only what that stage decides. Call inside atomic()."""
        if row is None:
            position = self._free_position()
            row = Garment(owner=self.photo.owner, photo=self.photo, position=position, awaits_review=True)
        else:
            row = Garment.objects.select_for_update(of=("self",)).select_related("kind").get(pk=row.pk)
        seen = seen_fields(facts, owned=row.owner_fields, kind=row.kind if "kind" in row.owner_fields else None)
        if stage in DECIDES:
            seen = {field: value for field, value in seen.items() if field in DECIDES[stage]}
        else:
            old = [getattr(row, field).name for field in (*SIDES, "mask")]
            quality = None if facts.quality is None else round(facts.quality, 3)
            seen |= {"box": self.place(facts), "quality": quality, **self._pictures(facts, files)}
            files_delete_on_commit(names=old)
        for field, value in seen.items():
            setattr(row, field, value)
        if row.pk is None:
            row.save(force_insert=True)
        else:
            row.save(update_fields=[*seen, "updated_at"])
        if stage != "palette" and facts.embedding is not None:
            embedding_write(row, model_key, facts.embedding)
            if row.awaits_review:
                self._note_twin(row, model_key, facts.embedding)
        return row

    def _note_twin(self, row: Garment, model_key: str, vector: NDArray[np.float32]) -> None:
        """Which garment of the closet it looks most like, and how much."""
        siblings = Garment.objects.filter(photo=self.photo).values_list("pk", flat=True)
        near = nearest_garments(
            owner=self.photo.owner,
            vector=vector,
            model_key=model_key,
            limit=1,
            slots=[row.kind.slot],
            without=list(siblings),
        )
        hit = near[0] if near else None
        row.twin_id, row.likeness = (hit.pk, round(1 - hit.distance, 4)) if hit else (None, None)
        row.save(update_fields=["twin", "likeness"])

    def retire_unseen(self) -> None:
        """Garments that are no longer seen go to the bin, unless the owner ever did something with them."""
        for row in self._unseen:
            if row.owner_fields or row.wears or row.is_favourite or row.outfit_items.exists():
                continue
            Garment.objects.filter(pk=row.pk, deleted_at=None).update(deleted_at=timezone.now())

    def masks_changed(self) -> bool:
        """Whether the owner drew or removed a mask since this run began, of a garment that is new even."""
        now = dict(Garment.objects.filter(photo=self.photo).values_list("pk", "owner_mask"))
        return any(self._masks.get(pk, "") != name for pk, name in now.items())

    def place(self, facts: GarmentFacts) -> list[float]:
        """Its box in 0..1 of the upright photo."""
        width, height = self.photo.width, self.photo.height
        x0, y0, x1, y1 = facts.box
        return [round(x0 / width, 4), round(y0 / height, 4), round(x1 / width, 4), round(y1 / height, 4)]

    def _free_position(self) -> int:
        position = next(number for number in range(len(self._positions) + 1) if number not in self._positions)
        self._positions.add(position)
        return position

    def _pictures(self, facts: GarmentFacts, files: NewFiles) -> dict[str, str]:
        """The cutout in three sizes, and the mask over the whole photo. Returns storage names by field."""
        names, picture = {}, facts.picture
        for field, side in SIDES.items():
            picture = fitted(picture, side)
            # What a screen shows is sent often: a sixth smaller, for four more milliseconds once.
            content = webp(picture, method=1 if field == "cutout" else 4)
            names[field] = files.save(Garment, "cutout.webp", ContentFile(content))
        size = working_size(self.photo.width, self.photo.height)
        buffer = io.BytesIO()
        # Greyscale with large flat areas: the quickest level is within a few kilobytes of the best.
        whole_alpha(facts.cutout, size, 1.0).save(buffer, "PNG", compress_level=1)
        names["mask"] = files.save(Garment, "mask.png", ContentFile(buffer.getvalue()))
        return names


def seen_fields(facts: GarmentFacts, *, owned: Sequence[str] = (), kind: Kind | None = None) -> dict[str, Any]:
    """Garment fields from what was seen, without those the owner set.

    kind: the owner's, which warmth, formality and seasons then follow.
    """
    found: dict[str, Any] = {
        "colours": colours_as_json(facts.colours),
        "colour_names": colour_names(facts.colours),
        "seasons": seasons.likely(facts.scores.get("season", {})),
        "styles": rounded(facts.scores.get("style", {})),
    }
    if slug := facts.kind:
        found["kind_id"] = kind_id(slug)
    worn_as = facts.kind if kind is None else kind.parent.slug if kind.parent else kind.slug
    for field in SEEN_ATTRIBUTES:
        found[field] = (facts.best(field)[0] or "") if worn_as in ATTRIBUTE_KINDS[field] else ""
    for field in ("pattern", "gender"):
        if label := facts.best(field)[0]:
            found[field] = label
    possible = possible_materials(facts.scores.get("material", {}), worn_as)
    found["material"] = next(iter(possible), "")
    chances = facts.scores.get("kind", {})
    if kind is not None:
        found |= {"warmth": kind.warmth, "formality": kind.formality}
        found["seasons"] = seasons.likely(seasons.seasons_worn(kind.slug, kind.slot, kind.warmth))
    elif chances:
        # What it is likely to be, weighed: an unsure coat-or-cardigan lies between the two.
        found["warmth"] = round(sum(p * KIND_BY_SLUG[slug].warmth for slug, p in chances.items()), 3)
        found["formality"] = round(sum(p * KIND_BY_SLUG[slug].formality for slug, p in chances.items()), 3)
    held = {*owned, *({"kind_id"} if "kind" in owned else ()), *({"colours"} if "colour_names" in owned else ())}
    kept = {field: value for field, value in found.items() if field not in held}
    kept["confidences"] = {
        field: round(float(facts.best(head)[1]), 3)
        for field, head in (
            *(("kind", "kind"), ("pattern", "pattern"), ("gender", "gender")),
            *((field, field) for field in SEEN_ATTRIBUTES if found[field]),
        )
        if facts.best(head)[0]
    }
    if found["material"]:
        kept["confidences"]["material"] = round(float(possible[found["material"]]), 3)
    return kept


def colours_as_json(colours: Sequence[Colour]) -> list[dict[str, Any]]:
    return [
        {
            "lab": [round(float(v), 2) for v in colour.lab],
            "hex": colour.hex,
            "name": colour.name,
            "share": round(colour.share, 4),
        }
        for colour in colours
    ]


def colour_names(colours: Sequence[Colour]) -> list[str]:
    """The words one would call it by, largest share first, at most three."""
    return leading_names(colours_as_json(colours))


def rounded(scores: Mapping[str, float]) -> dict[str, float]:
    return {label: round(float(chance), 4) for label, chance in scores.items()}


def overlap(one: Sequence[float], two: Sequence[float]) -> float:
    """Intersection over union of two boxes [x0, y0, x1, y1]; 0 where one is empty."""
    if len(one) != 4 or len(two) != 4:
        return 0.0
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = (one[2] - one[0]) * (one[3] - one[1]) + (two[2] - two[0]) * (two[3] - two[1])
    return both / (areas - both)


def working_size(width: int, height: int) -> tuple[int, int]:
    """The size at which a photo of width x height was looked at."""
    ratio = min(1.0, WORKING_SIDE / max(width, height))
    return max(1, round(width * ratio)), max(1, round(height * ratio))


def read_mask(name: str) -> NDArray[np.uint8]:
    """(h, w) uint8 of a stored mask. Raises FileNotFoundError."""
    with private_storage().open(name, "rb") as stream, Image.open(stream) as picture:
        return np.asarray(picture.convert("L"))


def embedding_write(garment: Garment, model_key: str, vector: NDArray[np.float32]) -> None:
    """vector: (256,) float32, L2-normalised."""
    GarmentEmbedding.objects.update_or_create(
        garment=garment, model_key=model_key, defaults={"vector": vector.astype(np.float32).tolist()}
    )
