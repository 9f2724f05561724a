"""Prints every figure of the vision engine, with its 95 % interval, n and split.

Each photo goes through the whole pipeline as an upload would. By default it is the report split: photos that were in no
network's training and that no threshold was chosen on (training.vision.splits).
"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recommender.management.commands.analyse_photos import options_from_settings
from recommender.vision import pipeline
from recommender.vision.models import ModelMissing
from training.vision import evaluation, measured


class Command(BaseCommand):
    help = "Measure the vision engine on a folder of the form of ../shared/data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=Path("../shared/data"))
        parser.add_argument("--split", choices=["report", "tune", "validation", "all"], default="report")
        parser.add_argument("--limit", type=int, metavar="N", help="at most N photos of each source, evenly drawn")
        parser.add_argument("--sheets", type=Path, metavar="DIR", help="where contact sheets of cutouts go")
        parser.add_argument(
            "--outlines", type=Path, metavar="DIR", help="the teacher's, of `python -m training refinement`"
        )
        parser.add_argument("--only", nargs="+", choices=list(evaluation.PARTS), help="only these parts")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["data"].is_dir():
            raise CommandError(f"{options['data']} is not there.")
        engine = pipeline.engine(options_from_settings())
        sheets = options["sheets"] or settings.VAR_DIR / "cutouts"
        photos = measured.Photos(options["data"], options["split"], options["limit"], sheets, options["outlines"])
        began = time.monotonic()
        try:
            for name in options["only"] or evaluation.PARTS:
                for row in evaluation.PARTS[name](photos, engine):
                    self.stdout.write(row.line(options["split"]))
                    self.stdout.flush()
        except ModelMissing as missing:
            raise CommandError(str(missing)) from None
        self.stdout.write(f"{photos.looked_at} photos in {time.monotonic() - began:.0f} s, split: {options['split']}")
