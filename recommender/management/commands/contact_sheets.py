"""`manage.py contact_sheets --data DIR --out DIR`: a hundred outfits from real closets, to be looked at."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommender.wording import sentence


class Command(BaseCommand):
    """Reads the closets' photos once, then asks the stylist as the product asks it."""

    help = "Lay out 100 outfits from 20 real closets as pictures with score and reasons."

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder of closet_photos.csv and .tar")
        parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
        parser.add_argument("--cache", type=Path, help="folder of what the vision engine saw (default: OUT/seen)")

    def handle(self, *args: Any, **options: Any) -> None:
        from training.stylist import outfit_sheets

        if not (options["data"] / "closet_photos.csv").is_file():
            raise CommandError(f"{options['data']} holds no closet_photos.csv.")
        cache = options["cache"] or options["out"] / "seen"
        found = list(
            outfit_sheets.sheets(options["data"], cache, lambda reason, names: sentence(reason, lambda pk: names[pk]))
        )
        paths = outfit_sheets.write_sheets(found, cache, options["out"])
        rows = "\n".join(json.dumps(row, ensure_ascii=False) for row in outfit_sheets.as_rows(found))
        (options["out"] / "outfits.jsonl").write_text(rows + "\n")
        self.stdout.write(json.dumps({"outfits": len(found), "pictures": [path.name for path in paths]}))
