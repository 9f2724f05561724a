"""The review tray, and logging what one wears from a photo."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from catalog.asked import whole, wholes
from closet.models import Garment
from closet.problems import PhotoProblem
from closet.requests import AuthenticatedHttpRequest
from closet.services.garments import Change
from closet.services.photos import photo_add
from closet.services.review import (
    FAIR,
    SURE,
    may_be_owned,
    owns_already,
    photo_worn,
    piece_quality,
    piece_split,
    pieces_are_owned,
    pieces_drop,
    pieces_keep,
    pieces_merge,
    tray_of,
)
from closet.uploads import stream_photos
from closet.views.garments import problem
from closet.views.photos import photo_or_404
from closet.views.undo import told, told_and_sent, undo_keep
from closet.views.wear import day_of

FRAME = 0.06  # of the box: how much of the photo is shown around a piece


class Crop(NamedTuple):
    """A part of a photo, as CSS places the whole photo in a frame: shares of the frame, and the frame's own shape."""

    left: float
    top: float
    width: float
    ratio: float


class Piece(NamedTuple):
    """A garment of the tray as its card shows it. likeness: percent, None where nothing in the closet is near."""

    garment: Garment
    quality: float
    word: str
    crop: Crop | None
    likeness: int | None
    is_owned: bool

    @classmethod
    def of(cls, garment: Garment) -> Piece:
        quality = piece_quality(garment)
        word = _("clear") if quality >= SURE else _("fairly clear") if quality >= FAIR else _("unsure")
        near = round(100 * (garment.likeness or 0)) if may_be_owned(garment) else None
        return cls(garment, quality, word, crop_of(garment), near, owns_already(garment))


def crop_of(garment: Garment) -> Crop | None:
    """Where on its photo the garment is, a little of what lies around it included."""
    if garment.photo is None or not garment.photo.display or len(garment.box) != 4:
        return None
    x0, y0, x1, y1 = garment.box
    around = FRAME * max(x1 - x0, y1 - y0)
    x0, y0, x1, y1 = max(0, x0 - around), max(0, y0 - around), min(1, x1 + around), min(1, y1 + around)
    width, height = max(x1 - x0, 0.01), max(y1 - y0, 0.01)
    ratio = width * garment.photo.width / (height * garment.photo.height)
    return Crop(round(-x0 / width, 4), round(-y0 / height, 4), round(1 / width, 4), round(ratio, 4))


# --- The tray ----------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The pieces that wait. POST: one `action` on the piece it names (`keep:12`) or on those chosen (`id`)."""
    if request.method == "POST":
        return _reviewed(request)
    return render(request, "closet/_review.html" if request.htmx else "closet/review.html", _tray(request))


def _tray(request: AuthenticatedHttpRequest) -> dict[str, Any]:
    groups = [(photo, [Piece.of(one) for one in pieces]) for photo, pieces in tray_of(owner=request.user)]
    moving = any(photo is not None and photo.is_unfinished for photo, _pieces in groups)
    return {
        "groups": groups,
        "count": sum(len(pieces) for _photo, pieces in groups),
        "moving": moving,
        "hang_sure": request.user.profile.hang_sure,
    }


def _reviewed(request: AuthenticatedHttpRequest) -> HttpResponse:
    action, _sep, one = request.POST.get("action", "").partition(":")
    ids = wholes([one]) if one else wholes(request.POST.getlist("id"))
    if action == "keep_all":
        ids = [piece.pk for _photo, pieces in tray_of(owner=request.user) for piece in pieces]
    try:
        if not ids:
            raise ValidationError(_("Choose a piece first."))
        text, change = _done(request, action, ids)
    except (ValidationError, PhotoProblem) as error:
        return problem(request, error if isinstance(error, ValidationError) else ValidationError(error.message))
    undo = undo_keep(request, change.undo) if change.undo else ""
    if request.htmx:
        return told(request, render(request, "closet/_review.html", _tray(request)), text, undo=undo)
    return told_and_sent(request, reverse("closet:review"), text, undo=undo)


def _done(request: AuthenticatedHttpRequest, action: str, ids: list[int]) -> tuple[str, Change]:
    """What was done and how to take it back. Raises ValidationError."""
    owner = request.user
    match action:
        case "keep" | "keep_all":
            change = pieces_keep(owner=owner, ids=ids)
            text = ngettext("%(n)d piece hangs in your closet.", "%(n)d pieces hang in your closet.", len(change.ids))
        case "drop":
            change = pieces_drop(owner=owner, ids=ids)
            text = ngettext("%(n)d piece dropped.", "%(n)d pieces dropped.", len(change.ids))
        case "owned":
            change = pieces_are_owned(owner=owner, ids=ids)
            text = ngettext("%(n)d garment logged as worn.", "%(n)d garments logged as worn.", len(change.ids))
        case "merge":
            return _("Merged; the piece is being cut out anew."), pieces_merge(owner=owner, ids=ids)
        case _:
            raise ValidationError(_("There is no such action."))
    return text % {"n": len(change.ids)}, change


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Parting a piece by a straight line."""
    waiting = Garment.objects.owned_by(request.user).awaiting_review().for_cards().select_related("photo")
    garment = get_object_or_404(waiting, pk=pk)
    if request.method != "POST":
        return render(request, "closet/piece_split.html", {"piece": Piece.of(garment)})
    at = whole(request.POST.get("at", "")) or 0
    try:
        if not 0 < at < 100:
            raise ValidationError(_("Move the line onto the piece."))
        lengthwise = request.POST.get("way") == "lengthwise"
        change = piece_split(owner=request.user, pk=pk, at=at / 100, lengthwise=lengthwise)
    except (ValidationError, PhotoProblem) as error:
        text = " ".join(error.messages) if isinstance(error, ValidationError) else error.message
        messages.error(request, text)
        return redirect("closet:piece_split", pk=pk)
    text, undo = _("Split; both pieces are being cut out anew."), undo_keep(request, change.undo)
    return told_and_sent(request, reverse("closet:review"), text, undo=undo)


# --- What I wear -------------------------------------------------------------------------------------------------
@csrf_exempt  # checked all the same, in _worn_upload: the handler must be set before anything reads the form
@login_required
@require_POST
def worn_upload(request: AuthenticatedHttpRequest) -> HttpResponse:
    stream_photos(request)
    return _worn_upload(request)


@csrf_protect
def _worn_upload(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A photo of what its owner wears (`photos`, `day`); leads to the page that logs it."""
    file = request.FILES.get("photos")
    try:
        if file is None:
            raise PhotoProblem("no_file")
        day = day_of(request)
        photo = photo_add(owner=request.user, upload=file, worn_on=day).photo
    except (ValidationError, PhotoProblem) as error:
        text = " ".join(error.messages) if isinstance(error, ValidationError) else error.message
        messages.error(request, text)
        return redirect("recommender:today")
    return redirect("closet:photo_worn", photo_id=photo.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def worn(request: AuthenticatedHttpRequest, photo_id: UUID) -> HttpResponse:
    """What a photo shows, each piece with the garment of the closet it seems to be; one press logs them all."""
    photo = photo_or_404(request.user, photo_id)
    if request.method == "POST":
        try:
            day = day_of(request)
            ids = wholes(request.POST.getlist("piece"))
            if not ids:
                raise ValidationError(_("Choose a piece first."))
            change = photo_worn(photo=photo, day=day, ids=ids, as_twin=wholes(request.POST.getlist("owned")))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("closet:photo_worn", photo_id=photo_id)
        count = len(change.ids)
        text = ngettext("%(n)d garment logged for %(day)s.", "%(n)d garments logged for %(day)s.", count)
        undo = undo_keep(request, change.undo) if change.undo else ""
        said = text % {"n": count, "day": date_format(day, "MONTH_DAY_FORMAT")}
        return told_and_sent(request, reverse("closet:calendar", query={"day": day.isoformat()}), said, undo=undo)
    if photo.is_unfinished and request.htmx and request.GET.get("stage") == photo.stage:
        return HttpResponse(status=204)
    garments = Garment.objects.filter(photo=photo).unbinned().for_cards().select_related("photo", "twin__kind")
    context = {
        "photo": photo,
        "pieces": [Piece.of(one) for one in garments.order_by("position")],
        "day": photo.worn_on or timezone.localdate(),
        "today": timezone.localdate(),
    }
    return render(request, "closet/_photo_worn.html" if request.htmx else "closet/photo_worn.html", context)
