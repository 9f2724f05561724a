"""What known vulnerabilities the locked packages have, as far as an advisory service answers.

A service that is away or silent fails no run, but is told: a machine without a network can still test. What it knows a
remedy for fails; what has none yet is told by name.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from config import env

SCRIPT: Final = Path(sys.executable).parent / "pip-audit"
PATIENCE_S: Final = 60
SILENT: Final = "no advisory service answered: packages were not audited"


def audit(
    say: Callable[[str], None],
    *,
    locks: Sequence[str] = ("requirements.lock",),
    command: Sequence[str] = (str(SCRIPT),),
) -> int:
    """Returns how many vulnerabilities have a remedy. locks: below the repository's root. command: pip-audit's."""
    remedied = 0
    for lock in locks:
        found = _asked([*command, "--require-hashes", "--disable-pip", "-r", str(env.BASE_DIR / lock)])
        audited = [package for package in found if "vulns" in package]
        if not audited:
            say(f"{lock}: {SILENT}")
            continue
        for package in audited:
            for one in package["vulns"]:
                remedy = ", ".join(one["fix_versions"])
                remedied += bool(remedy)
                say(f"{lock}: {package['name']} {package['version']} has {one['id']}"
                    + (f"; mended in {remedy}" if remedy else "; there is no remedy yet"))  # fmt: skip
        if left := len(found) - len(audited):
            say(f"{lock}: {len(audited)} packages audited, {left} are unknown to the service")
    return remedied


def _asked(command: Sequence[str]) -> list[dict[str, Any]]:
    """What it tells of each package; nothing where it does not answer."""
    try:
        done = subprocess.run(
            [*command, "--format", "json", "--progress-spinner", "off", "--timeout", "5"],
            capture_output=True, text=True, timeout=PATIENCE_S,
        )  # fmt: skip
        told = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return []
    return list(told)
