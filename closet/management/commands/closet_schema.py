"""Writes closet/closet_schema.json, the JSON Schema of an exported closet, after a column of it changed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.management.base import BaseCommand
from django.db import models

from closet.models import (
    Garment,
    GarmentPicture,
    Like,
    Measurement,
    Notice,
    Outfit,
    OutfitItem,
    OwnKind,
    Photo,
    Plan,
    Post,
    Profile,
    Reaction,
    Share,
    Trip,
    TripDay,
    TripPiece,
    Wear,
)
from closet.services.closet_file import SCHEMA
from closet.services.export import BY_NAME, FORMAT, HIDDEN, LATER, VERSION

# Came after version 2 of the file, which is read without them.
_LATER = frozenset({*LATER, "posts", "people", "has_page", "page_closed", "about", "share_body_band"})
_MOST = 2**63 - 1
_SLUG = {"type": ["string", "null"], "maxLength": 200}
_KIND = {"kind": {"type": "string", "maxLength": 60, "description": "A kind's slug."}}
_CATALOGUE: dict[str, Any] = {
    "brand": {**_SLUG, "description": "A brand's slug."},
    "product": {
        "oneOf": [
            {"type": "null"},
            {
                "type": "object",
                "properties": {
                    "brand": {"type": "string", "maxLength": 200},
                    "sku": {"type": "string", "maxLength": 80},
                },
                "required": ["brand", "sku"],
            },
        ]
    },
    "look": {**_SLUG, "description": "A look's key."},
}
TABLES: dict[str, tuple[str, type[models.Model] | None, dict[str, Any], str]] = {
    # table of the file -> name of its rows, model, what is told by names, what it is
    "measurements": ("measurement", Measurement, {}, "Of the body: millimetres, grams for the weight."),
    "photos": ("photo", Photo, {}, ""),
    "own_kinds": ("own_kind", OwnKind, _KIND, "A category of the member's own, under a kind that everybody has."),
    "garments": ("garment", Garment, _KIND | _CATALOGUE, ""),
    "garment_pictures": ("garment_picture", GarmentPicture, {}, "One more picture of a garment."),
    "outfits": ("outfit", Outfit, {}, "Its pieces stand in outfit_items."),
    "outfit_items": ("outfit_item", OutfitItem, {}, ""),
    "wear_log": ("wear", Wear, {}, "A garment was worn that day, with its outfit or without."),
    "plans": ("plan", Plan, {}, "An outfit is meant for that day."),
    "trips": ("trip", Trip, {}, "A journey; its days and its list stand in trip_days and trip_pieces."),
    "trip_days": ("trip_day", TripDay, {"garments": {"type": "array", "items": {"type": "integer"}}}, "What is worn."),
    "trip_pieces": ("trip_piece", TripPiece, {}, "A line of the packing list."),
    "reactions": ("reaction", Reaction, {}, ""),
    "likes": ("like", Like, _CATALOGUE, "One of brand, product and look is named."),
    "shares": ("share", Share, {}, "Not imported: the address belongs to the server that gave it."),
    "posts": ("post", Post, {}, "A look shown to people. Comes in as a draft, which its owner may show again."),
    "notices": ("notice", Notice, {}, "Told on one day. Not imported: it is told anew."),
    "devices": ("device", None, {}, "Not imported: tokens belong to the server that gave them."),
}


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        SCHEMA.write_text(json.dumps(document(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def document() -> dict[str, Any]:
    rows: dict[str, Any] = {
        "picture": {
            "type": ["string", "null"],
            "maxLength": 120,
            "description": "The name of a picture in the ZIP; null where there is none, or where it was lost.",
        },
        "profile": _row(Profile, {}, "What the member tells of themselves."),
    }
    rows |= {name: _row(model, extra, note) for name, model, extra, note in TABLES.values()}
    text = {"type": "string"}
    parts: dict[str, Any] = {
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        "exported_at": {**text, "format": "date-time"},
        "account": {"type": "object", "properties": {"email": text, "joined": text}, "required": ["email", "joined"]},
        "profile": {"$ref": "#/$defs/profile"},
    }
    optional = {
        "originals": {
            "enum": ["as taken", "without metadata"],
            "description": "Whether originals hold what the camera wrote, such as the place. Not told: as taken.",
        }
    }
    for table, (name, *_told) in TABLES.items():
        parts[table] = {"type": "array", "maxItems": 500_000, "items": {"$ref": f"#/$defs/{name}"}}
    parts["people"] = {"type": "object", "description": "Likes, reports, decisions, blocks, loans. Not imported."}
    note = "Handles. Those who have a page on the server that it comes to are followed there."
    parts["following"] = {"type": "array", "items": text, "description": note}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "closet.json",
        "description": "A member's closet as Otjang exports it, beside the pictures that it names. "
        "Ids hold inside the file alone.",
        "type": "object",
        "properties": parts | optional,
        "required": [name for name in parts if name not in _LATER],
        "$defs": rows,
    }


def _row(model: type[models.Model] | None, extra: dict[str, Any], note: str) -> dict[str, Any]:
    if model is None:
        return {"type": "object", "description": note}
    columns = {
        column.attname: _column(column)
        for column in model._meta.concrete_fields
        if column.attname not in HIDDEN and column.related_model not in BY_NAME
    }
    told = columns | extra
    about = note or " ".join((model.__doc__ or "").split())
    return {
        "type": "object",
        "description": about,
        "properties": told,
        "required": [name for name in told if name not in _LATER],
    }


def _column(column: Any) -> dict[str, Any]:
    told: dict[str, Any]
    match column:
        case models.FileField():
            return {"$ref": "#/$defs/picture"}
        case models.ForeignKey():
            told = _column(column.target_field)
        case ArrayField():
            told = {"type": "array", "items": _column(column.base_field)}
        case models.JSONField():
            told = {"type": "array" if column.default is list else "object"}
        case models.BooleanField():
            told = {"type": "boolean"}
        case models.DecimalField():
            told = {"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,4})?$"}
        case models.FloatField():
            told = {"type": "number"}
        case models.IntegerField():
            told = {"type": "integer", "minimum": -_MOST - 1, "maximum": _MOST}
        case models.DateTimeField():
            told = {"type": "string", "format": "date-time", "maxLength": 40}
        case models.DateField():
            told = {"type": "string", "format": "date", "maxLength": 10}
        case models.UUIDField():
            told = {"type": "string", "format": "uuid", "maxLength": 36}
        case _:
            told = {"type": "string"} | ({"maxLength": column.max_length} if column.max_length else {})
    return told | {"type": [told["type"], "null"]} if column.null else told
