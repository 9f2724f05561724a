"""Try-on by diffusion with tiny random weights: loaded as an operator's, painted inside the region alone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from recommender.vision.models import ModelMissing
from recommender.vision.torchvision_operators import declare_missing
from recommender.vision.tryon_diffusion import ATTENTION, DiffusionTryOn, attention_of, without_text

SIZE = (48, 64)


def test_a_folder_without_networks_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="unet, vae, scheduler not found"):
        DiffusionTryOn(tmp_path, device="cpu", steps=1, seed=0)


def test_without_diffusers_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("unet", "vae", "scheduler"):
        (tmp_path / name).mkdir()
    monkeypatch.setitem(__import__("sys").modules, "diffusers", None)
    with pytest.raises(ModelMissing, match="pip install diffusers"):
        DiffusionTryOn(tmp_path, device="cpu", steps=1, seed=0)


@pytest.fixture(scope="module")
def library() -> Any:
    declare_missing()
    return pytest.importorskip("diffusers", reason="large, and for operators with a GPU alone")


def unet(diffusers: Any, seed: int, channels: int = 9) -> Any:
    import torch

    torch.manual_seed(seed)
    return diffusers.UNet2DConditionModel(
        sample_size=8, in_channels=channels, out_channels=4, block_out_channels=(8, 16), layers_per_block=1,
        norm_num_groups=4, cross_attention_dim=8, attention_head_dim=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    )  # fmt: skip


@pytest.fixture
def weights(library: Any, tmp_path: Path) -> Path:
    import torch

    torch.manual_seed(1)
    vae = library.AutoencoderKL(
        block_out_channels=(8, 8), norm_num_groups=4, latent_channels=4,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
    )  # fmt: skip
    vae.save_pretrained(tmp_path / "vae")
    unet(library, 2).save_pretrained(tmp_path / "unet")
    library.DDIMScheduler(clip_sample=False, set_alpha_to_one=False).save_pretrained(tmp_path / "scheduler")
    return tmp_path


@pytest.fixture
def pictures() -> tuple[Image.Image, Image.Image, Image.Image]:
    rng = np.random.default_rng(3)
    person = Image.fromarray(rng.integers(0, 255, (150, 90, 3), np.uint8))
    region = Image.new("L", person.size)
    ImageDraw.Draw(region).rectangle((20, 40, 70, 100), fill=255)
    garment = Image.new("RGBA", (60, 40))
    ImageDraw.Draw(garment).ellipse((5, 5, 55, 35), fill=(200, 30, 30, 255))
    return person, region, garment


def test_it_paints_inside_the_region_alone_and_the_same_for_the_same_seed(weights: Path, pictures: Any) -> None:
    person, region, garment = pictures
    network = DiffusionTryOn(weights, device="cpu", steps=2, seed=5, size=SIZE)
    worn = network.dress(person, region, garment)
    before, after, hole = np.asarray(person), np.asarray(worn), np.asarray(region) > 0
    assert (worn.mode, worn.size) == ("RGB", person.size)
    assert (after[~hole] == before[~hole]).all() and (after[hole] != before[hole]).any(axis=-1).mean() > 0.9
    assert (np.asarray(network.dress(person, region, garment)) == after).all()
    other = DiffusionTryOn(weights, device="cpu", steps=2, seed=6, size=SIZE).dress(person, region, garment)
    assert (np.asarray(other) != after).any()
    blue = Image.new("RGBA", garment.size, (20, 40, 220, 255))
    assert (np.asarray(network.dress(person, region, blue)) != after).any(), "the garment is looked at"


@pytest.mark.parametrize("named_once_by", ["attention", "part"])
def test_self_attention_trained_apart_is_loaded(weights: Path, library: Any, pictures: Any, named_once_by: str) -> None:
    from safetensors.torch import save_file

    trained = unet(library, 9)
    without_text(trained)
    named: dict[int, str] = {}
    for name, weight in attention_of(trained).named_parameters(remove_duplicate=False):
        if named_once_by == "part" or id(weight) not in named:
            named[id(weight)] = name  # by its attention, which comes first, or by itself
    kept = {name: dict(attention_of(trained).named_parameters(remove_duplicate=False))[name] for name in named.values()}
    (weights / ATTENTION).parent.mkdir()
    save_file({name: weight.detach().clone() for name, weight in kept.items()}, weights / ATTENTION)
    network = DiffusionTryOn(weights, device="cpu", steps=1, seed=5, size=SIZE)
    for mine, theirs in zip(attention_of(network.unet).parameters(), attention_of(trained).parameters(), strict=True):
        assert (mine == theirs).all()
    save_file({name: weight.detach().clone() for name, weight in list(kept.items())[1:]}, weights / ATTENTION)
    with pytest.raises(ModelMissing, match="does not hold the self-attention"):
        DiffusionTryOn(weights, device="cpu", steps=1, seed=5, size=SIZE)


def test_a_network_that_does_not_inpaint_is_refused(weights: Path, library: Any) -> None:
    unet(library, 2, channels=4).save_pretrained(weights / "unet")
    with pytest.raises(ModelMissing, match="4 input channels"):
        DiffusionTryOn(weights, device="cpu", steps=1, seed=0)


def test_what_cannot_be_dressed_is_said(weights: Path, pictures: Any) -> None:
    person, region, garment = pictures
    network = DiffusionTryOn(weights, device="cpu", steps=1, seed=0, size=SIZE)
    with pytest.raises(ValueError, match="region is"):
        network.dress(person, region.resize((10, 10)), garment)
    with pytest.raises(ValueError, match="region is empty"):
        network.dress(person, Image.new("L", person.size), garment)
    with pytest.raises(ValueError, match="no pixel to see"):
        network.dress(person, region, Image.new("RGBA", (10, 10)))
