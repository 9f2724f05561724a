"""The small network of `./run bench hosts`: machines reach each other, can be cut off and killed, and leave nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.network import Network, why_not

HELLO = "import http.server as s; s.test(s.SimpleHTTPRequestHandler, port=8000, bind='0.0.0.0')"
WHY_NOT = why_not()


@pytest.mark.skipif(bool(WHY_NOT), reason=f"no network namespaces: {WHY_NOT}")
def test_machines_reach_each_other_until_they_are_cut_off_or_killed(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"]}
    with Network(["one", "two"], tmp_path) as network:

        def reaches() -> bool:
            ask = f"import urllib.request as u; u.urlopen('http://{network.addresses['two']}:8000/', timeout=1)"
            try:
                network.run("one", [sys.executable, "-c", ask], environment, folder=tmp_path)
            except RuntimeError:
                return False
            return True

        process = network.start("two", [sys.executable, "-c", HELLO], environment, folder=tmp_path)
        deadline = time.monotonic() + 20
        while not reaches():
            assert time.monotonic() < deadline
        network.cut("two")
        assert not reaches() and process.poll() is None
        network.mend("two")
        assert reaches()
        network.kill("two")
        assert not reaches() and process.poll() is not None
        spaces = {network.space(name) for name in ("one", "two", "lan")}
    left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
    assert not [name for name in spaces if name in left]
