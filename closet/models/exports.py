"""A member's copy of everything, made by a worker and kept for a day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from closet.models.queued_files import QueuedFile


class Export(QueuedFile):
    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being packed")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    size = models.PositiveBigIntegerField(default=0)
    strip_metadata = models.BooleanField(default=False)  # originals without what the camera wrote, such as the place

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(status__in=["queued", "running"]), name="export_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"
