"""A member's own language on every device; scripts told of a session that is over; fragments kept as no page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _

from closet.models import Profile


class ProfileLanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The session carries the language from sign-in on, so that no page pays a query for it.
        language = request.session.get(Profile.LANGUAGE_SESSION_KEY)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


class SignedOutMiddleware:
    """Tells a script that its member is signed out, instead of sending it the sign-in page in place of an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        asks = request.headers.get("HX-Request") or request.headers.get("Accept", "").startswith("application/json")
        to = resolve_url(settings.LOGIN_URL)
        if not asks or response.status_code != 302 or not response.headers["Location"].startswith(f"{to}?"):
            return response
        text = _("You are signed out. Sign in and press once more; what you made here is kept.")
        return JsonResponse({"message": text, "extra": {"code": "signed_out", "sign_in": to}}, status=401)


class FragmentMiddleware:
    """htmx asks for a part of a page under the page's own address; kept, "back" would show it as the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if request.headers.get("HX-Request"):
            patch_cache_control(response, no_store=True)
        return response
