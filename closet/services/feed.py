"""Looks that people show, newest first, as one reader may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import BooleanField, Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from catalog import taxonomy
from closet.models import BodyBand, Post, PostMark, User
from closet.services.body_bands import alike_bodies

FILTERS: Final = ("style", "season", "body", "following", "saved")
_STYLES: Final = {term.slug for term in taxonomy.STYLES}
_SEASONS: Final = {term.slug for term in taxonomy.SEASONS}


def posts_for_cards(posts: QuerySet[Post], reader: User | None) -> QuerySet[Post]:
    """With owner, like count and the reader's own marks, in one query. No measure and no band comes along."""
    counted = PostMark.objects.filter(post=OuterRef("pk"), verb=PostMark.Verb.LIKE).order_by().values("post")
    own: dict[str, Any] = {"is_liked": Value(False, BooleanField()), "is_saved": Value(False, BooleanField())}
    if reader is not None:
        mine = PostMark.objects.filter(post=OuterRef("pk"), owner=reader)
        own = {"is_liked": Exists(mine.filter(verb="like")), "is_saved": Exists(mine.filter(verb="save"))}
    likes = Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    return posts.select_related("owner__profile").annotate(likes=likes, **own)


def feed(*, reader: User, asked: Mapping[str, str]) -> QuerySet[Post]:
    """Published looks of others and of the reader. asked: style, season (slugs); body, following, saved: "1".

    body: of people alike, among those who agreed; empty where the reader's own band is not kept.
    """
    posts = Post.objects.visible_to(reader).filter(state=Post.State.PUBLISHED)
    if (style := asked.get("style")) in _STYLES:
        posts = posts.filter(style=style)
    if (season := asked.get("season")) in _SEASONS:
        posts = posts.filter(seasons__contains=[season])
    if asked.get("following") == "1":
        posts = posts.filter(owner__followers__follower=reader)
    if asked.get("saved") == "1":
        posts = posts.filter(marks__owner=reader, marks__verb=PostMark.Verb.SAVE)
    if asked.get("body") == "1":
        band = BodyBand.objects.filter(owner=reader).first()
        alike = BodyBand.objects.filter(**alike_bodies(band=band)).exclude(owner=reader) if band else None
        posts = posts.filter(owner__in=alike.values("owner")) if alike is not None else posts.none()
    return posts_for_cards(posts, reader).order_by("-published_at", "-pk")
