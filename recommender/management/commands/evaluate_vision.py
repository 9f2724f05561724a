"""Prints every figure of the vision engine over photos that training never saw (or over all of them).

Each photo goes through the whole pipeline as an upload would: what is scored here is what a member gets.
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
from training.vision import evaluation


class Command(BaseCommand):
    help = "Measure the vision engine on a folder of the form of ../shared/data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=Path("../shared/data"))
        parser.add_argument("--split", choices=["validation", "all"], default="validation")
        parser.add_argument("--limit", type=int, metavar="N", help="at most N photos of each source, evenly drawn")
        parser.add_argument("--sheets", type=Path, metavar="DIR", help="where contact sheets of cutouts go")
        parser.add_argument("--only", nargs="+", choices=list(evaluation.PARTS), help="only these parts")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["data"].is_dir():
            raise CommandError(f"{options['data']} is not there.")
        engine = pipeline.engine(options_from_settings())
        sheets = options["sheets"] or settings.VAR_DIR / "cutouts"
        photos = evaluation.Photos(options["data"], options["split"], options["limit"], sheets)
        began = time.monotonic()
        try:
            for name in options["only"] or evaluation.PARTS:
                for row in evaluation.PARTS[name](photos, engine):
                    self.stdout.write(row.line())
                    self.stdout.flush()
        except ModelMissing as missing:
            raise CommandError(str(missing)) from None
        self.stdout.write(f"{photos.looked_at} photos in {time.monotonic() - began:.0f} s, split: {options['split']}")
