"""How good the pairwise term and the whole stylist are on outfits held out by photo, beside simpler judges.

Every piece of a question is seen in a light of its own. Controls ask whether the term recognises the
photo instead of the clothes: it is given hair, skin or bare background of the same photo among three
from others, and should be no better than chance; and the light of pieces is shared or swapped, which
should change nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from recommender.stylist.measure import Blank, Worn, answer_blanks, auc_figure, score_outfits, share_figure
from recommender.stylist.outfits.looks import DEFAULT_THRESHOLD, likeness_table, measure_threshold
from recommender.stylist.pieces import Piece
from recommender.stylist.questions import answer_as_product, outfit_judge
from recommender.stylist.rules.layers import WORN_SLOTS
from recommender.stylist.score.colour import pair_harmony, palettes_of
from recommender.stylist.score.learned import PairModel
from recommender.stylist.score.reactions import kin
from training.stylist.outfit_pieces import CONTROLS, PieceCache
from training.stylist.outfits import FOLDS, Recipe, Wardrobe, calibrated, fit_model, fold_of

JUDGES = ("random", "popularity", "colour only", "hand-written", "learned", "all")
Judge = Callable[[Sequence[int]], float]


def blanks(wardrobe: Wardrobe, outfits: Sequence[Sequence[int]], seed: int) -> list[Blank]:
    """A question a garment: it and three of the same tag from other photos, for the rest of its outfit."""
    random = np.random.default_rng(seed)
    rows_of = _rows_of_tag(wardrobe, outfits)
    asked = []
    for outfit in outfits:
        for row in outfit:
            others = [at for at in rows_of[wardrobe.tag[row]] if wardrobe.photo[at] != wardrobe.photo[row]]
            if len(others) < 3:
                continue
            candidates = [row, *(int(at) for at in random.choice(others, 3, replace=False))]
            order = random.permutation(4)
            asked.append(
                Blank(
                    tuple(at for at in outfit if at != row),
                    tuple(candidates[at] for at in order),
                    int(np.flatnonzero(order == 0)[0]),
                    int(wardrobe.photo[row]),
                )
            )
    return asked


def worn_or_not(wardrobe: Wardrobe, outfits: Sequence[Sequence[int]], seed: int) -> list[Worn]:
    """Every outfit as worn, and one of the same tags with every piece from a photo of its own."""
    random = np.random.default_rng(seed)
    rows_of = _rows_of_tag(wardrobe, outfits)
    asked = []
    for outfit in outfits:
        made: list[int] = []
        for row in outfit:
            taken = {wardrobe.photo[at] for at in made} | {wardrobe.photo[row]}
            others = [at for at in rows_of[wardrobe.tag[row]] if wardrobe.photo[at] not in taken]
            if others:
                made.append(int(random.choice(others)))
        if len(made) == len(outfit):
            photo = int(wardrobe.photo[outfit[0]])
            asked += [Worn(tuple(outfit), True, photo), Worn(tuple(made), False, photo)]
    return asked


def control_blanks(wardrobe: Wardrobe, outfits: Sequence[Sequence[int]], tag: str, seed: int) -> list[Blank]:
    """An outfit, and four controls (hair, skin or background) of which one is of its photo."""
    random = np.random.default_rng(seed)
    photos = {int(wardrobe.photo[outfit[0]]) for outfit in outfits}
    rows = [int(row) for row in np.flatnonzero(wardrobe.tag == tag) if int(wardrobe.photo[row]) in photos]
    own: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        own[int(wardrobe.photo[row])].append(row)
    asked = []
    for outfit in outfits:
        photo = int(wardrobe.photo[outfit[0]])
        others = [row for row in rows if wardrobe.photo[row] != photo]
        for row in own[photo][:1]:
            wrong = [int(at) for at in random.choice(others, 3, replace=False)]
            asked.append(Blank(tuple(outfit), (row, *wrong), 0, photo))
    return asked


def _rows_of_tag(wardrobe: Wardrobe, outfits: Sequence[Sequence[int]]) -> dict[Any, list[int]]:
    rows_of: dict[Any, list[int]] = defaultdict(list)
    for outfit in outfits:
        for row in outfit:
            rows_of[wardrobe.tag[row]].append(row)
    return rows_of


def seen_in(cache: PieceCache, view: int, slot: np.ndarray | None = None) -> list[Piece]:
    """Each region in one numbered light: 0 the photo's own, -1 that of questions, each piece's its own.

    slot: indices of the slots to put them in (`Wardrobe.slot`) instead of those they were seen as.
    """
    seen = [row[view].with_(id=at) for at, row in enumerate(cache.pieces)]
    return seen if slot is None else [piece.with_(slot=WORN_SLOTS[at]) for piece, at in zip(seen, slot, strict=True)]


def table_judge(table: np.ndarray) -> Judge:
    """Mean pair score of an outfit from an (n, n) table."""

    def judge(rows: Sequence[int]) -> float:
        block = table[np.ix_(rows, rows)]
        count = len(rows)
        return float((block.sum() - np.trace(block)) / max(count * (count - 1), 1))

    return judge


def popularity_judge(pieces: Sequence[Piece], trained: Sequence[int]) -> Judge:
    """How common the kinds and colours of an outfit are in the training photos."""
    counts = Counter(kin(pieces[row]) for row in trained)

    def judge(rows: Sequence[int]) -> float:
        return float(np.mean([np.log1p(counts[kin(pieces[row])]) for row in rows]))

    return judge


def learned_table(model: PairModel, first: Sequence[Piece], second: Sequence[Piece]) -> np.ndarray:
    """(n, m) pair logits."""
    return model.logits(model.project(first), model.project(second))


def measure_all(cache: PieceCache, recipe: Recipe, *, seed: int = 11) -> dict[str, Any]:
    """Cross-validated figures of every judge, and the controls. No model, nor its calibration, saw its photos."""
    wardrobe = Wardrobe.of(cache)
    folds = fold_of(wardrobe.photo)
    models = fold_models(wardrobe, folds, recipe, cache.describer)
    right: dict[str, list[np.ndarray]] = defaultdict(list)
    scores: dict[str, list[np.ndarray]] = defaultdict(list)
    controls: dict[str, list[np.ndarray]] = defaultdict(list)
    asked_photos: list[int] = []
    worn_photos: list[int] = []
    truth: list[np.ndarray] = []
    pieces = seen_in(cache, -1)  # kinds and slots as the describer sees them, right or wrong
    random = np.random.default_rng(seed)
    for fold, model in enumerate(models):
        held = wardrobe.outfits((folds == fold) & wardrobe.drawn)
        trained = wardrobe.outfits(folds != fold)
        asked, outfits = blanks(wardrobe, held, seed + fold), worn_or_not(wardrobe, held, seed + fold)
        asked_photos += [int(str(question.photo)) for question in asked]
        worn_photos += [int(str(question.photo)) for question in outfits]
        truth.append(np.array([question.worn for question in outfits]))
        popular = popularity_judge(pieces, [row for outfit in trained for row in outfit])
        table = learned_table(model, pieces, pieces)
        beside = learned_table(model, seen_in(cache, -1, wardrobe.slot), pieces)
        colour = table_judge(_colour_table(pieces))
        right["random"].append(answer_blanks(asked, lambda rows: float(random.random())))
        right["popularity"].append(answer_blanks(asked, popular))
        right["colour only"].append(answer_blanks(asked, colour))
        right["hand-written"].append(answer_as_product(asked, pieces, None))
        right["learned"].append(answer_blanks(asked, table_judge_beside(beside)))
        right["all"].append(answer_as_product(asked, pieces, model))
        judges: dict[str, Judge] = {
            "random": lambda rows: float(random.random()),
            "popularity": popular,
            "colour only": colour,
            "hand-written": outfit_judge(pieces, None),
            "learned": table_judge(table),
            "all": outfit_judge(pieces, model),
        }
        for name, judge in judges.items():
            scores[name].append(score_outfits(outfits, judge)[0])
        for name, found in _controls(cache, wardrobe, model, held, asked, seed).items():
            controls[name].append(found)
    worn = np.concatenate(truth)
    figures: dict[str, Any] = {
        "photos": len(set(asked_photos)),
        "folds": FOLDS,
        "members": recipe.members,
        "fitb": {},
        "auc": {},
        "controls": {},
    }
    groups = {"": lambda photo: True, ", photos the describer never saw": lambda photo: photo % 10 == 3}
    for name in JUDGES:
        values, points = np.concatenate(right[name]), _ranked(scores[name])
        for suffix, wanted in groups.items():
            kept = np.array([wanted(photo) for photo in asked_photos])
            some = [photo for photo in asked_photos if wanted(photo)]
            figures["fitb"][name + suffix] = share_figure(values[kept], some).as_dict()
            kept = np.array([wanted(photo) for photo in worn_photos])
            some = [photo for photo in worn_photos if wanted(photo)]
            figures["auc"][name + suffix] = auc_figure(points[kept], worn[kept], some).as_dict()
    for name, found in controls.items():
        values = np.concatenate(found)
        figures["controls"][name] = share_figure(values, [None] * len(values)).as_dict()
    figures["likeness"] = measure_likeness(cache)
    return figures


def measure_likeness(cache: PieceCache, *, most: int = 600, seed: int = 0) -> dict[str, Any]:
    """Thresholds of `stylist.looks`: where the same garment in another light parts from others of its slot,
    and what share of each passes the one in use for stand-ins.
    """
    random = np.random.default_rng(seed)
    rows = random.permutation(np.flatnonzero(~np.isin(cache.tag, CONTROLS)))[:most]
    by_slot: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_slot[cache.pieces[row][0].slot].append(int(row))
    same, same_tag, other_tag = [], [], []
    for row in rows:
        piece = cache.pieces[row][0]
        others = [at for at in by_slot[piece.slot] if cache.photo[at] != cache.photo[row]]
        picked = [int(at) for at in random.choice(others, min(4, len(others)), replace=False)] if others else []
        lit = [view for view in cache.pieces[row][1:] if view.slot == piece.slot]
        table = likeness_table([piece], [*lit, *(cache.pieces[at][-1] for at in picked)])[0]
        same += table[: len(lit)].tolist()
        for at, value in zip(picked, table[len(lit) :], strict=True):
            (same_tag if cache.tag[at] == cache.tag[row] else other_tag).append(float(value))
    cut, hit, miss = measure_threshold(same, same_tag + other_tag)
    return {
        "same garment": {"threshold": round(cut, 3), "same": round(hit, 3), "others": round(miss, 3)},
        "stand-in": {
            "threshold": DEFAULT_THRESHOLD,
            "same": round(float(np.mean(np.array(same) >= DEFAULT_THRESHOLD)), 3),
            "same kind": round(float(np.mean(np.array(same_tag) >= DEFAULT_THRESHOLD)), 3),
            "other kinds": round(float(np.mean(np.array(other_tag) >= DEFAULT_THRESHOLD)), 3),
        },
    }


def fold_models(wardrobe: Wardrobe, folds: np.ndarray, recipe: Recipe, describer: str) -> list[PairModel]:
    """A model a fold, trained on the others; its temperature and bias are the mean of the other folds' own."""
    models = [
        calibrated(
            fit_model(wardrobe, wardrobe.outfits(folds != fold), recipe),
            wardrobe,
            wardrobe.outfits((folds == fold) & wardrobe.drawn),
            describer,
        )
        for fold in range(FOLDS)
    ]
    return [
        replace(
            model,
            temperature=float(np.mean([other.temperature for other in models if other is not model])),
            bias=float(np.mean([other.bias for other in models if other is not model])),
        )
        for model in models
    ]


def _colour_table(pieces: Sequence[Piece]) -> np.ndarray:
    harmony = pair_harmony(palettes_of(pieces), palettes_of(pieces))
    return 0.7 * harmony["hue"] + 0.3 * harmony["contrast"]


def _controls(
    cache: PieceCache,
    wardrobe: Wardrobe,
    model: PairModel,
    held: Sequence[Sequence[int]],
    asked: Sequence[Blank],
    seed: int,
) -> dict[str, np.ndarray]:
    """Right answers where there should be none, and where light should make no difference."""
    pieces = seen_in(cache, -1, wardrobe.slot)
    table = learned_table(model, pieces, pieces)
    found = {}
    for tag in CONTROLS:
        questions = control_blanks(wardrobe, held, tag, seed)
        found[f"{tag} of the same photo (0.25 wanted)"] = answer_blanks(questions, table_judge_beside(table))
    own = seen_in(cache, 0, wardrobe.slot)
    found["all pieces in the photo's own light"] = answer_blanks(
        asked, table_judge_beside(learned_table(model, own, own))
    )
    found["every piece in a light of its own"] = answer_blanks(asked, table_judge_beside(table))
    hard = seen_in(cache, 1, wardrobe.slot)
    found["every piece in a harder light of its own"] = answer_blanks(
        asked, table_judge_beside(learned_table(model, hard, hard))
    )
    return found


def _ranked(scores: Sequence[np.ndarray]) -> np.ndarray:
    """Folds' scores made comparable: models of different folds need not share a scale."""
    return np.concatenate([(fold - fold.mean()) / max(float(fold.std()), 1e-9) for fold in scores])


def table_judge_beside(table: np.ndarray) -> Judge:
    """Mean pair score of the last piece with the others: what a candidate adds."""

    def judge(rows: Sequence[int]) -> float:
        return float(table[rows[-1], list(rows[:-1])].mean())

    return judge
