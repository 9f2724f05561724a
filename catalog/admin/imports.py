"""Imports at the desk: upload, give columns to fields, dry run, run and watch, read the report, undo."""

from __future__ import annotations

import hashlib
import threading
from itertools import chain
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from catalog.importers.options import Options
from catalog.importers.preview import SALT, preview, thumbnail
from catalog.importers.problems import BadFile, BadPhoto
from catalog.importers.readers import text_stream
from catalog.importers.web_photos import WebPhotos
from catalog.models import ImportJob
from catalog.services import jobs

MOST_BYTES = 512 * 2**20
MOST_PHOTO_BYTES = 4 * 2**30
LOOK_S = 5.0  # for a photo on the web in a preview
_LOOKS = threading.BoundedSemaphore(2)
Status = ImportJob.Status


class UploadForm(forms.Form):
    content = forms.ChoiceField(
        label=_("What is in it"), choices=ImportJob.Content.choices, widget=UnfoldAdminSelectWidget
    )
    file = forms.FileField(
        label=_("Table"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("CSV (UTF-8, UTF-16, CP949), XLSX, JSON lines or a Google Merchant feed (XML)."),
    )
    photos = forms.FileField(
        label=_("Photos"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("A ZIP or tar. Not needed where the table holds web addresses of the photos."),
    )

    def clean_file(self) -> Any:
        return self._sized("file", MOST_BYTES)

    def clean_photos(self) -> Any:
        return self._sized("photos", MOST_PHOTO_BYTES)

    def _sized(self, name: str, most: int) -> Any:
        file = self.cleaned_data[name]
        if file and file.size > most:
            raise forms.ValidationError(_("The file is larger than %d MB.") % (most // 2**20))
        return file


class OptionsForm(forms.Form):
    brand = forms.CharField(
        label=_("Brand of all rows"), required=False, max_length=200, widget=UnfoldAdminTextInputWidget,
        help_text=_("Where the file names none. Left empty, it is told from the product names."),
    )  # fmt: skip
    currency = forms.RegexField(
        label=_("Currency"), regex=r"^[A-Za-z]{3}$", initial="KRW", widget=UnfoldAdminTextInputWidget,
        help_text=_("Of prices that come without one."),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=_("Unit of lengths"), required=False, widget=UnfoldAdminSelectWidget,
        choices=[("", _("as the numbers suggest")), ("mm", "mm"), ("cm", "cm"), ("in", "in")],
    )  # fmt: skip
    new_kinds = forms.BooleanField(
        label=_("Add unknown kinds"), required=False, widget=UnfoldBooleanSwitchWidget,
        help_text=_("Where the file tells the group they belong to; others are refused."),
    )  # fmt: skip
    publish = forms.BooleanField(
        label=_("Publish new things at once"), required=False, widget=UnfoldBooleanSwitchWidget
    )


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perm("catalog.publish_product")


@admin.register(ImportJob)
class ImportJobAdmin(ModelAdmin):
    list_display = ["name", "content", "status_label", "progress", "counts", "requested_by", "created_at"]
    list_filter = [("content", ChoicesDropdownFilter), ("status", ChoicesDropdownFilter)]
    search_fields = ["file_name", "requested_by"]
    ordering = ["-pk"]
    list_fullwidth = True

    class Media:
        css = {"all": ["css/pages/desk.css"]}

    def get_urls(self) -> list[URLPattern]:
        def at(route: str, view: Any, name: str) -> URLPattern:
            return path(f"<int:pk>/{route}", self.admin_site.admin_view(view), name=f"catalog_importjob_{name}")

        return [
            at("act/", self.act_view, "act"),
            at("state/", self.state_view, "state"),
            at("photo/", self.photo_view, "photo"),
            at("problems.csv", self.problems_view, "problems"),
            *super().get_urls(),
        ]

    def _context(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **more}

    def _job(self, request: HttpRequest, pk: Any) -> ImportJob:
        job = get_object_or_404(ImportJob, pk=pk)
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        return job

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                job = jobs.job_create(
                    content=form.cleaned_data["content"],
                    file=form.cleaned_data["file"],
                    photos=form.cleaned_data["photos"],
                    requested_by=request.user.get_username(),
                    options=Options(publish=may_publish(request)),
                )
                return redirect("admin:catalog_importjob_change", job.pk)
            except BadFile as problem:
                form.add_error("file", str(problem))
        context = self._context(request, title=_("Import a file"), form=form)
        return render(request, "admin/catalog/importjob/upload.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        job = self._job(request, object_id)
        if request.method != "GET":
            return self.act_view(request, job.pk)
        context = self._context(request, title=str(job), job=job, may_change=self.has_change_permission(request, job))
        if job.status == Status.DRAFT:
            options = Options.of(job.options)
            form = OptionsForm(initial=options.stored())
            return self._mapping_page(request, job, form, context)
        context |= {
            "progress": jobs.job_progress(job),
            "problems": job.problems.all()[:100],
            "problem_count": job.problems.count(),
        }
        return render(request, "admin/catalog/importjob/job.html", context)

    def _mapping_page(
        self, request: HttpRequest, job: ImportJob, form: OptionsForm, context: dict[str, Any]
    ) -> HttpResponse:
        if not may_publish(request):
            form.fields["publish"].disabled = True
        try:
            context["preview"] = preview(job)
        except BadFile as problem:
            context["unreadable"] = str(problem)
        return render(request, "admin/catalog/importjob/mapping.html", {**context, "form": form})

    def act_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the buttons of the job's pages do; the answer is the page again."""
        job = self._job(request, pk)
        if request.method != "POST" or not self.has_change_permission(request, job):
            raise PermissionDenied
        verb = request.POST.get("do", "")
        if job.status == Status.DRAFT and verb in ("preview", "dry", "run"):
            return self._configure(request, job, verb)
        done = {
            "run": lambda: jobs.job_start(job=job, is_dry_run=False),
            "edit": lambda: jobs.job_redraft(job=job),
            "cancel": lambda: jobs.job_cancel(job=job),
            "resume": lambda: jobs.job_resume(job=job),
            "undo": lambda: jobs.job_undo(job=job),
        }.get(verb, lambda: False)()
        if not done:
            self.message_user(request, _("That can no longer be done; the import went on meanwhile."), messages.WARNING)
        return redirect("admin:catalog_importjob_change", job.pk)

    def _configure(self, request: HttpRequest, job: ImportJob, verb: str) -> HttpResponse:
        # By name, not by place: Postgres keeps the keys of a JSON object in an order of its own.
        told_columns = {
            request.POST.get(f"name-{at}", ""): request.POST.get(f"column-{at}", "") for at in range(len(job.mapping))
        }
        columns = {name: told_columns.get(name, "") for name in job.mapping}
        form = OptionsForm(request.POST)
        context = self._context(request, title=str(job), job=job, may_change=True)
        if not form.is_valid():
            return self._mapping_page(request, job, form, context)
        told = form.cleaned_data
        options = Options(
            brand=told["brand"],
            currency=told["currency"].upper(),
            unit=told["unit"],
            new_kinds=told["new_kinds"],
            publish=told["publish"] and may_publish(request),
        )
        try:
            jobs.job_configure(job=job, columns=columns, options=options)
        except BadFile as problem:
            self.message_user(request, str(problem), messages.ERROR)
            job.mapping = columns  # shown again as it was given
            return self._mapping_page(request, job, form, context)
        if verb != "preview":
            jobs.job_start(job=job, is_dry_run=verb == "dry")
        return redirect("admin:catalog_importjob_change", job.pk)

    def state_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        return JsonResponse(jobs.job_progress(self._job(request, pk)))

    def photo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A photo on the web that a row of the preview names, small; two at once in this process and a few seconds."""
        self._job(request, pk)
        try:
            reference = signing.loads(request.GET.get("of", ""), salt=SALT, max_age=3600)
        except signing.BadSignature:
            raise Http404 from None
        key = f"import-photo:{hashlib.sha256(reference.encode()).hexdigest()}"
        content = cache.get(key)
        if content is None and _LOOKS.acquire(timeout=LOOK_S):
            web = WebPhotos(seconds=LOOK_S)
            try:
                content = thumbnail(web.read(reference))
            except BadPhoto as problem:
                return HttpResponse(str(problem), status=502, content_type="text/plain; charset=utf-8")
            finally:
                web.close()
                _LOOKS.release()
            cache.set(key, content, 600)
        if content is None:
            return HttpResponse(status=503, headers={"Retry-After": "3"})
        return HttpResponse(content, content_type="image/webp", headers={"Cache-Control": "private, max-age=600"})

    def problems_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        job = self._job(request, pk)
        head = (gettext("line"), gettext("column"), gettext("reason"), gettext("value"), gettext("refused"))
        rows = (
            (p.line, p.column, p.reason, p.value, gettext("yes") if p.is_refusal else gettext("no"))
            for p in job.problems.iterator(chunk_size=2000)
        )
        text = text_stream(chain([head], rows))
        answer = StreamingHttpResponse(text, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="import-{job.pk}-problems.csv"'
        return answer

    # --- columns ----------------------------------------------------------------------------------------
    @display(description=_("file"), ordering="file_name", header=True)
    def name(self, job: ImportJob) -> list[Any]:
        return [str(job), _("dry run") if job.is_dry_run else f"#{job.pk}"]

    @display(
        description=_("status"), ordering="status",
        label={"done": "success", "failed": "danger", "running": "info", "queued": "info", "cancelled": "warning"},
    )  # fmt: skip
    def status_label(self, job: ImportJob) -> tuple[str, str]:
        return job.status, job.get_status_display()

    @display(description=_("progress"))
    def progress(self, job: ImportJob) -> str:
        return f"{job.rows_done:,} / {job.rows_total:,}" if job.rows_total else "–"

    @display(description=_("made · changed · refused"))
    def counts(self, job: ImportJob) -> str:
        return f"{job.rows_created:,} · {job.rows_updated:,} · {job.rows_refused:,}"
