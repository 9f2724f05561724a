"""People who live together: which garments they let each other see, and which are lent at the moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closet.models.accounts import User
from closet.models.garments import Garment
from closet.models.outfits import new_slug


class Household(models.Model):
    name = models.CharField(_("name"), max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("household"), _("households")

    def __str__(self) -> str:
        return self.name


class HouseholdMember(models.Model):
    """A member lives in one household. The first of them may show others the door."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="household_member")
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["joined_at", "pk"]


def invite_end() -> datetime:
    return timezone.now() + timedelta(days=settings.INVITE_DAYS)


class InviteQuerySet(models.QuerySet["HouseholdInvite"]):
    def open(self) -> InviteQuerySet:
        return self.filter(used_at=None, expires_at__gt=timezone.now())


class HouseholdInvite(models.Model):
    """A way in, once, until its day. email: whom it was sent to, who alone may take it; empty: whoever has the link."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="invites")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32, unique=True, default=new_slug, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("ends"), default=invite_end)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = InviteQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]


class HouseholdGarment(models.Model):
    """A garment that its owner lets the household see."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="garments")
    garment = models.OneToOneField(Garment, models.CASCADE, related_name="household_garment")
    created_at = models.DateTimeField(auto_now_add=True)


class LoanQuerySet(models.QuerySet["Loan"]):
    def running(self) -> LoanQuerySet:
        """Not given back, and its owner still says that it is lent."""
        return self.filter(returned_at=None, garment__state=Garment.State.LENT, garment__deleted_at=None)

    def to(self, user: User) -> LoanQuerySet:
        return self.running().filter(borrower=user)


class Loan(models.Model):
    """A garment in the hands of somebody of the household."""

    garment = models.ForeignKey(Garment, models.CASCADE, related_name="loans")
    borrower = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="borrowed")
    lent_at = models.DateTimeField(auto_now_add=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ["-lent_at"]
        constraints = [
            models.UniqueConstraint(fields=["garment"], condition=Q(returned_at=None), name="loan_once_at_a_time")
        ]
