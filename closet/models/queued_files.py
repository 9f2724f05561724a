"""A file that a worker makes or reads for its owner, and that is kept for a day: what exports and imports share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from closet.models.photos import private_path, private_storage

QUEUED: Final = "queued"
RUNNING: Final = "running"
STALE_QUEUED: Final = timedelta(minutes=1)
STALE_RUNNING: Final = timedelta(minutes=32)  # above the task's hard time limit


class QueuedFileQuerySet(models.QuerySet[Any]):
    def unfinished(self) -> Self:
        return self.filter(status__in=[QUEUED, RUNNING])

    def stranded(self) -> Self:
        """The message was lost, or the worker that took it is dead."""
        now = timezone.now()
        lost = Q(status=QUEUED, queued_at__lt=now - STALE_QUEUED)
        return self.filter(lost | Q(status=RUNNING, claimed_at__lt=now - STALE_RUNNING))

    def expired(self) -> Self:
        return self.filter(created_at__lt=timezone.now() - timedelta(hours=settings.EXPORT_KEPT_H))


class QueuedFile(models.Model):
    """A subclass names its `owner`, and `status` with its choices, QUEUED and RUNNING among them."""

    file = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects = QueuedFileQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_unfinished(self) -> bool:
        return getattr(self, "status", "") in (QUEUED, RUNNING)
