"""More pictures of a garment: its back, its label, how it is worn. They are looked at by its owner alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from closet.models.accounts import User
from closet.models.garments import Garment
from closet.models.photos import private_path, private_storage


class GarmentPictureQuerySet(models.QuerySet["GarmentPicture"]):
    def owned_by(self, user: User | None) -> GarmentPictureQuerySet:
        return self.filter(owner=user)


class GarmentPicture(models.Model):
    """size: bytes of both files, which count for the quota."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    garment = models.ForeignKey(Garment, models.CASCADE, related_name="pictures")
    picture = models.FileField(upload_to=private_path, storage=private_storage, max_length=255)  # 1,600 px
    small = models.FileField(upload_to=private_path, storage=private_storage, max_length=255)  # 384 px
    note = models.CharField(_("what it shows"), max_length=60, blank=True)
    size = models.PositiveIntegerField(_("bytes"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GarmentPictureQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name, verbose_name_plural = _("picture of a garment"), _("pictures of garments")

    def __str__(self) -> str:
        return self.note or str(self.garment)
