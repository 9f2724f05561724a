"""How answers of the recommender look as JSON. Reasons carry a code, its parameters and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from rest_framework.request import Request

from catalog.models import Brand, Look, Product
from closet.models import Garment, Zone
from closet.templatetags.closet import private_url
from recommender import wording
from recommender.services.brands import BrandAnswer, BrandFacts
from recommender.services.build_look import BuildableLook, CompletedLook
from recommender.services.complete_look import Completion
from recommender.services.outfits import PartnerOf
from recommender.services.similar import BrandNear, Match
from recommender.services.sizes import ProductFit, Purchase, ShapeTold
from recommender.stylist.body import Body, Measure
from recommender.stylist.brands.exposure import FLOOR
from recommender.stylist.fit import SizeAdvice, ZoneFit
from recommender.stylist.outfits.suggest import Outfit
from recommender.stylist.score.parts import Reason, Score


def garment_json(garment: Garment, request: Request) -> dict[str, Any]:
    """A garment in short; `url` has the rest."""
    return {
        "id": garment.pk,
        "name": garment.title,
        "kind": garment.kind.slug,
        "slot": garment.kind.slot,
        "colours": garment.colours,
        "state": garment.state,
        "picture": request.build_absolute_uri(private_url(garment.cutout_medium)) if garment.cutout_medium else None,
        "url": request.build_absolute_uri(reverse("api-garment", args=[garment.pk])),
    }


def product_json(product: Product, request: Request) -> dict[str, Any]:
    picture = product.picture
    return {
        "id": product.pk,
        "name": product.name,
        "brand": {"id": product.brand_id, "slug": product.brand.slug, "name": product.brand.name},
        "kind": product.kind.slug,
        "slot": product.kind.slot,
        "price": str(product.price) if product.price is not None else None,
        "currency": product.currency,
        "in_stock": product.is_in_stock,
        "picture": request.build_absolute_uri((picture.cutout or picture.image).url) if picture else None,
        "url": request.build_absolute_uri(product.get_absolute_url()),
    }


def brand_json(brand: Brand, request: Request) -> dict[str, Any]:
    return {
        "id": brand.pk,
        "slug": brand.slug,
        "name": brand.name,
        "price_band": brand.price_band,
        "is_emerging": brand.is_emerging,
        "url": request.build_absolute_uri(brand.get_absolute_url()),
    }


def look_json(look: Look, request: Request) -> dict[str, Any]:
    return {
        "id": look.pk,
        "title": look.title,
        "style": look.style,
        "seasons": look.seasons,
        "picture": request.build_absolute_uri(look.photo.url) if look.photo else None,
        "url": request.build_absolute_uri(look.get_absolute_url()),
    }


def thing_json(thing: Garment | Product, request: Request) -> dict[str, Any]:
    return garment_json(thing, request) if isinstance(thing, Garment) else product_json(thing, request)


def reason_json(reason: Reason, names: Mapping[object, str]) -> dict[str, Any]:
    text = wording.sentence(reason, lambda pk: str(names.get(pk, pk)))
    return {**reason.as_dict(), "text": text}


def score_json(score: Score, names: Mapping[object, str]) -> dict[str, Any]:
    plain = score.as_dict()
    return {**plain, "reasons": [reason_json(reason, names) for reason in score.reasons]}


def match_json(match: Match[Any], request: Request) -> dict[str, Any]:
    return {
        **thing_json(match.thing, request),
        "distance": round(match.distance, 4),
        "colour_distance": None if match.colour is None else round(match.colour, 4),
        "likeness": match.percent,
        "reasons": [reason_json(reason, {}) for reason in match.reasons],
    }


def partners_json(
    partners: Mapping[str, list[PartnerOf]], names: Mapping[object, str], request: Request
) -> dict[str, list[dict[str, Any]]]:
    return {
        slot: [
            {
                **thing_json(one.thing, request),
                "score": {**score_json(one.score, names), "reasons": [reason_json(why, names) for why in one.reasons]},
            }
            for one in row
        ]
        for slot, row in partners.items()
    }


def outfit_json(outfit: Outfit, garments: Mapping[int, Garment], request: Request) -> dict[str, Any]:
    names = {pk: garment.title for pk, garment in garments.items()}
    return {
        "garments": [garment_json(garments[piece.id], request) for piece in outfit.pieces],  # type: ignore[index]
        "missing": list(outfit.missing),
        "score": score_json(outfit.score, names),
    }


def brand_near_json(near: BrandNear, request: Request) -> dict[str, Any]:
    return {
        **brand_json(near.brand, request),
        "distance": round(near.distance, 4),
        "product": product_json(near.product, request) if near.product else None,
    }


SEEN_SHOWN = ("number", "kind", "slot", "picture")


def brand_answer_json(answer: BrandAnswer, request: Request) -> dict[str, Any]:
    return {
        "styles": {slug: round(share, 4) for slug, share in answer.radar.items()},
        "results": [
            {
                **brand_json(entry.brand, request),
                "score": round(entry.match.score, 4),
                "parts": [
                    {
                        "name": part.name,
                        "value": round(part.value, 4),
                        "weight": round(part.weight, 4),
                        "share": round(part.contribution / (entry.match.score or 1), 4),
                    }
                    for part in entry.match.parts
                ],
                "causes": [
                    {
                        "garment": garment_json(cause.garment, request) if cause.garment else None,
                        "seen": {name: cause.seen[name] for name in SEEN_SHOWN} if cause.seen else None,
                        "share": round(cause.share, 4),
                    }
                    for cause in entry.causes
                ],
                "lifted": entry.match.lifted,
                "products": [product_json(product, request) for product in entry.products],
            }
            for entry in answer.brands
        ],
        "exposure": {"floor": FLOOR, **{name: round(ratio, 3) for name, ratio in answer.exposure.items()}},
    }


def brand_profile_json(brand: Brand, facts: BrandFacts, request: Request) -> dict[str, Any]:
    return {
        "brand": brand_json(brand, request),
        "styles": {slug: round(share, 4) for slug, share in facts.styles},
        "products": facts.products,
        "price_low": facts.price_low,
        "price_high": facts.price_high,
        "typical": [
            {"product": product_json(product, request), "share": round(share, 4)} for product, share in facts.medoids
        ],
    }


def buildable_json(built: BuildableLook, request: Request) -> dict[str, Any]:
    return {
        **look_json(built.look, request),
        "coverage": round(built.match.coverage, 4),
        "parts": {name: round(value, 4) for name, value in built.ranked.parts.items()},
        "missing": len(built.match.missing),
        "suits_today": built.ranked.suits,
        "built_like_me": built.ranked.alike,
    }


def completed_json(done: CompletedLook, request: Request) -> dict[str, Any]:
    return {
        **buildable_json(done.built, request),
        "items": [
            {
                "kind": item.kind.slug,
                "box": item.box,
                "mine": garment_json(mine, request) if mine else None,
                "likeness": round(likeness, 4),
                "products": [
                    {**product_json(product, request), "size": done.sizes.get(product.pk)} for product in products
                ],
            }
            for item, mine, likeness, products in done.rows
        ],
    }


# --- Fit -----------------------------------------------------------------------------------------------------------
UNLOCKED_SHOWN = 6


def zone_json(zone: ZoneFit | None) -> dict[str, Any] | None:
    if zone is None:
        return None
    return {
        "zone": zone.zone,
        "name": wording.term("zone", zone.zone),
        "ease_cm": round(zone.ease / 10, 1),
        "off_cm": round(zone.off / 10, 1),
        "verdict": zone.verdict,
        "estimated": zone.estimated,
    }


def measure_json(measure: Measure) -> dict[str, float]:
    return {
        "cm": round(measure.value / 10, 1),
        "low_cm": round(measure.low / 10, 1),
        "high_cm": round(measure.high / 10, 1),
    }


def codes_json(codes: Iterable[str]) -> list[dict[str, str]]:
    return [{"code": code, "text": wording.term("fit_code", code)} for code in codes]


def advice_json(advice: SizeAdvice) -> dict[str, Any]:
    return {
        "size": advice.label,
        "between": advice.between,
        "sure": round(advice.sure, 3),
        "deciding": zone_json(advice.deciding),
        "sizes": [
            {
                "label": size.label,
                "verdict": size.verdict,
                "loss": round(size.loss, 4),
                "deciding": zone_json(size.deciding),
                "zones": [zone_json(zone) for zone in size.zones],
            }
            for size in advice.sizes
        ],
        "codes": codes_json(advice.codes),
        "offset_cm": round(advice.offset_mm / 10, 1),
    }


def product_fit_json(fit: ProductFit, comparable: Iterable[Garment], request: Request) -> dict[str, Any]:
    like = None
    if fit.like is not None and fit.like_garment is not None:
        like = {
            "garment": garment_json(fit.like_garment, request),
            "size": fit.like.label,
            "between": fit.like.between,
            "sure": round(fit.like.sure, 3),
            "codes": codes_json(fit.like.codes),
        }
    drawn = [
        {
            "zone": zone.zone,
            "name": wording.term("zone", zone.zone),
            "height": zone.height,
            "body_cm": zone.body_cm,
            "ease_cm": zone.ease_cm,
            "verdict": zone.verdict,
            "deciding": zone.deciding,
        }
        for zone in fit.drawn
    ]
    return {
        **advice_json(fit.advice),
        "estimated": [
            {"zone": zone, "name": wording.term("zone", zone), **measure_json(measure)}
            for zone, measure in fit.estimates
        ],
        "drawn": drawn,
        "in_stock": fit.in_stock,
        "like": like,
        "comparable": [garment_json(garment, request) for garment in comparable],
    }


def purchase_json(purchase: Purchase, *, name: str, piece: object, currency: str, request: Request) -> dict[str, Any]:
    """name, piece: of what might be bought, for the reasons that speak of it."""
    names: dict[object, str] = {piece: name}
    for mine, _score in purchase.unlocked:
        names |= {garment.pk: garment.title for garment in mine}
    advice = purchase.advice
    return {
        "twins": [
            {"garment": garment_json(garment, request), "likeness": round(likeness, 4)}
            for garment, likeness in purchase.twins
        ],
        "unlocked_count": len(purchase.unlocked),
        "unlocked": [
            {"garments": [garment_json(garment, request) for garment in mine], "score": score_json(score, names)}
            for mine, score in purchase.unlocked[:UNLOCKED_SHOWN]
        ],
        "wears_a_year": round(advice.wears, 1),
        "wears_range": [round(value, 1) for value in advice.wears_range],
        "cost_per_wear": None if advice.cost_per_wear is None else round(advice.cost_per_wear, 2),
        "currency": currency,
        "guessed": advice.guessed,
        "codes": list(advice.codes),
    }


def body_json(body: Body, shape: ShapeTold) -> dict[str, Any]:
    return {
        "shape": shape.slug,
        "name": shape.name,
        "missing": [{"zone": zone, "name": wording.term("zone", zone)} for zone in shape.missing],
        "hints": [{"code": hint.code, "kinds": list(hint.kinds), "text": hint.text} for hint in shape.hints],
        "measures": [
            {"zone": zone, "name": wording.term("zone", zone), "estimated": measure.estimated, **measure_json(measure)}
            for zone, measure in body.measures.items()
            if zone in Zone.values and zone != Zone.WEIGHT
        ],
        "doubts": [
            {"code": doubt.code, "zone": doubt.zone, "name": wording.term("zone", doubt.zone)} for doubt in body.doubts
        ],
    }


# --- Complete the look -----------------------------------------------------------------------------------------------
def completion_json(done: Completion, names: Mapping[object, str], request: Request) -> dict[str, Any]:
    return {
        "gaps": list(done.gaps),
        "missing": list(done.missing),
        "knows_body": done.knows_body,
        "price_band": done.purse.level,
        "currency": done.purse.currency,
        "slots": {
            slot: {
                "price_range": [round(end, 2) for end in paid] if paid else None,
                "offers": [
                    {**offer, "size": done.sizes.get(offer["id"])}
                    for offer in partners_json({slot: offers}, names, request)[slot]
                ],
            }
            for slot, offers, paid in done.rows
        },
    }
