"""How much room clothes want: ease bands by kind and intended fit, in millimetres.

Ease is the garment's zone minus the body's. Girths are whole girths (a flat width is doubled before it comes here).
Bands of tops and trousers are fitted on the size tables of real products (`weights/ease.json`, with its card); for
kinds that no table had, coats and skirts among them, bands are pattern-cutting figures for a regular fit, moved by
the intended fit, and unchecked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

CARD = Path(__file__).parent / "weights" / "ease.json"
Band = tuple[float, float]
INTENDED = ("slim", "regular", "loose", "oversized")
# How far an intended fit moves a girth band, and a shoulder band, at (low, high).
_SHIFT: Mapping[str, tuple[Band, Band]] = MappingProxyType(
    {
        "slim": ((-45, -55), (-8, -8)),
        "regular": ((0, 0), (0, 0)),
        "loose": ((45, 70), (8, 25)),
        "oversized": ((110, 190), (25, 80)),
    }
)
_GROUPS: Mapping[str, Mapping[str, Band]] = MappingProxyType(
    {
        "tee": {"chest": (50, 130), "shoulder": (-10, 25), "sleeve": (-25, 30)},
        "shirt": {"chest": (80, 150), "shoulder": (-5, 25), "sleeve": (-15, 25), "neck": (10, 30)},
        "knit": {"chest": (40, 140), "shoulder": (-15, 30), "sleeve": (-20, 30)},
        "sweat": {"chest": (90, 200), "shoulder": (0, 50), "sleeve": (-15, 35)},
        "jacket": {"chest": (100, 190), "shoulder": (0, 30), "sleeve": (-10, 30)},
        "coat": {"chest": (130, 240), "shoulder": (5, 45), "sleeve": (0, 45)},
        "padded": {"chest": (170, 320), "shoulder": (10, 70), "sleeve": (0, 50)},
        "vest": {"chest": (60, 150), "shoulder": (-40, 20)},
        "stretch": {"chest": (-60, 40), "waist": (-60, 40), "hips": (-80, 30), "thigh": (-60, 20)},
        "trousers": {"waist": (0, 35), "hips": (35, 95), "thigh": (35, 110), "inside_leg": (-25, 35)},
        "jeans": {"waist": (-5, 35), "hips": (15, 75), "thigh": (15, 85), "inside_leg": (-25, 35)},
        "shorts": {"waist": (0, 40), "hips": (35, 110), "thigh": (40, 140)},
        "soft": {"waist": (-60, 60), "hips": (50, 160), "thigh": (40, 140), "inside_leg": (-40, 35)},
        "skirt": {"waist": (0, 35), "hips": (25, 120)},
        "dress": {"chest": (45, 120), "waist": (30, 130), "hips": (40, 140), "shoulder": (-10, 25)},
    }
)
_GROUP_OF: Mapping[str, str] = MappingProxyType(
    {
        "t-shirt": "tee", "long-sleeve": "tee", "polo": "tee", "sleeveless": "tee", "shirt": "shirt",
        "blouse": "shirt", "tunic": "shirt", "knit": "knit", "cardigan": "knit", "sweatshirt": "sweat",
        "hoodie": "sweat", "jacket": "jacket", "blazer": "jacket", "coat": "coat", "padded": "padded",
        "vest": "vest", "bodysuit": "stretch", "leggings": "stretch", "underwear": "stretch",
        "swimwear": "stretch", "trousers": "trousers", "jeans": "jeans", "shorts": "shorts",
        "sweatpants": "soft", "skirt": "skirt", "dress": "dress", "jumpsuit": "dress",
    }
)  # fmt: skip
# Which body measure a garment's zone is compared with.
BODY_ZONE: Mapping[str, str] = MappingProxyType(
    {"chest": "chest", "waist": "waist", "hips": "hips", "thigh": "thigh", "shoulder": "shoulder",
     "sleeve": "arm", "inside_leg": "inside_leg", "neck": "neck", "foot": "foot", "head": "head"}
)  # fmt: skip
GIRTHS = frozenset({"chest", "waist", "hips", "thigh", "neck"})
# How many millimetres outside its band a zone may be before it counts as wholly wrong, and how much
# the zone decides: a chest cannot be altered, a hem can.
TOLERANCE: Mapping[str, float] = MappingProxyType(
    {"chest": 45, "waist": 30, "hips": 60, "thigh": 60, "shoulder": 45, "sleeve": 35, "inside_leg": 50,
     "neck": 15, "foot": 6, "head": 12}
)  # fmt: skip
IMPORTANCE: Mapping[str, float] = MappingProxyType(
    {"chest": 1.0, "waist": 1.0, "hips": 0.9, "thigh": 0.6, "shoulder": 0.7, "sleeve": 0.35,
     "inside_leg": 0.35, "neck": 0.4, "foot": 1.0, "head": 1.0, "height": 0.3}
)  # fmt: skip
TIGHT_COSTS = 1.7  # too small is worse than as much too large


@dataclass(frozen=True)
class ZoneEase:
    """The band a zone's ease should lie in, mm."""

    zone: str
    low: float
    high: float

    def off(self, ease: float) -> float:
        """How far outside the band: negative too tight, positive too loose, 0 inside."""
        return min(ease - self.low, 0.0) + max(ease - self.high, 0.0)


def group_of(kind: str) -> str:
    """The group of kinds whose ease a kind shares; empty for an unknown kind."""
    return _GROUP_OF.get(kind, "")


def ease_bands(kind: str, intended: str | None = "regular", gender: str | None = None) -> dict[str, ZoneEase]:
    """Zone -> band of a kind in an intended fit; an unheard-of fit reads as regular, kind as none.

    intended: None where nobody knows how a garment was meant: then from a slim one's least to a loose one's most.
    gender: whom it is made for; unisex clothes are cut as men's, and of unknown ones both count half.
    Zones whose length is a matter of taste (a top's back length) have no band.
    """
    if intended is None:
        slim, loose = (ease_bands(kind, fit, gender) for fit in ("slim", "loose"))
        return {
            zone: ZoneEase(zone, min(band.low, loose[zone].low), max(band.high, loose[zone].high))
            for zone, band in slim.items()
        }
    usual = _usual_bands(kind, intended)
    fitted = _fitted().get(_GROUP_OF.get(kind, ""), {}).get(intended if intended in INTENDED else "regular", {})
    sexes = {"women": ("women",), "men": ("men",), "unisex": ("men",)}.get(gender or "", ("men", "women"))
    chosen = [fitted[sex] for sex in sexes if sex in fitted]
    if not chosen:
        return usual
    return usual | {
        zone: ZoneEase(zone, *(sum(one[zone][end] for one in chosen) / len(chosen) for end in (0, 1)))
        for zone in chosen[0]
        if zone in usual  # a short sleeve is judged by nothing
    }


@cache
def cut_shares() -> Mapping[str, float]:
    """Zone -> how far a product's own cut is believed beside its kind's band, 0..1; see `cut`."""
    shares: Mapping[str, float] = json.loads(CARD.read_text()).get("cut", {})
    return shares


@cache
def _fitted() -> Mapping[str, Mapping[str, Mapping[str, Mapping[str, Band]]]]:
    """Group -> intended fit -> sex -> zone -> band."""
    bands: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Band]]]] = json.loads(CARD.read_text())["bands"]
    return bands


def _usual_bands(kind: str, intended: str) -> dict[str, ZoneEase]:
    group = _GROUPS.get(_GROUP_OF.get(kind, ""), {})
    girth, shoulder = _SHIFT.get(intended, _SHIFT["regular"])
    bands = {}
    for zone, (low, high) in group.items():
        if zone not in BODY_ZONE:
            continue
        shift = shoulder if zone in ("shoulder", "sleeve") else girth if zone in GIRTHS else (0, 0)
        if zone in ("waist", "neck") and group is not _GROUPS["dress"]:
            shift = (shift[0] * 0.3, shift[1] * 0.3)  # a waistband sits where it sits
        bands[zone] = ZoneEase(zone, low + shift[0], high + shift[1])
    return bands
