"""The rules of one day: which pieces may be worn, which may meet, and which whole outfits hold.

What is ruled out never reaches a score. Rules are in groups. Where a closet cannot do it within all of them, groups are
relaxed (`RELAXATIONS`): matters of taste, then beside them one of the others, never two, for too thin and unfit for the
occasion is nonsense and not the nearest thing; the answer says which. What a temperature or an occasion forbids (shorts
in frost, heels for sport) is never let in: such a day has no outfit, and the answer says so and what is missing.
"""

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np

from ..pieces import STYLE_SLUGS, Piece
from . import temperature as degrees
from .context import Context
from .garments import MID_LAYERS, OVER_LAYERS, REMOVABLE, warmth_column
from .layers import BAG, BOTTOM, DRESS, HAT, OUTER, SHOES, TOP
from .occasions import DRESS_CODE_RULES, NO_SHOES_NEEDED, OCCASION_RULES, is_never, is_unfit, rule_of
from .styles import style_of
from .together import NEEDS, child_table, loud_table, never_table, vivid_table
from .weather import needed_warmth

# Group -> what it holds; the order in which a closet that cannot do it has them relaxed.
RELAXED_IN_ORDER = (
    "pattern",  # two patterns, or two vivid colours that are no kin
    "mood",  # a piece that has nothing of the style asked for
    "season",  # a garment kept for the other half of the year
    "unfit",  # what an occasion or dress code would rather not see
    "together",  # kinds that do not meet
    "rain",
    "warmth",  # whether all of it together is warm enough, or too warm: by `SLACK` degrees, no more
)
# For a closet that cannot dress anybody whole (hats alone): nothing holds, and what is missing is named.
EVERYTHING = frozenset({*RELAXED_IN_ORDER, "temperature", "occasion", "dress_code", "helps", "cold"})
TASTE = frozenset({"pattern", "mood", "season"})
# What is tried one after another: taste step by step, then with all of it one graver group at a time.
_TASTE_IN_ORDER = tuple(group for group in RELAXED_IN_ORDER if group in TASTE)
RELAXATIONS: tuple[tuple[str, ...], ...] = (
    *(_TASTE_IN_ORDER[:upto] for upto in range(1, len(_TASTE_IN_ORDER) + 1)),
    *((*_TASTE_IN_ORDER, group) for group in RELAXED_IN_ORDER if group not in TASTE),
)
SLACK = 3.0
_OPPOSITE = {"winter": "summer", "summer": "winter"}
_SUNNY, _COOL = 20.0, 6.0
OFF_MOOD = 0.05  # share of a style below which a piece has nothing of it


class Rulebook:
    """The rules for a context. relaxed: groups that are off. Unknown weather, season or occasion rule nothing out."""

    def __init__(self, context: Context, relaxed: Collection[str] = ()) -> None:
        self.context = context
        self.relaxed = frozenset(relaxed)
        self.occasion = rule_of(OCCASION_RULES, context.occasion or (None if context.dress_code else "everyday"))
        self.dress_code = rule_of(DRESS_CODE_RULES, context.dress_code)
        self.felt = context.felt_range
        self.season = context.wanted_season
        self.wet = context.weather is not None and context.weather.wet and context.occasion not in NO_SHOES_NEEDED
        self.needs_shoes = context.occasion not in NO_SHOES_NEEDED
        self.slack = SLACK if "warmth" in self.relaxed else 0.0

    def on(self, group: str) -> bool:
        """Whether a group of rules holds."""
        return group not in self.relaxed

    # --- One piece --------------------------------------------------------------------------------------------
    def broken_by(self, piece: Piece) -> str | None:
        """The group that rules a piece out today, the one that would be relaxed last first; None if it may be worn."""
        coldest, warmest = self.felt or (15.0, 15.0)
        context = self.context
        asked = (self.occasion if context.occasion else None, self.dress_code)
        checks = (
            ("temperature", self.felt is not None and degrees.is_out_of_range(
                piece, warmest, occasion=context.occasion, dress_code=context.dress_code)),
            ("occasion", self.occasion is not None and is_never(self.occasion, piece)),
            ("rain", self.wet and degrees.is_spoilt_by_rain(piece, coldest)),
            ("dress_code", self.dress_code is not None and is_never(self.dress_code, piece)),
            ("unfit", any(rule is not None and is_unfit(rule, piece) for rule in asked)),
            ("season", self._is_of_other_season(piece)),
            ("mood", self._is_off_mood(piece)),
            ("helps", not self.helps(piece)),
        )  # fmt: skip
        return next((group for group, broken in checks if broken and self.on(group)), None)

    def allows(self, piece: Piece) -> bool:
        """Whether a piece may be worn today."""
        return self.broken_by(piece) is None

    def _is_of_other_season(self, piece: Piece) -> bool:
        """Marked for the other half of the year alone. Shoes, bags and the rest are worn all year."""
        season = self.season
        if season not in _OPPOSITE or piece.slot not in (TOP, BOTTOM, DRESS, OUTER) or not piece.seasons:
            return False
        worn = {slug for slug, share in piece.seasons.items() if share >= 0.5}
        return worn == {_OPPOSITE[season]}

    def _is_off_mood(self, piece: Piece) -> bool:
        """Something much seen that has next to nothing of the style asked for."""
        mood = self.context.mood
        if mood not in STYLE_SLUGS or piece.slot not in (TOP, BOTTOM, DRESS, OUTER, SHOES):
            return False
        shares = style_of(piece)
        return shares is not None and float(shares[STYLE_SLUGS.index(str(mood))]) < OFF_MOOD

    def helps(self, piece: Piece) -> bool:
        """Whether a hat, a bag or an accessory does something today; other pieces always do."""
        if piece.slot == HAT:
            return self._hat_helps(piece.kind)
        if piece.slot == BAG:
            return self._bag_helps(piece.kind)
        if piece.slot != "accessory":
            return True
        occasion, kind = self.context.occasion, piece.kind
        coldest, warmest = self.felt or (15.0, 15.0)
        if kind == "scarf":
            return coldest < (16 if piece.material == "silk" else 9) and occasion not in ("sport", "home")
        if kind == "gloves":
            return coldest < 3
        if kind == "eyewear":
            sunny = warmest >= _SUNNY and not self.wet and self.context.time != "evening"
            return sunny and occasion in (None, "everyday", "travel", "date")
        if kind == "tie":
            return occasion in ("work", "ceremony") or self.context.dress_code in ("business", "formal")
        if kind == "socks":
            return False  # worn, but nobody chooses an outfit by them
        return occasion not in ("sport", "home")

    def _hat_helps(self, kind: str) -> bool:
        occasion = self.context.occasion
        if self.felt is None or occasion in ("work", "ceremony", "home"):
            return False
        coldest, warmest = self.felt
        if kind == "beanie":
            return coldest < _COOL
        sunny = warmest >= _SUNNY and not self.wet and self.context.time != "evening"
        return sunny and not (kind == "hat" and occasion == "sport")

    def _bag_helps(self, kind: str) -> bool:
        occasion = self.context.occasion
        if occasion == "home":
            return False
        if occasion == "sport":
            return kind == "backpack"
        if occasion in ("date", "ceremony"):
            return kind != "backpack"
        return kind != "clutch" or self.context.time == "evening"

    # --- Pairs ------------------------------------------------------------------------------------------------
    def banned(self, pieces: Sequence[Piece]) -> np.ndarray:
        """(n, n) bool: pairs that may not meet today."""
        table = child_table(pieces)
        if self.felt is not None and self.felt[1] > degrees.LEGGINGS_UNDER_UNTIL:
            dress = np.array([piece.slot == DRESS for piece in pieces], dtype=bool)
            legs = np.array([piece.kind == "leggings" for piece in pieces], dtype=bool)
            table |= dress[:, None] & legs[None, :] | legs[:, None] & dress[None, :]
        if self.on("together"):
            table |= never_table(pieces)
        if self.on("pattern"):
            table |= loud_table(pieces) | vivid_table(pieces)
        return table


class OutfitRules:
    """Rules about whole outfits of one list of pieces, for many outfits at once. Rows are (m, k), -1 for nothing."""

    def __init__(self, book: Rulebook, pieces: Sequence[Piece]) -> None:
        self.book, self.pieces = book, list(pieces)
        self.slots = np.array([piece.slot for piece in pieces])
        self.kinds = np.array([piece.kind for piece in pieces])

    @cached_property
    def warmth(self) -> np.ndarray:
        """(n,) of `warmth_of`."""
        return warmth_column(self.pieces)

    @cached_property
    def enough_until(self) -> np.ndarray:
        """(n,) of `temperature.enough_until`."""
        return np.array([degrees.enough_until(piece) for piece in self.pieces])

    def hold(self, outfits: np.ndarray, *, finished: bool = True) -> np.ndarray:
        """(m,) bool: outfits that break no rule. finished: False while accessories may still come."""
        outfits = np.atleast_2d(outfits)
        worn = outfits >= 0
        safe = np.where(worn, outfits, 0)
        fine = np.ones(len(outfits), dtype=bool)
        if self.book.felt is not None and self.book.on("cold"):
            fine &= self._warm_enough(safe, worn)
        if finished:
            fine &= self._needs_met(safe, worn)
        return fine

    def _warm_enough(self, safe: np.ndarray, worn: np.ndarray) -> np.ndarray:
        coldest, warmest = self.book.felt or (15.0, 15.0)
        sport = self.book.context.occasion == "sport"
        eased = coldest + (degrees.MOVING_GIVES if sport else 0.0) + self.book.slack
        reach = np.where(worn, self.enough_until[safe], 60.0).min(axis=1)
        mid = (np.isin(self.kinds, list(MID_LAYERS))[safe] & worn).any(axis=1)
        over = (np.isin(self.kinds, list(OVER_LAYERS))[safe] & worn).any(axis=1)
        reach = reach - np.where(mid & over, degrees.MID_LAYER_GIVES, 0.0)
        padded = ((self.kinds == "padded")[safe] & worn).any(axis=1)
        reach = np.where(padded & mid, -60.0, reach)
        clothed = np.isin(self.slots, [TOP, DRESS, OUTER])[safe] & worn
        fine = (eased >= reach) | ~clothed.any(axis=1)
        if coldest < degrees.BARE_LEGS_UNTIL and not sport and not self.book.slack:
            bare = (np.isin(self.kinds, ["skirt", "dress", "shorts"])[safe] & worn).any(axis=1)
            covered = ((self.kinds == "leggings")[safe] & worn).any(axis=1)
            fine &= ~bare | covered
        whole = (np.isin(self.slots, [BOTTOM, DRESS])[safe] & worn).any(axis=1) & clothed.any(axis=1)
        warmth = np.where(worn, self.warmth[safe], 0.0)
        kept_on = warmth * ~np.isin(self.kinds, list(REMOVABLE))[safe]
        fine &= ~whole | (warmth.sum(axis=1) >= needed_warmth(eased) - degrees.WARMTH_SHORT)
        fine &= kept_on.sum(axis=1) <= needed_warmth(warmest - self.book.slack) + degrees.WARMTH_OVER
        return fine

    def _needs_met(self, safe: np.ndarray, worn: np.ndarray) -> np.ndarray:
        fine = np.ones(len(safe), dtype=bool)
        for kind, needs in NEEDS.items():
            if (self.kinds == kind).any():
                has = ((self.kinds == kind)[safe] & worn).any(axis=1)
                met = (np.isin(self.kinds, list(needs))[safe] & worn).any(axis=1)
                fine &= ~has | met
        return fine


def outer_is_needed(book: Rulebook) -> bool:
    """Whether no top alone is enough at the coldest hour."""
    if book.felt is None or not book.on("cold"):
        return False
    eased = book.felt[0] + (degrees.MOVING_GIVES if book.context.occasion == "sport" else 0.0) + book.slack
    return eased < min(degrees.ENOUGH_UNTIL[kind] for kind in ("knit", "sweatshirt", "hoodie"))


def needed_slots(book: Rulebook) -> tuple[str, ...]:
    """Slots an outfit needs today beside its top and bottom (or dress)."""
    return (*((OUTER,) if outer_is_needed(book) else ()), *((SHOES,) if book.needs_shoes else ()))
