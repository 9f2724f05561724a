"""Prints how often an owned garment is found first when another photo of it is the inspiration, beside baselines."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommender.management.commands.analyse_photos import options_from_settings
from recommender.vision import pipeline
from recommender.vision.models import ModelMissing
from training.stylist import inspiration
from training.vision.measured import Photos

TRIALS = {"closet": inspiration.closet_trial, "street": inspiration.street_trial}


class Command(BaseCommand):
    help = (
        "Measure inspiration to closet on a folder of the form of ../shared/data: pairs of photos of one garment are "
        "made of closet photos and of street outfits, and the owned one is looked for by its other photo."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=Path("../shared/data"))
        parser.add_argument("--split", choices=["report", "tune", "validation"], default="report")
        parser.add_argument("--limit", type=int, metavar="N", help="at most N photos of each source, evenly drawn")
        parser.add_argument("--only", nargs="+", choices=list(TRIALS), help="only these pairs")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["data"].is_dir():
            raise CommandError(f"{options['data']} is not there.")
        engine = pipeline.engine(options_from_settings())
        photos = Photos(options["data"], options["split"], options["limit"])
        began = time.monotonic()
        try:
            for name in options["only"] or TRIALS:
                for row in inspiration.rows_of(TRIALS[name](photos, engine), name):
                    self.stdout.write(row.line(options["split"]))
                    self.stdout.flush()
        except ModelMissing as missing:
            raise CommandError(str(missing)) from None
        self.stdout.write(f"{photos.looked_at} photos in {time.monotonic() - began:.0f} s, split: {options['split']}")
