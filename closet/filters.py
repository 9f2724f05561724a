"""How a closet is looked through: one set of filters for the page and the API, and the counts beside its chips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.db.models import DecimalField, F, Q, QuerySet
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext_lazy as _

from catalog import taxonomy
from catalog.asked import wholes
from catalog.models import SLOT_CHOICES, Kind, choices
from catalog.words.conditions import described
from closet.colours import COLOUR_HEX
from closet.models import Garment, OwnKind
from closet.models.garments import GarmentQuerySet

COLOUR_CHOICES = choices(taxonomy.COLOURS)
SORTS: dict[str, tuple[Any, Any]] = {
    "newest": (_("newest"), ("-created_at",)),
    "most-worn": (_("most worn"), ("-wears", "-last_worn_on")),
    "least-worn": (_("least worn"), ("wears", F("last_worn_on").asc(nulls_first=True))),
    "last-worn": (_("worn last"), (F("last_worn_on").desc(nulls_last=True),)),
    "price-high": (_("price, high first"), (F("price").desc(nulls_last=True),)),
    "price-low": (_("price, low first"), (F("price").asc(nulls_last=True),)),
    "cost-per-wear": (_("cost per wear"), (F("cost_per_wear").desc(nulls_last=True),)),
}


class TextsField(forms.Field):
    """Any texts: brands are what members typed, and the choice of one must not list those of others."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        return [str(text) for text in value or ()]


class TextsFilter(django_filters.Filter):
    field_class = TextsField


class GarmentFilter(django_filters.FilterSet):
    """Without `state` archived garments stay out. Several values of one filter widen, several filters narrow."""

    q = django_filters.CharFilter(method="of_words", label=_("Words"))
    slot = django_filters.MultipleChoiceFilter(choices=SLOT_CHOICES, method="of_slots", label=_("Part of an outfit"))
    kind = django_filters.ModelMultipleChoiceFilter(
        queryset=Kind.objects.all(), to_field_name="slug", method="of_kinds", label=_("Kind")
    )
    colour = django_filters.MultipleChoiceFilter(choices=COLOUR_CHOICES, method="of_colours", label=_("Colour"))
    season = django_filters.MultipleChoiceFilter(
        choices=choices(taxonomy.SEASONS), method="of_seasons", label=_("Season")
    )
    sleeve = django_filters.MultipleChoiceFilter(
        choices=choices(taxonomy.SLEEVES), method="of_attributes", label=_("sleeves")
    )
    length = django_filters.MultipleChoiceFilter(
        choices=choices(taxonomy.LENGTHS), method="of_attributes", label=_("length")
    )
    collar = django_filters.MultipleChoiceFilter(
        choices=choices(taxonomy.COLLARS), method="of_attributes", label=_("collar")
    )
    cut = django_filters.MultipleChoiceFilter(choices=choices(taxonomy.CUTS), method="of_attributes", label=_("cut"))
    closure = django_filters.MultipleChoiceFilter(
        choices=choices(taxonomy.CLOSURES), method="of_attributes", label=_("closure")
    )
    state = django_filters.MultipleChoiceFilter(choices=Garment.State.choices, method="of_states", label=_("State"))
    own = TextsFilter(method="of_own_kinds", label=_("Own category"))
    brand = TextsFilter(method="of_brands", label=_("Brand"))
    fits = django_filters.MultipleChoiceFilter(
        choices=Garment._meta.get_field("fits").choices, method="of_fits", label=_("How it fits")
    )
    favourite = django_filters.BooleanFilter(field_name="is_favourite", label=_("Favourites"))
    sort = django_filters.ChoiceFilter(
        choices=[(slug, label) for slug, (label, _order) in SORTS.items()],
        method="in_order",
        label=_("Sort"),
        empty_label=None,
    )

    class Meta:
        model = Garment
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Garment]) -> QuerySet[Garment]:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.exclude(state=Garment.State.ARCHIVED)

    @property
    def page_qs(self) -> GarmentQuerySet:
        """As `qs`, but a filter that makes no sense matches nothing instead of being passed over."""
        found: GarmentQuerySet = self.qs if self.is_valid() else self.queryset.none()
        return found

    def of_words(self, queryset: QuerySet[Garment], name: str, value: str) -> QuerySet[Garment]:
        return queryset.filter(about(value))

    def of_slots(self, queryset: QuerySet[Garment], name: str, value: list[str]) -> QuerySet[Garment]:
        return queryset.filter(kind__slot__in=value) if value else queryset

    def of_kinds(self, queryset: QuerySet[Garment], name: str, value: Iterable[Kind]) -> QuerySet[Garment]:
        kinds = [kind.pk for kind in value]
        # A child answers for its parent; kinds are two levels deep.
        return queryset.filter(Q(kind__in=kinds) | Q(kind__parent__in=kinds)) if kinds else queryset

    def of_colours(self, queryset: QuerySet[Garment], name: str, value: list[str]) -> QuerySet[Garment]:
        return queryset.filter(colour_names__overlap=value) if value else queryset

    def of_seasons(self, queryset: QuerySet[Garment], name: str, value: list[str]) -> QuerySet[Garment]:
        return queryset.filter(seasons__overlap=value) if value else queryset

    def of_attributes(self, queryset: QuerySet[Garment], name: str, value: list[str]) -> QuerySet[Garment]:
        return queryset.filter(**{f"{name}__in": value}) if value else queryset

    def of_states(self, queryset: QuerySet[Garment], name: str, value: list[str]) -> QuerySet[Garment]:
        return queryset.filter(state__in=value) if value else queryset

    def of_own_kinds(self, queryset: QuerySet[Garment], name: str, value: list[str]) -> QuerySet[Garment]:
        return queryset.filter(own_kind__in=wholes(value)) if value else queryset

    def of_brands(self, queryset: QuerySet[Garment], name: str, value: list[str]) -> QuerySet[Garment]:
        return queryset.filter(brand_name__in=value) if value else queryset

    def of_fits(self, queryset: QuerySet[Garment], name: str, value: list[str]) -> QuerySet[Garment]:
        return queryset.filter(fits__in=value) if value else queryset

    def in_order(self, queryset: QuerySet[Garment], name: str, value: str) -> QuerySet[Garment]:
        if value == "cost-per-wear":
            wears = Cast(NullIf(F("wears"), 0), DecimalField(max_digits=12, decimal_places=2))
            queryset = queryset.annotate(cost_per_wear=F("price") / wears)
        return queryset.order_by(*SORTS[value][1], "-created_at", "-pk")


def about(text: str) -> Q:
    """Garments that all of a query is about: what was understood of it, or names, brands, notes and places that say it.

    Everything that the shop's search understands is understood here (catalog/words).
    """
    return described(text, _said)


def _said(word: str) -> Q:
    """Garments whose owner wrote it, or whose kind is called so."""
    return (
        Q(name__icontains=word)
        | Q(brand_name__icontains=word)
        | Q(notes__icontains=word)
        | Q(place__icontains=word)
        | Q(kind__name_en__icontains=word)
        | Q(kind__name_ko__icontains=word)
        | Q(kind__parent__name_en__icontains=word)
        | Q(kind__parent__name_ko__icontains=word)
    )


@dataclass(frozen=True)
class Facet:
    """One value of a filter and how many garments it would leave, the other filters staying as they are."""

    value: str
    label: Any
    count: int
    chosen: bool
    extra: str = ""  # a colour's hex


class _Row(NamedTuple):
    slot: str
    kind: str
    kind_id: int
    parent: str | None
    colours: list[str]
    seasons: list[str]
    sleeve: str
    length: str
    collar: str
    cut: str
    closure: str
    state: str
    own: int | None
    brand: str
    fits: str
    favourite: bool


_COLUMNS = (
    "kind__slot",
    "kind__slug",
    "kind_id",
    "kind__parent__slug",
    "colour_names",
    "seasons",
    *taxonomy.ATTRIBUTE_KINDS,
    "state",
    "own_kind",
    "brand_name",
    "fits",
    "is_favourite",
)
_VALUES: Mapping[str, Callable[[_Row], Iterable[str]]] = {
    "slot": lambda row: (row.slot,),
    "kind": lambda row: (row.kind, row.parent) if row.parent else (row.kind,),
    "colour": lambda row: row.colours,
    "season": lambda row: row.seasons,
    "sleeve": lambda row: (row.sleeve,) if row.sleeve else (),
    "length": lambda row: (row.length,) if row.length else (),
    "collar": lambda row: (row.collar,) if row.collar else (),
    "cut": lambda row: (row.cut,) if row.cut else (),
    "closure": lambda row: (row.closure,) if row.closure else (),
    "state": lambda row: (row.state,),
    "own": lambda row: (str(row.own),) if row.own else (),
    "brand": lambda row: (row.brand,) if row.brand else (),
    "fits": lambda row: (row.fits,) if row.fits else (),
    "favourite": lambda row: ("true",) if row.favourite else (),
}


class Facets(NamedTuple):
    """groups: {filter: its values that occur}. found: garments that pass all filters. total: that match the words."""

    groups: dict[str, list[Facet]]
    found: int
    total: int


def garment_facets(filters: GarmentFilter, kinds: Mapping[str, Kind], own_kinds: Iterable[OwnKind] = ()) -> Facets:
    """Counts for every chip in one query: a closet is hundreds of rows, and counting them here beats ten GROUP BYs.

    kinds: {slug: Kind}, for names and order. own_kinds: the owner's.
    """
    own = {str(kind.pk): kind for kind in own_kinds}
    data = filters.form.cleaned_data if filters.is_valid() else {}
    base = filters.queryset
    if words := data.get("q"):
        base = filters.of_words(base, "q", words)
    rows = [_Row(*values) for values in base.order_by().values_list(*_COLUMNS)]
    chosen: dict[str, set[str]] = {
        name: {kind.slug for kind in data[name]} if name == "kind" else set(data.get(name) or ())
        for name in _VALUES
        if name != "favourite" and data.get(name)
    }
    if data.get("favourite"):
        chosen["favourite"] = {"true"}
    # Without a choice of states the archive stays out, but its own chip still says how much lies there.
    live = {state for state in Garment.State.values if state != Garment.State.ARCHIVED}
    wanted = {"state": live, **chosen}
    counts: dict[str, Counter[str]] = {name: Counter() for name in _VALUES}
    found = 0
    for row in rows:
        missed = [name for name, values in wanted.items() if values.isdisjoint(_VALUES[name](row))]
        if len(missed) > 1:
            continue
        found += not missed
        # A value's count leaves out its own filter: choosing a second colour would widen, not narrow.
        for name in missed or _VALUES:
            counts[name].update(set(_VALUES[name](row)))
    groups = {
        name: [
            Facet(value, label, counts[name][value], value in chosen.get(name, ()), extra)
            for value, label, extra in _labelled(
                name, counts[name], chosen.get(name, set()), own if name == "own" else kinds
            )
        ]
        for name in _VALUES
    }
    return Facets(groups, found if filters.is_valid() else 0, len(rows))


def _labelled(
    name: str, counts: Counter[str], chosen: set[str], kinds: Mapping[str, Kind] | Mapping[str, OwnKind]
) -> list[tuple[str, Any, str]]:
    """(value, label, extra) of the values that occur or are chosen, in the order a person expects."""
    known = {*counts, *chosen}
    if name in ("kind", "own"):
        return [(slug, kind.name, "") for slug, kind in kinds.items() if slug in known]
    if name == "brand":
        return [(brand, brand, "") for brand in sorted(known, key=str.casefold)]
    if name == "favourite":
        return [("true", _("Favourites"), "")]
    vocabulary: Mapping[str, list[tuple[Any, Any]]] = {
        "slot": SLOT_CHOICES,
        "colour": COLOUR_CHOICES,
        "season": choices(taxonomy.SEASONS),
        "sleeve": choices(taxonomy.SLEEVES),
        "length": choices(taxonomy.LENGTHS),
        "collar": choices(taxonomy.COLLARS),
        "cut": choices(taxonomy.CUTS),
        "closure": choices(taxonomy.CLOSURES),
        "state": Garment.State.choices,
        "fits": list(Garment._meta.get_field("fits").choices or ()),
    }
    return [(slug, label, COLOUR_HEX.get(slug, "")) for slug, label in vocabulary[name] if slug in known]
