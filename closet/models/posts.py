"""What members show to people: outfits and photos as looks, under a moderator's eye, and what others say of them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy
from catalog.models import OCCASION_CHOICES, Look, choices
from closet.models.accounts import Block, User
from closet.models.outfits import Outfit, new_slug
from closet.models.photos import Photo, private_path, private_storage


class Ground(models.TextChoices):
    """Why something is reported, and why a moderator does not let it be seen."""

    PERSON = "person", _("it shows somebody who may not want that")
    NUDITY = "nudity", _("nudity, or something sexual")
    HATE = "hate", _("it insults or threatens")
    THEFT = "theft", _("it is somebody else's picture")
    SPAM = "spam", _("advertising, or nothing to do with clothes")
    OTHER = "other", _("something else")


class PostQuerySet(models.QuerySet["Post"]):
    def owned_by(self, user: User | None) -> PostQuerySet:
        return self.filter(owner=user)

    def standing(self) -> PostQuerySet:
        """Not withdrawn: its owner still has it."""
        return self.exclude(state=Post.State.WITHDRAWN)

    def published(self) -> PostQuerySet:
        return self.filter(state=Post.State.PUBLISHED, owner__is_active=True)

    def visible_to(self, user: User | None) -> PostQuerySet:
        """Published ones whose owner and this reader have not blocked each other, and the reader's own that stand.

        Staff see no more here: their desk is the admin.
        """
        if user is None:
            return self.published()
        blocked = Block.between(user)
        public = Q(state=Post.State.PUBLISHED, owner__is_active=True) & ~Q(owner__in=blocked)
        return self.filter(public | (Q(owner=user) & ~Q(state=Post.State.WITHDRAWN)))


class Post(models.Model):
    """An outfit or a photo shown to people. Nothing of it is public but while it is PUBLISHED.

    picture: as others see it, a copy without metadata. shows_faces: its owner chose so. is_drawn: some garment on it is
    an illustration; nobody wore it. look: among the looks of the catalogue, where its owner wants it found there.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("not shown yet")  # came in with an exported closet
        HELD = "held", _("waiting for a look by the staff")
        PUBLISHED = "published", _("published")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts", verbose_name=_("member"))
    slug = models.CharField(max_length=32, unique=True, default=new_slug, editable=False)
    outfit = models.ForeignKey(Outfit, models.CASCADE, null=True, blank=True, related_name="posts")
    photo = models.ForeignKey(Photo, models.CASCADE, null=True, blank=True, related_name="posts")
    look = models.OneToOneField(Look, models.SET_NULL, null=True, blank=True, related_name="post", editable=False)
    picture = models.FileField(upload_to=private_path, storage=private_storage, max_length=255, blank=True)
    width = models.PositiveSmallIntegerField(default=0, editable=False)
    height = models.PositiveSmallIntegerField(default=0, editable=False)
    title = models.CharField(_("title"), max_length=120)
    style = models.CharField(_("style"), max_length=12, choices=choices(taxonomy.STYLES), blank=True)
    seasons = ArrayField(
        models.CharField(max_length=10, choices=choices(taxonomy.SEASONS)),
        default=list,
        blank=True,
        verbose_name=_("seasons"),
    )
    occasion = models.CharField(_("occasion"), max_length=12, choices=OCCASION_CHOICES, blank=True)
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("tags"))
    is_findable = models.BooleanField(_("may be found among the looks, and built from other closets"), default=False)
    shows_faces = models.BooleanField(_("faces are shown"), default=False)
    is_drawn = models.BooleanField(_("drawn"), default=False, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.HELD)
    ground = models.CharField(_("reason"), max_length=8, choices=Ground.choices, blank=True)
    ground_text = models.CharField(_("in words"), max_length=500, blank=True)
    appeal = models.CharField(_("appeal"), max_length=500, blank=True)
    appealed_at = models.DateTimeField(_("appealed"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("sent in"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name, verbose_name_plural = _("shown look"), _("shown looks")
        constraints = [
            models.CheckConstraint(
                condition=~Q(outfit__isnull=False, photo__isnull=False), name="post_of_one_thing_at_most"
            )
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="post_newest", condition=Q(state="published")),
            models.Index(fields=["owner", "state"], name="post_owner_state"),
        ]

    def __str__(self) -> str:
        return self.title or f"post {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("closet:post", args=[self.slug])

    @property
    def can_appeal(self) -> bool:
        return self.state == self.State.DECLINED and self.appealed_at is None


class PostMark(models.Model):
    """A member's like or save of a look that somebody shows."""

    class Verb(models.TextChoices):
        LIKE = "like", _("liked")
        SAVE = "save", _("saved")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="post_marks")
    post = models.ForeignKey(Post, models.CASCADE, related_name="marks")
    verb = models.CharField(max_length=4, choices=Verb.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["post", "owner", "verb"], name="post_mark_once")]


class Report(models.Model):
    """A member's word that staff should look at a look or at a member's page. reporter: None once they left."""

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reports", verbose_name=_("reported by")
    )
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="reports")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reported",
        verbose_name=_("member"),
    )
    ground = models.CharField(_("reason"), max_length=8, choices=Ground.choices)
    note = models.CharField(_("in words"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    closed_at = models.DateTimeField(_("looked at"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name, verbose_name_plural = _("report"), _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "post"], condition=Q(closed_at=None), name="report_of_post_once"
            ),
            models.UniqueConstraint(
                fields=["reporter", "person"], condition=Q(closed_at=None), name="report_of_person_once"
            ),
            models.CheckConstraint(
                condition=Q(post__isnull=False, person=None) | Q(post=None, person__isnull=False),
                name="report_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} {self.created_at:%Y-%m-%d}"


class Decision(models.Model):
    """A line of the audit trail: who decided what about which look or member, when and why. Never changed.

    by: None where a rule of this server did it, or whoever did has left. post, person: None once they are gone.
    """

    class Action(models.TextChoices):
        SUBMIT = "submit", _("sent in")
        TRUST = "trust", _("published by the rule for trusted members")
        APPROVE = "approve", _("published")
        DECLINE = "decline", _("declined")
        HOLD = "hold", _("held after reports")
        DISMISS = "dismiss", _("reports looked at, nothing to do")
        APPEAL = "appeal", _("appealed")
        CHANGE = "change", _("changed by its owner")
        WITHDRAW = "withdraw", _("withdrawn by its owner")
        CLOSE = "close", _("page closed")

    action = models.CharField(_("what"), max_length=8, choices=Action.choices)
    post = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="decisions", verbose_name=_("shown look"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("about")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    by_staff = models.BooleanField(_("by staff"), default=False)
    ground = models.CharField(_("reason"), max_length=8, choices=Ground.choices, blank=True)
    text = models.CharField(_("in words"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name, verbose_name_plural = _("decision"), _("decisions")

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
