"""The body page: one form, a figure that shows where the tape goes, and how each measure went over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from closet import units
from closet.charts import LineChart
from closet.forms.body import BodyForm, MeasurementForm
from closet.models import Measurement, Profile, Zone
from closet.requests import AuthenticatedHttpRequest
from closet.services import body
from closet.views.undo import told_and_sent

UNDO_SESSION_KEY = "_removed_measurement"
# Where the tape goes: said beside the field that has the focus.
HOW_TO = {
    Zone.HEIGHT: gettext_lazy("Barefoot, back against a wall, from the floor to the top of the head."),
    Zone.WEIGHT: gettext_lazy("In the morning, in light clothes."),
    Zone.CHEST: gettext_lazy("Around the fullest part, under the arms, the tape level and not tight."),
    Zone.WAIST: gettext_lazy("Around the narrowest part, above the navel, breathing out."),
    Zone.HIPS: gettext_lazy("Around the fullest part of the seat, feet together."),
    Zone.SHOULDER: gettext_lazy("Across the back, from the tip of one shoulder to the other."),
    Zone.ARM: gettext_lazy("From the shoulder tip over the bent elbow to the wrist bone."),
    Zone.INSIDE_LEG: gettext_lazy("From the crotch down the inside of the leg to the floor."),
    Zone.THIGH: gettext_lazy("Around the fullest part of one thigh."),
    Zone.FOOT: gettext_lazy("Heel to the longest toe, standing on a sheet of paper."),
    Zone.NECK: gettext_lazy("Around its base, with one finger under the tape."),
}


@dataclass
class ZoneHistory:
    """One measure: its entries, newest first, how it changed, and the chart once there are two."""

    zone: str
    entries: list[Measurement]
    member_units: str
    chart: LineChart | None = field(init=False)

    def __post_init__(self) -> None:
        points = [(entry.taken_on, entry.value) for entry in reversed(self.entries)]
        self.chart = (
            LineChart(points, lambda value: units.shown(round(value), self.zone, self.member_units))
            if len(points) > 1
            else None
        )

    @property
    def label(self) -> str:
        return str(Zone(self.zone).label)

    @property
    def latest(self) -> Measurement:
        return self.entries[0]

    @property
    def latest_shown(self) -> str:
        return units.shown(self.latest.value, self.zone, self.member_units)

    @property
    def change(self) -> str:
        if len(self.entries) < 2:
            return ""
        return units.shown_change(self.entries[-1].value, self.latest.value, self.zone, self.member_units)

    @property
    def since(self) -> date:
        return self.entries[-1].taken_on

    @property
    def rows(self) -> list[tuple[Measurement, str]]:
        return [(entry, units.shown(entry.value, self.zone, self.member_units)) for entry in self.entries]


def _histories(profile: Profile) -> list[ZoneHistory]:
    """One query, whatever the number of entries."""
    by_zone: dict[str, list[Measurement]] = {}
    for entry in Measurement.objects.owned_by(profile.user):
        by_zone.setdefault(entry.zone, []).append(entry)
    return [ZoneHistory(zone, by_zone[zone], profile.units) for zone in Zone.values if zone in by_zone]


def _page(
    request: AuthenticatedHttpRequest, profile: Profile, form: BodyForm, questions: list[str], status: int = 200
) -> HttpResponse:
    histories = _histories(profile)
    latest = {history.zone: history for history in histories}
    fields: list[dict[str, Any]] = [
        {
            "field": bound,
            "zone": bound.name,
            "unit": units.unit_of(bound.name, profile.units),
            "latest": latest.get(bound.name),
            "how": HOW_TO[Zone(bound.name)],
        }
        for bound in form.zones
    ]
    context = {
        "form": form,
        "fields": fields,
        "histories": histories,
        "questions": questions,
        "profile": profile,
        "filled": len(histories),
        "total": len(Zone.values),
    }
    return render(request, "closet/body.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def body_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    profile = Profile.objects.select_related("user").get(user=request.user)
    if request.method == "GET":
        return _page(request, profile, BodyForm(member_units=profile.units), [])
    form = BodyForm(request.POST, member_units=profile.units)
    if not form.is_valid():
        return _page(request, profile, form, [], 422)
    try:
        saved = body.measurements_record(
            owner=profile.user,
            values=form.cleaned_data["values"],
            taken_on=form.cleaned_data["taken_on"],
            confirmed="confirm" in request.POST,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, profile, form, [], 422)
    except body.Questionable as odd:
        return _page(request, profile, form, odd.questions, 422)
    messages.success(request, _("Saved: %(measures)s.") % {"measures": ", ".join(m.get_zone_display() for m in saved)})
    return redirect("closet:body")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def measurement_page(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(Measurement.objects.owned_by(request.user), pk=pk)
    profile = request.user.profile
    form = MeasurementForm(request.POST or None, entry=entry, member_units=profile.units)
    questions: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            body.measurement_update(
                measurement=entry,
                value=form.base,
                taken_on=form.cleaned_data["taken_on"],
                confirmed="confirm" in request.POST,
            )
        except ValidationError as error:
            form.add_error(None, [message for texts in error.message_dict.values() for message in texts])
        except body.Questionable as odd:
            questions = odd.questions
        else:
            messages.success(request, _("Corrected."))
            return redirect("closet:body")
    status = 422 if request.method == "POST" else 200
    context = {
        "entry": entry,
        "form": form,
        "questions": questions,
        "unit": units.unit_of(entry.zone, profile.units),
        "how": HOW_TO[Zone(entry.zone)],
    }
    return render(request, "closet/body_entry.html", context, status=status)


@login_required
@require_POST
def measurement_delete(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(Measurement.objects.owned_by(request.user), pk=pk)
    # In the session, not in an address: addresses are logged, bodies are not.
    request.session[UNDO_SESSION_KEY] = body.measurement_remove(measurement=entry)
    text = _("Removed: %(measure)s.") % {"measure": entry.get_zone_display()}
    return told_and_sent(request, reverse("closet:body"), text, undo=reverse("closet:body_undo"))


@login_required
@require_POST
def measurement_undo(request: AuthenticatedHttpRequest) -> HttpResponse:
    kept = request.session.pop(UNDO_SESSION_KEY, None)
    if kept:
        body.measurement_restore(owner=request.user, kept=kept)
        messages.success(request, _("It is back."))
    else:
        messages.info(request, _("There is nothing left to undo."))
    return redirect("closet:body")
