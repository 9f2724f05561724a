"""The front door, and the two pages nobody wants to see."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from catalog.rest.errors import plain_error


def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("closet:home")
    return render(request, "home.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path.startswith("/api/"):
        text = _("There is nothing at this address.")
        return JsonResponse(plain_error(text, "not_found"), status=404)
    return render(request, "404.html", status=404)


def busy(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "3"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        text = "Something went wrong here. It is noted; please try again."
        return JsonResponse(plain_error(text, "error"), status=500)
    # No context processors here: whatever broke may be one of them.
    return HttpResponse(render(None, "500.html").content, status=500)
