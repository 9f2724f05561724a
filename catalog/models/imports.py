"""Imports: what was asked for, how far it is, what it refused and what it changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.base import private_storage


class ImportJob(models.Model):
    """One import of a file: what it is, how far it is, what it did and what it refused.

    mapping: {column of the file: field}. options: see `importers.runner.Options`.
    report: what a person wants to know beside the counts: format, encoding, seconds, photos.
    rows_done is the checkpoint: it moves in the transaction that writes the rows.
    """

    class Content(models.TextChoices):
        PRODUCTS = "products", _("products")
        BRANDS = "brands", _("brands")
        LOOKS = "looks", _("looks")
        SIZES = "sizes", _("size charts")

    class Status(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")
        UNDONE = "undone", _("undone")

    content = models.CharField(_("content"), max_length=10, choices=Content.choices, default=Content.PRODUCTS)
    file = models.FileField(_("file"), upload_to="imports/", storage=private_storage, max_length=255)
    photos = models.FileField(
        _("photos (ZIP)"), upload_to="imports/", storage=private_storage, max_length=255, blank=True
    )
    file_name = models.CharField(max_length=255, blank=True)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    is_dry_run = models.BooleanField(_("dry run"), default=False)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_created = models.PositiveIntegerField(default=0)
    rows_updated = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    feed = models.ForeignKey(
        "Feed", models.SET_NULL, null=True, blank=True, editable=False, related_name="jobs", verbose_name=_("feed")
    )
    requested_by = models.CharField(_("requested by"), max_length=254, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name, verbose_name_plural = _("import"), _("imports")

    def __str__(self) -> str:
        return self.file_name or f"import {self.pk}"


class ImportProblem(models.Model):
    """A row that an import refused, or took without its photo. `line` is the file's, as an editor shows it."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=400)
    value = models.CharField(max_length=120, blank=True)
    is_refusal = models.BooleanField(default=True)

    class Meta:
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class ImportChange(models.Model):
    """A row as it was before an import changed it; undo puts it back. What an import made bears its `import_job`."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="changes")
    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    before = models.JSONField()
    after_hash = models.CharField(max_length=64, blank=True)  # undo leaves alone what changed again since

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "table", "row_id"], name="import_change_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"
