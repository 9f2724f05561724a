"""The web server: `python -m config.web`, waitress with limits for clients that send or read too slowly.

Waitress takes a whole request in before a thread sees it and sends an answer after the thread is done with it, so
that a slow client costs a socket and no thread. What it lacks stands here: a least rate of sending and reading, a limit
of bodies that depends on the address, a stop to uploads while the disk is full, and several processes.
"""

from __future__ import annotations

import contextlib
import copy
import logging
import os
import resource
import shutil
import signal
import socket
import struct
import tempfile
import time
from typing import Final, NoReturn

from django.conf import settings
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer

from config import env
from config.embedded import die_with_parent

log = logging.getLogger(__name__)
# Many photos in one form, the shop's imports, whole closets; everywhere else one photo is the most that is sent.
LARGE_BODIES: Final = ("/photos/", "/admin/", "/profile/import/", "/api/v1/accounts/me/import/")
SEND_BUFFER: Final = 128 * 1024
CLOSE_AT_ONCE: Final = struct.pack("ii", 1, 0)  # SO_LINGER: what was not read is dropped, not kept by the kernel


class Parser(HTTPRequestParser):
    adj: Adjustments

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if not self.path.startswith(LARGE_BODIES):
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = min(
                self.adj.max_request_body_size, settings.PHOTO_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            )


class Channel(HTTPChannel):
    """A connection that knows how much has moved since somebody looked."""

    parser_class = Parser
    moved = 0
    slow_since = 0.0

    def recv(self, size: int) -> bytes:
        data: bytes = super().recv(size)
        self.moved += len(data)
        return data

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close=do_close)
        self.moved += sent
        return sent

    @property
    def waits_for_client(self) -> bool:
        """In the midst of a request or of an answer, with nothing left for us to do."""
        return bool(self.total_outbufs_len) or (self.request is not None and not self.requests)

    @property
    def spooled(self) -> int:
        """Bytes of the unfinished request's body so far."""
        return self.request.body_bytes_received if self.request is not None else 0

    def end(self) -> None:
        """Closes it without waiting for the client; the loop cleans up when it next comes by."""
        self.will_close = True
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CLOSE_AT_ONCE)
            self.socket.shutdown(socket.SHUT_RDWR)


class Server(TcpWSGIServer):
    channel_class = Channel
    looked_at = 0.0

    def set_socket_options(self, connection: socket.socket) -> None:
        super().set_socket_options(connection)
        # A large buffer of the kernel's would show a slow reader's progress only every few megabytes.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    def maintenance(self, now: float) -> None:
        """Ends connections that were slower than WEB_LEAST_RATE for WEB_PATIENCE_S, and those idle for as long."""
        least = settings.WEB_LEAST_RATE * min(now - self.looked_at, self.adj.cleanup_interval)
        self.looked_at = now
        ended = 0
        for channel in list(self.active_channels.values()):
            moved, channel.moved = channel.moved, 0
            if not channel.waits_for_client or moved >= least:
                channel.slow_since = now
            if now - (channel.slow_since or channel.creation_time) > settings.WEB_PATIENCE_S:
                channel.end()
                ended += 1
            elif not channel.requests and now - channel.last_activity > settings.WEB_PATIENCE_S:
                channel.end()  # nothing asked, or nothing more
        if ended:
            log.warning("%d connections were ended that sent or read too slowly", ended)
        self.keep_room()

    def keep_room(self) -> None:
        """While the disk is almost full, the largest unfinished upload goes: bodies lie there until they are whole."""
        if shutil.disk_usage(tempfile.gettempdir()).free > settings.DISK_RESERVE_BYTES:
            return
        largest = max(self.active_channels.values(), key=lambda channel: channel.spooled, default=None)
        if largest is not None and largest.spooled > self.adj.inbuf_overflow:
            log.warning("an upload of %d MB so far was ended: the disk is full", largest.spooled >> 20)
            largest.end()


def serve(listening: socket.socket) -> None:
    """Answers until SIGTERM or SIGINT."""
    from config.wsgi import application

    def stop(*_: object) -> None:
        raise SystemExit

    signal.signal(signal.SIGTERM, stop)
    options = {
        "threads": settings.WEB_THREADS,
        "connection_limit": settings.WEB_CONNECTIONS,
        "max_request_body_size": settings.WEB_MAX_BODY_BYTES,
        "outbuf_high_watermark": 64 * 2**20,  # of what is made piece by piece; files are not counted
        "cleanup_interval": max(1, min(5, settings.WEB_PATIENCE_S // 4)),
        "asyncore_use_poll": True,
        "backlog": 1024,
        "ident": "",
        # Behind our own proxy Django reads what the proxy says of the client; of anybody else nothing is believed.
        "clear_untrusted_proxy_headers": not settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    }
    where = (listening.family, listening.type, listening.proto, listening.getsockname())
    limits = Adjustments(sockets=[listening], **options)
    Server(application, _sock=listening, adj=limits, sockinfo=where, bind_socket=False).run()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Many are answered at once: threads of one answer's sums would only get in the way of the next.
    os.environ["OMP_NUM_THREADS"] = "1"
    # A connection with an upload holds a socket and a file.
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if settings.FILE_UPLOAD_TEMP_DIR:
        tempfile.tempdir = str(settings.FILE_UPLOAD_TEMP_DIR)
    host, port = env.text("HOST", "127.0.0.1"), env.integer("PORT", 8000)
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    if settings.WEB_PROCESSES > 1:
        serve_side_by_side(listening, settings.WEB_PROCESSES)
    serve(listening)


def serve_side_by_side(listening: socket.socket, count: int) -> NoReturn:
    """`count` processes at one socket; one that ends is replaced."""
    children: set[int] = set()

    def stop(*_: object) -> None:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        raise SystemExit

    while True:
        while len(children) < count:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            if (child := os.fork()) == 0:
                die_with_parent()
                serve(listening)
                os._exit(0)
            children.add(child)
            signal.signal(signal.SIGTERM, stop)
        ended, status = os.wait()
        children.discard(ended)
        log.warning("a web process ended (%s) and is started again", status)
        time.sleep(1)


if __name__ == "__main__":
    main()
