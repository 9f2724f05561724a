"""A garment a member owns: its pictures, its facts, and which of them the owner set."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy
from catalog.models import GENDER_CHOICES, Brand, Kind, Product, choices
from closet.models.accounts import User
from closet.models.own_kinds import OwnKind
from closet.models.photos import Photo, private_path, private_storage


class GarmentQuerySet(models.QuerySet["Garment"]):
    def owned_by(self, user: User | None) -> GarmentQuerySet:
        return self.filter(owner=user)

    def unbinned(self) -> GarmentQuerySet:
        return self.filter(deleted_at=None)

    def present(self) -> GarmentQuerySet:
        """Neither in the bin nor in the review tray."""
        return self.unbinned().filter(awaits_review=False)

    def awaiting_review(self) -> GarmentQuerySet:
        return self.unbinned().filter(awaits_review=True)

    def active(self) -> GarmentQuerySet:
        """In the closet: neither in the bin nor archived."""
        return self.present().exclude(state=Garment.State.ARCHIVED)

    def ready(self) -> GarmentQuerySet:
        """Can be worn today: not in the laundry, lent or being repaired."""
        return self.present().filter(state=Garment.State.READY)

    def in_hands_of(self, user: User) -> GarmentQuerySet:
        """The member's own, and what somebody of their household lends them now."""
        return self.filter(Q(owner=user) | Q(pk__in=user.borrowed.running().order_by().values("garment")))

    def seen_by(self, user: User) -> GarmentQuerySet:
        """The member's own, what is lent to them, and what their household may see."""
        shared = Garment.objects.present().filter(household_garment__household__members__user=user).order_by()
        lent = user.borrowed.running().order_by()
        return self.filter(Q(owner=user) | Q(pk__in=shared.values("pk")) | Q(pk__in=lent.values("garment")))

    def for_cards(self) -> GarmentQuerySet:
        return self.select_related("kind", "brand", "own_kind")


class Garment(models.Model):
    """colours: [{"lab", "hex", "name", "share"}], largest first. styles: {slug: probability}.

    measures: {zone: mm} of the garment lying flat. landmarks: {name: [x, y]} where its owner says that neck, cuffs,
    hem … lie on its cutout, 0..1 of it, for the mirror. confidences: {field: 0..1}.
    owner_fields: fields that the owner set; the analysis never overwrites them.
    awaits_review: lies in the tray until its owner keeps or drops it; no part of the closet before that.
    twin: the garment of the closet it seems to be, likeness: how alike the two look, 0..1.
    """

    class State(models.TextChoices):
        READY = "ready", _("ready to wear")
        LAUNDRY = "laundry", _("in the laundry")
        LENT = "lent", _("lent out")
        REPAIR = "repair", _("being repaired")
        ARCHIVED = "archived", _("archived")

    class Parting(models.TextChoices):
        """Why a garment was archived."""

        SELL = "sell", _("to sell")
        GIVE = "give", _("to give away")
        WORN_OUT = "worn-out", _("worn out")
        SEASON = "season", _("put away for the season")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="garments", verbose_name=_("owner")
    )
    photo = models.ForeignKey(
        Photo, models.CASCADE, null=True, blank=True, related_name="garments", verbose_name=_("photo")
    )
    position = models.PositiveSmallIntegerField(_("place on the photo"), default=0)  # which garment of its photo
    box = models.JSONField(_("frame on the photo"), default=list, blank=True)  # [x0, y0, x1, y1], 0..1 of the photo
    drawing = models.JSONField(default=dict, blank=True)  # what it was drawn from, where there is no photo
    cutout = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)  # 1,024 px
    cutout_medium = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)  # 512
    cutout_small = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)  # 256
    mask = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    owner_mask = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)

    name = models.CharField(_("name"), max_length=120, blank=True)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="garments", verbose_name=_("kind"))
    colours = models.JSONField(_("palette"), default=list, blank=True)
    colour_names = ArrayField(models.CharField(max_length=12), default=list, blank=True, verbose_name=_("colours"))
    pattern = models.CharField(_("pattern"), max_length=12, choices=choices(taxonomy.PATTERNS), blank=True)
    material = models.CharField(_("material"), max_length=12, choices=choices(taxonomy.MATERIALS), blank=True)
    sleeve = models.CharField(_("sleeves"), max_length=14, choices=choices(taxonomy.SLEEVES), blank=True)
    length = models.CharField(_("length"), max_length=14, choices=choices(taxonomy.LENGTHS), blank=True)
    collar = models.CharField(_("collar"), max_length=14, choices=choices(taxonomy.COLLARS), blank=True)
    cut = models.CharField(_("cut"), max_length=14, choices=choices(taxonomy.CUTS), blank=True)
    closure = models.CharField(_("closure"), max_length=14, choices=choices(taxonomy.CLOSURES), blank=True)
    seasons = ArrayField(
        models.CharField(max_length=10, choices=choices(taxonomy.SEASONS)),
        default=list,
        blank=True,
        verbose_name=_("seasons"),
    )
    gender = models.CharField(_("gender"), max_length=10, choices=GENDER_CHOICES, default="unisex")
    styles = models.JSONField(_("styles"), default=dict, blank=True)
    formality = models.FloatField(_("formality"), default=0.3)
    warmth = models.FloatField(_("warmth"), default=0.1)
    confidences = models.JSONField(_("certainty"), default=dict, blank=True)
    # How probably a worn garment is rightly cut out, 0..1; none of what lies flat, is drawn, or its owner painted.
    quality = models.FloatField(_("quality of the cutout"), null=True, blank=True, editable=False)
    owner_fields = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("set by the owner")
    )

    brand = models.ForeignKey(
        Brand, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("brand of the shop")
    )
    brand_name = models.CharField(_("brand"), max_length=80, blank=True)
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("product of the shop")
    )
    own_kind = models.ForeignKey(
        OwnKind, models.SET_NULL, null=True, blank=True, related_name="garments", verbose_name=_("own category")
    )
    quantity = models.PositiveSmallIntegerField(
        _("how many of it"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    size_label = models.CharField(_("size"), max_length=30, blank=True)
    measures = models.JSONField(_("measures (mm)"), default=dict, blank=True)
    landmarks = models.JSONField(default=dict, blank=True, editable=False)
    fits = models.CharField(
        _("how it fits"),
        max_length=8,
        blank=True,
        choices=[("fits", _("fits")), ("tight", _("too small")), ("loose", _("too large"))],
    )
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    bought_on = models.DateField(_("bought on"), null=True, blank=True)
    place = models.CharField(_("where it hangs"), max_length=80, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.READY)
    archive_reason = models.CharField(_("why archived"), max_length=8, choices=Parting.choices, blank=True)
    # Unworn for a season, its owner is asked whether it stays; having said yes, not again before this day.
    keep_until = models.DateField(_("kept until"), null=True, blank=True, editable=False)
    is_favourite = models.BooleanField(_("favourite"), default=False)

    wears = models.PositiveIntegerField(_("times worn"), default=0, editable=False)  # kept by services/wear.py
    last_worn_on = models.DateField(_("last worn"), null=True, blank=True, editable=False)
    awaits_review = models.BooleanField(_("waits for its owner's word"), default=False)
    twin = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("the same as")
    )
    likeness = models.FloatField(_("how alike"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("put into the bin"), null=True, blank=True)  # in the bin, undo for 30 days
    created_at = models.DateTimeField(_("added"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = GarmentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("garment"), _("garments")
        constraints = [
            # The analysis writes by (photo, position), so that a task run twice doubles nothing.
            models.UniqueConstraint(fields=["photo", "position"], name="garment_once_a_photo_position"),
            models.CheckConstraint(condition=Q(price__gte=0), name="garment_price_not_negative"),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="garment_owner_newest"),
            GinIndex(fields=["colour_names"], name="garment_colours"),
            models.Index(fields=["owner"], name="garment_in_tray", condition=Q(awaits_review=True)),
        ]

    def __str__(self) -> str:
        return self.name or str(self.kind)

    @property
    def title(self) -> str:
        """Its name, or its first colour and kind."""
        if self.name:
            return self.name
        colour = next((c for c in taxonomy.COLOURS if c.slug in self.colour_names[:1]), None)
        if colour is None:
            return self.kind.name
        if get_language() == "ko":
            return f"{colour.ko} {self.kind.name}"
        kind = self.kind.name
        return f"{colour.en} {kind if kind[1:2] == '-' else kind[:1].lower() + kind[1:]}"  # T-shirt keeps its T
