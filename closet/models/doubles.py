"""Garments that look alike and are two all the same, by their owner's word."""

from __future__ import annotations

from django.db import models

from closet.models.garments import Garment


class Distinct(models.Model):
    """first has the smaller id of the two."""

    first = models.ForeignKey(Garment, models.CASCADE, related_name="+")
    second = models.ForeignKey(Garment, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="distinct_once")]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"
