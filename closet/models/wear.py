"""What was worn when, and what is planned."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closet.models.accounts import User
from closet.models.garments import Garment
from closet.models.outfits import Outfit


class WearQuerySet(models.QuerySet["Wear"]):
    def by(self, user: User) -> WearQuerySet:
        """What this member wore: of their own, and of what was lent to them, while they may see it."""
        seen = Garment.objects.seen_by(user).order_by().values("pk")
        return self.filter(Q(garment__owner=user, worn_by=None) | Q(worn_by=user, garment__in=seen))


class Wear(models.Model):
    """worn_by: whom it was lent to then; nobody: its owner wore it."""

    garment = models.ForeignKey(Garment, models.CASCADE, related_name="wear_log")
    outfit = models.ForeignKey(Outfit, models.SET_NULL, null=True, blank=True, related_name="wear_log")
    worn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    worn_on = models.DateField(_("worn on"), default=timezone.localdate)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WearQuerySet.as_manager()

    class Meta:
        ordering = ["-worn_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["garment", "worn_on"], name="wear_once_a_day")]


class Plan(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="plans")
    outfit = models.ForeignKey(Outfit, models.CASCADE, related_name="plans")
    day = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["owner", "day", "outfit"], name="plan_once_a_day")]
