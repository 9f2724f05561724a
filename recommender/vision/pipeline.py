"""A photo's way through the networks: decode, faces, detect, then for each garment cutout, palette, describe."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.taxonomy import KIND_BY_SLUG, Slot
from recommender.vision import faces as privacy
from recommender.vision import images
from recommender.vision.cards import WEIGHTS
from recommender.vision.cutout import Cutter, RembgCutter, cut, from_alpha, photo_box
from recommender.vision.describe import Describer, Description, OnnxDescriber, averaged
from recommender.vision.detect import Detector, ParserDetector, Sighting
from recommender.vision.facts import Box, Cutout, GarmentFacts, PhotoFacts, Scene, Scores
from recommender.vision.models import Models
from recommender.vision.naming import named
from recommender.vision.palette import palette
from recommender.vision.parse import Parser
from recommender.vision.regions import Region

# Describing and embedding are one pass of one network, timed as one.
STAGES = ("decode", "faces", "detect", "cutout", "palette", "describe")
OnStage = Callable[[str], None]
OnGarment = Callable[[int, GarmentFacts], None]
# Of 40 closet photos one is below both; a cat, a cup, a horse and a rocket are.
_SURE_KIND, _SURE_SLOT = 0.35, 0.55
_JUDGED_AT = 640  # the longer side, in pixels, of a photo to which the next two apply as they are
_LEAST_SIDE = 16
_LEAST_PIXELS = 400
_PLACE = 1.06  # of the cutout's box: the surroundings a describer was taught with


@dataclass(frozen=True)
class Options:
    """What an operator may choose. cutout: "otjang" or a rembg session. detector: "otjang" or YOLO weights."""

    cutout: str = "otjang"
    detector: str = "otjang"
    threads: int = 2
    var: Path | None = None  # where ultralytics may keep its settings
    weights: Path = WEIGHTS  # the folder of our own networks and their cards


@dataclass(frozen=True)
class Engine:
    """The networks of one process, each behind its protocol, so that tests can hand in fakes."""

    faces: privacy.FaceFinder
    detector: Detector
    cutter: Cutter
    describer: Describer

    def keys(self) -> dict[str, str]:
        """job -> key of the network that does it, for the records."""
        return {"detect": self.detector.key, "cutout": self.cutter.key, "describe": self.describer.key}


@lru_cache(maxsize=2)
def engine(options: Options = Options()) -> Engine:
    """The engine of this process. Networks are opened when first used, and only then can ModelMissing rise."""
    models = Models(threads=options.threads)
    parser = Parser(models, options.weights)
    detector: Detector = ParserDetector(parser)
    if options.detector != "otjang":
        from recommender.vision.yolo import UltralyticsDetector

        detector = UltralyticsDetector(Path(options.detector), models, var=options.var)
    return Engine(
        faces=privacy.CenterFaceFinder(models),
        detector=detector,
        cutter=RembgCutter(options.cutout, models, parser),
        describer=OnnxDescriber(models, options.weights),
    )


@dataclass
class _Clock:
    """Milliseconds a stage, and word of each to whoever waits."""

    say: OnStage | None = None
    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        if self.say and stage not in self.ms:
            self.say(stage)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.ms[stage] = self.ms.get(stage, 0.0) + (time.perf_counter() - start) * 1000


def analyse(
    source: bytes | Path | BinaryIO | images.Decoded,
    *,
    engine: Engine,
    on_stage: OnStage | None = None,
    on_garment: OnGarment | None = None,
    mask_override: NDArray[np.uint8] | None = None,
) -> PhotoFacts:
    """Everything that is to be known of one photo.

    on_stage: called with the name of each stage as it begins. on_garment: called with its number and facts
    as soon as a garment is ready. mask_override: (h, w) uint8 alpha in the photo's proportions, drawn by the
    owner: the photo then holds exactly that garment.
    Raises BadImage, or ModelMissing where a network is not installed.
    """
    clock = _Clock(on_stage)
    with clock("decode"):
        decoded = source if isinstance(source, images.Decoded) else images.decode(source)
    image, scale = decoded.image, decoded.scale
    with clock("faces"):
        faces = engine.faces(image)
    with clock("detect"):
        drawn = None if mask_override is None else _drawn(mask_override, image)
        seen = Sighting(Scene.GARMENT, False, [drawn]) if drawn else engine.detector(image, faces)
    with clock("faces"):
        if seen.scene is Scene.WORN:  # nobody in the background is forgotten, no face taken for a print
            faces = engine.faces(image, closely=True) or faces
        else:
            faces = privacy.outside(faces, _cloth(seen.regions, image.size))
    facts = PhotoFacts(seen.scene, decoded.width, decoded.height, seen.full_body, models=engine.keys(), ms=clock.ms)
    facts.faces = [face.times(scale) for face in faces]
    # Blurred before anything is cut out: no stored cutout can show a face.
    safe = privacy.blurred(image, faces) if faces else image
    worn = seen.scene is Scene.WORN
    # Once a photo, and only when a garment of it is to be described.
    wearer = cache(lambda: _wearer(image, seen, faces, engine)) if worn else None
    for region in seen.regions:
        alone = len(seen.regions) == 1 and seen.scene is Scene.GARMENT
        with clock("cutout"):
            if mask_override is not None:
                alpha = np.asarray(Image.fromarray(mask_override).resize(image.size, Image.Resampling.BILINEAR))
                cutout = from_alpha(safe, alpha, (0, 0, *image.size))
            else:
                cutout = cut(image, region, engine.cutter, alone=alone, shown=safe)
        if cutout.whole and not alone and not drawn:
            continue  # refined, nothing of it was left: one garment less, never the whole street
        if not drawn and not _legible(cutout, image):
            continue
        garment = _garment(safe, cutout, region, engine, clock, wearer)
        if seen.scene is Scene.GARMENT and not drawn and not _recognised(garment):
            continue
        garment.box = photo_box(cutout, scale, (decoded.width, decoded.height))
        facts.garments.append(garment)
        if on_garment:
            on_garment(len(facts.garments) - 1, garment)
    if not facts.garments:
        facts.scene, facts.full_body = Scene.NONE, False
    elif worn:
        with clock("describe"):
            facts.style = look_style(image, seen.person, faces, engine.describer)
    else:
        facts.style = dict(facts.garments[0].scores.get("style", {}))
    return facts


def _garment(
    image: Image.Image,
    cutout: Cutout,
    region: Region,
    engine: Engine,
    clock: _Clock,
    wearer: Callable[[], Scores] | None,
) -> GarmentFacts:
    with clock("palette"):
        colours = palette(cutout.image.convert("RGB"), cutout.alpha)
    with clock("describe"):
        # Twice: cut out, and in its place. What the cut lost the place still shows, and the other way round.
        place = Box(*cutout.box).scaled(_PLACE).clipped(*image.size).rounded()
        views = [image.crop(place)] if cutout.whole else [cutout.image, image.crop(place)]
        description = averaged(engine.describer(views))
        scores = dict(description.scores)
        slot = region.slot
        if kinds := scores.get("kind"):
            scores["kind"] = _agreeing(kinds, wearer(), slot) if wearer else kinds
            slot = KIND_BY_SLUG[next(iter(scores["kind"]))].slot.value
    return GarmentFacts(
        score=region.score,
        box=(0, 0, 0, 0),
        slot=slot,
        cutout=cutout,
        colours=named(colours, scores.get("colour", {})),
        scores=scores,
        embedding=description.embedding,
    )


def _legible(cutout: Cutout, image: Image.Image) -> bool:
    """Whether there is enough to see: a dozen pixels of a passer-by's hat are no garment to hang in a closet.

    A thumbnail is judged by its own measure: all of its garments are small.
    """
    share = min(1.0, max(image.size) / _JUDGED_AT)
    large = int((cutout.alpha > 127).sum()) >= share * share * _LEAST_PIXELS
    return large and min(cutout.image.size) >= share * _LEAST_SIDE


def _recognised(garment: GarmentFacts) -> bool:
    """Whether what stands out from its ground is a garment at all.

    A cat is no kind in particular; a shoe may be any of five kinds of shoes, yet is clearly a shoe.
    """
    kinds = garment.scores.get("kind")
    if not kinds:
        return True
    slots: dict[str, float] = defaultdict(float)
    for kind, chance in kinds.items():
        slots[KIND_BY_SLUG[kind].slot] += chance
    return max(kinds.values()) >= _SURE_KIND or max(slots.values()) >= _SURE_SLOT


def _wearer(image: Image.Image, seen: Sighting, faces: Sequence[Box], engine: Engine) -> Scores:
    """Which kinds the person as a whole speaks of: a shop's model wears what is sold."""
    frame = (seen.person or Box(0, 0, *image.size)).clipped(*image.size).rounded()
    return dict(engine.describer([privacy.blanked(image, faces).crop(frame)])[0].scores.get("kind", {}))


def _agreeing(kinds: Scores, wearer: Scores, slot: str) -> Scores:
    """The kinds that are worn where the garment is, the likeliest first, summing to 1.

    The detector sees the whole figure and knows better where a garment is worn; the describer, what it is.
    wearer: what the describer says of the whole person; for other slots than the one it speaks of it says little,
    and adds little.
    """
    fitting = {
        kind: 2 * chance + wearer.get(kind, 0.0)
        for kind, chance in kinds.items()
        if KIND_BY_SLUG[kind].slot.value == slot
        or (KIND_BY_SLUG[kind].slot is Slot.OTHER and slot in (Slot.TOP, Slot.DRESS, Slot.BOTTOM))
    }
    total = sum(fitting.values())
    if total <= 0:
        return kinds
    return dict(sorted(((kind, chance / total) for kind, chance in fitting.items()), key=lambda pair: -pair[1]))


def look_style(image: Image.Image, person: Box | None, faces: Sequence[Box], describer: Describer) -> Scores:
    """The style of a whole look: the person without the face, which would sway it."""
    frame = (person or Box(0, 0, *image.size)).clipped(*image.size).rounded()
    return dict(describer.look(privacy.blanked(image, faces).crop(frame)).scores.get("style", {}))


def describe_masked(source: bytes | Path | BinaryIO, mask: NDArray[np.uint8], *, engine: Engine) -> GarmentFacts:
    """One garment again, from the mask its owner drew: (h, w) uint8 in the photo's proportions.

    Raises BadImage; a mask without a solid pixel keeps the whole photo and says so (`cut` is False).
    """
    return analyse(source, engine=engine, mask_override=mask).garments[0]


def describe_pictures(pictures: Sequence[Image.Image], *, engine: Engine) -> list[Description]:
    """Embeddings and attributes of ready pictures (cutouts RGBA, product photos RGB), in batches."""
    return engine.describer(pictures)


def _drawn(mask: NDArray[np.uint8], image: Image.Image) -> Region:
    return Region("other", 1.0, mask.astype(np.float32) / np.float32(255))


def _cloth(regions: Sequence[Region], size: tuple[int, int]) -> NDArray[np.uint8]:
    """(h, w) uint8 of the whole picture, 255 on any garment. size: (width, height)."""
    cloth = np.zeros((size[1], size[0]), np.uint8)
    for region in regions:
        mask = Image.fromarray(region.mask.astype(np.uint8) * 255).resize(size, Image.Resampling.NEAREST)
        cloth |= np.asarray(mask)
    return cloth
