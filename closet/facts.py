"""What a garment page says of a garment, field by field: the value in words and how sure of it we are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from catalog import taxonomy
from catalog.models import Kind
from catalog.money import money
from closet import units
from closet.colours import COLOUR_HEX
from closet.models import Garment, Zone

SURE = 0.8  # calibrated: of what is said at 0.8, four in five are right
LIKELY = 0.5
TERMS: dict[str, tuple[Any, ...]] = {
    "pattern": taxonomy.PATTERNS,
    "material": taxonomy.MATERIALS,
    "sleeve": taxonomy.SLEEVES,
    "length": taxonomy.LENGTHS,
    "collar": taxonomy.COLLARS,
    "cut": taxonomy.CUTS,
    "closure": taxonomy.CLOSURES,
    "seasons": taxonomy.SEASONS,
    "styles": taxonomy.STYLES,
    "gender": taxonomy.GENDERS,
    "colour_names": taxonomy.COLOURS,
}
LABELS: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "colour_names": gettext_lazy("Colours"),
    "pattern": gettext_lazy("Pattern"),
    "material": gettext_lazy("Material"),
    "sleeve": gettext_lazy("Sleeves"),
    "length": gettext_lazy("Length"),
    "collar": gettext_lazy("Collar"),
    "cut": gettext_lazy("Cut"),
    "closure": gettext_lazy("Closure"),
    "seasons": gettext_lazy("Seasons"),
    "styles": gettext_lazy("Style"),
    "gender": gettext_lazy("Made for"),
    "warmth": gettext_lazy("Warmth"),
    "formality": gettext_lazy("Formality"),
    "brand_name": gettext_lazy("Brand"),
    "size_label": gettext_lazy("Size"),
    "quantity": gettext_lazy("How many"),
    "own_kind": gettext_lazy("Own category"),
    "fits": gettext_lazy("How it fits"),
    "measures": gettext_lazy("Measures"),
    "price": gettext_lazy("Price"),
    "bought_on": gettext_lazy("Bought on"),
    "place": gettext_lazy("Where it hangs"),
    "notes": gettext_lazy("Notes"),
    "state": gettext_lazy("State"),
}
ZONES: dict[str, Any] = {
    "chest": gettext_lazy("Chest, armpit to armpit"),
    "shoulder": gettext_lazy("Shoulders, seam to seam"),
    "sleeve": gettext_lazy("Sleeve"),
    "back_length": gettext_lazy("Back length"),
    "waist": gettext_lazy("Waist, edge to edge"),
    "hips": gettext_lazy("Hips, edge to edge"),
    "thigh": gettext_lazy("Thigh, edge to edge"),
    "inside_leg": gettext_lazy("Inside leg"),
    "skirt_length": gettext_lazy("Length"),
    "foot": gettext_lazy("Sole, heel to toe"),
}
SHOWN = (
    "kind",
    "colour_names",
    "pattern",
    "material",
    *taxonomy.ATTRIBUTE_KINDS,
    "seasons",
    "styles",
    "gender",
    "warmth",
    "formality",
)
KEPT = ("own_kind", "brand_name", "size_label", "quantity", "fits", "measures", "price", "bought_on", "place", "notes")
STEPS: dict[str, tuple[tuple[float, Any], ...]] = {
    "warmth": (
        (0.12, gettext_lazy("light")),
        (0.3, gettext_lazy("moderate")),
        (0.55, gettext_lazy("warm")),
        (1.01, gettext_lazy("very warm")),
    ),
    "formality": (
        (0.25, gettext_lazy("relaxed")),
        (0.5, gettext_lazy("everyday smart")),
        (0.75, gettext_lazy("smart")),
        (1.01, gettext_lazy("formal")),
    ),
}


@dataclass(frozen=True)
class Fact:
    """value: in the reader's words, empty when unknown. doubt: "", "likely" or "unsure". owned: the owner's word."""

    field: str
    label: Any
    value: str
    doubt: str = ""
    owned: bool = False
    share: float | None = None  # for a bar: warmth and formality
    swatches: tuple[tuple[str, str], ...] = ()  # (hex, name)

    @property
    def question(self) -> str:
        """The value as a question, where it is one."""
        value = self.value
        if value[1:2].islower():  # within a sentence; T-shirt keeps its T
            value = value[:1].lower() + value[1:]
        if self.doubt == "likely":
            return _("probably %(value)s?") % {"value": value}
        return _("perhaps %(value)s?") % {"value": value} if self.doubt else self.value


class Named(Protocol):
    """What has an English and a Korean name of its own."""

    @property
    def en(self) -> str: ...

    @property
    def ko(self) -> str: ...


def term_name(term: Named) -> str:
    return term.ko if get_language() == "ko" else term.en


_NAMES = {field: {term.slug: term for term in terms} for field, terms in TERMS.items()}


def word(field: str, slug: str) -> str:
    """A slug of a closed vocabulary in the reader's language; the slug itself where it is unknown."""
    term = _NAMES[field].get(slug)
    return term_name(term) if term else slug


def colour_name(slug: str) -> str:
    return word("colour_names", slug)


def step(field: str, share: float) -> str:
    """How warm or formal, in a word."""
    return next(str(name) for limit, name in STEPS[field] if share < limit)


def attributes_of(kind: Kind) -> tuple[str, ...]:
    """The attributes that garments of a kind have at all, such as the collar of a shirt."""
    slug = (kind.parent or kind).slug
    return tuple(field for field, kinds in taxonomy.ATTRIBUTE_KINDS.items() if slug in kinds)


def fields_shown(garment: Garment) -> tuple[str, ...]:
    """`SHOWN`, without the attributes that its kind does not have or whose name tells them."""
    own = attributes_of(garment.kind)
    return tuple(field for field in SHOWN if field in own or field not in taxonomy.ATTRIBUTE_KINDS)


def fact(garment: Garment, field: str, measure_units: str) -> Fact:
    """One field of a garment as its page says it. measure_units: a `Profile.Units`."""
    owned = field in garment.owner_fields
    value = _value(garment, field, measure_units)
    sure = garment.confidences.get(field)
    doubt = "" if owned or sure is None or sure >= SURE or not value else "likely" if sure >= LIKELY else "unsure"
    swatches: tuple[tuple[str, str], ...] = ()
    if field == "colour_names":
        swatches = tuple((COLOUR_HEX.get(slug, ""), colour_name(slug)) for slug in garment.colour_names)
    share = getattr(garment, field) if field in STEPS else None
    return Fact(field, LABELS[field], value, doubt, owned, share, swatches)


def _value(garment: Garment, field: str, measure_units: str) -> str:
    value = getattr(garment, field)
    if field in STEPS:
        return step(field, value)
    if field == "kind":
        return str(garment.kind.name)
    if field == "styles":
        likely = sorted(value, key=lambda slug: -value[slug])
        return ", ".join(word(field, slug) for slug in likely if value[slug] >= 0.35) or ", ".join(
            word(field, slug) for slug in likely[:1]
        )
    if field in ("colour_names", "seasons"):
        if field == "seasons" and len(value) == len(taxonomy.SEASONS):
            return _("all year")
        return ", ".join(word(field, slug) for slug in value)
    if field in TERMS:
        return word(field, value) if value else ""
    if field == "measures":
        return ", ".join(
            f"{_short(zone)} {shown_length(mm, measure_units)}" for zone, mm in value.items() if zone in ZONES
        )
    if field == "own_kind":
        return garment.own_kind.name if garment.own_kind else ""
    if field == "price":
        return money(value, garment.currency)
    display = getattr(garment, f"get_{field}_display", None)
    return str(display() if display else value or "")


def _short(zone: str) -> str:
    return str(ZONES[zone]).partition(",")[0]


def shown_length(mm: int, measure_units: str) -> str:
    """A length of a garment in the member's unit; the body's measures share the arithmetic."""
    return units.shown(mm, Zone.CHEST, measure_units)


def facts(garment: Garment, fields: tuple[str, ...], measure_units: str) -> list[Fact]:
    return [fact(garment, field, measure_units) for field in fields]
