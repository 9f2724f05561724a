"""Adding a garment without a photo: silhouettes, colours and patterns to pick from, illustrated as they are picked."""

from __future__ import annotations

import hashlib
import json
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog import taxonomy
from catalog.asked import whole
from catalog.flatlay import SILHOUETTES
from catalog.models import SLOT_CHOICES
from closet.colours import COLOUR_HEX
from closet.demo import samples_hang, samples_of
from closet.facts import term_name
from closet.requests import AuthenticatedHttpRequest
from closet.services.garments import Step, garments_change
from closet.services.illustrations import garment_illustrate, illustration_bytes, illustration_check
from closet.views.garments import next_page
from closet.views.undo import told_and_sent, undo_keep

PREVIEW_SIDE = 256
PREVIEW_DAYS = 30
SHAPE_COLOUR = "beige"  # what shapes are shown in before a colour is chosen


@login_required
@require_http_methods(["GET", "POST"])
def garment_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            garment = garment_illustrate(owner=request.user, name=request.POST.get("name", ""), **_asked(request.POST))
            return told_and_sent(request, reverse("closet:garment", args=[garment.pk]), _("It hangs in your closet."))
        except ValidationError as error:
            problems = error.message_dict
    context = {
        "slots": _shapes(),
        "colours": [(c.slug, term_name(c), COLOUR_HEX[c.slug]) for c in taxonomy.COLOURS if c.lab],
        "patterns": [(t.slug, term_name(t)) for t in taxonomy.PATTERNS],
        "asked": _asked(request.POST or request.GET),
        "name": request.POST.get("name", ""),
        "shape_colour": SHAPE_COLOUR,
        "problems": problems,
    }
    return render(request, "closet/garment_new.html", context, status=422 if problems else 200)


def _shapes() -> list[tuple[str, list[Any]]]:
    """(slot's name, its silhouettes with a name in the reader's language)."""
    order, names = list(taxonomy.Slot), dict(SLOT_CHOICES)
    slots = {shape.slug: taxonomy.KIND_BY_SLUG[shape.kind].slot for shape in SILHOUETTES.values()}
    ordered = sorted(SILHOUETTES.values(), key=lambda shape: order.index(slots[shape.slug]))
    return [
        (names[slot], [(shape.slug, term_name(shape)) for shape in members])
        for slot, members in groupby(ordered, key=lambda shape: slots[shape.slug])
    ]


def _asked(data: Any) -> dict[str, Any]:
    return {
        "silhouette": data.get("silhouette", ""),
        "colour": data.get("colour", ""),
        "pattern": data.get("pattern", "") or "solid",
        "seed": whole(data.get("seed", "")) or 0,
    }


@login_required
def garment_preview(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The picture of a choice. The same choice always gives the same picture, so browsers and Redis keep it."""
    try:
        drawing = illustration_check(**_asked(request.GET))
    except ValidationError:
        raise Http404 from None
    key = "flatlay-" + hashlib.sha256(json.dumps(drawing, sort_keys=True).encode()).hexdigest()[:32]
    picture = cache.get(key)
    if picture is None:
        picture = illustration_bytes(drawing, size=PREVIEW_SIDE)
        cache.set(key, picture, PREVIEW_DAYS * 86400)
    response = HttpResponse(picture, content_type="image/webp")
    patch_cache_control(response, private=True, max_age=PREVIEW_DAYS * 86400)
    return response


@login_required
@require_POST
def samples(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Hangs the demo closet up to try, or takes it out again."""
    if "remove" in request.POST:
        ids = list(samples_of(request.user).values_list("pk", flat=True))
        change = garments_change(owner=request.user, action="delete", ids=ids)
        text = _("The sample clothes are gone.")
        return told_and_sent(request, reverse("closet:home"), text, undo=undo_keep(request, change.undo))
    hung = samples_hang(owner=request.user)
    undo = undo_keep(request, [Step("delete", "", [garment.pk for garment in hung])])
    return told_and_sent(request, next_page(request), _("Sample clothes hang in your closet, to try."), undo=undo)
