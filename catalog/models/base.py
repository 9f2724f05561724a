"""What the models share: words of the taxonomy in the reader's language, storages, two names."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.files.storage import storages
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy


def _in_readers_language(en: str, ko: str) -> str:
    return ko if get_language() == "ko" else en


# The taxonomy carries its own Korean; the message catalogue is for sentences.
word = lazy(_in_readers_language, str)


def choices(terms: Iterable[taxonomy.Term | taxonomy.ColourName]) -> list[tuple[str, Any]]:
    return [(term.slug, word(term.en, term.ko)) for term in terms]


SLOT_CHOICES = [(slot.value, word(*taxonomy.SLOT_NAMES[slot])) for slot in taxonomy.Slot]
GENDER_CHOICES = choices(taxonomy.GENDERS)
OCCASION_CHOICES = choices(taxonomy.OCCASIONS)


def public_storage() -> Any:
    return storages["public"]


def private_storage() -> Any:
    return storages["private"]


def picture_path(instance: models.Model, filename: str) -> str:
    """A random name: the original one may tell more than its owner meant to."""
    folder = instance._meta.model_name
    name = uuid.uuid4().hex
    return f"{folder}/{name[:2]}/{name}.{filename.rsplit('.', 1)[-1].lower()}"


class Bilingual(models.Model):
    """A thing with an English and a Korean name; `name` is the reader's."""

    name_en = models.CharField(_("English name"), max_length=200)
    name_ko = models.CharField(_("Korean name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return (self.name_ko if get_language() == "ko" else self.name_en) or self.name_en or self.name_ko
