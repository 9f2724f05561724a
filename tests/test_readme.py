"""What README and CONTRIBUTING tell people to type exists."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from config import env, launch

PAGES = [env.BASE_DIR / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
RUN_COMMANDS = {"test", "fuzz", "coverage", "bench", "manage", "lock", "sbom", "backup", "restore"}


def code_of(page: Path) -> str:
    """Fenced blocks and inline code of a page, a line each."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL)
    return "\n".join(
        [*blocks, *re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))]
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_run_commands_named_in_the_docs_exist(page: Path) -> None:
    named = set(re.findall(r"\./run ([a-z_]+)", code_of(page)))
    assert named <= RUN_COMMANDS
    source = Path(launch.__file__).read_text(encoding="utf-8")
    assert all(f'case "{name}"' in source for name in RUN_COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_management_commands_named_in_the_docs_exist(page: Path) -> None:
    named = set(re.findall(r"(?:manage|manage\.py) ([a-z_]+)(?![a-z_*])", code_of(page)))
    assert named <= set(get_commands())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_of_the_docs_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_list_of_packages_is_pinned_and_locked() -> None:
    for name in launch.LISTS:
        wanted = dict(
            re.findall(
                r"^([A-Za-z0-9_.-]+)(?:\[[a-z0-9,-]+\])?==([^\s#]+)", (env.BASE_DIR / f"{name}.txt").read_text(), re.M
            )
        )
        lines = [
            line for line in (env.BASE_DIR / f"{name}.txt").read_text().splitlines() if line and line[0] not in "#-"
        ]
        assert len(wanted) == len(lines), f"{name}.txt names a package without its version"
        locked = dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", (env.BASE_DIR / f"{name}.lock").read_text(), re.M))
        plain = {re.sub("[._]", "-", package.lower()): version for package, version in wanted.items()}
        differing = {package for package, version in plain.items() if locked.get(package) != version}
        assert differing <= {"torch", "torchvision"}, f"{name}.lock is older than {name}.txt: ./run lock"
