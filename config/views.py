"""The front door, and the two pages nobody wants to see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("closet:home")
    return render(request, "home.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    # No context processors here: whatever broke may be one of them.
    return HttpResponse(render(None, "500.html").content, status=500)  # type: ignore[arg-type]
