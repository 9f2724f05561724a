"""Product tables that shops keep at an address, fetched every night."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.imports import ImportJob

CLAIM_HOLDS: Final = timedelta(minutes=15)


class FeedQuerySet(models.QuerySet["Feed"]):
    def free(self) -> FeedQuerySet:
        """In no worker's hands that can still be alive."""
        stale = timezone.now() - CLAIM_HOLDS
        return self.filter(models.Q(claimed_at=None) | models.Q(claimed_at__lt=stale))


class Feed(models.Model):
    """digest: of the last content that was imported. problem: why the last fetch brought nothing; "" where it did.

    Each fetch that brings something new is an `ImportJob` with this as its `feed`: preview, errors and undo are its.
    """

    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("address"), max_length=500)
    content = models.CharField(
        _("content"), max_length=10, choices=ImportJob.Content.choices, default=ImportJob.Content.PRODUCTS
    )
    brand = models.CharField(_("brand of all rows"), max_length=200, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    publish = models.BooleanField(_("publish new things at once"), default=False)
    is_active = models.BooleanField(_("fetched every night"), default=True)
    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True, editable=False)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    is_unchanged = models.BooleanField(default=False, editable=False)
    problem = models.CharField(_("problem"), max_length=400, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("feed"), _("feeds")

    def __str__(self) -> str:
        return self.name
