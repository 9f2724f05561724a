"""Photos and pages from addresses a stranger wrote, fetched through the gate of catalog/web.py."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Container
from urllib.parse import urljoin, urlsplit

import httpx
from django.utils.translation import gettext as _

from catalog.importers.photos import MAX_BYTES
from catalog.importers.problems import BadPhoto
from catalog.web import PORTS, Refused, Resolver, Watch, checked, is_public, resolve, watched_transport

__all__ = ["WebPhotos", "is_public"]

SECONDS = 20.0  # for one photo, redirects included
HOPS = 3


class WebPhotos:
    """accept: what may come. The others are given by tests; a transport sees requests that passed the gate."""

    def __init__(
        self,
        resolver: Resolver = resolve,
        transport: httpx.BaseTransport | None = None,
        *,
        allows: Callable[[str], bool] = is_public,
        ports: Container[int] = PORTS,
        seconds: float = SECONDS,
        accept: str = "image/*",
    ) -> None:
        self._resolve, self._allows, self._ports, self._seconds = resolver, allows, ports, seconds
        self._watch = Watch()
        self._client = httpx.Client(
            transport=transport or watched_transport(self._watch),
            trust_env=False,  # a proxy of ours would resolve the name anew, behind the gate
            follow_redirects=False,
            timeout=httpx.Timeout(8.0, connect=5.0),
            headers={"User-Agent": "Otjang", "Accept": accept, "Accept-Encoding": "identity"},
        )

    def read(self, reference: str) -> bytes:
        """Raises BadPhoto with the reason."""
        self._watch.deadline = time.monotonic() + self._seconds
        address = reference
        try:
            for _hop in range(HOPS + 1):
                content, further = self._fetch(address)
                if further is None:
                    return content
                address = urljoin(address, further)
        except httpx.TimeoutException as error:
            raise BadPhoto(_("The shop's server took too long to answer.")) from error
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise BadPhoto(_("The shop's server could not be reached (%s).") % type(error).__name__) from error
        raise BadPhoto(_("The address leads on to others too often."))

    def _fetch(self, address: str) -> tuple[bytes, str | None]:
        url, host = self._checked(address)
        with self._client.stream(
            "GET", url, headers={"Host": host}, extensions={"sni_hostname": urlsplit(address).hostname or ""}
        ) as answer:
            if answer.is_redirect:
                return b"", answer.headers.get("location", "")
            if answer.status_code != 200:
                raise BadPhoto(_("The shop's server answered %d.") % answer.status_code)
            length = answer.headers.get("content-length", "")
            if length.isdigit() and int(length) > MAX_BYTES:
                raise BadPhoto(_("The photo is larger than %(megabytes)d MB.") % {"megabytes": MAX_BYTES // 2**20})
            content = bytearray()
            for piece in answer.iter_raw():
                content += piece
                if len(content) > MAX_BYTES:
                    raise BadPhoto(_("The photo is larger than %(megabytes)d MB.") % {"megabytes": MAX_BYTES // 2**20})
            return bytes(content), None

    def _checked(self, address: str) -> tuple[str, str]:
        """The address with its host replaced by a checked IP, and the host for the headers. Raises BadPhoto."""
        try:
            return checked(address, resolver=self._resolve, allows=self._allows, ports=self._ports)
        except Refused as refused:
            raise BadPhoto(_why(refused, address)) from None

    def close(self) -> None:
        self._client.close()


def _why(refused: Refused, address: str) -> str:
    match refused.code:
        case "port":
            return _("Nothing is fetched from port %d.") % int(refused.detail)
        case "no_server":
            return _("There is no server called %s.") % refused.detail[:60]
        case "private":
            return _("%s is inside a private network; nothing is fetched from there.") % refused.detail[:60]
        case _code:
            return _("“%s” is no web address (https://…).") % address[:60]
