"""Contact sheets of outfits: whether a stylist has taste, only somebody who looks can say.

Twenty real closets (`closets.py`), five days each with weather, occasion and mood drawn from a fixed seed; of the three
outfits for a day one is laid out, with its score and reasons. A day on which a closet has nothing to offer is drawn
again and counted (`Sheet.refused`), at most `DRAWS` times. `manage.py contact_sheets --data DIR --out DIR`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from catalog.taxonomy import STYLES
from recommender.stylist.outfits.suggest import suggest
from recommender.stylist.pieces import Piece
from recommender.stylist.rules.context import Context
from recommender.stylist.rules.weather import manual_weather
from recommender.stylist.score.parts import Reason
from training.stylist.closets import SEED, Closet, read_closets, thumbnail

DAYS, DRAWS = 5, 20
COLUMNS, ROWS = 4, 5
_SIDE, _LINE, _WIDTH, _HEIGHT = 118, 13, 500, 330
_OCCASIONS = (None, "everyday", "work", "date", "ceremony", "sport", "travel", "home")
_ODDS = (0.25, 0.15, 0.15, 0.1, 0.1, 0.1, 0.1, 0.05)
_CHILD_ODDS = (0.35, 0.25, 0.0, 0.0, 0.1, 0.15, 0.1, 0.05)
Words = Callable[[Reason, dict[object, str]], str]


@dataclass(frozen=True)
class Sheet:
    """One day of one closet: what was asked, the outfit laid out (None where there was none), and what was said."""

    number: int
    closet: Closet
    asked: str
    pieces: tuple[Piece, ...]
    percent: int | None
    said: tuple[str, ...]
    refused: tuple[str, ...] = ()


def draw_day(random: np.random.Generator, *, child: bool) -> tuple[Context, str]:
    """A day's context and its words."""
    temperature = int(random.integers(-8, 34))
    rain, windy, moody = random.random(3) < (0.2, 0.2, 0.2)
    occasion = _OCCASIONS[int(random.choice(len(_OCCASIONS), p=_CHILD_ODDS if child else _ODDS))]
    style = STYLES[int(random.integers(len(STYLES)))].slug
    mood = style if moody and not child and occasion in (None, "everyday", "date") else None
    weather = manual_weather(temperature=temperature, wind=25.0 if windy else 5.0, precipitation=5.0 if rain else 0.0)
    words = [
        f"{temperature}°",
        *(["wind"] if windy else []),
        *(["rain"] if rain else []),
        occasion or "any",
        mood or "",
    ]
    return Context(weather=weather, occasion=occasion, mood=mood), " ".join(words)


def sheets(data: Path, cache: Path, words: Words, *, seed: int = SEED) -> Iterator[Sheet]:
    """`DAYS` for each closet."""
    random = np.random.default_rng(seed)
    for at, (closet, pieces) in enumerate(read_closets(data, cache, seed=seed)):
        names: dict[object, str] = {piece.id: f"{piece.kind} {number}" for number, piece in enumerate(pieces)}
        refused: list[str] = []
        shown = 0
        for _ in range(DRAWS):
            if shown == DAYS:
                break
            context, asked = draw_day(random, child=closet.child)
            answer = suggest(pieces, context, n=3)
            notes = [f"! {words(note, names)}" for note in answer.notes if note.code.startswith(("gap", "relaxed"))]
            if not answer.outfits:
                refused.append(" ".join([asked, *notes]))
                continue
            outfit = answer.outfits[min(shown % 3, len(answer.outfits) - 1)]
            said = [words(reason, names) for reason in outfit.score.reasons[:4]]
            percent = getattr(outfit, "percent", round(100 * outfit.score.total))
            number = at * DAYS + shown
            yield Sheet(number, closet, asked, outfit.pieces, percent, (*notes, *said), tuple(refused))
            shown, refused = shown + 1, []


def draw(sheet: Sheet, cache: Path) -> Image.Image:
    """One outfit: pieces side by side, what was asked above, score and reasons below."""
    canvas = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(11)
    score = "-" if sheet.percent is None else str(sheet.percent)
    pen.text((4, 2), f"#{sheet.number} [{sheet.closet.name}] {sheet.asked}   score {score}", fill="black", font=font)
    kinds = ", ".join(piece.kind for piece in sheet.pieces)
    pen.text((4, 2 + _LINE), kinds, fill=(90, 90, 90), font=font)
    for place, piece in enumerate(sheet.pieces[:8]):
        picture = thumbnail(cache, str(piece.id))
        picture.thumbnail((_SIDE, _SIDE))
        x, y = 4 + place % 4 * (_SIDE + 4), 34 + place // 4 * (_SIDE + 4)
        canvas.paste(picture, (x, y), picture)
    top = 34 + _SIDE + 6 if len(sheet.pieces) <= 4 else 34 + 2 * (_SIDE + 4)
    for line, text in enumerate(sheet.said[: (_HEIGHT - top) // _LINE]):
        pen.text((4, top + line * _LINE), text[:92], fill=(160, 0, 0) if text[0] == "!" else (0, 70, 0), font=font)
    pen.rectangle((0, 0, _WIDTH - 1, _HEIGHT - 1), outline=(200, 200, 200))
    return canvas


def write_sheets(found: Sequence[Sheet], cache: Path, out: Path) -> list[Path]:
    """`COLUMNS` x `ROWS` outfits a picture; returns their paths."""
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for start in range(0, len(found), COLUMNS * ROWS):
        page = Image.new("RGB", (COLUMNS * _WIDTH, ROWS * _HEIGHT), "white")
        for place, sheet in enumerate(found[start : start + COLUMNS * ROWS]):
            page.paste(draw(sheet, cache), (place % COLUMNS * _WIDTH, place // COLUMNS * _HEIGHT))
        paths.append(out / f"outfits-{start // (COLUMNS * ROWS) + 1}.png")
        page.save(paths[-1])
    return paths


def as_rows(found: Sequence[Sheet]) -> list[dict[str, Any]]:
    """What was laid out, as plain data beside the pictures."""
    return [
        {
            "number": sheet.number,
            "closet": sheet.closet.name,
            "asked": sheet.asked,
            "files": [str(piece.id) for piece in sheet.pieces],
            "kinds": [piece.kind for piece in sheet.pieces],
            "score": sheet.percent,
            "said": list(sheet.said),
            "refused": list(sheet.refused),
        }
        for sheet in found
    ]
