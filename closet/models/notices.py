"""What a member asked to be told: this morning's outfit, a plan, laundry. Nothing unasked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One thing told on one day. params: what its sentence names; the words are chosen when it is read.

    mailed_at: when the day's digest with it was sent; pushed_at: when browsers were told.
    """

    class Kind(models.TextChoices):
        MORNING = "morning", _("an outfit for the morning")
        PLAN = "plan", _("what is planned for tomorrow")
        LAUNDRY = "laundry", _("when laundry piles up")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    day = models.DateField()
    params = models.JSONField(default=dict, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    pushed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "day"], name="notice_once_a_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"
