"""People: the feed of what they show, their pages, whom one follows and blocks, and one's own looks."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import taxonomy
from catalog.models import choices
from closet.forms.posts import ReportForm
from closet.models import Block, BodyBand, Follow, Ground, Post, Profile
from closet.requests import AuthenticatedHttpRequest, member_of
from closet.services.feed import FILTERS, feed, posts_for_cards
from closet.services.moderation import report_add
from closet.services.people import (
    about_for,
    block_add,
    block_remove,
    blocks_of,
    follow_add,
    follow_remove,
    following_of,
)
from closet.views.garments import next_page, problem
from closet.views.undo import told_and_sent

PER_PAGE = 24


@login_required
@require_safe
def feed_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Newest first, with filters that are links."""
    asked = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    page = Paginator(feed(reader=request.user, asked=asked), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "asked": asked,
        "styles": choices(taxonomy.STYLES),
        "seasons": choices(taxonomy.SEASONS),
        "lacks_band": "body" in asked and not BodyBand.objects.filter(owner=request.user).exists(),
    }
    return render(request, "closet/feed.html", context)


@login_required
@require_safe
def my_posts(request: AuthenticatedHttpRequest) -> HttpResponse:
    mine = posts_for_cards(Post.objects.owned_by(request.user).standing(), request.user)
    page = Paginator(mine.order_by("-submitted_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "profile": request.user.profile,
        "closed": _reason(request.user.profile),
        "words_declined": Ground(declined).label if (declined := request.user.profile.words_declined) else "",
        "following": following_of(follower=request.user)[:60],
        "followers": Follow.objects.filter(followed=request.user).count(),
        "blocks": blocks_of(owner=request.user),
    }
    return render(request, "closet/my_posts.html", context)


def _reason(profile: Profile) -> Any:
    return Ground(profile.page_closed).label if profile.page_closed else ""


def profile_or_404(request: HttpRequest, handle: str) -> Profile:
    """One whose page this reader may open; all others are as absent as one that never was."""
    shown = Profile.objects.visible_to(member_of(request)).select_related("user")
    return get_object_or_404(shown, handle=handle.lower())


@require_safe
def person(request: HttpRequest, handle: str) -> HttpResponse:
    profile = profile_or_404(request, handle)
    reader = member_of(request)
    shown = posts_for_cards(Post.objects.owned_by(profile.user).published(), reader).order_by("-published_at", "-pk")
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "profile": profile,
        "about": about_for(profile=profile, reader=reader),
        "page": page,
        "is_mine": reader is not None and reader.pk == profile.user_id,
        "followers": Follow.objects.filter(followed=profile.user_id).count(),
        "follows": reader is not None and Follow.objects.filter(follower=reader, followed=profile.user_id).exists(),
        "report": ReportForm(),
        "canonical": request.build_absolute_uri(profile.get_absolute_url()),
    }
    response = render(request, "closet/person.html", context)
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_POST
def person_follow(request: AuthenticatedHttpRequest, handle: str) -> HttpResponse:
    """Follows; `remove` ends it."""
    followed = profile_or_404(request, handle).user
    try:
        if "remove" in request.POST:
            follow_remove(follower=request.user, followed=followed)
        else:
            follow_add(follower=request.user, followed=followed)
    except ValidationError as error:
        return problem(request, error)
    text = _("You follow them no longer.") if "remove" in request.POST else _("You follow them.")
    return told_and_sent(request, reverse("closet:person", args=[handle]), text)


@login_required
@require_POST
def person_block(request: AuthenticatedHttpRequest, handle: str) -> HttpResponse:
    try:
        block_add(owner=request.user, blocked=profile_or_404(request, handle).user)
    except ValidationError as error:
        return problem(request, error)
    return told_and_sent(request, reverse("closet:feed"), _("You see nothing of each other any more."))


@login_required
@require_POST
def person_report(request: AuthenticatedHttpRequest, handle: str) -> HttpResponse:
    try:
        report_add(
            reporter=request.user,
            person=profile_or_404(request, handle).user,
            ground=request.POST.get("ground", ""),
            note=request.POST.get("note", ""),
        )
    except ValidationError as error:
        return problem(request, error)
    return told_and_sent(request, next_page(request), _("Thank you. The staff will look at it."))


@login_required
@require_POST
def block_end(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    block = get_object_or_404(Block, pk=pk, owner=request.user)
    block_remove(owner=request.user, blocked=block.blocked)
    return told_and_sent(request, reverse("closet:my_posts"), _("The block is gone. What it ended does not come back."))
