"""Whom a member sees clothes on: mannequins and photos of theirs, one of them chosen."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from closet.models import Figure, Photo, Profile, TryOn, User
from closet.services.files import files_delete_on_commit, stored_names

MOST = 6


def figure_chosen(*, owner: User) -> Figure:
    """The figure to draw on. Whoever has none gets a mannequin of their measures."""
    found = Figure.objects.owned_by(owner).filter(is_chosen=True).first()
    if found is not None:
        return found
    first = Figure.objects.owned_by(owner).first()
    return figure_choose(figure=first) if first else figure_add(owner=owner, sex=usual_sex(owner))


def usual_sex(owner: User) -> str:
    """The body to begin with: whose clothes the member wears."""
    wears = owner.profile.wears
    return wears if wears in Figure.Sex.values else Figure.Sex.ANY


@transaction.atomic
def figure_add(*, owner: User, photo: Photo | None = None, sex: str = Figure.Sex.ANY, name: str = "") -> Figure:
    """A new figure, chosen at once; the same photo, or the same mannequin, again is the one there is.

    Raises ValidationError for a photo that is not the owner's or shows no whole person, and for a seventh figure.
    """
    Profile.objects.select_for_update().filter(user=owner).first()  # one at a time
    if sex not in Figure.Sex.values:
        raise ValidationError(_("Choose one of the bodies."))
    mine = Figure.objects.owned_by(owner)
    known = mine.filter(photo=photo).first() if photo else mine.filter(photo=None, sex=sex).first()
    if known is not None:
        return figure_choose(figure=known)
    if photo is not None:
        if photo.owner_id != owner.pk:
            raise ValidationError(_("Choose one of your photos."))
        if photo.status != Photo.Status.DONE or not photo.display:
            raise ValidationError(_("This photo is still being looked at."))
    if mine.count() >= MOST:
        raise ValidationError(_("There is room for %(n)d figures; remove one first.") % {"n": MOST})
    mine.update(is_chosen=False)
    return Figure.objects.create(owner=owner, photo=photo, sex=sex, name=name.strip()[:60], is_chosen=True)


@transaction.atomic
def figure_choose(*, figure: Figure) -> Figure:
    """From now on clothes are drawn on this one."""
    Figure.objects.owned_by(figure.owner).exclude(pk=figure.pk).update(is_chosen=False)
    figure.is_chosen = True
    figure.save(update_fields=["is_chosen"])
    return figure


@transaction.atomic
def figure_delete(*, figure: Figure) -> None:
    """Removes it with the sketches of it. The photo stays in the closet."""
    sketches = list(TryOn.objects.filter(figure=figure))
    shares = [share for sketch in sketches for share in sketch.shares.all()]
    files_delete_on_commit(names=[name for row in (figure, *sketches, *shares) for name in stored_names(row)])
    figure.delete()


def photos_for_figures(*, owner: User) -> list[Photo]:
    """Photos on which the member stands alone, head to feet, the newest first."""
    worn = Photo.objects.owned_by(owner).filter(status=Photo.Status.DONE, scene="worn").exclude(display="")
    return list(worn.order_by("-is_full_body", "-created_at")[:12])
