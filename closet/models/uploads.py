"""A photo that arrives in pieces."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from closet.models.accounts import User
from closet.models.photos import Photo, private_path, private_storage


class UploadQuerySet(models.QuerySet["Upload"]):
    def owned_by(self, user: User | None) -> UploadQuerySet:
        return self.filter(owner=user)

    def open(self) -> UploadQuerySet:
        """Some of it is still to come."""
        return self.filter(offset__lt=models.F("length"), expires_at__gt=timezone.now())

    def expired(self) -> UploadQuerySet:
        return self.filter(expires_at__lte=timezone.now())


class Upload(models.Model):
    """length, offset: bytes announced, bytes that are here. photo or problem once all are.

    is_duplicate: the photo was in the closet before. problem: a code of closet/problems.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    file_name = models.CharField(max_length=255, blank=True)
    keep_both = models.BooleanField(default=False)
    length = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    photo = models.ForeignKey(Photo, models.SET_NULL, null=True, blank=True, related_name="+")
    is_duplicate = models.BooleanField(default=False)
    problem = models.CharField(max_length=40, blank=True)
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.offset} of {self.length}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class UploadPart(models.Model):
    """start: where in the photo its bytes belong."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    start = models.PositiveBigIntegerField()
    file = models.FileField(upload_to=private_path, storage=private_storage, max_length=255)

    class Meta:
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="upload_part_once")]
