"""Machines of a small network, made of network namespaces: each has its own address, and can be cut off or killed.

Needs root and `ip`. Addresses are 10.77.0.x and live in the namespaces alone: nothing of this machine's own network is
touched, and all of it goes at the end.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

CLONE_NEWNET = 0x40000000


def why_not() -> str:
    """ "" where namespaces can be made, else why not."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not shutil.which("ip"):
        return "`ip` (iproute2) is not there"
    name = f"otjang-{os.getpid()}-try"
    done = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return "" if done.returncode == 0 else f"no namespace can be made here: {done.stderr.strip()}"


class Network:
    """with Network(["web", "db"]) as network: network.run("web", ["python", ...])"""

    def __init__(self, names: Sequence[str], logs: Path) -> None:
        self.addresses = {name: f"10.77.0.{10 + number}" for number, name in enumerate(names)}
        self.logs = logs
        self._running: dict[str, list[subprocess.Popen[bytes]]] = {name: [] for name in names}

    def space(self, name: str) -> str:
        return f"otjang-{os.getpid()}-{name}"

    def __enter__(self) -> Network:
        try:
            lan = self.space("lan")
            self._ip("netns", "add", lan)
            self._ip("-n", lan, "link", "add", "bridge", "type", "bridge")
            self._ip("-n", lan, "link", "set", "bridge", "up")
            for name, address in self.addresses.items():
                space = self.space(name)
                self._ip("netns", "add", space)
                # The other end is born in the bridge's namespace: this machine's own never sees either.
                self._ip("-n", lan, "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", space)
                self._ip("-n", lan, "link", "set", f"to-{name}", "master", "bridge", "up")
                self._ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
                for link in ("lo", "eth0"):
                    self._ip("-n", space, "link", "set", link, "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in self.addresses:
            self.kill(name)
        for name in [*self.addresses, "lan"]:
            with contextlib.suppress(subprocess.CalledProcessError):
                self._ip("netns", "del", self.space(name))

    @staticmethod
    def _ip(*arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True, capture_output=True)

    def command(self, name: str, command: Sequence[str], user: str = "") -> list[str]:
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        return ["ip", "netns", "exec", self.space(name), *become, *command]

    def run(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], *, folder: Path, user: str = "",
        seconds: float = 300,
    ) -> str:  # fmt: skip
        """A command on that machine to its end; its output. Raises CalledProcessError."""
        done = subprocess.run(
            self.command(name, command, user), env=dict(environment), cwd=folder, capture_output=True, text=True,
            timeout=seconds,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)[:80]}: {(done.stderr or done.stdout)[-1500:]}")
        return done.stdout

    def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], *, folder: Path, user: str = ""
    ) -> subprocess.Popen[bytes]:
        """A program on that machine, until it is killed."""
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                self.command(name, command, user), env=dict(environment), cwd=folder, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        self._running[name].append(process)
        return process

    def kill(self, name: str) -> None:
        """The machine loses its power: SIGKILL to all that was started on it, and their children."""
        for process in self._running[name]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running[name] = []

    def cut(self, name: str) -> None:
        self._ip("-n", self.space("lan"), "link", "set", f"to-{name}", "down")

    def mend(self, name: str) -> None:
        self._ip("-n", self.space("lan"), "link", "set", f"to-{name}", "up")

    def enter(self, name: str) -> None:
        """The calling thread's sockets are that machine's from here on."""
        with open(f"/var/run/netns/{self.space(name)}") as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
