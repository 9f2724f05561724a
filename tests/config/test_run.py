"""./run where something is missing: one sentence that says what to do, the noise in a log."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import env, launch


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A clone with `run` alone and a need that no wheel at hand fulfils."""
    shutil.copy(env.BASE_DIR / "run", tmp_path / "run")
    (tmp_path / "requirements.txt").write_text("a-package-of-nobody==1\n")
    (tmp_path / "requirements.lock").write_text(f"a-package-of-nobody==1 --hash=sha256:{'0' * 64}\n")
    return tmp_path


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_") and name != "VAR_DIR"}
    return subprocess.run(
        ["sh", folder / "run"], env={**kept, "PYTHON": sys.executable, **environment}, capture_output=True, text=True
    )


def test_without_a_package_index_it_says_so_in_one_sentence(fresh: Path) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}
    done = run(fresh, **nowhere)
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "No package index answered" in sentence and "start ./run again" in sentence
    assert "a-package-of-nobody" in (fresh / "var" / "install.log").read_text()


def test_a_state_folder_that_cannot_be_made_is_named(fresh: Path) -> None:
    (fresh / "taken").write_text("")
    done = run(fresh, VAR_DIR=str(fresh / "taken" / "var"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "Set VAR_DIR" in done.stderr


def test_a_full_disk_is_recognised_behind_other_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as cause:
            raise RuntimeError("collectstatic failed") from cause
    except RuntimeError as error:
        assert launch.disk_is_full(error)
    assert launch.disk_is_full(RuntimeError('could not extend file "base/1": No space left on device'))
    assert not launch.disk_is_full(ValueError("something else"))


def test_a_start_on_a_full_disk_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(launch, "room_in", lambda folder: 1000)
    assert launch.main(["up"]) == 1
    assert capsys.readouterr().out.strip().endswith("Make room and start again; nothing is lost.")
