"""A closet from elsewhere: stored, looked at by a worker, and brought in once its owner has said yes to the preview."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closet.models.photos import private_path, private_storage

STALE_QUEUED: Final = timedelta(minutes=1)
STALE_RUNNING: Final = timedelta(minutes=32)  # above the task's hard time limit


class ClosetImportQuerySet(models.QuerySet["ClosetImport"]):
    def unfinished(self) -> ClosetImportQuerySet:
        return self.filter(status__in=[ClosetImport.Status.QUEUED, ClosetImport.Status.RUNNING])

    def stranded(self) -> ClosetImportQuerySet:
        """The message was lost, or the worker that took it is dead."""
        now = timezone.now()
        return self.filter(
            models.Q(status=ClosetImport.Status.QUEUED, queued_at__lt=now - STALE_QUEUED)
            | models.Q(status=ClosetImport.Status.RUNNING, claimed_at__lt=now - STALE_RUNNING)
        )

    def expired(self) -> ClosetImportQuerySet:
        return self.filter(created_at__lt=timezone.now() - timedelta(hours=settings.EXPORT_KEPT_H))


class ClosetImport(models.Model):
    """is_confirmed: its owner saw the preview and said yes. counts: {table: rows}. left_out: names of what this server
    does not have. problem: the sentence, in the language of the owner, where it was refused."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being read")
        PREVIEW = "preview", _("waits for your yes")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="closet_import")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    is_confirmed = models.BooleanField(default=False)
    file = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects = ClosetImportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)
