"""Runs the vision engine over photos, without a database: one JSON object a photo (design.md, section 5)."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from imaging import decode as images
from recommender.vision import pipeline
from recommender.vision.cutout.cutter import whole_alpha
from recommender.vision.facts import PhotoFacts, Scene
from recommender.vision.models import ModelMissing

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"}


class Command(BaseCommand):
    help = "Analyse photos and write what is seen as JSON lines; with --cutouts, each garment's mask as a PNG."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a photo, or a folder of photos")
        parser.add_argument("--json", type=Path, metavar="OUT", help="where to write (default: standard output)")
        parser.add_argument("--cutouts", type=Path, metavar="DIR", help="write masks as 8-bit PNGs of the photo's size")

    def handle(self, *args: Any, **options: Any) -> None:
        engine = pipeline.engine(options_from_settings())
        masks: Path | None = options["cutouts"]
        if masks:
            masks.mkdir(parents=True, exist_ok=True)
        out = options["json"].open("w", encoding="utf-8") if options["json"] else None
        try:
            for number, path in enumerate(_photos(options["paths"])):
                line = json.dumps(_look(path, engine, masks, number), ensure_ascii=False)
                if out:
                    out.write(line + "\n")
                    out.flush()
                else:
                    self.stdout.write(line)
        except ModelMissing as missing:
            raise CommandError(str(missing)) from None
        finally:
            if out:
                out.close()


def options_from_settings() -> pipeline.Options:
    """The engine as this site is configured."""
    return pipeline.Options(
        cutout=settings.VISION_CUTOUT,
        detector=settings.VISION_DETECTOR,
        threads=settings.VISION_THREADS,
        var=settings.VAR_DIR,
    )


def _photos(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.suffix.lower() in SUFFIXES)
        elif path.exists():
            yield path
        else:
            raise CommandError(f"{path} is not there.")


def _look(path: Path, engine: pipeline.Engine, masks: Path | None, number: int) -> dict[str, Any]:
    try:
        facts = pipeline.analyse(path, engine=engine)
    except images.BadImage as bad:
        nothing = PhotoFacts(Scene.NONE, 0, 0).as_json(file=str(path))
        return nothing | {"error": {"code": bad.code, "message": bad.message}}
    names = _write_masks(facts, masks, f"{path.stem}-{number}") if masks else None
    return facts.as_json(file=str(path), masks=names)


def _write_masks(facts: PhotoFacts, folder: Path, stem: str) -> list[str]:
    size = (facts.width, facts.height)
    scale = max(1.0, max(size) / images.WORKING_SIDE)
    names = []
    for number, garment in enumerate(facts.garments):
        names.append(f"{stem}-{number}.png")
        whole_alpha(garment.cutout, size, scale).save(folder / names[-1], compress_level=1)
    return names
