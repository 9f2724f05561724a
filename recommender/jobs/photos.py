"""The worker's side of a photo: claim the row, look at the picture, write what was seen.

The web process never imports this module.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from closet.models import Garment, Photo
from closet.problems import SENTENCES, PhotoProblem
from closet.services.files import NewFiles, files_delete_on_commit, is_store_away, new_files
from closet.services.hashing import nearest_of, perceptual_hash
from closet.services.review import hang_without_asking
from imaging import decode as images
from imaging.webp import webp
from recommender.jobs.engine import engine
from recommender.jobs.garment_writer import GarmentWriter, embedding_write, overlap, read_mask, rounded
from recommender.jobs.lease import renewed
from recommender.jobs.unreadable import mark_unreadable
from recommender.queue import enqueue
from recommender.vision import pipeline
from recommender.vision.cutout.ghost import without_ghost
from recommender.vision.faces import blurred
from recommender.vision.facts import GarmentFacts, PhotoFacts
from recommender.vision.models import ModelMissing

log = logging.getLogger(__name__)


# --- One photo --------------------------------------------------------------------------------------------


def run(photo_id: str | UUID) -> None:
    """Looks at a photo that waits. A photo that is gone, taken or done is left alone; nothing is raised."""
    photo = claim(photo_id)
    if photo is None:
        return
    try:
        with renewed(lambda: _ours(photo).update(alive_at=timezone.now())):
            _look(photo)
    except Superseded:
        log.info("photo %s was taken over or deleted meanwhile", photo.pk)
    except PhotoProblem as problem:
        if is_store_away(problem):
            _wait_for_store(photo)
        else:
            _fail(photo, problem.code)
    except images.BadImage as bad:
        _fail(photo, bad.code if bad.code in SENTENCES else "corrupt")
    except FileNotFoundError:
        _fail(photo, "original_missing")
    except ModelMissing as missing:
        log.error("photo %s: %s", photo.pk, missing)
        _fail(photo, "not_ready", str(missing))
    except SoftTimeLimitExceeded:
        _fail(photo, "too_slow", f"stage {photo.stage}")
    except Exception as error:  # whatever a picture of a stranger provokes: counted, told, never looping
        if is_store_away(error):
            _wait_for_store(photo)
        else:
            log.exception("photo %s, attempt %d, stage %s", photo.pk, photo.attempts, photo.stage)
            _fail_or_wait(photo, f"{type(error).__name__}: {error}"[:500])


def claim(photo_id: str | UUID) -> Photo | None:
    """The photo, now ours alone, or None when there is nothing to do. Counts the attempt."""
    now = timezone.now()
    waiting = Photo.objects.filter(pk=photo_id, status=Photo.Status.QUEUED)
    taken = waiting.filter(attempts__lt=Photo.MAX_ATTEMPTS).update(
        status=Photo.Status.RUNNING, stage=Photo.Stage.DECODE, attempts=F("attempts") + 1, claimed_at=now, alive_at=now
    )
    if taken:
        return Photo.objects.select_related("owner").get(pk=photo_id)
    waiting.update(status=Photo.Status.FAILED, error_code="gave_up", finished_at=now)
    return None


class Superseded(Exception):
    """The photo is no longer ours: deleted, or taken up by another worker that believed us dead."""


def _ours(photo: Photo) -> Any:
    """The photo as long as our claim holds."""
    return Photo.objects.filter(pk=photo.pk, status=Photo.Status.RUNNING, claimed_at=photo.claimed_at)


def _look(photo: Photo) -> None:
    clock = time.perf_counter
    start = clock()
    with photo.original.open("rb") as file:
        decoded = images.decode(file.read())
    decode_ms = (clock() - start) * 1000
    photo.width, photo.height = decoded.width, decoded.height
    _note_looks(photo, decoded)

    def on_stage(stage: str) -> None:
        if stage != photo.stage and stage in Photo.Stage.values:
            photo.stage = stage
            if not _ours(photo).update(stage=stage):
                raise Superseded

    writer = GarmentWriter(photo)
    vision = engine()
    drawn = writer.drawn_by_owner()
    save_ms = 0.0

    def save(facts: GarmentFacts, row: Garment | None) -> int:
        nonlocal save_ms
        began = clock()
        with new_files() as files, transaction.atomic():
            if _ours(photo).select_for_update().values("pk").first() is None:
                raise Superseded
            written = writer.write(facts, files, vision.classifier.key, row=row)
        save_ms += (clock() - began) * 1000
        return written.position

    positions: dict[int, int] = {}  # of the garments as they were found

    def on_garment(number: int, facts: GarmentFacts) -> None:
        if not facts.clear:
            return  # nobody wants the sliver of a shirt under a coat to hang in their closet
        # Found again, but its owner knows better where it ends: it follows below, from their mask.
        if not writer.is_drawn(facts, drawn):
            positions[number] = save(facts, writer.recognise(facts))

    facts = pipeline.analyse(decoded, engine=vision, on_stage=on_stage, on_garment=on_garment)
    for row in drawn:
        mask = read_mask(str(row.owner_mask.name))
        redone = pipeline.analyse(decoded, engine=vision, mask_override=mask)
        for stage, spent in redone.ms.items():
            facts.ms[stage] = facts.ms.get(stage, 0.0) + spent
        save(redone.garments[0], row)
    on_stage(Photo.Stage.SAVE)
    facts.ms["decode"] = facts.ms.get("decode", 0.0) + decode_ms
    with new_files() as files, transaction.atomic():
        _finish(photo, facts, decoded, files, writer, clock() - save_ms / 1000, positions)


def _finish(
    photo: Photo,
    facts: PhotoFacts,
    decoded: images.Decoded,
    files: NewFiles,
    writer: GarmentWriter,
    started: float,
    positions: Mapping[int, int],
) -> None:
    """The photo's own pictures and facts; the last thing that happens to it.

    started: when saving would have begun had it all been done at once, by time.perf_counter(). positions: of the
    rows of the garments found, by their number.
    """
    faces = [face.times(1 / decoded.scale) for face in facts.faces]
    display = webp(decoded.image)
    old = [str(name) for name in (photo.display.name, photo.shareable.name) if name]
    photo.display.name = files.save(Photo, "display.webp", ContentFile(display))
    hidden = webp(blurred(decoded.image, faces)) if faces else display
    photo.shareable.name = files.save(Photo, "shareable.webp", ContentFile(hidden))
    if _ours(photo).select_for_update().values("pk").first() is None:
        raise Superseded
    writer.retire_unseen()
    ms = {stage: round(value, 1) for stage, value in facts.ms.items()}
    ms["save"] = round((time.perf_counter() - started) * 1000, 1)
    # A mask that its owner drew while we were looking is not in what we wrote: once more around.
    again = writer.masks_changed()
    _ours(photo).update(
        status=Photo.Status.QUEUED if again else Photo.Status.DONE,
        stage="",
        error_code="",
        error="",
        scene=str(facts.scene),
        is_full_body=facts.full_body,
        person_height=facts.person_height,
        keypoints=_keypoints(facts, positions),
        faces=len(facts.faces),
        style={label: round(float(score), 4) for label, score in facts.style.items()},
        ms=ms,
        models_used=facts.models,
        width=facts.width,
        height=facts.height,
        display=photo.display.name,
        shareable=photo.shareable.name,
        finished_at=timezone.now(),
        **({"queued_at": timezone.now(), "attempts": 0} if again else {}),
    )
    if not photo.scene:  # the first look; later ones leave to the owner what waits for them
        photo.scene = str(facts.scene)
        hang_without_asking(photo=photo)
    files_delete_on_commit(names=old)
    if again:
        enqueue("analyse_photo", str(photo.pk))


def _keypoints(facts: PhotoFacts, positions: Mapping[int, int]) -> list[dict[str, Any]]:
    """See `Photo.keypoints`."""
    return [
        person.as_json() | {"garments": [positions[number] for number in person.garments if number in positions]}
        for person in facts.people
    ]


def _note_looks(photo: Photo, decoded: images.Decoded) -> None:
    """On the first look: what the photo looks like, and which earlier one looks the same."""
    if photo.perceptual_hash:
        return
    photo.perceptual_hash = perceptual_hash(decoded.image)
    others = (
        Photo.objects.owned_by(photo.owner)
        .exclude(pk=photo.pk)
        .exclude(perceptual_hash="")
        .filter(created_at__lte=photo.created_at)
        .values_list("pk", "perceptual_hash")
    )
    twin = nearest_of(photo.perceptual_hash, others.iterator())
    _ours(photo).update(perceptual_hash=photo.perceptual_hash, twin=twin)


def _fail(photo: Photo, code: str, detail: str = "") -> None:
    _ours(photo).update(status=Photo.Status.FAILED, error_code=code, error=detail, finished_at=timezone.now())


def _wait_for_store(photo: Photo) -> None:
    """No fault of the photo's, so it does not count; the sweeper sends it again in a minute."""
    log.warning("photo %s waits: the store of pictures is away", photo.pk)
    waiting = {"status": Photo.Status.QUEUED, "stage": "", "attempts": F("attempts") - 1, "queued_at": timezone.now()}
    _ours(photo).update(**waiting)


def _fail_or_wait(photo: Photo, detail: str) -> None:
    if photo.attempts >= Photo.MAX_ATTEMPTS:
        _fail(photo, "unexpected", detail)
    elif _ours(photo).update(status=Photo.Status.QUEUED, error=detail, queued_at=timezone.now()):
        enqueue("analyse_photo", str(photo.pk))


# --- One garment ------------------------------------------------------------------------------------------


def embed_garment(garment_id: int) -> None:
    """The vector of a garment by the current classifier, from its cutout. For drawn ones and after a retraining."""
    embed_garments([garment_id])


def embed_garments(garment_ids: list[int]) -> None:
    """Vectors of garments that have a cutout, in one batch; those without are left alone."""
    vision = engine()
    garments, pictures = [], []
    for garment in Garment.objects.filter(pk__in=garment_ids).exclude(cutout=""):
        try:
            pictures.append(_picture(garment.cutout_medium or garment.cutout))
        except (FileNotFoundError, OSError) as error:
            log.warning("garment %s: its cutout cannot be read: %s", garment.pk, type(error).__name__)
            mark_unreadable("garment", garment.pk, vision.classifier.key)
            continue
        garments.append(garment)
    for garment, description in zip(garments, pipeline.describe_pictures(pictures, engine=vision), strict=True):
        with transaction.atomic():
            if Garment.objects.select_for_update().filter(pk=garment.pk).exists():  # not deleted meanwhile
                embedding_write(garment, vision.classifier.key, description.embedding)
                if not garment.styles and "styles" not in garment.owner_fields:
                    # A drawn garment was described by its owner in all but style.
                    styles = rounded(description.scores.get("style", {}))
                    Garment.objects.filter(pk=garment.pk).update(styles=styles)


def restage(garment_id: int, stage: str) -> None:
    """Does one stage of one garment again: cutout (and all that hangs on it), palette, describe or embed."""
    garment = Garment.objects.select_related("photo", "kind").filter(pk=garment_id).first()
    if garment is None or garment.photo is None:
        return
    if stage == "embed":
        embed_garment(garment_id)
        return
    with garment.photo.original.open("rb") as file:
        decoded = images.decode(file.read())
    writer = GarmentWriter(garment.photo)
    vision = engine()
    known = garment.owner_mask.name or (garment.mask.name if stage != "cutout" else "")
    mask = read_mask(known) if known else None
    seen = pipeline.analyse(decoded, engine=vision, mask_override=mask).garments
    facts = (
        seen[0]
        if mask is not None
        else max(seen, key=lambda one: overlap(writer.place(one), garment.box), default=None)
    )
    if facts is None:
        return
    with new_files() as files, transaction.atomic():
        writer.write(facts, files, vision.classifier.key, row=garment, stage=stage)


def _picture(file: Any) -> Any:
    """A stored cutout as an RGBA picture of the garment alone."""
    from PIL import Image

    with file.open("rb") as stream, Image.open(stream) as picture:
        return without_ghost(picture.convert("RGBA"))
