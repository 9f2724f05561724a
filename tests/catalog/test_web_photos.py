"""Addresses strangers wrote reach the open internet and nothing else."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from catalog.importers import batches
from catalog.importers.photos import MAX_BYTES
from catalog.importers.problems import BadPhoto
from catalog.importers.web_photos import WebPhotos, is_public
from tests.catalog.shop import imported, photo, reasons, row, table

PUBLIC = "93.184.216.34"


def web(answer: object, addresses: dict[str, str] | None = None) -> tuple[WebPhotos, list[httpx.Request]]:
    """answer: a response, or a function of the request."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer(request) if callable(answer) else answer  # type: ignore[return-value]

    known = addresses or {}
    return WebPhotos(lambda host, _port: [known.get(host, PUBLIC)], httpx.MockTransport(handle)), asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "172.16.3.4",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "x",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are() -> None:
    assert is_public(PUBLIC) and is_public("2606:2800:220:1:248:1893:25c8:1946")


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    photos, asked = web(httpx.Response(200, stream=httpx.ByteStream(photo())))
    assert photos.read("https://shop.example/a.jpg?size=1") == photo()
    assert str(asked[0].url) == f"https://{PUBLIC}/a.jpg?size=1"
    assert asked[0].headers["host"] == "shop.example" and asked[0].extensions["sni_hostname"] == "shop.example"


@pytest.mark.parametrize(
    "address",
    [
        "http://inside.example/a.jpg",
        "http://127.0.0.1/a.jpg",
        "http://user:pw@shop.example/a.jpg",
        "https://",
        "file:///etc/passwd",
        "http://shop.example:6379/",
        "http://[::1]/a.jpg",
        "http://shop.example:99999/",
    ],
)
def test_what_is_not_for_us_is_never_asked_for(address: str) -> None:
    photos, asked = web(httpx.Response(200), {"inside.example": "10.1.2.3", "127.0.0.1": "127.0.0.1", "::1": "::1"})
    with pytest.raises(BadPhoto):
        photos.read(address)
    assert asked == []


def test_a_redirect_into_the_private_network_is_not_followed() -> None:
    photos, asked = web(
        lambda request: httpx.Response(302, headers={"location": "http://inside.example/secret"}),
        {"inside.example": "169.254.169.254"},
    )
    with pytest.raises(BadPhoto, match="private network"):
        photos.read("https://shop.example/a.jpg")
    assert len(asked) == 1


def test_redirects_end_sometime() -> None:
    photos, asked = web(lambda request: httpx.Response(302, headers={"location": "/again"}))
    with pytest.raises(BadPhoto, match="too often"):
        photos.read("https://shop.example/a.jpg")
    assert len(asked) == 4


def test_too_many_bytes_are_not_taken_whatever_the_header_says() -> None:
    photos, _asked = web(httpx.Response(200, headers={"content-length": str(MAX_BYTES + 1)}))
    with pytest.raises(BadPhoto, match="larger"):
        photos.read("https://shop.example/a.jpg")
    photos, _asked = web(httpx.Response(200, stream=Endless()))
    with pytest.raises(BadPhoto, match="larger"):
        photos.read("https://shop.example/a.jpg")


class Endless(httpx.SyncByteStream):
    def __iter__(self):  # type: ignore[no-untyped-def]
        while True:
            yield b"x" * 1024 * 1024


def test_an_error_of_the_shop_is_told() -> None:
    photos, _asked = web(httpx.Response(404))
    with pytest.raises(BadPhoto, match="404"):
        photos.read("https://shop.example/a.jpg")


# --- A real server, on a real connection ------------------------------------------------------------------------------
class Shop(BaseHTTPRequestHandler):
    """A shop's server on this machine, with what strangers' servers do."""

    asked: ClassVar[list[str]] = []

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        self.asked.append(f"{self.headers['Host']}{self.path}")
        # A client that has had enough goes away.
        with contextlib.suppress(OSError):
            getattr(self, self.path.strip("/").replace(".jpg", ""))()

    def good(self) -> None:
        self._begin(200, {"Content-Length": str(len(photo()))})
        self.wfile.write(photo())

    def moved(self) -> None:
        self._begin(302, {"Location": "/good.jpg"})

    def inside(self) -> None:
        self._begin(302, {"Location": "http://inside.example/good.jpg"})

    def endless(self) -> None:
        self._begin(200, {})
        for _number in range(2 * MAX_BYTES // 2**20):
            self.wfile.write(b"x" * 2**20)

    def drip(self) -> None:
        self._begin(200, {})
        self._slowly(b"x")

    def slow_head(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        self._slowly(b"x")

    def silent(self) -> None:
        time.sleep(3)

    def _begin(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _slowly(self, piece: bytes) -> None:
        for _second in range(60):
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(0.05)


@pytest.fixture
def shop() -> Iterator[ThreadingHTTPServer]:
    Shop.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def address(server: ThreadingHTTPServer, name: str) -> str:
    return f"http://shop.example:{server.server_port}/{name}.jpg"


def to_this_machine(server: ThreadingHTTPServer, **more: Any) -> WebPhotos:
    return WebPhotos(lambda _host, _port: ["127.0.0.1"], ports={80, server.server_port}, **more)


def test_a_server_in_our_own_network_is_never_connected_to(shop: ThreadingHTTPServer) -> None:
    with pytest.raises(BadPhoto, match="private network"):
        to_this_machine(shop).read(address(shop, "good"))
    with pytest.raises(BadPhoto, match="private network"):
        WebPhotos(ports={shop.server_port}).read(f"http://localhost:{shop.server_port}/good.jpg")
    assert Shop.asked == []


def test_a_photo_comes_over_a_real_connection_also_round_a_corner(shop: ThreadingHTTPServer) -> None:
    photos = to_this_machine(shop, allows=lambda ip: ip == "127.0.0.1")
    assert photos.read(address(shop, "good")) == photos.read(address(shop, "moved")) == photo()
    assert Shop.asked[0] == f"shop.example:{shop.server_port}/good.jpg"


def test_a_real_redirect_passes_the_same_gate(shop: ThreadingHTTPServer) -> None:
    def resolver(host: str, _port: int) -> list[str]:
        return ["10.0.0.1" if host == "inside.example" else "127.0.0.1"]

    photos = WebPhotos(resolver, allows=lambda ip: ip == "127.0.0.1", ports={80, shop.server_port})
    with pytest.raises(BadPhoto, match="private network"):
        photos.read(address(shop, "inside"))
    assert len(Shop.asked) == 1


def test_bytes_are_counted_as_they_come(shop: ThreadingHTTPServer) -> None:
    with pytest.raises(BadPhoto, match="larger"):
        to_this_machine(shop, allows=lambda ip: True).read(address(shop, "endless"))


@pytest.mark.parametrize("name", ["drip", "slow_head", "silent"])
def test_seconds_are_counted_whatever_the_server_does_to_stretch_them(shop: ThreadingHTTPServer, name: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadPhoto, match="too long"):
        to_this_machine(shop, allows=lambda ip: True, seconds=0.5).read(address(shop, name))
    assert time.monotonic() - began < 2


def test_a_feed_with_addresses_goes_in_and_a_slow_shop_costs_its_own_row(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop: ThreadingHTTPServer
) -> None:
    web = to_this_machine(shop, allows=lambda ip: True, seconds=0.5)
    monkeypatch.setattr(batches, "WebPhotos", lambda: web)
    rows = [row(number, image=address(shop, name)) for number, name in enumerate(["good", "drip", "moved", "endless"])]
    job = imported(table(tmp_path, rows))
    assert (job.rows_created, job.rows_refused, job.report["photos"]) == (2, 2, 2)
    assert "too long" in reasons(job)[3] and "larger" in reasons(job)[5]
