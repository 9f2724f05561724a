"""Queue health: whether photos move, and if not, where they stand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from closet.models import Photo
from recommender.index.model_key import current_model_key
from recommender.index.numbers import numbers
from recommender.models import (
    BrandProfile,
    GarmentEmbedding,
    IndexHealth,
    LookEmbedding,
    LookItemEmbedding,
    ProductEmbedding,
    WorkerState,
)
from recommender.queue import queue_lengths
from recommender.services.photos_stranded import photos_resend

LATE_S = 60  # a heartbeat goes every 15 seconds


@admin.register(WorkerState)
class QueueHealthAdmin(ModelAdmin):
    """One page instead of a list: there is nothing to edit."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            return redirect("admin:index")
        if request.method == "POST":
            count = photos_resend()
            text = ngettext("%(count)d photo was sent again.", "%(count)d photos were sent again.", count)
            messages.success(request, text % {"count": count})
            return redirect("admin:recommender_workerstate_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Queue health"),
            "opts": self.model._meta,
            **health(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "recommender/queue_health.html", context)


@admin.register(IndexHealth)
class IndexHealthAdmin(QueueHealthAdmin):
    """The search index with its numbers."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            return redirect("admin:index")
        state = WorkerState.objects.filter(name="maintenance").first()
        steps = [
            {"name": name, **told, "at": datetime.fromisoformat(told["at"])}
            for name, told in (state.facts if state else {}).items()
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Search index"),
            "opts": self.model._meta,
            "numbers": numbers(),
            "kept_at": state.beat_at if state else None,
            "steps": steps,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "recommender/index_health.html", context)


def health() -> dict[str, Any]:
    """What the page shows; a fixed number of queries."""
    state = WorkerState.objects.filter(name="heartbeat").first()
    age = (timezone.now() - state.beat_at).total_seconds() if state and state.beat_at else None
    day = Photo.objects.filter(created_at__gt=timezone.now() - timedelta(days=1))
    photos = Photo.objects.aggregate(
        **{status.value: Count("pk", filter=Q(status=status)) for status in Photo.Status},
    )
    times = sorted(sum(ms.values()) for ms in day.filter(status=Photo.Status.DONE).values_list("ms", flat=True)[:2000])
    try:
        key = current_model_key()
    except FileNotFoundError:
        key = ""
    return {
        "beat_age": None if age is None else round(age),
        "is_late": age is None or age > LATE_S,
        "facts": state.facts if state else {},
        "queues": queue_lengths(),
        "photos": [(status.label, photos[status.value]) for status in Photo.Status],
        "stranded": Photo.objects.stranded().order_by("queued_at")[:20],
        "median_ms": round(times[len(times) // 2]) if times else None,
        "day_count": len(times),
        "failures": list(
            Photo.objects.filter(status=Photo.Status.FAILED).values("error_code").annotate(n=Count("pk")).order_by("-n")
        ),
        "model_key": key,
        "embeddings": [
            (name, list(model.objects.values("model_key").annotate(n=Count("pk")).order_by("-n")))
            for name, model in (
                (_("garments"), GarmentEmbedding),
                (_("products"), ProductEmbedding),
                (_("looks"), LookEmbedding),
                (_("pieces of looks"), LookItemEmbedding),
                (_("brand profiles"), BrandProfile),
            )
        ],
    }
