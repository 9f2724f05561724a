"""A closet from elsewhere: stored, looked at by a worker, and brought in once its owner has said yes to the preview."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from closet.models.queued_files import QueuedFile


class ClosetImport(QueuedFile):
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
    counts = models.JSONField(default=dict, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"import {self.pk}"
