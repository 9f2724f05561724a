"""What a search understood, as chips that can be taken out, and what it could not do, as sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.words.reading import MOST_LETTERS, Term
from recommender.services.search import Answer


@dataclass(frozen=True)
class Chip:
    """text: as it was written. name: in the reader's language. without: the words less this."""

    text: str
    family: str
    slugs: tuple[str, ...]
    name: str
    corrected: bool
    without: str


def chips(answer: Answer) -> list[Chip]:
    """What was understood, in the order of the words. What had to go is not among it."""
    read = answer.understood
    if read is None:
        return []
    terms = sorted(read.terms, key=lambda term: term.spans[0])
    return [
        Chip(term.text, term.family, term.slugs, _name_of(term), term.corrected, read.reading.without(*term.spans))
        for term in terms
    ]


def _name_of(term: Term) -> str:
    """The taxonomy's name; as it was written where that says more (a trench coat), or is many things (trousers)."""
    english, korean = term.meaning.name
    if (term.meaning.narrow or len(term.slugs) > 1) and not term.corrected:
        return term.text
    return korean if get_language() == "ko" else english


def notes(answer: Answer) -> list[str]:
    """Sentences about what was let go, in the order of what weighs most."""
    read = answer.understood
    said = [_RELAXED[name]() for name in answer.relaxed if name in _RELAXED]
    if read is not None:
        if read.unknown:
            said.append(_("Not understood, and left out: %(words)s.") % {"words": ", ".join(read.unknown)})
        for name in read.relaxed:
            if name == "colour" and read.of("colour"):
                said.append(_("Nothing is left in that colour, so near colours are shown."))
            elif name in _RELAXED:
                said.append(_RELAXED[name]())
        if read.unmet:
            words = ", ".join(read.unmet)
            said.append(_("Nothing found is quite this, so the nearest is shown: %(words)s.") % {"words": words})
        if read.reading.is_long:
            said.append(_("Only the first %(count)s letters were read.") % {"count": MOST_LETTERS})
    return said


_RELAXED = {
    "season": lambda: _("Nothing was left for that season, so results of all seasons are shown."),
    "gender": lambda: _("Nothing was left for that gender, so results for everyone are shown."),
    "colour": lambda: _("Nothing is left in that colour, so all colours are shown."),
    "kind": lambda: _("Nothing of that kind is left, so what is worn in its place is shown."),
    "brand": lambda: _("This brand has nothing of it, so other brands are shown."),
}
