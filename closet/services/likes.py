"""What members save, like or hide of the catalogue. Each is a mark that can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from catalog.models import Brand, Look, Product
from closet.models import Like, User

THINGS: dict[str, type[Product] | type[Look] | type[Brand]] = {"product": Product, "look": Look, "brand": Brand}
Thing = Product | Look | Brand


def thing_name(thing: Thing) -> str:
    """The column of `Like` that points at it."""
    return str(thing._meta.model_name)


def like_add(*, owner: User, thing: Thing, verb: str) -> Like:
    """A thing that is hidden is neither liked nor saved any more, and the other way round."""
    name = thing_name(thing)
    with transaction.atomic():
        opposite = [Like.Verb.LIKE, Like.Verb.SAVE] if verb == Like.Verb.HIDE else [Like.Verb.HIDE]
        Like.objects.filter(owner=owner, verb__in=opposite, **{name: thing}).delete()
        told: dict[str, Any] = {name: thing}
        like, _made = Like.objects.get_or_create(owner=owner, verb=verb, **told)
    return like


def like_remove(*, owner: User, thing: Thing, verb: str) -> bool:
    """Whether there was one."""
    return bool(Like.objects.filter(owner=owner, verb=verb, **{thing_name(thing): thing}).delete()[0])


def verbs_of(*, owner: User, thing: Thing) -> set[str]:
    """What the member said of this thing."""
    return set(Like.objects.filter(owner=owner, **{thing_name(thing): thing}).values_list("verb", flat=True))


def likes_of(*, owner: User, verb: str = "", thing: str = "") -> QuerySet[Like]:
    """Newest first. verb, thing: narrow it; "" takes all."""
    found = Like.objects.filter(owner=owner).select_related("product__brand", "look", "brand")
    if verb:
        found = found.filter(verb=verb)
    if thing:
        found = found.filter(**{f"{thing}__isnull": False})
    return found


@dataclass(frozen=True)
class Hidden:
    """Ids of what a member does not want to see."""

    products: frozenset[int] = frozenset()
    looks: frozenset[int] = frozenset()
    brands: frozenset[int] = frozenset()


def hidden_by(owner: User | None) -> Hidden:
    """Of somebody not signed in: nothing."""
    if owner is None or not owner.is_authenticated:
        return Hidden()
    rows = list(Like.objects.filter(owner=owner, verb=Like.Verb.HIDE).values_list("product", "look", "brand"))
    products, looks, brands = (frozenset(row[place] for row in rows if row[place]) for place in range(3))
    return Hidden(products, looks, brands)
