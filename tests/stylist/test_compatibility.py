"""The learned compatibility model: what it answers, how fast, what it is read from, and how it is taught."""

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import fields, replace

import numpy as np
import pytest

from recommender.stylist.outfits.suggest import suggest
from recommender.stylist.pieces import piece_of_kind
from recommender.stylist.rules.layers import WORN_SLOTS
from recommender.stylist.score.compatibility import (
    FILE,
    INPUTS,
    BadWeights,
    Compatibility,
    compatibility,
    inputs_of,
    read_compatibility,
    save_compatibility,
    slots_of,
)
from recommender.stylist.score.features import EMBEDDING_DIM, FACTS_DIM, embeddings_of, facts_of
from tests.stylist.closets import closet, piece


def small_model(seed: int = 0, *, members: int = 2, hidden: int = 6, dim: int = 4, query: int = 5) -> Compatibility:
    random = np.random.default_rng(seed)
    slots = len(WORN_SLOTS)

    def drawn(*shape: int) -> np.ndarray:
        return random.normal(size=(members, *shape)).astype(np.float32) * np.float32(0.3)

    gates = drawn(slots, slots, dim)
    return Compatibility(
        drawn(INPUTS, hidden), drawn(hidden), drawn(hidden, 2 * dim), drawn(2 * dim),
        gates + gates.transpose(0, 2, 1, 3), drawn(dim, query), drawn(slots, query), drawn(query, dim),
        drawn(INPUTS), drawn(),
        slope=0.5, bias=0.1, classifier="fake",
    )  # fmt: skip


def by_definition(model: Compatibility, seen, outfit: list[int]) -> float:
    """The logit of the module's docstring, piece by piece and member by member."""
    fits = []
    for i in outfit:
        rest = [j for j in outfit if j != i]
        members = []
        for at in range(len(model.gates)):
            part = slice(at * model.dim, (at + 1) * model.dim)
            item, context = seen.item[:, part], seen.context[:, part]
            pairs = np.mean([(model.gates[at, seen.slot[i], seen.slot[j]] * item[i] * item[j]).sum() for j in rest])
            asked = np.maximum(context[rest].mean(axis=0) @ model.query[at] + model.query_slot[at, seen.slot[i]], 0)
            members.append(pairs + item[i] @ (asked @ model.reply[at]))
        fits.append(np.mean(members))
    return float(model.slope * np.mean(fits) + model.bias)


class TestAnswers:
    def test_logits_follow_the_definition(self):
        model, pieces = small_model(), closet(12)
        seen = model.encode(pieces)
        outfits = np.array([[0, 1, 2, -1], [3, 4, 5, 6], [7, 8, -1, -1]])
        wanted = [by_definition(model, seen, [row for row in outfit if row >= 0]) for outfit in outfits.tolist()]
        assert np.allclose(model.logits(seen, outfits), wanted, atol=1e-4)
        assert np.allclose(model.logits(seen, outfits, model.gated(seen)), wanted, atol=1e-4)

    def test_pairs_are_outfits_of_two(self):
        model, pieces = small_model(), closet(9)
        seen = model.encode(pieces)
        outfits = np.array([(a, b) for a in range(9) for b in range(9) if a != b])
        table = model.pairs(seen)
        assert np.allclose(table[outfits[:, 0], outfits[:, 1]], model.logits(seen, outfits), atol=1e-4)
        assert np.allclose(table, table.T, atol=1e-4)
        assert np.allclose(model.pairs(seen.take([2, 3]), seen.take([5])), table[[2, 3]][:, [5]], atol=1e-5)

    def test_agreement_is_between_0_and_1_and_does_not_care_for_order(self):
        model, pieces = small_model(), closet(20)
        seen = model.encode(pieces)
        ordered, turned = np.array([[0, 1, 2, 3]]), np.array([[3, 1, 0, 2, -1]])
        assert 0 <= model.agreement(seen, ordered)[0] <= 1
        assert model.agreement(seen, ordered)[0] == pytest.approx(model.agreement(seen, turned)[0], abs=1e-5)

    def test_a_member_answers_for_the_photos_it_knows(self):
        """Two members behind a gate on the first number of the embedding: each alone where the other is shut."""
        gate = np.zeros((2, INPUTS), np.float32)
        gate[:, 0] = -9.0, 9.0
        model = replace(small_model(), expert=gate, expert_bias=np.zeros(2, np.float32))
        for side, member in ((-1.0, 0), (1.0, 1)):
            vector = np.zeros(256, np.float32)
            vector[0] = side
            pieces = [one.with_(embedding=vector) for one in closet(6)]
            names = [field.name for field in fields(model) if field.name not in ("slope", "bias", "classifier")]
            alone = replace(model, **{name: getattr(model, name)[[member]] for name in names})
            alone = replace(alone, expert=np.zeros((1, INPUTS), np.float32), expert_bias=np.full(1, 30.0, np.float32))
            # An exported member of a mixture brings its whole weight: two members halve it here.
            wanted = alone.with_calibration(0.5, 0.0).logits(alone.encode(pieces), np.arange(6)[None]) / 2
            found = model.with_calibration(0.5, 0.0).logits(model.encode(pieces), np.arange(6)[None])
            assert np.allclose(found, wanted, atol=1e-4)

    def test_one_piece_alone_and_no_outfits_at_all(self):
        model = small_model()
        seen = model.encode(closet(3))
        assert model.logits(seen, np.array([[1, -1]]))[0] == 0
        assert model.agreement(seen, np.zeros((0, 4), dtype=int)).shape == (0,)
        assert model.pairs(model.encode([])).shape == (0, 0)

    def test_unknown_and_broken_facts_are_no_error(self):
        odd = [
            piece_of_kind("a", "spacesuit"),
            piece("b", "jeans", embedding=np.full(256, np.nan, np.float32)),
            piece("c", "shirt", (float("nan"), 0.0, 0.0), embedding=np.zeros(12, np.float32)),
        ]
        assert not embeddings_of(odd)[1].any()
        assert np.isfinite(small_model().agreement(small_model().encode(odd), np.array([[0, 1, 2]]))).all()

    def test_facts_are_finite_whatever_is_unknown(self):
        pieces = [piece_of_kind("x", "spacesuit"), *closet(5), piece("n", "hat", (float("nan"), 0.0, 0.0))]
        facts = facts_of(pieces)
        assert facts.shape == (7, FACTS_DIM) and np.isfinite(facts).all()
        assert inputs_of(pieces).shape == (7, EMBEDDING_DIM + FACTS_DIM)

    def test_the_model_takes_part_in_scores(self):
        with_model = suggest(closet(60), model=small_model()).outfits[0].score
        assert with_model.value("learned") is not None
        assert suggest(closet(60), model=None).outfits[0].score.value("learned") is None


class TestWeights:
    def test_what_is_saved_is_read(self, tmp_path):
        path = tmp_path / "weights.npz"
        save_compatibility(small_model(), {"key": "fake"}, path)
        read = read_compatibility(path)
        assert (read.classifier, read.slope) == ("fake", pytest.approx(0.5))
        assert np.allclose(read.hidden, small_model().hidden, atol=0.01)
        assert json.loads(path.with_suffix(".json").read_text()) == {"key": "fake"}

    def test_absent_or_foreign_weights_are_refused(self, tmp_path):
        with pytest.raises(BadWeights):
            read_compatibility(tmp_path / "none.npz")
        np.savez(tmp_path / "foreign.npz", x=1)
        with pytest.raises(BadWeights):
            read_compatibility(tmp_path / "foreign.npz")

    @pytest.mark.skipif(not FILE.exists(), reason="weights are not built")
    def test_shipped_weights_are_small_and_scored_in_time(self):
        model = compatibility()
        assert model is not None
        assert sum(getattr(model, name).size for name in ("hidden", "output", "gates", "query", "reply")) < 2_000_000
        pieces = closet(500)
        random = np.random.default_rng(0)
        outfits = random.integers(0, 500, (2_000, 5))
        model.logits(model.encode(pieces[:2]), np.array([[0, 1]]))
        began = time.process_time()
        seen = model.encode(pieces)
        model.logits(seen, outfits, model.gated(seen))
        assert time.process_time() - began < 1  # about 100 ms on an idle core

    @pytest.mark.skipif(not FILE.exists(), reason="weights are not built")
    def test_the_card_is_whole_and_of_this_file(self):
        card = json.loads(FILE.with_suffix(".json").read_text())
        named = {
            "key",
            "file",
            "licence",
            "training_data",
            "splits",
            "metrics",
            "input",
            "classifier",
            "limits",
            "rebuild",
        }
        assert named <= set(card)
        assert card["sha256"] == hashlib.sha256(FILE.read_bytes()).hexdigest() and card["weights"] < 2_000_000
        unseen = card["metrics"]["studio, unseen products"]
        assert unseen["learned"]["fitb"]["ci"][0] > unseen["colour only"]["fitb"]["ci"][1]

    @pytest.mark.skipif(not FILE.exists(), reason="weights are not built")
    def test_the_model_was_taught_on_the_classifier_in_use(self):
        """A new classifier means new embeddings: see `training.stylist`."""
        from recommender.vision.cards import WEIGHTS

        cards = [path for path in WEIGHTS.glob("*.json") if path.stem == "classifier"]
        assert [json.loads(card.read_text())["key"] for card in cards] == [compatibility().classifier]

    def test_reading_it_needs_no_networks(self):
        code = "import sys, recommender.stylist.score.compatibility as c; c.compatibility(); " \
            "print(sorted({'torch', 'onnxruntime', 'cv2'} & set(sys.modules)))"  # fmt: skip
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


@pytest.mark.slow
class TestTeaching:
    def test_a_planted_rule_is_found_on_pieces_never_seen(self):
        """Outfits whose pieces share a hidden style."""
        torch = pytest.importorskip("torch")
        torch.set_num_threads(1)
        from training.stylist.compatibility import Recipe, Wardrobe, exported, teach
        from training.stylist.compatibility_figures import Exam, model_scores, plain
        from training.stylist.studio_outfits import ask

        random = np.random.default_rng(0)
        styles = random.normal(size=(5, EMBEDDING_DIM))
        kinds = ("t-shirt", "jeans", "sneakers", "coat")
        pieces, outfits = [], []
        for number in range(300):
            style = styles[random.integers(5)]
            outfits.append(tuple(range(len(pieces), len(pieces) + len(kinds))))
            for kind in kinds:
                vector = style + 1.2 * random.normal(size=EMBEDDING_DIM)
                vector = (vector / np.linalg.norm(vector)).astype(np.float32)
                pieces.append(piece(str(number), kind, embedding=vector, owned=False))
        family = np.array([one.kind for one in pieces])
        _, group = np.unique(family, return_inverse=True)
        wardrobe = Wardrobe(
            inputs_of(pieces)[:, None], slots_of(pieces)[:, None], group, np.arange(len(pieces)), outfits[:220]
        )
        network = teach(wardrobe, Recipe(epochs=12, hidden=32, dim=16, query=16, negatives=8))
        held = np.arange(len(pieces)) >= 220 * len(kinds)
        exam = Exam(pieces, slots_of(pieces), *ask(family, outfits[220:], held))
        fitb, auc = plain(model_scores(exported([network], "fake"), exam), exam)
        assert fitb > 0.6 and auc > 0.8

    def test_what_is_exported_answers_as_the_network_does(self):
        torch = pytest.importorskip("torch")
        from training.stylist.compatibility import Network, Recipe, exported

        torch.manual_seed(0)
        network = Network(Recipe(hidden=12, dim=6, query=5)).eval()
        pieces = closet(7)
        inputs, slot = inputs_of(pieces), slots_of(pieces)
        with torch.no_grad():
            item, context = network.encode(torch.from_numpy(inputs))
            wanted = network.wanted(item, context, torch.from_numpy(slot), torch.zeros(7, dtype=torch.long))
            fits = (wanted * item).sum(1).numpy()
        model = exported([network], "fake")
        assert np.allclose(model.fits(model.encode(pieces), np.arange(7)[None])[0], fits, atol=1e-4)

    def test_a_gate_tells_studio_from_street_and_leaves_others_to_both(self):
        pytest.importorskip("torch")
        from training.stylist.compatibility import learn_gate

        random = np.random.default_rng(0)
        studio, street = (random.normal(size=(200, INPUTS)).astype(np.float32) * 0.1 for _ in range(2))
        studio[:, 0] -= 1
        street[:, 0] += 1
        gate = learn_gate(studio, street)
        assert (studio @ gate.weights + gate.bias < 0).all() and (street @ gate.weights + gate.bias > 0).all()
        assert abs(gate.bias) < 0.3 and not gate.weights[EMBEDDING_DIM:].any()
