"""A newcomer's four steps, each of which may be skipped: photos, measures, taste, city."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.asked import wholes
from catalog.filters import leave_out_blocked
from catalog.models import Look
from closet.forms.body import BodyForm
from closet.forms.photos import PhotoUploadForm
from closet.geography.cities import city_titles
from closet.models import Garment, Like, Photo, Profile, Zone
from closet.requests import AuthenticatedHttpRequest
from closet.services.accounts import profile_update
from closet.services.body import Questionable, measurements_record
from closet.services.likes import like_add

STEPS = {
    "photos": gettext_lazy("First clothes"),
    "measures": gettext_lazy("Your measures"),
    "taste": gettext_lazy("What you like"),
    "city": gettext_lazy("Where you are"),
}
ASKED_FIRST = (Zone.HEIGHT, Zone.WEIGHT)
LOOKS_SHOWN = 12
STYLES_KEPT = 3


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: AuthenticatedHttpRequest, step: str = "photos") -> HttpResponse:
    if step not in STEPS:
        raise Http404
    slugs = list(STEPS)
    after = slugs[slugs.index(step) + 1] if step != slugs[-1] else ""
    context: dict[str, Any] = {"step": step, "number": slugs.index(step) + 1, "after": after, "problem": ""}
    if request.method == "POST":
        try:
            said = {"measures": _measured, "taste": _tasted, "city": _placed}[step](request)
        except KeyError:
            raise Http404 from None
        except ValidationError as error:
            context["problem"] = " ".join(error.messages)
        else:
            if said:
                messages.success(request, said)
            return redirect("closet:welcome_step", step=after) if after else redirect("recommender:today")
    context |= {"steps": [(slug, title) for slug, title in STEPS.items()], **_shown(request, step)}
    return render(request, "closet/welcome.html", context, status=422 if context["problem"] else 200)


def _shown(request: AuthenticatedHttpRequest, step: str) -> dict[str, Any]:
    profile = request.user.profile
    match step:
        case "photos":
            return {
                "form": PhotoUploadForm(),
                "photos": Photo.objects.owned_by(request.user).count(),
                "garments": Garment.objects.owned_by(request.user).present().count(),
            }
        case "measures":
            form = BodyForm(request.POST or None, member_units=profile.units)
            return {"fields": [form[zone] for zone in ASKED_FIRST]}
        case "taste":
            liked = set(
                Like.objects.filter(owner=request.user, verb="like", look__isnull=False).values_list("look", flat=True)
            )
            return {"looks": looks_to_pick(profile), "liked": liked}
        case _:
            return {"city_titles": city_titles(get_language() or "en"), "city": request.POST.get("city", profile.city)}


def looks_to_pick(profile: Profile) -> list[Look]:
    """Published looks of as many styles as there are, in turn, of the genders the member wears."""
    shown = leave_out_blocked(Look.objects.published(), profile.user)
    looks = shown.exclude(photo="").exclude(style="")
    if profile.wears != Profile.Wears.ANY:
        looks = looks.filter(Q(gender=profile.wears) | Q(gender="unisex"))
    by_style: dict[str, list[Look]] = {}
    for look in looks.order_by("-pk")[:200]:
        by_style.setdefault(look.style, []).append(look)
    in_turn = [of[number] for number in range(LOOKS_SHOWN) for of in by_style.values() if number < len(of)]
    return in_turn[:LOOKS_SHOWN]


def _measured(request: AuthenticatedHttpRequest) -> str:
    """Keeps what was filled in. Raises ValidationError with what is wrong or odd; the whole form is on its own page."""
    if not any(request.POST.get(zone, "").strip() for zone in ASKED_FIRST):
        return ""
    form = BodyForm(request.POST, member_units=request.user.profile.units)
    form.fields["taken_on"].required = False
    if not form.is_valid():
        raise ValidationError([text for texts in form.errors.values() for text in texts])
    values = form.cleaned_data["values"]
    try:
        measurements_record(owner=request.user, values=values, confirmed="confirmed" in request.POST)
    except Questionable as odd:
        raise ValidationError(odd.questions) from None
    return _("Kept, for you alone.")


def _tasted(request: AuthenticatedHttpRequest) -> str:
    """The looks picked are liked, and their commonest styles become the member's, which the stylist leans on."""
    picked = list(Look.objects.published().filter(pk__in=wholes(request.POST.getlist("look"))))
    for look in picked:
        like_add(owner=request.user, thing=look, verb="like")
    counted = Counter(look.style for look in picked if look.style)
    if not counted:
        return ""
    styles = [slug for slug, _count in counted.most_common(STYLES_KEPT)]
    profile_update(profile=request.user.profile, styles=styles)
    return _("Noted. Your outfits lean on it from now on.")


def _placed(request: AuthenticatedHttpRequest) -> str:
    city = request.POST.get("city", "").strip()
    profile = profile_update(profile=request.user.profile, city=city)
    if city and profile.latitude is None:
        raise ValidationError(_("We do not know where that city lies. Choose one near it from the list."))
    return _("Saved.") if city else ""
