"""The learned term and how the stylist is measured: weights, questions, figures, controls, categories."""

import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from recommender.stylist.categories import grammar_score, kind_of_category, measure_categories
from recommender.stylist.measure import Blank, answer_blanks, auc, auc_figure, share_figure
from recommender.stylist.questions import BadQuestion, evaluate, read_questions
from recommender.stylist.seen import piece_seen
from tests.stylist.closets import closet
from training.stylist.fit_trials import measure_fit


class TestSeen:
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


def cream_ground():
    """(120, 90, 3) uint8: a studio's cream, darker towards the floor."""
    darker = np.linspace(0, 12, 120, dtype=np.uint8)[:, None, None]
    return np.full((120, 90, 3), (233, 226, 212), np.uint8) - darker


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

    def test_product_photos_are_cut_out_as_in_the_catalogue(self, tmp_path):
        """On cream with a shadow of light: the colours are the garment's, as they are of its cutout."""
        from recommender.management.commands.evaluate_stylist import described
        from tests.fakes import fake_engine

        ground = (
            np.full((120, 90, 3), (233, 226, 212), np.uint8) - np.linspace(0, 12, 120, dtype=np.uint8)[:, None, None]
        )
        photo = ground.copy()
        photo[30:90, 25:65] = (150, 30, 40)
        Image.fromarray(photo).save(tmp_path / "photo.png")
        cutout = np.dstack([photo, np.zeros(photo.shape[:2], np.uint8)])
        cutout[30:90, 25:65, 3] = 255
        Image.fromarray(cutout).save(tmp_path / "cutout.png")
        from_photo, from_cutout = described([tmp_path / "photo.png", tmp_path / "cutout.png"], fake_engine())
        assert from_photo.colours[0][3] > 0.9 and from_photo.embedding is not None
        assert np.allclose(from_photo.colours[0][:3], from_cutout.colours[0][:3], atol=3)

    def test_what_the_networks_miss_stands_out_of_its_ground(self):
        from recommender.vision.options import shipped_options
        from recommender.vision.product_photo import cut_from_ground

        options = shipped_options().cutout

        ground = (
            np.full((120, 90, 3), (233, 226, 212), np.uint8) - np.linspace(0, 12, 120, dtype=np.uint8)[:, None, None]
        )
        photo = ground.copy()
        photo[50:60, 40:52] = (200, 160, 40)
        found = cut_from_ground(Image.fromarray(photo), options)
        assert found is not None and abs(found.box[0] - 40) <= 3 and abs(found.box[3] - 60) <= 3
        assert cut_from_ground(Image.fromarray(cream_ground()), options) is None
        noise = np.random.default_rng(0).integers(0, 255, (120, 90, 3), dtype=np.uint8)
        assert cut_from_ground(Image.fromarray(noise), options) is None

    @pytest.mark.weights
    def test_the_command_prints_its_four_figures(self, tmp_path, capsys):
        pytest.importorskip("onnxruntime")
        from recommender.vision.models import WEIGHTS as NETWORKS

        if not (NETWORKS / "classifier.onnx").exists():
            pytest.skip("the classifier is not built")
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
