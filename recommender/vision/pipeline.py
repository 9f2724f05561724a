"""The pipeline: decode, faces, detect, then for each garment cutout, palette, describe, embed, fuse."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from catalog.taxonomy import KIND_BY_SLUG
from imaging import decode as images
from recommender.vision import faces as privacy
from recommender.vision.cards import WEIGHTS
from recommender.vision.clock import Clock, OnStage
from recommender.vision.cutout.cutter import (
    OWN,
    Cutter,
    RembgCutter,
    cut,
    from_alpha,
    legible,
    photo_box,
)
from recommender.vision.cutout.ghost import ghosted, in_pieces
from recommender.vision.cutout.matting import grabcut_refine
from recommender.vision.cutout.refinement import Refinement, RefiningCutter
from recommender.vision.describe.classifier import (
    Classifier,
    Description,
    OnnxClassifier,
    fuse_views,
    mean_embedding,
    with_derived_heads,
)
from recommender.vision.describe.colour_names import named
from recommender.vision.describe.flat_lay import seen_lying_flat
from recommender.vision.describe.flat_lay import shipped_heads as shipped_flat_lay
from recommender.vision.describe.heads import CardedHeads
from recommender.vision.describe.material import possible_materials
from recommender.vision.describe.palette import palette, white_point
from recommender.vision.describe.shirts import looked_closer, shipped_heads
from recommender.vision.describe.sleeve import SleeveHead, shipped_sleeve, sleeve_of
from recommender.vision.describe.style import look_style
from recommender.vision.facts import Box, Cutout, GarmentFacts, PhotoFacts, Scene, Scores
from recommender.vision.fusion import (
    SMALL_SLOTS,
    Context,
    Fusion,
    garment_features,
    region_sold,
    segmentation_kinds,
    shipped_fusion,
)
from recommender.vision.merging import groups, merged
from recommender.vision.models import Models
from recommender.vision.options import VisionOptions, shipped_options
from recommender.vision.person import people_of, person_on_white, without_face
from recommender.vision.pose import PoseNetwork
from recommender.vision.quality import (
    Quality,
    flat_lay_quality_features,
    quality_features,
    shipped_flat_lay_quality,
    shipped_quality,
)
from recommender.vision.segmentation.detector import Detections, Detector, ParserDetector
from recommender.vision.segmentation.packshot import packshot_box
from recommender.vision.segmentation.parser import Parser
from recommender.vision.segmentation.regions import Region, covered
from recommender.vision.tryon.landmark_network import LandmarkNetwork

STAGES = ("decode", "faces", "detect", "cutout", "palette", "describe", "embed")
OnGarment = Callable[[int, GarmentFacts], None]
_CLOSE_CROP = 1.06  # of the cutout's box: the margin the classifier was trained with
# Heads that hold for a whole outfit, so that the person tells them better than one of its garments.
_OF_THE_OUTFIT = frozenset({"usage", "gender"})


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
    options: VisionOptions = field(default_factory=shipped_options)
    fusion: Fusion = field(default_factory=shipped_fusion)
    quality: Quality = field(default_factory=shipped_quality)
    flat_lay_quality: Quality = field(default_factory=shipped_flat_lay_quality)
    shirts: CardedHeads | None = field(default_factory=shipped_heads)
    flat_lay: CardedHeads | None = field(default_factory=shipped_flat_lay)
    landmarks: LandmarkNetwork | None = None
    sleeve: SleeveHead | None = field(default_factory=shipped_sleeve)

    def keys(self) -> dict[str, str]:
        """job -> key of the network that does it, for the records."""
        return {
            "detect": self.detector.key,
            "cutout": self.cutter.key,
            "describe": self.classifier.key,
            "fusion": self.fusion.key,
            "quality": self.quality.key,
        }


@lru_cache(maxsize=2)
def engine(options: Options = Options()) -> Engine:
    """The engine of this process. Networks are opened when first used, and only then can ModelMissing rise."""
    models = Models(threads=options.threads)
    parser = Parser(models, options.weights)
    detector: Detector = ParserDetector(parser, PoseNetwork(models, options.weights))
    thresholds = shipped_options()
    cutter: Cutter = RefiningCutter(Refinement(models, options.weights), thresholds.cutout)
    if options.cutout != OWN:
        cutter = RembgCutter(options.cutout, models, thresholds.cutout)
    if options.detector != OWN:
        from recommender.vision.segmentation.yolo import UltralyticsDetector

        detector = UltralyticsDetector(Path(options.detector), models, var=options.var)
    return Engine(
        faces=privacy.CenterFaceFinder(models),
        detector=detector,
        cutter=cutter,
        classifier=OnnxClassifier(models, options.weights),
        landmarks=LandmarkNetwork(models, options.weights),
    )


def analyse(
    source: bytes | Path | BinaryIO | images.Decoded,
    *,
    engine: Engine,
    on_stage: OnStage | None = None,
    on_garment: OnGarment | None = None,
    mask_override: NDArray[np.uint8] | None = None,
) -> PhotoFacts:
    """All facts of one photo.

    on_stage: called with the name of each stage as it begins. on_garment: called with its number and facts
    as soon as a garment is ready. mask_override: (h, w) uint8 alpha in the photo's proportions, drawn by the
    owner: the photo then holds exactly that garment.
    Raises BadImage, or ModelMissing where a network is not installed.
    """
    clock = Clock(on_stage)
    with clock("decode"):
        decoded = source if isinstance(source, images.Decoded) else images.decode(source)
    image, scale = decoded.image, decoded.scale
    with clock("faces"):
        faces = engine.faces(image)
    with clock("detect"):
        if mask_override is None:
            detections = engine.detector(image, faces)
        else:
            drawn = Region("other", 1.0, mask_override.astype(np.float32) / np.float32(255))
            detections = Detections(Scene.GARMENT, False, [drawn])
    with clock("faces"):
        if detections.scene is Scene.WORN:  # passers-by too, and no face is a print
            faces = engine.faces(image, closely=True) or faces
        else:
            faces = privacy.outside(faces, covered(detections.regions, image.size))
    facts = PhotoFacts(
        detections.scene, decoded.width, decoded.height, detections.full_body, models=engine.keys(), ms=clock.ms
    )
    facts.faces = [face.times(scale) for face in faces]
    if detections.scene is Scene.WORN and detections.person:
        facts.person_height = round(detections.person.height * scale)
    # Blurred before anything is cut out: no stored cutout can show a face.
    safe = privacy.blurred(image, faces) if faces else image
    photo = _Photo(image, safe, faces, detections, engine, clock)
    if mask_override is not None:
        garments = iter([_drawn_garment(photo, mask_override)])
    else:
        garments = _on_model_garments(photo) if detections.scene is Scene.WORN else _flat_lay_garments(photo)
    for garment in garments:
        garment.colours = named(garment.colours, garment.scores.get("colour", {}))
        with clock("describe"):
            garment.scores = {**garment.scores, **looked_closer(garment, safe, engine.classifier, engine.shirts)}
            if detections.scene is not Scene.WORN:
                closer = seen_lying_flat(garment, safe, engine.classifier, engine.flat_lay)
                garment.scores = {**garment.scores, **closer}
                if engine.landmarks is not None:
                    garment.scores = {**garment.scores, **sleeve_of(garment, engine.landmarks, engine.sleeve)}
        if materials := garment.scores.get("material"):
            garment.scores = {**garment.scores, "material": possible_materials(materials, garment.kind)}
        garment.box = photo_box(garment.cutout, scale, (decoded.width, decoded.height))
        facts.garments.append(garment)
        if on_garment:
            on_garment(len(facts.garments) - 1, garment)
    if not facts.garments:
        facts.scene, facts.full_body, facts.person_height = Scene.NONE, False, None
    elif facts.scene is Scene.WORN:
        facts.people = people_of(detections, facts.garments, scale, (decoded.width, decoded.height))
        with clock("describe"):
            whole = engine.classifier.classify_outfit(person_on_white(image, detections, faces))
            facts.style = look_style(whole.scores.get("style", {}), detections.look)
    else:
        facts.style = dict(facts.garments[0].scores.get("style", {}))
    return facts


@dataclass(frozen=True)
class _Photo:
    """A photo while its garments are detected. shown: `image` with its faces blurred, of which cutouts are made."""

    image: Image.Image
    shown: Image.Image
    faces: Sequence[Box]
    detections: Detections
    engine: Engine
    clock: Clock


def _drawn_garment(photo: _Photo, mask: NDArray[np.uint8]) -> GarmentFacts:
    """The garment whose mask its owner drew, whatever it looks like."""
    with photo.clock("cutout"):
        alpha = np.asarray(Image.fromarray(mask).resize(photo.image.size, Image.Resampling.BILINEAR))
        cutout = from_alpha(photo.shown, alpha, (0, 0, *photo.image.size), photo.engine.options.cutout)
    garment, _ = _described(photo, cutout, photo.detections.regions[0])
    return _fused(photo.engine.fusion, garment, _sources(garment), Context.FLAT_LAY)


def _flat_lay_garments(photo: _Photo) -> Iterator[GarmentFacts]:
    """The garments of a photo in which nobody wears any: flat lay, hanger, or packshot."""
    options, fusion = photo.engine.options, photo.engine.fusion
    alone = len(photo.detections.regions) == 1
    context = Context.PACKSHOT if packshot_box(photo.image, options.detection) else Context.FLAT_LAY
    for region in photo.detections.regions:
        with photo.clock("cutout"):
            # The refinement network tells cloth from floor by the coarse mask: floor that GrabCut takes out stays out.
            refined = grabcut_refine(
                np.asarray(photo.image), region.probability, options.cutout, has_edges=region.has_edges
            )
            region = replace(region, probability=refined)
            cutout = cut(photo.image, region, photo.engine.cutter, options.cutout, alone=alone, shown=photo.shown)
        if (cutout.whole and not alone) or not legible(cutout, photo.image, options.detection):
            continue
        garment, views = _described(photo, cutout, region, alone=alone)
        features = _features(photo, garment, region)
        garment.score = fusion.garment_probability(context, features)
        if garment.score >= fusion.contexts[context].min_garment:
            garment = _fused(fusion, garment, _sources(garment, region), context)
            known = flat_lay_quality_features(garment, region, features, [view.scores for view in views])
            garment.quality = photo.engine.flat_lay_quality(known)
            yield garment


def _on_model_garments(photo: _Photo) -> Iterator[GarmentFacts]:
    """What people wear, fused with the prediction for the whole person; of a packshot, what is sold comes first."""
    with photo.clock("detect"):
        person, is_packshot = _whole(photo)
    regions = list(photo.detections.regions)
    largest = max((int(region.mask.sum()) for region in regions), default=0) or 1
    if is_packshot and regions:
        slots = [region.slot_scores for region in regions]
        shares = [float(region.mask.mean()) for region in regions]
        sold = regions.pop(region_sold(list(zip(slots, shares, strict=True)), person.scores.get("kind", {})))
        if cutout := _worn_cutout(photo, sold):
            yield _sold_garment(photo, cutout, sold, person)
    least = photo.engine.fusion.contexts[Context.ON_MODEL].min_garment
    pieces = []
    # The whole picture of a packshot speaks of what is sold alone.
    wearer = None if is_packshot else person
    for region in regions:
        if (garment := _seen_worn(photo, region, wearer, largest)) and garment.score >= least:
            pieces.append((region, garment))
    for group in groups(pieces, photo.detections.people):
        whole = reduce(merged, [region for region, _ in group])
        yield (len(group) > 1 and _seen_worn(photo, whole, wearer, largest)) or group[0][1]


def _seen_worn(photo: _Photo, region: Region, person: Description | None, largest: int) -> GarmentFacts | None:
    """See `_worn_garment`; None where too little is left. largest: pixels of the largest garment's mask."""
    cutout = _worn_cutout(photo, region)
    return _worn_garment(photo, cutout, region, person, min(1.0, int(region.mask.sum()) / largest)) if cutout else None


def _worn_cutout(photo: _Photo, region: Region) -> Cutout | None:
    """The cutout of a worn garment; None where nothing, or too little, is left of it after refinement."""
    options = photo.engine.options
    with photo.clock("cutout"):
        cutout = cut(photo.image, region, photo.engine.cutter, options.cutout, alone=False, shown=photo.shown)
    return None if cutout.whole or not legible(cutout, photo.image, options.detection) else cutout


def _sold_garment(photo: _Photo, cutout: Cutout, region: Region, picture: Description) -> GarmentFacts:
    """What a packshot on a model is of. picture: the prediction for the whole picture."""
    garment, _ = _described(photo, cutout, region)
    sources = _sources(garment, region) | {"person": picture.scores.get("kind", {})}
    # The classifier was trained on whole packshots: it knows them better than any part of one.
    garment.scores = {**garment.scores, **picture.scores}
    if garment.embedding is not None:
        # Among products it is found by the picture they all have: precision@10 rises from .73 to .76.
        garment.embedding = mean_embedding([replace(picture, embedding=garment.embedding), picture])
    garment.ghost = _ghost(photo, cutout, region)
    return _fused(photo.engine.fusion, garment, sources, Context.PACKSHOT_ON_MODEL)


def _worn_garment(
    photo: _Photo, cutout: Cutout, region: Region, person: Description | None, area: float
) -> GarmentFacts:
    """One garment of a person. person: the prediction for all of it. area: of the largest garment's, 0..1."""
    fusion = photo.engine.fusion
    garment, _ = _described(photo, cutout, region)
    sources = _sources(garment, region)
    features = _features(photo, garment, region, area=area)
    garment.score = fusion.garment_probability(Context.ON_MODEL, features)
    garment.clear = garment.score >= fusion.contexts[Context.ON_MODEL].min_clear
    if person:
        sources["person"] = person.scores.get("kind", {})
        outfit = {head: person.scores[head] for head in _OF_THE_OUTFIT & person.scores.keys()}
        garment.scores = {**garment.scores, **outfit}
    garment.ghost = _ghost(photo, cutout, region)
    garment = _fused(fusion, garment, sources, Context.ON_MODEL)
    garment.quality = photo.engine.quality(quality_features(garment, region, features))
    return garment


def _sources(garment: GarmentFacts, region: Region | None = None) -> dict[str, Scores]:
    """source -> kind -> probability, of what judges every garment."""
    return {
        "segmentation": segmentation_kinds(region.slot_scores) if region else {},
        "classifier": garment.scores.get("kind", {}),
    }


def _features(photo: _Photo, garment: GarmentFacts, region: Region, *, area: float = 1.0) -> dict[str, float]:
    kinds, floor = garment.scores.get("kind", {}), photo.engine.fusion.floor
    return garment_features(region.score, region.slot_scores, kinds, area=area, floor=floor)


def _fused(fusion: Fusion, garment: GarmentFacts, sources: Mapping[str, Scores], context: Context) -> GarmentFacts:
    """The garment with its fused kind, and with the slot and the heads that follow from it."""
    fused = fusion.kinds(context, sources)
    if fused and fused != garment.scores.get("kind"):
        scores = with_derived_heads({**garment.scores, "kind": fused})
        garment = replace(garment, scores={head: scores[head] for head in garment.scores})
    return replace(garment, slot=KIND_BY_SLUG[garment.kind].slot.value) if garment.kind else garment


def _ghost(photo: _Photo, cutout: Cutout, region: Region) -> Image.Image | None:
    """The cutout with its wearer in it, where it needs one."""
    body, options = photo.detections.body, photo.engine.options.ghost
    if body is None or region.slot in SMALL_SLOTS or not in_pieces(cutout.alpha, region.slot, options):
        return None
    with photo.clock("cutout"):
        return ghosted(cutout, photo.shown, body, photo.faces, options)


def _described(
    photo: _Photo, cutout: Cutout, region: Region, *, alone: bool = False
) -> tuple[GarmentFacts, list[Description]]:
    """Colours, attributes and embedding of a cutout, and what each view says; its place, `analyse` adds."""
    with photo.clock("palette"):
        colours = palette(cutout.image.convert("RGB"), cutout.alpha, white=white_point(photo.image))
    with photo.clock("describe"):
        views = photo.engine.classifier(_views(photo.shown, cutout, alone=alone))
        scores = fuse_views(views)
    with photo.clock("embed"):
        embedding = mean_embedding(views)
    garment = GarmentFacts(
        score=region.score,
        box=(0, 0, 0, 0),
        slot=region.slot,
        cutout=cutout,
        colours=colours,
        scores=scores,
        embedding=embedding,
        person=region.person,
    )
    return garment, views


def _views(image: Image.Image, cutout: Cutout, *, alone: bool) -> list[Image.Image]:
    """The cutout, the close crop, and where the garment is alone the whole photo: each shows what the others lost.

    The second of three is mirrored, which costs nothing and decorrelates their errors.
    """
    if cutout.whole:
        return [image]
    close = image.crop(Box(*cutout.box).scaled(_CLOSE_CROP).clipped(*image.size).rounded())
    return [cutout.image, ImageOps.mirror(close), image] if alone else [cutout.image, close]


def _whole(photo: _Photo) -> tuple[Description, bool]:
    """The prediction for the whole person, and whether the picture is a packshot, which is then judged as a whole."""
    box, classifier = packshot_box(photo.image, photo.engine.options.detection), photo.engine.classifier
    if box is None:
        return classifier([without_face(photo.image, photo.detections.person, photo.faces)])[0], False
    picture = photo.image.crop(box.rounded())
    views = classifier([picture, ImageOps.mirror(picture)])
    return Description(fuse_views(views), mean_embedding(views)), True


def describe_pictures(pictures: Sequence[Image.Image], *, engine: Engine) -> list[Description]:
    """Embeddings and attributes of ready pictures (cutouts RGBA, product photos RGB), in batches."""
    return engine.classifier(pictures)
