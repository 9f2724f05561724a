"""An uploaded photo and where its analysis stands."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closet.models.accounts import User
from closet.problems import sentence


def private_storage() -> Any:
    return storages["private"]


def private_path(instance: models.Model, filename: str) -> str:
    """A random name that tells neither owner nor content."""
    name = uuid.uuid4().hex
    return f"{instance._meta.model_name}/{name[:2]}/{name}.{filename.rsplit('.', 1)[-1].lower()}"


class PhotoQuerySet(models.QuerySet["Photo"]):
    def owned_by(self, user: User | None) -> PhotoQuerySet:
        return self.filter(owner=user)

    def unfinished(self) -> PhotoQuerySet:
        return self.filter(status__in=[Photo.Status.QUEUED, Photo.Status.RUNNING])

    def waiting_long(self) -> PhotoQuerySet:
        """Queued and not taken since: the queue is long, or the broker lost the message."""
        return self.filter(
            status=Photo.Status.QUEUED, queued_at__lt=timezone.now() - timedelta(seconds=settings.PHOTO_QUEUED_STALE_S)
        )

    def abandoned(self) -> PhotoQuerySet:
        """Taken by a worker that must be dead by now: it has not renewed its lease."""
        return self.filter(
            status=Photo.Status.RUNNING,
            alive_at__lt=timezone.now() - timedelta(seconds=settings.PHOTO_LEASE_S),
        )

    def stranded(self) -> PhotoQuerySet:
        """Queued but never taken (the broker was away), or taken by a worker that died."""
        return self.waiting_long() | self.abandoned()

    def unsettled(self) -> PhotoQuerySet:
        """What the owner should still see on the upload page: on its way, failed, or in need of an answer."""
        return self.filter(
            Q(status__in=[Photo.Status.QUEUED, Photo.Status.RUNNING, Photo.Status.FAILED])
            | Q(twin__isnull=False)
            | Q(finished_at__gt=timezone.now() - timedelta(minutes=30))
        )


class Photo(models.Model):
    """ms: {stage: milliseconds}. models_used: {job: model key}. error_code: a key of closet/problems.py, whose sentence
    the owner reads; error: the detail for staff.

    keypoints: everybody whose landmarks were found, the largest first: [{"box" (photo pixels), "points" (33 of x, y,
    visibility, x and y in 0..1 of the photo, by recommender/vision/pose.py: Joint), "missing" (parts of a whole figure
    that are not in the picture), "garments" (positions of what this person wears)}]. Body data: for its owner alone,
    never logged, gone with the photo. chosen_person: which of them the owner is, from 1; 0: all of it is theirs.

    copy: 0, or the how-manieth of the same bytes that its owner wanted a second time. twin: the near-identical photo
    that was there before, until the owner said to keep both.
    """

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
    # Pixels of a person from head to toe below which their garments are too few pixels to be cut out well.
    SMALL_PERSON = 600

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="photos", verbose_name=_("owner"))
    original = models.FileField(_("original"), upload_to=private_path, storage=private_storage, max_length=255)
    display = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    shareable = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    content_type = models.CharField(_("file type"), max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    width = models.PositiveIntegerField(_("width (px)"))
    height = models.PositiveIntegerField(_("height (px)"))
    sha256 = models.CharField(_("fingerprint"), max_length=64, db_index=True)
    perceptual_hash = models.CharField(_("fingerprint of its looks"), max_length=16, blank=True)
    copy = models.PositiveSmallIntegerField(_("copy"), default=0)
    twin = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("near-identical photo")
    )
    # The day it shows its owner dressed for: what is kept of it is logged as worn then, and the calendar shows it.
    worn_on = models.DateField(_("worn on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.QUEUED)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error_code = models.CharField(_("problem"), max_length=40, blank=True)
    error = models.TextField(_("error"), blank=True)
    scene = models.CharField(_("scene"), max_length=8, blank=True)  # garment, worn, none
    is_full_body = models.BooleanField(_("whole figure"), null=True)
    person_height = models.PositiveIntegerField(_("height of the person (px)"), null=True)
    keypoints = models.JSONField(default=list, blank=True, editable=False)
    chosen_person = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    faces = models.PositiveSmallIntegerField(_("faces"), null=True)
    style = models.JSONField(_("style"), default=dict, blank=True)
    ms = models.JSONField(_("timings"), default=dict, blank=True)
    models_used = models.JSONField(_("models"), default=dict, blank=True)
    queued_at = models.DateTimeField(_("queued"), default=timezone.now)
    claimed_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    alive_at = models.DateTimeField(null=True, blank=True, editable=False)  # when its worker last said that it lives
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("photo"), _("photos")
        constraints = [
            # The same bytes come in once, however often they are sent at the same time; "add it anyway" is a new copy.
            models.UniqueConstraint(fields=["owner", "sha256", "copy"], name="photo_once_an_owner"),
        ]
        indexes = [models.Index(fields=["status", "queued_at"], name="photo_status_queued")]

    def __str__(self) -> str:
        return self.file_name or str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("closet:photo", args=[self.pk])

    @property
    def is_unfinished(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)

    @property
    def problem(self) -> str:
        """Why it failed, in the reader's language; empty when it did not."""
        return sentence(self.error_code) if self.error_code else ""

    @property
    def progress(self) -> int:
        """0..100, for a bar; a stage counts from when it begins."""
        if self.status == self.Status.DONE:
            return 100
        stages = list(self.Stage)
        return round(100 * (stages.index(self.Stage(self.stage)) + 0.5) / len(stages)) if self.stage else 0

    @property
    def is_small(self) -> bool:
        """Whether whoever is on it is too small for good cutouts."""
        return self.person_height is not None and self.person_height < self.SMALL_PERSON

    @property
    def people(self) -> list[dict[str, Any]]:
        """Whoever is on it from head to feet: [{"number" (from 1), "left", "top", "width", "height" (pixels)}]."""
        return [
            {"number": number, "left": x0, "top": y0, "width": x1 - x0, "height": y1 - y0}
            for number, person in enumerate(self.keypoints, 1)
            if not person["missing"]
            for x0, y0, x1, y1 in [person["box"]]
        ]

    @property
    def asks_who(self) -> bool:
        """Whether several whole people are on it and its owner has not said which they are."""
        return self.status == self.Status.DONE and self.chosen_person is None and len(self.people) > 1

    @property
    def total_ms(self) -> int:
        total: float = sum(self.ms.values())
        return round(total)

    @property
    def stages(self) -> list[dict[str, Any]]:
        """[{"stage", "name", "ms"}] in the order of the work, of those that were timed."""
        return [
            {"stage": stage.value, "name": str(stage.label), "ms": round(self.ms[stage.value], 1)}
            for stage in self.Stage
            if stage.value in self.ms
        ]
