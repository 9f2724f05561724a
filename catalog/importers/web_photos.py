"""Photos and pages from addresses a stranger wrote, fetched without letting the address reach our own network.

The host is resolved first; unless every one of its addresses is public nothing is sent. The connection then goes to
the very address that was checked, so that a second answer of the name server cannot turn it elsewhere; redirects are
followed by hand, each through the same gate. Bytes, seconds and hops are limited; the seconds by a watch on every read
and write of the connection, since a server that sends a byte now and then never runs into a timeout of its own.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Container
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from django.utils.translation import gettext as _

from catalog.importers.photos import MAX_BYTES
from catalog.importers.problems import BadPhoto

SECONDS = 20.0  # for one photo, redirects included
HOPS = 3
PORTS = frozenset({80, 443, 8080, 8443})

Resolver = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    return [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also behind IPv6's ways of wrapping IPv4."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if wrapped is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


class Watch(threading.local):
    """How long the photo at hand may still take; each thread fetches its own."""

    deadline = 0.0

    def left(self, most: float | None) -> float:
        """Seconds for the next read or write."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if most is None else min(left, most)


class WatchedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, watch: Watch) -> None:
        self._stream, self._watch = stream, watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._watch.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._watch.left(timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> WatchedStream:
        tls = self._stream.start_tls(ssl_context, server_hostname, self._watch.left(timeout))
        return WatchedStream(tls, self._watch)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class WatchedBackend(httpcore.SyncBackend):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> WatchedStream:
        left = self._watch.left(timeout)
        return WatchedStream(super().connect_tcp(host, port, left, local_address, socket_options), self._watch)


def watched_transport(watch: Watch) -> httpx.HTTPTransport:
    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=WatchedBackend(watch)
    )
    return transport


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
            parts = urlsplit(address)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise BadPhoto(_("“%s” is no web address (https://…).") % address[:60]) from None
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
            raise BadPhoto(_("“%s” is no web address (https://…).") % address[:60])
        if port not in self._ports:
            raise BadPhoto(_("Nothing is fetched from port %d.") % port)
        try:
            ips = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise BadPhoto(_("There is no server called %s.") % host[:60]) from None
        if not ips or not all(self._allows(ip) for ip in ips):
            raise BadPhoto(_("%s is inside a private network; nothing is fetched from there.") % host[:60])
        ip = f"[{ips[0]}]" if ":" in ips[0] else ips[0]
        path = parts.path or "/"
        query = f"?{parts.query}" if parts.query else ""
        name = host if port in (80, 443) else f"{host}:{port}"
        return f"{parts.scheme}://{ip}:{port}{path}{query}", name

    def close(self) -> None:
        self._client.close()
