"""A photo's way through the networks: decode, faces, detect, then for each garment cutout, palette, describe."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from catalog.taxonomy import KIND_BY_SLUG, Slot
from imaging import decode as images
from recommender.vision import faces as privacy
from recommender.vision import fusion
from recommender.vision.cards import WEIGHTS
from recommender.vision.cutout.cutter import Cutter, RembgCutter, cut, from_alpha, photo_box
from recommender.vision.cutout.ghost import ghosted, in_pieces
from recommender.vision.cutout.matting import grabcut_refine
from recommender.vision.describe.classifier import Classifier, Description, OnnxClassifier, fuse_views, mean_embedding
from recommender.vision.describe.embedding_classifier import classify_embedding
from recommender.vision.describe.silhouette import OnnxSilhouetteClassifier, SilhouetteClassifier
from recommender.vision.describe.style import look_style
from recommender.vision.facts import Box, Cutout, GarmentFacts, PhotoFacts, Scene, Scores
from recommender.vision.models import Models
from recommender.vision.naming import named
from recommender.vision.palette import palette
from recommender.vision.segmentation.detector import Detections, Detector, ParserDetector, shop_window
from recommender.vision.segmentation.parser import Parser
from recommender.vision.segmentation.regions import Region

STAGES = ("decode", "faces", "detect", "cutout", "palette", "describe", "embed")
OnStage = Callable[[str], None]
OnGarment = Callable[[int, GarmentFacts], None]
_JUDGED_AT = 640  # the longer side, in pixels, of a photo to which the next two apply as they are
_LEAST_SIDE = 16
_LEAST_PIXELS = 400
_CLOSE = 1.06  # of the cutout's box: the surroundings that a classifier was taught with


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
    classifier: Classifier
    silhouette: SilhouetteClassifier

    def keys(self) -> dict[str, str]:
        """job -> key of the network that does it, for the records."""
        return {
            "detect": self.detector.key,
            "cutout": self.cutter.key,
            "describe": self.classifier.key,
            "shape": self.silhouette.key,
        }


@lru_cache(maxsize=2)
def engine(options: Options = Options()) -> Engine:
    """The engine of this process. Networks are opened when first used, and only then can ModelMissing rise."""
    models = Models(threads=options.threads)
    parser = Parser(models, options.weights)
    detector: Detector = ParserDetector(parser)
    if options.detector != "otjang":
        from recommender.vision.segmentation.yolo import UltralyticsDetector

        detector = UltralyticsDetector(Path(options.detector), models, var=options.var)
    return Engine(
        faces=privacy.CenterFaceFinder(models),
        detector=detector,
        cutter=RembgCutter(options.cutout, models, parser),
        classifier=OnnxClassifier(models, options.weights),
        silhouette=OnnxSilhouetteClassifier(models, options.weights),
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
        seen = Detections(Scene.GARMENT, False, [drawn]) if drawn else engine.detector(image, faces)
    with clock("faces"):
        if seen.scene is Scene.WORN:  # nobody in the background is forgotten, no face taken for a print
            faces = engine.faces(image, closely=True) or faces
        else:
            faces = privacy.outside(faces, _cloth(seen.regions, image.size))
    facts = PhotoFacts(seen.scene, decoded.width, decoded.height, seen.full_body, models=engine.keys(), ms=clock.ms)
    facts.faces = [face.times(scale) for face in faces]
    # Blurred before anything is cut out: no stored cutout can show a face.
    safe = privacy.blurred(image, faces) if faces else image
    photo = _Photo(image, safe, faces, seen, engine, clock)
    if mask_override is not None:
        found = iter([_drawn_garment(photo, mask_override)])
    else:
        found = _worn_garments(photo) if seen.scene is Scene.WORN else _lying_garments(photo)
    for garment in found:
        garment.colours = named(garment.colours, garment.scores.get("colour", {}))
        if garment.kind:
            garment.slot = KIND_BY_SLUG[garment.kind].slot.value
        garment.box = photo_box(garment.cutout, scale, (decoded.width, decoded.height))
        facts.garments.append(garment)
        if on_garment:
            on_garment(len(facts.garments) - 1, garment)
    if not facts.garments:
        facts.scene, facts.full_body = Scene.NONE, False
    elif facts.scene is Scene.WORN:
        with clock("describe"):
            whole = engine.classifier.classify_outfit(person_on_white(image, seen, faces))
            facts.style = look_style(whole.scores.get("style", {}), facts.garments)
    else:
        facts.style = dict(facts.garments[0].scores.get("style", {}))
    return facts


@dataclass(frozen=True)
class _Photo:
    """A photo while its garments are looked for. shown: `image` with its faces blurred, of which cutouts are made."""

    image: Image.Image
    shown: Image.Image
    faces: Sequence[Box]
    seen: Detections
    engine: Engine
    clock: _Clock


def _drawn_garment(photo: _Photo, mask: NDArray[np.uint8]) -> GarmentFacts:
    """The garment whose mask its owner drew, whatever it looks like."""
    with photo.clock("cutout"):
        alpha = np.asarray(Image.fromarray(mask).resize(photo.image.size, Image.Resampling.BILINEAR))
        cutout = from_alpha(photo.shown, alpha, (0, 0, *photo.image.size))
    garment = _described(photo, cutout, photo.seen.regions[0])
    return replace(garment, scores=fusion.by_shape(garment.scores, _shape(photo, cutout)))


def _lying_garments(photo: _Photo) -> Iterator[GarmentFacts]:
    """What lies or hangs somewhere, where detector and classifier agree that it is a garment."""
    alone, on_white = len(photo.seen.regions) == 1, shop_window(photo.image) is not None
    for region in photo.seen.regions:
        with photo.clock("cutout"):
            probability = grabcut_refine(np.asarray(photo.image), region.probability, doubts_only=region.outlined)
            region = replace(region, probability=probability)
            cutout = cut(photo.image, region, photo.engine.cutter, alone=alone, shown=photo.shown)
        if (cutout.whole and not alone) or not _legible(cutout, photo.image):
            continue
        garment = _described(photo, cutout, region, alone=alone)
        # A shop's picture the classifier knows best: of 589 products a shape told two fewer right.
        shape = {} if on_white else _shape(photo, cutout)
        if alone and on_white and not _recognised(garment, region, shape, on_white=True):
            # A thumbnail whose cutout went wrong is still what the classifier was taught with: a shop's picture.
            whole, _ = _whole(photo)
            garment = replace(garment, scores=dict(whole.scores), embedding=whole.embedding)
        if _recognised(garment, region, shape, on_white=on_white):
            scores = fusion.lying(fusion.by_shape(garment.scores, shape), region.slots)
            if not on_white:
                scores = fusion.by_word(scores, classify_embedding(garment.embedding, photo.engine.classifier.key))
            garment.scores = scores
            yield garment


def _recognised(garment: GarmentFacts, region: Region, shape: Mapping[str, Scores], *, on_white: bool) -> bool:
    kinds = garment.scores.get("kind", {})
    return fusion.recognised(kinds, region.slot, region.score, shape=shape.get("kind", {}), on_white=on_white)


def _worn_garments(photo: _Photo) -> Iterator[GarmentFacts]:
    """What people wear, each garment heard together with the whole figure."""
    with photo.clock("detect"):
        whole, shop = _whole(photo)
    figure = fusion.Figure(whole.scores, shop=shop)
    regions, sold = _by_prominence(_whole_dress(photo.seen.regions, figure), figure)
    slots = [region.slot for region in regions]
    areas = [int(region.mask.sum()) for region in regions]
    for place, region in enumerate(regions):
        with photo.clock("cutout"):
            cutout = cut(photo.image, region, photo.engine.cutter, alone=False, shown=photo.shown)
        if cutout.whole or not _legible(cutout, photo.image):
            continue  # guided_filter, nothing of it was left: one garment less, never the whole street
        garment = _described(photo, cutout, region)
        if not figure.shop:
            garment.score = fusion.believed(region.score, garment.scores.get("kind", {}), region.slot)
            if not garment.score:
                continue
            garment.clear = fusion.clear(garment.score, region.slot, areas[place] / max(1, *areas))
        garment.ghost = _ghost(photo, cutout, region)
        others = frozenset(slots[:place] + slots[place + 1 :])
        garment.scores = fusion.worn(garment.scores, region.slot, others, figure, sold=place == sold)
        if place == sold and garment.embedding is not None:
            # Among products it is found by the picture they all have: measured, precision@10 .73 -> .76.
            garment.embedding = mean_embedding([replace(whole, embedding=garment.embedding), whole])
        yield garment


def _ghost(photo: _Photo, cutout: Cutout, region: Region) -> Image.Image | None:
    """The cutout with its wearer in it, where it needs one."""
    body = photo.seen.body
    if body is None or region.slot not in fusion.BODY_SLOTS or not in_pieces(cutout.alpha, region.slot):
        return None
    with photo.clock("cutout"):
        return ghosted(cutout, photo.shown, body, photo.faces)


def _described(photo: _Photo, cutout: Cutout, region: Region, *, alone: bool = False) -> GarmentFacts:
    """A garment cut out, in words and numbers; where on the photo it is, `analyse` adds."""
    with photo.clock("palette"):
        colours = palette(cutout.image.convert("RGB"), cutout.alpha)
    with photo.clock("describe"):
        views = photo.engine.classifier(_views(photo.shown, cutout, alone=alone))
        scores = fuse_views(views)
    with photo.clock("embed"):
        embedding = mean_embedding(views)
    return GarmentFacts(
        score=region.score,
        box=(0, 0, 0, 0),
        slot=region.slot,
        cutout=cutout,
        colours=colours,
        scores=scores,
        embedding=embedding,
    )


def _shape(photo: _Photo, cutout: Cutout) -> Mapping[str, Scores]:
    """What the shape of something cut out says of it, and nothing where it could not be cut out.

    Of what is worn nobody asks it: the outline is its wearer's, and of 334 garments in streets it told a few fewer.
    """
    if cutout.whole:
        return {}
    with photo.clock("describe"):
        return photo.engine.silhouette([cutout.image])[0]


def _views(image: Image.Image, cutout: Cutout, *, alone: bool) -> list[Image.Image]:
    """Cut out, in its place, and where it is alone the whole photo: what the cut lost the others still show.

    The second of three is mirrored, which costs nothing and makes its mistakes others: of 968 shop pictures it told
    four kinds, three usages and three colours more right; of what is worn it told none. A third view of something worn
    costs a tenth of the time and told 2 of 339 garments right that two had wrong.
    """
    if cutout.whole:
        return [image]
    close = image.crop(Box(*cutout.box).scaled(_CLOSE).clipped(*image.size).rounded())
    return [cutout.image, ImageOps.mirror(close), image] if alone else [cutout.image, close]


def _whole_dress(regions: Sequence[Region], figure: fusion.Figure) -> list[Region]:
    """The regions, a dress that was detected as top and bottom made one again."""
    if not fusion.is_one_dress([region.slot for region in regions], figure.kinds):
        return list(regions)
    halves = [region for region in regions if region.slot in (Slot.TOP, Slot.BOTTOM)]
    probability = np.minimum(np.sum([half.probability for half in halves], axis=0), 1).astype(np.float32)
    dress = Region(Slot.DRESS.value, max(half.score for half in halves), probability, "dress")
    return [dress, *(region for region in regions if region.slot not in (Slot.TOP, Slot.BOTTOM))]


def _by_prominence(regions: Sequence[Region], figure: fusion.Figure) -> tuple[list[Region], int | None]:
    """What the figure speaks of first; and, on a shop's picture, the place of what is sold: 0, or None for nothing."""
    heard = [replace(region, score=fusion.spoken_for(region.score, region.slot, figure.kinds)) for region in regions]
    heard.sort(key=lambda region: -region.score)
    if not figure.shop:
        return heard, None
    sold = fusion.for_sale([(one.slot, one.score, float(one.mask.mean())) for one in heard], figure.kinds)
    if sold is None:
        return heard, None
    surest = heard[0].score
    return [replace(heard.pop(sold), score=surest), *heard], 0


def _legible(cutout: Cutout, image: Image.Image) -> bool:
    """Whether there is enough to see: a dozen pixels of a passer-by's hat are no garment to hang in a closet.

    A thumbnail is judged by its own measure: all of its garments are small.
    """
    share = min(1.0, max(image.size) / _JUDGED_AT)
    large = int((cutout.alpha > 127).sum()) >= share * share * _LEAST_PIXELS
    return large and min(cutout.image.size) >= share * _LEAST_SIDE


def _whole(photo: _Photo) -> tuple[Description, bool]:
    """The person as a whole, and whether on a shop's picture, which is then looked at as the classifier learnt it."""
    shop, classifier = shop_window(photo.image), photo.engine.classifier
    if shop is None:
        return classifier([_without_face(photo.image, photo.seen.person, photo.faces)])[0], False
    picture = photo.image.crop(shop.rounded())
    views = classifier([picture, ImageOps.mirror(picture)])
    return Description(fuse_views(views), mean_embedding(views)), True


def _without_face(image: Image.Image, person: Box | None, faces: Sequence[Box]) -> Image.Image:
    """The person without the face, which would sway a judgement of the clothes."""
    frame = (person or Box(0, 0, *image.size)).clipped(*image.size).rounded()
    return privacy.blanked(image, faces).crop(frame)


def person_on_white(image: Image.Image, seen: Detections, faces: Sequence[Box]) -> Image.Image:
    """The person on white without the face: a studio's wall and a face would sway a judgement of the style."""
    person = _without_face(image, seen.person, faces)
    if seen.body is None:
        return person
    body = Image.fromarray((seen.body * 255).astype(np.uint8)).resize(image.size, Image.Resampling.BILINEAR)
    frame = (seen.person or Box(0, 0, *image.size)).clipped(*image.size).rounded()
    alpha = body.crop(frame).point(lambda level: min(255, max(0, 2 * level - 128)))  # an edge, not a haze
    return Image.composite(person, Image.new("RGB", person.size, "white"), alpha)


def describe_masked(source: bytes | Path | BinaryIO, mask: NDArray[np.uint8], *, engine: Engine) -> GarmentFacts:
    """One garment again, from the mask its owner drew: (h, w) uint8 in the photo's proportions.

    Raises BadImage; a mask without a solid pixel keeps the whole photo and says so (`cut` is False).
    """
    return analyse(source, engine=engine, mask_override=mask).garments[0]


def describe_pictures(pictures: Sequence[Image.Image], *, engine: Engine) -> list[Description]:
    """Embeddings and attributes of ready pictures (cutouts RGBA, product photos RGB), in batches."""
    return engine.classifier(pictures)


def _drawn(mask: NDArray[np.uint8], image: Image.Image) -> Region:
    return Region("other", 1.0, mask.astype(np.float32) / np.float32(255))


def _cloth(regions: Sequence[Region], size: tuple[int, int]) -> NDArray[np.uint8]:
    """(h, w) uint8 of the whole picture, 255 on any garment. size: (width, height)."""
    cloth = np.zeros((size[1], size[0]), np.uint8)
    for region in regions:
        mask = Image.fromarray(region.mask.astype(np.uint8) * 255).resize(size, Image.Resampling.NEAREST)
        cloth |= np.asarray(mask)
    return cloth
