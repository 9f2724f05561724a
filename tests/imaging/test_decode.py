"""Uploads are hostile: each odd file either works or is refused for its own reason."""

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from imaging import decode as images
from imaging.decode import BadImage, check, decode
from tests.vision.pictures import encoded, noise, shirt


def refusal(content: bytes) -> str:
    with pytest.raises(BadImage) as at_check:
        check(content)
    with pytest.raises(BadImage) as at_decode:
        decode(content)
    assert at_check.value.code == at_decode.value.code
    assert at_check.value.message
    return at_check.value.code


def heic(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, quality=90)
    return buffer.getvalue()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_usual_formats_are_read(format):
    header = check(encoded(noise(), format))
    assert (header.format, header.width, header.height) == (format, 64, 48)
    decoded = decode(encoded(noise(), format))
    assert decoded.image.mode == "RGB" and decoded.image.size == (64, 48)


def test_heic_is_read():
    content = heic(shirt())
    assert check(content).mime == "image/heic"
    assert decode(content).image.size == (160, 160)


def test_sources_may_be_paths_and_files(tmp_path):
    path = tmp_path / "shirt.jpg"
    path.write_bytes(encoded(noise()))
    assert decode(path).image.size == decode(io.BytesIO(path.read_bytes())).image.size == (64, 48)


def test_nothing_is_refused_as_empty():
    assert refusal(b"") == "empty"


def test_a_file_over_the_cap_is_refused_by_weight(monkeypatch):
    monkeypatch.setattr(images, "MAX_BYTES", 1000)
    assert refusal(encoded(noise(), "PNG")) == "too_heavy"


@pytest.mark.parametrize("content", [b"hello", b"\0" * 100, b"%PDF-1.7 ...", b"<html><body>hi</body></html>"])
def test_what_is_no_picture_is_said_to_be_none(content):
    assert refusal(content) == "not_an_image"


@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF"])
def test_other_pictures_are_told_from_garbage(format):
    assert refusal(encoded(noise(), format)) == "unsupported"


def test_svg_is_refused_by_name():
    assert refusal(b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>') == "svg"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_cut_off_file_is_told_so(format, part):
    content = encoded(noise(200, 200), format)
    assert refusal(content[: int(len(content) * part)]) == "truncated"


def test_a_cut_off_heic_is_told_so():
    content = heic(noise(200, 200))
    assert refusal(content[: len(content) // 2]) == "truncated"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("stowaway", [b"PK\x03\x04rest", b"<script>alert(1)</script>", b"%PDF-1.4", b"<?php x();"])
def test_a_polyglot_is_refused(format, stowaway):
    assert refusal(encoded(noise(), format) + stowaway) == "polyglot"


def test_a_motion_photo_keeps_its_film_behind_the_picture():
    film = struct.pack(">I", 24) + b"ftypmp42" + bytes(12) + bytes(500)
    assert check(encoded(noise()) + film).format == "JPEG"


def test_one_pixel_is_too_small():
    assert refusal(encoded(noise(1, 1), "PNG")) == "too_small"


def test_a_bomb_is_refused_by_its_header():
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    for side in (8000, 40000):
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
        assert refusal(bomb) == "too_many_pixels"


def test_damage_inside_a_whole_file_is_corrupt():
    content = bytearray(encoded(shirt(), "PNG"))
    content[60:200] = bytes(140)
    with pytest.raises(BadImage) as refused:
        decode(bytes(content))
    assert refused.value.code == "corrupt"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_phone_gives_an_upright_picture(orientation):
    upright = Image.new("RGB", (80, 48), "white")
    upright.paste((255, 0, 0), (0, 0, 40, 24))  # red where up and left meet
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(upright.transpose(undo) if undo is not None else upright, "JPEG", exif=exif, quality=95)
    decoded = decode(content)
    assert (decoded.width, decoded.height) == (check(content).width, check(content).height) == (80, 48)
    red, green, _ = decoded.image.getpixel((10, 10))
    assert red > 200 and green < 60
    assert min(decoded.image.getpixel((70, 40))) > 200


def test_metadata_does_not_survive():
    exif = Image.Exif()
    exif[0x010F] = "a phone"
    decoded = decode(encoded(noise(), "JPEG", exif=exif, comment=b"at home"))
    assert not decoded.image.info and not decoded.image.getexif()


def test_cmyk_becomes_rgb():
    image = Image.new("RGB", (64, 64), (200, 40, 40)).convert("CMYK")
    red, green, blue = decode(encoded(image)).image.getpixel((32, 32))
    assert red > 150 and green < 90 and blue < 90


def test_sixteen_bits_are_scaled_not_clipped():
    ramp = np.linspace(0, 65535, 64 * 64).astype(np.uint16).reshape(64, 64)
    decoded = np.asarray(decode(encoded(Image.fromarray(ramp), "PNG")).image)
    assert abs(int(decoded[32, 0, 0]) - 128) < 4


def test_transparency_is_laid_on_white():
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    assert decode(encoded(image, "PNG")).image.getpixel((5, 5)) == (255, 255, 255)
    palette = Image.new("P", (64, 64), 0)
    palette.putpalette([10, 20, 30] * 256)
    assert decode(encoded(palette, "PNG", transparency=0)).image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("format", ["WEBP", "PNG"])
def test_an_animation_gives_its_first_frame(format):
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "green")]
    content = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    red, _, blue = decode(content).image.getpixel((30, 30))
    assert red > 200 and blue < 60


def test_a_wide_gamut_photo_is_read_in_its_own_colours():
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    # A profile that does not fit the picture is ignored rather than fatal.
    assert decode(encoded(noise(), "JPEG", icc_profile=own)).image.mode == "RGB"
    assert decode(encoded(noise(), "JPEG", icc_profile=b"rubbish")).image.mode == "RGB"


def test_a_large_photo_is_decoded_small():
    decoded = decode(encoded(Image.new("RGB", (3000, 2000), "navy")), max_side=600)
    assert decoded.image.size == (600, 400)
    assert (decoded.width, decoded.height, decoded.scale) == (3000, 2000, 5)
