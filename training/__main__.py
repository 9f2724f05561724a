"""The commands that make the weights: `python -m training COMMAND`.

From nothing to all networks, in order (about nine hours on two idle CPU cores, far less on a GPU):

    python -m training cache                   decode every photo once into memory maps
    python -m training classifier --trunk lite0 --phases 2    a first classifier: the parser's trunk
    python -m training parser --phases 1       street masks, products on floors
    python -m training pseudo-labels --checkpoint masks     masks of its own for photos that have none
    python -m training parser --phases 4       the phases with pseudo-labels
    python -m training pseudo-labels --checkpoint long      again, by the better network
    python -m training parser                  the last phase
    python -m training classifier --trunk lite0     its remaining phases, with cutouts
    python -m training classifier               a larger one: both judge together
    python -m training export-parser --checkpoint long settled larger     figures, ONNX and card
    python -m training flat-lay-outlines          network and GrabCut masks of every closet photo
    python -m training flat-lay --phases 1        the flat-lay segmentation head of the parser that ships
    python -m training export-flat-lay --checkpoint first     into the parser that ships
    (the last three again for --phase second --start WORK/flat-lay/first.pt, and for third)
    python -m training export-classifier --checkpoint lite2/fine-192 lite2/closer-224 lite2/strong-192 \\
        lite0/last-192 lite0/whole-192 lite0/closer-224 lite0/repainted-192
    python -m training style                    the style tables, by the networks that ship (five minutes)
    python -m training worn                    the worn-clothes head, boxes as weak labels (half an hour)
    python -m training fusion                  weights and thresholds that fuse them, on the tune split (about an hour)
    python -m training quality                 how probably a worn cutout is right (ten minutes)
    python -m training shirts                  collar and pattern of shirts (fifteen minutes)
    python -m training flat_lay                pattern and material of what lies flat (four minutes)
    python -m training sleeve                  sleeves by landmarks, after landmarks (three minutes)
    npm pack @mediapipe/pose@0.5.1675469404     the teacher of:
    python -m training pose --package FILE     landmarks of people, on the parser that ships: anew after each (an hour)
    python -m training landmarks               where the parts of a garment lie on its cutout (an hour)
    npm pack @imgly/background-removal-data@1.4.5     the teacher of:
    python -m training refinement --package FILE    outlines of cutouts, from the parser that ships (two hours)
    python -m training body                    what bodies measure, from ANSUR II and Size Korea (three minutes)
    python -m training ease                    how much room clothes have, from size tables; after body
    python -m training colour-names            what people call a measured colour, by labels of products
    python -m training text-encoder            words to the embedding of pictures, by titles, facts and tags (minutes)
    python -m training curves                  losses and figures of each run so far, as pictures
    python -m training yolo --minutes 30       only to compare: YOLO on the same photos and masks
    python -m training baseline               only to compare: a network of known figures on our photos

On a GPU no part of a trunk need be frozen. Eight minutes of an H200 for the teachers, then eleven for the rest,
trained what ships from what is exported above (SHIPPED: a trunk's checkpoints there, by `loop.mean_weights`, as the
`average` of a file with its `trunk`; A, B: folders with WORK's cache; `--minutes` bounds a phase):

    python -m training classifier --phase teacher --seed 11 --processes 5 --work A       from ImageNet's
    python -m training classifier --phase repainter --seed 12 --processes 5 --work B \\
        --start SHIPPED-lite2.pt
    python -m training classifier --phase student --seed 14 --processes 5 \\
        --start A/classifier-lite2/teacher.pt \\
        --teachers A/classifier-lite2/teacher.pt B/classifier-lite2/repainter.pt SHIPPED-lite2.pt
    (the last for --trunk lite0 --seed 15 --start SHIPPED-lite0.pt, with the same teachers)
    python -m training export-classifier --checkpoint lite2/student lite0/student

Where nobody kept the checkpoints, the weights that ship are read back, trained one phase more, and averaged with it:

    python -m training restore                 classifier-lite0, classifier-lite2 and parser/shipped.pt
    python -m training classifier --trunk lite0 --phase repainted-192 \\
        --start WORK/classifier-lite0/shipped.pt
    python -m training export-classifier --checkpoint lite2/shipped lite0/shipped lite0/repainted-192
    python -m training flat-lay --phase third --start WORK/flat-lay/shipped.pt     after flat-lay-outlines

Every command goes on where it stopped; `--data` is a folder of the form of `../shared/data`, `--work` holds
cache, checkpoints and logs (`log.jsonl`, one JSON object a line). What is trained, and how, is data: `PHASES` in
`classifier_phases` (`LONG_PHASES` too), `PARSER_PHASES` in `train_parser`. `--start CHECKPOINT` begins
from the weights of an earlier session instead of ImageNet's.
"""

import argparse
import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

from recommender.vision.cards import WEIGHTS
from training.vision.packs import pack_all


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__.split("\n")[0])
    parser.add_argument(
        "command",
        choices=(
            "cache",
            "restore",
            "classifier",
            "parser",
            "pseudo-labels",
            "flat-lay-outlines",
            "flat-lay",
            "export-classifier",
            "export-parser",
            "export-flat-lay",
            "worn",
            "style",
            "fusion",
            "quality",
            "shirts",
            "flat_lay",
            "sleeve",
            "pose",
            "landmarks",
            "refinement",
            "colour-names",
            "yolo",
            "baseline",
            "curves",
            "body",
            "ease",
            "text-encoder",
        ),
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="photos and their CSV files")
    parser.add_argument("--work", type=Path, default=Path("var/training"), help="cache, checkpoints, logs")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="where export puts ONNX files and cards")
    parser.add_argument("--phases", type=int, help="run only the first so many phases")
    parser.add_argument("--phase", help="run this phase alone, in a --work without a training (see restore)")
    parser.add_argument("--minutes", type=float, help="let the last phase run so long at the most")
    parser.add_argument("--threads", type=int, default=1, help="torch threads (on a CPU)")
    parser.add_argument("--processes", type=int, default=0, help="that draw pictures for a GPU; 0: a thread does")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--trunk", default="lite2", choices=("lite0", "lite2"), help="classifier: size of the trunk")
    parser.add_argument("--package", type=Path, default=Path("mediapipe-pose.tgz"), help="pose, refinement: npm pack's")
    parser.add_argument("--start", type=Path, help="weights to begin with: a checkpoint")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[], help="classifier: checkpoints to learn from")
    parser.add_argument(
        "--checkpoint",
        nargs="+",
        default=["last"],
        help="export: names of checkpoints, a classifier's as trunk/phase; see load_classifier for several",
    )
    return parser.parse_args()


def main() -> None:
    """Run one command."""
    # Torch is imported by the commands that need it: `--help` and `cache` do without.
    given = _arguments()
    cache = given.work / "cache"
    match given.command:
        case "cache":
            print(pack_all(given.data, cache))
        case "classifier" | "export-classifier":
            _classifier(given, cache)
        case "flat-lay-outlines" | "flat-lay" | "export-flat-lay":
            _flat_lay(given, cache)
        case "restore":
            _restore(given, cache)
        case "style":
            from training.vision.outfit_style import write_table

            write_table(given.data, cache, given.threads)
        case "fusion":
            from training.vision import fusion

            fusion.fit(given.data, given.work, given.threads)
        case "quality":
            from training.vision import quality

            print(quality.write_card(given.data, given.threads))
        case "shirts":
            from training.vision import shirts

            print(shirts.write_card(given.data, given.threads))
        case "flat_lay":
            from training.vision import flat_lay_heads

            print(flat_lay_heads.write_card(given.data, given.threads))
        case "sleeve":
            from training.vision import sleeve

            print(sleeve.write_card(given.data, given.threads))
        case "pose":
            _pose(given)
        case "worn":
            _worn(given, cache)
        case "landmarks":
            _landmarks(given)
        case "refinement":
            _refinement(given)
        case "body":
            from training.stylist import body

            print(json.dumps(body.write_card(given.data), indent=1))
        case "ease":
            from training.stylist import fit_figures

            print(json.dumps(fit_figures.write_card(given.data), indent=1))
        case "colour-names":
            from training.vision import colour_names

            print(colour_names.write_card(given.data, cache, given.threads))
        case "text-encoder":
            from training.words import text_encoder

            print(json.dumps(text_encoder.write(given.data, given.work / "words"), indent=1, ensure_ascii=False))
        case "curves":
            from training.vision.curves import draw_all

            print(*draw_all(given.work), sep="\n")
        case "yolo":
            from training.vision.yolo_baseline import train

            print(train(cache, given.data, given.work / "yolo", given.minutes or 30.0, given.threads, given.processes))
        case "baseline":
            from training.vision.baseline import measure, what_ships_names

            folder = given.work / "baseline"
            measure(cache, folder, given.threads, given.seed, ships=lambda: what_ships_names(given.data, given.threads))
        case _:
            _parser(given, cache)


def _chosen(given: argparse.Namespace, phases: tuple[Any, ...], others: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """The phases to run, as the command line asks; others: run only where `--phase` names them."""
    if given.phase:
        phases = tuple(phase for phase in (*phases, *others) if phase.name == given.phase)
        if not phases:
            raise SystemExit(f"There is no phase called {given.phase}.")
    phases = phases[: given.phases]
    return (*phases[:-1], dataclasses.replace(phases[-1], minutes=given.minutes)) if given.minutes else phases


def _classifier(given: argparse.Namespace, cache: Path) -> None:
    from training.vision import export_classifier, train_classifier
    from training.vision.classifier_phases import LONG_PHASES, PHASES

    config = train_classifier.ClassifierConfig(
        cache,
        given.work / f"classifier-{given.trunk}",
        given.data,
        start=given.start,
        teachers=tuple(given.teachers),
        trunk=given.trunk,
        seed=given.seed,
        threads=given.threads,
        processes=given.processes,
    )
    phases = _chosen(given, PHASES[given.trunk], LONG_PHASES)
    config = dataclasses.replace(config, phases=phases)
    if given.command == "classifier":
        train_classifier.train(config)
    else:
        export_classifier.export(config, _classifiers(given), given.weights)


def _flat_lay(given: argparse.Namespace, cache: Path) -> None:
    from training.vision import export_parser, train_flat_lay

    if given.command == "flat-lay-outlines":
        print(train_flat_lay.write_outlines(cache, given.weights, given.threads))
        return
    config = train_flat_lay.FlatLayConfig(
        cache, given.work / "flat-lay", given.data, given.weights, given.start, seed=given.seed, threads=given.threads
    )
    if given.command == "flat-lay":
        for phase in _chosen(given, train_flat_lay.PHASES):
            train_flat_lay.train(dataclasses.replace(config, phase=phase))
            config = dataclasses.replace(config, start=config.folder / f"{phase.name}.pt")
    else:
        export_parser.export_flat_lay(config, config.folder / f"{given.checkpoint[-1]}.pt")


def _landmarks(given: argparse.Namespace) -> None:
    from recommender.vision import pipeline
    from recommender.vision.models import Models
    from recommender.vision.tryon.landmark_network import LandmarkNetwork
    from training.vision.agreed_landmarks import agreed
    from training.vision.garment_landmarks import measured
    from training.vision.train_landmarks import LandmarkConfig, average, export, train, with_metrics

    config = LandmarkConfig(
        given.work / "landmarks", minutes=given.minutes or LandmarkConfig.minutes, start=given.start
    )
    before = LandmarkNetwork(Models(threads=1), given.weights)
    train(config, given.data)
    first = config.folder / "first"
    export(config, first)
    shutil.copy(config.folder / "landmarks.pt", first)
    more = agreed(given.data, (before, LandmarkNetwork(Models(threads=1), first)))
    start = config.folder / "landmarks.pt"
    second = dataclasses.replace(config, start=start, minutes=config.minutes / 2, rate=1.2e-3, trunk_rate=4e-4)
    train(second, given.data, more=more)
    average(first / "landmarks.pt", second.folder / "landmarks.pt")
    export(second, given.weights, agreed=len(more))
    engine = pipeline.engine(pipeline.Options(threads=1, weights=given.weights))
    figures = {split: measured(given.data, engine, is_report=split == "report") for split in ("tune", "report")}
    print(json.dumps(with_metrics(given.weights, figures), indent=1))


def _pose(given: argparse.Namespace) -> None:
    from training.vision.export_pose import write_pose
    from training.vision.train_pose import PoseConfig

    folder = given.work / "pose"
    config = PoseConfig(folder / "features", folder, minutes=given.minutes, threads=given.threads)
    print(json.dumps(write_pose(config, given.data, given.package, given.weights), indent=1))


def _worn(given: argparse.Namespace, cache: Path) -> None:
    from training.vision.export_parser import export_worn
    from training.vision.train_worn import WornConfig, train

    folder = given.work / "worn"
    config = WornConfig("worn", cache, folder, given.data, given.weights, seed=given.seed, threads=given.threads)
    export_worn(train(config), given.weights, folder / "parser.onnx")


def _refinement(given: argparse.Namespace) -> None:
    from training.vision.export_refinement import write_refinement
    from training.vision.train_refinement import RefinementConfig

    config = RefinementConfig(given.work / "refinement", threads=given.threads)
    print(json.dumps(write_refinement(config, given.data, given.package, given.weights), indent=1))


def _restore(given: argparse.Namespace, cache: Path) -> None:
    from training.vision import restore, train_parser
    from training.vision.classifier_phases import PHASES
    from training.vision.crop_sets import CropSets

    phase = dataclasses.replace(PHASES[given.trunk][-1], batch=restore.BATCH)
    sets = CropSets(cache, given.data)
    crops = [sets.batch(phase, given.seed, number)[0] for number in range(restore.BATCHES)]
    print(*restore.restore_classifiers(given.weights / "classifier.onnx", given.work, crops))
    config = train_parser.ParserConfig(cache, given.work / "parser", given.data)
    scenes, phase = train_parser.open_scenes(config), train_parser.PARSER_PHASES[0]
    # Without pseudo-labels the first phase's scenes are all there is; a batch is of one size.
    photos = (train_parser.make_batch(scenes, phase, given.seed, n)["image"] for n in range(restore.BATCHES))
    print(*restore.restore_parser(given.weights / "parser.onnx", given.work, photos))


def _classifiers(given: argparse.Namespace) -> list[Path]:
    """The paths of checkpoints given as trunk/phase (or as a phase of `--trunk`)."""
    named = [name if "/" in name else f"{given.trunk}/{name}" for name in given.checkpoint]
    return [given.work / f"classifier-{name}.pt" for name in named]


def _parser(given: argparse.Namespace, cache: Path) -> None:
    from training.vision import export_parser, pseudo, train_parser

    config = train_parser.ParserConfig(
        cache,
        given.work / "parser",
        given.data,
        start=given.start or given.work / "classifier-lite0" / "last.pt",
        seed=given.seed,
        threads=given.threads,
        processes=given.processes,
    )
    config = dataclasses.replace(config, phases=_chosen(given, config.phases))
    checkpoints = [config.folder / f"{name}.pt" for name in given.checkpoint]
    match given.command:
        case "parser":
            train_parser.train(config)
        case "pseudo-labels":
            pseudo.label_all(config, checkpoints[-1])
        case _:
            export_parser.export(config, checkpoints, given.weights)


if __name__ == "__main__":
    main()
