"""What the sources' tables say of a product, in the words of the taxonomy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.importers import vocabulary

# Kinds of the stylists' products that no feed's word says, and their colours in Spanish.
STUDIO_KINDS = {
    "puffer coat": "padded", "kerchief": "scarf", "foulard": "scarf", "totes bag": "tote", "overall": "jumpsuit",
    "trenchcoat": "coat", "top": "sleeveless", "card holder": "clutch", "cosmetic bag": "clutch", "purse": "clutch",
    "bucket bag": "handbag", "citybag": "handbag", "shoes": "flats", "trainers": "sneakers", "ankle boots": "boots",
    "outer vest": "vest", "leather jacket": "jacket", "overshirt": "jacket", "parka": "coat",
}  # fmt: skip
STUDIO_COLOURS = {
    "NEGRO": "black", "CRUDO": "ivory", "OFFWHITE": "white", "ORO": "gold", "BLANCO": "white", "BEIGE": "beige",
    "VERDE": "green", "AZUL": "blue", "NAVY": "navy", "KHAKI": "khaki", "MARRON": "brown", "PLATA": "silver",
    "ROJO": "red", "GRIS": "grey", "ARENA": "beige", "NARANJA": "orange", "CAMEL": "brown", "ROSA": "pink",
    "FUCSIA": "pink", "PIEDRA": "beige", "CUERO": "brown", "MOSTAZA": "mustard", "CHOCOLATE": "brown",
    "CELESTE": "sky-blue", "GRANATE": "burgundy", "VINO": "burgundy", "BURDEOS": "burgundy", "ANTRACITA": "charcoal",
    "MORADO": "purple", "LILA": "purple", "MALVA": "purple", "AMARILLO": "yellow", "OLIVA": "olive", "MARINO": "navy",
    "MARFIL": "ivory", "MENTA": "mint", "CORAL": "pink", "TEJANO NEGRO": "black", "TEJANO MEDIO": "blue",
    "TEJANO OSCURO": "navy", "TEJANO CLARO": "sky-blue", "GRIS CLARO VIGORE": "grey", "GRIS MEDIO VIGORE": "grey",
    "ROSA PASTEL": "pink", "BOTELLA": "green", "ESMERALDA": "green", "AZUL NOCHE": "navy",
}  # fmt: skip


def facts_of(record: Mapping[str, str]) -> dict[str, Any] | None:
    """title (empty where there is none), kind, brand, usage, gender, seasons and colours of a row of
    `pictures.Pictures`; None where its kind is none of ours."""
    return _studio(record) if record["source"] == "stylist_photos" else _feed(record)


def _feed(record: Mapping[str, str]) -> dict[str, Any] | None:
    title = record["productDisplayName"]
    kind = vocabulary.kind_slug(record["articleType"])
    if kind is None:
        return None
    return {
        "title": title, "kind": kind, "brand": title.split()[0] if title else "", "usage": record["usage"],
        "gender": vocabulary.gender_slug(record["gender"]) or "unisex",
        "seasons": vocabulary.season_slugs(record["season"]) or (),
        "colours": list(vocabulary.colour_slugs(record["baseColour"])),
    }  # fmt: skip


def _studio(record: Mapping[str, str]) -> dict[str, Any] | None:
    name = record["type"].lower()
    kind = STUDIO_KINDS.get(name) or vocabulary.kind_slug(name)
    colour = STUDIO_COLOURS.get(record["colour"])
    if kind is None or colour is None:
        return None
    return {
        "title": record["type"], "kind": kind, "brand": "Studio", "usage": "", "gender": "women", "seasons": (),
        "colours": [colour],
    }  # fmt: skip
