"""Feeds at the desk: where a shop keeps its table, what the last fetches brought, and their undoing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from catalog.admin.imports import may_publish
from catalog.importers.preview import preview
from catalog.importers.problems import BadFile
from catalog.models import Feed
from catalog.services.feeds import feed_ask, feed_check

RUNS_SHOWN = 10


class FeedForm(forms.ModelForm[Feed]):
    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        feed_check(url=url)
        return url

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
            raise ValidationError(_("Please write the currency as three letters, like KRW."))
        return currency


@admin.register(Feed)
class FeedAdmin(ModelAdmin):
    form = FeedForm
    list_display = ["name", "content", "is_active", "fetched_at", "outcome", "last_run"]
    search_fields = ["name", "url"]
    actions = ["fetch", "look"]
    readonly_fields = ["fetched_at", "problem"]
    fieldsets = [
        (None, {"fields": ["name", "url", ("content", "is_active")]}),
        (_("How"), {"fields": [("brand", "currency"), "publish"]}),
        (_("Last fetch"), {"fields": ["fetched_at", "problem"]}),
    ]
    change_form_outer_after_template = "admin/catalog/feed/runs.html"

    class Media:
        css = {"all": ["css/pages/desk.css"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, *([] if may_publish(request) else ["publish"])]

    def get_urls(self) -> list[URLPattern]:
        act = path("<int:pk>/act/", self.admin_site.admin_view(self.act_view), name="catalog_feed_act")
        return [act, *super().get_urls()]

    def act_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The buttons under a feed: fetch it, or look at what it would bring."""
        feed = get_object_or_404(Feed, pk=pk)
        if request.method != "POST" or not self.has_change_permission(request, feed):
            raise PermissionDenied
        feed_ask(feed=feed, is_dry_run=request.POST.get("do") == "look")
        self.message_user(request, _("A worker fetches it; look here in a minute."), messages.SUCCESS)
        return redirect("admin:catalog_feed_change", pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        feed = Feed.objects.filter(pk=object_id).first() if object_id.isdigit() else None
        more = dict(extra_context or {})
        if feed is not None:
            runs = list(feed.jobs.order_by("-pk")[:RUNS_SHOWN])
            more |= {"feed": feed, "runs": runs, "may_fetch": self.has_change_permission(request, feed)}
            if runs:
                try:
                    more["preview"] = preview(runs[0])
                except BadFile as problem:
                    more["unreadable"] = str(problem)
        return super().change_view(request, object_id, form_url, more)

    @admin.action(description=_("Fetch now"), permissions=["change"])
    def fetch(self, request: HttpRequest, queryset: Any) -> None:
        for feed in queryset:
            feed_ask(feed=feed)
        self.message_user(request, _("A worker fetches them; look here in a minute."), messages.SUCCESS)

    @admin.action(description=_("Look what they would bring (dry run)"), permissions=["change"])
    def look(self, request: HttpRequest, queryset: Any) -> None:
        for feed in queryset:
            feed_ask(feed=feed, is_dry_run=True)
        self.message_user(request, _("A worker fetches them; look here in a minute."), messages.SUCCESS)

    @display(description=_("last fetch"), label={"new": "success", "same": "info", "bad": "danger", "never": "warning"})
    def outcome(self, feed: Feed) -> tuple[str, Any]:
        if feed.fetched_at is None:
            return "never", _("not yet")
        if feed.problem:
            return "bad", feed.problem
        return ("same", _("unchanged")) if feed.is_unchanged else ("new", _("imported"))

    @display(description=_("made · changed · refused · gone"))
    def last_run(self, feed: Feed) -> str | SafeString:
        job = feed.jobs.order_by("-pk").first()
        if job is None:
            return "–"
        doubtful = job.report.get("gone_doubtful", 0)
        gone = f"{doubtful:,}?" if doubtful else f"{job.report.get('gone', 0):,}"
        return f"{job.rows_created:,} · {job.rows_updated:,} · {job.rows_refused:,} · {gone}"
