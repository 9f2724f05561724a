"""Known vulnerabilities fail the lints; a service that is away is told and fails nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from config import audit as audits
from config import env
from config.launch import PRODUCT

DUE = {"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}


def service(tmp_path: Path, answer: str, code: int = 0) -> list[str]:
    """Stands for pip-audit: the advisory service answers so."""
    (tmp_path / "answer.json").write_text(answer)
    script = f"import sys; print(open({str(tmp_path / 'answer.json')!r}).read()); sys.exit({code})"
    return [sys.executable, "-c", script]


@pytest.mark.parametrize(
    ("packages", "remedied", "says"),
    [
        ([{"name": "a", "version": "1.0", "vulns": [DUE]}], 1, "a 1.0 has PYSEC-1; mended in 2.0"),
        ([{"name": "a", "version": "1.0", "vulns": [DUE | {"fix_versions": []}]}], 0, "no remedy yet"),
        ([{"name": "a", "version": "1.0", "vulns": []}, {"name": "b", "skip_reason": "not found"}], 0, "1 are unknown"),
        ([{"name": "a", "skip_reason": "not found"}], 0, audits.SILENT),
        ([], 0, audits.SILENT),
    ],
)
def test_what_the_service_tells(tmp_path: Path, packages: list[dict[str, Any]], remedied: int, says: str) -> None:
    said: list[str] = []
    answer = json.dumps({"dependencies": packages, "fixes": []})
    assert audits.audit(said.append, command=service(tmp_path, answer, remedied)) == remedied
    assert says in said[0] and said[0].startswith("requirements.lock")


@pytest.mark.parametrize("command", [["/no/such/program"], [sys.executable, "-c", "print('<html>')"], ["/bin/false"]])
def test_a_service_that_is_away_is_told_and_fails_nothing(command: list[str]) -> None:
    said: list[str] = []
    assert audits.audit(said.append, command=command) == 0
    assert audits.SILENT in said[0]


def test_bandit_looks_at_all_of_the_product_and_finds_what_is_unsafe(tmp_path: Path) -> None:
    bandit = Path(sys.executable).parent / "bandit"
    if not bandit.exists():
        pytest.skip("bandit is not installed")
    roots = tomllib.loads((env.BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    assert set(PRODUCT) == set(roots) - {"training"}
    (tmp_path / "unsafe.py").write_text("import subprocess\nsubprocess.run('ls ' + input(), shell=True)\n")
    settings = str(env.BASE_DIR / "pyproject.toml")
    done = subprocess.run([bandit, "-q", "-ll", "-c", settings, str(tmp_path / "unsafe.py")], capture_output=True)
    assert done.returncode == 1 and b"B602" in done.stdout
