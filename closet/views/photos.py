"""Bringing photos in, watching them become garments, and looking at one."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from closet.forms.garments import PaintForm
from closet.forms.photos import PhotoUploadForm
from closet.models import Garment, Photo, User
from closet.problems import PhotoProblem
from closet.requests import AuthenticatedHttpRequest
from closet.services.masks import garment_paint
from closet.services.photos import (
    bytes_allowed,
    bytes_used,
    photo_add,
    photo_add_again,
    photo_delete,
    photo_keep,
    photo_retry,
)
from closet.services.posts import post_of
from closet.services.review import photo_choose_person
from closet.uploads import stream_photos
from closet.views.garments import next_page, problem
from closet.views.undo import told_and_sent

SHOWN_ON_THE_WAY = 60
PER_PAGE = 36
NOTES = "photo_notes"  # what a form without JavaScript has to be told after the redirect


def photo_or_404(user: User, photo_id: UUID) -> Photo:
    """The member's own photo; somebody else's is as absent as one that never was."""
    return get_object_or_404(Photo.objects.owned_by(user).select_related("twin"), pk=photo_id)


# --- Coming in --------------------------------------------------------------------------------------------


@csrf_exempt  # checked all the same, in _upload: the handler must be set before anything reads the form
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The page to add photos. Its script sends one file a request and is answered in JSON; a plain form sends many."""
    if request.method == "POST":
        stream_photos(request)
    return _upload(request)


@csrf_protect
def _upload(request: AuthenticatedHttpRequest) -> HttpResponse:
    if request.method != "POST":
        context = {
            "form": PhotoUploadForm(),
            "notes": _notes_taken(request),
            "max_bytes": settings.PHOTO_MAX_BYTES,
            "max_megabytes": settings.PHOTO_MAX_BYTES // 2**20,
            **_on_the_way(request.user),
        }
        return render(request, "closet/photos.html", context)
    form = PhotoUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        if _by_script(request):
            return JsonResponse({"outcome": "refused", "message": PhotoProblem("no_file").message}, status=400)
        messages.error(request, PhotoProblem("no_file").message)
        return redirect("closet:photos")
    notes = [_take_in(request, file) for file in form.cleaned_data["photos"]]
    if _by_script(request):
        return _answer(request, notes[0])
    added = sum(note["outcome"] == "added" for note in notes)
    if added:
        text = ngettext("%(count)d photo is on its way.", "%(count)d photos are on their way.", added)
        messages.success(request, text % {"count": added})
    request.session[NOTES] = [note for note in notes if note["outcome"] != "added"]
    return redirect(next_page(request, reverse("closet:photos")))


def _take_in(request: AuthenticatedHttpRequest, file: UploadedFile[Any]) -> dict[str, Any]:
    """One file of the form. Returns {"outcome": added, duplicate or refused, "name", "photo" or "message"}."""
    name = file.name or ""
    try:
        taken = photo_add(owner=request.user, upload=file)
    except PhotoProblem as problem:
        return {"outcome": "refused", "name": name, "code": problem.code, "message": problem.message}
    return {"outcome": "added" if taken.is_new else "duplicate", "name": name, "photo": str(taken.photo.pk)}


def _by_script(request: AuthenticatedHttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _answer(request: AuthenticatedHttpRequest, note: dict[str, Any]) -> JsonResponse:
    if note["outcome"] == "duplicate":
        photo = photo_or_404(request.user, UUID(note["photo"]))
        context = {"photo": photo, "name": note["name"]}
        note = {**note, "html": render_to_string("closet/_photo_duplicate.html", context, request)}
    return JsonResponse(note)


def _notes_taken(request: AuthenticatedHttpRequest) -> list[dict[str, Any]]:
    """What the last plain form was told, once."""
    notes = request.session.pop(NOTES, [])
    photos = Photo.objects.owned_by(request.user).in_bulk([note["photo"] for note in notes if note.get("photo")])
    found = [{**note, "photo": photos.get(UUID(note["photo"])) if note.get("photo") else None} for note in notes]
    return [note for note in found if note["outcome"] == "refused" or note["photo"]]


def _quota(user: Any) -> dict[str, Any]:
    used, allowed = bytes_used(owner=user), bytes_allowed(owner=user)
    return {"used": used, "allowed": allowed, "share": round(min(1.0, used / allowed), 3) if allowed else 1.0}


# --- On the way -------------------------------------------------------------------------------------------


@login_required
@require_GET
def progress(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The list of what is on its way; 204 while nothing moved since the caller's `seen`."""
    context = _on_the_way(request.user)
    if request.htmx and request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    if not request.htmx:
        return redirect("closet:photos")
    return render(request, "closet/_photo_progress.html", context)


def _on_the_way(user: Any) -> dict[str, Any]:
    """photos: the newest unsettled ones with their garments. seen: changes whenever something of it does."""
    photos = list(
        Photo.objects.owned_by(user)
        .unsettled()
        .select_related("twin")
        .prefetch_related("garments__kind")[:SHOWN_ON_THE_WAY]
    )
    moving = sum(photo.is_unfinished for photo in photos)
    state = [
        (str(p.pk), p.status, p.stage, p.attempts, str(p.twin_id), [g.cutout_small.name for g in p.garments.all()])
        for p in photos
    ]
    seen = hashlib.sha256(repr(state).encode()).hexdigest()[:16]
    # While a photo is looked at first, its one garment may still hang without a question.
    settled = [garment for photo in photos if photo.scene for garment in photo.garments.all()]
    awaiting = sum(garment.awaits_review and garment.deleted_at is None for garment in settled)
    return {"awaiting": awaiting, "photos": photos, "moving": moving, "seen": seen, "quota": _quota(user)}


# --- One photo --------------------------------------------------------------------------------------------


@login_required
@require_GET
def photo_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All photos of the member, newest first, by state."""
    mine = Photo.objects.owned_by(request.user)
    counts = mine.aggregate(
        all=Count("pk", distinct=True),  # the last filter joins garments, of which a photo has several
        failed=Count("pk", distinct=True, filter=Q(status=Photo.Status.FAILED)),
        none=Count("pk", distinct=True, filter=Q(status=Photo.Status.DONE, garments=None)),
    )
    show = request.GET.get("show", "")
    wanted = {
        "failed": mine.filter(status=Photo.Status.FAILED),
        "none": mine.filter(status=Photo.Status.DONE, garments=None),
    }.get(show, mine)
    page = Paginator(
        wanted.annotate(garment_count=Count("garments")).order_by("-created_at", "-pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    return render(request, "closet/photo_list.html", {"page": page, "counts": counts, "show": show})


@login_required
@require_GET
def photo(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    found = photo_or_404(request.user, photo_id)
    context = {
        **_photo_context(found),
        "share": found.shares.open().first(),
        "post": post_of(owner=request.user, photo=found),
        "show_url": reverse("closet:post_new", query={"photo": str(found.pk)}),
    }
    return render(request, "closet/photo.html", context)


@login_required
@require_GET
def photo_status(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    """The part of the photo's page that changes while it is looked at."""
    found = photo_or_404(request.user, photo_id)
    if not request.htmx:
        return redirect(found)
    return render(request, "closet/_photo_status.html", _photo_context(found))


def _photo_context(photo: Photo) -> dict[str, Any]:
    garments = list(Garment.objects.filter(photo=photo).select_related("kind", "brand").order_by("position"))
    longest = max(photo.ms.values(), default=1) or 1
    return {
        "photo": photo,
        "garments": [garment for garment in garments if garment.deleted_at is None],
        "awaiting": sum(garment.awaits_review and garment.deleted_at is None for garment in garments),
        "binned": sum(garment.deleted_at is not None for garment in garments),
        "stages": [{**stage, "share": round(stage["ms"] / longest, 3)} for stage in photo.stages],
        "all_stages": [
            {
                "stage": stage.value,
                "name": stage.label,
                "is_past": _is_past(photo, stage),
                "is_now": photo.stage == stage,
            }
            for stage in Photo.Stage
        ],
    }


def _is_past(photo: Photo, stage: Photo.Stage) -> bool:
    order = list(Photo.Stage)
    return bool(photo.stage) and order.index(stage) < order.index(Photo.Stage(photo.stage))


@login_required
@require_POST
def retry(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    found = photo_or_404(request.user, photo_id)
    photo_retry(photo=found)
    return _back(request, found)


@login_required
@require_POST
def keep(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    """The answer "keep both" to a near-identical photo."""
    found = photo_or_404(request.user, photo_id)
    photo_keep(photo=found)
    return _back(request, found)


@login_required
@require_POST
def person(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    """The answer to "which one is you?"; what the others wear goes to the bin."""
    found = photo_or_404(request.user, photo_id)
    try:
        photo_choose_person(photo=found, number=int(request.POST.get("person", "")))
    except (ValueError, ValidationError):
        messages.error(request, _("Nobody of that number is on the photo."))
    return _back(request, found)


@login_required
@require_POST
def again(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    """The answer "add it anyway" to a file that is in the closet already."""
    found = photo_or_404(request.user, photo_id)
    try:
        photo_add_again(photo=found)
    except PhotoProblem as problem:
        if request.htmx:
            return JsonResponse({"message": problem.message}, status=409)
        messages.error(request, problem.message)
        return redirect("closet:photos")
    if request.htmx:
        return HttpResponse("", headers={"HX-Trigger": "photos-changed"})
    messages.success(request, _("Added once more."))
    return redirect("closet:photos")


@login_required
@require_http_methods(["GET", "POST"])
def paint(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    """Painting a garment that was not found on the photo, and hanging it."""
    found = photo_or_404(request.user, photo_id)
    if request.method == "GET":
        if not found.display:
            return redirect(found)  # it has not been looked at; perhaps nothing is missing
        return render(request, "closet/photo_paint.html", {"photo": found, "form": PaintForm()})
    form = PaintForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        mask = request.FILES.get("mask")
        if mask is None:
            raise ValidationError(_("No mask was sent."))
        garment_paint(photo=found, kind=form.cleaned_data["kind"], file=mask)
    except ValidationError as error:
        return problem(request, error)
    except PhotoProblem as full:
        return problem(request, ValidationError(full.message))
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"url": found.get_absolute_url()})
    return told_and_sent(request, found.get_absolute_url(), _("It is being cut out."))


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    """Asks first: with the photo go the garments that were cut from it."""
    found = photo_or_404(request.user, photo_id)
    if request.method == "POST":
        photo_delete(photo=found)
        if request.htmx:
            return HttpResponse("", headers={"HX-Trigger": "photos-changed"})
        messages.success(request, _("The photo is deleted."))
        return redirect("closet:photos")
    return render(request, "closet/photo_delete.html", _photo_context(found))


def _back(request: AuthenticatedHttpRequest, photo: Photo) -> HttpResponse:
    """The fragment for htmx, the page for everybody else."""
    if request.htmx and request.htmx.target == "photo-status":
        return render(request, "closet/_photo_status.html", _photo_context(photo_or_404(photo.owner, photo.pk)))
    if request.htmx:
        return render(request, "closet/_photo_progress.html", _on_the_way(request.user))
    return redirect(photo)
