"""What left this server for a member's sake: a line a request, for its owner to read."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Outgoing(models.Model):
    """host: who was asked. fields: what was told, by the names of `closet/services/outgoing.py: FIELDS`."""

    class Purpose(models.TextChoices):
        WEATHER = "weather", _("the weather where you are")
        PLACE = "place", _("where your city lies")
        LETTER = "letter", _("a letter to you")
        WEBHOOK = "webhook", _("telling your own program")
        SIGN_IN = "sign-in", _("signing in by another service")
        PUSH = "push", _("a message to your browser")
        WEB_PAGE = "web-page", _("a shop’s page that you named")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="outgoing")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    host = models.CharField(max_length=255)
    fields = ArrayField(models.CharField(max_length=20), default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["owner", "-at"], name="outgoing_owner_newest")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.host}"
