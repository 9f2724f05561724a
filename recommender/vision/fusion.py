"""Witnesses of one garment heard together: where it is worn, what it looks like, and what its wearer speaks of.

The detector sees the whole figure and knows best where a garment is worn, yet takes a shirt worn open for a jacket;
the classifier knows best what a thing is, yet sees a crop. Neither alone decides.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from catalog.taxonomy import KIND_BY_SLUG, Slot
from recommender.vision.describe.classifier import with_derived_heads
from recommender.vision.describe.embedding_classifier import Class
from recommender.vision.facts import Scores

# Of what is worn, all but what is small.
BODY_SLOTS: Final = frozenset({Slot.TOP, Slot.OUTER, Slot.DRESS, Slot.BOTTOM})
# Measured on held-back photos with the networks that ship: of 472 closet photos all but 2 are recognised, of 1,761 shop
# pictures all but 5; of 22 of skimage's pictures without clothes, a logo, a motorcycle and a slide of stained tissue.
_BOTH: Final = 0.12
_SOMETHING: Final = 0.175  # a classifier that sees all kinds alike sees none
_ALONE: Final = 0.75
_SLOT_ALONE: Final = 0.95
# What the shape network must see of the detector's slot where the classifier sees less than half of it: a retina is
# a top to the one and a cap to the other.
_DENIED: Final = 0.25
_HALF: Final = 0.5
# How sure a detector must be whose slot classifier and shape name too: no cat or cup is one thing to all three.
_FAINT: Final = 0.1
# What is worn and small, by what detector and classifier say of it together: below this, a fringe of hair is no hat and
# a shin no boot. Of 85 held-back outfits it takes two bags and five that are none, of legs and faces nine of eleven.
_LEAST_WORN: Final[Mapping[str, float]] = {Slot.HAT: 0.3, Slot.SHOES: 0.2, Slot.BAG: 0.1, Slot.ACCESSORY: 0.1}
_BELIEVED: Final = 0.8  # the describer's word on whether a garment is there, beside the detector's, whose weight is 1
# Below this share of the largest thing worn, a top or trousers are a sliver. Of 196 on held-back outfits, 20 are such
# slivers and believed no more than this: of none the outline is right by half, 13 are nowhere near what is worn.
_SLIVER: Final = 0.2
_SLIVER_BELIEVED: Final = 0.5
# Bags that are believed less are elbows and folds: of 67 that is 21, five of them bags.
_BAG_BELIEVED: Final = 0.5
# On a shop's white, where something is for sale and stands out by itself, the detector need only see anything.
_SEEN_ON_WHITE: Final = 0.1
_KIND_ON_WHITE: Final = 0.35
_SLOT_ON_WHITE: Final = 0.6
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
_WEARER: Final = 2.0  # the figure's word against the crop's, of usage and gender
# A shop's whole picture is what the classifier was taught with: it knows it better than any part of it.
_SHOP: Final = 20.0
_KIN: Final = 0.5  # a slot that detectors take for the one that is spoken of
_LEAST_KIN: Final = 0.2
_LARGE: Final = 0.05  # of the picture
# How much the detector's word on something that lies counts beside the describer's, whose weight is 1; what it leaves
# of a slot it denies; and what kinds without a slot of theirs get. Measured on held-back closet photos, of the ten
# classes .917 are then right, .910 otherwise, and .5 to .8 make no difference.
_SECONDED: Final = 0.6
_LEAST_SLOT: Final = 0.05
_UNTOLD: Final = 0.25
# The exponents of classifier and shape network where both judge a garment, and the least a shape is given. Measured
# on held-back closet photos with networks taught on a GPU: all from .5 to .7 beside .35 to .55 name as many.
_OF_SIGHT: Final = 0.6
_OF_SHAPE: Final = 0.5
_LEAST_SHAPE: Final = 1e-4
# The exponent of what a garment's like are called, and the least that a word is given. Measured on held-back closet
# photos with networks that had seen none of them, of the ten classes .924 are right without and .931 with .2 where
# senders are unknown (432), .897 and .917 where they are known (301). An embedding taught on a GPU tells words better.
_OF_WORDS: Final = 0.3
_LEAST_WORD: Final = 1e-4
# What holds for a whole outfit, so that the figure may say it of each part.
_OF_THE_OUTFIT: Final = frozenset({"usage", "gender"})


@dataclass(frozen=True)
class Figure:
    """The person as a whole, a witness of all that is worn. scores: head -> label -> probability.

    shop: the person is a shop's model, and the picture is of one thing, what is sold.
    """

    scores: Mapping[str, Scores]
    shop: bool = False

    @property
    def kinds(self) -> Scores:
        return self.scores.get("kind", {})


def slot_chances(kinds: Mapping[str, float]) -> dict[str, float]:
    """slot -> probability, from kind -> probability."""
    slots: dict[str, float] = defaultdict(float)
    for kind, probability in kinds.items():
        slots[KIND_BY_SLUG[kind].slot.value] += probability
    return slots


def recognised(
    kinds: Mapping[str, float],
    slot: str,
    score: float,
    *,
    shape: Mapping[str, float] | None = None,
    on_white: bool = False,
) -> bool:
    """Whether what stands out from its ground is a garment at all.

    Detector and classifier must speak of the same thing, less surely where shape makes three and hardly where it denies
    it, or the classifier be quite sure of itself: a cup looks like a sandal to the one, and the other misses every
    garment in it.

    slot, score: the detector's. kinds: the describer's. shape: kind -> probability by the shape network, where it was
    asked. on_white: the picture is a shop's.
    """
    if not kinds:
        return True  # a classifier without this head denies nothing
    likeliest, slots = max(kinds.values()), slot_chances(kinds)
    if on_white and score >= _SEEN_ON_WHITE:
        return likeliest >= _KIND_ON_WHITE or max(slots.values()) >= _SLOT_ON_WHITE
    if likeliest >= _ALONE or max(slots.values()) >= _SLOT_ALONE:
        return True
    if shape and score >= _FAINT and slot == _likeliest(slots) == _likeliest(slot_chances(shape)):
        return True
    same = seconded(kinds, slot)
    if shape and same < _HALF and seconded(shape, slot) < _DENIED:
        return False
    return score * same >= _BOTH and likeliest >= _SOMETHING


def _likeliest(probabilities: Mapping[str, float]) -> str:
    return max(probabilities, key=lambda name: probabilities[name])


def seconded(kinds: Mapping[str, float], slot: str) -> float:
    """How far the classifier sees what the detector saw in `slot`, or what is easily taken for it: 0..1."""
    slots = slot_chances(kinds)
    return sum(slots.get(other, 0.0) for other in _ALIKE.get(slot, frozenset({slot})))


def believed(score: float, kinds: Mapping[str, float], slot: str) -> float:
    """How sure detector and classifier together are of a worn garment, 0..1; 0 where it is surely none.

    Measured on held-back outfits, box AP50 rises from .660 to .680 when garments are ranked so. score, slot: the
    detector's. kinds: the describer's of the crop alone.
    """
    if not kinds:
        return score
    same = seconded(kinds, slot)
    return 0.0 if score * same < _LEAST_WORN.get(slot, 0.0) else float(score * max(same, _LEAST_SLOT) ** _BELIEVED)


def clear(sure: float, slot: str, share: float) -> bool:
    """Whether so much is seen of a worn garment that its picture shows it, rather than a sliver under a coat.

    sure: what is `believed` of it. share: its area, of the largest thing worn; the largest itself is clear.
    """
    if slot == Slot.BAG:
        return share >= 1 or sure >= _BAG_BELIEVED
    return slot not in BODY_SLOTS or share >= _SLIVER or sure >= _SLIVER_BELIEVED


def by_shape(scores: Mapping[str, Scores], shape: Mapping[str, Scores]) -> dict[str, Scores]:
    """The scores of a garment when its shape is heard too, each head the likeliest first.

    The two see different things of it, so that what both say is surer than what either does: their probabilities are
    multiplied. shape: head -> label -> probability, of the drawing alone; heads that it does not tell stay, all of them
    where it tells nothing.
    """
    heard = dict(scores)
    if not shape:
        return heard
    for head, said in shape.items():
        if own := scores.get(head):
            both = {
                label: probability**_OF_SIGHT * max(said.get(label, 0.0), _LEAST_SHAPE) ** _OF_SHAPE
                for label, probability in own.items()
            }
            total = sum(both.values())
            heard[head] = _sorted({label: part / total for label, part in both.items()})
    followed = with_derived_heads(heard)
    return {head: followed[head] for head in heard}


def lying(scores: Mapping[str, Scores], slots: Mapping[str, float]) -> dict[str, Scores]:
    """The scores of a garment that lies or hangs when the detector is heard too, each head the likeliest first.

    A crop fitted to its frame no longer tells a dress from a T-shirt by its size; the detector sees it in its place.
    slots: slot -> 0..1, the detector's; empty where it does not tell.
    """
    kinds = scores.get("kind")
    if not kinds or not slots:
        return dict(scores)
    heard = {kind: probability * _lies_as(kind, slots) for kind, probability in kinds.items()}
    total = sum(heard.values())
    followed = with_derived_heads({**scores, "kind": _sorted({kind: part / total for kind, part in heard.items()})})
    return {head: followed[head] for head in scores}


def by_word(scores: Mapping[str, Scores], classes: Mapping[str, Class]) -> dict[str, Scores]:
    """The scores of a garment when it is heard what its like are called, each head the likeliest first.

    classes: word -> class; empty where nobody tells. Kinds that go by none of the words keep their probabilities.
    """
    kinds = scores.get("kind")
    if not kinds or not classes:
        return dict(scores)
    word = {kind: one.probability for one in classes.values() for kind in one.kinds}
    known = {kind: probability for kind, probability in kinds.items() if kind in word}
    weighed = {kind: probability * max(word[kind], _LEAST_WORD) ** _OF_WORDS for kind, probability in known.items()}
    scale = sum(known.values()) / (sum(weighed.values()) or 1.0)
    heard = kinds | {kind: probability * scale for kind, probability in weighed.items()}
    followed = with_derived_heads({**scores, "kind": _sorted(heard)})
    return {head: followed[head] for head in scores}


def _lies_as(kind: str, slots: Mapping[str, float]) -> float:
    """What a kind counts for a garment that the detector takes for one of `slots`."""
    slot = KIND_BY_SLUG[kind].slot
    probability = _UNTOLD if slot is Slot.OTHER else slots.get(slot.value, 0.0)
    return float(max(probability, _LEAST_SLOT) ** _SECONDED)


def spoken_for(score: float, slot: str, wearer: Mapping[str, float]) -> float:
    """How sure it is that a garment is worn in `slot`, 0..1, by the detector's `score` and the wearer's figure.

    Two witnesses, either of whom may be right. wearer: kind -> probability, of the whole person.
    """
    return 1 - (1 - score) * (1 - min(1.0, slot_chances(wearer).get(slot, 0.0)))


def is_one_dress(slots: Sequence[str], kinds: Mapping[str, float]) -> bool:
    """Whether the one top and the one bottom that were detected are halves of a dress, as the figure surely says.

    slots: of all that is worn. kinds: kind -> probability, of the whole person.
    """
    halves = slots.count(Slot.TOP) == slots.count(Slot.BOTTOM) == 1 and Slot.DRESS not in slots
    return halves and slot_chances(kinds).get(Slot.DRESS, 0.0) >= _OVERRULES


def for_sale(wears: Sequence[tuple[str, float, float]], kinds: Mapping[str, float]) -> int | None:
    """Which of the garments on a shop's model the picture is of, if any.

    wears: slot, score and share of the picture of each. kinds: kind -> probability, of the whole picture.
    """
    slots = slot_chances(kinds)
    kin = [_kinship(slot, slots) for slot, _, _ in wears]
    if max(kin, default=0.0) < _LEAST_KIN:
        # Nothing like it was detected: where the picture is sure, the largest thing was taken for another.
        shares = [share for _, _, share in wears]
        surely = max(slots.values(), default=0.0) >= _OVERRULES and max(shares, default=0.0) >= _LARGE
        return shares.index(max(shares)) if surely else None
    fitting = [near * (0.3 + score) * share**0.25 for near, (_, score, share) in zip(kin, wears, strict=True)]
    return fitting.index(max(fitting))


def _kinship(slot: str, slots: Mapping[str, float]) -> float:
    """How far what is spoken of may be what was detected in `slot`. slots: slot -> probability of what is spoken of."""
    alike = _ALIKE.get(slot, frozenset({slot}))
    return sum(
        probability * (1.0 if other == slot else _KIN if other in alike else 0.0)
        for other, probability in slots.items()
    )


def worn(
    scores: Mapping[str, Scores], slot: str, others: Set[str], figure: Figure, *, sold: bool = False
) -> dict[str, Scores]:
    """The scores of a worn garment when its wearer is heard too, each head the likeliest first, summing as before.

    scores: head -> label -> probability, of the garment's crop. slot: where the detector saw it. others: the slots of
    what else is worn; a garment is not moved into one of them. sold: the figure is a shop's, and shows this garment.
    """
    heard = dict(scores)
    weight = _SHOP if figure.shop else _WEARER
    # Of single garments' kinds a figure says nothing, but for the one that a shop's picture is of: of 334 garments of
    # held-back outfits, .632 are named right when it is heard as of usage, .665 when it is not.
    of_kind = weight if sold else 0.0
    for head, own in scores.items():
        if head != "kind" and head in figure.scores and (sold or head in _OF_THE_OUTFIT):
            said = figure.scores[head]
            both = {label: (p + weight * said.get(label, 0.0)) / (1 + weight) for label, p in own.items()}
            heard[head] = _sorted(both)
    if kinds := scores.get("kind"):
        spoken_of = slot_chances(figure.kinds)
        if sold and _kinship(slot, spoken_of) < _LEAST_KIN:
            slot = max(spoken_of, key=lambda other: spoken_of[other])
        sure = {other for other, probability in spoken_of.items() if probability >= _OVERRULES} - others
        weighed = {
            kind: _fits(kind, slot, sure) * (probability + of_kind * figure.kinds.get(kind, 0.0))
            for kind, probability in kinds.items()
        }
        total = sum(weighed.values())
        heard["kind"] = _sorted({kind: weight / total for kind, weight in weighed.items()}) if total else kinds
    followed = with_derived_heads(heard)
    return {head: followed[head] for head in heard}


def _fits(kind: str, slot: str, sure: Set[str]) -> float:
    """What a kind counts for a garment seen in `slot`. sure: free slots that the figure is sure of."""
    own = KIND_BY_SLUG[kind].slot
    if own == slot or (own in _MISTAKEN.get(slot, ()) and own in sure):
        return 1.0
    return _IF_NEITHER if own is Slot.OTHER and slot in _MISTAKEN else _IF_WRONG


def _sorted(scores: Scores) -> Scores:
    return dict(sorted(scores.items(), key=lambda pair: -pair[1]))
