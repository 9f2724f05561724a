"""Clients as an app's programmer makes them: generated from the schema alone, then taken through the whole journey."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from django.conf import settings

from config import env
from config.launch import SCRIPTS

SCHEMA = settings.BASE_DIR / "docs" / "openapi.yaml"
TYPESCRIPT = Path(__file__).parent / "typescript"
PASSWORD = "a long and quiet river"


@pytest.fixture(scope="session")
def five_photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Illustrated garments on a floor."""
    import numpy as np
    from PIL import Image

    from catalog.flatlay import GarmentSpec, illustrate

    folder = tmp_path_factory.mktemp("five")
    for number, silhouette in enumerate(("shirt", "t-shirt", "knit", "jeans", "slacks")):
        floor = np.random.default_rng(number).normal(168, 9, (900, 800, 3)).clip(0, 255).astype(np.uint8)
        picture = Image.fromarray(floor)
        drawn = illustrate(GarmentSpec(silhouette, ((30.0 + 5 * number, 10.0, -40.0 + 15 * number),)), size=700)
        picture.paste(drawn, (50, 100), drawn)
        picture.save(folder / f"{silhouette}.jpg", quality=90)
    return sorted(folder.iterdir())


def until(ask: Callable[[], Any], is_done: Callable[[Any], bool], seconds: float = 240) -> Any:
    deadline = time.monotonic() + seconds
    while not is_done(told := ask()):
        assert time.monotonic() < deadline, told
        time.sleep(0.3)
    return told


# --- Python, by openapi-python-client ---------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def otjang(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated package, its every module imported."""
    folder = tmp_path_factory.mktemp("python-client")
    # As its documentation has it for files of a type it does not know.
    bytes_ = ("image/png", "application/offset+octet-stream", "text/event-stream")
    binary = dict.fromkeys(bytes_, "application/octet-stream")
    overrides = {"content_type_overrides": binary}
    (folder / "config.json").write_text(json.dumps(overrides))
    made = subprocess.run(
        [str(SCRIPTS / "openapi-python-client"), "generate", "--path", str(SCHEMA), "--meta", "none",
         "--config", str(folder / "config.json"), "--output-path", str(folder / "otjang_client")],
        env={**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}"}, capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode == 0 and "WARNING" not in made.stdout + made.stderr, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    for module in (folder / "otjang_client").rglob("*.py"):
        name = ".".join(module.relative_to(folder).with_suffix("").parts)
        importlib.import_module(name.removesuffix(".__init__"))
    return importlib.import_module("otjang_client")


def test_a_python_client_makes_the_whole_journey(otjang: ModuleType, site: str, five_photos: list[Path]) -> None:
    def ask(name: str, *arguments: Any, client: Any, **named: Any) -> Any:
        """What `api.<name>` answers, parsed; a problem is an Error."""
        answer = importlib.import_module(f"otjang_client.api.{name}").sync_detailed(*arguments, client=client, **named)
        assert 200 <= answer.status_code < 300, (name, answer.status_code, answer.content[:500])
        return answer.parsed

    models, types = otjang.models, importlib.import_module("otjang_client.types")
    stranger = otjang.Client(base_url=site)
    email = "generated@python.example"
    ask("accounts.accounts_create", client=stranger, body=models.AccountInRequest(email, PASSWORD))
    token = ask("tokens.tokens_create", client=stranger, body=models.TokenInRequest(email, PASSWORD, name="laptop"))
    me = otjang.AuthenticatedClient(base_url=site, token=token.token, prefix="Token")

    for zone, mm in {"height": 1680, "chest": 900, "waist": 740}.items():
        measure = models.MeasurementInRequest(zone=models.ZoneEnum(zone), value_mm=mm)
        assert ask("measurements.measurements_create", client=me, body=measure).value_mm == mm
    for path in five_photos:
        file = types.File(BytesIO(path.read_bytes()), path.name, "image/jpeg")
        sent = ask("photos.photos_create", client=me, body=models.PhotoUploadRequest(file))
        done = until(
            lambda sent=sent: ask("photos.photo", sent.id, client=me),  # type: ignore[misc]
            lambda photo: photo.status in ("done", "failed"),
        )
        assert done.status == "done" and done.error is None and done.display.startswith(site), done
    garments = ask("garments.garments_list", client=me, page_size=100).results
    assert len(garments) >= 4
    first = garments[0]
    assert all(one.pictures.large.startswith(site) and one.colours[0].hex_ for one in garments)

    assert all(0 <= one.likeness <= 1 for one in ask("garments.garments_similar_retrieve", first.id, client=me).results)
    shops = ask("garments.garments_similar_retrieve", first.id, client=me,
                scope=models.GarmentsSimilarRetrieveScope.CATALOGUE).results  # fmt: skip
    assert shops and shops[0].price
    assert ask("garments.garments_goes_with_retrieve", first.id, client=me).slots is not None
    today = ask("outfits.outfits_today_retrieve", client=me, temperature=18.0)
    assert today.count == len(today.results)
    assert ask("looks.looks_buildable_retrieve", client=me).results
    brand = ask("brands.brands_matching_retrieve", client=me).results[0]
    assert ask("brands.brands_retrieve", brand.slug, client=stranger).name
    assert ask("brands.brands_sizes_retrieve", brand.slug, client=me).count >= 0
    product = ask("products.products_retrieve", shops[0].id, client=stranger)
    assert product.images and ask("products.products_fit_retrieve", product.id, client=me).codes is not None

    assert ask("search.search_retrieve", client=stranger, q="blue shirt").understood
    photo = types.File(BytesIO(five_photos[0].read_bytes()), "x.jpg", "image/jpeg")
    query = ask("search.search_photo_create", client=me, body=models.PhotoInRequest(photo))
    seen = until(
        lambda: ask("search.search_photo_retrieve", query.id, client=me), lambda found: found.status != "waiting"
    )
    assert seen.status == "done" and seen.garments and seen.catalogue

    changed = ask("garments.garments_partial_update", first.id, client=me,
                  body=models.PatchedGarmentInRequest(name="Monday", styles=None or types.UNSET))  # fmt: skip
    assert changed.garment.title == "Monday"
    undo = ask("garments.garments_destroy", first.id, client=me)
    assert undo.ids == [first.id]
    ask("accounts.accounts_me_delete_create", client=me, body=models.AccountGoneRequest(email, PASSWORD))
    gone = importlib.import_module("otjang_client.api.garments.garments_list").sync_detailed(client=me)
    assert gone.status_code == 401


# --- TypeScript, by openapi-typescript --------------------------------------------------------------------------------
@pytest.mark.skipif(not shutil.which("npm"), reason="Node is not installed here")
def test_a_typescript_client_makes_the_whole_journey(
    site: str, five_photos: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    modules = env.VAR_DIR / "typescript"  # installed once a machine
    modules.mkdir(parents=True, exist_ok=True)
    lock = TYPESCRIPT / "package-lock.json"
    for name in ("package.json", "package-lock.json", "journey.ts"):
        shutil.copy(TYPESCRIPT / name, modules)

    def run(*command: str, **options: Any) -> None:
        done = subprocess.run(command, cwd=modules, capture_output=True, text=True, **options)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"

    kept = modules / "installed.json"
    if not kept.exists() or kept.read_bytes() != lock.read_bytes():
        run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
        shutil.copy(lock, kept)
    run("npx", "openapi-typescript", str(SCHEMA), "-o", "api.d.ts")
    run("npx", "tsc", "--strict", "--noUncheckedIndexedAccess", "--skipLibCheck", "--module", "nodenext",
        "--target", "es2022", "--types", "node", "journey.ts")  # fmt: skip
    run("node", "journey.js", site, PASSWORD, *map(str, five_photos), timeout=400)


# --- Kotlin, by openapi-generator -----------------------------------------------------------------------------------
def test_a_kotlin_client_makes_the_whole_journey(site: str, five_photos: list[Path], tmp_path: Path) -> None:
    """KOTLIN_TOOLS holds jars: `generator/` (openapi-generator-cli), `compiler/` (the Kotlin compiler with all that it
    needs) and `libraries/` (kotlin-stdlib, okhttp 4, okio, gson)."""
    tools = Path(os.environ.get("KOTLIN_TOOLS", "none"))
    jars = {name: sorted(map(str, (tools / name).glob("*.jar"))) for name in ("generator", "compiler", "libraries")}
    if not shutil.which("java") or not all(jars.values()):
        pytest.skip("needs Java, and KOTLIN_TOOLS with generator/, compiler/ and libraries/")

    def java(path: list[str], *arguments: str) -> str:
        command = ["java", "-Xmx1500m", "-cp", os.pathsep.join(path), *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(arguments[:3])}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout

    java(
        jars["generator"], "org.openapitools.codegen.OpenAPIGenerator", "generate", "-i", str(SCHEMA), "-g", "kotlin",
        "--library", "jvm-okhttp4", "-o", "client", "--global-property",
        "apiDocs=false,modelDocs=false,apiTests=false,modelTests=false", "--additional-properties",
        "serializationLibrary=gson,packageName=otjang.client,omitGradleWrapper=true,enumPropertyNaming=UPPERCASE",
    )  # fmt: skip
    java(
        jars["compiler"], "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", "-no-stdlib", "-no-reflect", "-nowarn",
        "-cp", os.pathsep.join(jars["libraries"]), "-d", "journey.jar", "client/src/main/kotlin",
        str(Path(__file__).parent / "kotlin" / "Journey.kt"),
    )  # fmt: skip
    said = java(["journey.jar", *jars["libraries"]], "JourneyKt", site, "generated@kotlin.example", PASSWORD,
                *map(str, five_photos))  # fmt: skip
    assert said.splitlines()[-1] == "done"


# --- curl, by the README ----------------------------------------------------------------------------------------------
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed here")
def test_the_lines_of_the_readme_do_what_they_say(site: str, five_photos: list[Path], tmp_path: Path) -> None:
    email = "readme@curl.example"
    opened = httpx.post(f"{site}/api/v1/accounts/", json={"email": email, "password": PASSWORD})
    assert opened.status_code == 202
    text = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    lines = re.search(r"## Use the API\n\n```sh\n(.*?)```", text, flags=re.DOTALL)
    assert lines
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo_password").write_text(PASSWORD)
    shutil.copy(five_photos[0], tmp_path / "shirt.jpg")
    known = dict(os.environ)

    def curl(line: str) -> Any:
        line = line.replace("demo@otjang.example", email).replace(":8000/", f"{site}/")
        line = line.replace("curl ", "curl --silent --show-error --fail ")
        done = subprocess.run(["bash", "-c", line], cwd=tmp_path, env=known, capture_output=True, text=True)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        return json.loads(done.stdout)

    token, photo, progress, similar = lines[1].splitlines()
    known["TOKEN"] = curl(token)["token"]
    known["ID"] = curl(photo)["id"]
    done = until(lambda: curl(progress), lambda told: told["status"] in ("done", "failed"))
    assert done["status"] == "done" and done["ms"]
    known["GARMENT"] = str(done["garments"][0]["id"])
    assert curl(similar)["results"]
