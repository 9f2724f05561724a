"""`./run bench [name ...]`: what is in this folder, each against what a user would otherwise do, in one run.

Every module has `run() -> list[dict]`: rows of name, median_ms, spread, ratio, note. A table is printed, JSON
goes to `var/bench/<name>.json`. Ratios are what to quote: these machines are noisy, and both sides had the same noise.
"""

import importlib
import json
import os
import platform
import sys
from pathlib import Path

MODULES = {name: name for name in ("web", "vision", "mirror", "stylist", "search", "words", "site", "load")}
MODULES |= {"hosts": "two_hosts", "owners": "owners"}
NOT_WITH_ALL = {"hosts"}  # it makes a network and needs root


def main(names: list[str]) -> int:
    unknown = set(names) - set(MODULES)
    if unknown:
        print(f"unknown benchmark {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings

    folder = Path(settings.VAR_DIR) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or [name for name in MODULES if name not in NOT_WITH_ALL]:
        rows = importlib.import_module(f"bench.{MODULES[name]}").run()
        print(f"\n{name} · Python {platform.python_version()} · {os.cpu_count()} cores")
        print(f"  {'':52}{'median':>12}{'spread':>10}{'ratio':>9}  note")
        for row in rows:
            median = "" if row.get("median_ms") is None else f"{row['median_ms']:.1f} ms"
            spread = "" if row.get("spread") is None else f"{row['spread']:.1f}"
            ratio = "" if row.get("ratio") is None else f"{row['ratio']:.1f}x"
            print(f"  {row['name']:52}{median:>12}{spread:>10}{ratio:>9}  {row.get('note', '')}")
        (folder / f"{name}.json").write_text(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
