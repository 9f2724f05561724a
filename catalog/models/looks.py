"""Whole outfits as pictures, with their pieces."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from catalog import taxonomy
from catalog.models.base import GENDER_CHOICES, OCCASION_CHOICES, choices, picture_path, public_storage
from catalog.models.kinds import Kind
from catalog.models.products import Product


class LookQuerySet(models.QuerySet["Look"]):
    def published(self) -> LookQuerySet:
        return self.filter(is_published=True)

    def for_cards(self) -> LookQuerySet:
        return self.prefetch_related("items__kind")


class Look(models.Model):
    """One person's outfit as a picture, with its pieces boxed. A member's own look is linked from the closet app."""

    key = models.CharField(
        _("key"), max_length=80, unique=True, default=uuid.uuid4, help_text=_("Stable id for imports.")
    )
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    title_ko = models.CharField(_("Korean title"), max_length=200, blank=True)
    style = models.CharField(_("style"), max_length=12, choices=choices(taxonomy.STYLES), blank=True)
    styles = models.JSONField(default=dict, blank=True)
    gender = models.CharField(_("gender"), max_length=10, choices=GENDER_CHOICES, default="unisex")
    seasons = ArrayField(
        models.CharField(max_length=10, choices=choices(taxonomy.SEASONS)),
        default=list,
        blank=True,
        verbose_name=_("seasons"),
    )
    occasions = ArrayField(
        models.CharField(max_length=12, choices=OCCASION_CHOICES), default=list, blank=True, verbose_name=_("occasions")
    )
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("tags"))
    colours = models.JSONField(default=list, blank=True)
    photo = models.ImageField(_("photo"), upload_to=picture_path, storage=public_storage, blank=True)
    wearer_height_mm = models.PositiveSmallIntegerField(
        _("wearer's height (mm)"), null=True, blank=True, validators=[MinValueValidator(500), MaxValueValidator(2500)]
    )
    wearer_weight_g = models.PositiveIntegerField(
        _("wearer's weight (g)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5000), MaxValueValidator(400_000)],
    )
    wearer_shape = models.CharField(
        _("wearer's body shape"), max_length=20, choices=choices(taxonomy.BODY_SHAPES), blank=True
    )
    is_drawn = models.BooleanField(
        _("drawn"), default=False, help_text=_("An illustration: nobody wore it. Its page says so.")
    )
    is_published = models.BooleanField(_("published"), default=True, db_index=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    import_job = models.ForeignKey(
        "ImportJob", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    history = HistoricalRecords(excluded_fields=["content_hash", "updated_at"])

    objects = LookQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("look"), _("looks")
        permissions = [("publish_look", "Can publish looks")]

    def __str__(self) -> str:
        return self.title or str(self.key)

    @property
    def title(self) -> str:
        return (self.title_ko if get_language() == "ko" else self.title_en) or self.title_ko or self.title_en

    def get_absolute_url(self) -> str:
        return reverse("catalog:look", args=[self.pk])


class LookItem(models.Model):
    """A piece of a look. box: [x0, y0, x1, y1], each 0..1 of the photo's width and height, or empty."""

    look = models.ForeignKey(Look, models.CASCADE, related_name="items")
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="+", verbose_name=_("kind"))
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True, related_name="look_items")
    box = models.JSONField(_("box"), default=list, blank=True)
    colours = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name, verbose_name_plural = _("piece"), _("pieces")

    def __str__(self) -> str:
        return str(self.kind)
