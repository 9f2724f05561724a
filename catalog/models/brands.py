"""Brands and their size charts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from catalog.models.base import GENDER_CHOICES, Bilingual, picture_path, public_storage
from catalog.models.kinds import Kind


class BrandQuerySet(models.QuerySet["Brand"]):
    def published(self) -> BrandQuerySet:
        return self.filter(is_published=True)

    def emerging(self) -> BrandQuerySet:
        return self.filter(is_emerging=True)


class Brand(Bilingual):
    class PriceBand(models.IntegerChoices):
        LOW = 1, _("everyday prices")
        MIDDLE = 2, _("middle prices")
        HIGH = 3, _("higher prices")
        LUXURY = 4, _("luxury")

    slug = models.SlugField(_("name in addresses"), max_length=80, unique=True, allow_unicode=True)
    story_en = models.TextField(_("story in English"), blank=True)
    story_ko = models.TextField(_("story in Korean"), blank=True)
    site = models.URLField(_("site"), blank=True)
    picture = models.ImageField(_("picture"), upload_to=picture_path, storage=public_storage, blank=True)
    logo = models.ImageField(_("logo"), upload_to=picture_path, storage=public_storage, blank=True)
    is_picture_hidden = models.BooleanField(default=False, editable=False)  # by moderation; see PictureCheck
    price_band = models.PositiveSmallIntegerField(_("price band"), choices=PriceBand.choices, default=PriceBand.MIDDLE)
    made_for = models.CharField(_("made for"), max_length=10, choices=GENDER_CHOICES, default="unisex")
    is_emerging = models.BooleanField(_("emerging"), default=False, help_text=_("Shown by “surprise me”."))
    is_published = models.BooleanField(_("published"), default=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    import_job = models.ForeignKey(
        "ImportJob", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    history = HistoricalRecords()

    objects = BrandQuerySet.as_manager()

    class Meta:
        ordering = ["name_en"]
        verbose_name, verbose_name_plural = _("brand"), _("brands")
        permissions = [("publish_brand", "Can publish brands")]
        indexes = [
            # By what a search may call it (recommender/index/brand_names.py).
            models.Index(Lower("name_en"), name="brand_name_en_lower"),
            models.Index(Lower("name_ko"), name="brand_name_ko_lower"),
        ]

    @property
    def story(self) -> str:
        return (self.story_ko if get_language() == "ko" else self.story_en) or self.story_en or self.story_ko

    @property
    def cover(self) -> Any:
        """The picture, where moderation does not hide it; else nothing."""
        return "" if self.is_picture_hidden else self.picture

    def get_absolute_url(self) -> str:
        return reverse("catalog:brand", args=[self.slug])


class SizeChart(models.Model):
    """A brand's sizes for a kind. `measures` says whether the zones are the body's or the garment's own."""

    class Measures(models.TextChoices):
        BODY = "body", _("the body it fits")
        GARMENT = "garment", _("the garment lying flat")

    class Fit(models.TextChoices):
        SLIM = "slim", _("slim")
        REGULAR = "regular", _("regular")
        LOOSE = "loose", _("loose")
        OVERSIZED = "oversized", _("oversized")

    brand = models.ForeignKey(
        Brand, models.CASCADE, null=True, blank=True, related_name="size_charts", verbose_name=_("brand")
    )
    kind = models.ForeignKey(Kind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind"))
    name = models.CharField(_("name"), max_length=120)
    measures = models.CharField(_("measures"), max_length=8, choices=Measures.choices, default=Measures.GARMENT)
    intended_fit = models.CharField(_("intended fit"), max_length=10, choices=Fit.choices, default=Fit.REGULAR)
    made_for = models.CharField(_("made for"), max_length=10, choices=GENDER_CHOICES, default="unisex")

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("size chart"), _("size charts")

    def __str__(self) -> str:
        return self.name


class SizeRow(models.Model):
    """One size: its label as printed (M, 95, 82-88-160, W32) and its zones in millimetres.

    zones: {zone: mm} or {zone: [low_mm, high_mm]}.
    """

    chart = models.ForeignKey(SizeChart, models.CASCADE, related_name="rows")
    label = models.CharField(_("label"), max_length=30)
    zones = models.JSONField(_("zones (mm)"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("size"), _("sizes")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["chart", "label"], name="size_label_once_a_chart")]

    def __str__(self) -> str:
        return self.label
