"""Kinds of a member's own, each under a kind that everybody has: "gym leggings" under leggings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.models import Kind
from closet.models.accounts import User


class OwnKindQuerySet(models.QuerySet["OwnKind"]):
    def owned_by(self, user: User | None) -> OwnKindQuerySet:
        return self.filter(owner=user)


class OwnKind(models.Model):
    """The stylist and the search know its parent; names are the owner's, one of the two may be empty."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="own_kinds")
    parent = models.ForeignKey(Kind, models.PROTECT, related_name="+", verbose_name=_("kind"))
    name_en = models.CharField(_("English name"), max_length=40, blank=True)
    name_ko = models.CharField(_("Korean name"), max_length=40, blank=True)

    objects = OwnKindQuerySet.as_manager()

    class Meta:
        ordering = ["parent__position", "name_en", "name_ko", "pk"]
        verbose_name, verbose_name_plural = _("own category"), _("own categories")
        constraints = [
            models.UniqueConstraint(fields=["owner", "parent", "name_en", "name_ko"], name="own_kind_once"),
            models.CheckConstraint(condition=~models.Q(name_en="", name_ko=""), name="own_kind_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return (self.name_ko or self.name_en) if get_language() == "ko" else (self.name_en or self.name_ko)
