"""Teach the text encoder: ridge regression from what is said of products to the embedding of their photos.

Of every photo several texts are made: its title, and its facts in words of either language, some of them left out, as
people do (`catalog.words` has the spellings; pattern, material and style are the classifier's). Looks tell what goes
with occasions: a look's tags stand for products of its kinds. Photos whose file has an odd CRC-32 are left out: bench
searches among those.
"""

from __future__ import annotations

import csv
import json
import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog import taxonomy
from catalog.importers import vocabulary
from catalog.words import hangul, occasions
from catalog.words.lexicon import lexicon
from recommender.meaning.encoder import BUCKETS, CARD, WEIGHTS, row_of, word_code, words_of
from recommender.vision.cards import sha256_of
from training.words.pictures import Pictures, open_pictures
from training.words.records import facts_of

RIDGE = 10.0  # of 1, 10 and 50 the best nDCG@20 on the tune queries, by pictures alone
TEXTS = 8  # of facts, a photo
TAGS = 4  # texts of a look
SHARES = {
    "colour": 0.6,
    "pattern": 0.5,
    "material": 0.3,
    "gender": 0.25,
    "season": 0.3,
    "style": 0.25,
    "occasion": 0.06,
}
BATCH = 4096
LEAST_SAID = 3


def is_taught(file: str) -> bool:
    """Whether a photo is for teaching."""
    return zlib.crc32(file.encode()) % 2 == 0


class Spellings:
    """family, slug -> words, by language."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
        for entry in lexicon().values():
            for meaning in entry.meanings:
                for slug in meaning.slugs:
                    self._words[meaning.family, slug, hangul.has_hangul(entry.text)].append(entry.text)

    def word(self, rng: random.Random, family: str, slug: str, is_korean: bool) -> str:
        words = self._words[family, slug, is_korean]
        return rng.choice(words) if words else ""


def samples(pictures: Pictures, data: Path, rng: random.Random) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """(text, (256,) centred embedding) pairs."""
    mean = pictures.vectors.mean(axis=0)
    spellings = Spellings()
    by_kind: dict[tuple[str, str], list[NDArray[np.float32]]] = defaultdict(list)
    for record, vector, scores in zip(pictures.rows, pictures.vectors, pictures.scores, strict=True):
        facts = facts_of(record)
        if facts is None or not is_taught(record["file"]):
            continue
        target = vector - mean
        by_kind[str(facts["kind"]), str(facts["gender"])].append(target)
        if facts["title"]:
            yield facts["title"], target
        for number in range(TEXTS):
            if text := _text(facts, scores, spellings, rng, is_korean=bool(number % 2)):
                yield text, target
    yield from _of_looks(data, by_kind, rng)


def _text(
    facts: Mapping[str, Any], scores: Mapping[str, Mapping[str, float]], spellings: Spellings, rng: random.Random,
    *, is_korean: bool,
) -> str:  # fmt: skip
    likely = {head: next(iter(scores.get(head, {})), "") for head in ("pattern", "material", "style")}
    said = {
        "colour": next(iter(facts["colours"]), ""),
        "pattern": likely["pattern"] if likely["pattern"] != "solid" else "",
        "material": likely["material"],
        "gender": facts["gender"],
        "season": rng.choice(facts["seasons"]) if facts["seasons"] else "",
        "style": likely["style"],
    }
    parts = [
        spellings.word(rng, family, slug, is_korean)
        for family, slug in said.items()
        if slug and rng.random() < SHARES[family]
    ]
    kind = taxonomy.KIND_BY_SLUG.get(facts["kind"])
    chance = rng.random()
    if chance < 0.7:
        parts.append(spellings.word(rng, "kind", facts["kind"], is_korean))
    elif chance < 0.8 and kind is not None:
        parts.append(spellings.word(rng, "slot", kind.slot.value, is_korean))
    for occasion, kinds in occasions.KINDS.items():
        if facts["kind"] in kinds and rng.random() < SHARES["occasion"]:
            parts.append(spellings.word(rng, "occasion", occasion, is_korean))
    return " ".join(part for part in parts if part)


def _of_looks(
    data: Path, by_kind: Mapping[tuple[str, str], Sequence[NDArray[np.float32]]], rng: random.Random
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """A few tags of each look, for a product of one of its kinds. Tags that name kinds are left out: they say more of
    their own products than of the others."""
    with (data / "looks_ko.csv").open(newline="", encoding="utf-8") as stream:
        for look in csv.DictReader(stream):
            gender = look["gender"].lower()
            tags = look["tags"].split("|")
            kinds = [slug for tag in tags if (slug := vocabulary.kind_slug(tag)) and by_kind.get((slug, gender))]
            moods = [tag for tag in tags if vocabulary.kind_slug(tag) is None]
            for _ in range(TAGS if kinds and moods else 0):
                text = " ".join(rng.sample(moods, min(len(moods), rng.randint(1, 3))))
                yield text, rng.choice(by_kind[rng.choice(kinds), gender])


def fit(pairs: Sequence[tuple[str, NDArray[np.float32]]], ridge: float = RIDGE) -> NDArray[np.float32]:
    """(BUCKETS, 256) float32, in closed form."""
    gram = np.zeros((BUCKETS, BUCKETS), np.float32)
    moment = np.zeros((BUCKETS, pairs[0][1].shape[0]), np.float32)
    for start in range(0, len(pairs), BATCH):
        part = [(row, target) for text, target in pairs[start : start + BATCH] if (row := row_of(text)) is not None]
        rows = np.stack([row for row, _target in part])
        gram += rows.T @ rows
        moment += rows.T @ np.stack([target for _row, target in part])
    gram[np.diag_indices(BUCKETS)] += ridge
    return np.linalg.solve(gram, moment)


def taught_words(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Codes of the words that were said at least LEAST_SAID times, ascending."""
    counts = Counter(word for text in texts for word in set(words_of(text)))
    return np.array(sorted({word_code(word) for word, count in counts.items() if count >= LEAST_SAID}), dtype=np.uint32)


def write(data: Path, work: Path, seed: int = 1) -> dict[str, Any]:
    """Weights and card. Minutes of one processor; the photos are described first where that was not done."""
    pictures = open_pictures(data, work)
    pairs = list(samples(pictures, data, random.Random(seed)))
    matrix = fit(pairs).astype(np.float16)
    WEIGHTS.mkdir(exist_ok=True)
    path = WEIGHTS / "text.npz"
    np.savez_compressed(path, matrix=matrix, taught=taught_words([text for text, _target in pairs]))
    record = {
        "key": f"text-{pictures.describer}",
        "file": path.name,
        "sha256": sha256_of(path),
        "describer": pictures.describer,
        "input": f"words, pairs of words, 2- and 3-grams of letters, hashed into {BUCKETS} buckets, of unit length",
        "output": "the classifier's embedding less its mean (256), of unit length",
        "licence": "MIT, of these weights; see training_data for what they were taught with",
        "training_data": [
            "product titles, kinds, colours and photos: Fashion Product Images (its page says MIT)",
            "kinds, colours and studio photos of a fashion house's products (student contest, no licence stated): "
            "vascoG/datathon-fme-2023-mango",
            "tags of 2,878 Korean looks (facts), published with the look-search project this product continues",
        ],
        "samples": len(pairs),
        "ridge": RIDGE,
        "splits": "photos with an even CRC-32 of their file name taught it; the others are what bench searches among",
        "limits": "knows what shops and looks of those sources say; of words it never met only their letters tell, "
        "and those may mislead. Looks teach occasions by their kinds alone.",
        "metrics": {},
        "rebuild": "python -m training text-encoder, then ./run bench words",
    }
    CARD.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return record
