"""An OpenID provider for tests: real HTTP on a port of its own, codes used once, signed tokens, PKCE checked."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_KEY = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "test", "alg": "RS256"}


class OpenIDProvider:
    """with OpenIDProvider() as provider: provider.url; whoever comes is `provider.person`, claims as in a token."""

    def __init__(self, *, client_id: str = "otjang", secret: str = "s3cret") -> None:
        self.client_id, self.secret = client_id, secret
        self.person: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}  # code -> what was asked with it
        self.tokens: dict[str, dict[str, Any]] = {}  # access token -> whose it is
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> OpenIDProvider:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        address = urlsplit(request.path)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0))).decode()
        asked = {name: values[0] for name, values in parse_qs(address.query or body).items()}
        match address.path:
            case "/.well-known/openid-configuration":
                self.send(request, 200, self.configuration())
            case "/jwks":
                self.send(request, 200, {"keys": [PUBLIC_KEY]})
            case "/authorize":
                self.authorize(request, asked)
            case "/token":
                self.token(request, asked)
            case "/userinfo":
                person = self.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
                self.send(request, 200 if person else 401, person or {"error": "invalid_token"})
            case _:
                self.send(request, 404, {})

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, request: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        """Whoever comes is known already and says yes: straight back with a code."""
        if asked["client_id"] != self.client_id or "openid" not in asked["scope"].split():
            self.send(request, 400, {"error": "invalid_request"})
            return
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        request.send_response(302)
        back = urlencode({"code": code, "state": asked["state"]})
        request.send_header("Location", f"{asked['redirect_uri']}?{back}")
        request.end_headers()

    def token(self, request: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        known = self.codes.pop(asked.get("code", ""), None)
        credentials = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        challenge = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        if (
            known is None
            or request.headers.get("Authorization") != f"Basic {credentials}"
            or known["redirect_uri"] != asked["redirect_uri"]
            or known["code_challenge"] != base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        ):
            self.send(request, 400, {"error": "invalid_grant"})
            return
        access = secrets.token_urlsafe()
        self.tokens[access] = dict(self.person)
        now = int(time.time())
        claims = {**self.person, "iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 300}
        signed = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "test"})
        self.send(request, 200, {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed})

    @staticmethod
    def send(request: BaseHTTPRequestHandler, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
