"""Addresses of a member's own programs that are told what changed, and each attempt to tell them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closet.models.accounts import User

CLAIM_HOLDS: Final = timedelta(minutes=2)
MESSAGE_HOLDS: Final = timedelta(minutes=10)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def owned_by(self, user: User | None) -> WebhookQuerySet:
        return self.filter(owner=user)


class Webhook(models.Model):
    """salt: what its secret is made from, with the server's own. since: transactions from here on are to be told.

    failures: attempts in a row that failed.
    """

    class Event(models.TextChoices):
        GARMENTS = "garments.changed", _("garments")
        OUTFITS = "outfits.changed", _("outfits")
        PHOTOS = "photos.changed", _("photos that were looked at")
        WEARS = "wears.changed", _("what was worn")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks")
    url = models.URLField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=20, choices=Event.choices))
    salt = models.CharField(max_length=32)
    since = models.BigIntegerField(default=0)
    is_active = models.BooleanField(_("active"), default=True)
    failures = models.PositiveIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True, blank=True)  # by us, after too many failures
    created_at = models.DateTimeField(default=timezone.now)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.url


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> DeliveryQuerySet:
        """To be sent now, and in no worker's hands that can still be alive."""
        now = timezone.now()
        free = models.Q(claimed_at=None) | models.Q(claimed_at__lt=now - CLAIM_HOLDS)
        return self.filter(free, status=Delivery.Status.WAITING, due_at__lte=now)

    def unsent(self) -> DeliveryQuerySet:
        """Due, and no message is on its way that may still arrive."""
        lost = timezone.now() - MESSAGE_HOLDS
        return self.due().filter(models.Q(queued_at=None) | models.Q(queued_at__lt=lost))


class Delivery(models.Model):
    """body: what is sent, byte for byte. answered: the status of the last answer; problem: why there was none."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=20)
    body = models.TextField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(null=True, blank=True)  # when a message went to the workers
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["due_at"], name="delivery_due", condition=models.Q(status="waiting"))]

    def __str__(self) -> str:
        return f"{self.event} {self.status}"
