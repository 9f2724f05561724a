"""`manage.py evaluate_tryon --data DIR`: landmarks, clothes put back on street photos, CPU seconds, sheets of pairs."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Figures as one JSON object; sheets as PNGs in OUT."""

    help = "Measure the mirror on real photos and lay out pairs to be looked at."

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder of street_photos and closet_photos")
        parser.add_argument("--out", type=Path, default=settings.VAR_DIR / "tryon", help="folder of the sheets")
        parser.add_argument("--count", type=int, default=100, help="of garments put back, and of pairs")
        parser.add_argument("--split", choices=("report", "tune"), default="report", help="which half of the photos")
        parser.add_argument("--seed", type=int, default=31, help="of the pairs")
        parser.add_argument(
            "--only", choices=("landmarks", "put_back", "pairs", "seconds"), help="one measurement alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        data: Path = options["data"]
        if not all(
            (data / f"{name}.tar").is_file()
            for name in ("street_photos", "closet_photos", "stylist_photos", "look_photos")
        ):
            self.stdout.write(json.dumps({"skipped": f"{data} lacks a tar of street, closet, stylist or look photos"}))
            return
        from training.vision import tryon_metrics as metrics
        from training.vision import tryon_pairs

        eyes, odd, only = metrics.Eyes(), options["split"] == "report", options["only"]
        told: dict[str, Any] = {"split": options["split"]}
        if only in (None, "landmarks"):
            from training.vision import garment_landmarks

            told["landmarks"] = garment_landmarks.measured(data, eyes.engine, is_report=odd)
        if only in (None, "put_back"):
            told["put_back"] = metrics.put_back(data, eyes, count=options["count"], odd=odd)
        if only in (None, "seconds"):
            told["five_pieces"] = tryon_pairs.five_pieces(data, eyes)
        if only in (None, "pairs"):
            found, told["pairs"] = tryon_pairs.pairs(data, eyes, count=options["count"], odd=odd, seed=options["seed"])
            options["out"].mkdir(parents=True, exist_ok=True)
            for start in range(0, len(found), 25):
                tryon_pairs.sheet(found[start : start + 25]).save(options["out"] / f"pairs-{start // 25 + 1}.png")
        self.stdout.write(json.dumps(told, indent=1))
