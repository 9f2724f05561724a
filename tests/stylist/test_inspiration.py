"""A photo's outfit from my closet: the nearest as a whole, what is missing, other combinations, what never meets."""

from typing import Any

import numpy as np
import pytest

from recommender.stylist.outfits.inspiration import compose
from recommender.stylist.pieces import Piece
from tests.stylist.closets import piece


def vector(seed: int, near: np.ndarray | None = None, spread: float = 0.0) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=256) / 16
    mixed = drawn if near is None else near + spread * drawn
    return np.asarray(mixed / np.linalg.norm(mixed), np.float32)


class Suits:
    """A compatibility model by which the named pieces go together, and nothing else does."""

    def __init__(self, *friends: Any) -> None:
        self.friends = set(friends)

    def encode(self, pieces: Any) -> Any:
        return [one.id for one in pieces]

    def agreement(self, seen: Any, outfits: np.ndarray) -> np.ndarray:
        return np.array([float({seen[at] for at in row if at >= 0} <= self.friends) for row in outfits])


TOP, LEGS = vector(1), vector(2)
PHOTO = [piece("seen-0", "shirt", embedding=TOP), piece("seen-1", "jeans", embedding=LEGS)]


def ids(found: Any) -> list[object]:
    return [one.mine.id if one.mine else None for one in found.match.items]


def test_the_nearest_of_each_is_worn_and_coverage_is_whole() -> None:
    mine = [
        piece("other shirt", "shirt", embedding=vector(3, TOP, 0.6)),
        piece("the shirt", "shirt", embedding=vector(4, TOP, 0.1)),
        piece("the jeans", "jeans", embedding=vector(5, LEGS, 0.1)),
    ]
    best, other = compose("photo", PHOTO, mine, model=None)
    assert ids(best) == ["the shirt", "the jeans"] and best.match.coverage == 1 and best.match.missing == ()
    assert ids(other) == ["other shirt", "the jeans"] and other.total < best.total


def test_of_two_that_are_alike_near_the_one_that_suits_the_rest_is_worn() -> None:
    mine = [
        piece("near", "shirt", embedding=vector(4, TOP, 0.30)),
        piece("suits", "shirt", embedding=vector(5, TOP, 0.34)),
        piece("jeans", "jeans", embedding=LEGS),
    ]
    assert ids(compose("photo", PHOTO, mine, model=None)[0])[0] == "near"
    assert ids(compose("photo", PHOTO, mine, model=Suits("suits", "jeans"))[0])[0] == "suits"  # type: ignore[arg-type]


def test_what_is_the_same_is_found_whatever_the_networks_call_it() -> None:
    mine = [piece("overshirt", "jacket", embedding=vector(4, TOP, 0.1)), piece("jeans", "jeans", embedding=LEGS)]
    assert ids(compose("photo", PHOTO, mine, model=None)[0]) == ["overshirt", "jeans"]


def test_a_garment_is_worn_once_and_what_never_meets_does_not() -> None:
    two = [piece("seen-0", "shirt", embedding=TOP), piece("seen-1", "shirt", embedding=vector(9, TOP, 0.1))]
    only = [piece("shirt", "shirt", embedding=TOP)]
    (found,) = compose("photo", two, only, model=None)
    assert sorted(map(str, ids(found))) == ["None", "shirt"] and found.match.coverage == 0.5
    assert ids(compose("photo", two[::-1], only, model=None)[0]) == [None, "shirt"], "whichever it comes nearer to"
    mine = [piece("shirt", "shirt", embedding=TOP), piece("jeans", "jeans", embedding=LEGS)]
    apart = compose("photo", PHOTO, mine, model=None, never=[("shirt", "jeans")])
    assert all(not {"shirt", "jeans"} <= set(ids(one)) for one in apart)


@pytest.mark.parametrize(
    "closet",
    [[], [piece("hat", "hat")], [piece("in the wash", "shirt", embedding=TOP, state="laundry")]],
    ids=["empty", "nothing near", "in the laundry"],
)
def test_where_nothing_stands_in_all_of_it_is_missing(closet: list[Piece]) -> None:
    (found,) = compose("photo", PHOTO, closet)
    assert ids(found) == [None, None] and found.match.coverage == 0 and found.total == 0
    assert compose("photo", [], closet) == []


def test_eleven_pieces_and_a_closet_of_a_thousand_are_composed_soon() -> None:
    kinds = ["shirt", "knit", "coat", "jeans", "sneakers", "tote", "cap", "scarf", "belt", "watch", "eyewear"]
    photo = [piece(f"seen-{at}", slug, embedding=vector(at)) for at, slug in enumerate(kinds)]
    closet = [piece(at, kinds[at % 11], embedding=vector(100 + at, vector(at % 11), 0.5)) for at in range(1100)]
    found = compose("photo", photo, closet)
    assert found[0].match.coverage == 1 and len({one.pieces for one in found}) == len(found) == 12
