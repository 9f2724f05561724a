"""A look that is shown to people: sent in with its preview, seen, marked, reported, changed, withdrawn."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from PIL import Image

from catalog.asked import whole
from closet.forms.posts import PostForm, ReportForm
from closet.models import Outfit, Photo, Post, PostMark
from closet.requests import AuthenticatedHttpRequest, member_of
from closet.services.feed import posts_for_cards
from closet.services.moderation import report_add
from closet.services.people import block_add
from closet.services.photos import SIZES
from closet.services.posts import (
    mark_set,
    post_appeal,
    post_change,
    post_of,
    post_picture,
    post_send,
    post_submit,
    post_withdraw,
)
from closet.views.garments import next_page, problem
from closet.views.media import picture_answer
from closet.views.undo import told_and_sent
from imaging.webp import webp


def post_or_404(request: HttpRequest, slug: str) -> Post:
    """One that this reader may see, with its counts."""
    reader = member_of(request)
    return get_object_or_404(posts_for_cards(Post.objects.visible_to(reader), reader), slug=slug)


def own_post_or_404(request: AuthenticatedHttpRequest, slug: str) -> Post:
    return get_object_or_404(Post.objects.owned_by(request.user).standing().select_related("owner__profile"), slug=slug)


def _thing(request: AuthenticatedHttpRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is to be shown, by the address: ({"outfit": ...} or {"photo": ...}, its part of a query)."""
    pk = whole(request.GET.get("outfit", ""))
    if pk:
        return {"outfit": get_object_or_404(Outfit.objects.owned_by(request.user), pk=pk)}, {"outfit": pk}
    try:
        photo_id = UUID(request.GET.get("photo", ""))
    except ValueError:
        raise Http404 from None
    return {"photo": get_object_or_404(Photo.objects.owned_by(request.user), pk=photo_id)}, {"photo": str(photo_id)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The form beside the very picture that people would see, with blurred faces and, of a photo, without."""
    thing, query = _thing(request)
    known = post_of(owner=request.user, **thing)
    if known:
        return redirect(known)
    refused = ""
    try:
        post_picture(next(iter(thing.values())))
    except ValidationError as error:
        refused = " ".join(error.messages)
    photo, outfit = thing.get("photo"), thing.get("outfit")
    start = {"title": outfit.name, "occasion": outfit.occasion, "seasons": outfit.seasons} if outfit else {}
    form = PostForm(request.POST or None, initial=start, with_faces=bool(photo and photo.faces))
    if request.method == "POST" and form.is_valid():
        try:
            shows = form.cleaned_data.get("faces") == "1"
            post = post_submit(owner=request.user, shows_faces=shows, **thing, **form.told())
        except ValidationError as error:
            _tell(form, error)
        else:
            text = (
                _("It is published.") if post.state == Post.State.PUBLISHED else _("It waits for a look by the staff.")
            )
            return told_and_sent(request, post.get_absolute_url(), text)
    context = {
        "form": form,
        "refused": refused,
        "preview": reverse("closet:post_preview", query=query),
        "preview_faces": reverse("closet:post_preview", query=query | {"faces": "1"}) if photo and photo.faces else "",
        "back": reverse("closet:outfit", args=[outfit.pk]) if outfit else photo and photo.get_absolute_url(),
        "action": reverse("closet:post_new", query=query),
    }
    return render(request, "closet/post_new.html", context, status=422 if form.errors else 200)


def _tell(form: PostForm, error: ValidationError) -> None:
    """The service's sentences, at their fields."""
    for name, messages in getattr(error, "message_dict", {"__all__": error.messages}).items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


@login_required
@require_safe
def post_preview(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The picture as it would be shown; nothing is kept of it."""
    thing, _query = _thing(request)
    try:
        picture = post_picture(next(iter(thing.values())), shows_faces="faces" in request.GET)
    except ValidationError as error:
        return problem(request, error)
    response = HttpResponse(webp(picture, quality=80), content_type="image/webp")
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_safe
def post(request: HttpRequest, slug: str) -> HttpResponse:
    shown = post_or_404(request, slug)
    context = {
        "post": shown,
        "profile": shown.owner.profile,
        "is_mine": shown.owner_id == request.user.pk,
        "report": ReportForm(),
        "canonical": request.build_absolute_uri(shown.get_absolute_url()),
        "og_image": request.build_absolute_uri(reverse("closet:post_picture_jpeg", args=[slug])),
    }
    response = render(request, "closet/post.html", context)
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def post_picture_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    shown = get_object_or_404(Post.objects.visible_to(member_of(request)), slug=slug)
    if not shown.picture:
        raise Http404
    return picture_answer(request, shown.picture, side=SIZES.get(request.GET.get("size", "")))


@require_safe
def post_picture_jpeg(request: HttpRequest, slug: str) -> HttpResponse:
    """For the previews of messengers, not all of which read WebP."""
    shown = get_object_or_404(Post.objects.visible_to(member_of(request)), slug=slug)
    return jpeg_answer(shown.picture)


def jpeg_answer(picture: Any) -> HttpResponse:
    """A stored picture as JPEG, at most 1,200 px, kept by nobody."""
    if not picture:
        raise Http404
    file = io.BytesIO()
    with picture.open("rb") as stream, Image.open(stream) as opened:
        opened.thumbnail((1200, 1200))
        opened.convert("RGB").save(file, "JPEG", quality=85)
    response = HttpResponse(file.getvalue(), content_type="image/jpeg")
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    shown = own_post_or_404(request, slug)
    form = PostForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        try:
            post_change(post=own_post_or_404(request, slug), **form.told())
        except ValidationError as error:
            _tell(form, error)
        else:
            return told_and_sent(request, shown.get_absolute_url(), _("Saved."))
    context = {"form": form, "post": shown, "back": shown.get_absolute_url(), "action": request.path}
    return render(request, "closet/post_new.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def post_remove(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    post_withdraw(post=own_post_or_404(request, slug))
    return told_and_sent(request, reverse("closet:my_posts"), _("It is withdrawn; nobody sees it any more."))


@login_required
@require_POST
def post_sent(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    shown = own_post_or_404(request, slug)
    try:
        post_send(post=shown)
    except ValidationError as error:
        return problem(request, error)
    is_out = shown.state == Post.State.PUBLISHED
    text = _("It is published.") if is_out else _("It waits for a look by the staff.")
    return told_and_sent(request, shown.get_absolute_url(), text)


@login_required
@require_POST
def post_appealed(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    shown = own_post_or_404(request, slug)
    try:
        post_appeal(post=shown, text=request.POST.get("text", ""))
    except ValidationError as error:
        return problem(request, error)
    return told_and_sent(request, shown.get_absolute_url(), _("The staff will look once more."))


@login_required
@require_POST
def post_mark(request: AuthenticatedHttpRequest, slug: str, verb: str) -> HttpResponse:
    """Likes or saves it; `remove` takes that back."""
    if verb not in PostMark.Verb.values:
        raise Http404
    shown = get_object_or_404(Post.objects.visible_to(request.user), slug=slug)
    try:
        mark_set(owner=request.user, post=shown, verb=verb, on="remove" not in request.POST)
    except ValidationError as error:
        return problem(request, error)
    if request.htmx:
        return render(request, "closet/_post_marks.html", {"post": post_or_404(request, slug)})
    return redirect(next_page(request))


@login_required
@require_POST
def post_report(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Post.objects.visible_to(request.user), slug=slug)
    try:
        report_add(
            reporter=request.user,
            post=shown,
            ground=request.POST.get("ground", ""),
            note=request.POST.get("note", ""),
        )
    except ValidationError as error:
        return problem(request, error)
    return told_and_sent(request, reverse("closet:feed"), _("Thank you. The staff will look at it."))


@login_required
@require_POST
def post_block(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    """Whoever shows this, who may be unnamed."""
    shown = get_object_or_404(Post.objects.visible_to(request.user).select_related("owner"), slug=slug)
    try:
        block_add(owner=request.user, blocked=shown.owner)
    except ValidationError as error:
        return problem(request, error)
    return told_and_sent(request, reverse("closet:feed"), _("You see nothing of each other any more."))
