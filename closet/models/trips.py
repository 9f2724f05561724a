"""A journey: where and when, what each day is for and what is worn on it, and the list of what is packed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy
from catalog.models import choices
from closet.models.garments import Garment


class Trip(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="trips")
    city = models.CharField(_("where to"), max_length=80)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-first_day", "-pk"]

    def __str__(self) -> str:
        return f"{self.city}, {self.first_day}"


class TripDay(models.Model):
    """garments: what is worn; empty until it is suggested."""

    trip = models.ForeignKey(Trip, models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    occasion = models.CharField(_("occasion"), max_length=16, choices=choices(taxonomy.OCCASIONS))
    garments = models.ManyToManyField(Garment, related_name="trip_days", blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["trip", "day"], name="trip_day_once")]

    def __str__(self) -> str:
        return f"{self.day}"


class TripPiece(models.Model):
    """A line of the packing list. by_hand: put on it by its owner, so that a new suggestion leaves it there."""

    trip = models.ForeignKey(Trip, models.CASCADE, related_name="pieces")
    garment = models.ForeignKey(Garment, models.CASCADE, related_name="trip_pieces")
    is_packed = models.BooleanField(_("packed"), default=False)
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["trip", "garment"], name="trip_piece_once")]

    def __str__(self) -> str:
        return f"{self.garment_id}"
