"""The bill of materials names what is locked and what ships."""

import re

from config import env
from config.sbom import bill


def test_every_locked_package_stands_in_it_with_its_hashes() -> None:
    told = bill()
    lock = (env.BASE_DIR / "requirements.lock").read_text()
    libraries = [one for one in told["components"] if one["type"] == "library"]
    assert len(libraries) == len(re.findall(r"^[a-z0-9][^\s]*==", lock, re.MULTILINE))
    django = next(one for one in libraries if one["name"] == "django")
    assert f"django=={django['version']}" in lock
    assert django["hashes"] and all(one["content"] in lock for one in django["hashes"])
    assert django["licenses"] and django["purl"] == f"pkg:pypi/django@{django['version']}"


def test_the_networks_that_ship_stand_in_it() -> None:
    models = {one["name"] for one in bill()["components"] if one["type"] == "machine-learning-model"}
    assert {"classifier", "parser", "text", "compatibility", "body", "ease"} <= models
