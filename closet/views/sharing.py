"""Giving a picture away, taking it back, and the page that whoever has the address sees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.asked import whole
from closet.models import Block, Photo, Post, Share
from closet.requests import AuthenticatedHttpRequest, member_of
from closet.services.publishing import look_publish, look_withdraw
from closet.services.sharing import share_create, share_revoke
from closet.views.garments import garment_or_404, next_page, problem
from closet.views.outfits import outfit_or_404
from closet.views.posts import jpeg_answer
from closet.views.undo import told_and_sent


@login_required
@require_POST
def outfit_share(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _share(request, reverse("closet:outfit", args=[pk]), outfit=outfit_or_404(request.user, pk))


@login_required
@require_POST
def garment_share(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _share(request, reverse("closet:garment", args=[pk]), garment=garment_or_404(request.user, pk))


@login_required
@require_POST
def photo_share(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    photo = get_object_or_404(Photo.objects.owned_by(request.user), pk=photo_id)
    return _share(request, photo.get_absolute_url(), photo=photo)


def _share(request: AuthenticatedHttpRequest, page: str, **thing: Any) -> HttpResponse:
    try:
        days = whole(request.POST.get("days", ""))
        share_create(owner=request.user, caption=request.POST.get("caption", ""), days=days, **thing)
    except ValidationError as error:
        return problem(request, error)
    return told_and_sent(request, f"{page}#share", _("Whoever has the address can see it."))


@login_required
@require_POST
def share_remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    share = get_object_or_404(Share, pk=pk, owner=request.user, revoked_at=None)
    look_withdraw(share=share)
    share_revoke(share=share)
    return told_and_sent(request, next_page(request), _("The address shows nothing any more."))


@login_required
@require_POST
def share_publish(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Among the looks of the catalogue, or (`remove`) no longer."""
    share = get_object_or_404(Share.objects.select_related("outfit", "look"), pk=pk, owner=request.user)
    if "remove" in request.POST:
        look_withdraw(share=share)
        return told_and_sent(request, next_page(request), _("It is no longer among the looks."))
    try:
        post = look_publish(share=share)
    except ValidationError as error:
        return problem(request, error)
    told = _("It is published.") if post.state == Post.State.PUBLISHED else _("It waits for a look by the staff.")
    return told_and_sent(request, post.get_absolute_url(), told)


def _share_or_404(request: HttpRequest, slug: str) -> Share:
    """Of those whose address still opens; not for members with whom its owner has a block."""
    shares = Share.objects.open().select_related("owner__profile", "outfit", "garment")
    reader = member_of(request)
    if reader is not None:
        shares = shares.exclude(owner__in=Block.between(reader))
    return get_object_or_404(shares, slug=slug)


def shared(request: HttpRequest, slug: str) -> HttpResponse:
    """Says nothing of its owner but the name they chose, and only where they let themselves be found."""
    share = _share_or_404(request, slug)
    profile = share.owner.profile
    context = {
        "share": share,
        "by": profile.name if profile.is_public else "",
        "canonical": request.build_absolute_uri(reverse("closet:shared", args=[slug])),
        "og_image": request.build_absolute_uri(reverse("closet:shared_picture_jpeg", args=[slug])),
    }
    response = render(request, "closet/shared.html", context)
    patch_cache_control(response, no_store=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def shared_picture_jpeg(request: HttpRequest, slug: str) -> HttpResponse:
    """For the previews of messengers, not all of which read WebP."""
    return jpeg_answer(_share_or_404(request, slug).picture)


def shared_picture(request: HttpRequest, slug: str) -> FileResponse:
    share = _share_or_404(request, slug)
    if not share.picture:
        raise Http404
    response = FileResponse(share.picture.open("rb"), content_type="image/webp")
    patch_cache_control(response, private=True, no_store=True)  # once taken back it is gone everywhere
    response["X-Robots-Tag"] = "noindex"
    return response
