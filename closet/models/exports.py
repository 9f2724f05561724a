"""A member's copy of everything, made by a worker and kept for a day."""

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


class ExportQuerySet(models.QuerySet["Export"]):
    def unfinished(self) -> ExportQuerySet:
        return self.filter(status__in=[Export.Status.QUEUED, Export.Status.RUNNING])

    def stranded(self) -> ExportQuerySet:
        """The message was lost, or the worker that took it is dead."""
        now = timezone.now()
        return self.filter(
            models.Q(status=Export.Status.QUEUED, queued_at__lt=now - STALE_QUEUED)
            | models.Q(status=Export.Status.RUNNING, claimed_at__lt=now - STALE_RUNNING)
        )

    def expired(self) -> ExportQuerySet:
        return self.filter(created_at__lt=timezone.now() - timedelta(hours=settings.EXPORT_KEPT_H))


class Export(models.Model):
    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being packed")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    file = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    strip_metadata = models.BooleanField(default=False)  # originals without what the camera wrote, such as the place
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(status__in=["queued", "running"]), name="export_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)
