"""Requests to addresses that a stranger wrote, sent without letting the address reach our own network.

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
from collections.abc import Callable, Container, Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

PORTS = frozenset({80, 443, 8080, 8443})

Resolver = Callable[[str, int], list[str]]


class Refused(Exception):
    """Nothing (more) is asked. code: no_address, port, no_server, private, slow, unreachable, redirects, too_large.

    detail: the host, the port, or the name of the error.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


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


def checked(
    address: str,
    *,
    resolver: Resolver = resolve,
    allows: Callable[[str], bool] = is_public,
    ports: Container[int] = PORTS,
    schemes: Container[str] = ("http", "https"),
) -> tuple[str, str]:
    """The address with its host replaced by a checked IP, and the host for the headers. Raises Refused."""
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Refused("no_address") from None
    host = parts.hostname or ""
    if parts.scheme not in schemes or not host or parts.username or parts.password:
        raise Refused("no_address")
    if port not in ports:
        raise Refused("port", str(port))
    try:
        ips = resolver(host, port)
    except (OSError, UnicodeError):
        raise Refused("no_server", host) from None
    if not ips or not all(allows(ip) for ip in ips):
        raise Refused("private", host)
    ip = f"[{ips[0]}]" if ":" in ips[0] else ips[0]
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    name = host if port in (80, 443) else f"{host}:{port}"
    return f"{parts.scheme}://{ip}:{port}{path}{query}", name


class Watch(threading.local):
    """How long the request at hand may still take; each thread has its own."""

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


class GuardedWeb:
    """resolver, transport, allows, ports: given by tests; a transport sees requests that passed the gate."""

    def __init__(
        self,
        *,
        resolver: Resolver = resolve,
        transport: httpx.BaseTransport | None = None,
        allows: Callable[[str], bool] = is_public,
        ports: Container[int] = PORTS,
        schemes: Container[str] = ("http", "https"),
        seconds: float = 10.0,
        agent: str = "Otjang",
    ) -> None:
        self._gate: dict[str, Any] = {"resolver": resolver, "allows": allows, "ports": ports, "schemes": schemes}
        self._seconds = seconds
        self._watch = Watch()
        self._client = httpx.Client(
            transport=transport or watched_transport(self._watch),
            trust_env=False,  # a proxy of ours would resolve the name anew, behind the gate
            follow_redirects=False,
            timeout=httpx.Timeout(8.0, connect=5.0),
            headers={"User-Agent": agent, "Accept-Encoding": "identity"},
        )

    def send(
        self,
        method: str,
        address: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        most_bytes: int | None,
        hops: int = 0,
        before: Callable[[], object] = lambda: None,
    ) -> Reply:
        """The reply, whatever its status; without its body where most_bytes is None or it is 3xx.

        before: called as the request leaves. Raises Refused.
        """
        self._watch.deadline = time.monotonic() + self._seconds
        try:
            for _hop in range(hops + 1):
                url, host = checked(address, **self._gate)
                before()
                reply = self._once(method, url, {**(headers or {}), "Host": host}, address, content, most_bytes)
                if not (300 <= reply.status < 400 and "location" in reply.headers) or not hops:
                    return reply
                address = urljoin(address, reply.headers["location"])
        except httpx.TimeoutException:
            raise Refused("slow") from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise Refused("unreachable", type(error).__name__) from error
        raise Refused("redirects")

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], address: str, content: bytes, most_bytes: int | None
    ) -> Reply:
        known = {"sni_hostname": urlsplit(address).hostname or ""}
        with self._client.stream(method, url, content=content or None, headers=headers, extensions=known) as answer:
            told = {name.lower(): value for name, value in answer.headers.items()}
            if most_bytes is None or 300 <= answer.status_code < 400:
                return Reply(answer.status_code, told, b"")
            length = told.get("content-length", "")
            if length.isdigit() and int(length) > most_bytes:
                raise Refused("too_large")
            body = bytearray()
            for piece in answer.iter_raw():
                body += piece
                if len(body) > most_bytes:
                    raise Refused("too_large")
            return Reply(answer.status_code, told, bytes(body))

    def close(self) -> None:
        self._client.close()
