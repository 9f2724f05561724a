"""Backups at the desk: for superusers who have just shown a second factor; a restore goes through ./run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from closet.models import User
from config import env, launch
from config.backup import requests, views
from config.backup.__main__ import main as command
from config.backup.vault import Folder, Vault
from config.supervisor import Program
from recommender.jobs import backups
from recommender.models import WorkerState

NAME = "2026-11-28T183000Z"
URL = "/admin/backups/"


@pytest.fixture
def place(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`var` and a place with one backup, of 3 MB."""
    settings.VAR_DIR = tmp_path
    settings.BACKUP_TO = str(tmp_path / "backups")
    told = {
        "made_at": "2026-11-28T18:30:00+00:00",
        "version": "1.0.0",
        "dump": {"bytes": 2**20},
        "media": {"a": ["", 2**21]},
    }
    Vault(Folder(tmp_path / "backups")).put_snapshot(NAME, told)
    return tmp_path


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    tasks: list[tuple[Any, ...]] = []
    monkeypatch.setattr(views, "enqueue", lambda *task, **options: tasks.append(task))
    return tasks


@pytest.fixture
def secret(dana: User) -> str:
    made = generate_totp_secret()
    TOTP.activate(dana, made)
    return str(made)


def shown(client: Client, secret: str) -> Client:
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    answer = client.post(reverse("mfa_reauthenticate", query={"next": URL}), {"code": code})
    assert answer["Location"] == URL
    return client


def test_only_a_superuser_who_has_just_shown_a_second_factor_comes_in(
    as_alice: Client, as_dana: Client, alice: User, dana: User, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert as_alice.get(URL).status_code in (302, 403, 404)
    alice.is_staff = True
    alice.save()
    TOTP.activate(alice, generate_totp_secret())
    assert as_alice.get(URL).status_code == 403
    assert as_dana.get(URL)["Location"] == reverse("mfa_index")
    secret = generate_totp_secret()
    TOTP.activate(dana, secret)
    asked = as_dana.post(URL, {"do": "make"})
    assert asked["Location"] == reverse("mfa_reauthenticate", query={"next": URL})
    assert not WorkerState.objects.exists()
    page = shown(as_dana, secret).get(URL)
    assert NAME in page.content.decode() and "3.0" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    now = time.time()
    monkeypatch.setattr(views.time, "time", lambda: now + views.RECENT_S + 1)
    assert as_dana.get(URL).status_code == 302
    Authenticator.objects.filter(user=dana).delete()
    monkeypatch.undo()
    assert as_dana.get(URL)["Location"] == reverse("mfa_index")


def test_a_worker_makes_a_backup_once_at_a_time_and_it_is_written_down(
    as_dana: Client, secret: str, place: Path, sent: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown(as_dana, secret).post(URL, {"do": "make"})
    assert "already" in as_dana.post(URL, {"do": "make"}, follow=True).content.decode()
    assert sent == [("make_backup", "dana@example.com")]
    assert LogEntry.objects.get().change_message == "backup asked for"
    (line,) = requests.audit_latest(place)
    assert (line["by"], line["did"]) == ("dana@example.com", "backup asked for")
    assert (place / requests.AUDIT).stat().st_mode & 0o077 == 0
    for code, out, says in (
        (0, f"otjang: snapshot {NAME}: 3 files", f"snapshot {NAME}: 3 files"),
        (1, "otjang: The disk has no room", "The last backup failed: The disk has no room"),
    ):
        done = subprocess.CompletedProcess([], code, out, "")
        monkeypatch.setattr(backups.subprocess, "run", lambda *command, done=done, **options: done)
        backups.run("dana@example.com")
        assert says in as_dana.get(URL).content.decode()


def test_a_restore_asks_for_a_word_and_leaves_a_request_that_run_takes(
    as_dana: Client, secret: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown(as_dana, secret)
    wanted = {"do": "restore", "snapshot": NAME, "word": "restore"}
    monkeypatch.delenv(requests.SUPERVISED, raising=False)
    assert "command line" in as_dana.post(URL, wanted, follow=True).content.decode()
    monkeypatch.setenv(requests.SUPERVISED, "1")
    for wrong in ({"word": "yes"}, {"snapshot": "../../etc/passwd"}, {"snapshot": ""}):
        as_dana.post(URL, wanted | wrong)
    assert not requests.request_pending(place)
    assert "The site stops now" in as_dana.post(URL, wanted, follow=True).content.decode()
    assert "already" in as_dana.post(URL, wanted, follow=True).content.decode()
    assert requests.audit_latest(place)[0]["snapshot"] == NAME
    assert requests.request_take(place) == {"snapshot": NAME, "asked_by": "dana@example.com"}
    assert requests.request_take(place) is None
    (place / requests.REQUEST).write_text("[")
    assert requests.request_take(place) is None and not requests.request_pending(place)


def test_where_run_does_not_look_the_request_is_a_row_that_an_operator_takes(
    as_dana: Client, secret: str, place: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    shown(as_dana, secret)
    monkeypatch.delenv(requests.SUPERVISED, raising=False)
    settings.RESTORE_FROM_DESK = True
    assert command(["asked"]) == 3
    wanted = {"do": "restore", "snapshot": NAME, "word": "restore"}
    assert "The site stops now" in as_dana.post(URL, wanted, follow=True).content.decode()
    assert "already" in as_dana.post(URL, wanted, follow=True).content.decode()
    assert not requests.request_pending(place)  # containers share no folder
    capsys.readouterr()
    assert command(["asked"]) == 0
    assert capsys.readouterr().out == f"{NAME}\n"
    assert command(["asked"]) == 3, "two of those who look restored it both"
    assert [line["did"] for line in requests.audit_latest(place)[:2]] == ["restore taken", "restore asked for"]


@pytest.mark.parametrize(("is_asked", "ends_with"), [(True, 0), (False, 0), (True, 7)])
def test_the_script_for_compose_stops_restores_and_starts_whatever_comes(
    is_asked: bool, ends_with: int, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    docker = tmp_path / "docker"
    docker.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\ncase "$*" in\n'
        f"*asked) {f'echo {NAME}' if is_asked else 'exit 3'} ;;\n*restore*) exit {ends_with} ;;\nesac\n"
    )
    docker.chmod(0o755)
    script = env.BASE_DIR / "deploy" / "restore-asked.sh"
    done = subprocess.run([script], env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    said = [line.split("migrate ")[-1] for line in log.read_text().splitlines()]
    restored = ["compose stop web worker bulk-worker beat", f"python -m config.backup restore {NAME}", "compose up -d"]
    assert said == ["python -m config.backup asked", *(restored if is_asked else [])]
    assert done.returncode == ends_with


def test_run_stops_the_site_restores_and_starts_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here with a backup that is not there, so that nothing is restored, and the site comes back as it was."""
    program = Program("the web server", ["sleep", "300"], folder=tmp_path, environment=dict(os.environ))
    program.start()
    first = program.process
    assert first is not None
    real = subprocess.run

    def watched(command: list[str], **options: Any) -> Any:
        assert first.poll() is not None, "the site was still there"
        assert command == [sys.executable, "-m", "config.backup", "restore", NAME]
        return real(command, **options | {"env": {**os.environ, "BACKUP_TO": str(tmp_path / "none")}})

    monkeypatch.setattr(launch.subprocess, "run", watched)
    try:
        launch.restore_asked(tmp_path, {"snapshot": NAME, "asked_by": "dana@example.com"}, [program])
        assert program.is_alive() and program.process is not first
    finally:
        program.ask_to_stop()
        program.stop(2)
    (line,) = requests.audit_latest(tmp_path)
    assert (line["did"], line["snapshot"]) == ("restore failed", NAME) and "no snapshot" in line["told"]


def test_a_place_that_is_away_is_told(as_dana: Client, secret: str, place: Path, settings: Any) -> None:
    settings.BACKUP_PASSWORD = "another"
    page = shown(as_dana, secret).get(URL)
    assert page.status_code == 200 and "desk-error" in page.content.decode()
