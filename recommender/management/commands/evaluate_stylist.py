"""`manage.py evaluate_stylist --questions FILE.jsonl`: the stylist on anyone's questions, as one line of JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from recommender.stylist.pieces import Piece
from recommender.stylist.questions import BadQuestion, evaluate, read_questions
from recommender.stylist.score.compatibility import compatibility
from recommender.stylist.seen import piece_seen

if TYPE_CHECKING:
    from recommender.vision.pipeline import Engine


class Command(BaseCommand):
    """Looks at every picture once, then asks the stylist as the product asks it."""

    help = (
        "Answer fill-in-the-blank and compatibility questions about cutouts or product photos, and print "
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
            except (BadQuestion, OSError) as error:
                raise CommandError(str(error)) from error
            pieces = _pieces(questions.files)
            model = None if options["without_learned"] else compatibility()
            self.stdout.write(json.dumps(evaluate(questions, pieces, model)))


def _pieces(files: Sequence[Path]) -> list[Piece]:
    """By the networks that ship, what goes wrong in words."""
    # Only this command needs the networks: not at import.
    from recommender.vision import pipeline
    from recommender.vision.models import ModelMissing

    try:
        return described(files, pipeline.engine())
    except (OSError, ModelMissing) as error:
        raise CommandError(str(error)) from error


def described(files: Sequence[Path], engine: Engine) -> list[Piece]:
    """A piece for each picture, seen as the catalogue's worker sees it.

    A cutout (with transparency) is described as it is; a photo of a product, on whatever ground, is cut out first.
    Raises CommandError naming the file, OSError, ModelMissing.
    """
    from imaging import decode
    from recommender.vision import pipeline
    from recommender.vision.describe.palette import palette
    from recommender.vision.product_photo import ProductFacts, look_at_product

    pieces = []
    for number, file in enumerate(files):
        try:
            decoded = decode.decode(file.read_bytes(), keep_alpha=True)
        except decode.BadImage as error:
            raise CommandError(f"{file}: {error}") from error
        picture = decoded.image
        alpha = np.asarray(picture.getchannel("A")) if picture.mode == "RGBA" else None
        if alpha is not None and alpha.min() < 255:
            found = pipeline.describe_pictures([picture], engine=engine)[0]
            seen = ProductFacts(palette(picture.convert("RGB"), alpha), found.scores, found.embedding, None)
        else:
            seen = look_at_product(replace(decoded, image=picture.convert("RGB")), engine=engine)
        lab = [(*colour.lab, colour.share) for colour in seen.colours]
        pieces.append(piece_seen(number, seen.scores, lab, seen.embedding, owned=False))
    return pieces
