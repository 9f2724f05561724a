"""How good the pairwise term and the whole stylist are on outfits held out by photo, beside simpler judges.

Every piece of a question is seen in a light of its own. Controls ask whether the term recognises the
photo instead of the clothes: it is given hair, skin or bare background of the same photo among three
from others, and should be no better than chance; and the light of pieces is shared or swapped, which
should change nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from recommender.stylist.appraise import Pool
from recommender.stylist.colour import pair_harmony, palettes_of
from recommender.stylist.context import Context
from recommender.stylist.learned import PairModel
from recommender.stylist.measure import Blank, Worn, answer_blanks, auc_figure, score_outfits, share_figure
from recommender.stylist.pieces import Piece
from recommender.stylist.reactions import kin
from recommender.training.outfit_pieces import CONTROLS, PieceCache
from recommender.training.outfits import FOLDS, Recipe, Wardrobe, calibrated, fit_model, fold_of

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


def seen_in(cache: PieceCache, seed: int) -> list[Piece]:
    """Each region in one light of its own, never the photo's."""
    views = np.random.default_rng(seed).integers(min(1, cache.views - 1), cache.views, len(cache.pieces))
    return [row[view].with_(id=at) for at, (row, view) in enumerate(zip(cache.pieces, views, strict=True))]


def table_judge(table: np.ndarray) -> Judge:
    """Mean pair score of an outfit from an (n, n) table."""

    def judge(rows: Sequence[int]) -> float:
        block = table[np.ix_(rows, rows)]
        count = len(rows)
        return float((block.sum() - np.trace(block)) / max(count * (count - 1), 1))

    return judge


def pool_judge(pieces: Sequence[Piece], model: PairModel | None) -> Judge:
    """The stylist itself, as the product scores an outfit without weather or wishes."""

    def judge(rows: Sequence[int]) -> float:
        pool = Pool([pieces[row] for row in rows], Context(), None, model=model)
        return float(pool.totals(np.arange(len(rows))[None])[0])

    return judge


def popularity_judge(pieces: Sequence[Piece], trained: Sequence[int]) -> Judge:
    """How common the kinds and colours of an outfit are in the training photos."""
    counts = Counter(kin(pieces[row]) for row in trained)

    def judge(rows: Sequence[int]) -> float:
        return float(np.mean([np.log1p(counts[kin(pieces[row])]) for row in rows]))

    return judge


def learned_table(model: PairModel, pieces: Sequence[Piece]) -> np.ndarray:
    """(n, n) pair logits."""
    projected = model.project(pieces)
    return model.logits(projected, projected)


def measure_all(cache: PieceCache, recipe: Recipe, *, seed: int = 11) -> dict[str, Any]:
    """Cross-validated figures of every judge, and the controls. Each fold's model never saw its photos."""
    wardrobe = Wardrobe.of(cache)
    folds = fold_of(wardrobe.photo)
    pieces = seen_in(cache, seed)
    right: dict[str, list[np.ndarray]] = defaultdict(list)
    scores: dict[str, list[np.ndarray]] = defaultdict(list)
    photos: dict[str, list[object]] = defaultdict(list)
    truth: list[np.ndarray] = []
    harmony = pair_harmony(palettes_of(pieces), palettes_of(pieces))
    colour = table_judge(0.7 * harmony["hue"] + 0.3 * harmony["contrast"])
    random = np.random.default_rng(seed)
    controls: dict[str, list[np.ndarray]] = defaultdict(list)
    for fold in range(FOLDS):
        held = wardrobe.outfits(folds == fold)
        trained = wardrobe.outfits(folds != fold)
        model = calibrated(fit_model(wardrobe, trained, recipe), wardrobe, held, cache.describer)
        table = learned_table(model, pieces)
        judges: dict[str, Judge] = {
            "random": lambda rows: float(random.random()),
            "popularity": popularity_judge(pieces, [row for outfit in trained for row in outfit]),
            "colour only": colour,
            "hand-written": pool_judge(pieces, None),
            "learned": table_judge(table),
            "all": pool_judge(pieces, model),
        }
        asked, outfits = blanks(wardrobe, held, seed + fold), worn_or_not(wardrobe, held, seed + fold)
        photos["fitb"] += [question.photo for question in asked]
        photos["auc"] += [question.photo for question in outfits]
        truth.append(np.array([question.worn for question in outfits]))
        for name, judge in judges.items():
            right[name].append(answer_blanks(asked, judge))
            scores[name].append(score_outfits(outfits, judge)[0])
        for tag in CONTROLS:
            found = answer_blanks(control_blanks(wardrobe, held, tag, seed), table_judge_beside(table))
            controls[f"own {tag}"].append(found)
        for name, pieces_lit in (("own light", cache_view(cache, 0)), ("other lights", seen_in(cache, seed + 1))):
            lit = table_judge(learned_table(model, pieces_lit))
            controls[f"learned, {name}"].append(answer_blanks(asked, lit))
    worn = np.concatenate(truth)
    figures: dict[str, Any] = {"fitb": {}, "auc": {}, "controls": {}, "photos": len(set(photos["fitb"]))}
    unseen = np.array([int(photo) % 10 == 3 for photo in photos["fitb"]])  # type: ignore[call-overload]
    unseen_auc = np.array([int(photo) % 10 == 3 for photo in photos["auc"]])  # type: ignore[call-overload]
    for name in JUDGES:
        values, points = np.concatenate(right[name]), _ranked(scores[name])
        figures["fitb"][name] = share_figure(values, photos["fitb"]).as_dict()
        figures["auc"][name] = auc_figure(points, worn, photos["auc"]).as_dict()
        if name in ("colour only", "learned", "all"):
            some = [photo for photo, keep in zip(photos["fitb"], unseen, strict=True) if keep]
            key = f"{name}, photos the describer never saw"
            figures["fitb"][key] = share_figure(values[unseen], some).as_dict()
            some = [photo for photo, keep in zip(photos["auc"], unseen_auc, strict=True) if keep]
            figures["auc"][key] = auc_figure(points[unseen_auc], worn[unseen_auc], some).as_dict()
    for name, found in controls.items():
        values = np.concatenate(found)
        figures["controls"][name] = share_figure(values, [None] * len(values)).as_dict()
    return figures


def _ranked(scores: Sequence[np.ndarray]) -> np.ndarray:
    """Folds' scores made comparable: models of different folds need not share a scale."""
    return np.concatenate([(fold - fold.mean()) / max(float(fold.std()), 1e-9) for fold in scores])


def table_judge_beside(table: np.ndarray) -> Judge:
    """Mean pair score of the last piece with the others: what a candidate adds."""

    def judge(rows: Sequence[int]) -> float:
        return float(table[rows[-1], list(rows[:-1])].mean())

    return judge


def cache_view(cache: PieceCache, view: int) -> list[Piece]:
    """Every region in one numbered light (0: the photo's own)."""
    return [row[view].with_(id=at) for at, row in enumerate(cache.pieces)]
