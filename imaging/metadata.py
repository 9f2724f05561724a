"""A photo without what the camera wrote beside it (place, time, maker, thumbnails, a second picture), bit for bit the
same pixels: nothing is decoded. Which way up it goes and its colour profile stay.

JPEG: segments are left out (JFIF, Adobe and ICC_PROFILE stay), and whatever follows the picture. PNG and WebP: chunks.
HEIC: the items of EXIF and XMP are overwritten where they lie, for every other place in the file is told by its number;
which way up is no part of its EXIF.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from imaging import decode
from imaging.decode import BadImage

_TIFF: Final = b"II*\0\x08\0\0\0"
_EMPTY_EXIF: Final = b"\0\0\0\0" + _TIFF + b"\0\0" + b"\0\0\0\0"  # of a HEIC: how far the TIFF head is, no entries
_PNG_KEPT: Final = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP"}
_WEBP_KEPT: Final = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF"}
_HEIC_KEPT: Final = {b"ftyp", b"meta", b"mdat", b"idat"}


def stripped(content: bytes) -> bytes:
    """content: a whole JPEG, PNG, WebP or HEIC file. Raises BadImage where it cannot be told apart."""
    header = decode.check(content)
    try:
        with decode.opened(content, header.format) as picture:
            turn = decode.orientation(picture)
        made = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "HEIC": _heic}[header.format](content, turn)
        left = _told(made, header.format)
    except (SyntaxError, ValueError, TypeError, OSError, struct.error, LookupError) as error:
        raise BadImage("corrupt") from error
    if left:  # never given out on trust
        raise BadImage("corrupt")
    return made


def _told(content: bytes, kind: str) -> set[int]:
    """Tags of EXIF but the orientation that are still there."""
    with decode.opened(content, kind) as picture:
        exif = picture.getexif()
        left = set(exif) - {0x0112} | set(exif.get_ifd(0x8825)) | set(exif.get_ifd(0x8769))
        if picture.info.get("xmp", b"").strip() or "comment" in picture.info:
            left.add(0)
    return left


def _exif(turn: int) -> bytes:
    """A TIFF block with the orientation alone."""
    return _TIFF + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, turn, 0, 0)


def _jpeg(content: bytes, turn: int) -> bytes:
    kept: list[bytes] = []
    at = 0
    for start, end, marker in decode.jpeg_segments(content):
        body = content[start + 4 : start + 24]
        is_jfif = marker == 0xE0 and body.startswith(b"JFIF\0")
        is_kept = is_jfif or marker == 0xEE or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        if marker == 0xFE or (0xE0 <= marker <= 0xEF and not is_kept):
            kept.append(content[at:start])
            at = end
        elif is_jfif:  # without the thumbnail that it may hold
            kept.append(content[at:start] + b"\xff\xe0\0\x10" + body[:12] + b"\0\0")
            at = end
        if marker == 0xD9:
            kept.append(content[at:end])
            break
    whole = b"".join(kept)
    if turn == 1:
        return whole
    block = b"Exif\0\0" + _exif(turn)
    first = 2 if whole[2:4] != b"\xff\xe0" else 4 + int.from_bytes(whole[4:6], "big")  # behind JFIF's
    return whole[:first] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + whole[first:]


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def _png(content: bytes, turn: int) -> bytes:
    parts, at = [content[:8]], 8
    while at < len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if name == b"IDAT" and turn != 1 and not any(part[4:8] == b"IDAT" for part in parts):
            parts.append(_png_chunk(b"eXIf", _exif(turn)))
        if name in _PNG_KEPT:
            parts.append(content[at : at + 12 + length])
        at += 12 + length
        if name == b"IEND":
            break
    return b"".join(parts)


def _webp(content: bytes, turn: int) -> bytes:
    chunks: list[tuple[bytes, bytes]] = []
    at, end = 12, 8 + int.from_bytes(content[4:8], "little")
    while at + 8 <= end:
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        if name in _WEBP_KEPT:
            chunks.append((name, content[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    if chunks and chunks[0][0] == b"VP8X":
        flags = chunks[0][1][0] & ~0b1100  # EXIF and XMP
        if turn != 1:
            flags |= 0b1000
            chunks.append((b"EXIF", _exif(turn)))
        chunks[0] = (b"VP8X", bytes([flags]) + chunks[0][1][1:])
    body = b"WEBP" + b"".join(
        name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body


# --- HEIC: boxes of ISO/IEC 14496-12 ----------------------------------------------------------------------------------
def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """(name, where it begins, where its body begins, where it ends) of each box."""
    while at + 8 <= end:
        length, name, body = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], at + 8
        if length == 1:
            length, body = int.from_bytes(content[at + 8 : at + 16], "big"), at + 16
        stop = at + length if length else end
        if stop <= at or stop > end:
            return
        yield name, at, body, stop
        at = stop


def _heic(content: bytes, turn: int) -> bytes:
    made = bytearray(content)
    kept_until = 0
    for name, start, body, stop in _boxes(content, 0, len(content)):
        if name in _HEIC_KEPT:
            kept_until = stop
        elif name != b"free":  # a motion photo's film, for one; its place stays, for others are told by number
            made[start + 4 : start + 8] = b"free"
            made[body:stop] = bytes(stop - body)
        if name == b"meta":
            _blank_items(content, made, body + 4, stop)
    return bytes(made[:kept_until])


def _blank_items(content: bytes, made: bytearray, at: int, end: int) -> None:
    inside = {name: (body, stop) for name, _start, body, stop in _boxes(content, at, end)}
    if b"iinf" not in inside or b"iloc" not in inside:
        return
    texts = {number: name for number, name in _items(content, *inside[b"iinf"]) if name in (b"Exif", b"mime")}
    idat = inside.get(b"idat", (0, 0))[0]
    for number, method, extents in _places(content, *inside[b"iloc"]):
        if number not in texts:
            continue
        if method > 1:
            raise BadImage("unsupported")
        for place, length in extents:
            begin = place + (idat if method else 0)
            if begin + length > len(made) or not length:
                raise BadImage("corrupt")
            filling = _EMPTY_EXIF if texts[number] == b"Exif" and length >= len(_EMPTY_EXIF) else b""
            blank = b"\0" if texts[number] == b"Exif" else b" "
            made[begin : begin + length] = filling + blank * (length - len(filling))


def _items(content: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    """(number, type) of each item of `iinf`."""
    at += 4 + (2 if content[at] == 0 else 4)
    for name, _start, body, _stop in _boxes(content, at, end):
        if name == b"infe" and content[body] >= 2:
            wide = 4 if content[body] >= 3 else 2
            number = int.from_bytes(content[body + 4 : body + 4 + wide], "big")
            yield number, content[body + 6 + wide : body + 10 + wide]


def _places(content: bytes, at: int, end: int) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """(number, construction method, [(where, how long)]) of each item of `iloc`."""
    version = content[at]
    sizes = content[at + 4], content[at + 5]
    offset, length = sizes[0] >> 4, sizes[0] & 15
    base, index = sizes[1] >> 4, sizes[1] & 15 if version else 0
    at += 6

    def number(size: int) -> int:
        nonlocal at
        if at + size > end:
            raise BadImage("corrupt")
        at += size
        return int.from_bytes(content[at - size : at], "big")

    for _item in range(number(2 if version < 2 else 4)):
        item = number(2 if version < 2 else 4)
        method = number(2) & 15 if version else 0
        number(2)  # which file: this one
        from_ = number(base)
        extents = []
        for _extent in range(number(2)):
            number(index)
            extents.append((from_ + number(offset), number(length)))
        yield item, method, extents
