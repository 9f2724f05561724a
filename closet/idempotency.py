"""`Idempotency-Key` of the API's POSTs, for members: the header is passed over where nobody is signed in.

The same key with the same request is answered as the first time (`Idempotency-Replayed: true`), with another request
422, while the first is on its way 409. Kept for 24 hours. Whatever says "try again" (401, 408, 409, 412, 425, 429, 5xx)
is not kept: with it nothing was done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from catalog.rest.errors import plain_error
from closet.authentication import DeviceTokenAuthentication
from closet.models import User
from closet.services import kept_answers
from closet.uploads import stream_photos

LONGEST: Final = 255
AGAIN: Final = frozenset({401, 408, 409, 412, 425, 429})
HEADERS: Final = ("Content-Type", "Location", "ETag", "API-Version", "Content-Language")
CHUNK: Final = 256 * 1024


class IdempotencyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or key is None or not request.path.startswith("/api/v1/"):
            return self.get_response(request)
        if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
            text = _("An Idempotency-Key is 1 to %(n)d printable ASCII characters.") % {"n": LONGEST}
            return _refused(text, "bad_idempotency_key", 400)
        owner = _member(request)
        return self.get_response(request) if owner is None else self._once(request, owner, key)

    def _once(self, request: HttpRequest, owner: User, key: str) -> HttpResponse:
        is_form = request.content_type == "multipart/form-data"
        try:
            # A form's boundary differs each time it is sent, and its files go to the view's own handlers first.
            early = "" if is_form else _fingerprint(request, request.body)
        except (RequestDataTooBig, UnreadablePostError):
            return self.get_response(request)
        try:
            claim = kept_answers.answer_claim(owner=owner, key=key)
        except kept_answers.TooManyKeys:
            return _refused(_("These are too many keys for one day."), "too_many_keys", 429)
        if claim is None:
            return self._again(request, owner, key, early)
        try:
            response = self.get_response(request)
        except BaseException:
            kept_answers.answer_release(claim=claim)
            raise
        if response.streaming or response.status_code in AGAIN or response.status_code >= 500:
            kept_answers.answer_release(claim=claim)
            return response
        kept_answers.answer_keep(
            claim=claim,
            key=key,
            fingerprint=early or _form_fingerprint(request),
            status=response.status_code,
            headers={name: response[name] for name in HEADERS if response.has_header(name)},
            body=response.content,
        )
        return response

    @staticmethod
    def _again(request: HttpRequest, owner: User, key: str, early: str) -> HttpResponse:
        if not early:
            stream_photos(request)
        try:
            known = kept_answers.answer_known(owner=owner, key=key, fingerprint=early or _form_fingerprint(request))
        except kept_answers.KeyInUse:
            return _refused(_("The first request with this Idempotency-Key has not ended."), "key_in_use", 409)
        except kept_answers.OtherRequest:
            return _refused(_("This Idempotency-Key came with another request before."), "key_reused", 422)
        response = HttpResponse(known.body, status=known.status)
        for name, value in known.headers.items():
            response[name] = value
        response["Idempotency-Replayed"] = "true"
        return response


def _refused(message: str, code: str, status: int) -> HttpResponse:
    response = JsonResponse(plain_error(message, code), status=status)
    if status in (409, 429):
        response["Retry-After"] = "1" if status == 409 else "3600"
    return response


def _member(request: HttpRequest) -> User | None:
    """Whose key it is: by token, else by session; a token that is none answers by the view."""
    try:
        found = DeviceTokenAuthentication().authenticate(Request(request))  # type: ignore[no-untyped-call]  # as knox's
    except APIException:
        return None
    user = found[0] if found else request.user
    return cast(User, user) if user.is_authenticated else None


def _fingerprint(request: HttpRequest, body: bytes) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()} {request.content_type}\n".encode())
    digest.update(body)
    return digest.hexdigest()


def _form_fingerprint(request: HttpRequest) -> str:
    """Of a form by its fields and the bytes of its files."""
    try:
        fields = [(name, request.POST.getlist(name)) for name in sorted(request.POST)]
        files = [(name, file) for name in sorted(request.FILES) for file in request.FILES.getlist(name)]
    except (MultiPartParserError, UnreadablePostError):
        return _fingerprint(request, b"unreadable")
    digest = hashlib.sha256()
    for name, file in files:
        digest.update(f"{name}\0{file.name}\0{file.size}\0".encode())
        file.seek(0)
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return _fingerprint(request, repr(fields).encode() + digest.digest())
