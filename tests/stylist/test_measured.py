"""The learned term and how the stylist is measured: weights, questions, figures, controls, categories."""

import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from recommender.stylist.categories import grammar_score, kind_of_category, measure_categories
from recommender.stylist.fit_trials import measure_fit
from recommender.stylist.measure import Blank, answer_blanks, auc, auc_figure, share_figure
from recommender.stylist.outfits.suggest import suggest
from recommender.stylist.pieces import piece_of_kind
from recommender.stylist.questions import BadQuestion, evaluate, read_questions
from recommender.stylist.rules.layers import WORN_SLOTS
from recommender.stylist.score.learned import (
    EMBEDDING_DIM,
    FACTS_DIM,
    WEIGHTS,
    BadWeights,
    PairModel,
    default_model,
    facts_of,
    read_model,
    save_model,
)
from recommender.stylist.seen import piece_seen
from tests.stylist.closets import closet, piece


def small_model(seed: int = 0) -> PairModel:
    random = np.random.default_rng(seed)
    inputs, hidden, dim = EMBEDDING_DIM + FACTS_DIM, 6, 4
    gates = random.normal(size=(len(WORN_SLOTS), len(WORN_SLOTS), dim)).astype(np.float32)
    return PairModel(
        np.zeros(inputs, np.float32),
        np.ones(inputs, np.float32),
        random.normal(size=(inputs, hidden)).astype(np.float32),
        np.zeros(hidden, np.float32),
        random.normal(size=(hidden, dim)).astype(np.float32),
        (gates + gates.transpose(1, 0, 2)) / 2,
        0.05,
        0.0,
        "fake",
    )


class TestLearned:
    def test_agreement_is_symmetric_and_between_0_and_1(self):
        model, pieces = small_model(), closet(40)
        seen = model.project(pieces)
        table = model.agreement(seen, seen)
        assert np.allclose(table, table.T, atol=1e-5)
        assert ((table >= 0) & (table <= 1)).all()

    def test_without_an_embedding_there_is_no_opinion(self):
        model = small_model()
        seen = model.project([piece_of_kind("a", "t-shirt"), *closet(3)])
        assert (model.agreement(seen, seen)[0] == 0.5).all()

    def test_broken_embeddings_count_as_none(self):
        broken = [
            piece("a", "t-shirt", embedding=np.full(256, np.nan, np.float32)),
            piece("b", "jeans", embedding=np.zeros(12, np.float32)),
        ]
        assert not small_model().project(broken).known.any()

    def test_the_term_takes_part_in_scores(self):
        with_term = suggest(closet(60), model=small_model()).outfits[0].score
        assert with_term.value("learned") is not None
        assert suggest(closet(60), model=None).outfits[0].score.value("learned") is None

    def test_what_is_saved_is_read(self, tmp_path):
        path = tmp_path / "pair.npz"
        save_model(small_model(), {"key": "fake"}, path)
        read = read_model(path)
        assert read.describer == "fake" and read.temperature == pytest.approx(0.05)
        assert np.allclose(read.projection, small_model().projection, atol=0.01)
        assert json.loads(path.with_suffix(".json").read_text()) == {"key": "fake"}

    def test_absent_or_foreign_weights_are_refused(self, tmp_path):
        with pytest.raises(BadWeights):
            read_model(tmp_path / "none.npz")
        np.savez(tmp_path / "foreign.npz", x=1)
        with pytest.raises(BadWeights):
            read_model(tmp_path / "foreign.npz")

    @pytest.mark.skipif(not (WEIGHTS / "pairwise.npz").exists(), reason="weights are not built")
    def test_shipped_weights_have_a_whole_card_and_are_small(self):
        card = json.loads((WEIGHTS / "pairwise.json").read_text())
        assert {"key", "file", "licence", "training_data", "metrics", "input", "describer", "limits"} <= set(card)
        assert card["metrics"]["fitb"]["learned"]["ci"][0] > card["metrics"]["fitb"]["random"]["ci"][1]
        assert (WEIGHTS / "pairwise.npz").stat().st_size < 2_000_000
        assert default_model() is not None

    def test_facts_are_finite_whatever_is_unknown(self):
        pieces = [piece_of_kind("x", "spacesuit"), *closet(5), piece("n", "hat", (float("nan"), 0.0, 0.0))]
        facts = facts_of(pieces)
        assert facts.shape == (7, FACTS_DIM) and np.isfinite(facts).all()

    def test_seen_pieces_take_usage_into_their_formality(self):
        plain = piece_seen("a", {"kind": {"shirt": 0.9}}, [], None)
        formal = piece_seen("b", {"kind": {"shirt": 0.9}, "usage": {"formal": 1.0}}, [], None)
        assert formal.formality > plain.formality
        assert piece_seen("c", {}, [], None).slot == "other"


class TestMeasures:
    def test_ties_earn_what_guessing_would(self):
        questions = [Blank((0,), (1, 2, 3, 4), 0)]
        assert answer_blanks(questions, lambda rows: 1.0)[0] == pytest.approx(0.25)
        assert answer_blanks(questions, lambda rows: float(rows[-1] == 1))[0] == 1

    def test_auc(self):
        worn = np.array([True, True, False, False])
        assert auc(np.array([3.0, 2, 1, 0]), worn) == 1
        assert auc(np.zeros(4), worn) == 0.5
        assert auc(np.zeros(0), np.zeros(0, bool)) == 0.5

    def test_intervals_hold_the_value_and_widen_with_photos_in_common(self):
        values = np.tile([1.0, 0.0], 100)
        alone = share_figure(values, list(range(200)))
        grouped = share_figure(np.repeat([1.0, 0.0], 100), [at // 20 for at in range(200)])
        assert alone.low < alone.value < alone.high
        assert grouped.high - grouped.low > alone.high - alone.low
        assert auc_figure(np.zeros(0), np.zeros(0, bool), []).n == 0


def write_cutouts(folder, count=8):
    random = np.random.default_rng(0)
    for number in range(count):
        picture = np.zeros((60, 40, 4), np.uint8)
        picture[5:55, 5:35] = [*random.integers(0, 255, 3), 255]
        Image.fromarray(picture).save(folder / f"{number}.png")


class TestQuestions:
    def lines(self, folder, *asked):
        path = folder / "q.jsonl"
        path.write_text("\n".join(json.dumps(one) if isinstance(one, dict) else one for one in asked))
        return path

    def test_both_kinds_are_read_and_answered(self, tmp_path):
        path = self.lines(
            tmp_path,
            {"outfit": ["a.png", "b.png"], "candidates": ["c.png", "d.png", "e.png", "f.png"], "answer": 0},
            "",
            {"outfit": ["a.png", "b.png", "c.png"], "worn": True},
            {"outfit": ["a.png", "f.png", "d.png"], "worn": False},
        )
        questions = read_questions(path)
        assert [file.name for file in questions.files] == ["a.png", "b.png", "c.png", "d.png", "e.png", "f.png"]
        figures = evaluate(questions, closet(6), None)
        assert set(figures) == {"fitb", "auc", "n", "ci"}
        assert figures["n"] == {"fitb": 1, "auc": 2}
        assert 0 <= figures["fitb"] <= 1 and figures["auc"] in (0.0, 0.5, 1.0)

    def test_one_kind_alone_leaves_the_other_empty(self, tmp_path):
        figures = evaluate(read_questions(self.lines(tmp_path, {"outfit": ["a"], "worn": True})), closet(1), None)
        assert figures["fitb"] is None and figures["auc"] == 0.5

    @pytest.mark.parametrize(
        "line",
        ["not json", "[]", "{}", '{"outfit": []}', '{"outfit": ["a"]}', '{"outfit": ["a"], "worn": "yes"}',
         '{"outfit": ["a"], "candidates": ["b"], "answer": 4}', '{"outfit": [1], "worn": true}'],
    )  # fmt: skip
    def test_a_bad_line_is_named(self, tmp_path, line):
        with pytest.raises(BadQuestion, match="line 1"):
            read_questions(self.lines(tmp_path, line))

    @pytest.mark.weights
    def test_the_command_prints_its_four_figures(self, tmp_path, capsys):
        pytest.importorskip("onnxruntime")
        from recommender.vision.models import WEIGHTS as NETWORKS

        if not (NETWORKS / "describer.onnx").exists():
            pytest.skip("the describer is not built")
        write_cutouts(tmp_path)
        names = [f"{number}.png" for number in range(8)]
        path = self.lines(
            tmp_path,
            {"outfit": names[:3], "candidates": names[3:7], "answer": 2},
            {"outfit": names[:4], "worn": True},
            {"outfit": names[4:], "worn": False},
        )
        call_command("evaluate_stylist", questions=path)
        printed = json.loads(capsys.readouterr().out)
        assert set(printed) == {"fitb", "auc", "n", "ci"}

    def test_the_command_says_what_is_wrong(self, tmp_path):
        with pytest.raises(CommandError, match="Give"):
            call_command("evaluate_stylist")
        with pytest.raises(CommandError, match="line 1"):
            call_command("evaluate_stylist", questions=self.lines(tmp_path, "x"))
        with pytest.raises(CommandError):
            call_command("evaluate_stylist", questions=tmp_path / "none.jsonl")
        missing = self.lines(tmp_path, {"outfit": ["gone.png"], "worn": True})
        with pytest.raises(CommandError, match=r"gone\.png"):
            call_command("evaluate_stylist", questions=missing)


class TestCategories:
    @pytest.mark.parametrize(
        ("category", "kind"),
        [
            ("Ankle Booties", "boots"), ("Day Dresses", "dress"), ("Sunglasses", "eyewear"), ("Table Lamps", None),
            ("Men's Dress Shirts", "shirt"), ("Men's Dress Shoes", "dress-shoes"), ("Earrings", "jewellery"),
            ("Rings", "jewellery"), ("Lipstick", None), ("Hats", "hat"), ("Tank Tops", "sleeveless"), ("Ties", "tie"),
        ],
    )  # fmt: skip
    def test_categories_are_read(self, category, kind):
        assert kind_of_category(category) == kind

    def test_grammar_prefers_whole_outfits(self):
        whole = grammar_score(["t-shirt", "jeans", "sneakers"])
        assert whole == 0 > grammar_score(["t-shirt", "sneakers"]) > grammar_score(["jeans", "skirt", "dress"])

    def test_pmi_beats_popularity_on_planted_outfits(self, tmp_path):
        random = np.random.default_rng(0)
        worlds = [["Blazers", "Men's Dress Shirts", "Ties", "Oxfords"], ["Hoodies", "Jeans", "Sneakers", "Backpacks"]]
        rows = ["outfit_id,categories"]
        for number in range(400):
            rows.append(f"{number},{'|'.join(random.permutation(worlds[number % 2])[:3])}")
        path = tmp_path / "outfits.csv"
        path.write_text("\n".join(rows))
        figures = measure_categories(path)
        assert figures["fitb"]["pmi"]["value"] > figures["fitb"]["popularity"]["value"] + 0.2


def test_fit_trials_say_what_missing_measures_cost():
    figures = measure_fit(count=25)
    exact = {name: shares["exact"] for name, shares in figures["sizes"].items()}
    assert exact["all measured"] > exact["height only"]
    assert figures["simulated"] and figures["charts"]["right ones left alone"]


@pytest.mark.slow
def test_training_finds_a_planted_rule_and_controls_stay_at_chance():
    """Outfits whose pieces share a hidden style; skin that says nothing about it."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from training.stylist.outfit_figures import blanks, learned_table, seen_in, table_judge
    from training.stylist.outfit_pieces import PieceCache
    from training.stylist.outfits import Recipe, Wardrobe, average, fit_network, fold_of

    random = np.random.default_rng(0)
    styles = random.normal(size=(6, EMBEDDING_DIM))
    photos, tags, rows = [], [], []
    for photo in range(100):
        style = styles[random.integers(6)]
        for kind in ("t-shirt", "jeans", "sneakers", "coat"):
            photos.append(photo)
            tags.append(kind)
            views = []
            for _ in range(3):
                vector = style + 1.2 * random.normal(size=EMBEDDING_DIM)
                views.append(
                    piece(str(photo), kind, embedding=(vector / np.linalg.norm(vector)).astype(np.float32), owned=False)
                )
            rows.append(views)
    cache = PieceCache(np.array(photos), np.array(tags), rows, "fake", np.ones(len(rows), dtype=bool))
    wardrobe, folds = Wardrobe.of(cache), fold_of(np.array(photos))
    recipe = Recipe(epochs=8, members=1, hidden=24, dim=8, negatives=7)
    trained, held = wardrobe.outfits(folds != 0), wardrobe.outfits(folds == 0)
    member = fit_network(wardrobe, trained, recipe, 0)
    model = average([member, fit_network(wardrobe, trained, recipe, 1)])
    judge = table_judge(learned_table(model, *[seen_in(cache, -1)] * 2))
    assert answer_blanks(blanks(wardrobe, held, 2), judge).mean() > 0.6
    single = table_judge(learned_table(member, *[seen_in(cache, -1)] * 2))
    assert np.isfinite(single([0, 1, 2]))


def test_the_learned_term_was_trained_on_the_describer_in_use():
    """A new describer means new embeddings: `python -m training.stylist.outfits` describe, measure, train."""
    from recommender.vision.models import WEIGHTS as NETWORKS

    cards = WEIGHTS / "pairwise.json", NETWORKS / "describer.json"
    if not all(card.exists() for card in cards):
        pytest.skip("weights are not built")
    pairwise, describer = (json.loads(card.read_text()) for card in cards)
    assert pairwise["describer"] == describer["key"]
