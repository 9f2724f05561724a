"""A member's own garments as a world of the search. A closet is hundreds of rows: it is read whole and compared."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q, QuerySet

from catalog.words.conditions import STYLE_FROM, widened
from closet.models import Garment, User
from recommender.index import keywords, palettes, similarity
from recommender.index.model_key import current_model_key
from recommender.index.similarity import Vector
from recommender.services import search_words
from recommender.services.search_filters import Filters, genders_of, priced
from recommender.services.search_words import Facts, Understood

MOST = 3000  # garments compared


def passing(filters: Filters, owner: User | None) -> QuerySet[Garment]:
    """The owner's garments that pass the filters, the newest first; none of nobody's."""
    rows = Garment.objects.owned_by(owner).active() if owner is not None else Garment.objects.none()
    if filters.gender:
        rows = rows.filter(gender__in=genders_of(filters.gender))
    if filters.season:
        rows = rows.filter(Q(seasons__contains=[filters.season]) | Q(seasons=[]))
    if filters.kind:
        rows = rows.filter(Q(kind__slug=filters.kind) | Q(kind__parent__slug=filters.kind))
    if filters.slot:
        rows = rows.filter(kind__slot=filters.slot)
    if filters.colour:
        rows = rows.filter(colour_names__contains=[filters.colour])
    if filters.style:
        rows = rows.filter(**{f"styles__{filters.style}__gte": STYLE_FROM})
    if filters.brand:
        rows = rows.filter(brand__slug=filters.brand)
    if filters.size:
        rows = rows.filter(size_label=filters.size)
    return rows.filter(priced(filters))


def hard_condition(read: Understood) -> Q:
    every = widened(term.meaning for term in read.hard if term.family != "brand")
    for term in read.of("brand"):
        every &= Q(brand__slug__in=term.slugs) | Q(brand_name__iexact=term.meaning.name[0])
    return every


def texts_of(among: QuerySet[Garment]) -> dict[int, str]:
    """What the owner wrote of each, and what its kind is called."""
    rows = among.values_list("pk", "name", "brand_name", "notes", "place", "kind__name_en", "kind__name_ko")[:MOST]
    return {pk: search_words.said_of(*texts) for pk, *texts in rows}


def known_words(words: Collection[str], owner: User | None) -> frozenset[str]:
    """Those of the words that stand in some text of this closet."""
    said = " ".join(texts_of(passing(Filters(), owner)).values())
    return frozenset(word for word in words if word in said)


def by_words(among: QuerySet[Garment], read: Understood) -> list[tuple[int, float]]:
    """(garment, score) by the words it says, rare ones counting more."""
    texts = texts_of(among)
    groups = [[word.lower() for word in group] for group in read.groups]
    has = {pk: [any(word in text for word in group) for group in groups] for pk, text in texts.items()}
    counts = [sum(said[at] for said in has.values()) for at in range(len(groups))]
    weights = [math.log(1 + len(texts) / count) if count else 0.0 for count in counts]
    scores = {pk: sum(weight for weight, said in zip(weights, row, strict=True) if said) for pk, row in has.items()}
    return sorted(((pk, score) for pk, score in scores.items() if score > 0), key=lambda hit: (-hit[1], hit[0]))


def by_vector(among: QuerySet[Garment], owner: User | None, vector: Vector, limit: int) -> list[tuple[int, float]]:
    if owner is None:
        return []
    pks = set(among.values_list("pk", flat=True)[:MOST])
    near = similarity.nearest_garments(owner=owner, vector=vector, model_key=current_model_key(), limit=MOST)
    return [(hit.pk, hit.distance) for hit in near if hit.pk in pks][:limit]


def by_palette(among: QuerySet[Garment], histogram: Vector) -> list[tuple[int, float]]:
    hits = []
    for pk, colours in among.values_list("pk", "colours")[:MOST]:
        own = palettes.of_palette(colours)
        if own is not None:
            hits.append((pk, 1 - float(own @ histogram)))
    return sorted(hits, key=lambda hit: (hit[1], hit[0]))


def facts(pks: Collection[int]) -> dict[int, Facts]:
    rows = Garment.objects.filter(pk__in=pks).order_by()
    columns = ("pk", "kind__slug", "colour_names", "pattern", "material", "styles", "seasons", "name", "notes")
    return {
        pk: Facts(search_words.said_of(name, notes), (kind,), colours, pattern, material, seasons, styles)
        for pk, kind, colours, pattern, material, styles, seasons, name, notes in rows.values_list(*columns)
    }


def facets(pks: Collection[int]) -> dict[str, list[tuple[str, int]]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("gender", "season", "style", "kind", "colour")}
    columns = ("gender", "seasons", "styles", "kind__slug", "colour_names")
    rows = Garment.objects.filter(pk__in=pks).order_by().values_list(*columns)
    for gender, seasons, styles, kind, colours in rows:
        counts["gender"][gender] += 1
        counts["season"].update(seasons)
        counts["style"].update(style for style, share in styles.items() if share >= STYLE_FROM)
        counts["kind"][kind] += 1
        counts["colour"].update(colours)
    return {name: counter.most_common(30) for name, counter in counts.items()}


def matched(pks: Sequence[int], words: str) -> Mapping[int, list[str]]:
    """Which of the words each garment says."""
    asked = list(dict.fromkeys(keywords.words_of(words)))
    texts = texts_of(Garment.objects.filter(pk__in=pks))
    return {pk: [word for word in asked if word in text] for pk, text in texts.items()}
