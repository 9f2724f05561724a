"""The pose head's crops, loss and splits."""

import numpy as np
import pytest
import torch

from recommender.vision.pose import Joint, pose_of
from training.vision.pose_features import MIRRORED, crop_of, exposed, moved, split_of
from training.vision.pose_head import POINTS, PoseHead, pose_loss


def upright() -> np.ndarray:
    """Somebody upright in a photo of 500 x 300 pixels, the left side on the right of the picture."""
    points = np.tile(np.array([150.0, 90, 1], np.float32), (POINTS, 1))
    for joint in Joint:
        if "LEFT" in joint.name:
            points[joint, 0] = 180
        elif "RIGHT" in joint.name:
            points[joint, 0] = 120
        if joint >= Joint.LEFT_HIP:
            points[joint, 1] = 250
        if joint >= Joint.LEFT_ANKLE:
            points[joint, 1] = 420
    return points


def test_left_and_right_change_places_in_a_mirror():
    assert [MIRRORED[MIRRORED[joint]] for joint in Joint] == list(Joint)
    for joint in Joint:
        other = Joint(MIRRORED[joint]).name
        assert other == joint.name.replace("LEFT", "@").replace("RIGHT", "LEFT").replace("@", "RIGHT")
    flip = np.array([[-1, 0, 300], [0, 1, 0]], np.float32)
    mirrored = moved(upright(), flip, (500, 300))
    assert mirrored[:, :2] == pytest.approx(moved(upright(), np.eye(2, 3, dtype=np.float32), (500, 300))[:, :2])


def test_a_crop_keeps_somebody_in_it_and_what_it_cuts_off_is_not_visible():
    for seed in range(40):
        matrix, size = crop_of(upright()[:, :2], (500, 300), np.random.default_rng(seed))
        points = moved(upright(), matrix, size)
        inside = ((points[:, :2] >= 0) & (points[:, :2] < 1)).all(1)
        assert (points[:, 2] > 0).tolist() == inside.tolist()
        assert inside[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].any()


def test_the_head_learns_where_a_landmark_is_and_whether_it_is_seen():
    torch.manual_seed(0)
    head = PoseHead()
    fine, coarse = torch.randn(2, 96, 16, 8), torch.randn(2, 112, 8, 4)
    person = torch.zeros(2, 16, 8, dtype=torch.bool)
    person[:, 2:14, 1:7] = True
    points = torch.rand(2, POINTS, 3) * torch.tensor([0.5, 0.6, 1.0]) + torch.tensor([0.2, 0.2, 0.0])
    points[..., 2] = (points[..., 2] > 0.3).float()
    optimiser = torch.optim.Adam(head.parameters(), 1e-2)
    losses = []
    for _ in range(40):
        loss, _ = pose_loss(head(fine, coarse), points, person)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]
    found = {name: value.detach().numpy() for name, value in head(fine, coarse).items()}
    assert found["heat"].shape == found["seen"].shape == (2, POINTS, 16, 8)
    pose = pose_of(found["heat"][0], found["seen"][0], person[0].numpy(), (16, 8)).points
    seen = points[0, :, 2].numpy() > 0
    assert np.median(np.abs(pose[seen, :2] - points[0, seen, :2].numpy())) < 0.1


def test_pose_is_split_as_the_other_networks_are():
    assert split_of("street_photos", "0012.webp") == "train"
    assert {split_of("street_photos", f"{number:04}.webp") for number in range(3, 200, 10)} == {"tune", "report"}
    assert {split_of("look_photos", f"dandy_{number}.webp") for number in range(60)} == {"train", "tune", "report"}


@pytest.mark.weights
def test_showing_the_maps_twice_changes_nothing():
    from recommender.vision.cards import WEIGHTS

    path = WEIGHTS / "parser.onnx"
    if not path.is_file():
        pytest.skip("the networks are not built yet (python -m training)")
    once = exposed(path.read_bytes())
    assert exposed(once) == once
