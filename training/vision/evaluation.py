"""The figures `evaluate_vision` prints: each part looks at one source of photos and yields rows.

Imports no torch: it measures what is shipped, through the pipeline that ships it.
"""

import csv
import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
from recommender.vision.cutout.rembg_sessions import ParserSession, mask_of
from recommender.vision.describe.style import table
from recommender.vision.facts import PhotoFacts, Scene, Scores
from recommender.vision.models import Models
from recommender.vision.pipeline import Engine, analyse
from training.vision.calibration import calibration_error
from training.vision.contact_sheet import Tile, write_sheets
from training.vision.labels import CLOSET_KINDS, SMALL_SET, closet_labels, product_labels, seen_kinds
from training.vision.neighbours import leave_one_out, precision_at
from training.vision.parser_metrics import Found, StreetScore, box_of
from training.vision.parts import NUMBER, tag_table
from training.vision.splits import is_validation_product, is_validation_street, validation_senders

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


@dataclass(frozen=True)
class Row:
    """One line of the table. target, floor: as shares; None where the issue sets none."""

    what: str
    value: float
    count: int
    target: float | None = None
    floor: float | None = None
    note: str = ""

    def line(self) -> str:
        """The row as text: figure, how many it stands on, target and floor, and whether it is met."""
        wanted, verdict = "", ""
        if self.target is not None and self.floor is not None:
            wanted = f"target {self.target:.2f} floor {self.floor:.2f}"
            verdict = (
                "target met" if self.value >= self.target else "floor met" if self.value >= self.floor else "BELOW"
            )
        return f"{self.what:<58} {self.value:7.4f}  n={self.count:<6} {wanted:<24} {verdict} {self.note}".rstrip()


class Photos:
    """The photos of a data folder, of one split.

    looked_at counts what was handed out. sheets: a folder for contact sheets.
    """

    def __init__(self, data: Path, split: str, limit: int | None, sheets: Path = Path("var/cutouts")) -> None:
        self.data, self.split, self.limit, self.sheets, self.looked_at = data, split, limit, sheets, 0

    def of(self, source: str, *, masked: bool = False) -> Iterator[tuple[dict[str, str], bytes, bytes | None]]:
        """(row, file, mask file or None) of each photo of `source`; masked: only those that have a mask."""
        with (self.data / f"{source}.csv").open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        if self.split == "validation":
            rows = self._held_back(source, rows)
        rows = [row for row in rows if not masked or row["mask"]]
        if self.limit and len(rows) > self.limit:
            rows = [rows[round(at)] for at in np.linspace(0, len(rows) - 1, self.limit)]
        with tarfile.open(self.data / f"{source}.tar") as archive:
            members = {Path(member.name).name: member for member in archive.getmembers()}
            for row in rows:
                self.looked_at += 1
                mask = _read(archive, members[row["mask"]]) if masked else None
                yield row, _read(archive, members[row["file"]]), mask

    @staticmethod
    def _held_back(source: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        if source == "product_photos":
            return [row for row in rows if is_validation_product(row)]
        if source == "street_photos":
            return [row for row in rows if is_validation_street(row)]
        if source == "closet_photos":
            senders = validation_senders(rows)
            return [row for row in rows if row["sender_id"] in senders]
        return rows


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    if stream is None:
        raise FileNotFoundError(member.name)
    return stream.read()


def _largest(facts: PhotoFacts) -> int | None:
    sizes = [(box[2] - box[0]) * (box[3] - box[1]) for box in (garment.box for garment in facts.garments)]
    return int(np.argmax(sizes)) if sizes else None


class _Tally:
    """Right and wrong answers of one question, with how sure each was."""

    def __init__(self) -> None:
        self.right: list[bool] = []
        self.sure: list[float] = []

    def add(self, right: bool, sure: float) -> None:
        self.right.append(right)
        self.sure.append(sure)

    @property
    def share(self) -> float:
        return float(np.mean(self.right)) if self.right else float("nan")

    @property
    def error(self) -> float:
        """Expected calibration error."""
        return calibration_error(np.array(self.sure), np.array(self.right, float)) if self.right else float("nan")


def closet(photos: Photos, engine: Engine) -> Iterator[Row]:
    """Single garments on floors, beds and hangers."""
    kinds, confirmed, all_kinds, scenes, whole, cut = _Tally(), _Tally(), _Tally(), [], [], []
    for row, content, _ in photos.of("closet_photos"):
        facts = analyse(content, engine=engine)
        scenes.append(facts.scene is Scene.GARMENT)
        whole.append(not facts.full_body)
        index = _largest(facts)
        scores = kind_scores(facts)
        if index is not None:
            cut.append(facts.garments[index].cut)
        if row["label"] in SMALL_SET:
            best, sure = named_class(scores)
            kinds.add(best == row["label"], sure)
            if class_kinds(row["label"]).intersection(seen_kinds(row)):
                confirmed.add(best == row["label"], sure)
        if allowed := seen_kinds(row) or tuple(closet_labels(row).get("kind", {})):
            kind, sure = next(iter(scores.items()), ("", 0.0))
            all_kinds.add(kind in allowed, sure)
    note = "of our own split, harder than that set's test: see training/yardstick.py"
    yield Row("kind of a closet photo, 10 classes of the small set", kinds.share, len(kinds.right), 0.97, 0.94, note)
    note = "not told the class: T-Shirt, Shirt, Dress, Skirt, Shorts"
    yield Row("  of those whose class an eye confirms", confirmed.share, len(confirmed.right), note=note)
    yield Row("kind of a closet photo, our kinds, as somebody saw it", all_kinds.share, len(all_kinds.right))
    yield Row("calibration error of kind, closet photos", all_kinds.error, len(all_kinds.right), note="wanted < 0.05")
    # Confidence in a class is that in all its kinds together.
    yield Row("calibration error of the ten classes", kinds.error, len(kinds.right), note="wanted < 0.05")
    yield Row("scene of a closet photo is 'garment'", float(np.mean(scenes)), len(scenes))
    yield Row("full-body check says no on closet photos", float(np.mean(whole)), len(whole), 0.99, 0.97)
    yield Row("closet photos with a cutout", float(np.mean(cut)), len(cut))


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
    tallies = {head: _Tally() for head in heads}
    # Of those whose label allows several answers, any is right and none need be sure.
    alone = {head: _Tally() for head in heads}
    seasons, colours, first, whole = [], [], [], []
    vectors, articles, shades = [], [], []
    for row, content, _ in photos.of("product_photos"):
        labels = product_labels(row)
        if "kind" not in labels:
            continue
        facts = analyse(content, engine=engine)
        whole.append(not facts.full_body)
        index = _main(facts, labels["kind"])
        garment = facts.garments[index] if index is not None else None
        for head in heads:
            if head in labels:
                best, sure = garment.best(head) if garment else (None, 0.0)
                right = labels[head].get(best or "", 0) >= 0.99
                tallies[head].add(right, sure)
                if len(labels[head]) == 1:
                    alone[head].add(right, sure)
        if "season" in labels and garment:
            seasons.append(labels["season"].get(garment.best("season")[0] or "", 0) > 0)
        if "colour" in labels and row["baseColour"] != "Multi":
            names = [colour.name for colour in garment.colours] if garment else []
            colours.append(any(labels["colour"].get(name, 0) >= 0.99 for name in names[:2]))
            first.append(any(labels["colour"].get(name, 0) >= 0.99 for name in names[:1]))
        if garment is not None and garment.embedding is not None:
            vectors.append(garment.embedding)
            articles.append(row["articleType"])
            shades.append(f"{row['articleType']}|{row['baseColour']}")
    limits = {"kind": (0.92, 0.88), "usage": (0.92, 0.90)}
    for head, tally in tallies.items():
        target, floor = limits.get(head, (None, None))
        weak = "" if head in limits else "weak labels"
        yield Row(f"{head} of a product photo", tally.share, len(tally.right), target, floor, weak)
        yield Row(f"calibration error of {head}, products", tally.error, len(tally.right), note="wanted < 0.05")
        if len(told := alone[head].right) < len(tally.right):
            yield Row("  of those whose label names one alone", alone[head].error, len(told), note="wanted < 0.05")
    yield Row("season of a product photo", float(np.mean(seasons)), len(seasons), note="its season of sale")
    yield Row("colour of a product photo, right in the first two", float(np.mean(colours)), len(colours), 0.92, 0.85)
    yield Row("colour of a product photo, the first", float(np.mean(first)), len(first))
    yield Row("full-body check says no on product photos", float(np.mean(whole)), len(whole), 0.99, 0.97)
    space = np.stack(vectors)
    yield Row("precision@10, same articleType", precision_at(space, articles), len(space))
    yield Row("precision@10, same articleType and baseColour", precision_at(space, shades), len(space))
    for what, value in _plain_features("precision@10").items():
        yield Row(f"  {what}", value, 0, note="from the card: measured when exported")


def _plain_features(figure: str) -> dict[str, float]:
    """What features of plain ImageNet reach, as the describer's card has it; figure: how the figure's name begins."""
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
    score, person, whole, hung, too_little = StreetScore(), [], [], _Tally(), _Tally()
    session = ParserSession(parser=getattr(engine.detector, "parser", None))
    for _row, content, mask in photos.of("street_photos", masked=True):
        truth = table[np.asarray(Image.open(io.BytesIO(mask or b"")))]
        facts = analyse(content, engine=engine)
        whole.append(facts.full_body)
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
            (hung if garment.clear else too_little).add(there, garment.score)
        found.sort(key=lambda one: one.score)  # of two in one slot the surer is scored
        score.add(winner, found, truth)
        body = mask_of(images.decode(content).image, session) > 127
        body = cv2.resize(body.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool)
        person.append(_overlap(body, truth > 0))
    figures = score.figures()
    count = len(person)
    yield Row("foreground IoU on street photos", float(np.mean(person)), count, 0.95, 0.92)
    yield Row("worn garments found, box AP50 over seven slots", figures["ap50"], count, 0.75, 0.60)
    for name in figures:
        if name.startswith("ap50 "):
            yield Row(f"  box {name}", figures[name], score.truths[name.removeprefix("ap50 ")])
    yield Row("mask IoU of the garments found", figures["mask iou"], len(score.mask_ious), 0.82, 0.74)
    yield Row("  cut out right by half, of what is hung in a closet", hung.share, len(hung.right))
    yield Row("  cut out right by half, of what is too little to hang", too_little.share, len(too_little.right))
    yield Row("full-body check says yes on street photos", float(np.mean(whole)), count, 0.98, 0.95)


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
    tallies = {head: _Tally() for head in heads}
    for source, labels in (("closet_photos", closet_labels), ("product_photos", product_labels)):
        for row, content, _ in photos.of(source):
            if (answer := answers.get((source, row["file"]))) is None:
                continue
            facts = analyse(content, engine=engine)
            index = _main(facts, labels(row).get("kind", {}))
            for head in heads:
                if allowed := answer[head]:
                    best, sure = facts.garments[index].best(head) if index is not None else (None, 0.0)
                    tallies[head].add(best in allowed.split("|"), sure)
    for head, tally in tallies.items():
        yield Row(f"{head}, of 200 photos looked at", tally.share, len(tally.right))


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
    "faces": faces,
    "looks": looks,
    "checked": checked,
    "cutouts": cutouts,
}
