"""What a member said of a combination: like, dislike, never these two together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from closet.models import Garment, Reaction, User


def reaction_set(
    *, owner: User, garments: Iterable[int], verdict: str, context: Mapping[str, Any] | None = None
) -> Reaction:
    """Keeps the verdict on these garments of the owner's, in place of an earlier one.

    Raises ValidationError for an unknown verdict, fewer than two garments (exactly two for `never`), or a garment
    that is not the owner's.
    """
    pks = sorted(set(garments))
    if verdict not in Reaction.Verdict.values:
        raise ValidationError({"verdict": _("Choose like, dislike or never.")})
    if len(pks) < 2 or (verdict == Reaction.Verdict.NEVER and len(pks) != 2):
        raise ValidationError({"garments": _("Name two garments.")})
    if Garment.objects.owned_by(owner).filter(pk__in=pks).count() != len(pks):
        raise ValidationError({"garments": _("One of these garments is not in your closet.")})
    reaction, _made = Reaction.objects.update_or_create(
        owner=owner, garments=pks, defaults={"verdict": verdict, "context": dict(context or {})}
    )
    return reaction


def reaction_remove(*, owner: User, reaction_id: int) -> None:
    """Takes a verdict back; nothing happens if it is gone already."""
    Reaction.objects.filter(owner=owner, pk=reaction_id).delete()
