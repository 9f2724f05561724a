"""The mirror's web side: what is to be drawn is checked, ordered and kept; a worker draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Product
from closet.models import Figure, Garment, TryOn, User
from closet.services.figures import figure_chosen
from closet.services.files import files_delete_on_commit, stored_names
from recommender.queue import enqueue
from recommender.services.mirror_words import said_of_mirror, said_of_zone
from recommender.services.pieces import garment_piece, product_piece
from recommender.services.sizes import body_of, chart_of
from recommender.stylist.fit.ease import GIRTHS, ease_bands
from recommender.stylist.pieces import Piece
from recommender.stylist.tryon.garment import LANDMARKS, family_of
from recommender.stylist.tryon.layers import refused
from recommender.stylist.tryon.ways import ways_of
from recommender.wording import term

UNFINISHED_MOST = 4  # of one member at once
PICKED_MOST = 20


@dataclass(frozen=True)
class Asked:
    """One thing to put on: a garment of the member's, or a product in a size. worn: how its wearer wants it worn."""

    piece: Piece
    garment: Garment | None = None
    product: Product | None = None
    size: str = ""
    worn: str = ""

    @property
    def ways(self) -> tuple[str, ...]:
        """How it may be worn, where there is a choice."""
        return ways_of(self.piece)

    @property
    def title(self) -> str:
        return self.garment.title if self.garment else str(self.product)

    @property
    def measures(self) -> dict[str, float]:
        """mm lying flat, edge to edge, by zone; empty where nobody measured."""
        if self.garment is not None:
            return {zone: float(value) for zone, value in self.garment.measures.items() if value}
        return flat_measures(self.product, self.size) if self.product and self.size else {}


def flat_measures(product: Product, size: str) -> dict[str, float]:
    """mm of a product in a size, lying flat; empty where its chart has no such size.

    Where a chart tells of the bodies that a size fits, the kind's usual ease is added to their girths.
    """
    chart = chart_of(product)
    row = next((row for row in chart.rows if row.label == size), None)
    if row is None:
        return {}
    middles = {zone: value for zone in row.zones if (value := row.middle(zone))}
    if chart.basis == "body":
        fit = product.size_chart.intended_fit if product.size_chart else "regular"
        bands = ease_bands(product.kind.slug, fit, product.gender)
        middles = {
            zone: value + (bands[zone].low + bands[zone].high) / 2
            for zone, value in middles.items()
            if zone in GIRTHS and zone in bands
        }
    return {zone: value / (2 if zone in GIRTHS else 1) for zone, value in middles.items()}


def things_asked(*, owner: User, pieces: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """The things of an order, in its order; somebody else's garment and a product that is gone are left out."""
    garments = {
        row.pk: row
        for row in Garment.objects.owned_by(owner)
        .present()
        .select_related("kind__parent", "photo", "product")
        .filter(pk__in=[one["garment"] for one in pieces if "garment" in one])
    }
    products = {
        row.pk: row
        for row in Product.objects.published()
        .select_related("kind__parent", "brand", "size_chart")
        .prefetch_related("size_chart__rows", Prefetch("images"))
        .filter(pk__in=[one["product"] for one in pieces if "product" in one])
    }
    found = []
    for one in pieces:
        worn = str(one.get("worn", ""))
        if garment := garments.get(one.get("garment", 0)):
            found.append(Asked(garment_piece(garment), garment=garment, worn=worn))
        elif product := products.get(one.get("product", 0)):
            found.append(Asked(product_piece(product), product=product, size=str(one.get("size", "")), worn=worn))
    return found


def tryon_ask(*, owner: User, pieces: Sequence[Mapping[str, Any]], figure: Figure | None = None) -> TryOn:
    """Orders a sketch. figure: the chosen one if none. pieces: [{"garment": id} or {"product": id, "size": label}],
    each with "worn" where its wearer wants it worn in a certain way (of `stylist.tryon.ways`).

    Raises ValidationError, a sentence for the reader, for what is not there or cannot be worn together.
    """
    unique: dict[tuple[str, int], dict[str, Any]] = {}
    for one in pieces[:PICKED_MOST]:
        kind = "garment" if "garment" in one else "product"
        unique[kind, int(one[kind])] = dict(one)
    asked = things_asked(owner=owner, pieces=list(unique.values()))
    if len(asked) < len(unique):
        raise ValidationError(_("One of these is not in your closet or the shop any more."))
    if code := refused([one.piece for one in asked]) if len(pieces) <= PICKED_MOST else "too_many":
        raise ValidationError(said_of_mirror(code))
    if any(one.worn and one.worn not in one.ways for one in asked):
        raise ValidationError(_("One of these cannot be worn that way."))
    if figure is not None and figure.owner_id != owner.pk:
        raise ValidationError(_("Choose one of your figures."))
    with transaction.atomic():
        if TryOn.objects.owned_by(owner).filter(status__in=TryOn.UNFINISHED).count() >= UNFINISHED_MOST:
            raise ValidationError(_("Several sketches are still being drawn; wait for one of them."))
        row = TryOn.objects.create(
            owner=owner, figure=figure or figure_chosen(owner=owner), pieces=list(unique.values())
        )
        enqueue("draw_tryon", str(row.pk))
    return row


def tryon_again(*, tryon: TryOn, worn: Mapping[int, str] | None = None) -> TryOn:
    """The same pieces on the same figure anew, as it is known now. worn: number of a piece -> how it is to be worn."""
    pieces = [{**piece, "worn": worn[at]} if worn and worn.get(at) else piece for at, piece in enumerate(tryon.pieces)]
    return tryon_ask(owner=tryon.owner, pieces=pieces, figure=tryon.figure)


@transaction.atomic
def tryons_delete(*, tryons: Sequence[TryOn]) -> int:
    """Removes sketches with their pictures and what was shared of them."""
    shares = [share for sketch in tryons for share in sketch.shares.all()]
    files_delete_on_commit(names=[name for row in (*tryons, *shares) for name in stored_names(row)])
    return TryOn.objects.filter(pk__in=[one.pk for one in tryons]).delete()[0]


def tryons_trim(*, owner: User) -> int:
    """Keeps the newest and those that are shared."""
    kept = TryOn.objects.owned_by(owner).filter(shares__revoked_at=None, shares__isnull=False).values("pk")
    old = TryOn.objects.owned_by(owner).exclude(pk__in=kept).prefetch_related("shares")[TryOn.KEPT :]
    return tryons_delete(tryons=list(old)) if old else 0


def tryons_resend() -> int:
    """Sketches of dead workers and of lost messages. Returns how many were sent again or given up."""
    count = 0
    for row in list(TryOn.objects.stranded()):
        gone = row.attempts >= TryOn.MAX_ATTEMPTS
        waits = TryOn.objects.stranded().filter(pk=row.pk)
        change: dict[str, Any] = {"status": TryOn.Status.QUEUED, "queued_at": timezone.now()}
        if gone:
            change = {"status": TryOn.Status.FAILED, "error_code": "failed"}
        if waits.update(**change):
            count += 1
            if not gone:
                enqueue("draw_tryon", str(row.pk))
    return count


def landmarks_save(*, garment: Garment, points: Mapping[str, Sequence[float]]) -> None:
    """Remembers where the parts of a garment lie on its cutout; nothing at all makes the mirror look again.

    points: name -> (x, y) in 0..1. Raises ValidationError for names that such a garment does not have.
    """
    known = LANDMARKS[family_of(kind_of(garment), garment.kind.slot)]
    if set(points) - set(known):
        raise ValidationError(_("A garment of this kind has no such point."))
    garment.landmarks = {
        name: [round(min(max(float(value), 0.0), 1.0), 4) for value in point] for name, point in points.items()
    }
    garment.save(update_fields=["landmarks", "updated_at"])


def kind_of(garment: Garment) -> str:
    """The slug by which a garment is drawn: its kind, or what its owner's own kind stands for."""
    kind = garment.kind.parent or garment.kind if garment.kind.parent_id else garment.kind
    return str(kind.slug)


def measures_of(owner: User) -> tuple[dict[str, float], tuple[str, ...]]:
    """The member's body in mm by zone, and the zones that were estimated."""
    body = body_of(owner)
    known = {zone: one.value for zone, one in body.measures.items()}
    return known, tuple(zone for zone, one in body.measures.items() if one.estimated)


def notes_told(row: TryOn, *, asked: Sequence[Asked]) -> list[str]:
    """What is to be said of a sketch: what was left out, hidden or drawn otherwise, by its name, and why a mannequin
    stands in."""
    titles = dict(enumerate(one.title for one in asked))
    notes = []
    for code, number in row.told.get("codes", []):
        said = said_of_mirror(code)
        notes.append(f"{titles[number]} {said}" if number in titles else said)
    return notes


def sizes_told(*, owner: User, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """How a size sits, of pieces whose measures are known: [{"title", "size", "said"}], in sentences."""
    known, _estimated = measures_of(owner)
    told = []
    for one in asked:
        zones = []
        for zone, value in one.measures.items():
            body = known.get({"sleeve": "arm"}.get(zone, zone))
            if body is None or zone not in ("chest", "waist", "hips", "shoulder", "sleeve", "inside_leg", "thigh"):
                continue
            around = value * 2 if zone in GIRTHS else value
            cm = round((around - body) / 10)
            zones.append(said_of_zone(term("zone", zone), cm, is_length=zone not in GIRTHS))
        if zones:
            told.append({"title": one.title, "size": one.size, "said": ", ".join(zones[:3])})
    return told
