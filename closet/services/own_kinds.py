"""A member's own categories: made, renamed, taken away, and what a garment's says of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Kind
from closet.models import Garment, OwnKind, User

MOST = 60


def own_kind_save(
    *, owner: User, parent: Kind, name_en: str = "", name_ko: str = "", own_kind: OwnKind | None = None
) -> OwnKind:
    """A new category, or `own_kind` with other names; its garments take its parent along.

    Raises ValidationError for no name, one that is there already, too many, and what is not the owner's.
    """
    if own_kind is not None and own_kind.owner_id != owner.pk:
        raise ValidationError(_("This category is not yours."))
    if own_kind is None and OwnKind.objects.owned_by(owner).count() >= MOST:
        raise ValidationError(
            _("You have %(n)d categories of your own; that is the most there is room for.") % {"n": MOST}
        )
    row = own_kind or OwnKind(owner=owner)
    row.parent, row.name_en, row.name_ko = parent, name_en.strip()[:40], name_ko.strip()[:40]
    if not (row.name_en or row.name_ko):
        raise ValidationError(_("Give the category a name."))
    try:
        with transaction.atomic():
            row.save()
            # One and all, so that clients which keep a copy hear of the new name.
            row.garments.update(kind=parent, updated_at=timezone.now())
    except IntegrityError:
        raise ValidationError(_("You have this category already.")) from None
    return row


def own_kind_delete(*, own_kind: OwnKind) -> None:
    """Its garments stay, under its parent."""
    own_kind.delete()


def own_kind_followed(garment: Garment, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes of the garment with what an own category means: its kind; and none where another kind is chosen.

    Raises ValidationError for a category of somebody else.
    """
    out = dict(changes)
    chosen = out.get("own_kind")
    if chosen is not None:
        if chosen.owner_id != garment.owner_id:
            raise ValidationError({"own_kind": _("This category is not yours.")})
        out["kind"] = chosen.parent
    elif "kind" in out and garment.own_kind_id is not None:
        out["own_kind"] = None
    return out
