"""More pictures on a garment's page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from closet.models import GarmentPicture
from closet.problems import PhotoProblem
from closet.requests import AuthenticatedHttpRequest
from closet.services.pictures import picture_add, picture_delete
from closet.views.garments import garment_or_404, problem
from closet.views.undo import told_and_sent


@login_required
@require_POST
def garment_picture(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    thing = garment_or_404(request.user, pk)
    file = request.FILES.get("picture")
    try:
        if file is None:
            raise PhotoProblem("no_file")
        picture_add(garment=thing, upload=file, note=request.POST.get("note", ""))
    except PhotoProblem as refused:
        return problem(request, ValidationError(refused.message))
    except ValidationError as error:
        return problem(request, error)
    return told_and_sent(request, reverse("closet:garment", args=[pk]) + "#pictures", _("The picture is kept."))


@login_required
@require_POST
def garment_picture_remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    picture = get_object_or_404(GarmentPicture.objects.owned_by(request.user), pk=pk)
    garment_id = picture.garment_id
    picture_delete(picture=picture)
    return told_and_sent(request, reverse("closet:garment", args=[garment_id]) + "#pictures", _("The picture is gone."))
