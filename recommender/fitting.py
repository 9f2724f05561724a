"""Which size fits a member, and what a purchase would mean: rows in, the fit engine's advice out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalog.models import Brand, Product
from catalog.models import SizeChart as ChartRow
from closet.models import Garment, Measurement, User
from recommender import similarity
from recommender.keys import current_model_key
from recommender.models import SizeFeedback
from recommender.pieces import closet_pieces, my_garments, product_piece
from recommender.stylist.before_buying import PurchaseAdvice, judge_purchase
from recommender.stylist.body import Body, read_body
from recommender.stylist.charts import SizeChart, read_chart
from recommender.stylist.ease import GIRTHS
from recommender.stylist.fit import (
    BrandOffset,
    DrawnZone,
    FitChange,
    SizeAdvice,
    brand_step,
    chart_of_labels,
    drawn_zones,
    fit_over_time,
    learn_brand_offset,
    recommend_like,
    recommend_size,
)

_VERDICTS = {"small": "too_small", "fits": "fits", "large": "too_large"}
FEEDBACK_READ = 500


def gender_of(user: User) -> str | None:
    """Whose proportions fill in what was not measured; both halves together for those who wear anything."""
    return None if user.profile.wears == "any" else user.profile.wears


def body_of(user: User) -> Body:
    """The member's newest measures with estimates for the rest."""
    latest = {row.zone: float(row.value) for row in Measurement.objects.owned_by(user).latest_each()}
    return read_body(latest, gender_of(user))


def bodies_over_time(user: User) -> list[tuple[date, Body]]:
    """The body as it was known on each day something was measured, oldest first."""
    known: dict[str, float] = {}
    days: dict[date, dict[str, float]] = {}
    for row in Measurement.objects.owned_by(user).order_by("taken_on", "pk"):
        known[row.zone] = float(row.value)
        days[row.taken_on] = dict(known)
    gender = gender_of(user)
    return [(day, read_body(values, gender)) for day, values in days.items()]


def chart_of(product: Product) -> SizeChart:
    """The product's chart; where it has only size labels, what those mean by KS K 0051 and EN 13402."""
    row: ChartRow | None = product.size_chart
    if row is None:
        return chart_of_labels(product.sizes_in_stock, product.kind.slug, product.gender)
    basis = "body" if row.measures == ChartRow.Measures.BODY else "garment"
    rows = [(size.label, {zone: _ends(value) for zone, value in size.zones.items()}) for size in row.rows.all()]
    return read_chart(rows, unit="mm", basis=basis)


def _ends(value: float | list[float]) -> float | tuple[float, float]:
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else value  # type: ignore[return-value]


def brand_offset(brand: Brand, chart: SizeChart) -> BrandOffset:
    """How much larger than its charts say one must buy at this brand, learned from everybody's verdicts."""
    rows = SizeFeedback.objects.filter(product__brand=brand).order_by("-created_at")
    verdicts = [_VERDICTS[verdict] for verdict in rows.values_list("verdict", flat=True)[:FEEDBACK_READ]]
    return learn_brand_offset(verdicts, step_mm=brand_step(chart))


def measures_around(garment: Garment) -> dict[str, float]:
    """A garment's measures as the fit engine wants them: people measure it lying flat, edge to edge; girths double."""
    return {zone: value * (2 if zone in GIRTHS else 1) for zone, value in garment.measures.items()}


@dataclass(frozen=True)
class ProductFit:
    """The size to take with its reasons, the same against a garment that fits, and what the purchase would mean."""

    advice: SizeAdvice
    drawn: tuple[DrawnZone, ...]
    body: Body
    chart: SizeChart
    like: SizeAdvice | None = None
    like_garment: Garment | None = None
    in_stock: bool = True


def product_fit(*, user: User, product: Product, like: Garment | None = None) -> ProductFit:
    """The size of the product for the member; `like`: a garment of theirs that fits, to compare with as well."""
    body, chart = body_of(user), chart_of(product)
    intended = product.size_chart.intended_fit if product.size_chart else "regular"
    advice = recommend_size(
        body,
        chart,
        product.kind.slug,
        intended=intended,
        offset=brand_offset(product.brand, chart),
        gender=product.gender,
    )
    beside = recommend_like(measures_around(like), chart) if like is not None and like.measures else None
    in_stock = not product.sizes_in_stock or advice.label is None or advice.label in product.sizes_in_stock
    return ProductFit(advice, drawn_zones(advice, body), body, chart, beside, like, in_stock)


def garments_that_fit(*, user: User, product: Product) -> list[Garment]:
    """Measured garments of the same slot, to compare a size chart with."""
    mine = [garment for garment in my_garments(user) if garment.kind.slot == product.kind.slot and garment.measures]
    return sorted(mine, key=lambda garment: garment.fits != "fits")


def closet_fit(*, user: User, garments: Iterable[Garment]) -> dict[int, FitChange]:
    """Garment id -> whether it fits the member now, is tight, or no longer fits; only those with own measures."""
    measured = [garment for garment in garments if garment.measures]
    if not measured:
        return {}
    history = [body for _day, body in bodies_over_time(user)]
    return {
        garment.pk: fit_over_time(measures_around(garment), history, garment.kind.slug) for garment in measured
    }


def fits_of(*, user: User, garments: Iterable[Garment]) -> dict[int, str]:
    """Garment id -> fits, tight or loose, by the newest measures."""
    known = {pk: change.now.verdict for pk, change in closet_fit(user=user, garments=garments).items()}
    return {pk: verdict for pk, verdict in known.items() if verdict != "unknown"}


def before_buying(*, user: User, product: Product) -> PurchaseAdvice:
    """What I own that is nearly the same, outfits it unlocks, expected wears and cost per wear."""
    vector = similarity.product_vector(product_id=product.pk, model_key=current_model_key())
    return judge_purchase(product_piece(product, vector), closet_pieces(my_garments(user)), None, user.profile.weights)


def size_feedback_set(*, user: User, product: Product, size_label: str, verdict: str) -> SizeFeedback:
    row, _made = SizeFeedback.objects.update_or_create(
        owner=user, product=product, size_label=size_label, defaults={"verdict": verdict}
    )
    return row
