"""The worker's side of the mirror: cutouts and a figure in, a picture with what is to be said of it out."""

from __future__ import annotations

import io
import logging
import time
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from closet.models import Figure, TryOn
from closet.models import Garment as Row
from closet.models.photos import private_storage
from closet.problems import PhotoProblem
from closet.services.files import files_delete_on_commit, new_files
from imaging.decode import BadImage, decode, fitted
from imaging.webp import webp
from recommender.jobs.engine import engine
from recommender.services.tryon import Asked, measures_of, things_asked, tryons_trim
from recommender.stylist.pieces import Piece
from recommender.stylist.tryon.figure import Figure as StandingFigure
from recommender.stylist.tryon.garment import Garment
from recommender.stylist.tryon.layers import order
from recommender.stylist.tryon.pose_figure import doubts, legs_cross, of_pose
from recommender.stylist.tryon.ways import way_of
from recommender.vision import faces as privacy
from recommender.vision.facts import Box
from recommender.vision.models import ModelMissing, Models
from recommender.vision.pose import PoseNetwork
from recommender.vision.segmentation.parser import Parser
from recommender.vision.tryon.hidden import GUESSED, completed
from recommender.vision.tryon.landmark_network import LandmarkNetwork
from recommender.vision.tryon.landmarks import NoShape, garment_of
from recommender.vision.tryon.paint import Painted, Worn
from recommender.vision.tryon.person import NotDressable, Seen, look
from recommender.vision.tryon.sketch import GarmentPainter, Scene, dressed

log = logging.getLogger(__name__)


def run(tryon_id: str) -> None:
    """Draws a sketch. Twice at no harm: whoever claims the row first draws."""
    claimed = TryOn.objects.filter(pk=tryon_id, status=TryOn.Status.QUEUED)
    row = TryOn.objects.filter(pk=tryon_id).select_related("owner__profile", "figure__photo").first()
    if row is None or not claimed.update(status=TryOn.Status.RUNNING, attempts=row.attempts + 1, progress=10):
        return
    try:
        _draw(row)
    except (ModelMissing, MemoryError, SoftTimeLimitExceeded) as error:
        log.warning("sketch %s was not drawn: %s", row.pk, type(error).__name__)
        TryOn.objects.filter(pk=row.pk).update(status=TryOn.Status.FAILED, error_code="failed")
    except PhotoProblem as problem:
        TryOn.objects.filter(pk=row.pk).update(status=TryOn.Status.FAILED, error_code=problem.code[:20])


def _draw(row: TryOn) -> None:
    started = time.perf_counter()
    asked = things_asked(owner=row.owner, pieces=row.pieces)
    codes: list[list[Any]] = []
    worn: list[tuple[int, Worn]] = []
    numbers = {one.piece.id: number for number, one in enumerate(asked)}
    pieces = [one.piece for one in asked]
    ways = [_way(one, pieces) for one in asked]
    for piece in order(pieces, ways):
        number = numbers[piece.id]
        try:
            worn.append((number, _worn(asked[number], ways[number])))
        except NoShape as shape:
            codes.append([shape.code, number])
    if not worn:
        TryOn.objects.filter(pk=row.pk).update(
            status=TryOn.Status.FAILED, error_code="nothing_drawn", told={"codes": codes}
        )
        return
    TryOn.objects.filter(pk=row.pk).update(progress=40)
    photo, seen, faces, problem = _person(row.figure)
    if seen is not None and {"bottom", "shoes"} & {one.garment.slot for _n, one in worn} and legs_cross(seen.points):
        photo, seen, faces, problem = None, None, [], "legs_cross"
    if problem:
        codes.append([problem, None])
    measures, estimated = measures_of(row.owner)
    sex = row.figure.sex if row.figure.sex != Figure.Sex.ANY else ""
    scene = Scene([one for _number, one in worn], measures, sex, photo, seen, estimated)
    TryOn.objects.filter(pk=row.pk).update(progress=60)
    painted = dressed(scene, network() if photo is not None else None)
    codes += [["stays_open", worn[at][0]] for at in painted.stays_open]
    codes += [["partly_hidden", number] for number, one in worn if one.guessed > GUESSED]
    if photo is None and not measures:
        codes.append(["average_body", None])
    told = {
        "codes": codes,
        "is_mannequin": seen is None,
        "ways": ways,
        "estimated": list(estimated) if measures else [],
        "landmarks": {
            str(garment.pk): _shares(one.garment)
            for number, one in worn
            if (garment := asked[number].garment) is not None and one.garment.points
        },
    }
    _save(row, painted, told, faces, round(1000 * (time.perf_counter() - started)))


def _save(row: TryOn, painted: Painted, told: dict[str, Any], faces: list[Box], ms: int) -> None:
    hidden = privacy.blurred(painted.image, faces) if faces else painted.image
    with new_files() as files, transaction.atomic():
        names = {
            field: files.save(TryOn, f"{field}.webp", ContentFile(webp(image, quality=88)))
            for field, image in (("picture", painted.image), ("shareable", hidden))
        }
        saved = TryOn.objects.filter(pk=row.pk, status=TryOn.Status.RUNNING).update(
            status=TryOn.Status.DONE, progress=100, told=told, ms=ms, **names
        )
        if not saved:  # deleted, or drawn by another worker meanwhile
            files_delete_on_commit(names=list(names.values()))
    tryons_trim(owner=row.owner)


@lru_cache(maxsize=1)
def network() -> GarmentPainter | None:
    """What paints garments onto a photo, as `TRYON_BACKEND` says; none: the sketch. Raises ModelMissing."""
    if settings.TRYON_BACKEND == "sketch":
        return None
    module = import_module("recommender.vision.tryon_diffusion")
    painter: GarmentPainter = module.opened(
        settings.TRYON_WEIGHTS, device=settings.TRYON_DEVICE, steps=settings.TRYON_STEPS, seed=settings.TRYON_SEED
    )
    return painter


# --- Pieces -----------------------------------------------------------------------------------------------


def _way(asked: Asked, pieces: list[Piece]) -> str:
    """How a piece is worn: as asked, else as its kind, its cut and what is under it suggest."""
    garment = asked.garment
    cut, closure = (garment.cut, garment.closure) if garment else ("", "")
    return way_of(asked.piece, pieces, asked=asked.worn, cut=cut, closure=closure)


def _worn(asked: Asked, way: str) -> Worn:
    """A piece with its picture and landmarks. Raises NoShape."""
    piece, garment = asked.piece, asked.garment
    worn = bool(garment and garment.photo and garment.photo.scene == "worn")
    picture = _cutout(asked)
    found = garment_of(
        picture,
        piece.kind,
        piece.slot,
        measures=asked.measures,
        worn=worn,
        cut=(garment.cut if garment else "") or "",
        placed=garment.landmarks if garment else None,
        sleeve=piece.sleeve or "",
        wearer=_wearer(garment, picture.size) if garment is not None and worn else None,
        network=_landmarks(),
    )
    picture, guessed = completed(picture, found)
    return Worn(picture, found, way, guessed)


@lru_cache(maxsize=1)
def _landmarks() -> LandmarkNetwork:
    return LandmarkNetwork(Models(threads=settings.VISION_THREADS))


def _wearer(garment: Row, size: tuple[int, int]) -> StandingFigure | None:
    """Who wears a garment on its photo, in the pixels of its cutout of `size`; None where nobody stands there whole."""
    photo = garment.photo
    if photo is None or len(garment.box) != 4:
        return None
    person = next((one for one in photo.keypoints if garment.position in one["garments"]), None)
    if person is None or person["missing"]:
        return None
    points, whole = np.array(person["points"], float), (photo.width, photo.height)
    if doubts(points, whole) not in ("", "too_small"):
        return None
    x0, y0, x1, _y1 = garment.box
    times = size[0] / max((x1 - x0) * photo.width, 1)
    return of_pose(points, whole, {}).moved(-x0 * photo.width, -y0 * photo.height, times)


def _cutout(asked: Asked) -> Image.Image:
    """RGBA. Raises NoShape where there is no picture to cut out."""
    try:
        if asked.garment is not None:
            stored = asked.garment.cutout_medium or asked.garment.cutout
            if not stored:
                raise NoShape("not_cut")
            with stored.open("rb") as file:
                return Image.open(io.BytesIO(file.read())).convert("RGBA")
        image = next(iter(asked.product.images.all()), None) if asked.product else None
        if image is None or not image.cutout:
            raise NoShape("not_cut")
        with image.cutout.open("rb") as file:
            return Image.open(io.BytesIO(file.read())).convert("RGBA")
    except OSError:
        raise NoShape("not_cut") from None


def _shares(garment: Garment) -> dict[str, list[float]]:
    width, height = garment.size
    return {
        name: [round(float(point[0]) / width, 4), round(float(point[1]) / height, 4)]
        for name, point in garment.points.items()
    }


# --- The person -------------------------------------------------------------------------------------------


def _person(figure: Figure) -> tuple[Image.Image | None, Seen | None, list[Box], str]:
    """The photo, what is seen on it, its faces in the sketch's pixels, and why a mannequin stands in."""
    if figure.photo is None:
        return None, None, [], ""
    if figure.problem:
        return None, None, [], figure.problem
    try:
        with figure.photo.display.open("rb") as file:
            photo = fitted(decode(file.read()).image.convert("RGB"), 960)
    except (FileNotFoundError, BadImage):
        return None, None, [], "nobody"
    if not figure.labels:
        try:
            _look(figure, photo)
        except NotDressable as cannot:
            Figure.objects.filter(pk=figure.pk).update(problem=cannot.code)
            return None, None, [], cannot.code
    with private_storage().open(figure.labels.name, "rb") as file:
        labels = np.asarray(Image.open(io.BytesIO(file.read())).convert("L"))
    told = figure.seen
    seen = Seen(labels, tuple(told["names"]), np.array(told["points"], float))
    return photo, seen, [Box(*face) for face in told["faces"]], ""


def _look(figure: Figure, photo: Image.Image) -> None:
    """What the networks see on the photo, once. Raises NotDressable, ModelMissing."""
    parser, poses, finder = _networks()
    faces = list(finder(photo))
    seen = look(photo, parser, poses, faces)
    buffer = io.BytesIO()
    Image.fromarray(seen.labels).save(buffer, "PNG")
    figure.seen = seen.facts() | {"faces": [[round(edge, 1) for edge in face] for face in faces]}
    with new_files() as files:
        figure.labels.name = files.save(Figure, "labels.png", ContentFile(buffer.getvalue()))
        figure.save(update_fields=["seen", "labels"])


@lru_cache(maxsize=1)
def _networks() -> tuple[Parser, Any, privacy.FaceFinder]:
    """Parser, landmarks and faces: those of this worker's engine, which are open already, where it has them."""
    vision = engine()
    parser, poses = getattr(vision.detector, "parser", None), getattr(vision.detector, "poses", None)
    if parser is None or poses is None:
        models = Models(threads=settings.VISION_THREADS)
        parser, poses = Parser(models), PoseNetwork(models)
    return parser, poses, vision.faces
