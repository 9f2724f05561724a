"""`manage.py evaluate_brands --data DIR`: brand retrieval from five held-out products, beside simpler ways; and
whether emerging brands get the exposure that they merit."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Describes product photos whose brand is known, then asks for the brand of five held-out ones."""

    help = "Top-1 and top-5 brand retrieval on product photos: profile, single mean, PCA 25 + cosine; fair exposure."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder of product_photos.tar and .csv")
        parser.add_argument("--brands", type=int, default=80)
        parser.add_argument("--products", type=int, default=40, help="at most, a brand")

    def handle(self, *args: Any, **options: Any) -> None:
        from recommender.stylist.brands.exposure_trials import measure_exposure
        from recommender.stylist.brands.profiles import build_profile
        from recommender.vision.describe.classifier import OnnxClassifier
        from recommender.vision.models import ModelMissing, Models
        from training.stylist.brand_figures import branded_products, describe_products, measure_brands

        try:
            files = branded_products(options["data"], most=options["products"], brands=options["brands"])
            products = describe_products(options["data"], files, OnnxClassifier(Models(threads=1)))
        except (OSError, ModelMissing) as error:
            raise CommandError(str(error)) from error
        if not products:
            raise CommandError("No product there names its brand.")
        figures = measure_brands(products)
        # Half of each brand's products make its profile, the other half asks.
        profiles = [
            build_profile(brand, products[brand][::2], emerging=number % 3 == 0)
            for number, brand in enumerate(sorted(products))
        ]
        readers = {brand: pieces[1::2] for brand, pieces in products.items()}
        self.stdout.write(json.dumps(figures | {"exposure": measure_exposure(profiles, readers)}))
