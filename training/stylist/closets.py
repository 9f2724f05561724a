"""Real closets to look at: senders of `closet_photos.csv`, their photos read by the vision engine once and kept.

A closet is what one sender photographed, children's garments apart from grown-ups'. What the engine says of each photo
is kept outside the repository (facts, a thumbnail of the cutout, the embedding), so that the next run takes seconds.
"""

import csv
import io
import json
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from catalog import seasons
from catalog.taxonomy import KIND_BY_SLUG
from closet.services.review import FAIR
from recommender.stylist.pieces import STYLE_SLUGS, Piece

CLOSETS, CHILDREN = 20, 4
MIN_GARMENTS, MAX_GARMENTS = 12, 24
SEED = 20
THUMBNAIL = 220
_NO_GARMENT = {"Not sure", "Skip", "Other"}
_LOWER, _UPPER = {"Pants", "Shorts", "Skirt"}, {"T-Shirt", "Longsleeve", "Shirt", "Polo", "Top", "Blouse", "Undershirt"}


@dataclass(frozen=True)
class Closet:
    """name: the sender's number, with "-child" for children's things. files: of the photos, in the order drawn."""

    name: str
    files: tuple[str, ...]
    child: bool


def draw_closets(data: Path, *, seed: int = SEED) -> list[Closet]:
    """`CLOSETS` closets of at least `MIN_GARMENTS` garments that can dress somebody, `CHILDREN` of them children's."""
    rows: dict[tuple[str, bool], list[Mapping[str, str]]] = defaultdict(list)
    with (data / "closet_photos.csv").open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["label"] not in _NO_GARMENT:
                rows[row["sender_id"], row["kids"] == "True"].append(row)
    random = np.random.default_rng(seed)
    closets: list[Closet] = []
    for child, count in ((False, CLOSETS - CHILDREN), (True, CHILDREN)):
        able = sorted(key for key, garments in rows.items() if key[1] is child and _dresses(garments))
        for at in sorted(random.choice(len(able), min(count, len(able)), replace=False)):
            garments = rows[able[at]]
            kept = random.permutation(len(garments))[:MAX_GARMENTS]
            files = tuple(garments[one]["file"] for one in kept)
            closets.append(Closet(able[at][0] + ("-child" if child else ""), files, child))
    return closets


def _dresses(garments: Iterable[Mapping[str, str]]) -> bool:
    labels = [row["label"] for row in garments]
    whole = set(labels) & _LOWER and set(labels) & _UPPER
    return len(labels) >= MIN_GARMENTS and bool(whole or "Dress" in labels)


def read_closets(data: Path, cache: Path, *, seed: int = SEED) -> Iterator[tuple[Closet, list[Piece]]]:
    """Each closet with the pieces that hang by themselves: not what would wait to be named, or was not found."""
    closets = draw_closets(data, seed=seed)
    look_at(data, cache, [file for closet in closets for file in closet.files])
    for closet in closets:
        yield closet, [piece for file in closet.files if (piece := kept_piece(cache, file, child=closet.child))]


def look_at(data: Path, cache: Path, files: Iterable[str]) -> None:
    """Runs the vision engine on the photos that are not in the cache yet."""
    wanted = {file for file in files if not (cache / f"{file}.json").exists()}
    if not wanted:
        return
    from recommender.vision.pipeline import Options, analyse, engine

    cache.mkdir(parents=True, exist_ok=True)
    with tarfile.open(data / "closet_photos.tar") as tar:
        for member in tar:
            name = Path(member.name).name
            if name not in wanted or (stream := tar.extractfile(member)) is None:
                continue
            found = analyse(stream.read(), engine=engine(Options(threads=1))).garments
            facts: dict[str, Any] = {}
            if found:
                garment = max(found, key=lambda one: one.score)
                facts = {
                    "scores": {head: dict(scores) for head, scores in garment.scores.items()},
                    "colours": [(*map(float, one.lab), float(one.share)) for one in garment.colours],
                    "embedding": [] if garment.embedding is None else garment.embedding.tolist(),
                }
                picture = garment.picture.copy()
                picture.thumbnail((THUMBNAIL, THUMBNAIL))
                picture.save(cache / f"{name}.png")
            (cache / f"{name}.json").write_text(json.dumps(facts))


def kept_piece(cache: Path, file: str, *, child: bool) -> Piece | None:
    """A photo's largest garment as the closet would hold it, None where none was found or its kind is unsure."""
    facts = json.loads((cache / f"{file}.json").read_text())
    kinds = facts.get("scores", {}).get("kind", {})
    if not kinds or max(kinds.values()) < FAIR:
        return None
    scores = facts["scores"]
    kind = KIND_BY_SLUG[max(kinds, key=lambda slug: kinds[slug])]

    def best(head: str) -> str | None:
        return max(scores[head], key=lambda label: scores[head][label]) if scores.get(head) else None

    style = scores.get("style")
    return Piece(
        id=file,
        kind=kind.slug,
        slot=kind.slot.value,
        colours=tuple(tuple(colour) for colour in facts["colours"]),
        pattern=best("pattern"),
        material=best("material"),
        seasons=dict.fromkeys(seasons.likely(scores.get("season", {})), 1.0),
        styles=np.array([style.get(slug, 0.0) for slug in STYLE_SLUGS], dtype=np.float32) if style else None,
        formality=sum(chance * KIND_BY_SLUG[slug].formality for slug, chance in kinds.items()),
        warmth=sum(chance * KIND_BY_SLUG[slug].warmth for slug, chance in kinds.items()),
        layer=kind.layer,
        embedding=np.array(facts["embedding"], dtype=np.float32) if facts["embedding"] else None,
        gender=best("gender"),
        sleeve=best("sleeve"),
        pattern_sure=max(scores["pattern"].values()) if scores.get("pattern") else 1.0,
        child=child or None,
    )


def thumbnail(cache: Path, file: str) -> Image.Image:
    """RGBA cutout, at most `THUMBNAIL` pixels a side."""
    with Image.open(io.BytesIO((cache / f"{file}.png").read_bytes())) as picture:
        return picture.convert("RGBA")
