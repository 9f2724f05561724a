"""A member's body, as a dated history. Never logged, never shown to others without the member's word."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closet.models.accounts import User


class Zone(models.TextChoices):
    """schema.org BodyMeasurementTypeEnumeration's names, shortened; all in mm but the weight, in grams."""

    HEIGHT = "height", _("height")
    WEIGHT = "weight", _("weight")
    CHEST = "chest", _("chest or bust")
    WAIST = "waist", _("waist")
    HIPS = "hips", _("hips")
    SHOULDER = "shoulder", _("shoulder width")
    ARM = "arm", _("arm length")
    INSIDE_LEG = "inside_leg", _("inside leg")
    THIGH = "thigh", _("thigh")
    FOOT = "foot", _("foot length")
    NECK = "neck", _("neck")


# What a grown or growing person can measure; outside is a slip of the unit or the finger. mm, grams for weight.
PLAUSIBLE: dict[str, tuple[int, int]] = {
    Zone.HEIGHT: (500, 2500),
    Zone.WEIGHT: (5_000, 400_000),
    Zone.CHEST: (400, 2000),
    Zone.WAIST: (350, 2000),
    Zone.HIPS: (400, 2200),
    Zone.SHOULDER: (200, 700),
    Zone.ARM: (250, 900),
    Zone.INSIDE_LEG: (250, 1200),
    Zone.THIGH: (200, 1100),
    Zone.FOOT: (100, 380),
    Zone.NECK: (180, 700),
}


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def owned_by(self, user: User | None) -> MeasurementQuerySet:
        return self.filter(user=user)

    def latest_each(self) -> MeasurementQuerySet:
        """The newest value of every zone."""
        return self.order_by("zone", "-taken_on", "-pk").distinct("zone")


class Measurement(models.Model):
    class Source(models.TextChoices):
        MEASURED = "measured", _("measured")
        GARMENT = "garment", _("from a garment that fits")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="measurements")
    zone = models.CharField(_("measure"), max_length=12, choices=Zone.choices)
    value = models.PositiveIntegerField(_("value"), help_text=_("millimetres; grams for the weight"))
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.MEASURED)
    taken_on = models.DateField(_("taken on"), default=timezone.localdate)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_on", "-pk"]
        verbose_name, verbose_name_plural = _("measurement"), _("measurements")
        constraints = [
            models.UniqueConstraint(fields=["user", "zone", "taken_on"], name="measurement_once_a_day"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(zone=zone, value__range=bounds) for zone, bounds in PLAUSIBLE.items()), _connector=Q.OR
                ),
                name="measurement_plausible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.taken_on}"  # without the value: this text may reach a log
