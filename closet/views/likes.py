"""Save, like and hide: three buttons beside each thing of the shop, and the page of what was kept."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Brand, Look, Product
from closet.models import Like
from closet.requests import AuthenticatedHttpRequest
from closet.services.likes import THINGS, Thing, like_add, like_remove, likes_of, verbs_of

MOST = 200


def public_thing(name: str, pk: int) -> Thing:
    """A published thing of the catalogue. Raises Http404."""
    model = THINGS.get(name)
    if model is None:
        raise Http404
    found: Thing = get_object_or_404(model.objects.published(), pk=pk)  # type: ignore[assignment]
    return found


@login_required
@require_POST
def like(request: AuthenticatedHttpRequest, thing: str, pk: int, verb: str) -> HttpResponse:
    """Sets the mark (`on`: 1) or takes it back (0): sent late or twice it stays what its member saw and meant."""
    if verb not in Like.Verb.values:
        raise Http404
    found = public_thing(thing, pk)
    if request.POST.get("on") == "0":
        like_remove(owner=request.user, thing=found, verb=verb)
    else:
        like_add(owner=request.user, thing=found, verb=verb)
    if not request.htmx:
        return redirect(found.get_absolute_url())
    context = {"thing": found, "thing_name": thing, "verbs": verbs_of(owner=request.user, thing=found)}
    return render(request, "closet/_like_buttons.html", context)


@login_required
@require_safe
def saved(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What the member saved, liked or hid, newest first."""
    verb = request.GET.get("verb", Like.Verb.SAVE)
    if verb not in Like.Verb.values:
        raise Http404
    likes = likes_of(owner=request.user, verb=verb).prefetch_related("product__images")[:MOST]
    groups: dict[str, list[Product | Look | Brand]] = {"product": [], "look": [], "brand": []}
    for each in likes:
        thing = each.product or each.look or each.brand
        if thing and thing.is_published:
            groups[str(thing._meta.model_name)].append(thing)
    context = {
        "verb": verb,
        "verbs": Like.Verb.choices,
        "products": groups["product"],
        "looks": groups["look"],
        "brands": groups["brand"],
    }
    return render(request, "closet/saved.html", context)
