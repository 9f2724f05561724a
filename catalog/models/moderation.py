"""What staff decided about pictures that came from outside."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.brands import Brand
from catalog.models.looks import Look


class PictureCheck(models.Model):
    """A look's photo or a brand's picture. picture: the file's name as it was seen; another picture waits anew."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", _("not looked at")
        SHOWN = "shown", _("shown")
        HIDDEN = "hidden", _("hidden")

    class Reason(models.TextChoices):
        NO_CLOTHES = "no-clothes", _("no clothes to be seen")
        RIGHTS = "rights", _("we may not show it")
        PERSON = "person", _("somebody on it does not want it")
        INDECENT = "indecent", _("indecent")
        QUALITY = "quality", _("blurred, cut off, or an advertisement")
        OTHER = "other", _("another reason (see the note)")

    look = models.OneToOneField(Look, models.CASCADE, null=True, blank=True, related_name="picture_check")
    brand = models.OneToOneField(Brand, models.CASCADE, null=True, blank=True, related_name="picture_check")
    picture = models.CharField(max_length=255)
    verdict = models.CharField(_("verdict"), max_length=7, choices=Verdict.choices, default=Verdict.WAITING)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    decided_by = models.CharField(_("by"), max_length=254, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("came in"), default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("picture from outside"), _("pictures from outside")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(look__isnull=False, brand=None) | models.Q(look=None, brand__isnull=False),
                name="picture_check_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.look or self.brand)
