"""Witnesses of one garment heard together: where it is worn, what it looks like, and what its wearer speaks of.

The detector sees the whole figure and knows best where a garment is worn, yet takes a shirt worn open for a jacket;
the describer knows best what a thing is, yet sees a crop. Neither alone decides.
"""

from collections import defaultdict
from collections.abc import Mapping, Set
from typing import Final

from catalog.taxonomy import KIND_BY_SLUG, Slot
from recommender.vision.facts import Scores
from recommender.vision.style import garment_style

# Measured on held-back photos with the parser that ships: below both are 2 of 471 closet photos and 9 of 354 shop
# photos, as are a cat, a cup and a horse. A retina and a round logo still pass for caps.
_BOTH: Final = 0.22
_ALONE: Final = 0.6
_ON_WHITE: Final = 0.45
_SOMETHING: Final = 0.1  # a describer that sees all kinds alike sees none
_BODY: Final = frozenset({Slot.TOP.value, Slot.OUTER.value, Slot.DRESS.value, Slot.OTHER.value})
_ALIKE: Final[Mapping[str, frozenset[str]]] = {
    Slot.TOP: _BODY,
    Slot.OUTER: _BODY,
    Slot.DRESS: _BODY,
    Slot.BOTTOM: frozenset({Slot.BOTTOM.value, Slot.DRESS.value, Slot.OTHER.value}),
    Slot.ACCESSORY: frozenset({Slot.ACCESSORY.value, Slot.BOTTOM.value}),
}
# The slots that a detector takes for one another.
_MISTAKEN: Final[Mapping[str, frozenset[str]]] = {
    Slot.TOP: frozenset({Slot.OUTER, Slot.DRESS}),
    Slot.OUTER: frozenset({Slot.TOP, Slot.DRESS}),
    Slot.DRESS: frozenset({Slot.TOP, Slot.OUTER, Slot.BOTTOM}),
    Slot.BOTTOM: frozenset({Slot.DRESS}),
}
# How surely the figure must speak of another slot before the detector is overruled. Measured on held-back photos: a
# shop's model wears what is sold and says so at once, of a person in a street the figure says little.
_OVERRULES: Final = 0.8
_IF_WRONG: Final = 0.02
_IF_NEITHER: Final = 0.5  # a tunic is neither top nor dress
_WEARER: Final = 2.0  # a shop's model wears what is sold: the figure's word against the crop's
# What holds for a whole outfit, so that the figure may say it too.
_OF_THE_OUTFIT: Final = ("usage", "gender", "season")
# And what the figure says of one garment, where it speaks of that one: a shop's model.
_OF_WHAT_IS_SOLD: Final = ("colour",)


def slot_chances(kinds: Mapping[str, float]) -> dict[str, float]:
    """slot -> probability, from kind -> probability."""
    slots: dict[str, float] = defaultdict(float)
    for kind, chance in kinds.items():
        slots[KIND_BY_SLUG[kind].slot.value] += chance
    return slots


def recognised(kinds: Mapping[str, float], slot: str, score: float) -> bool:
    """Whether what stands out from its ground is a garment at all.

    Detector and describer must speak of the same thing, or the describer must be quite sure of itself: a cup looks like
    a sandal to the one, and the other misses every garment in it. slot, score: the detector's. kinds: the describer's.
    """
    if not kinds:
        return True  # a describer without this head denies nothing
    likeliest = max(kinds.values())
    if slot == Slot.OTHER:  # something on a shop's white, of which no detector knows anything
        return likeliest >= _ON_WHITE
    slots = slot_chances(kinds)
    same = sum(slots.get(other, 0.0) for other in _ALIKE.get(slot, frozenset({slot})))
    return (score * same >= _BOTH and likeliest >= _SOMETHING) or likeliest >= _ALONE


def spoken_for(score: float, slot: str, wearer: Mapping[str, float]) -> float:
    """How sure it is that a garment is worn in `slot`, 0..1, by the detector's `score` and the wearer's figure.

    Two witnesses, either of whom may be right. wearer: kind -> probability, of the whole person.
    """
    return 1 - (1 - score) * (1 - min(1.0, slot_chances(wearer).get(slot, 0.0)))


def worn(scores: Mapping[str, Scores], slot: str, others: Set[str], wearer: Mapping[str, Scores]) -> dict[str, Scores]:
    """The scores of a worn garment when its wearer is heard too, each head the likeliest first, summing as before.

    scores, wearer: head -> label -> probability, of the garment's crop and of the whole person. slot: where the
    detector saw it. others: the slots of what else is worn; a garment is not moved into one of them.
    """
    heard = dict(scores)
    if kinds := scores.get("kind"):
        figure = wearer.get("kind", {})
        sure = {other for other, chance in slot_chances(figure).items() if chance >= _OVERRULES} - others
        weighed = {
            kind: _fits(kind, slot, sure) * (chance + _WEARER * figure.get(kind, 0.0)) for kind, chance in kinds.items()
        }
        total = sum(weighed.values())
        heard["kind"] = _sorted({kind: weight / total for kind, weight in weighed.items()}) if total else kinds
    sold = slot_chances(wearer.get("kind", {})).get(slot, 0.0) >= _OVERRULES
    for head in (*_OF_THE_OUTFIT, *(_OF_WHAT_IS_SOLD if sold else ())):
        if head in scores and head in wearer:
            said = wearer[head]
            heard[head] = _sorted(
                {label: (p + _WEARER * said.get(label, 0.0)) / (1 + _WEARER) for label, p in scores[head].items()}
            )
    if "style" in heard:
        heard["style"] = garment_style(heard)
    return heard


def _fits(kind: str, slot: str, sure: Set[str]) -> float:
    """What a kind counts for a garment seen in `slot`. sure: free slots that the figure is sure of."""
    own = KIND_BY_SLUG[kind].slot
    if own == slot or (own in _MISTAKEN.get(slot, ()) and own in sure):
        return 1.0
    return _IF_NEITHER if own is Slot.OTHER and slot in _MISTAKEN else _IF_WRONG


def _sorted(scores: Scores) -> Scores:
    return dict(sorted(scores.items(), key=lambda pair: -pair[1]))
