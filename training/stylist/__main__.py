"""The compatibility model from data to weights: `python -m training.stylist COMMAND --work DIR`.

    python -m training.stylist studio      describe the stylists' products: DIR/studio.npz
    python -m training.stylist street      describe street garments in two lights: DIR/street-0.npz, -1.npz
    python -m training.stylist teach --seed 0      a member on the training split: DIR/train-studio-0.pt
    python -m training.stylist teach --seed 0 --street      one of street outfits: DIR/train-street-0.pt
    python -m training.stylist choose      members and the learned part's weight, on the tuning split
    python -m training.stylist teach --on tune ...      once chosen, the same recipes on the tuning split, too
    python -m training.stylist measure --on tune      the report split, beside simpler judges: DIR/figures.json
    python -m training.stylist ship --on tune      the members that were measured become weights and card

A new classifier means new embeddings: all of them again. Two hours on one core, nearly all of it describing.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from recommender.stylist.score.compatibility import FILE, Compatibility, inputs_of, save_compatibility, slots_of
from training.stylist import compatibility_figures as judged
from training.stylist.compatibility import Network, Recipe, Wardrobe, calibrated, exported, learn_gate, teach
from training.stylist.compatibility_figures import Exam
from training.stylist.street_outfits import DIGITS, Street, read_street
from training.stylist.studio_outfits import COMMON, Splits, Studio, ask, read_studio, split

KINDS = ("studio", "street")
ORDER = ("train", "tune", "report")
# Members of their own for the street: taught with both in one batch, each unlearns the other's.
STREET_RECIPE = Recipe(epochs=25, drop_embedding=0.5, noise=0.2, drop_hidden=0.3, drop_facts=0.2, decay=0.2)
LEARNED_TIMES = (0.2, 0.5, 1, 2, 5, 20)  # of the learned part's weight, of which the tuning split chose 1


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
    """Every garment in its lights; those of one tag may stand in for each other, those of one photo may not."""
    _, group = np.unique(street.tag, return_inverse=True)
    lights = np.stack([inputs_of(pieces) for pieces in (street.pieces, *street.more_lights)], axis=1)
    slot = np.repeat(street.slot[:, None], lights.shape[1], axis=1)
    return Wardrobe(lights, slot, group, street.photo, outfits)


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


def taught_on(on: str, studio: Studio, splits: Splits, street: Street) -> tuple[Any, Any]:
    """(studio outfits, street outfits) of a split and all before it in `ORDER`."""
    whole = {"train": splits.train, "tune": splits.train_and_tune, "report": [o for o in studio.outfits if len(o) > 1]}
    return whole[on], street.outfits(*ORDER[: ORDER.index(on) + 1])


def members(
    work: Path, on: str, studio: Studio, street: Street, kinds: Sequence[str] = KINDS
) -> tuple[Compatibility, list[Network]]:
    """What `teach` wrote as one model, not yet calibrated. kinds: of members to take."""
    networks: list[Network] = []
    of_street: list[bool] = []
    for kind in kinds:
        for path in sorted(work.glob(f"{on}-{kind}-*.pt")):
            saved = torch.load(path, weights_only=True)
            network = Network(Recipe(**saved["recipe"]))
            network.load_state_dict(saved["state"])
            networks.append(network.eval())
            of_street.append(kind == "street")
    gate = None
    if len(kinds) > 1:  # learnt on training pieces alone, whatever the members were taught on
        worn = [np.unique(np.concatenate(outfits)) for outfits in taught_on("train", studio, split(studio), street)]
        gate = learn_gate(inputs_of(studio.pieces)[worn[0]], inputs_of(street.pieces)[worn[1]])
    return exported(networks, studio.classifier, of_street, gate), networks


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


def measure(studio: Studio, street: Street, model: Compatibility) -> dict[str, Any]:
    """Everything that is published, of a calibrated model."""
    splits = split(studio)
    exams = {f"studio, {which} products": studio_exam(studio, splits, "report", which) for which in ("known", "unseen")}
    exams["street"] = street_exam(street, "report")
    found: dict[str, Any] = {}
    for name, exam in exams.items():
        trained = street.outfits("train") if name == "street" else splits.train
        parts = judged.part_scores(model, exam)
        judges = {
            "random": judged.chance(exam),
            "popularity": judged.popularity(exam.pieces, trained, exam),
            "colour only": judged.colour_only(exam),
            "hand-written": tuple(judged.summed(one, None, 0) for one in parts),
            "learned": judged.model_scores(model, exam),
            "all": tuple(judged.summed(one, None, 1.0) for one in parts),
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
    on: str,
) -> dict[str, Any]:
    """What the weights are, made of and worth."""
    return {
        "key": f"compatibility-{model.classifier}",
        "task": "how well pieces go together: fit of every piece with the rest of its outfit, leave one out",
        "file": FILE.name,
        "classifier": model.classifier,
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
            f"outfits held back by their own hash; street: last digit of the number of a photo with masks, {DIGITS}, "
            "all others train",
            "products": {name: int(rows.sum()) for name, rows in splits.products.items()},
            "outfits": {
                "train": len(splits.train),
                "train and tune": len(splits.train_and_tune),
                **{f"{name}, known": len(rows) for name, rows in splits.known.items()},
                **{f"{name}, unseen": len(rows) for name, rows in splits.unseen.items()},
            },
            "shipped": "the weights that were measured"
            if on == figures["taught_on"]
            else f"the same recipes on all splits up to {on}; the figures are those of members taught up to "
            f"{figures['taught_on']}",
        },
        "members": len(model.gates),
        "weights": int(
            sum(getattr(model, name).size for name in ("hidden", "output", "gates", "query", "reply", "expert"))
        ),
        "recipes": [asdict(network.recipe) for network in networks],
        "calibration": {"slope": round(model.slope, 4), "bias": round(model.bias, 4)},
        "metrics": figures,
        "input": "embedding (256) and facts of recommender.stylist.score.features",
        "rebuild": "python -m training.stylist studio; street; teach --seed 0, 1; teach --street; choose; "
        "all three teach --on tune; measure --on tune; ship --on tune (all with --work DIR)",
        "tried": "on the tuning split: one network for both kinds of outfits (each unlearns the other's), fixed "
        "weights between members (.34 FITB on the street at .48 on unseen products, the gate .40 at .47), three street "
        "members (.396 FITB, one .395), less dropout for the street (.390 to .405, AUC .755 for .761)",
        "limits": "almost all women's: one house's stylists of about 2021 to 2023, and one community's street style "
        "of the 2010s. Men's and children's clothes, and kinds rarely worn there, are little known. Photos of closets "
        "are neither: the gate takes most of them for studio photos (the street's share of nine in ten is .02 to .21), "
        "and how well members answer there was not measured. The classifier that describes garments was itself taught "
        "on most of the street photos.",
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
    parser.add_argument("--on", choices=ORDER, default="train", help="the last split that members are taught on")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    work = asked.work
    if asked.what in ("studio", "street"):
        describe(asked)
        return
    studio = read_studio(asked.data, work / "studio.npz")
    street = read_street(sorted(work.glob("street-?.npz")))
    splits = split(studio)
    if asked.what == "teach":
        outfits = taught_on(asked.on, studio, splits, street)[asked.street]
        recipe = replace(STREET_RECIPE if asked.street else Recipe(), seed=asked.seed)
        wardrobe = street_wardrobe(street, outfits) if asked.street else studio_wardrobe(studio, outfits)
        network = teach(wardrobe, recipe, after=lambda epoch, _, loss: print(f"epoch {epoch}: {loss:.3f}", flush=True))
        name = f"{asked.on}-{KINDS[asked.street]}-{asked.seed}.pt"
        torch.save({"recipe": asdict(recipe), "state": network.state_dict()}, work / name)
        return
    exams = {which: studio_exam(studio, splits, "tune", which) for which in ("known", "unseen")}
    exams["street"] = street_exam(street, "tune")
    chosen = tuned(members(work, "train", studio, street)[0], exams["unseen"])
    model, networks = members(work, asked.on, studio, street)
    model = model.with_calibration(chosen.slope, chosen.bias)
    if asked.what == "choose":
        for kinds in (KINDS[:1], KINDS[1:], KINDS):
            other, _ = members(work, "train", studio, street, kinds)
            print(kinds, {name: judged.plain(judged.model_scores(other, exam), exam) for name, exam in exams.items()})
        print(json.dumps(ablation(chosen, exams), indent=1))
    elif asked.what == "measure":
        found = measure(studio, street, model) | {"taught_on": asked.on}
        (work / "figures.json").write_text(json.dumps(found, indent=2))
    else:
        found = json.loads((work / "figures.json").read_text())
        about = card(model, networks, studio, splits, found, asked.on)
        save_compatibility(model, about)
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
    caches = build_cache(
        street_regions(asked.data, Parser(models)),
        OnnxClassifier(models),
        asked=lambda region: region.drawn and region.photo % 10 in questioned,
    )
    for light, cache in enumerate(caches):
        save_cache(cache, asked.work / f"street-{light}.npz")


if __name__ == "__main__":
    main()
