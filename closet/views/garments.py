"""The closet and a garment in it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from catalog import taxonomy
from catalog.asked import whole, wholes
from catalog.models import Brand, Kind
from closet.facts import KEPT, LABELS, fact, facts, fields_shown, term_name
from closet.filters import SORTS, GarmentFilter, garment_facets
from closet.forms.garments import GarmentForm, grouped_kinds
from closet.forms.photos import ACCEPT
from closet.models import Garment, HouseholdGarment, OwnKind, User
from closet.requests import AuthenticatedHttpRequest
from closet.services import masks
from closet.services.garments import (
    BIN_DAYS,
    FACTS,
    bin_empty,
    garment_confirm,
    garment_edit,
    garment_lookalikes,
    garments_change,
    garments_correct,
    garments_set,
    garments_undo,
)
from closet.services.households import household_of, loan_of, members_of
from closet.stats import garment_wears
from closet.views.undo import told, told_and_sent, undo_keep, undo_take

PER_PAGE = 24  # four screens of a phone, what a desk shows at once; the rest comes as one scrolls
FIRST_SCREEN = 6  # whose pictures are asked for at once
MAX_PAGE = 200


def garment_or_404(user: User, pk: int) -> Garment:
    """The member's own garment; somebody else's is as absent as one that never was."""
    garments = Garment.objects.owned_by(user).unbinned().for_cards().select_related("photo")
    return get_object_or_404(garments, pk=pk)


def measure_units(request: HttpRequest) -> str:
    return request.user.profile.units  # type: ignore[union-attr]


# --- The closet ------------------------------------------------------------------------------------------------
@login_required
def home(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The grid. Its page n shows all up to n, so that coming back finds its place; htmx asks for page n alone."""
    mine = Garment.objects.owned_by(request.user).present()
    filters = GarmentFilter(request.GET, queryset=mine)
    kinds = {kind.slug: kind for kind in Kind.objects.select_related("parent")}
    facets = garment_facets(filters, kinds, OwnKind.objects.owned_by(request.user))
    page = min(MAX_PAGE, whole(request.GET.get("page", "")) or 1)
    more = bool(request.htmx) and request.htmx.target == "more"
    start = (page - 1) * PER_PAGE if more else 0
    garments = list(filters.page_qs.for_cards()[start : page * PER_PAGE])
    context = {
        "garments": garments,
        "facets": facets,
        "groups": facets.groups,
        "found": facets.found,
        "next_page": page + 1 if facets.found > page * PER_PAGE else None,
        "left": facets.found - page * PER_PAGE,
        "first_screen": 0 if request.htmx else FIRST_SCREEN,
        "q": request.GET.get("q", ""),
        "sorts": [(slug, label) for slug, (label, _order) in SORTS.items()],
        "sort": request.GET.get("sort", "newest"),
        "chosen": [(name, f) for name, values in facets.groups.items() for f in values if f.chosen],
        "is_filtered": bool(set(request.GET) - {"page", "sort"}),
        "awaiting": Garment.objects.owned_by(request.user).awaiting_review().count(),
        "is_empty": not facets.total and not request.GET.get("q"),
        "states": [(value, label) for value, label in Garment.State.choices],
        "kinds": grouped_kinds(kinds.values()),
        "colours": [(colour.slug, term_name(colour)) for colour in taxonomy.COLOURS],
        "seasons": [(season.slug, term_name(season)) for season in taxonomy.SEASONS],
        "garment_labels": LABELS,
        "has_samples": any(thing.drawing.get("sample") for thing in garments),
    }
    if more:
        return render(request, "closet/_garment_page.html", context)
    if request.htmx and request.htmx.target == "closet":
        return render(request, "closet/_closet.html", context)
    return render(request, "closet/home.html", context)


@login_required
@require_POST
def garments_bulk(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One action on what is selected. The grid is drawn anew by the page that asked."""
    action, _sep, value = request.POST.get("action", "").partition(":")
    ids = wholes(request.POST.getlist("id"))
    try:
        if action == "set":
            change = garments_set(owner=request.user, ids=ids, field=value, value=_asked_of_many(request, value))
        else:
            change = garments_change(owner=request.user, action=action, ids=ids, value=value)
    except ValidationError as error:
        return problem(request, error)
    undo = undo_keep(request, change.undo) if change.undo else ""
    count = len(change.ids)
    text = {
        "delete": ngettext("%(n)d garment deleted.", "%(n)d garments deleted.", count),
        "state": ngettext("%(n)d garment moved.", "%(n)d garments moved.", count),
        "favourite": ngettext("%(n)d garment changed.", "%(n)d garments changed.", count),
        "set": ngettext("%(n)d garment changed.", "%(n)d garments changed.", count),
        "restore": ngettext("%(n)d garment is back in your closet.", "%(n)d garments are back in your closet.", count),
    }.get(action, "%(n)d") % {"n": count}
    if request.htmx:
        return changed(told(request, HttpResponse(status=204), text, undo=undo))
    return told_and_sent(request, next_page(request), text, undo=undo)


def _asked_of_many(request: HttpRequest, field: str) -> Any:
    """The value of the field in the bulk form. Raises ValidationError where none was chosen."""
    if field == "kind":
        kind = Kind.objects.filter(slug=request.POST.get("kind", "")).first()
        if kind is None:
            raise ValidationError(_("Choose what it is."))
        return kind
    if field in ("colour_names", "seasons"):
        values = request.POST.getlist(field)
        if not any(values):
            raise ValidationError(_("Choose at least one."))
        return values
    return request.POST.get(field, "").strip()


@login_required
@require_safe
def garments_bin(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What was deleted and can still come back, the newest first."""
    binned = Garment.objects.owned_by(request.user).filter(deleted_at__isnull=False).order_by("-deleted_at", "-pk")
    page = Paginator(binned.for_cards(), 2 * PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "closet/bin.html", {"page": page, "days": BIN_DAYS})


@login_required
@require_POST
def garments_bin_empty(request: AuthenticatedHttpRequest) -> HttpResponse:
    count = bin_empty(owner=request.user)
    text = ngettext("%(n)d garment is gone for good.", "%(n)d garments are gone for good.", count) % {"n": count}
    return told_and_sent(request, reverse("closet:bin"), text)


def changed(response: HttpResponse) -> HttpResponse:
    """Has the grid on the page drawn anew."""
    return trigger_client_event(response, "closet-changed")


@login_required
@require_POST
def undo(request: AuthenticatedHttpRequest, key: str) -> HttpResponse:
    steps = undo_take(request, key)
    try:
        if steps is None:
            raise ValidationError(_("This cannot be taken back any more."))
        garments_undo(owner=request.user, steps=steps)
    except ValidationError as error:
        return problem(request, error)
    if request.htmx:
        return changed(told(request, HttpResponse(status=204), _("As it was before.")))
    return told_and_sent(request, next_page(request), _("As it was before."))


def next_page(request: AuthenticatedHttpRequest, otherwise: str = "") -> str:
    """Where to go after a POST: the page it names, if it is one of ours."""
    to = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if to and allowed else otherwise or reverse("closet:home")


def problem(request: AuthenticatedHttpRequest, error: ValidationError) -> HttpResponse:
    """What was wrong: a toast for htmx, JSON for scripts, a message on the page otherwise."""
    text = " ".join(error.messages)
    if request.htmx or request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"message": text, "extra": {}}, status=400)
    messages.error(request, text)
    return redirect(next_page(request))


# --- One garment -------------------------------------------------------------------------------------------------
@login_required
def garment(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The member's own; of what the household shows or lends them, its page there."""
    try:
        thing = garment_or_404(request.user, pk)
    except Http404:
        if Garment.objects.seen_by(request.user).exclude(owner=request.user).filter(pk=pk).exists():
            return redirect("closet:household_garment", pk=pk)
        raise
    units = measure_units(request)
    context = {
        "garment": thing,
        "shown": facts(thing, fields_shown(thing), units),
        "kept": facts(thing, KEPT, units),
        "name_fact": fact(thing, "name", units),
        **garment_wears(thing),
        "states": Garment.State.choices,
        "pictures": thing.pictures.all(),
        "accept": ACCEPT,
        "outfits": thing.outfit_items.select_related("outfit")[:6],
        "share": thing.shares.open().first(),
        "household": _household(thing),
    }
    return render(request, "closet/garment.html", context)


def _household(garment: Garment) -> dict[str, Any] | None:
    """Who else lives there, whether they see it, who has it; None for somebody who lives alone or for a piece
    that is in no closet yet."""
    home = household_of(garment.owner)
    if home is None or garment.awaits_review:
        return None
    return {
        "home": home,
        "others": members_of(home).exclude(user=garment.owner),
        "is_shown": HouseholdGarment.objects.filter(garment=garment).exists(),
        "loan": loan_of(garment=garment),
    }


@login_required
@require_http_methods(["GET", "POST"])
def garment_edit_page(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """All fields in one form; what the inline editing needs where there is no script."""
    thing = garment_or_404(request.user, pk)
    form = GarmentForm(request.POST or None, garment=thing, measure_units=measure_units(request))
    if request.method == "POST" and form.is_valid():
        garment_edit(garment=thing, changes=form.changes())
        return told_and_sent(request, reverse("closet:garment", args=[pk]), _("Saved."))
    status = 422 if form.is_bound else 200
    context = {"garment": thing, "form": form, "brands": brand_names(request.user)}
    return render(request, "closet/garment_edit.html", context, status=status)


def brand_names(user: User) -> list[str]:
    """For completing: the member's own words first, then the catalogue's."""
    own = (
        Garment.objects.owned_by(user).exclude(brand_name="").order_by().values_list("brand_name", flat=True).distinct()
    )
    known = Brand.objects.published().order_by("name_en").values_list("name_en", flat=True)[:200]
    return list(dict.fromkeys([*own[:100], *known]))


@login_required
@require_http_methods(["GET", "POST"])
def garment_field(request: AuthenticatedHttpRequest, pk: int, field: str) -> HttpResponse:
    """One field: its row, its little form (`?edit`), and saving it."""
    if field not in LABELS:
        raise Http404
    thing = garment_or_404(request.user, pk)
    units = measure_units(request)
    if not request.htmx and request.method == "GET":
        return redirect(reverse("closet:garment_edit", args=[pk]) + f"#id_{field}")
    context: dict[str, Any] = {"garment": thing, "open": True}
    if request.method == "GET" and "edit" not in request.GET:
        return render(request, "closet/_garment_fact.html", {**context, "fact": fact(thing, field, units)})
    form = GarmentForm(request.POST or None, garment=thing, measure_units=units, only=[field])
    if request.method == "POST" and form.is_valid():
        before = getattr(thing, field)
        before = list(before) if isinstance(before, list) else before
        changes = form.changes()
        garment_edit(garment=thing, changes=changes)
        # A wrong guess rarely comes alone.
        corrected = field in FACTS and before != getattr(thing, field)
        alike = garment_lookalikes(garment=thing, field=field, before=before) if corrected else []
        context |= {"fact": fact(thing, field, units), "alike": alike, "saved": True}
        if alike:  # only facts have look-alikes, and their values are plain
            context["value"] = json.dumps(_sendable(changes[field]))
        if not request.htmx:
            return redirect("closet:garment", pk=pk)
        return render(request, "closet/_garment_fact.html", context)
    context |= {"form": form, "field": field, "label": LABELS[field], "fact": fact(thing, field, units)}
    if field == "brand_name":
        context["brands"] = brand_names(request.user)
    return render(request, "closet/_garment_fact_form.html", context, status=422 if form.is_bound else 200)


def _sendable(value: Any) -> Any:
    return value.slug if isinstance(value, Kind) else value


@login_required
@require_POST
def garment_confirm_field(request: AuthenticatedHttpRequest, pk: int, field: str) -> HttpResponse:
    """One tap: what was guessed is right."""
    thing = garment_or_404(request.user, pk)
    try:
        garment_confirm(garment=thing, field=field)
    except ValidationError as error:
        return problem(request, error)
    if not request.htmx:
        return redirect("closet:garment", pk=pk)
    return render(
        request, "closet/_garment_fact.html", {"garment": thing, "fact": fact(thing, field, measure_units(request))}
    )


@login_required
@require_POST
def garments_correct_alike(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The same correction for the look-alikes that were ticked."""
    field = request.POST.get("field", "")
    if field not in FACTS:
        raise Http404
    ids = wholes(request.POST.getlist("id"))
    try:
        value = json.loads(request.POST.get("value", ""))
        if field == "kind":
            value = Kind.objects.get(slug=value)
        reached = garments_correct(owner=request.user, ids=ids, field=field, value=value)
    except (ValueError, TypeError, Kind.DoesNotExist):
        return problem(request, ValidationError(_("This value does not fit.")))
    except ValidationError as error:
        return problem(request, error)
    text = ngettext("%(n)d garment corrected too.", "%(n)d garments corrected too.", len(reached)) % {"n": len(reached)}
    if request.htmx:
        return told(request, HttpResponse(""), text)
    return told_and_sent(request, next_page(request), text)


@login_required
@require_POST
def garment_favourite(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Marks it, or takes the mark off: as the form says, so that one sent late does not turn it round."""
    thing = garment_or_404(request.user, pk)
    garment_edit(garment=thing, changes={"is_favourite": request.POST.get("is_favourite") != "false"})
    if request.htmx:
        return render(request, "closet/_favourite.html", {"garment": thing})
    return redirect("closet:garment", pk=pk)


# --- Cutting out ---------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def garment_mask(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The mask editor, and saving what it painted."""
    thing = garment_or_404(request.user, pk)
    if thing.photo is None:
        raise Http404
    if request.method == "GET":
        return render(request, "closet/garment_mask.html", {"garment": thing})
    try:
        if "remove" in request.POST:
            masks.mask_remove(garment=thing)
        elif mask := request.FILES.get("mask"):
            masks.mask_save(garment=thing, file=mask)
        else:
            raise ValidationError(_("No mask was sent."))
    except ValidationError as error:
        return problem(request, error)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"url": reverse("closet:garment", args=[pk])})
    return told_and_sent(request, reverse("closet:garment", args=[pk]), _("The garment is being cut out again."))


@login_required
@require_POST
def garment_again(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Has the photo looked at again."""
    thing = garment_or_404(request.user, pk)
    try:
        masks.garment_reanalyse(garment=thing, stage=request.POST.get("stage", ""))
    except ValidationError as error:
        return problem(request, error)
    return told_and_sent(
        request, reverse("closet:garment", args=[pk]), _("The photo is being looked at again. What you set stays.")
    )


@login_required
def garment_progress(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Where the photo's analysis stands; the page asks until it is done, then loads itself anew."""
    thing = garment_or_404(request.user, pk)
    if not request.htmx:
        return redirect("closet:garment", pk=pk)
    if thing.photo is None or not thing.photo.is_unfinished:
        return HttpResponseClientRedirect(reverse("closet:garment", args=[pk]))
    return render(request, "closet/_garment_progress.html", {"garment": thing})
