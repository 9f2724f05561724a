"""Addresses strangers wrote reach the open internet and nothing else."""

import httpx
import pytest

from catalog.importers.photos import MAX_BYTES
from catalog.importers.problems import BadPhoto
from catalog.importers.web_photos import WebPhotos, is_public
from tests.catalog.shop import photo

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
