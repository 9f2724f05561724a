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
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from catalog.models import Look, LookQuerySet


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

    def looks_blocked(self) -> LookQuerySet:
        """Looks of those with whom there is a block, either way; the catalogue leaves them out by this name."""
        blocked = Block.between(self)
        return Look.objects.filter(Q(post__owner__in=blocked) | Q(share__owner__in=blocked)).order_by()


def new_handle() -> str:
    return f"closet-{secrets.token_hex(4)}"


class ProfileQuerySet(models.QuerySet["Profile"]):
    def with_page(self) -> ProfileQuerySet:
        """Whose page by their handle anybody may open."""
        return self.filter(has_page=True, page_closed="", user__is_active=True)

    def with_waiting_words(self) -> ProfileQuerySet:
        """Whose page names or tells them in words that no moderator saw yet; what was declined waits no more."""
        named = Q(is_public=True) & ~Q(name="") & ~Q(name=F("seen_name"))
        told = ~Q(about="") & ~Q(about=F("seen_about"))
        return self.with_page().filter(named | told, words_declined="")

    def visible_to(self, user: User | None) -> ProfileQuerySet:
        """Pages that this reader may open: not of those who blocked them or whom they blocked. Their own always."""
        if user is None:
            return self.with_page()
        return self.filter(
            Q(pk__in=self.model.objects.with_page().exclude(user__in=Block.between(user))) | Q(user=user)
        )


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
    has_page = models.BooleanField(
        _("I have a page that others can open by my handle"),
        default=False,
        help_text=_("It shows the looks you publish. Without it nobody can open or follow you."),
    )
    page_closed = models.CharField(  # a moderator's word, which the member cannot take back; see posts.Ground
        _("page closed because"), max_length=8, blank=True, editable=False
    )
    about = models.CharField(
        _("a few words about me"),
        max_length=300,
        blank=True,
        help_text=_("Others read your name and these words once the staff saw them."),
    )
    # What others may read of name and words: as a moderator, or the rule for trusted members, let it out.
    seen_name = models.CharField(_("name"), max_length=80, blank=True, editable=False)
    seen_about = models.CharField(_("a few words about me"), max_length=300, blank=True, editable=False)
    words_sent_at = models.DateTimeField(_("sent in"), null=True, blank=True, editable=False)
    words_declined = models.CharField(_("declined because"), max_length=8, blank=True, editable=False)
    share_body_band = models.BooleanField(
        _("let people of a body like mine find my looks"),
        default=False,
        help_text=_("By body shape and height in steps of 5 cm. Measures are shown to nobody; you can search so too."),
    )
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

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("profile"), _("profiles")

    def __str__(self) -> str:
        return self.handle

    @property
    def is_open(self) -> bool:
        return self.has_page and not self.page_closed

    @property
    def shown_name(self) -> str:
        """What others call this member; empty for one without a page, who stays unnamed."""
        is_named = self.is_public and self.name and self.name == self.seen_name
        return (self.name if is_named else f"@{self.handle}") if self.is_open else ""

    @property
    def shown_about(self) -> str:
        """The words that others may read on the page."""
        return self.about if self.about == self.seen_about else ""

    @property
    def page_words(self) -> tuple[str, str]:
        """Name and words that the page is to show, whether anybody saw them or not."""
        return (self.name if self.is_public else "", self.about) if self.is_open else ("", "")

    @property
    def words_wait(self) -> bool:
        """Whether something of the page's words is for a moderator to see."""
        name, about = self.page_words
        return not self.words_declined and ((name, about) != (name and self.seen_name, about and self.seen_about))

    def get_absolute_url(self) -> str:
        return reverse("closet:person", args=[self.handle])


class PageWords(Profile):
    """A page's name and words on the moderators' desk."""

    class Meta:
        proxy = True
        verbose_name, verbose_name_plural = _("words of a page"), _("words of pages")


class Follow(models.Model):
    follower = models.ForeignKey(User, models.CASCADE, related_name="following")
    followed = models.ForeignKey(User, models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follow_not_oneself"),
        ]


class Block(models.Model):
    """Two members who are nothing to each other any more, because one of them said so."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(owner=F("blocked")), name="block_not_oneself"),
        ]

    @classmethod
    def between(cls, user: User) -> models.QuerySet[User]:
        """Ids of those who blocked this member or whom they blocked, to be used inside another query."""
        theirs = cls.objects.filter(blocked=user).order_by().values("owner")
        mine = cls.objects.filter(owner=user).order_by().values("blocked")
        return User.objects.filter(Q(pk__in=mine) | Q(pk__in=theirs)).order_by().values("pk")  # type: ignore[return-value]


class BodyBand(models.Model):
    """How a body is alike to others, kept only while its owner agrees. height_band: in steps of 50 mm."""

    owner = models.OneToOneField(User, models.CASCADE, related_name="body_band")
    shape = models.CharField(max_length=20, blank=True)
    height_band = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"band of {self.owner_id}"  # without the band: this text may reach a log


class DeviceToken(AbstractAuthToken):
    """An API token of one device. Only a hash of the token is stored. It ends when it was not used for TOKEN_DAYS."""

    name = models.CharField(_("device"), max_length=80, default="device")
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_ip = models.GenericIPAddressField(_("last used from"), null=True, blank=True)
    # Given before the e-mail was proved: ends within the grace and is not renewed.
    is_provisional = models.BooleanField(default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("device token"), _("device tokens")
