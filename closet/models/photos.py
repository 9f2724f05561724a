"""An uploaded photo and where its analysis stands."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def private_storage() -> Any:
    return storages["private"]


def private_path(instance: models.Model, filename: str) -> str:
    """A random name that tells neither owner nor content."""
    name = uuid.uuid4().hex
    return f"{instance._meta.model_name}/{name[:2]}/{name}.{filename.rsplit('.', 1)[-1].lower()}"


class PhotoQuerySet(models.QuerySet["Photo"]):
    def owned_by(self, user: object) -> PhotoQuerySet:
        return self.filter(owner=user)

    def unfinished(self) -> PhotoQuerySet:
        return self.filter(status__in=[Photo.Status.QUEUED, Photo.Status.RUNNING])

    def stranded(self) -> PhotoQuerySet:
        """Queued but never taken (the broker was away), or taken by a worker that died."""
        now = timezone.now()
        return self.filter(
            Q(status=Photo.Status.QUEUED, queued_at__lt=now - timedelta(seconds=60))
            | Q(
                status=Photo.Status.RUNNING,
                claimed_at__lt=now - timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 30),
            )
        )


class Photo(models.Model):
    """ms: {stage: milliseconds}. models: {job: model key}. error_code: see recommender/vision/images.py and analysis."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being looked at")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Stage(models.TextChoices):
        DECODE = "decode", _("opening the photo")
        FACES = "faces", _("hiding faces")
        DETECT = "detect", _("finding garments")
        CUTOUT = "cutout", _("cutting out")
        PALETTE = "palette", _("measuring colours")
        DESCRIBE = "describe", _("describing")
        EMBED = "embed", _("remembering its looks")
        SAVE = "save", _("hanging it up")

    MAX_ATTEMPTS = 3

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="photos")
    original = models.FileField(_("original"), upload_to=private_path, storage=private_storage, max_length=255)
    display = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    shareable = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    perceptual_hash = models.CharField(max_length=16, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.QUEUED)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(_("error"), blank=True)
    scene = models.CharField(_("scene"), max_length=8, blank=True)  # garment, worn, none
    is_full_body = models.BooleanField(null=True)
    faces = models.PositiveSmallIntegerField(null=True)
    style = models.JSONField(default=dict, blank=True)
    ms = models.JSONField(_("timings"), default=dict, blank=True)
    models_used = models.JSONField(_("models"), default=dict, blank=True)
    queued_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("photo"), _("photos")
        constraints = [
            # One picture is kept once; "add it anyway" makes a second garment from the same row.
            models.UniqueConstraint(fields=["owner", "sha256"], name="photo_once_an_owner"),
        ]
        indexes = [models.Index(fields=["status", "queued_at"], name="photo_status_queued")]

    def __str__(self) -> str:
        return self.file_name or str(self.pk)
