"""A bill of materials in CycloneDX: every locked package with hashes and licence, and the weights that ship."""

from __future__ import annotations

import importlib.metadata
import json
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config import env

PACKAGE = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<rest>(?:.*\\\n)*.*)", re.MULTILINE)
HASH = re.compile(r"sha256:([0-9a-f]{64})")


def bill(lock: Path = env.BASE_DIR / "requirements.lock") -> dict[str, Any]:
    """As a CycloneDX 1.5 document. The licence of a package that is not installed here is left out."""
    packages = [_package(found) for found in PACKAGE.finditer(lock.read_text(encoding="utf-8"))]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {"type": "application", "name": "otjang", "version": "1.0.0",
                          "licenses": [{"license": {"id": "AGPL-3.0-only"}}]},
        },
        "components": [*packages, *_weights()],
    }  # fmt: skip


def _package(found: re.Match[str]) -> dict[str, Any]:
    name, version = found["name"], found["version"]
    told: dict[str, Any] = {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}",
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in HASH.findall(found["rest"])],
    }
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return told
    said = [about[name] for name in ("License-Expression", "License") if name in about]
    licence = said[0].split("\n")[0][:80] if said else ""
    if licence:
        told["licenses"] = [{"license": {"name": licence}}]
    return told


def _weights() -> list[dict[str, Any]]:
    """The networks that ship, by their cards."""
    rows = []
    for card in sorted((env.BASE_DIR / "recommender").rglob("weights/*.json")):
        told = json.loads(card.read_text(encoding="utf-8"))
        row: dict[str, Any] = {
            "type": "machine-learning-model",
            "name": card.stem,
            "version": str(told.get("key", "1")),
        }
        if digest := HASH.search("sha256:" + str(told.get("sha256", ""))):
            row["hashes"] = [{"alg": "SHA-256", "content": digest[1]}]
        if told.get("licence"):
            row["licenses"] = [{"license": {"name": str(told["licence"])[:80]}}]
        rows.append(row)
    return rows
