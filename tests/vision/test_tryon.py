"""The mirror's geometry and pixels: bodies true to scale, landmarks on outlines, clothes where they belong."""

import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from PIL import Image, ImageDraw
from skimage import data

from catalog.flatlay import GarmentSpec, illustrate
from recommender.stylist.pieces import piece_of_kind
from recommender.stylist.tryon.figure import Figure as StandingFigure
from recommender.stylist.tryon.figure import half_breadth, of_measures
from recommender.stylist.tryon.layers import order, refused
from recommender.stylist.tryon.place import place
from recommender.stylist.tryon.pose_figure import doubts, legs_cross, of_pose
from recommender.stylist.tryon.things import both_feet, thing
from recommender.stylist.tryon.transfer import put_on
from recommender.stylist.tryon.ways import way_of
from recommender.vision.cards import WEIGHTS
from recommender.vision.faces import CenterFaceFinder
from recommender.vision.models import Models
from recommender.vision.pose import PoseNetwork
from recommender.vision.segmentation.parser import BACKGROUND, Parser
from recommender.vision.tryon.hidden import completed
from recommender.vision.tryon.landmarks import NoShape, garment_of
from recommender.vision.tryon.paint import SIZE, Worn, mannequin, paint
from recommender.vision.tryon.person import NotDressable, Seen, backdrop_of, look
from recommender.vision.tryon.sketch import Scene, dressed
from recommender.vision.tryon.warp import ThinPlate, prepared, warped
from tests.vision.clothes import SHIRT, SKIRT, TROUSERS, cutout


def standing(size: tuple[int, int] = (300, 600)) -> np.ndarray:
    """(33, 3) a person who stands facing the camera, in 0..1 of `size`."""
    points = np.zeros((33, 3))
    points[:, 2] = 1
    places = {
        0: (150, 55), 2: (158, 47), 5: (142, 47), 9: (155, 66), 10: (145, 66), 11: (190, 115), 12: (110, 115),
        13: (205, 190), 14: (95, 190), 15: (212, 260), 16: (88, 260), 19: (215, 280), 20: (85, 280), 23: (172, 275),
        24: (128, 275), 25: (175, 410), 26: (125, 410), 27: (175, 540), 28: (125, 540), 29: (175, 555), 30: (125, 555),
        31: (182, 565), 32: (118, 565),
    }  # fmt: skip
    for joint, place_ in places.items():
        points[joint, :2] = np.array(place_) / size
    return points


@pytest.mark.parametrize("sex", ["men", "women", ""])
def test_mannequin_is_as_wide_and_long_as_its_measures(sex: str) -> None:
    figure = of_measures({"height": 1700, "hips": 1000, "inside_leg": 780}, sex, size=SIZE)
    left, right = figure.edges(figure.torso[-2, 0])
    assert (right - left) / figure.scale == pytest.approx(2 * half_breadth(100, "hips"), rel=0.02)
    sole = figure.points["crown"][1] + 170 * figure.scale
    assert (sole - figure.points["crotch"][1]) / figure.scale == pytest.approx(78, abs=0.1)


@pytest.mark.parametrize("sex", ["men", "women", ""])
def test_hats_bags_and_shoes_are_where_they_are_worn(sex: str) -> None:
    figure = of_measures({"height": 1700, "waist": 780, "hips": 960}, sex, size=SIZE)
    points, cm = figure.points, figure.scale
    square, long = (0.0, 0.0, 100.0, 100.0), (0.0, 0.0, 60.0, 180.0)

    def place_of(kind: str, slot: str, box: tuple[float, float, float, float] = square) -> tuple[float, ...]:
        (part,) = thing(kind, slot, box, figure)
        return (*part.target.min(0), *part.target.max(0))

    middle = float(points["crown"][0])
    for hat in ("cap", "beanie", "hat"):
        left, top, right, bottom = place_of(hat, "hat")
        assert (left + right) / 2 == pytest.approx(middle) and top < points["crown"][1] < bottom < points["chin"][1]
    for kind, box, between in (
        ("scarf", long, ("chin", "crotch")), ("tie", long, ("chin", "crotch")),
        ("jewellery", square, ("chin", "crotch")),
        ("eyewear", (0.0, 0.0, 100.0, 35.0), ("crown", "chin")), ("belt", (0.0, 0.0, 100.0, 8.0), ("chin", "crotch")),
        ("socks", square, ("crotch", "toe_l")),
    ):  # fmt: skip
        left, top, right, bottom = place_of(kind, "accessory", box)
        assert (left + right) / 2 == pytest.approx(middle), kind
        assert points[between[0]][1] - 2 * cm < top < bottom < points[between[1]][1] + 8 * cm, kind
    for kind, beside in (("handbag", "hand_r"), ("backpack", "hand_l")):
        left, top, right, bottom = place_of(kind, "bag", long)
        assert left < points[beside][0] < right and top < points[beside][1] < bottom and right - left <= 46.1 * cm
    for kind, beside in (("watch", "wrist_l"), ("gloves", "hand_l")):
        left, _, right, _ = place_of(kind, "accessory")
        assert left < points[beside][0] < right
    for boxes in ([(square, None)], [((0.0, 0.0, 80.0, 40.0), True), ((90.0, 0.0, 170.0, 40.0), True)]):
        left_foot, right_foot = both_feet(boxes, figure)
        for part, side in ((left_foot, "l"), (right_foot, "r")):
            low, high = part.target.min(0), part.target.max(0)
            assert low[0] - 8 * cm < points[f"ankle_{side}"][0] < high[0] + 8 * cm
            assert high[1] == pytest.approx(points[f"toe_{side}"][1] + 1.2 * cm)
    (pair,) = both_feet([((0.0, 0.0, 110.0, 100.0), True)], figure)  # two shoes that nobody can tell apart
    assert pair.target[:, 0].min() < points["toe_l"][0] < points["toe_r"][0] < pair.target[:, 0].max()


@pytest.mark.parametrize("girth", [700, 1000, 1700])
def test_every_body_is_drawn_whole_in_the_picture(girth: int) -> None:
    measures = {"height": 1650, "chest": girth, "waist": girth, "hips": girth + 50}
    backdrop = mannequin(of_measures(measures, "women", size=SIZE))
    rows, columns = np.nonzero(backdrop.body > 0.5)
    assert rows.min() > 10 and rows.max() < SIZE[1] - 10
    assert columns.min() > 5 and columns.max() < SIZE[0] - 5


def test_landmarks_of_a_shirt_are_found_on_its_outline() -> None:
    found = garment_of(cutout(SHIRT), "t-shirt", "top").points
    for name, place_ in {"armpit_l": (110, 160), "hem_r": (290, 400), "hem_l": (110, 400)}.items():
        assert np.linalg.norm(found[name] - place_) < 10, name
    assert found["cuff_out_l"][0] < 60 and found["cuff_in_l"][1] > found["cuff_out_l"][1]


def test_landmarks_of_trousers_are_found_on_their_outline() -> None:
    found = garment_of(cutout(TROUSERS), "trousers", "bottom").points
    assert np.linalg.norm(found["crotch"] - (200, 180)) < 24
    assert np.linalg.norm(found["hem_in_l"] - (150, 560)) < 12
    assert np.linalg.norm(found["hem_out_r"] - (320, 560)) < 12


def test_landmark_set_by_its_owner_is_believed() -> None:
    garment = garment_of(cutout(TROUSERS), "trousers", "bottom", placed={"crotch": (0.5, 0.4), "nose": (0, 0)})
    assert garment.points["crotch"].tolist() == [200, 240]
    assert "nose" not in garment.points


def test_photo_that_was_not_cut_out_is_no_garment() -> None:
    with pytest.raises(NoShape) as refusal:
        garment_of(Image.new("RGBA", (300, 300), "red"), "shirt", "top")
    assert refusal.value.code == "not_cut"


def test_cutout_in_pieces_is_refused() -> None:
    picture = Image.new("RGBA", (300, 300))
    draw = ImageDraw.Draw(picture)
    draw.line((0, 0, 299, 299), fill="red", width=12)
    with pytest.raises(NoShape) as refusal:
        garment_of(picture, "coat", "outer")
    assert refusal.value.code == "in_pieces"


def test_thin_plate_goes_through_its_points() -> None:
    source = np.random.default_rng(1).uniform(0, 100, (12, 2))
    target = source * 1.3 + np.sin(source / 20) * 4
    assert np.abs(ThinPlate(source, target)(source) - target).max() < 1


def test_larger_size_is_drawn_wider_on_the_same_body() -> None:
    figure = of_measures({"height": 1700, "chest": 950}, "men", size=SIZE)
    widths = []
    for chest in (500.0, 560.0, 640.0):
        shirt = garment_of(cutout(SHIRT), "t-shirt", "top", measures={"chest": chest})
        torso = next(part for part in place(shirt, figure).parts if part.name == "torso")
        widths.append(np.ptp(torso.target[:, 0]))
    assert widths[0] < widths[1] < widths[2]


def test_inner_seams_of_trousers_that_lie_together_are_drawn_straight() -> None:
    picture = illustrate(GarmentSpec("jeans", ((40.0, 8.0, -20.0),)), size=640).convert("RGBA")
    figure = of_measures({"height": 1700, "thigh": 500, "hips": 900}, "women", size=SIZE)
    (part,) = place(garment_of(picture, "jeans", "bottom"), figure).parts
    alpha = warped(prepared(np.asarray(picture), 1.0), part, SIZE)[..., 3] > 127
    rows = np.arange(round(figure.points["crotch"][1]) + 60, round(figure.points["ankle_l"][1]) - 20)
    middle = round(float(figure.points["crotch"][0]))
    seam = np.array([np.flatnonzero(alpha[y, :middle])[-1] for y in rows])
    along = rows - rows.mean()
    assert np.abs(seam - np.polyval(np.polyfit(along, seam, 6), along)).max() < 1


def test_measured_sleeve_ends_where_it_says() -> None:
    figure = of_measures({"height": 1700, "arm": 580}, "men", size=SIZE)
    ends = []
    for sleeve in (200.0, 600.0):
        shirt = garment_of(cutout(SHIRT), "t-shirt", "top", measures={"chest": 500, "sleeve": sleeve})
        part = next(part for part in place(shirt, figure).parts if part.name == "sleeve_l")
        ends.append(part.target[:, 1].max())
    assert ends[1] - ends[0] == pytest.approx(40 * figure.scale, rel=0.15)


def test_outfit_covers_torso_and_legs_and_leaves_head_and_hands() -> None:
    figure = of_measures({"height": 1700}, "women", size=SIZE)
    backdrop = mannequin(figure)
    shirt = Worn(cutout(SHIRT, "red"), garment_of(cutout(SHIRT), "t-shirt", "top"))
    trousers = Worn(cutout(TROUSERS, "blue"), garment_of(cutout(TROUSERS), "trousers", "bottom"))
    picture = np.asarray(paint(backdrop, [trousers, shirt]).image).astype(int)
    chest = picture[round(figure.line("chest")), round(figure.middle(figure.line("chest")))]
    knee, head, hand = (
        picture[round(figure.points[name][1]) - dy, round(figure.points[name][0])]
        for name, dy in (("knee_l", 0), ("chin", 30), ("wrist_l", 0))
    )
    assert chest[0] > 2 * chest[2] and knee[2] > 2 * knee[0]
    for bare in (head, hand):
        assert abs(bare[0] - bare[2]) < 80


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ([], "nothing_to_wear"),
        (["dress", "trousers"], "dress_with_bottom"),
        (["jeans", "skirt"], "two_in_slot"),
        (["t-shirt"] * 11, "too_many"),
        (["shirt", "trousers", "coat", "boots", "scarf", "hat"], ""),
    ],
)
def test_what_cannot_be_worn_together_is_refused(kinds: list[str], code: str) -> None:
    assert refused([piece_of_kind(at, kind) for at, kind in enumerate(kinds)]) == code


def test_layers_go_from_the_skin_outwards() -> None:
    kinds = ["coat", "hat", "shirt", "jeans", "sneakers", "knit"]
    assert [piece.kind for piece in order([piece_of_kind(kind, kind) for kind in kinds])] == [
        "sneakers", "jeans", "shirt", "knit", "coat", "hat",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "others", "wish", "way"),
    [
        ("coat", ["shirt", "jeans"], {}, "open"),
        ("coat", ["jeans"], {}, "closed"),
        ("padded", ["shirt"], {}, "closed"),
        ("jacket", ["shirt"], {"closure": "pull-on"}, "closed"),
        ("coat", ["shirt"], {"asked": "closed"}, "closed"),
        ("jeans", ["boots"], {"cut": "slim"}, "in"),
        ("leggings", ["boots"], {}, "in"),
        ("trousers", ["boots"], {}, "over"),
        ("trousers", ["boots"], {"asked": "in"}, "in"),
        ("trousers", ["sneakers"], {}, ""),
        ("skirt", ["boots"], {"asked": "in"}, ""),
    ],
)
def test_coat_and_boots_are_worn_as_suits_the_outfit_or_as_asked(
    kind: str, others: list[str], wish: dict[str, str], way: str
) -> None:
    piece, *rest = (piece_of_kind(at, one) for at, one in enumerate([kind, *others]))
    assert way_of(piece, [piece, *rest], **wish) == way


def test_boots_go_over_trousers_that_are_worn_in_them() -> None:
    pieces = [piece_of_kind(kind, kind) for kind in ("boots", "jeans")]
    assert [piece.kind for piece in order(pieces)] == ["boots", "jeans"]
    assert [piece.kind for piece in order(pieces, ["", "in"])] == ["jeans", "boots"]


def test_open_coat_shows_what_is_under_it_and_a_closed_one_does_not() -> None:
    figure = of_measures({"height": 1700}, "men", size=SIZE)
    shirt = Worn(cutout(SHIRT, "blue"), garment_of(cutout(SHIRT), "shirt", "top"))
    shown = []
    for way in ("closed", "open"):
        coat = Worn(cutout(SHIRT, "red"), garment_of(cutout(SHIRT), "coat", "outer"), way)
        painted = paint(mannequin(figure), [shirt, coat])
        assert painted.stays_open == []
        picture = np.asarray(painted.image).astype(int)
        y = round(figure.line("waist") + 4 * figure.scale)
        row = picture[y, round(figure.middle(y)) - 8 : round(figure.middle(y)) + 9]
        shown.append((row[:, 2] > row[:, 0]).mean())
    assert shown[0] < 0.1 and shown[1] > 0.8


def test_coat_that_is_open_on_its_picture_cannot_be_closed() -> None:
    figure = of_measures({"height": 1700}, "men", size=SIZE)
    picture = cutout(SHIRT, "red")
    ImageDraw.Draw(picture).rectangle((170, 100, 230, 500), fill=(0, 0, 0, 0))
    painted = paint(mannequin(figure), [Worn(picture, garment_of(cutout(SHIRT), "coat", "outer"), "closed")])
    assert painted.stays_open == [0]


def test_worn_garment_put_back_on_its_wearer_lies_where_it_was() -> None:
    figure = of_pose(standing(), (300, 600), {"height": 1700})
    worn = Image.new("RGBA", (300, 600))
    ImageDraw.Draw(worn).polygon(
        ((120, 92), (180, 92), (200, 105), (225, 255), (200, 262), (185, 180), (190, 290), (110, 290),
         (115, 180), (100, 262), (75, 255), (100, 105)), fill="red")  # fmt: skip
    garment = garment_of(worn, "shirt", "top", worn=True, wearer=figure)
    assert garment.wearer is figure
    drawn = np.zeros((600, 300), bool)
    for part in put_on(garment, figure).parts:
        drawn |= warped(prepared(np.asarray(worn), 1.0), part, (300, 600))[..., 3] > 127
    mask = np.asarray(worn)[..., 3] > 127
    assert (drawn & mask).sum() / (drawn | mask).sum() > 0.95
    moved = garment_of(worn, "shirt", "top", worn=True, wearer=figure, placed={"hem_l": (0.4, 0.5)})
    assert moved.wearer is None  # what its owner set right is believed


def test_person_from_the_front_can_be_dressed() -> None:
    assert doubts(standing(), (300, 600)) == ""


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("half", lambda p: p.__setitem__((slice(25, 33), 2), 0)),
        ("from_behind", lambda p: p.__setitem__(([11, 12], 0), p[[12, 11], 0])),
        ("sitting", lambda p: p.__setitem__((slice(25, 27), 1), p[23:25, 1] + 0.05)),
        ("sideways", lambda p: p.__setitem__((slice(11, 13), 0), (0.51, 0.49))),
        ("child", lambda p: p.__setitem__((slice(9, 11), 1), p[9:11, 1] + 0.028)),
    ],
)
def test_photo_that_cannot_be_dressed_says_why(code: str, change: object) -> None:
    points = standing()
    change(points)  # type: ignore[operator]
    assert doubts(points, (300, 600)) == code


def test_crossed_legs_are_told() -> None:
    points = standing()
    assert not legs_cross(points)
    points[[27, 28], 0] = points[[28, 27], 0]
    assert legs_cross(points)


def test_person_on_a_photo_of_300_pixels_is_too_small() -> None:
    assert doubts(standing(), (150, 300)) == "too_small"


def test_measured_girth_widens_the_figure_of_a_photo() -> None:
    narrow, wide = (
        of_pose(standing(), (300, 600), {"height": 1700, "waist": waist}).edges(240) for waist in (700, 1100)
    )
    assert wide[1] - wide[0] > 1.2 * (narrow[1] - narrow[0])


def test_worn_shirt_is_painted_out_and_the_new_one_put_on() -> None:
    photo = Image.new("RGB", (300, 600), (90, 150, 90))
    draw = ImageDraw.Draw(photo)
    labels = Image.new("L", photo.size)
    names = (BACKGROUND, "hair", "skin", "top", "bottom", "shoes")
    shapes = [
        ((125, 20, 175, 85), 2, (220, 180, 160)), ((85, 100, 215, 280), 3, (230, 230, 0)),
        ((110, 275, 190, 555), 4, (40, 40, 60)), ((78, 250, 98, 290), 2, (220, 180, 160)),
    ]  # fmt: skip
    for box, label, colour in shapes:
        draw.rectangle(box, fill=colour)
        ImageDraw.Draw(labels).rectangle(box, fill=label)
    seen = Seen(np.asarray(labels), names, standing())
    backdrop = backdrop_of(photo, seen, {"top"}, {"height": 1700})
    yellow = (np.abs(backdrop.pixels - (230, 230, 0)).max(-1) < 30).sum()
    assert yellow < 60
    shirt = Worn(cutout(SHIRT, "red"), garment_of(cutout(SHIRT), "t-shirt", "top"))
    picture = np.asarray(dressed(Scene([shirt], {"height": 1700}, "", photo, seen)).image).astype(int)
    assert picture[200, 150, 0] > 2 * picture[200, 150, 1]
    assert np.abs(picture[50, 150] - (220, 180, 160)).max() < 12  # the face stays
    assert np.abs(picture[500, 130] - (40, 40, 60)).max() < 25  # and what was not replaced
    assert np.abs(picture[300, 20] - (90, 150, 90)).max() < 3


def test_other_painter_is_given_person_region_and_garment() -> None:
    class Painter:
        def dress(self, person: Image.Image, region: Image.Image, garment: Image.Image) -> Image.Image:
            assert person.size == region.size == (300, 600)
            return Image.composite(Image.new("RGB", person.size, "magenta"), person, region)

    seen = Seen(np.zeros((600, 300), np.uint8), (BACKGROUND, "skin"), standing())
    skirt = Worn(cutout(SKIRT), garment_of(cutout(SKIRT), "skirt", "bottom"))
    scene = Scene([skirt], {}, "", Image.new("RGB", (300, 600), "grey"), seen)
    assert dressed(scene, Painter()).image.getpixel((150, 330)) == (255, 0, 255)


def test_sleeves_of_a_worn_shirt_are_found_along_the_arms() -> None:
    figure = of_pose(standing(), (300, 600), {"height": 1700})
    worn = Image.new("RGBA", (300, 600))
    draw = ImageDraw.Draw(worn)
    draw.polygon(((120, 92), (180, 92), (200, 105), (225, 255), (200, 262), (185, 180), (190, 290), (110, 290),
                  (115, 180), (100, 262), (75, 255), (100, 105)), fill="red")  # fmt: skip
    found = garment_of(worn, "shirt", "top", worn=True, wearer=figure).points
    for side, wrist in (("l", 88), ("r", 212)):
        end = (found[f"cuff_in_{side}"] + found[f"cuff_out_{side}"]) / 2
        assert np.linalg.norm(end - (wrist, 258)) < 18
    assert found["hem_l"][0] < 125 and found["hem_r"][0] > 175
    assert found["hem_l"][1] == pytest.approx(290, abs=3)


def worn_shirt(draw_over: object = None) -> tuple[Image.Image, StandingFigure]:
    """A shirt on a wearer, its colours changing downwards; draw_over(draw) hides parts of it."""
    figure = of_pose(standing(), (300, 600), {"height": 1700})
    mask = Image.new("L", (300, 600))
    draw = ImageDraw.Draw(mask)
    draw.polygon(((120, 92), (180, 92), (200, 105), (225, 255), (200, 262), (192, 180), (195, 300), (105, 300),
                  (108, 180), (100, 262), (75, 255), (100, 105)), fill=255)  # fmt: skip
    if callable(draw_over):
        draw_over(draw)
    colours = np.full((600, 300, 3), (200, 30, 30), np.uint8)
    return Image.fromarray(np.dstack([colours, np.asarray(mask)]), "RGBA"), figure


@pytest.mark.parametrize(
    "hide",
    [
        lambda draw: draw.line(((112, 110), (180, 290)), fill=0, width=14),  # a bag's strap
        lambda draw: draw.rectangle((100, 210, 200, 240), fill=0),  # a forearm from side to side
        lambda draw: draw.rectangle((95, 200, 140, 250), fill=0),  # a hand before one side
    ],
)
def test_what_hides_a_worn_shirt_leaves_no_gap(hide: object) -> None:
    whole, figure = worn_shirt()
    picture, _figure = worn_shirt(hide)
    garment = garment_of(picture, "t-shirt", "top", worn=True, wearer=figure)
    made, guessed = completed(picture, garment)
    there, before, now = (np.asarray(one)[..., 3] > 127 for one in (whole, picture, made))
    gap = there & ~before
    gap[262:] = gap[:, :104] = gap[:, 197:] = False  # sleeves and the hem have an edge of their own
    assert (now & gap).sum() > 0.85 * gap.sum() and guessed > 0
    assert (now & ~there).sum() < 0.02 * there.sum()
    assert np.abs(np.asarray(made)[now & gap][:, :3].astype(int) - (200, 30, 30)).max() < 20


def test_open_front_and_neckline_of_a_worn_coat_stay_open() -> None:
    picture, figure = worn_shirt(
        lambda draw: (
            draw.polygon(((130, 90), (170, 90), (150, 150)), fill=0), draw.rectangle((140, 150, 160, 310), fill=0)
        )
    )  # fmt: skip
    garment = garment_of(picture, "coat", "outer", worn=True, wearer=figure)
    made, _guessed = completed(picture, garment)
    assert (np.asarray(made)[92:, 120:180, 3] <= np.asarray(picture)[92:, 120:180, 3]).all()


def test_trousers_under_a_coat_that_is_taken_off_go_on_in_their_colour() -> None:
    photo = Image.new("RGB", (300, 600), (90, 150, 90))
    labels = Image.new("L", photo.size)
    names = (BACKGROUND, "skin", "outer", "bottom")
    for box, label, colour in (
        ((85, 100, 215, 420), 2, (230, 230, 0)), ((108, 421, 145, 555), 3, (40, 40, 160)),
        ((155, 421, 192, 555), 3, (40, 40, 160)),
    ):  # fmt: skip
        ImageDraw.Draw(photo).rectangle(box, fill=colour)
        ImageDraw.Draw(labels).rectangle(box, fill=label)
    seen = Seen(np.asarray(labels), names, standing())
    pixels = backdrop_of(photo, seen, {"outer"}, {"height": 1700}).pixels
    for x in (126, 174):
        assert np.abs(pixels[380, x] - (40, 40, 160)).max() < 40
    assert np.abs(pixels[400, 60] - (90, 150, 90)).max() < 10


def test_hidden_sleeve_is_drawn_as_the_other() -> None:
    one_sleeve = ((150, 40), (250, 40), (290, 60), (290, 400), (110, 400), (110, 160), (50, 190), (20, 110))
    figure = of_measures({"height": 1700}, "men", size=SIZE)
    garment = garment_of(cutout(one_sleeve), "t-shirt", "top")
    names = [part.name for part in place(garment, figure).parts]
    assert "sleeve_l" in names and "sleeve_r" in names


def test_evaluation_skips_cleanly_without_the_photos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate_tryon", data=tmp_path)
    assert "skipped" in json.loads(capsys.readouterr().out)


@pytest.mark.weights
def test_portrait_is_no_whole_person_to_the_networks() -> None:
    if not (WEIGHTS / "pose.onnx").is_file():
        pytest.skip("pose.onnx is not here")
    photo = Image.fromarray(data.astronaut())
    models = Models(threads=1)
    with pytest.raises(NotDressable):
        look(photo, Parser(models), PoseNetwork(models), CenterFaceFinder(models)(photo))


@pytest.mark.weights
@pytest.mark.parametrize(("code", "across"), [("nobody", 0), ("two_people", 2)])
def test_photo_of_nobody_or_of_two_people_is_no_photo_to_dress(code: str, across: int) -> None:
    if not (WEIGHTS / "pose.onnx").is_file():
        pytest.skip("pose.onnx is not here")
    photo = np.hstack([data.astronaut()] * across) if across else np.dstack([data.brick()] * 3)
    models = Models(threads=1)
    with pytest.raises(NotDressable) as refusal:
        image = Image.fromarray(photo)
        look(image, Parser(models), PoseNetwork(models), CenterFaceFinder(models)(image))
    assert refusal.value.code == code
