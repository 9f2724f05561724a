"""A file's words for kinds to rows of the kind tree, which staff may have added to or renamed."""

from __future__ import annotations

from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog.importers.problems import BadRow
from catalog.importers.vocabulary import kind_slug, plain, singular, slot_of
from catalog.models import Kind

_UNSAVED = -1  # stands for a kind that a dry run would add


class Kinds:
    """may_add: unknown kinds become rows where the file's own group says where on the body they go."""

    def __init__(self, *, may_add: bool, is_dry_run: bool = False) -> None:
        self.may_add, self.is_dry_run = may_add, is_dry_run
        self.added: list[str] = []
        self._by_word: dict[str, int] = {}
        self._slots: dict[int, str] = {}
        for kind in Kind.objects.order_by("-pk"):  # the older wins where two share a name
            self._slots[kind.pk] = kind.slot
            for word in (kind.name_ko, kind.name_en, kind.slug):
                if word:
                    self._by_word[plain(word)] = kind.pk

    def pk(self, word: str, group: str, column: str) -> int:
        """Raises BadRow for a kind nobody knows."""
        key = plain(word)
        found = self._by_word.get(key) or self._by_word.get(singular(key))
        if found is None:
            slug = kind_slug(word)
            found = self._by_word.get(plain(slug)) if slug else None
            if found is None:
                found = self._add(word, group)
            if found is None:
                reason = _("“%s” is no kind we know; add it to the kinds or correct it.")
                raise BadRow(reason % word[:60], column=column, value=word)
            if len(self._by_word) < 20_000:
                self._by_word[key] = found
        return found

    def slot(self, pk: int) -> str:
        return self._slots.get(pk, "")

    def _add(self, word: str, group: str) -> int | None:
        slot = slot_of(group) if self.may_add and group else None
        slug = slugify(word)[:50]
        if not slot or not slug:
            return None
        self.added.append(word)
        if self.is_dry_run:
            return _UNSAVED
        kind, _created = Kind.objects.get_or_create(
            slug=slug, defaults={"name_en": word[:200], "slot": slot, "position": 500}
        )
        self._slots[kind.pk] = kind.slot
        return kind.pk
