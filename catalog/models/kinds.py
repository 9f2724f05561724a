"""Kinds of garments, a tree that staff may grow."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.base import SLOT_CHOICES, Bilingual


class Kind(Bilingual):
    """A kind of garment. Staff may add kinds below the seeded ones; a child answers for its parent in searches."""

    slug = models.SlugField(_("name in addresses"), unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    slot = models.CharField(_("slot"), max_length=12, choices=SLOT_CHOICES)
    warmth = models.FloatField(_("warmth"), default=0.1, help_text=_("0 none … 1 padded parka"))
    formality = models.FloatField(_("formality"), default=0.3, help_text=_("0 beach … 1 black tie"))
    layer = models.PositiveSmallIntegerField(_("layer"), default=1, help_text=_("1 on the skin … 3 outermost"))
    zones = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("measured zones"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name, verbose_name_plural = _("kind"), _("kinds")
        constraints = [
            models.CheckConstraint(condition=Q(warmth__range=(0, 1)), name="kind_warmth_range"),
            models.CheckConstraint(condition=Q(formality__range=(0, 1)), name="kind_formality_range"),
        ]
