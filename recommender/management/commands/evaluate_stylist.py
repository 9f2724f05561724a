"""`manage.py evaluate_stylist --questions FILE.jsonl`: the stylist on anyone's questions, as one line of JSON."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from recommender.stylist.questions import BadQuestion, QuestionFile, evaluate, read_questions
from recommender.stylist.score.learned import default_model
from recommender.stylist.seen import piece_seen


class Command(BaseCommand):
    """Describes every cutout once, then asks the stylist as the product asks it."""

    help = (
        "Answer fill-in-the-blank and compatibility questions about cutout files, and print "
        '{"fitb", "auc", "n", "ci"}. With --categories, what slot grammar and kinds alone reach.'
    )

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--questions", type=Path, help="one JSON object a line (see recommender/stylist/questions.py)"
        )
        parser.add_argument("--categories", type=Path, help="outfit_categories.csv: kinds alone, no pictures")
        parser.add_argument("--without-learned", action="store_true", help="leave the learned term out")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["questions"] and not options["categories"]:
            raise CommandError("Give --questions FILE.jsonl or --categories FILE.csv.")
        if options["categories"]:
            from recommender.stylist.categories import measure_categories

            if not options["categories"].is_file():
                raise CommandError(f"{options['categories']} is not there.")
            self.stdout.write(json.dumps(measure_categories(options["categories"])))
        if options["questions"]:
            try:
                questions = read_questions(options["questions"])
                pieces = _described(questions)
            except (BadQuestion, OSError) as error:
                raise CommandError(str(error)) from error
            model = None if options["without_learned"] else default_model()
            self.stdout.write(json.dumps(evaluate(questions, pieces, model)))


def _described(questions: QuestionFile) -> list[Any]:
    """A piece for each file: palette measured inside its alpha, the rest by the describer."""
    # Only this command needs the networks: not at import.
    from PIL import Image

    from recommender.vision.describe import OnnxDescriber
    from recommender.vision.models import ModelMissing, Models
    from recommender.vision.palette import palette

    describer = OnnxDescriber(Models())
    pieces = []
    for number, file in enumerate(questions.files):
        with Image.open(file) as opened:
            picture = opened.convert("RGBA")
        alpha = np.asarray(picture.getchannel("A"))
        if alpha.min() == 255:  # no transparency: on paper, what is not white is the garment
            alpha = (np.asarray(picture.convert("RGB")).min(axis=2) < 245).astype(np.uint8) * 255
        try:
            found = describer([picture])[0]
        except ModelMissing as error:
            raise CommandError(str(error)) from error
        colours = [(*colour.lab, colour.share) for colour in palette(picture.convert("RGB"), alpha)]
        pieces.append(piece_seen(number, found.scores, colours, found.embedding, owned=False))
    return pieces
