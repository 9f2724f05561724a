"""The compatibility model from data to weights: `python -m training.stylist COMMAND --work DIR`.

    python -m training.stylist studio      describe the stylists' products: DIR/studio.npz
    python -m training.stylist street      describe street garments: DIR/street.npz
    python -m training.stylist teach --seed 0      a member on the training split: DIR/train-studio-0.pt
    python -m training.stylist teach --seed 0 --street      one of street outfits: DIR/train-street-0.pt
    python -m training.stylist choose      weights of members and of the product's parts, on the tuning split
    python -m training.stylist measure     the report split, beside simpler judges: DIR/figures.json
    python -m training.stylist teach --everything ...      the same recipes on all splits: DIR/all-*.pt
    python -m training.stylist ship --everything      members and figures become weights and card

A new classifier means new embeddings: all of them again. Two hours on one core, nearly all of it describing.
"""

import argparse
import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from recommender.stylist.score.compatibility import FILE, Compatibility, inputs_of, save_compatibility, slots_of
from training.stylist import compatibility_figures as judged
from training.stylist.compatibility import Network, Recipe, Wardrobe, calibrated, exported, teach
from training.stylist.compatibility_figures import Exam
from training.stylist.street_outfits import DIGITS, Street, read_street
from training.stylist.studio_outfits import COMMON, Splits, Studio, ask, read_studio, split

# A member of its own for the street: taught with both in one batch, each unlearns the other's.
STREET_RECIPE = Recipe(epochs=20, drop_embedding=0.3, noise=0.3, drop_hidden=0.3, drop_facts=0.1, decay=0.2)
STREET_WEIGHTS = (0.0, 0.15, 0.3, 0.45)
LEARNED_TIMES = (1, 2, 3, 4, 6, 10, 20)  # of the learned part's weight, among which the tuning split chooses


def studio_wardrobe(studio: Studio, outfits: Any) -> Wardrobe:
    """Every product with its kind as seen and as the house names it."""
    views = (studio.pieces, studio.labelled)
    _, group = np.unique(studio.family, return_inverse=True)
    return Wardrobe(
        np.stack([inputs_of(pieces) for pieces in views], axis=1),
        np.stack([slots_of(pieces) for pieces in views], axis=1),
        group,
        np.arange(len(group)),
        outfits,
    )


def street_wardrobe(street: Street, outfits: Any) -> Wardrobe:
    """Every garment in its light; those of one tag may stand in for each other, those of one photo may not."""
    _, group = np.unique(street.tag, return_inverse=True)
    return Wardrobe(inputs_of(street.pieces)[:, None], street.slot[:, None], group, street.photo, outfits)


def studio_exam(studio: Studio, splits: Splits, name: str, which: str) -> Exam:
    """Questions about products known from training or never seen. name: "tune" or "report"."""
    outfits = (splits.known if which == "known" else splits.unseen)[name]
    blanks, worn = ask(studio.family, outfits, splits.products["train" if which == "known" else name])
    slot = slots_of(studio.pieces)
    for family in np.unique(studio.family):
        rows = studio.family == family
        slot[rows] = np.bincount(slot[rows]).argmax()
    return Exam(studio.pieces, slot, blanks, worn)


def street_exam(street: Street, name: str) -> Exam:
    """Questions about photos of a split, wrong answers from the same split."""
    blanks, worn = ask(street.tag, street.outfits(name), street.of(name))
    return Exam(street.pieces, street.slot, blanks, worn)


def members(work: Path, prefix: str, describer: str, street: float) -> tuple[Compatibility, list[Network]]:
    """What `teach` wrote as one model, not yet calibrated. street: weight of street members, of 1 for all."""
    found: dict[str, list[Network]] = {"studio": [], "street": []}
    for name, networks in found.items():
        for path in sorted(work.glob(f"{prefix}-{name}-*.pt")):
            saved = torch.load(path, weights_only=True)
            network = Network(Recipe(**saved["recipe"]))
            network.load_state_dict(saved["state"])
            networks.append(network.eval())
    if not street:
        found["street"] = []
    share = {"studio": 1 - street, "street": street}
    networks = [network for name in found for network in found[name]]
    weights = [share[name] / len(found[name]) for name in found for _ in found[name]]
    return exported(networks, describer, weights), networks


def tuned(model: Compatibility, exam: Exam) -> Compatibility:
    """Calibrated on garments that were not taught."""
    return calibrated(model, model.encode_inputs(inputs_of(exam.pieces), exam.slot), exam.worn)


def ablation(model: Compatibility, exams: dict[str, Exam]) -> dict[str, Any]:
    """How often the learned part's weight is taken, chosen on the tuning split: FITB and AUC of the product's sum."""
    parts = {name: judged.part_scores(model, exam) for name, exam in exams.items()}
    table: dict[str, Any] = {}
    for times in LEARNED_TIMES:
        sums = {name: tuple(judged.summed(one, None, times) for one in found) for name, found in parts.items()}
        table[str(times)] = {name: [round(v, 4) for v in judged.plain(sums[name], exams[name])] for name in exams}
    alone = {
        name: judged.plain((found[0]["learned"], found[1]["learned"]), exams[name]) for name, found in parts.items()
    }
    table["learned alone"] = {name: [round(value, 4) for value in values] for name, values in alone.items()}
    hand = {name: tuple(judged.summed(one, None, 0.0) for one in found) for name, found in parts.items()}
    table["hand-written alone"] = {name: [round(v, 4) for v in judged.plain(hand[name], exams[name])] for name in exams}
    return table


def measure(studio: Studio, street: Street, model: Compatibility, times: float) -> dict[str, Any]:
    """Everything that is published, of a calibrated model."""
    splits = split(studio)
    exams = {f"studio, {which} products": studio_exam(studio, splits, "report", which) for which in ("known", "unseen")}
    exams["street"] = street_exam(street, "report")
    found: dict[str, Any] = {"learned_times": times}
    for name, exam in exams.items():
        trained = street.outfits("train") if name == "street" else splits.train
        parts = judged.part_scores(model, exam)
        judges = {
            "random": judged.chance(exam),
            "popularity": judged.popularity(exam.pieces, trained, exam),
            "colour only": judged.colour_only(exam),
            "hand-written": tuple(judged.summed(one, None, 0) for one in parts),
            "learned": judged.model_scores(model, exam),
            "all": tuple(judged.summed(one, None, times) for one in parts),
        }
        if name != "street":
            judges["studio ground only (a control)"] = judged.ground_only(studio.ground, exam)
        found[name] = {judge: judged.figures(scores, exam) for judge, scores in judges.items()}
        print(name, json.dumps(found[name]), flush=True)
    return found


def card(
    model: Compatibility,
    networks: list[Network],
    studio: Studio,
    splits: Splits,
    figures: dict[str, Any],
    everything: bool,
) -> dict[str, Any]:
    """What the weights are, made of and worth."""
    return {
        "key": f"compatibility-{model.describer}",
        "task": "how well pieces go together: fit of every piece with the rest of its outfit, leave one out",
        "file": FILE.name,
        "describer": model.describer,
        "licence": "MIT, of these weights; see training_data for what they were taught with",
        "training_data": [
            "vascoG/datathon-fme-2023-mango: outfits of a fashion house's stylists; handed out for a student contest, "
            "no licence stated. Products were described once, nothing of their photos is stored",
            "bearpaw/clothing-co-parsing: street photos (Apache-2.0 file), garments cut out and relit one by one; "
            "nothing of the photos is stored",
        ],
        "splits": {
            "rule": "an outfit whose rarest product falls into a bucket by its hash gives all its products (of at most "
            f"{COMMON} outfits each) to report or tune, and they are taken out of all other outfits; known: other "
            f"outfits held back by their own hash; street: last digit of the photo's number, {DIGITS}",
            "products": {name: int(rows.sum()) for name, rows in splits.products.items()},
            "outfits": {
                "train": len(splits.train),
                **{f"{name}, known": len(rows) for name, rows in splits.known.items()},
                **{f"{name}, unseen": len(rows) for name, rows in splits.unseen.items()},
            },
            "shipped": "the same recipes on all splits together; the figures are those of the members taught "
            "on train alone"
            if everything
            else "the weights that were measured",
        },
        "members": len(model.gates),
        "weights": int(sum(getattr(model, name).size for name in ("hidden", "output", "gates", "query", "reply"))),
        "recipes": [asdict(network.recipe) for network in networks],
        "calibration": {"slope": round(model.slope, 4), "bias": round(model.bias, 4)},
        "metrics": figures,
        "input": "embedding (256) and facts of recommender.stylist.score.features",
        "rebuild": "python -m training.stylist studio; street; teach --seed 0, 1; teach --street; choose; "
        "measure --street-weight 0.4 --times 3; teach --everything (each again); ship --everything "
        "--street-weight 0.4 (all with --work DIR)",
        "limits": "almost all women's: one house's stylists of about 2021 to 2023, and one community's street style "
        "of the 2010s. Men's and children's clothes, and kinds rarely worn there, are little known. Members taught on "
        "studio photos alone are near chance on garments cut out of street photos, and the street member saw each "
        "garment in one light: on street photos it answers fewer than the pairwise term it took the place of (.45 of "
        "four, AUC .77, cross-validated with three lights). Photos of closets were not measured. The classifier that "
        "describes garments was itself taught on most of the street photos.",
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("studio", "street", "teach", "choose", "measure", "ship"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--threads", type=int, default=1, help="the model is small: more threads wait for each other")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--street", action="store_true", help="teach a member on street outfits")
    parser.add_argument("--everything", action="store_true", help="teach on tune and report, too")
    parser.add_argument("--street-weight", type=float, default=0.0, help="of street members among all, 0..1")
    parser.add_argument("--times", type=float, default=1.0, help="the learned part's weight in the product's sum")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    work = asked.work
    if asked.what in ("studio", "street"):
        describe(asked)
        return
    studio = read_studio(asked.data, work / "studio.npz")
    street = read_street(sorted(work.glob("street*.npz")))
    splits = split(studio)
    prefix = "all" if asked.everything else "train"
    if asked.what == "teach":
        if asked.street:
            recipe = replace(STREET_RECIPE, seed=asked.seed)
            splits_taught = ("train", "tune", "report") if asked.everything else ("train",)
            outfits = [outfit for name in splits_taught for outfit in street.outfits(name)]
            wardrobe = street_wardrobe(street, outfits)
        else:
            recipe = Recipe(seed=asked.seed)
            outfits = [one for one in studio.outfits if len(one) > 1] if asked.everything else splits.train
            wardrobe = studio_wardrobe(studio, outfits)
        network = teach(wardrobe, recipe, after=lambda epoch, _, loss: print(f"epoch {epoch}: {loss:.3f}", flush=True))
        name = f"{prefix}-{'street' if asked.street else 'studio'}-{asked.seed}.pt"
        torch.save({"recipe": asdict(recipe), "state": network.state_dict()}, work / name)
        return
    exams = {which: studio_exam(studio, splits, "tune", which) for which in ("known", "unseen")}
    exams["street"] = street_exam(street, "tune")
    model, networks = members(work, "train", studio.describer, asked.street_weight)
    model = tuned(model, exams["unseen"])
    if asked.what == "choose":
        for weight in STREET_WEIGHTS:
            other, _ = members(work, "train", studio.describer, weight)
            print(weight, {name: judged.plain(judged.model_scores(other, exam), exam) for name, exam in exams.items()})
        print(json.dumps(ablation(model, exams), indent=1))
    elif asked.what == "measure":
        found = measure(studio, street, model, asked.times)
        (work / "figures.json").write_text(json.dumps(found, indent=2))
    else:
        shipped, networks = members(work, prefix, studio.describer, asked.street_weight)
        shipped = shipped.with_calibration(model.slope, model.bias)
        found = json.loads((work / "figures.json").read_text())
        about = card(shipped, networks, studio, splits, found, asked.everything)
        save_compatibility(shipped, about)
        about["sha256"] = hashlib.sha256(FILE.read_bytes()).hexdigest()
        FILE.with_suffix(".json").write_text(json.dumps(about, indent=2, ensure_ascii=False, sort_keys=True) + "\n")


def describe(asked: argparse.Namespace) -> None:
    """Pictures become pieces."""
    from recommender.vision.describe.classifier import OnnxClassifier
    from recommender.vision.models import Models
    from recommender.vision.segmentation.parser import Parser
    from training.stylist.outfit_pieces import build_cache, save_cache, street_regions
    from training.stylist.studio_photos import describe_studio

    models = Models(threads=asked.threads)
    if asked.what == "studio":
        describe_studio(asked.data, OnnxClassifier(models), asked.work / "studio.npz")
        return
    questioned = {digit for name in ("tune", "report") for digit in DIGITS[name]}
    cache = build_cache(
        street_regions(asked.data, Parser(models)),
        OnnxClassifier(models),
        asked=lambda region: region.drawn and region.photo % 10 in questioned,
    )
    save_cache(cache, asked.work / "street.npz")


if __name__ == "__main__":
    main()
