"""What `./run` does once Python is there: services, migrations, demo, web + worker + beat, tests, benchmarks.

./run            everything, until Ctrl-C            ./run test [pytest arguments]
./run coverage     the tests' coverage, with a floor
./run bench [name ...]                               ./run manage <django command>
./run fuzz [times]   the fuzz of the suite, so many times as long
./run lock         the closure of every list of packages
./run sbom         what it is made of, as CycloneDX
./run backup [DIR|s3|list]                           ./run restore SNAPSHOT
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from config import env
from config.audit import audit
from config.backup.requests import SUPERVISED, audit_add, request_take
from config.embedded import ServiceFailed, Services, free_port
from config.supervisor import Program, Supervisor, services_of

PYTHON = sys.executable
SCRIPTS = Path(PYTHON).parent
ROOM_NEEDED = 200 * 2**20
FULL = f"The disk of {env.VAR_DIR} is full: at least 200 MB are needed. Make room and start again; nothing is lost."
DEMO_EMAIL = "demo@otjang.example"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def say(text: str) -> None:
    print(f"\033[38;5;209m옷장\033[0m {text}" if sys.stdout.isatty() else f"otjang: {text}", flush=True)


def compile_messages() -> None:
    """Turns .po files that changed into the .mo files gettext reads (no system gettext needed)."""
    import polib

    for source in (env.BASE_DIR / "config" / "locale").rglob("*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(compiled))


def disk_is_full(error: BaseException | None) -> bool:
    """Whether a full disk is behind this error: ours, or the one Postgres tells of."""
    while error is not None:
        if getattr(error, "errno", 0) in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in str(error):
            return True
        error = error.__cause__ or error.__context__
    return room_in(env.VAR_DIR) < 2**20  # Postgres may have gone down without a word


def room_in(folder: Path) -> int:
    """Free bytes where `folder` is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def manage(*arguments: str) -> None:
    """Runs a Django command in a process of its own; ends ours with its sentence if it fails."""
    done = subprocess.run([PYTHON, "manage.py", *arguments], cwd=env.BASE_DIR)
    if done.returncode:
        raise ServiceFailed(f"`manage.py {' '.join(arguments)}` failed; the lines above say why.")


def prepare(var: Path) -> None:
    """All that is slow once: database, static files, rembg's caches, the demo."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    stamp = var / "static.stamp"
    newest = str(max(path.stat().st_mtime_ns for path in (env.BASE_DIR / "static").rglob("*")))
    if not stamp.exists() or stamp.read_text() != newest:
        say("collecting static files")
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(newest)
    warm = var / "vision.stamp"
    if not warm.exists():
        say("preparing the vision libraries (once, about half a minute)")
        done = subprocess.run(
            [PYTHON, "-c", "import rembg"], cwd=env.BASE_DIR, env={**os.environ, **vision_environment(var)}
        )
        if done.returncode == 0:
            warm.touch()
    prepare_demo(var)
    from django.db import connections

    connections.close_all()


def demo_password(var: Path) -> str:
    """Of this installation: named in the settings, or made once and kept for its owner alone."""
    return env.text("DEMO_PASSWORD") or env.generated_secret(var / "demo_password", length=9)


def prepare_demo(var: Path) -> None:
    """The demo, where nobody but this machine can sign in to it, or where it is asked for."""
    from django.core.management import call_command

    from closet.demo import demo_password_replace

    if (var / "demo.stamp").exists():
        if demo_password_replace(email=DEMO_EMAIL, password=demo_password(var)):
            say("the demo member has a new password, and is no superuser any more")
    elif env.flag("DEMO", env.text("HOST", "127.0.0.1") in LOOPBACK):
        say("laying out the demo catalogue and closet")
        call_command("load_demo", email=DEMO_EMAIL, password=demo_password(var))
        (var / "demo.stamp").touch()


def vision_environment(var: Path) -> dict[str, str]:
    return {
        "NUMBA_CACHE_DIR": str(var / "numba"),
        "U2NET_HOME": str(var / "rembg"),
        "YOLO_CONFIG_DIR": str(var / "yolo"),
    }


def wait_until_healthy(port: int, programs: list[Program], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not all(program.is_alive() for program in programs):
            raise ServiceFailed("A process ended while starting; the lines above say why.")
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise ServiceFailed(f"The site did not become healthy in {seconds:.0f} s; see http://127.0.0.1:{port}/healthz.")


def up() -> int:
    started = time.monotonic()
    var = env.VAR_DIR
    host = env.text("HOST", "127.0.0.1")
    wanted = env.integer("PORT", 8000)
    port = free_port(wanted)
    if port != wanted:
        say(f"port {wanted} is taken, using {port}")
    stop = threading.Event()
    is_ready = False

    def on_signal(*_: object) -> None:
        stop.set()
        if not is_ready:
            raise KeyboardInterrupt  # in the middle of a first start: leave at once, the services with us

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    with Services(var) as services:
        os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
        compile_messages()
        prepare(var)
        # Two workers: a long import must keep nobody's photo waiting.
        worker = [str(SCRIPTS / "celery"), "-q", "-A", "config", "worker", "--loglevel", "warning", "--without-gossip",
                  "--without-mingle"]  # fmt: skip
        commands = {
            "the web server": [PYTHON, "-m", "config.web"],
            "the worker for photos": [*worker, "-n", "interactive@%h", "-Q", "upkeep,interactive",
                                      "-c", str(env.integer("WORKERS", 1))],
            "the worker for imports": [*worker, "-n", "bulk@%h", "-Q", "imports,bulk", "-c", "1"],
            "beat": [str(SCRIPTS / "celery"), "-q", "-A", "config", "beat", "--loglevel", "warning", "--pidfile", ""],
        }  # fmt: skip
        # Two malloc arenas instead of eight a core: threads of a small web process then share what was freed.
        environment = {
            **os.environ,
            **vision_environment(var),
            "HOST": host,
            "PORT": str(port),
            "OMP_NUM_THREADS": "2",
            "MALLOC_ARENA_MAX": "2",
            SUPERVISED: "1",
        }
        environment.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser")  # containers do
        programs = [
            Program(name, command, folder=env.BASE_DIR, environment=environment) for name, command in commands.items()
        ]
        try:
            for program in programs:
                program.start()
            wait_until_healthy(port, programs)
            say(f"ready in {time.monotonic() - started:.0f} s at http://localhost:{port}")
            if (var / "demo.stamp").exists():
                say(f"demo member: {DEMO_EMAIL} · {demo_password(var)} (works in the shop, too: /admin/)")
            say("Ctrl-C stops everything; what you add stays in " + str(var))
            is_ready = True
            supervisor = Supervisor([*services_of(services), *programs], say_and_look_at_disk)
            while not stop.wait(0.2):
                supervisor.look()
                if asked := request_take(var):
                    restore_asked(var, asked, programs)
        finally:
            end(programs)
    say("stopped")
    return 0


def restore_asked(var: Path, asked: dict[str, str], programs: list[Program]) -> None:
    """A restore that staff asked for at the desk: nobody may use the database meanwhile."""
    say(f"restoring {asked['snapshot']}, as {asked['asked_by']} asked; the site stops meanwhile")
    end(programs)
    done = subprocess.run(
        [PYTHON, "-m", "config.backup", "restore", asked["snapshot"]],
        cwd=env.BASE_DIR, capture_output=True, text=True,
    )  # fmt: skip
    told = ((done.stdout + done.stderr).strip().splitlines() or ["it did not say how it ended"])[-1]
    did = "restore failed" if done.returncode else "restored"
    audit_add(var, by=asked["asked_by"], did=did, snapshot=asked["snapshot"], told=told.removeprefix("otjang: "))
    say(f"{did}: {told.removeprefix('otjang: ')}")
    for program in programs:
        program.start()


def say_and_look_at_disk(text: str) -> None:
    say(text)
    if room_in(env.VAR_DIR) < ROOM_NEEDED:
        say(FULL)


def end(programs: list[Program], patience: float = 15) -> None:
    """Asks all to stop, then ends what did not, with their children."""
    for program in programs:
        program.ask_to_stop()
    deadline = time.monotonic() + patience
    for program in programs:
        program.stop(deadline - time.monotonic())


# Tests run side by side, but for those that need for themselves the machine, the Redis of all processes, or a Postgres
# where nobody else's transactions are open.
ALONE = ("tests/browser", "tests/recommender/test_killed_worker.py", "tests/api/test_sync.py")
PRODUCT = ("config", "catalog", "closet", "recommender", "imaging")
# One process more than cores: many tests wait for a server, a database or a clock.
BESIDE = ("-n", str(min((os.cpu_count() or 1) + 1, 4)), *(f"--ignore={path}" for path in ALONE))


def test(arguments: list[str]) -> int:
    """Linters, then pytest; pytest's fixtures start the services."""
    compile_messages()
    if arguments:
        return pytest(*arguments)
    # Each process would compile all tests, and wait for the migrated database: one does both while linters look.
    first = subprocess.Popen(
        [PYTHON, "-m", "pytest", "--collect-only", "-q"], cwd=env.BASE_DIR, stdout=subprocess.DEVNULL
    )
    try:
        if failed := lint():
            return failed
    finally:
        first.wait()  # what it has to say pytest says again
    if failed := pytest(*BESIDE):
        return failed
    # The browser's tests mostly wait, so types are checked meanwhile, in what processor time they leave.
    with subprocess.Popen([str(SCRIPTS / "mypy")], cwd=env.BASE_DIR, preexec_fn=lambda: os.nice(15)) as types:
        failed = pytest(*ALONE)
    if types.returncode:
        say("`mypy` found something to mend")
    return failed or types.returncode


def lint() -> int:
    """What finds something to mend, as a status."""
    templates = sorted(str(path.relative_to(env.BASE_DIR)) for path in env.BASE_DIR.glob("templates/**/*.html"))
    for command, over in (
        (["ruff", "check", "."], []),
        (["djade", "--check", "--target-version", "5.2"], templates),  # it takes files, no folders
        (["lint-imports"], []),
        (["bandit", "--quiet", "-ll", "-c", "pyproject.toml"], ["-r", *PRODUCT]),
    ):
        if subprocess.run([str(SCRIPTS / command[0]), *command[1:], *over], cwd=env.BASE_DIR).returncode:
            say(f"`{' '.join(command)}` found something to mend")
            return 1
    return int(bool(audit(say)))


def coverage() -> int:
    """The tests that run side by side, counted line by line; fails below the floor. Takes nearly twice as long."""
    compile_messages()
    return pytest(*BESIDE, "--cov", "--cov-report=term")


def pytest(*arguments: str) -> int:
    return subprocess.run([PYTHON, "-m", "pytest", *arguments], cwd=env.BASE_DIR).returncode


def backup(what: str, arguments: list[str]) -> int:
    """Backups are made beside a running ./run as well; a restore wants the site stopped."""
    command = [PYTHON, "-m", "config.backup"]
    if what == "backup":
        command += arguments if arguments[:1] == ["list"] else ["make", *arguments]
    else:
        command += ["restore", *arguments]
    if os.environ.get("DATABASE_URL") and not (what == "restore" and env.FROM_SERVICES):
        return subprocess.run(command, cwd=env.BASE_DIR).returncode
    with Services(env.VAR_DIR):  # says so where ./run is up
        return subprocess.run(command, cwd=env.BASE_DIR).returncode


LISTS = ("requirements", "training/requirements", "tests/requirements", "bench/requirements")
# A CUDA build of torch brings these along, a CPU build does not; pip takes them with torch where they are needed.
CUDA_PACKAGES = re.compile(r"(torch|torchvision|triton|cuda-[a-z-]+|nvidia-(?!ml-py)[a-z0-9-]+)==")


def lock() -> int:
    """Writes the closure of each list of packages, with hashes for every platform, into the .lock beside it."""
    for name in LISTS:
        compiled = subprocess.run(
            [str(SCRIPTS / "uv"), "pip", "compile", f"{name}.txt", "--universal", "--python-version", "3.11",
             "--fork-strategy", "fewest", "--generate-hashes", "--no-annotate", "--no-header", "--quiet",
             *([] if name == LISTS[0] else ["--constraint", f"{LISTS[0]}.lock"])],
            cwd=env.BASE_DIR, capture_output=True, text=True,
        )  # fmt: skip
        if compiled.returncode:
            say(compiled.stderr)
            return compiled.returncode
        packages = re.split(r"^(?=[a-z0-9])", compiled.stdout, flags=re.MULTILINE | re.IGNORECASE)
        kept = "".join(package for package in packages if not CUDA_PACKAGES.match(package))
        head = f"# The closure of {name}.txt, written by `./run lock`. Installed with --require-hashes --no-deps.\n"
        (env.BASE_DIR / f"{name}.lock").write_text(head + kept, encoding="utf-8")
        say(f"{name}.lock holds {kept.count('==')} packages")
    return 0


def main(arguments: list[str]) -> int:
    command, rest = (arguments[0], arguments[1:]) if arguments else ("up", [])
    try:
        if room_in(env.VAR_DIR) < ROOM_NEEDED:
            raise ServiceFailed(FULL)
        match command:
            case "up":
                return up()
            case "test":
                return test(rest)
            case "coverage":
                return coverage()
            case "bench":
                folder = env.VAR_DIR / "bench-services"
                with Services(folder, keep_address_file=False, shared_buffers="1GB"):  # as deploy/compose.yaml gives it
                    manage("migrate", "--verbosity", "0")
                    manage("collectstatic", "--verbosity", "0", "--noinput")
                    return subprocess.run([PYTHON, "-m", "bench", *rest], cwd=env.BASE_DIR).returncode
            case "fuzz":
                os.environ["FUZZ"] = rest[0] if rest else "100"
                return pytest("tests/test_fuzz.py")
            case "sbom":
                from config.sbom import bill

                print(json.dumps(bill(), indent=1))
                return 0
            case "lock":
                return lock()
            case "backup":
                return backup(command, rest)
            case "restore":
                return backup(command, rest)
            case "manage" if env.FROM_SERVICES or os.environ.get("DATABASE_URL"):
                manage(*rest)
                return 0
            case "manage":
                with Services(env.VAR_DIR):
                    manage(*rest)
                return 0
            case _:
                known = "./run, or ./run test, fuzz, coverage, bench, lock, sbom, backup, restore or manage"
                say(f"unknown command {command!r}; use {known}")
                return 2
    except ServiceFailed as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 130
    except Exception as error:
        if not disk_is_full(error):
            raise
        say(FULL)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
