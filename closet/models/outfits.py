"""Outfits a member keeps, what they said of suggestions, and what they share."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy
from catalog.models import OCCASION_CHOICES, Brand, Look, Product, choices
from closet.models.accounts import User
from closet.models.garments import Garment
from closet.models.photos import private_path, private_storage


class OutfitQuerySet(models.QuerySet["Outfit"]):
    def owned_by(self, user: User | None) -> OutfitQuerySet:
        return self.filter(owner=user)


class Outfit(models.Model):
    """texts: [{"text", "x", "y", "size", "angle", "colour"}] lying on its canvas, over the garments; see OutfitItem."""

    class Background(models.TextChoices):
        """What the canvas is laid on; the colours are in services/canvas.py."""

        PAPER = "", _("paper")
        WHITE = "white", _("white")
        SAND = "sand", _("sand")
        BLUSH = "blush", _("blush")
        SAGE = "sage", _("sage")
        SKY = "sky", _("sky")
        NIGHT = "night", _("night")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="outfits")
    name = models.CharField(_("name"), max_length=120, blank=True)
    occasion = models.CharField(_("occasion"), max_length=12, choices=OCCASION_CHOICES, blank=True)
    seasons = ArrayField(models.CharField(max_length=10, choices=choices(taxonomy.SEASONS)), default=list, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    background = models.CharField(_("background"), max_length=8, choices=Background.choices, blank=True)
    texts = models.JSONField(_("words on the canvas"), default=list, blank=True)
    is_favourite = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OutfitQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("outfit"), _("outfits")

    def __str__(self) -> str:
        return self.name or f"outfit {self.pk}"


class OutfitItem(models.Model):
    """A garment placed on the outfit's canvas: x, y of its centre and its width, 0..1 of the canvas; z upwards.

    angle: degrees, clockwise, -180..180.
    """

    outfit = models.ForeignKey(Outfit, models.CASCADE, related_name="items")
    garment = models.ForeignKey(Garment, models.CASCADE, related_name="outfit_items")
    x = models.FloatField(default=0.5)
    y = models.FloatField(default=0.5)
    width = models.FloatField(default=0.4)
    angle = models.FloatField(default=0)
    z = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["z", "pk"]
        constraints = [models.UniqueConstraint(fields=["outfit", "garment"], name="garment_once_an_outfit")]


class Reaction(models.Model):
    """What a member said of a suggested combination; the stylist learns from it.

    garments: ids, sorted. `never` is about the pair it names.
    """

    class Verdict(models.TextChoices):
        LIKE = "like", _("like")
        DISLIKE = "dislike", _("not for me")
        NEVER = "never", _("never these two together")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reactions")
    garments = ArrayField(models.BigIntegerField())
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    context = models.JSONField(default=dict, blank=True)  # occasion, mood, parts of the score
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["owner", "garments"], name="reaction_once_a_combination")]


class Like(models.Model):
    """A member's save, like or hide of one catalogue thing."""

    class Verb(models.TextChoices):
        SAVE = "save", _("saved")
        LIKE = "like", _("liked")
        HIDE = "hide", _("hidden")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="likes")
    verb = models.CharField(max_length=4, choices=Verb.choices)
    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, related_name="+")
    look = models.ForeignKey(Look, models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "verb", thing], name=f"like_{thing}_once")
            for thing in ("product", "look", "brand")
        ] + [
            models.CheckConstraint(
                condition=(
                    Q(product__isnull=False, look=None, brand=None)
                    | Q(product=None, look__isnull=False, brand=None)
                    | Q(product=None, look=None, brand__isnull=False)
                ),
                name="like_of_one_thing",
            )
        ]


def new_slug() -> str:
    return secrets.token_urlsafe(16)


def share_end(days: int | None = None) -> datetime:
    """So many days from now, and SHARE_DAYS at most."""
    return timezone.now() + timedelta(days=min(days or settings.SHARE_DAYS, settings.SHARE_DAYS))


class ShareQuerySet(models.QuerySet["Share"]):
    def open(self) -> ShareQuerySet:
        """Whose address shows something."""
        thing_is_there = Q(garment=None) | Q(garment__deleted_at=None)
        return self.filter(thing_is_there, revoked_at=None, expires_at__gt=timezone.now())


class Share(models.Model):
    """An outfit, garment or photo as a picture under an unguessable address, faces blurred, revocable.

    `look` is set where the member also published it to the catalogue's looks.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shares")
    slug = models.CharField(max_length=32, unique=True, default=new_slug, editable=False)
    outfit = models.ForeignKey(Outfit, models.CASCADE, null=True, blank=True, related_name="shares")
    garment = models.ForeignKey(Garment, models.CASCADE, null=True, blank=True, related_name="shares")
    photo = models.ForeignKey("closet.Photo", models.CASCADE, null=True, blank=True, related_name="shares")
    tryon = models.ForeignKey("closet.TryOn", models.CASCADE, null=True, blank=True, related_name="shares")
    look = models.OneToOneField(Look, models.CASCADE, null=True, blank=True, related_name="share")
    picture = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(_("ends"), default=share_end)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
