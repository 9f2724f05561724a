"""`python -m training.flatlay [slug ...]`: renders the assets of `catalog/flatlay/`: all, or some silhouettes."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.flatlay.assets import write
from training.flatlay.silhouettes import SILHOUETTES


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.flatlay", description=__doc__)
    parser.add_argument("silhouettes", nargs="*", metavar="slug", help="render these alone")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "catalog" / "flatlay")
    asked = parser.parse_args()
    if unknown := set(asked.silhouettes) - set(SILHOUETTES):
        parser.error(f"no silhouette {', '.join(sorted(unknown))}")
    write(asked.out, asked.silhouettes)


if __name__ == "__main__":
    main()
