"""An original that is given away can leave out what the camera wrote: the place above all."""

from __future__ import annotations

import io

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from imaging.decode import BadImage, check, decode
from imaging.metadata import stripped
from tests.vision.pictures import noise

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>37,33.9N</exif:GPSLatitude></x:xmpmeta>'
MAKER, PLACE = b"Secret maker", b"37,33.9N"


def taken(format: str, turn: int = 6) -> bytes:
    """A photo as a phone writes it: place, maker, a turn, a profile, and more where the format knows it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0132] = turn, MAKER.decode(), "2026:11:28 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 54.0), 3: "E", 4: (126.0, 58.0, 40.0)})
    exif.get_ifd(0x8769)[0x9003] = "2026:11:28 10:00:00"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image, file = noise(), io.BytesIO()
    if format == "HEIF":
        made = pillow_heif.from_pillow(image)
        made.info["exif"], made.info["xmp"] = exif.tobytes(), XMP
        made.save(file, quality=90)
        return file.getvalue() + b"\0\0\0\x18mpvd" + PLACE + bytes(8)
    options: dict[str, object] = {"exif": exif, "icc_profile": profile, "xmp": XMP}
    if format == "JPEG":
        options |= {"comment": MAKER, "progressive": True}
    if format == "PNG":
        info = PngInfo()
        info.add_text("Author", MAKER.decode(), zip=True)
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options = {"exif": exif, "icc_profile": profile, "pnginfo": info}
    if format == "MPO":
        options |= {"save_all": True, "append_images": [noise()]}
    image.save(file, format, **options)
    return file.getvalue() + (b"MotionPhoto" + PLACE if format == "JPEG" else b"")


def pixels(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize("format", ["JPEG", "MPO", "PNG", "WEBP", "HEIF"])
def test_what_the_camera_wrote_goes_and_pixels_profile_and_orientation_stay(format: str, turn: int) -> None:
    pillow_heif.register_heif_opener()
    before = taken(format, turn)
    after = stripped(before)
    assert MAKER not in after and PLACE not in after and b"2026:11:28" not in after and b"GPS" not in after
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert set(new.getexif()) <= {0x0112}
        assert not new.getexif().get_ifd(0x8825)
        upright = [np.asarray(ImageOps.exif_transpose(one).convert("RGB")) for one in (old, new)]
        assert np.array_equal(*upright)
        assert new.info.get("icc_profile") == old.info.get("icc_profile")
    assert np.array_equal(pixels(before), pixels(after))
    was, now = check(before), check(after)
    assert (was.format, was.width, was.height) == (now.format, now.width, now.height)
    assert decode(before).image.tobytes() == decode(after).image.tobytes()
    assert stripped(after) == after


def test_what_is_no_photo_is_not_given_out() -> None:
    with pytest.raises(BadImage):
        stripped(b"photo")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_damaged_photo_is_stripped_or_refused(format: str) -> None:
    content, by_chance = taken(format), np.random.default_rng(0)
    for _ in range(60):
        odd = bytearray(content)
        for at in by_chance.integers(0, len(odd), 3):
            odd[at] ^= 1 << int(by_chance.integers(0, 8))
        try:
            made = stripped(bytes(odd))
        except BadImage:
            continue
        with Image.open(io.BytesIO(made)) as picture:
            assert set(picture.getexif()) <= {0x0112}
