"""Members: the account (e-mail and password), what others may see of it, whom they follow, their devices."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        Profile.objects.get_or_create(user=user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # knox's are untyped
    email = models.EmailField(
        _("e-mail"), unique=True, error_messages={"unique": _("This e-mail is already registered.")}
    )
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name, verbose_name_plural = _("member"), _("members")

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.profile.name or self.email

    get_short_name = get_full_name


def new_handle() -> str:
    return f"closet-{secrets.token_hex(4)}"


class Profile(models.Model):
    """What a member tells about themselves and how they like answers. Body data lives in `Measurement`.

    weights: {part of a score: factor}, the stylist's sliders.
    """

    class Units(models.TextChoices):
        METRIC = "metric", _("centimetres, kilograms")
        IMPERIAL = "imperial", _("inches, pounds")

    class Wears(models.TextChoices):
        WOMEN = "women", _("women's")
        MEN = "men", _("men's")
        ANY = "any", _("anything")

    LANGUAGE_SESSION_KEY = "_language"

    user = models.OneToOneField(User, models.CASCADE, related_name="profile")
    name = models.CharField(_("name"), max_length=80, blank=True)
    handle = models.CharField(
        _("handle"),
        max_length=30,
        unique=True,
        default=new_handle,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9_.-]{2,29}$", _("3 to 30 of a-z, 0-9, dot, dash, underscore."))],
        error_messages={"unique": _("Someone already has this handle.")},
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("", _("browser's")), ("en", "English"), ("ko", "한국어")], blank=True
    )
    units = models.CharField(_("units"), max_length=8, choices=Units.choices, default=Units.METRIC)
    wears = models.CharField(_("I wear"), max_length=5, choices=Wears.choices, default=Wears.ANY)
    # With the body's measures in being private: shown to its owner alone, in no page of the staff.
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"),
        null=True,
        blank=True,
        help_text=_("If you like: bodies change with age, and so do sizes estimated from height and weight."),
    )
    city = models.CharField(_("city"), max_length=80, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    price_band = models.PositiveSmallIntegerField(_("price band"), null=True, blank=True)
    styles = models.JSONField(default=list, blank=True)  # favourite style slugs
    weights = models.JSONField(default=dict, blank=True)
    shape_hints = models.BooleanField(_("hints for my body shape"), default=True)
    match_body = models.BooleanField(_("show looks of people with a body like mine first"), default=False)
    share_height = models.BooleanField(_("show my height and weight on looks I share"), default=False)
    is_public = models.BooleanField(_("my name stands beside what I share"), default=False)
    hang_sure = models.BooleanField(
        _("hang clearly recognised pieces without asking me"),
        default=False,
        help_text=_("Photos of people or of several things are shown to you piece by piece before anything is hung."),
    )
    # Nothing is told unasked. Kinds are those of `Notice`.
    notify_kinds = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("tell me"))
    notify_mail = models.BooleanField(_("by e-mail too, once a morning"), default=False)
    noticed_on = models.DateField(null=True, blank=True, editable=False)
    quota_bytes = models.PositiveBigIntegerField(
        _("room for photos (bytes)"), null=True, blank=True
    )  # None: settings.MEMBER_QUOTA_BYTES

    class Meta:
        verbose_name, verbose_name_plural = _("profile"), _("profiles")

    def __str__(self) -> str:
        return self.handle


class Follow(models.Model):
    follower = models.ForeignKey(User, models.CASCADE, related_name="following")
    followed = models.ForeignKey(User, models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follow_not_oneself"),
        ]


class DeviceToken(AbstractAuthToken):
    """An API token of one device. Only a hash of the token is stored. It ends when it was not used for TOKEN_DAYS."""

    name = models.CharField(_("device"), max_length=80, default="device")
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_ip = models.GenericIPAddressField(_("last used from"), null=True, blank=True)
    # Given before the e-mail was proved: ends within the grace and is not renewed.
    is_provisional = models.BooleanField(default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("device token"), _("device tokens")
