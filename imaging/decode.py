"""Bytes of unknown origin to an upright sRGB picture, or a `BadImage` that says why not.

Only Pillow (and pillow-heif when a HEIC comes along) is imported, so that the web process can check an
upload here without carrying a network. `check` reads headers and the file's outline; `decode` reads
pixels, no more of them than are wanted.
"""

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError

MAX_BYTES: Final = 30 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
MIN_SIDE: Final = 32
# Parts of a file; a camera writes dozens (a PNG one for each 8 kB), and each costs a decoder time.
MAX_SEGMENTS: Final = {"JPEG": 2000, "PNG": 20_000, "HEIC": 2000}
WORKING_SIDE: Final = 1536  # the largest side any stage looks at; edges are refined at this size

# One sentence a code, in English; the site translates by code.
MESSAGES: Final = {
    "empty": "The file is empty.",
    "too_heavy": "The file is larger than 30 MB.",
    "not_an_image": "This is not a photo.",
    "svg": "SVG drawings cannot be used; please upload a photo.",
    "unsupported": "This picture format is not supported; JPEG, PNG, WebP and HEIC are.",
    "polyglot": "The file carries something else besides the picture, so it was refused.",
    "truncated": "The file is cut off; it was probably not copied completely.",
    "too_many_pixels": "The picture has more than 50 megapixels.",
    "too_small": "The picture is too small to see a garment on it.",
    "corrupt": "The picture is damaged and cannot be opened.",
}


class BadImage(Exception):
    """What was given is no picture we can use. `code` is a key of `MESSAGES`."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = MESSAGES[code]
        super().__init__(self.message)


@dataclass(frozen=True)
class Header:
    """What a file says about itself; `width` and `height` are in pixels, upright."""

    format: str  # JPEG | PNG | WEBP | HEIC
    mime: str
    width: int
    height: int


@dataclass(frozen=True)
class Decoded:
    """An upright sRGB picture without metadata.

    image: mode RGB (RGBA where alpha was kept), long side at most what was asked for.
    width, height: the photo's own upright size in pixels.
    """

    image: Image.Image
    width: int
    height: int
    format: str

    @property
    def scale(self) -> float:
        """Photo pixels per pixel of `image`."""
        return max(self.width, self.height) / max(self.image.size)


_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIC": "image/heic"}
_PILLOW_FORMATS = {
    "JPEG": ("JPEG",),  # its plugin hands a phone's multi-picture file on to MPO's, which cannot be asked for by name
    "PNG": ("PNG",),
    "WEBP": ("WEBP",),
    "HEIC": ("HEIF",),
}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# Pictures we know but do not take; telling them from garbage makes a better sentence.
_OTHER_PICTURES = (b"GIF8", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"8BPS", b"\0\0\1\0", b"\xff\x0a", b"qoif")
# What must not ride behind the last byte of a picture. A phone's motion photo or depth map may.
_STOWAWAY = re.compile(
    rb"PK\x03\x04|PK\x05\x06|%PDF-|Rar!\x1a|7z\xbc\xaf|\x7fELF|MZ\x90\0|<\?php|<!DOCTYPE|<html|<script|<svg",
    re.IGNORECASE,
)
_TAIL_READ = 4 * 1024 * 1024
_JPEG_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def check(source: bytes | Path | BinaryIO) -> Header:
    """Accept or refuse a file by its content without decoding its pixels.

    Raises BadImage with any code of `MESSAGES`; "corrupt" only when the header itself is.
    """
    content = _read(source, MAX_BYTES)
    kind = _sniff(content)
    _check_outline(content, kind)
    with opened(content, kind) as picture:
        width, height = _upright_size(picture)
        return Header(kind, _MIMES[kind], width, height)


def decode(
    source: bytes | Path | BinaryIO,
    *,
    max_side: int = WORKING_SIDE,
    max_bytes: int | None = None,
    keep_alpha: bool = False,
) -> Decoded:
    """Read a picture, upright, in sRGB, metadata dropped, its long side at most `max_side`.

    Transparency is laid on white unless `keep_alpha`, an animation gives its first frame, 16-bit and CMYK become
    8-bit RGB. Raises BadImage with any code of `MESSAGES`.
    """
    content = _read(source, max_bytes or MAX_BYTES)
    kind = _sniff(content)
    _check_outline(content, kind)
    with opened(content, kind) as picture:
        width, height = _upright_size(picture)
        try:
            image = _pixels(picture, max_side, keep_alpha)
        except Image.DecompressionBombError:
            raise BadImage("too_many_pixels") from None
        except (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, MemoryError) as error:
            raise BadImage("truncated" if "truncated" in str(error) else "corrupt") from error
    return Decoded(image, width, height, kind)


def _read(source: bytes | Path | BinaryIO, max_bytes: int) -> bytes:
    """All bytes of `source`, never more than the cap and one."""
    if isinstance(source, bytes):
        content = source
    elif isinstance(source, Path):
        with source.open("rb") as file:
            content = file.read(max_bytes + 1)
    else:
        source.seek(0)
        content = source.read(max_bytes + 1)
    if not content:
        raise BadImage("empty")
    if len(content) > max_bytes:
        raise BadImage("too_heavy")
    return content


def _sniff(content: bytes) -> str:
    head = content[:512]
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        length = min(int.from_bytes(head[:4], "big"), len(head))
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, length, 4))}
        if brands & _HEIC_BRANDS and not brands & {b"avif", b"avis"}:
            return "HEIC"
        raise BadImage("unsupported" if brands & {b"avif", b"avis"} else "not_an_image")
    if re.search(rb"<svg[\s>]", content[:4096], re.IGNORECASE):
        raise BadImage("svg")
    if head.startswith(_OTHER_PICTURES):
        raise BadImage("unsupported")
    raise BadImage("not_an_image")


def _check_outline(content: bytes, kind: str) -> None:
    """Walk the container to its end: it must be all there, with no stowaway behind it."""
    end = {"JPEG": _jpeg_end, "PNG": _png_end, "WEBP": _webp_end, "HEIC": _heic_end}[kind](content)
    if _STOWAWAY.search(content, end, end + _TAIL_READ):
        raise BadImage("polyglot")


def _jpeg_end(content: bytes) -> int:
    for _start, end, marker in jpeg_segments(content):
        if marker == 0xD9:
            return end
    raise BadImage("corrupt")


def jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(where it begins, where it ends, its marker's second byte) of each segment up to the end of the picture, 0xD9;
    what is coded lies between them. Raises BadImage where it is cut off or has too many.
    """
    at = 2
    for _segment in range(MAX_SEGMENTS["JPEG"]):
        found = _JPEG_NEXT_MARKER.search(content, at)
        if found is None:
            raise BadImage("truncated")
        marker, at = content[found.end() - 1], found.end()
        if marker not in (0x01, 0xD8, 0xD9):
            at += int.from_bytes(content[at : at + 2], "big")
        yield found.start(), at, marker
        if marker == 0xD9:
            return
    raise BadImage("corrupt")


def _png_end(content: bytes) -> int:
    at = 8
    for _chunk in range(MAX_SEGMENTS["PNG"]):
        if at + 12 > len(content):
            break
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        body, at = at + 4, at + 12 + length
        if at > len(content):
            break
        # Pillow reads damaged image data without a word, as black or stripes; the checksums tell.
        if zlib.crc32(memoryview(content)[body : at - 4]) != int.from_bytes(content[at - 4 : at], "big"):
            raise BadImage("corrupt")
        if name == b"IEND":
            return at
    else:
        raise BadImage("corrupt")
    raise BadImage("truncated")


def _webp_end(content: bytes) -> int:
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise BadImage("truncated")
    return end


def _heic_end(content: bytes) -> int:
    """The last byte of the boxes that follow each other from the start."""
    at = 0
    for start, length, name in islice(_boxes(content), MAX_SEGMENTS["HEIC"]):
        if not re.fullmatch(rb"[ -~]{4}", name):  # not a box any more: whatever was appended
            return start
        if start + length > len(content):
            raise BadImage("truncated")
        at = start + length
    return at


def _boxes(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 8 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(content[at + 8 : at + 16], "big")
        elif length == 0:  # to the end of the file
            length = len(content) - at
        if length < 8:
            return
        yield at, length, name
        at += length


def opened(content: bytes, kind: str) -> ImageFile.ImageFile:
    """The picture with its header read, of a kind that `check` told. Raises BadImage."""
    if kind == "HEIC":
        import pillow_heif  # 20 MB that a process without iPhone photos need not carry

        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a bomb warning becomes our own refusal below
            picture = Image.open(io.BytesIO(content), formats=_PILLOW_FORMATS[kind])
    except Image.DecompressionBombError:
        raise BadImage("too_many_pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error, EOFError) as error:
        raise BadImage("truncated" if "truncated" in str(error) else "corrupt") from error
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise BadImage("too_many_pixels")
    if min(width, height) < MIN_SIDE:
        raise BadImage("too_small")
    return picture


def orientation(picture: Image.Image) -> int:
    """EXIF's number of which way up it goes, 1 where it says nothing that can be read."""
    try:
        return int(picture.getexif().get(0x0112, 1))
    except (SyntaxError, ValueError, TypeError, OSError, struct.error, KeyError):
        return 1  # a broken EXIF block is no reason to refuse the photo


def _upright_size(picture: Image.Image) -> tuple[int, int]:
    width, height = picture.size
    return (height, width) if orientation(picture) in (5, 6, 7, 8) else (width, height)


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _pixels(picture: ImageFile.ImageFile, max_side: int, keep_alpha: bool) -> Image.Image:
    turn, profile = orientation(picture), picture.info.get("icc_profile")
    # JPEG can be decoded at a half, quarter or eighth: four fifths of a 12-megapixel decode are saved.
    ratio = min(1.0, max_side / max(picture.size))
    picture.draft(None, (round(picture.width * ratio), round(picture.height * ratio)))
    picture.load()
    image = _shrunk(_eight_bit(picture), max_side)
    alpha = image.getchannel("A") if keep_alpha and image.mode == "RGBA" else None
    image = _rgb(image, profile) if alpha is None else _with_alpha(image, alpha, profile)
    if turn in _TURNS:
        image = image.transpose(_TURNS[turn])
    # A copy made from pixels alone carries no EXIF, XMP, profile or comment along.
    return Image.frombytes(image.mode, image.size, image.tobytes())


def _with_alpha(image: Image.Image, alpha: Image.Image, profile: bytes | None) -> Image.Image:
    opaque = _rgb(image.convert("RGB"), profile)
    opaque.putalpha(alpha)
    return opaque


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Modes of more than 8 bits a channel, which Pillow would clip instead of scale."""
    if picture.mode.startswith("I;16"):
        values = np.asarray(picture, dtype=np.uint16)
        return Image.fromarray((values >> 8).astype(np.uint8), "L")
    if picture.mode in ("I", "F"):
        values = np.asarray(picture, dtype=np.float32)
        top = 255.0 if values.max(initial=0) <= 255 else 65535.0
        return Image.fromarray((values / top * 255).clip(0, 255).astype(np.uint8), "L")
    if picture.mode in ("P", "PA", "1") or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode == "LA":
        return picture.convert("RGBA")
    return picture


def _shrunk(image: Image.Image, max_side: int) -> Image.Image:
    ratio = max_side / max(image.size)
    if ratio >= 1:
        return image
    size = (max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))
    if image.mode == "RGBA":  # transparent pixels may hold any colour: never blend them in
        image = image.convert("RGBa").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        return image.convert("RGBA")
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    if profile and image.mode in ("RGB", "CMYK", "L"):
        image = _to_srgb(image, profile)
    return image if image.mode == "RGB" else image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Phones tag Display P3: read as sRGB its reds would measure dull. A bad profile is ignored."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(own).lower().replace(" ", ""):
            return image
        converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return converted if converted is not None else image


def fitted(image: Image.Image, side: int) -> Image.Image:
    """`image` with its long side at most `side` pixels; the same object when it already is."""
    return _shrunk(image, side)


__all__ = ["MAX_BYTES", "MAX_PIXELS", "MESSAGES", "BadImage", "Decoded", "Header", "check", "decode", "fitted"]
