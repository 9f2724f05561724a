"""What POSTs with an Idempotency-Key were answered, for a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone

KEPT: Final = timedelta(hours=24)
GIVEN_UP: Final = timedelta(minutes=5)  # a request that has not ended by then never will: its process is dead


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    def expired(self) -> KeptAnswerQuerySet:
        return self.filter(created_at__lt=timezone.now() - KEPT)

    def forgotten(self) -> KeptAnswerQuerySet:
        """Neither answered nor on its way any more, or too old: the key may be used anew."""
        now = timezone.now()
        return self.filter(models.Q(status=None, created_at__lt=now - GIVEN_UP) | models.Q(created_at__lt=now - KEPT))


class KeptAnswer(models.Model):
    """status: None while the request is on its way. answer: headers and body, encrypted with the client's key.

    key_digest: of the key, which is not stored. fingerprint: of verb, address and body.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key_digest = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key_digest"], name="kept_answer_once_a_key")]

    def __str__(self) -> str:
        return f"answer {self.pk}"
