"""Pieces of outfits people wore: garments of street photos, each under light of its own, described.

Pieces of one photo share its light and camera, and a network would happily learn to recognise the
photo. So every piece is relit by itself (white balance, exposure, gamma), resized and re-encoded
before it is described. Regions that are not clothes (hair, skin, bare background) are described as
well: controls that a stylist must not be able to match (`outfits.py`).
"""

import csv
import io
import json
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from recommender.stylist.pieces import Piece, piece_of_kind
from recommender.stylist.seen import piece_seen
from recommender.vision.describe.classifier import Classifier
from recommender.vision.describe.palette import palette
from recommender.vision.segmentation.parser import Parser
from training.vision.parts import STREET_PARTS

# Tags too small or too vague to be asked about, and those that are no clothes.
NO_CLOTHES = frozenset({"null", "hair", "skin"})
TOO_SMALL = frozenset(
    {"accessories", "bracelet", "ring", "necklace", "earrings", "watch", "intimate", "bra", "panties"}
)
CONTROLS = ("hair", "skin", "background")
LEAST_SHARE = 0.0015
LEAST_JUDGED_SHARE = 0.003
BACKGROUNDS = 2


@dataclass(frozen=True)
class Region:
    """A part of a street photo: its tag, and its cutout (RGBA, uint8) in the photo's own light.

    drawn: whether a person drew its mask; else the parser did, and it is for training alone.
    """

    photo: int
    tag: str
    cutout: np.ndarray
    drawn: bool = True

    @property
    def control(self) -> bool:
        """Whether it is no garment."""
        return self.tag in CONTROLS


def street_regions(data: Path, parser: Parser, part: tuple[int, int] = (0, 1)) -> Iterator[Region]:
    """Every garment of the street photos, and the controls of those with masks.

    data: folder of street_photos.tar, .csv and street_labels.txt. Where a person drew no mask, a garment is what the
    parser and one tag of the photo agree on. part: (number, of), every so-manieth photo only.
    """
    names = (data / "street_labels.txt").read_text().split()
    with (data / "street_photos.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    with tarfile.open(data / "street_photos.tar") as archive:
        for row in rows[part[0] :: part[1]]:
            image = _read(archive, row["file"], "RGB")
            photo = int(row["file"].split(".")[0])
            if row["mask"]:
                mask = _read(archive, row["mask"], "L")
                for value in np.unique(mask):
                    tag, chosen = names[value], mask == value
                    if tag != "null" and tag not in TOO_SMALL and chosen.mean() >= LEAST_SHARE:
                        yield Region(photo, tag, _cut(image, chosen))
                yield from _backgrounds(photo, image, mask)
            else:
                yield from _tagged(photo, image, row["tags"].split(), parser)


def _tagged(photo: int, image: np.ndarray, tags: Sequence[str], parser: Parser) -> Iterator[Region]:
    parsing = parser(Image.fromarray(image))
    labels = np.asarray(
        Image.fromarray(parsing.classes.argmax(0).astype(np.uint8)).resize(image.shape[1::-1], Image.Resampling.NEAREST)
    )
    tags_of: dict[str, list[str]] = defaultdict(list)
    for tag in tags:
        if tag not in NO_CLOTHES | TOO_SMALL:
            tags_of[STREET_PARTS[tag]].append(tag)
    for part, found in tags_of.items():
        chosen = labels == parsing.labels.index(part)
        # Two garments of one part: nobody knows which pixels are whose.
        if len(found) == 1 and chosen.mean() >= LEAST_JUDGED_SHARE:
            yield Region(photo, found[0], _cut(image, chosen), drawn=False)


def _read(archive: tarfile.TarFile, name: str, mode: str) -> np.ndarray:
    stream = archive.extractfile(name)
    if stream is None:
        raise FileNotFoundError(name)
    with Image.open(io.BytesIO(stream.read())) as picture:
        return np.asarray(picture if mode == "L" else picture.convert(mode))


def _cut(image: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(chosen.any(axis=1)), np.flatnonzero(chosen.any(axis=0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    return np.dstack([image[box], chosen[box].astype(np.uint8) * 255])


def _backgrounds(photo: int, image: np.ndarray, mask: np.ndarray) -> Iterator[Region]:
    random = np.random.default_rng(photo)
    height, width = mask.shape
    found = 0
    for _ in range(60):
        side = int(random.integers(60, 140))
        top, left = int(random.integers(0, height - side)), int(random.integers(0, width - side))
        box = (slice(top, top + side), slice(left, left + side))
        if (mask[box] == 0).mean() > 0.98:
            yield Region(photo, "background", np.dstack([image[box], np.full((side, side), 255, np.uint8)]))
            found += 1
            if found == BACKGROUNDS:
                return


@dataclass(frozen=True)
class Light:
    """A light and a camera: gains (3,) on linear RGB, tone curve, and the long side it is scaled to.

    contrast and saturation are factors about the cutout's own mean: hard sun and haze are a photo's, too.
    """

    gains: np.ndarray
    gamma: float = 1.0
    contrast: float = 1.0
    saturation: float = 1.0
    side: int | None = None
    mirrored: bool = False
    quality: int | None = None


def question_light(random: np.random.Generator) -> Light:
    """What questions are asked in: white balance of +-13 % a channel, exposure of +-0.4 stops (one sigma each)."""
    balance = np.exp(random.normal(0, 0.13, 3))
    balance /= np.prod(balance) ** (1 / 3)
    return Light(balance * 2 ** random.normal(0, 0.4), side=int(random.integers(96, 224)))


def training_light(random: np.random.Generator) -> Light:
    """Harder than a question's: also gamma of +-12 %, contrast of +-25 %, saturation of +-15 %, mirrored,
    recoded, smaller, so that no trace of a photo's light or camera is worth learning.
    """
    return replace(
        question_light(random),
        gamma=float(np.exp(random.normal(0, 0.12))),
        contrast=float(np.exp(random.normal(0, 0.25))),
        saturation=float(np.exp(random.normal(0, 0.15))),
        side=int(random.integers(64, 224)),
        mirrored=bool(random.random() < 0.5),
        quality=int(random.integers(55, 95)) if random.random() < 0.7 else None,
    )


def relit(cutout: np.ndarray, light: Light) -> Image.Image:
    """The cutout (h, w, 4) uint8 under another light, as RGBA; alpha is kept.

    Only shrinks: what is enlarged would tell a close-up by its blur.
    """
    linear = (cutout[..., :3] / 255.0) ** 2.2 * light.gains
    shown = np.clip(linear, 0, 1) ** (light.gamma / 2.2)
    if light.contrast != 1 or light.saturation != 1:
        inside = cutout[..., 3] > 127
        middle = shown[inside].mean() if inside.any() else 0.5
        grey = shown.mean(axis=2, keepdims=True)
        shown = middle + ((grey - middle) + (shown - grey) * light.saturation) * light.contrast
    rgb = (np.clip(shown, 0, 1) * 255).astype(np.uint8)
    picture = Image.fromarray(np.dstack([rgb, cutout[..., 3]]))
    if light.side is not None and light.side < max(picture.size):
        ratio = light.side / max(picture.size)
        picture = picture.resize(
            (max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))), Image.Resampling.BILINEAR
        )
    if light.quality is not None:
        stream = io.BytesIO()
        picture.convert("RGB").save(stream, "JPEG", quality=light.quality)
        coded = Image.open(stream).convert("RGB")
        coded.putalpha(picture.getchannel("A"))
        picture = coded
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if light.mirrored else picture


def described(pictures: Sequence[Image.Image], classifier: Classifier) -> list[Piece]:
    """Cutouts (RGBA) as pieces, as the evaluation sees them too."""
    pieces = []
    for at, (picture, found) in enumerate(zip(pictures, classifier(pictures), strict=True)):
        colours = palette(picture.convert("RGB"), np.asarray(picture.getchannel("A")))
        lab = [(*colour.lab, colour.share) for colour in colours]
        pieces.append(piece_seen(at, found.scores, lab, found.embedding, owned=False))
    return pieces


@dataclass(frozen=True)
class PieceCache:
    """Described regions: one row each. photo, tag: (n,). drawn: (n,) bool, whose mask a person drew; only of those
    questions are asked. classifier: key of the network that described them.
    """

    photo: np.ndarray
    tag: np.ndarray
    pieces: list[Piece]
    classifier: str
    drawn: np.ndarray


def build_cache(
    regions: Iterable[Region],
    classifier: Classifier,
    *,
    asked: Callable[[Region], bool],
    lights: int = 2,
    seed: int = 5,
    say: Callable[[str], None] = print,
) -> list[PieceCache]:
    """Describe every region in `lights` lights of its own, a cache each: the first is that of questions for those
    `asked` about, all others are to train in.
    """
    found: list[Region] = []
    pieces: list[list[Piece]] = [[] for _ in range(lights)]
    waiting: list[list[Image.Image]] = [[] for _ in range(lights)]

    def flush() -> None:
        for seen, pictures in zip(pieces, waiting, strict=True):
            seen += described(pictures, classifier)
            pictures.clear()

    for number, region in enumerate(regions):
        for light, pictures in enumerate(waiting):
            random = np.random.default_rng([seed + light, region.photo, number])
            in_question = light == 0 and asked(region)
            pictures.append(relit(region.cutout, question_light(random) if in_question else training_light(random)))
        found.append(replace(region, cutout=region.cutout[:0]))  # its pixels are not needed again
        if len(waiting[0]) == 16:
            flush()
        if number % 160 == 0:
            say(f"{number} regions")
    flush()
    photo, tag = np.array([region.photo for region in found]), np.array([region.tag for region in found])
    drawn = np.array([region.drawn for region in found])
    return [PieceCache(photo, tag, seen, str(classifier.key), drawn) for seen in pieces]


def save_cache(cache: PieceCache, path: Path) -> None:
    """Write a cache: embeddings and styles as arrays, the rest as JSON inside the .npz."""
    facts: list[dict[str, Any]] = [
        {
            "kind": piece.kind,
            "pattern": piece.pattern,
            "material": piece.material,
            "seasons": {name: round(float(chance), 4) for name, chance in piece.seasons.items()},
            "formality": round(piece.formality, 4),
            "colours": [[round(float(value), 3) for value in colour] for colour in piece.colours],
            "styles": None if piece.styles is None else [round(float(value), 4) for value in piece.styles],
        }
        for piece in cache.pieces
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        photo=cache.photo,
        tag=cache.tag,
        drawn=cache.drawn,
        embedding=np.array([piece.embedding for piece in cache.pieces], dtype=np.float16),
        facts=np.array(json.dumps(facts)),
        classifier=np.array(cache.classifier),
    )


def load_cache(path: Path) -> PieceCache:
    """Read what `save_cache` wrote."""
    with np.load(path, allow_pickle=False) as file:
        embedding = file["embedding"].astype(np.float32)
        flat = []
        for at, facts in enumerate(json.loads(str(file["facts"]))):
            styles = facts.pop("styles")
            colours = tuple(tuple(colour) for colour in facts.pop("colours"))
            kind = facts.pop("kind")
            flat.append(
                piece_of_kind(
                    at,
                    kind,
                    colours=colours,
                    styles=None if styles is None else np.array(styles, dtype=np.float32),
                    embedding=embedding[at],
                    owned=False,
                    **facts,
                )
            )
        return PieceCache(file["photo"], file["tag"], flat, str(file["classifier"]), file["drawn"])
