"""A body's band: its shape and its height in steps of 50 mm, kept only for those who agreed, shown to nobody."""

from __future__ import annotations

from closet.models import BodyBand, Measurement, User
from closet.models.body import Zone
from closet.signals import body_shape_asked

STEP_MM = 50
NEIGHBOURS = 1  # bands that still count as alike: one is 167 cm, the other 171


def body_band_keep(*, owner: User) -> BodyBand | None:
    """Writes the band as the measures say now; none is kept without the owner's word or without a height."""
    latest: dict[str, int] = {}
    if owner.profile.share_body_band:
        latest = {row.zone: row.value for row in Measurement.objects.owned_by(owner).latest_each()}
    height = latest.get(Zone.HEIGHT)
    if height is None:
        BodyBand.objects.filter(owner=owner).delete()
        return None
    answers = [shape for _who, shape in body_shape_asked.send(sender=BodyBand, measures=latest) if shape]
    band, _new = BodyBand.objects.update_or_create(
        owner=owner, defaults={"height_band": height // STEP_MM, "shape": answers[0] if answers else ""}
    )
    return band


def alike_bodies(*, band: BodyBand) -> dict[str, object]:
    """Conditions on `BodyBand` of those alike: near in height, and of the same shape where both are known."""
    near: dict[str, object] = {"height_band__range": (band.height_band - NEIGHBOURS, band.height_band + NEIGHBOURS)}
    return {**near, "shape__in": [band.shape, ""]} if band.shape else near
