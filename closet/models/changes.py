"""What changed when, for clients that keep a copy. Written by triggers of the database alone (migration 0025)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone


class ChangeLog(models.Model):
    """A line a change, so that writers wait for nobody. xid: the transaction that made it, see services/changes.py.

    owner_id is no foreign key: the last line of a thing may be written while its owner's account goes.
    """

    class Thing(models.TextChoices):
        GARMENT = "garment"
        OUTFIT = "outfit"
        PHOTO = "photo"
        WEAR = "wear"

    owner_id = models.BigIntegerField()
    thing = models.CharField(max_length=8, choices=Thing.choices)
    thing_id = models.CharField(max_length=36)
    xid = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner_id", "thing", "xid"], name="change_owner_since"),
            models.Index(fields=["thing", "thing_id"], name="change_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.thing_id}"
