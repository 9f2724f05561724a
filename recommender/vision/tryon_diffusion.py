"""Try-on by diffusion, where an operator has a GPU and weights for it: the garment is painted onto the person.

After CatVTON (Chong et al. 2024): person and garment stand one above the other in one latent picture of an inpainting
network, so that its self-attention carries the garment into the hole; cross-attention, and with it all text, is left
out. No weights come with the product. The folder holds what diffusers saves of an inpainting model with nine input
channels (`unet/`, `vae/`, `scheduler/`) and, where the self-attention was trained apart, `attention/model.safetensors`.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from recommender.vision.models import ModelMissing

SIZE = (768, 1024)  # width and height that CatVTON's weights were trained at
GUIDANCE = 2.5  # how far each step goes beyond what the network would paint without the garment
PARTS = ("unet", "vae", "scheduler")
ATTENTION = Path("attention") / "model.safetensors"
GREY, WHITE = (127, 127, 127), (255, 255, 255)
FEATHER = 0.004  # of the person's height: how soft the painted part ends
INPUTS = 9  # channels of an inpainting network: four of noise, the hole, four of what is around it


class DiffusionTryOn:
    """One opened network.

    weights: the folder. device: of torch, "cuda", "cuda:1" or "cpu". steps: of the sampler; 30 are usual. seed: the
    same seed paints the same picture. size: width and height to work at, in pixels. Raises ModelMissing, whose message
    says what to install or what the folder lacks.
    """

    key = "diffusion"

    def __init__(
        self, weights: Path, *, device: str = "cuda", steps: int = 30, seed: int = 0, size: tuple[int, int] = SIZE
    ) -> None:
        if lacking := [name for name in PARTS if not (weights / name).is_dir()]:
            raise ModelMissing(f"{', '.join(lacking)} not found in {weights}; TRYON_WEIGHTS names a diffusers folder.")
        if steps < 1:
            raise ValueError("TRYON_STEPS is at least 1")
        torch, diffusers = _libraries()
        if device.startswith("cuda") and not torch.cuda.is_available():
            raise ModelMissing("TRYON_DEVICE asks for a GPU, and torch sees none on this machine.")
        self._torch, self.device, self.steps, self.seed = torch, device, steps, seed
        number = torch.float16 if device.startswith("cuda") else torch.float32
        self.vae = _opened(diffusers.AutoencoderKL, weights, "vae", number).to(device).eval()
        self.unet = _opened(diffusers.UNet2DConditionModel, weights, "unet", number)
        self.scheduler = diffusers.DDIMScheduler.from_pretrained(weights, subfolder="scheduler", local_files_only=True)
        if self.unet.config.in_channels != INPUTS:
            raise ModelMissing(
                f"The network in {weights / 'unet'} has {self.unet.config.in_channels} input channels; inpainting "
                f"networks have {INPUTS}."
            )
        without_text(self.unet)
        if (weights / ATTENTION).exists():
            load_attention(self.unet, weights / ATTENTION)
        self.unet.to(device).eval()
        # A side is halved by each stage but the last of both networks, and must come out whole.
        grain = 2 ** (len(self.vae.config.block_out_channels) + len(self.unet.config.block_out_channels) - 2)
        self.size = (max(size[0] // grain, 1) * grain, max(size[1] // grain, 1) * grain)

    def dress(self, person: Image.Image, region: Image.Image, garment: Image.Image) -> Image.Image:
        """The person in the garment, RGB of the person's size; outside the region every pixel is as it was.

        person: RGB. region: L of the same size, above 127 where the garment goes. garment: RGBA, its cutout. Raises
        ValueError where the sizes differ, the region is empty or the garment has nothing to see.
        """
        person, region, garment = person.convert("RGB"), region.convert("L"), garment.convert("RGBA")
        if region.size != person.size:
            raise ValueError(f"region is {region.size}, person {person.size}")
        hole = region.point(lambda value: 255 * (value > 127))
        if hole.getbbox() is None:
            raise ValueError("the region is empty")
        shown = garment.getchannel("A").getbbox()
        if shown is None:
            raise ValueError("the garment has no pixel to see")
        laid = Image.new("RGB", garment.size, WHITE)
        laid.paste(garment, mask=garment.getchannel("A"))
        fitted = ImageOps.pad(person, self.size, Image.Resampling.LANCZOS, color=GREY)
        hole_fitted = ImageOps.pad(hole, self.size, Image.Resampling.NEAREST, color=0)
        beside = ImageOps.pad(laid.crop(shown), self.size, Image.Resampling.LANCZOS, color=WHITE)
        painted = self._painted(
            _tensor(self._torch, fitted), _mask(self._torch, hole_fitted), _tensor(self._torch, beside)
        )
        painted = _unpadded(painted, person.size)
        soft = hole.filter(ImageFilter.GaussianBlur(max(FEATHER * person.height, 0.5)))
        # Blurred inwards alone: what is not the region's stays untouched.
        inside = Image.fromarray(np.minimum(np.asarray(soft), np.asarray(hole)))
        return Image.composite(painted, person, inside)

    def _painted(self, person: Any, hole: Any, garment: Any) -> Image.Image:
        """The whole picture at working size. person, garment: (1, 3, h, w) in -1..1; hole: (1, 1, h, w) of 0 and 1."""
        torch = self._torch
        with torch.inference_mode():
            around, beside = self._latent(person * (1 - hole)), self._latent(garment)
            small = torch.nn.functional.interpolate(hole, size=around.shape[-2:], mode="nearest").to(around)
            both = torch.cat([around, beside], dim=-2)
            # Twice, for guidance: without the garment, and with it.
            known = torch.cat([torch.cat([around, torch.zeros_like(beside)], dim=-2), both])
            holes = torch.cat([torch.cat([small, torch.zeros_like(small)], dim=-2)] * 2)
            draw = torch.Generator().manual_seed(self.seed)  # on the CPU: the same on every device
            self.scheduler.set_timesteps(self.steps, device=self.device)
            latent = torch.randn(both.shape, generator=draw).to(both) * self.scheduler.init_noise_sigma
            for moment in self.scheduler.timesteps:
                noisy = self.scheduler.scale_model_input(torch.cat([latent] * 2), moment)
                asked = torch.cat([noisy, holes, known], dim=1)
                plain, dressed = self.unet(asked, moment, encoder_hidden_states=None).sample.chunk(2)
                noise = torch.randn(both.shape, generator=draw).to(both)
                latent = self.scheduler.step(
                    plain + GUIDANCE * (dressed - plain), moment, latent, eta=1.0, variance_noise=noise
                ).prev_sample
            latent = latent[..., : around.shape[-2], :] / self.vae.config.scaling_factor
            pixels = self.vae.decode(latent.to(self.vae.dtype)).sample[0].float().clamp(-1, 1)
            if not bool(torch.isfinite(pixels).all()):
                raise ArithmeticError("the network painted no picture (not a number); try TRYON_DEVICE=cpu")
            array = ((pixels.permute(1, 2, 0).cpu().numpy() + 1) * 127.5).round()
        return Image.fromarray(array.astype(np.uint8))

    def _latent(self, picture: Any) -> Any:
        found = self.vae.encode(picture.to(self.device, self.vae.dtype)).latent_dist.mode()
        return found * self.vae.config.scaling_factor


@lru_cache(maxsize=1)
def opened(weights: Path, *, device: str = "cuda", steps: int = 30, seed: int = 0) -> DiffusionTryOn:
    """The network of this process, opened once. Raises ModelMissing."""
    return DiffusionTryOn(weights, device=device, steps=steps, seed=seed)


def _libraries() -> tuple[Any, Any]:
    """torch and diffusers. Imported here: few servers have a GPU, and both are large."""
    try:
        import torch

        from recommender.vision.torchvision_operators import declare_missing

        declare_missing()
        import diffusers
        import safetensors  # noqa: F401  what the weights are read with
    except ImportError as error:
        raise ModelMissing(
            f"Try-on by diffusion needs more packages: pip install diffusers safetensors ({error})."
        ) from error
    return torch, diffusers


def _opened(network: Any, weights: Path, part: str, number: Any) -> Any:
    """A part of the folder; nothing is fetched and nothing unpickled."""
    try:
        return network.from_pretrained(
            weights,
            subfolder=part,
            torch_dtype=number,
            use_safetensors=True,
            local_files_only=True,
            low_cpu_mem_usage=False,
        )
    except (OSError, ValueError) as error:
        raise ModelMissing(f"{weights / part} cannot be read: {error}") from error


def without_text(unet: Any) -> None:
    """Takes all text out of a UNet: cross-attention gives back what comes in."""
    import torch
    from diffusers.models.attention_processor import AttnProcessor2_0

    class SelfAttention(AttnProcessor2_0, torch.nn.Module):  # type: ignore[misc]
        """As diffusers computes it. A module, since the numbering of published weights counts it as one."""

        def __init__(self) -> None:
            torch.nn.Module.__init__(self)

        __call__ = AttnProcessor2_0.__call__

    class NoText(torch.nn.Module):
        def __call__(self, attention: Any, hidden_states: Any, *_others: Any, **_named: Any) -> Any:
            return hidden_states

    unet.set_attn_processor(
        {name: SelfAttention() if name.endswith("attn1.processor") else NoText() for name in unet.attn_processors}
    )


def attention_of(unet: Any) -> Any:
    """A ModuleList of each self-attention and, after it, each of its parts: the order of published weights."""
    import torch

    return torch.nn.ModuleList([module for name, module in unet.named_modules() if "attn1" in name])


def load_attention(unet: Any, file: Path) -> None:
    """Self-attention that was trained apart, into a UNet `without_text`.

    A part is listed on its own and within its attention; files name a weight once, by either. Raises ModelMissing where
    the file belongs to another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    modules = attention_of(unet)
    places = dict(modules.named_parameters(remove_duplicate=False))
    try:
        given = load_file(file)
        modules.load_state_dict(given, strict=False)
    except (OSError, RuntimeError, SafetensorError) as error:
        raise ModelMissing(f"{file} does not fit the network beside it: {error}") from error
    filled = {id(places[name]) for name in given if name in places}
    if set(given) - set(places) or any(id(weight) not in filled for weight in places.values()):
        raise ModelMissing(f"{file} does not hold the self-attention of the network beside it.")


def _tensor(torch: Any, picture: Image.Image) -> Any:
    """(1, 3, h, w) float32 in -1..1."""
    return torch.from_numpy(np.asarray(picture, np.float32) / 127.5 - 1).permute(2, 0, 1)[None]


def _mask(torch: Any, hole: Image.Image) -> Any:
    """(1, 1, h, w) float32, 1 in the hole."""
    return torch.from_numpy((np.asarray(hole) > 127).astype(np.float32))[None, None]


def _unpadded(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """What `ImageOps.pad` did to a picture of `size`, taken back."""
    scale = min(picture.width / size[0], picture.height / size[1])
    width, height = max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height)).resize(size, Image.Resampling.LANCZOS)
