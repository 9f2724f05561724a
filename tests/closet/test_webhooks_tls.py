"""Webhooks over real TLS: a server on this machine with a certificate of a CA of the test's own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from catalog import web
from closet.models import Delivery, User, Webhook
from closet.services import webhooks
from recommender.jobs import webhooks as job

pytestmark = pytest.mark.django_db


def certificate(folder: Path, host: str) -> Path:
    """A PEM of key and certificate that signs itself, for `host`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class Receiver(ThreadingHTTPServer):
    """Answers with the statuses in `answers`, the last of them for ever; keeps what came."""

    def __init__(self, pem: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.answers = [204]
        self.came: list[tuple[dict[str, str], bytes]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that do not trust the certificate hang up."""


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
        answers = self.server.answers
        self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    pem = certificate(tmp_path, "app.example")
    monkeypatch.setattr(web.httpx, "create_ssl_context", lambda **_how: ssl.create_default_context(cafile=str(pem)))
    server = Receiver(pem)
    Thread(target=server.serve_forever, daemon=True).start()

    def made() -> web.GuardedWeb:
        return web.GuardedWeb(
            schemes=webhooks.SCHEMES,
            resolver=lambda _host, _port: ["127.0.0.1"],
            allows=lambda ip: ip == "127.0.0.1",
            ports={server.server_port},
        )

    monkeypatch.setattr(job, "web", made)
    yield server
    server.shutdown()
    server.server_close()


def delivery(owner: User, receiver: Receiver, host: str = "app.example") -> Delivery:
    hook = Webhook.objects.create(owner=owner, url=f"https://{host}:{receiver.server_port}/hook", events=[])
    webhooks.webhook_ping(webhook=hook)
    return Delivery.objects.get(webhook=hook)


def due_again(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk).update(due_at=timezone.now())


def test_what_failed_is_sent_again_over_tls_the_same_and_signed(alice: User, receiver: Receiver) -> None:
    receiver.answers = [503, 500, 204]
    row = delivery(alice, receiver)
    for _time in range(3):
        due_again(row)
        job.deliver(row.pk)
    row.refresh_from_db()
    assert (row.status, len(receiver.came)) == ("delivered", 3)
    assert len({body for _headers, body in receiver.came}) == 1
    for headers, _body in receiver.came:
        assert headers["host"] == f"app.example:{receiver.server_port}" and "otjang-signature" in headers


def test_a_certificate_of_another_name_is_not_trusted(alice: User, receiver: Receiver) -> None:
    row = delivery(alice, receiver, host="other.example")
    job.deliver(row.pk)
    row.refresh_from_db()
    assert row.status == "waiting" and row.problem == "unreachable" and receiver.came == []
