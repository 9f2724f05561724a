"""The catalogue: kinds, brands, products, size charts, looks. It knows no users.

Lengths are whole millimetres, weights grams, money Decimal with an ISO 4217 currency, colours CIELAB (D65).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from catalog import taxonomy


def _in_readers_language(en: str, ko: str) -> str:
    return ko if get_language() == "ko" else en


# The taxonomy carries its own Korean; the message catalogue is for sentences.
word = lazy(_in_readers_language, str)


def choices(terms: Iterable[taxonomy.Term | taxonomy.ColourName]) -> list[tuple[str, Any]]:
    return [(term.slug, word(term.en, term.ko)) for term in terms]


SLOT_CHOICES = [(slot.value, word(*taxonomy.SLOT_NAMES[slot])) for slot in taxonomy.Slot]


def public_storage() -> Any:
    return storages["public"]


def private_storage() -> Any:
    return storages["private"]


def picture_path(instance: models.Model, filename: str) -> str:
    """A random name: the original one may tell more than its owner meant to."""
    folder = instance._meta.model_name
    name = uuid.uuid4().hex
    return f"{folder}/{name[:2]}/{name}.{filename.rsplit('.', 1)[-1].lower()}"


class Bilingual(models.Model):
    """A thing with an English and a Korean name; `name` is the reader's."""

    name_en = models.CharField(_("English name"), max_length=200)
    name_ko = models.CharField(_("Korean name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return (self.name_ko if get_language() == "ko" else self.name_en) or self.name_en or self.name_ko


class Kind(Bilingual):
    """A kind of garment. Staff may add kinds below the seeded ones; a child answers for its parent in searches."""

    slug = models.SlugField(unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    slot = models.CharField(
        _("slot"), max_length=12, choices=SLOT_CHOICES
    )
    warmth = models.FloatField(_("warmth"), default=0.1, help_text=_("0 none … 1 padded parka"))
    formality = models.FloatField(_("formality"), default=0.3, help_text=_("0 beach … 1 black tie"))
    layer = models.PositiveSmallIntegerField(_("layer"), default=1, help_text=_("1 on the skin … 3 outermost"))
    zones = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("measured zones"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name, verbose_name_plural = _("kind"), _("kinds")
        constraints = [
            models.CheckConstraint(condition=Q(warmth__range=(0, 1)), name="kind_warmth_range"),
            models.CheckConstraint(condition=Q(formality__range=(0, 1)), name="kind_formality_range"),
        ]


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

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    story_en = models.TextField(_("story in English"), blank=True)
    story_ko = models.TextField(_("story in Korean"), blank=True)
    site = models.URLField(_("site"), blank=True)
    picture = models.ImageField(_("picture"), upload_to=picture_path, storage=public_storage, blank=True)
    price_band = models.PositiveSmallIntegerField(_("price band"), choices=PriceBand.choices, default=PriceBand.MIDDLE)
    made_for = models.CharField(_("made for"), max_length=10, choices=choices(taxonomy.GENDERS), default="unisex")
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

    @property
    def story(self) -> str:
        return (self.story_ko if get_language() == "ko" else self.story_en) or self.story_en or self.story_ko

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

    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, related_name="size_charts")
    kind = models.ForeignKey(Kind, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    measures = models.CharField(_("measures"), max_length=8, choices=Measures.choices, default=Measures.GARMENT)
    intended_fit = models.CharField(_("intended fit"), max_length=10, choices=Fit.choices, default=Fit.REGULAR)
    made_for = models.CharField(_("made for"), max_length=10, choices=choices(taxonomy.GENDERS), default="unisex")

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
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["chart", "label"], name="size_label_once_a_chart")]

    def __str__(self) -> str:
        return self.label


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

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="products")
    sku = models.CharField(_("SKU"), max_length=80)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="products")
    gender = models.CharField(_("gender"), max_length=10, choices=choices(taxonomy.GENDERS), default="unisex")
    seasons = ArrayField(models.CharField(max_length=10, choices=choices(taxonomy.SEASONS)), default=list, blank=True)
    description_en = models.TextField(blank=True)
    description_ko = models.TextField(blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("tags"))
    colours = models.JSONField(default=list, blank=True)
    colour_names = ArrayField(models.CharField(max_length=12), default=list, blank=True, verbose_name=_("colours"))
    pattern = models.CharField(_("pattern"), max_length=12, choices=choices(taxonomy.PATTERNS), blank=True)
    material = models.CharField(_("material"), max_length=12, choices=choices(taxonomy.MATERIALS), blank=True)
    styles = models.JSONField(default=dict, blank=True)
    usage = models.CharField(_("usage"), max_length=12, choices=choices(taxonomy.USAGES), blank=True)
    staff_fields = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    url = models.URLField(_("shop address"), max_length=500, blank=True)
    size_chart = models.ForeignKey(SizeChart, models.SET_NULL, null=True, blank=True, related_name="products")
    sizes_in_stock = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("sizes in stock")
    )
    is_in_stock = models.BooleanField(_("in stock"), default=True)
    is_published = models.BooleanField(_("published"), default=True, db_index=True)
    clicks = models.PositiveIntegerField(_("clicks to the shop"), default=0, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)  # what an import compares
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    import_job = models.ForeignKey(
        "ImportJob", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    history = HistoricalRecords(excluded_fields=["clicks", "content_hash", "updated_at"])

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
    gender = models.CharField(_("gender"), max_length=10, choices=choices(taxonomy.GENDERS), default="unisex")
    seasons = ArrayField(models.CharField(max_length=10, choices=choices(taxonomy.SEASONS)), default=list, blank=True)
    occasions = ArrayField(
        models.CharField(max_length=12, choices=choices(taxonomy.OCCASIONS)), default=list, blank=True
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
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True, related_name="look_items")
    box = models.JSONField(_("box"), default=list, blank=True)
    colours = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name, verbose_name_plural = _("piece"), _("pieces")

    def __str__(self) -> str:
        return str(self.kind)


class ImportJob(models.Model):
    """One import of a file: what it is, how far it is, what it did and what it refused.

    mapping: {column of the file: field}. options: see `importers.runner.Options`.
    report: what a person wants to know beside the counts: format, encoding, seconds, photos.
    rows_done is the checkpoint: it moves in the transaction that writes the rows.
    """

    class Content(models.TextChoices):
        PRODUCTS = "products", _("products")
        BRANDS = "brands", _("brands")
        LOOKS = "looks", _("looks")
        SIZES = "sizes", _("size charts")

    class Status(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")
        UNDONE = "undone", _("undone")

    content = models.CharField(_("content"), max_length=10, choices=Content.choices, default=Content.PRODUCTS)
    file = models.FileField(_("file"), upload_to="imports/", storage=private_storage, max_length=255)
    photos = models.FileField(
        _("photos (ZIP)"), upload_to="imports/", storage=private_storage, max_length=255, blank=True
    )
    file_name = models.CharField(max_length=255, blank=True)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    is_dry_run = models.BooleanField(_("dry run"), default=False)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_created = models.PositiveIntegerField(default=0)
    rows_updated = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    requested_by = models.CharField(_("requested by"), max_length=254, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name, verbose_name_plural = _("import"), _("imports")

    def __str__(self) -> str:
        return self.file_name or f"import {self.pk}"


class ImportProblem(models.Model):
    """A row that an import refused, or took without its photo. `line` is the file's, as an editor shows it."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=400)
    value = models.CharField(max_length=120, blank=True)
    is_refusal = models.BooleanField(default=True)

    class Meta:
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class ImportChange(models.Model):
    """A row as it was before an import changed it; undo puts it back. What an import made bears its `import_job`."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="changes")
    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    before = models.JSONField()
    after_hash = models.CharField(max_length=64, blank=True)  # undo leaves alone what changed again since

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "table", "row_id"], name="import_change_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"
