"""Where the pieces of an outfit lie in its picture."""

import itertools

import pytest

from catalog.collage import SLOT_OF, Spot, arrange, reach

OUTFITS = [
    ["coat", "shirt", "jeans", "sneakers", "tote"],
    ["t-shirt", "shorts", "sandals", "cap"],
    ["dress", "heels", "clutch", "jewellery"],
    ["padded", "cardigan", "t-shirt", "trousers", "boots", "beanie", "scarf"],
    ["blazer", "dress", "flats", "handbag"],
]


def inside(spot: Spot) -> bool:
    return (
        spot.x - spot.width / 2 >= 0
        and spot.x + spot.width / 2 <= 1
        and spot.y - spot.height / 2 >= 0
        and spot.y + spot.height / 2 <= 1
    )


@pytest.mark.parametrize("kinds", OUTFITS, ids=" ".join)
def test_every_piece_has_a_place_of_its_own_inside_the_picture(kinds: list[str]) -> None:
    spots = arrange(kinds)
    assert all(spot and inside(spot) for spot in spots)
    assert len({(spot.x, spot.y) for spot in spots if spot}) == len(kinds)
    assert len({spot.layer for spot in spots if spot}) == len(kinds)


def test_any_two_kinds_fit_into_the_picture() -> None:
    for pair in itertools.combinations(sorted(SLOT_OF), 2):
        assert all(spot is None or inside(spot) for spot in arrange(pair)), pair


def test_one_piece_alone_fills_the_picture() -> None:
    assert arrange(["shirt"]) == [Spot(0.5, 0.5, 0.8, 0.8, 1)]


def test_a_second_layer_lies_beside_and_below_the_first() -> None:
    coat, cardigan, *_ = arrange(["coat", "cardigan", "shirt", "jeans"])
    assert coat and cardigan
    assert cardigan.layer < coat.layer and (cardigan.x, cardigan.y) != (coat.x, coat.y)


def test_small_things_that_find_no_room_are_left_out() -> None:
    spots = arrange(["shirt", "jeans", *["cap"] * 8])
    assert sum(spot is None for spot in spots) == 2


def test_a_coat_lies_taller_than_a_jacket_and_a_jacket_than_a_cap() -> None:
    assert reach("coat") > reach("jacket") > abs(reach("cap"))
