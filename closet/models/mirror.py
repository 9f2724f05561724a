"""The mirror: whom a member sees clothes on, and the sketches that a worker made of it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closet.models.accounts import User
from closet.models.photos import Photo, private_path, private_storage

STALE: Final = timedelta(minutes=2)


class FigureQuerySet(models.QuerySet["Figure"]):
    def owned_by(self, user: User | None) -> FigureQuerySet:
        return self.filter(owner=user)


class Figure(models.Model):
    """A member's own full-body photo, or a mannequin of their measures where `photo` is empty.

    labels: a PNG of what each pixel is; seen: {"names", "points", "faces"} of the same look at the photo, made by the
    first sketch. problem: a code of `services.mirror_words.MANNEQUIN`, why the photo cannot be dressed and a mannequin
    stands in.
    Body data: for its owner alone, never logged, gone with the photo.
    """

    class Sex(models.TextChoices):
        MEN = "men", _("a man's")
        WOMEN = "women", _("a woman's")
        ANY = "any", _("neither")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="figures")
    photo = models.ForeignKey(Photo, models.CASCADE, null=True, blank=True, related_name="figures")
    sex = models.CharField(_("body"), max_length=5, choices=Sex.choices, default=Sex.ANY)
    name = models.CharField(_("name"), max_length=60, blank=True)
    is_chosen = models.BooleanField(default=False)
    labels = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    seen = models.JSONField(default=dict, blank=True, editable=False)
    problem = models.CharField(max_length=20, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(is_chosen=True), name="figure_one_chosen_an_owner"
            ),
            models.UniqueConstraint(fields=["owner", "photo"], name="figure_once_a_photo"),
        ]

    def __str__(self) -> str:
        return self.name or f"figure {self.pk}"


class TryOnQuerySet(models.QuerySet["TryOn"]):
    def owned_by(self, user: User | None) -> TryOnQuerySet:
        return self.filter(owner=user)

    def stranded(self) -> TryOnQuerySet:
        """The message was lost, or the worker that took it is dead."""
        return self.filter(status__in=TryOn.UNFINISHED, queued_at__lt=timezone.now() - STALE)


class TryOn(models.Model):
    """A sketch of a member in some pieces, ordered and made by a worker.

    pieces: [{"garment": id} or {"product": id, "size": label}], with "worn" where that was chosen, as asked. told: what
    is to be said beside the picture: {"codes": [[code, number of the piece or None]], "estimated": [zones],
    "landmarks": {garment id: {name: [x, y]}}, "is_mannequin": bool, "ways": [how each piece is worn]}. shareable: the
    same picture with faces blurred.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being drawn")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    UNFINISHED: Final = ("queued", "running")
    KEPT: Final = 24  # of one member; the oldest go
    MAX_ATTEMPTS: Final = 3

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tryons")
    figure = models.ForeignKey(Figure, models.CASCADE, related_name="tryons")
    pieces = models.JSONField(default=list)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    picture = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    shareable = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    told = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)  # 0..100
    ms = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(default=timezone.now)

    objects = TryOnQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["owner", "-created_at"], name="tryon_owner_newest")]

    def __str__(self) -> str:
        return f"sketch {self.pk}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in self.UNFINISHED

    @property
    def garment_ids(self) -> list[int]:
        return [piece["garment"] for piece in self.pieces if "garment" in piece]

    @property
    def landmarks(self) -> dict[str, Any]:
        """Garment id -> landmarks found or placed, as shares of its picture."""
        found: dict[str, Any] = self.told.get("landmarks", {})
        return found
