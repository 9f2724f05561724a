"""The installable app: its manifest, and the service worker that reads it without a network."""

from __future__ import annotations

import hashlib
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# What a page needs before it looks like one. All else is kept as it is asked for.
SHELL: Final = (
    "css/tokens.css",
    "css/base.css",
    "css/components.css",
    "js/site.js",
    "img/favicon.svg",
)
ICONS: Final = ((192, "any"), (512, "any"), (512, "maskable"))


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """Web app manifest, with a share target: of photos shared from a gallery their owner says what they are for."""
    icons = [
        {"src": static(f"img/app-{size}{'-maskable' if purpose == 'maskable' else ''}.png"), "type": "image/png",
         "sizes": f"{size}x{size}", "purpose": purpose}
        for size, purpose in ICONS
    ]  # fmt: skip
    told = {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": _("A closet that answers: what goes with this, what do I wear today."),
        "lang": get_language(),
        "start_url": reverse("recommender:today"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf8f5",
        "theme_color": "#faf8f5",
        "icons": icons,
        "shortcuts": [
            {"name": _("Today"), "url": reverse("recommender:today")},
            {"name": _("Add photos"), "url": reverse("closet:photos")},
            {"name": _("Inspiration"), "url": reverse("recommender:inspiration")},
            {"name": _("Closet"), "url": reverse("closet:home")},
        ],
        "share_target": {
            "action": reverse("share_target"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "photos", "accept": ["image/*"]}]},
        },
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it may answer for every page. A changed file of the shell makes a new version of it."""
    shell = [static(name) for name in SHELL]
    version = hashlib.sha256("".join(shell).encode()).hexdigest()[:12]
    context = {
        "shell": shell,
        "version": version,
        "offline": reverse("offline"),
        "static_url": settings.STATIC_URL,
        "icon": static("img/app-192.png"),
    }
    return render(request, "pwa/service_worker.js", context, content_type="text/javascript")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown of a page that was never opened while there was a network. Says nothing of any member."""
    return render(request, "pwa/offline.html")


def share_target(request: HttpRequest) -> HttpResponse:
    """What shared photos are for: into the closet, or as inspiration. The service worker keeps them meanwhile.

    A POST arrives only where no service worker took them: there is no form token on them, so they are not read.
    """
    if request.method in ("GET", "HEAD") and "shared" in request.GET:
        return render(request, "pwa/received.html")
    return render(request, "pwa/shared.html", status=422 if request.method == "POST" else 200)
