"""Things for sale and their pictures."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from catalog import taxonomy
from catalog.models.base import GENDER_CHOICES, Bilingual, choices, picture_path, public_storage
from catalog.models.brands import Brand, SizeChart
from catalog.models.kinds import Kind


class ProductQuerySet(models.QuerySet["Product"]):
    def published(self) -> ProductQuerySet:
        return self.filter(is_published=True, brand__is_published=True)

    def in_stock(self) -> ProductQuerySet:
        return self.filter(is_in_stock=True)

    def of_brand(self, brand: Brand) -> ProductQuerySet:
        return self.filter(brand=brand)

    def for_cards(self) -> ProductQuerySet:
        """With all that a product card shows, in a fixed number of queries."""
        return self.select_related("brand", "kind").prefetch_related("images")


class Product(Bilingual):
    """A thing for sale. Facts about its looks (colours, pattern …) come from the importer, staff or the analysis.

    colours: [{"lab": [L, a, b], "hex": "#rrggbb", "name": slug, "share": 0..1}], largest share first.
    styles: {style slug: probability}.
    staff_fields: names of the fields that people set, which the analysis leaves alone.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="products", verbose_name=_("brand"))
    sku = models.CharField(_("SKU"), max_length=80)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="products", verbose_name=_("kind"))
    gender = models.CharField(_("gender"), max_length=10, choices=GENDER_CHOICES, default="unisex")
    seasons = ArrayField(
        models.CharField(max_length=10, choices=choices(taxonomy.SEASONS)),
        default=list,
        blank=True,
        verbose_name=_("seasons"),
    )
    description_en = models.TextField(_("English description"), blank=True)
    description_ko = models.TextField(_("Korean description"), blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("tags"))
    colours = models.JSONField(default=list, blank=True)
    colour_names = ArrayField(models.CharField(max_length=12), default=list, blank=True, verbose_name=_("colours"))
    pattern = models.CharField(_("pattern"), max_length=12, choices=choices(taxonomy.PATTERNS), blank=True)
    material = models.CharField(_("material"), max_length=12, choices=choices(taxonomy.MATERIALS), blank=True)
    styles = models.JSONField(default=dict, blank=True)
    usage = models.CharField(_("usage"), max_length=12, choices=choices(taxonomy.USAGES), blank=True)
    staff_fields = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("fields set by people")
    )
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    url = models.URLField(_("shop address"), max_length=500, blank=True)
    size_chart = models.ForeignKey(
        SizeChart, models.SET_NULL, null=True, blank=True, related_name="products", verbose_name=_("size chart")
    )
    sizes_in_stock = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("sizes in stock")
    )
    is_in_stock = models.BooleanField(_("in stock"), default=True)
    is_published = models.BooleanField(_("published"), default=True, db_index=True)
    # Of a feed: which one tells of it, and since when it does not any more.
    feed = models.ForeignKey(
        "Feed", models.SET_NULL, null=True, blank=True, editable=False, related_name="products", verbose_name=_("feed")
    )
    gone_at = models.DateTimeField(_("gone from its feed"), null=True, blank=True, editable=False)
    clicks = models.PositiveIntegerField(_("clicks to the shop"), default=0, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)  # what an import compares
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    import_job = models.ForeignKey(
        "ImportJob", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    history = HistoricalRecords(excluded_fields=["clicks", "content_hash", "updated_at", "feed", "gone_at"])

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("product"), _("products")
        permissions = [("publish_product", "Can publish products")]
        constraints = [
            models.UniqueConstraint(fields=["brand", "sku"], name="product_sku_once_a_brand"),
            models.CheckConstraint(condition=Q(price__gte=0), name="product_price_not_negative"),
        ]
        indexes = [
            models.Index(fields=["kind", "gender", "is_published"], name="product_kind_gender"),
            GinIndex(fields=["colour_names"], name="product_colours"),
            # Lists begin with the newest: of the shop, and of a brand.
            models.Index(fields=["-created_at", "-id"], name="product_newest"),
            models.Index(fields=["brand", "-created_at", "-id"], name="product_newest_of_brand"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.pk])

    @cached_property
    def picture(self) -> ProductImage | None:
        """The first image; uses the prefetched ones."""
        return next(iter(self.images.all()), None)

    @property
    def description(self) -> str:
        own = self.description_ko if get_language() == "ko" else self.description_en
        return own or self.description_en or self.description_ko


class ProductImage(models.Model):
    """cutout: the product on transparency, WebP, made by the analysis; the image itself where it was one already."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="images")
    image = models.ImageField(_("image"), upload_to=picture_path, storage=public_storage)
    cutout = models.ImageField(upload_to=picture_path, storage=public_storage, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name, verbose_name_plural = _("product image"), _("product images")
