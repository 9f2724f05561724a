"""Where landmarks are, who has them, and what is missing of a whole figure."""

import numpy as np
import pytest

from recommender.vision.cards import load_cards
from recommender.vision.pose import BodyPart, Joint, Pose, find, full_body, in_cells, pose_of
from tests.vision.test_real_networks import asset

SIZE = (24, 16)


def seen(**visible: float) -> Pose:
    """A pose of which only the landmarks named are seen."""
    points = np.zeros((len(Joint), 3), np.float32)
    for name, visibility in visible.items():
        points[Joint[name.upper()], 2] = visibility
    return Pose(points)


def heat(*warm: tuple[int, int]) -> np.ndarray:
    """Every landmark is at the same cells (row, column), the first the warmest."""
    planes = np.full((len(Joint), *SIZE), -8.0, np.float32)
    for order, (row, column) in enumerate(warm):
        planes[:, row, column] = 8.0 - order
    return planes


def test_a_landmark_lies_in_the_middle_of_its_warmest_cell():
    everywhere = np.ones(SIZE, bool)
    pose = pose_of(heat((6, 4)), np.full((len(Joint), *SIZE), 3.0), everywhere, (24, 16))
    assert pose.points.shape == (33, 3) and pose.points.dtype == np.float32
    assert pose.points[Joint.NOSE] == pytest.approx([4.5 / 16, 6.5 / 24, 1 / (1 + np.exp(-3))], abs=0.01)


def test_padding_is_no_part_of_the_photo():
    pose = pose_of(heat((6, 4)), heat((6, 4)), np.ones(SIZE, bool), (12, 8))
    assert pose.points[Joint.NOSE, :2] == pytest.approx([4.5 / 8, 6.5 / 12], abs=0.01)


def test_two_people_each_have_their_own_landmarks():
    left, right = np.zeros((96, 64), bool), np.zeros((96, 64), bool)
    left[20:60, 4:24], right[20:60, 40:60] = True, True
    both = heat((8, 12), (8, 3))
    poses = [pose_of(both, both, in_cells(mask, SIZE, (24, 16)), (24, 16)) for mask in (left, right)]
    assert [round(float(pose.points[Joint.NOSE, 0] * 16), 1) for pose in poses] == [3.5, 12.5]


def test_what_is_missing_of_a_whole_figure_is_named_from_top_to_bottom():
    assert full_body(seen()) == tuple(BodyPart)
    upper = {"nose": 0.9, "left_shoulder": 0.9, "right_hip": 0.9}
    assert full_body(seen(**upper)) == (BodyPart.KNEES, BodyPart.ANKLES)
    # Of somebody seen from the side one knee hides the other.
    assert full_body(seen(**upper, left_knee=0.8, left_ankle=0.7)) == ()
    # A long skirt hides both.
    assert full_body(seen(**upper, left_ankle=0.7)) == ()
    assert full_body(seen(left_hip=0.9, left_ankle=0.7)) == (BodyPart.HEAD, BodyPart.SHOULDERS)


@pytest.mark.weights
def test_the_head_reads_the_maps_of_the_segmentation_that_ships(real_engine):
    cards = load_cards()
    assert cards["pose"].notes["encoder"] == cards["parser"].key
    assert {"fine", "coarse"} < cards["parser"].outputs.keys()


@pytest.mark.weights
def test_landmarks_of_a_real_person_follow_the_body_however_small(real_engine):
    detector = real_engine.detector
    pose = find(asset("bus.jpg").convert("RGB"), detector.parser, detector.poses)
    assert pose is not None
    order = [Joint.NOSE, Joint.LEFT_SHOULDER, Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE]
    assert list(pose.points[order, 1]) == sorted(pose.points[order, 1])
