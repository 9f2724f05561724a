"""`manage.py evaluate_fit`: what missing measures, slips and mislabelled charts cost size advice."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from training.stylist.fit_trials import measure_fit


class Command(BaseCommand):
    """Simulated wearers; the figures say so."""

    help = "Size advice on simulated wearers: exact sizes by what is measured, interval coverage, errors noticed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wearers", type=int, default=300)
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        for gender in ("men", "women"):
            figures = measure_fit(count=max(options["wearers"], 1), gender=gender, seed=options["seed"])
            self.stdout.write(json.dumps({"gender": gender} | figures))
