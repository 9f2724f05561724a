"""What it looked at: a section of garment, photo and look pages, a page of its own without scripts, its picture."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.filters import leave_out_blocked
from catalog.models import Kind, Look
from closet.facts import word
from closet.models import Garment, Photo
from closet.requests import AuthenticatedHttpRequest
from recommender.services.explanations import Why, why_garment, why_look, why_photo


@login_required
@require_safe
def why_garment_page(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    garment = get_object_or_404(Garment.objects.owned_by(request.user).unbinned().select_related("kind"), pk=pk)
    here = reverse("recommender:why_garment", args=[pk])
    return _answer(request, why_garment(garment=garment), here, reverse("closet:garment", args=[pk]), garment.title)


@login_required
@require_safe
def why_photo_page(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    photo = get_object_or_404(Photo.objects.owned_by(request.user), pk=photo_id)
    here = reverse("recommender:why_photo", args=[photo_id])
    return _answer(request, why_photo(photo=photo), here, photo.get_absolute_url(), photo.file_name)


@login_required
@require_safe
def why_look_page(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    look = get_object_or_404(leave_out_blocked(Look.objects.published(), request.user), pk=pk)
    here = reverse("recommender:why_look", args=[pk])
    return _answer(request, why_look(look=look), here, look.get_absolute_url(), str(look))


def _answer(request: AuthenticatedHttpRequest, why: Why, here: str, back: str, title: str) -> HttpResponse:
    if "picture" in request.GET:
        if why.status != "done":
            raise Http404
        return HttpResponse(why.png, content_type="image/png", headers={"Cache-Control": "private, max-age=600"})
    said = [(name, share) for name, share in _said(why) if name]
    context = {"why": why, "here": here, "back": back, "title_of": title, "said": said}
    if request.htmx:
        return render(request, "recommender/_why.html", context)
    return render(request, "recommender/section.html", {**context, "fragment": "recommender/_why.html"})


def _said(why: Why) -> list[tuple[str, int]]:
    """(name, per cent) of the likeliest two."""
    told = [(why.label, why.confidence), (why.runner_up, why.runner_up_confidence)]
    if why.head == "kind":
        names = {kind.slug: str(kind.name) for kind in Kind.objects.filter(slug__in=[slug for slug, _ in told])}
        return [(names.get(slug, ""), round(share * 100)) for slug, share in told]
    return [(word("styles", slug) if slug else "", round(share * 100)) for slug, share in told]
