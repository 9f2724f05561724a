"""For apps: the member's webhooks, and what became of each delivery."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from closet.forms.webhooks import WebhookForm
from closet.models import Webhook
from closet.requests import AuthenticatedHttpRequest
from closet.services.webhooks import (
    problem_text,
    webhook_add,
    webhook_change,
    webhook_ping,
    webhook_secret,
)

SHOWN = 20


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
def apps_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All of them, and a form for another; the secret is in the answer to it and nowhere else."""
    form, secret = WebhookForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            webhook = webhook_add(owner=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            form, secret = WebhookForm(), webhook_secret(webhook)
    rows = Webhook.objects.owned_by(request.user)
    context = {
        "form": form,
        "secret": secret,
        "webhooks": [(row, [Webhook.Event(event).label for event in row.events]) for row in rows],
        "is_on": settings.WEBHOOKS_ENABLED,
    }
    return render(request, "closet/apps.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def webhook_page(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One of them with its log; POST `do`: ping, on, off, remove."""
    row = get_object_or_404(Webhook.objects.owned_by(request.user), pk=pk)
    match request.POST.get("do") if request.method == "POST" else None:
        case "ping":
            webhook_ping(webhook=row)
            messages.success(request, _("It is on its way; look here in a few seconds."))
        case "on" | "off" as state:
            webhook_change(webhook=row, is_active=state == "on")
            messages.success(request, _("Saved."))
        case "remove":
            row.delete()
            messages.success(request, _("It is told nothing more."))
            return redirect("closet:apps")
        case _nothing:
            page = Paginator(row.deliveries.all(), SHOWN).get_page(request.GET.get("page"))
            deliveries = [(delivery, problem_text(delivery.problem)) for delivery in page]
            context = {"webhook": row, "page": page, "deliveries": deliveries}
            return render(request, "closet/webhook.html", context)
    return redirect("closet:webhook", pk)
