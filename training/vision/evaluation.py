"""The figures `evaluate_vision` prints: each part looks at one source of photos and yields rows.

Imports no torch: it measures what is shipped, through the pipeline that ships it.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import f1_score

from catalog.taxonomy import KIND_BY_SLUG, STYLES
from imaging import decode as images
from recommender.vision import faces as privacy
from recommender.vision.cards import load_cards
from recommender.vision.cutout.cutter import whole_alpha
from recommender.vision.cutout.matting import guided_filter
from recommender.vision.describe.style import table
from recommender.vision.facts import PhotoFacts, Scene, Scores
from recommender.vision.models import Models
from recommender.vision.pipeline import Engine, analyse
from recommender.vision.segmentation.detector import ParserDetector
from recommender.vision.segmentation.parser import BACKGROUND
from training.vision.calibration import calibration_error
from training.vision.colour_labels import PRODUCT_COLOURS
from training.vision.contact_sheet import Tile, write_sheets
from training.vision.labels import CLOSET_KINDS, SMALL_SET, closet_labels, product_labels, seen_kinds
from training.vision.measured import Photos, Row, Tally
from training.vision.neighbours import leave_one_out, precision_at
from training.vision.outline_metrics import outlines
from training.vision.parser_metrics import BoxScore, Found, StreetScore, box_of
from training.vision.parts import BOX_SLOTS, NUMBER, tag_table
from training.vision.splits import unit_of

# Further kinds of ours that count as a class of the small set. Whoever named its photos called cardigans and hoodies
# Longsleeve: 68 of the 69 that `closet_kinds.csv` sees first of all.
_ALSO: Final = {
    "Longsleeve": ("hoodie",),
    "Outwear": ("blazer",),
    "Shirt": ("blouse",),
    "T-Shirt": ("polo",),
    "Dress": ("jumpsuit", "tunic"),
}
CHECKED: Final = Path(__file__).with_name("checked.csv")
_SURELY_A_FACE: Final = 0.5
_RECOGNISABLE: Final = 16  # pixels of a face's height below which nobody is known by it
# look_style.py has the same words, but imports torch.
_LOOK_STYLES: Final = {
    "americancasual": "amekaji",
    "casual": "casual",
    "dandy": "dandy",
    "formal": "formal",
    "sports": "sporty",
    "street": "street",
}


def _largest(facts: PhotoFacts) -> int | None:
    sizes = [(box[2] - box[0]) * (box[3] - box[1]) for box in (garment.box for garment in facts.garments)]
    return int(np.argmax(sizes)) if sizes else None


def closet(photos: Photos, engine: Engine) -> Iterator[Row]:
    """Single garments on floors, beds and hangers."""
    kinds, confirmed, all_kinds, scenes, whole, cut = (Tally() for _ in range(6))
    for row, content, _ in photos.of("closet_photos"):
        facts, unit = analyse(content, engine=engine), unit_of("closet_photos", row)
        scenes.add(facts.scene is Scene.GARMENT, 1.0, unit)
        whole.add(not facts.full_body, 1.0, unit)
        index = _largest(facts)
        scores = kind_scores(facts)
        if index is not None:
            cut.add(facts.garments[index].cut, 1.0, unit)
        if row["label"] in SMALL_SET:
            best, sure = named_class(scores)
            kinds.add(best == row["label"], sure, unit)
            if class_kinds(row["label"]).intersection(seen_kinds(row)):
                confirmed.add(best == row["label"], sure, unit)
        if allowed := seen_kinds(row) or tuple(closet_labels(row).get("kind", {})):
            kind, sure = next(iter(scores.items()), ("", 0.0))
            all_kinds.add(kind in allowed, sure, unit)
    note = "of our own split, harder than that set's test: see training/vision/baseline.py"
    yield kinds.row("kind of a closet photo, 10 classes of the small set", 0.97, 0.94, note=note)
    note = "not told the class: T-Shirt, Shirt, Dress, Skirt, Shorts"
    yield confirmed.row("  of those whose class an annotator confirms", note=note)
    yield all_kinds.row("kind of a closet photo, our kinds, as annotated")
    yield Row("calibration error of kind, closet photos", all_kinds.error, len(all_kinds.right), note="wanted < 0.05")
    # Confidence in a class is that in all its kinds together.
    yield Row("calibration error of the ten classes", kinds.error, len(kinds.right), note="wanted < 0.05")
    yield scenes.row("scene of a closet photo is 'garment'")
    yield whole.row("full-body check says no on closet photos", 0.99, 0.97)
    yield cut.row("closet photos with a cutout")


def kind_scores(facts: PhotoFacts) -> Scores:
    """kind -> probability of the largest garment; nothing where none was found."""
    index = _largest(facts)
    return facts.garments[index].scores["kind"] if index is not None else {}


def named_class(scores: Scores) -> tuple[str, float]:
    """Which of the small set's ten classes a garment is by its kinds, and how surely; ("", 0.0) where nothing is known.

    scores: kind -> probability.
    """
    if not scores:
        return "", 0.0
    sums = {name: sum(scores.get(kind, 0.0) for kind in class_kinds(name)) for name in SMALL_SET}
    best = max(sums, key=lambda name: sums[name])
    return best, sums[best]


def class_kinds(label: str) -> set[str]:
    """The kinds of ours that count as `label` of the small set, each kind in one group."""
    clear = {kind for kind, weight in CLOSET_KINDS[label].items() if weight >= 0.6}
    taken = {kind for other in SMALL_SET if other != label for kind, w in CLOSET_KINDS[other].items() if w == 1}
    return (
        (clear - taken)
        | {kind for kind, weight in CLOSET_KINDS[label].items() if weight == 1}
        | {*_ALSO.get(label, ())}
    )


def products(photos: Photos, engine: Engine) -> Iterator[Row]:
    """Shop photos: kind, colours, usage, the weakly labelled heads, and the embedding."""
    heads = ("kind", "usage", "pattern", "material", "gender", "sleeve", "length")
    tallies = {head: Tally() for head in heads}
    # Of those whose label allows several answers, any is right and none need be sure.
    alone = {head: Tally() for head in heads}
    seasons, colours, first, whole = (Tally() for _ in range(4))
    vectors, articles, shades = [], [], []
    for row, content, _ in photos.of("product_photos"):
        labels = product_labels(row)
        if "kind" not in labels:
            continue
        facts, unit = analyse(content, engine=engine), unit_of("product_photos", row)
        whole.add(not facts.full_body, 1.0, unit)
        index = _main(facts, labels["kind"])
        garment = facts.garments[index] if index is not None else None
        for head in heads:
            if head in labels:
                best, sure = garment.best(head) if garment else (None, 0.0)
                right = labels[head].get(best or "", 0) >= 0.99
                tallies[head].add(right, sure, unit)
                if len(labels[head]) == 1:
                    alone[head].add(right, sure, unit)
        if "season" in labels and garment:
            seasons.add(labels["season"].get(garment.best("season")[0] or "", 0) > 0, 1.0, unit)
        if "colour" in labels and row["baseColour"] != "Multi":
            names = [colour.name for colour in garment.colours] if garment else []
            accepted = PRODUCT_COLOURS.get(row["baseColour"], frozenset())
            colours.add(not accepted.isdisjoint(names[:2]), 1.0, unit)
            first.add(not accepted.isdisjoint(names[:1]), 1.0, unit)
        if garment is not None and garment.embedding is not None:
            vectors.append(garment.embedding)
            articles.append(row["articleType"])
            shades.append(f"{row['articleType']}|{row['baseColour']}")
    limits = {"kind": (0.92, 0.88), "usage": (0.92, 0.90)}
    for head, tally in tallies.items():
        target, floor = limits.get(head, (None, None))
        weak = "" if head in limits else "weak labels"
        yield tally.row(f"{head} of a product photo", target, floor, note=weak)
        yield Row(f"calibration error of {head}, products", tally.error, len(tally.right), note="wanted < 0.05")
        if len(told := alone[head].right) < len(tally.right):
            yield Row("  of those whose label names one alone", alone[head].error, len(told), note="wanted < 0.05")
    yield seasons.row("season of a product photo", note="its season of sale")
    yield colours.row("colour of a product photo, right in the first two", 0.92, 0.85)
    yield first.row("colour of a product photo, the first")
    yield whole.row("full-body check says no on product photos", 0.99, 0.97)
    space = np.stack(vectors)
    yield Row("precision@10, same articleType", precision_at(space, articles), len(space))
    yield Row("precision@10, same articleType and baseColour", precision_at(space, shades), len(space))
    for what, value in _plain_features("precision@10").items():
        yield Row(f"  {what}", value, 0, note="from the card: measured when exported")


def _plain_features(figure: str) -> dict[str, float]:
    """What features of plain ImageNet reach, as the classifier's card has it; figure: how the figure's name begins."""
    measured = load_cards()["classifier"].metrics.get("embedding", {})
    return {name: value for name, value in measured.items() if name.startswith(figure) and name.endswith("imagenet")}


def _main(facts: PhotoFacts, allowed: Mapping[str, float]) -> int | None:
    """The garment a shop photo is about: on a model, the one in the slot that is sold."""
    slots = {KIND_BY_SLUG[kind].slot.value for kind in allowed}
    fitting = [index for index, garment in enumerate(facts.garments) if garment.slot in slots]
    if facts.scene is Scene.WORN and fitting:
        return max(fitting, key=lambda index: facts.garments[index].score)
    return _largest(facts)


def street(photos: Photos, engine: Engine) -> Iterator[Row]:
    """People in their clothes, against the pixel masks."""
    table = tag_table((photos.data / "street_labels.txt").read_text().split())
    score, person, whole, kept, discarded = StreetScore(), [], [], Tally(), Tally()
    units = []
    for row, content, mask in photos.of("street_photos", masked=True):
        truth = table[np.asarray(Image.open(io.BytesIO(mask or b"")))]
        facts, unit = analyse(content, engine=engine), unit_of("street_photos", row)
        whole.append(facts.full_body)
        units.append(unit)
        size = (facts.width, facts.height)
        if truth.shape != size[::-1]:
            truth = cv2.resize(truth, size, interpolation=cv2.INTER_NEAREST)
        winner, found = np.zeros(truth.shape, np.int64), []
        scale = max(1.0, max(size) / images.WORKING_SIDE)
        for garment in facts.garments:
            alpha = np.asarray(whole_alpha(garment.cutout, size, scale)) > 127
            if not alpha.any() or garment.slot not in NUMBER:
                continue
            winner[alpha] = NUMBER[garment.slot]
            found.append(Found(garment.slot, garment.score, box_of(alpha), alpha))
            there = _overlap(alpha, truth == NUMBER[garment.slot]) > 0.5
            (kept if garment.clear else discarded).add(there, garment.score, unit)
        found.sort(key=lambda one: one.score)  # of two in one slot the surer is scored
        score.add(winner, found, truth, unit)
        body = _foreground(images.decode(content).image, engine)
        body = cv2.resize(body.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool)
        person.append(_overlap(body, truth > 0))
    figures = score.figures()
    count = len(person)
    yield Row.of("foreground IoU on street photos", person, units, 0.95, 0.92)
    bounds = score.ap50_intervals()
    what = "worn garments found, box AP50 over seven slots"
    yield Row(what, figures["ap50"], count, 0.75, 0.60, interval=bounds.get("ap50"))
    for name in figures:
        if name.startswith("ap50 "):
            number = score.truths[name.removeprefix("ap50 ")]
            yield Row(f"  box {name}", figures[name], number, interval=bounds.get(name))
    yield Row.of("mask IoU of the garments found", score.mask_ious, score.mask_units, 0.82, 0.74)
    yield kept.row("  mask IoU above .5, of garments kept in the closet")
    yield discarded.row("  mask IoU above .5, of garments kept out of it (not clear)")
    yield Row(
        "calibration error of is-a-garment, worn", _both_error(kept, discarded), len(kept.right + discarded.right)
    )
    yield Row.of("full-body check says yes on street photos", whole, units, 0.98, 0.95)


def boxes(photos: Photos, engine: Engine) -> Iterator[Row]:
    """People in their clothes, against boxes that somebody drew."""
    score, count = BoxScore(), 0
    for row, content, _ in photos.of("street_boxes"):
        facts, count = analyse(content, engine=engine), count + 1
        found: dict[str, tuple[float, tuple[int, int, int, int]]] = {}
        for garment in sorted(facts.garments, key=lambda one: one.score):
            found[garment.slot] = garment.score, garment.box
        score.add(found, labelled_boxes(row, (facts.width, facts.height)), row["file"])
    bounds = score.ap50_intervals()
    for name, value in score.ap50().items():
        number = score.truths.get(name.removeprefix("ap50 "), count)
        yield Row(f"worn garments by drawn boxes, {name}", value, number, interval=bounds.get(name))


def labelled_boxes(row: Mapping[str, str], size: tuple[int, int]) -> dict[str, list[tuple[float, ...]]]:
    """slot -> boxes of a row of `street_boxes.csv`, in pixels of a photo of `size` (width, height)."""
    across, down = size[0] / float(row["width"]), size[1] / float(row["height"])
    labels: dict[str, list[tuple[float, ...]]] = {}
    for name, x0, y0, x1, y1 in json.loads(row["boxes"]):
        labels.setdefault(BOX_SLOTS.get(name, ""), []).append((x0 * across, y0 * down, x1 * across, y1 * down))
    return labels


def _both_error(one: Tally, other: Tally) -> float:
    right, sure = one.right + other.right, one.sure + other.sure
    return calibration_error(np.array(sure), np.array(right, float)) if right else float("nan")


def _foreground(image: Image.Image, engine: Engine) -> NDArray[np.bool_]:
    """(h, w) of everything that is not background, edges refined. image: RGB."""
    if not isinstance(engine.detector, ParserDetector):
        return np.zeros((image.height, image.width), bool)
    probability = 1 - engine.detector.parser(image).probability(BACKGROUND)
    return guided_filter(np.asarray(image), probability, engine.options.cutout) > 127


def _overlap(one: NDArray[np.bool_], two: NDArray[np.bool_]) -> float:
    """Intersection over union of two masks, 0 where both are empty."""
    return float((one & two).sum() / max(1, (one | two).sum()))


def faces(photos: Photos, engine: Engine) -> Iterator[Row]:
    """Faces on street photos: found at all, and every one that a further search is sure of is blurred.

    A detector still sees a head in a blurred oval on shoulders, so searching again proves nothing. Instead the photo is
    searched larger, by a finder that speaks only when it is sure: a doubtful one takes exhaust pipes for faces.
    """
    judge = privacy.CenterFaceFinder(Models(threads=2), close_threshold=_SURELY_A_FACE)
    found, covered = [], []
    for _row, content, _ in photos.of("street_photos"):
        facts = analyse(content, engine=engine)
        found.append(bool(facts.faces))
        image = images.decode(content).image
        large = image.resize((image.width * 3 // 2, image.height * 3 // 2))
        hidden = [blurred.scaled(privacy.MARGIN) for blurred in facts.faces]
        for face in judge(large, closely=True):
            if face.height / 1.5 < _RECOGNISABLE:
                continue
            x, y = (face.x0 + face.x1) / 3, (face.y0 + face.y1) / 3
            covered.append(any(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for box in hidden))
    yield Row("street photos with a face found", float(np.mean(found)), len(found), 0.99, 0.97)
    yield Row(
        "faces a further, larger search is sure of are blurred", float(np.mean(covered)), len(covered), 0.99, 0.97
    )


def looks(photos: Photos, engine: Engine) -> Iterator[Row]:
    """Whole looks: style by its head, and by the five nearest looks' styles."""
    slugs = [style.slug for style in STYLES]
    truth, said, vectors = [], [], []
    for row, content, _ in photos.of("look_photos"):
        image = images.decode(content).image
        boxes = engine.faces(image)
        seen = engine.detector(image, boxes)
        style = analyse(content, engine=engine).style
        frame = privacy.blanked(image, boxes)
        if seen.person:
            frame = frame.crop(seen.person.clipped(*image.size).rounded())
        truth.append(_LOOK_STYLES[row["style"]])
        known = {name: style.get(name, 0.0) for name in _LOOK_STYLES.values()}
        said.append(max(known, key=lambda name: known[name]) if style else "")
        vectors.append(engine.classifier.classify_outfit(frame).embedding)
    numbers = [slugs.index(style) for style in truth]
    if any(said):
        guesses = [slugs.index(style) if style else -1 for style in said]
        macro = f1_score(numbers, guesses, labels=sorted(set(numbers)), average="macro", zero_division=0)
        folds = table()["metrics"]["look style macro f1"]
        yield Row("style of a whole look, macro F1 of six", folds, len(truth), 0.80, 0.50, "by folds, when fitted")
        yield Row("  the same on the looks it was fitted on", float(macro), len(truth))
    nearest = leave_one_out(np.stack(vectors), truth)
    yield Row("style by five nearest neighbours, leave one out", nearest, len(truth), note="VGG16 fc1: 0.415")
    for what, value in _plain_features("style").items():
        yield Row(f"  {what}", value, 0, note="from the card: measured when exported")


def checked(photos: Photos, engine: Engine) -> Iterator[Row]:
    """What the sources do not label or label weakly, against 200 photos that somebody looked at (`checked.csv`).

    A cell lists every answer that is right; an empty one is a question the photo does not answer.
    """
    with CHECKED.open(newline="", encoding="utf-8") as stream:
        answers = {(row["source"], row["file"]): row for row in csv.DictReader(stream)}
    heads = ("pattern", "material", "sleeve", "length", "gender", "season")
    tallies = {head: Tally() for head in heads}
    for source, labels in (("closet_photos", closet_labels), ("product_photos", product_labels)):
        for row, content, _ in photos.of(source):
            if (answer := answers.get((source, row["file"]))) is None:
                continue
            facts = analyse(content, engine=engine)
            index = _main(facts, labels(row).get("kind", {}))
            for head in heads:
                if allowed := answer[head]:
                    best, sure = facts.garments[index].best(head) if index is not None else (None, 0.0)
                    tallies[head].add(best in allowed.split("|"), sure, unit_of(source, row))
    for head, tally in tallies.items():
        yield tally.row(f"{head}, of 200 photos annotated by hand")


def cutouts(photos: Photos, engine: Engine) -> Iterator[Row]:
    """A hundred closet photos beside their cutouts, on sheets for somebody to look at."""
    some = Photos(photos.data, photos.split, photos.limit or 100)
    tiles = []
    for number, (row, content, _) in enumerate(some.of("closet_photos")):
        facts = analyse(content, engine=engine)
        index = _largest(facts)
        garment = facts.garments[index] if index is not None else None
        caption = f"{number} {row['label']}: {garment.kind if garment else facts.scene}"
        tiles.append(Tile(images.decode(content).image, garment, caption))
    photos.looked_at += some.looked_at
    sheets = write_sheets(tiles, photos.sheets)
    found = float(np.mean([tile.garment is not None for tile in tiles]))
    yield Row("closet photos whose cutout is on a sheet to look at", found, len(tiles), note=f"{sheets[0].parent}")


PARTS: Final[dict[str, Callable[[Photos, Engine], Iterator[Row]]]] = {
    "closet": closet,
    "products": products,
    "street": street,
    "boxes": boxes,
    "faces": faces,
    "looks": looks,
    "checked": checked,
    "cutouts": cutouts,
    "outlines": outlines,
}
