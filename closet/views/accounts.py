"""Profile, devices, export, and leaving."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language as django_set_language

from closet.forms.profile import DeleteAccountForm, DeviceForm, ProfileForm
from closet.geography.cities import city_titles
from closet.models import DeviceToken, Profile
from closet.requests import AuthenticatedHttpRequest
from closet.services import accounts, devices, notices, photos, security
from closet.services.push import push_key, push_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    profile = Profile.objects.select_related("user").get(user=request.user)
    form = ProfileForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        # Afresh: the form has already written on its own copy, and the service looks at what changed.
        kept = Profile.objects.select_related("user").get(pk=profile.pk)
        city = kept.city
        try:
            kept = accounts.profile_update(profile=kept, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            request.session[Profile.LANGUAGE_SESSION_KEY] = kept.language
            messages.success(request, _("Saved."))
            if kept.city and kept.city != city and kept.latitude is None:
                messages.info(request, _("We do not know where that city lies; the weather asks you instead."))
            return redirect("closet:profile")
    used, allowed = photos.bytes_used(owner=profile.user), photos.bytes_allowed(owner=profile.user)
    context = {
        "form": form,
        "profile": profile,
        "push_key": push_key(),
        "browsers": push_of(owner=request.user),
        "city_titles": city_titles(get_language() or "en"),
        "used": used,
        "allowed": allowed,
        "share": min(1, used / allowed) if allowed else 1,
        "has_second_factor": mfa_adapter().is_mfa_enabled(profile.user),
        "sessions": UserSession.objects.filter(user=profile.user).count(),
        "devices": devices.devices_of(owner=profile.user).count(),
        "has_password": profile.user.has_usable_password(),
    }
    return render(request, "closet/profile.html", context, status=422 if form.errors else 200)


def _devices(request: AuthenticatedHttpRequest, form: DeviceForm, secret: str = "") -> HttpResponse:
    owner = request.user
    context = {
        "devices": [(devices.device_id(device), device) for device in devices.devices_of(owner=owner)],
        "form": form,
        "secret": secret,
        "sessions": UserSession.objects.filter(user=owner).count(),
        "site_url": settings.SITE_URL,
    }
    return render(request, "closet/devices.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_GET
def devices_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    return _devices(request, DeviceForm())


@login_required
@never_cache
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth's
@sensitive_variables("secret")
def device_add(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return _devices(request, form)
    _device, secret = devices.device_add(owner=request.user, name=form.cleaned_data["name"])
    # Not redirected: the secret is in this one answer and nowhere else.
    return _devices(request, DeviceForm(), secret)


@login_required
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth's
def sign_out_everywhere(request: AuthenticatedHttpRequest) -> HttpResponse:
    """But for this browser and the devices that are ticked."""
    keep = request.POST.getlist("keep")
    security.access_end(user=request.user, keep_devices=keep, keep_session=request.session.session_key)
    messages.success(request, _("Everything else is signed out."))
    return redirect("closet:devices")


@login_required
@require_POST
def device_remove(request: AuthenticatedHttpRequest, device_id: str) -> HttpResponse:
    try:
        device = devices.device_find(owner=request.user, device_id=device_id)
    except DeviceToken.DoesNotExist:
        raise Http404 from None
    devices.device_remove(device=device)
    messages.success(request, _("“%(name)s” can no longer sign in.") % {"name": device.name})
    return redirect("closet:devices")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth's
def delete_account_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    user = request.user
    form = DeleteAccountForm(request.POST or None, expected=user.email)
    if request.method == "POST" and form.is_valid():
        accounts.account_delete(user=user)
        logout(request)
        messages.success(request, _("Your account and everything in it are gone. Thank you for having been here."))
        return redirect("home")
    context = {"form": form, "inventory": accounts.account_inventory(user=user)}
    return render(request, "closet/delete_account.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def notices_seen(request: AuthenticatedHttpRequest) -> HttpResponse:
    notices.notices_read(owner=request.user)
    return HttpResponse() if request.htmx else redirect("recommender:today")


@require_POST
def language_set(request: HttpRequest) -> HttpResponseBase:
    """The switch in the bar: Django's cookie for visitors, the profile too for members."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        accounts.profile_update(profile=request.user.profile, language=language)
        request.session[Profile.LANGUAGE_SESSION_KEY] = language
    return django_set_language(request)
