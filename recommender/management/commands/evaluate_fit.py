"""`manage.py evaluate_fit`: bodies, garments and what slips cost, with n and split."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommender.stylist.fit import ease, population
from training.stylist.fit_trials import measure_fit


class Command(BaseCommand):
    """Figures of measured people and real products are the cards' own unless --data measures them anew."""

    help = "How far estimates of a body and advice on sizes can be trusted, as JSON lines with n and split."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, help="folder with bodies_*.csv and garment_sizes.csv: measure anew")
        parser.add_argument("--wearers", type=int, default=300, help="how many simulated people for slips")
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        data = options["data"]
        if data is None:
            bodies, garments = (json.loads(card.read_text()) for card in (population.CARD, ease.CARD))
            self._say(bodies=bodies["metrics"], splits=bodies["splits"])
            self._say(garments=garments["metrics"], splits=garments["splits"])
        else:
            from training.stylist import body, fit_figures

            try:
                self._say(bodies=body.measure_people(data), koreans=body.measure_koreans(data))
                self._say(garments=fit_figures.measure_sizes(data))
            except FileNotFoundError as error:
                raise CommandError(f"There is no {error.filename}.") from error
        for gender in ("men", "women"):
            figures = measure_fit(count=max(options["wearers"], 1), gender=gender, seed=options["seed"])
            self._say(simulated={"gender": gender} | figures)

    def _say(self, **figures: Any) -> None:
        self.stdout.write(json.dumps(figures, ensure_ascii=False))
