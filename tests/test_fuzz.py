"""Nothing that can stand in an address or a photo breaks a page: odd values in every parameter of every page and view.

Which parameters a page reads is noted while it reads them, so that a new one is tried without being listed here.
Hypothesis draws the values: in the suite the same ones every time, within a minute of processor time for addresses and
pictures together. `FUZZ` says how many times as many are tried; `./run fuzz` tries a hundred times as many, and others
each time.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import time
import traceback
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import pillow_heif
import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from rest_framework.throttling import SimpleRateThrottle

from closet.models import Garment, Photo, User
from closet.services import masks
from imaging import decode, metadata
from tests.closet.closets import photo_of
from tests.conftest import api_client, signed_in
from tests.spending import measured
from tests.test_privacy import WORDS
from tests.test_privacy import hers as hers
from tests.wardrobe import PIXEL, brand, garment, look, product

pillow_heif.register_heif_opener()
FUZZ = int(os.environ.get("FUZZ", "1"))
ODD = (
    "²", "", " ", "0", "-1", "1.5", "-0", "1e309", "nan", "inf", "٣", "１２", "⅓", "2147483648", "9223372036854775808",
    "-99999999999999999999999", "1_000", "0x10", "9" * 400, "9999-12-31", "0001-01-01", "10000-01-01", "2026-02-30",
    "٢٠٢٦-٠١-٠١", "2026-11-28T25:61", "9999-12-31T23:59:59+14:00", "true", "null", "None", "[]", "{}", "[1,{}]",
    "a,b,,", "1,2,3", ",", "#zzzzzz:60", "#1f2a44:nan", "#1f2a44:1e309,#1f2a44", "KRW:0:-5", "krw-9e99-1", "x" * 3000,
    "가" * 300, "🧥", "\u202e", "'\"--", "<script>", "../..", "%s%(a)s{0}", "\\", "ß", "İ", "\ufffd", "\x1f", "e\u0301",
    "en", "products", "looks", "1", "ko",
)  # fmt: skip
SCRIPTS = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_script(text: str, digits: str) -> str:
    return text.translate({ord(str(number)): digit for number, digit in enumerate(digits)})


NUMBERS = st.one_of(
    st.integers().map(str),
    st.sampled_from([2**15, 2**31, 2**31 - 1, -(2**31) - 1, 2**63 - 1, 2**63, 10**40]).map(str),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.decimals(allow_nan=True).map(str),
)
DAYS = st.one_of(st.dates().map(str), st.datetimes().map(lambda moment: moment.isoformat()), st.times().map(str))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
).map(json.dumps)
VALUES = st.one_of(
    st.sampled_from(ODD),
    NUMBERS,
    DAYS,
    st.builds(in_script, NUMBERS | DAYS, st.sampled_from(SCRIPTS)),
    st.lists(NUMBERS | st.text(max_size=4), min_size=2, max_size=4).map(",".join),
    st.lists(NUMBERS, min_size=2, max_size=3).map(":".join),
    JSON,
    st.text(max_size=60),
    st.binary(min_size=1, max_size=6),  # no UTF-8
)
EXAMPLES = 3  # of each parameter: the first of ODD, and two that are drawn


def by_hypothesis(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=FUZZ == 1,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )


def addresses(of: dict[str, dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """(address, the parts of it that are free text) of every page and view that stands in the site map."""

    def walk(patterns: list[Any], space: str) -> Iterator[tuple[str, list[str]]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace != "admin":
                    name = pattern.namespace or pattern.app_name
                    yield from walk(pattern.url_patterns, f"{space}{name}:" if name else space)
            elif isinstance(pattern, URLPattern) and pattern.name:
                names = list(pattern.pattern.regex.groupindex)
                known: dict[str, Any] = {}
                plain = pattern.name.replace("-", "_")
                for word in (*(word for word in (*of, *WORDS) if word in plain), "any"):
                    known = {**of.get(word, {}), **known}
                filled = {name: known[name] for name in names if name in known}
                with contextlib.suppress(NoReverseMatch):  # allauth's of things that are not there
                    yield reverse(f"{space}{pattern.name}", kwargs=filled), [str(value) for value in filled.values()]

    yield from walk(get_resolver().url_patterns, "")
    for model in admin.site._registry:
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), []


@pytest.fixture
def things(hers: dict[str, dict[str, Any]], alice: User) -> dict[str, dict[str, Any]]:
    shirt = product("shirt", vector=1, price=30_000, maker=brand("Otter"))
    return {
        **hers,
        "product": {"pk": shirt.pk, "slug": "otter"},
        "look": {"pk": look("shirt", "jeans", vectors=[1, 2]).pk},
        "brand": {"slug": "otter", "query_id": "hers", "pk": hers["garment"]["pk"]},
        "any": {
            "key": "hers",
            "slug": "hers",
            "thing": "product",
            "verb": "save",
            "name": "x",
            "day": "2026-01-01",
            "id": "hers",
        },
    }


class Reader:
    """Notes which parameters a page reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: set[str] = set()
        for method in ("get", "getlist", "__getitem__", "__contains__"):
            monkeypatch.setattr(QueryDict, method, self._noting(getattr(QueryDict, method)))

    def _noting(self, real: Any) -> Any:
        def noting(query: QueryDict, key: Any, *arguments: Any, **options: Any) -> Any:
            if isinstance(key, str):
                self.names.add(key)
            return real(query, key, *arguments, **options)

        return noting


def asked(client: Client, address: str, verb: str = "get", **options: Any) -> str:
    """What broke, in a line; empty when nothing did. What was written is undone."""
    try:
        with transaction.atomic():
            answer = getattr(client, verb)(address, **options)
            transaction.set_rollback(True)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)
        ours = next((one for one in reversed(where) if "site-packages" not in one.filename), where[-1])
        return f"{verb} {address[:160]!r}: {type(error).__name__} {str(error)[:120]} ({ours.filename}:{ours.lineno})"
    return f"{verb} {address[:160]!r}: {answer.status_code}" if answer.status_code >= 500 else ""


@pytest.mark.django_db
def test_no_odd_value_of_any_parameter_breaks_a_page(
    things: dict[str, dict[str, Any]], alice: User, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SimpleRateThrottle.THROTTLE_RATES:
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, name, "100000/s")
    reader = Reader(monkeypatch)
    pages, desk, api = signed_in(alice), signed_in(dana), api_client(alice)
    broken: list[str] = []
    counts = {"addresses": 0, "parameters": 0, "requests": 0}

    def try_values(client: Client, address: str, names: list[str], free: list[str]) -> None:
        @by_hypothesis(EXAMPLES * FUZZ)
        @given(
            st.fixed_dictionaries(dict.fromkeys(names, VALUES)),
            st.sets(st.sampled_from(names or [""]), min_size=min(2, len(names)), max_size=4),
            st.text(st.characters(exclude_characters="/\\?#", exclude_categories=["Cs"]), min_size=1, max_size=30),
        )
        def values_break_nothing(values: dict[str, Any], together: set[str], part: str) -> None:
            queries = [{name: value} for name, value in values.items()]
            if len(names) > 1:
                queries.append({name: values[name] for name in sorted(together)})
            asked_for = [f"{address}?{urlencode(query)}" for query in queries]
            asked_for += [address.replace(f"/{value}/", f"/{quote(part)}/") for value in free]
            counts["requests"] += len(asked_for)
            problem = next((found for one in asked_for if (found := asked(client, one))), "")
            assert not problem, problem

        try:
            values_break_nothing()
        except AssertionError as found:
            broken.append(str(found).partition("\n")[0])

    began = time.process_time()
    for address, free in addresses(things):
        client = api if address.startswith("/api/") else desk if address.startswith("/admin/") else pages
        reader.names.clear()
        if problem := asked(client, address):
            broken.append(problem)
        names = sorted(reader.names - {"csrfmiddlewaretoken"})
        counts["addresses"] += 1
        counts["parameters"] += len(names)
        if names or free:
            try_values(client, address, names, free)
    assert broken == []
    assert counts["addresses"] > 250 and counts["parameters"] > 450
    assert counts["requests"] > EXAMPLES * counts["parameters"]
    assert FUZZ > 1 or time.process_time() - began < 100, counts  # with the pictures, two minutes at most


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["²", "٣", "9" * 5000, "9223372036854775808"])
@pytest.mark.parametrize(
    "address",
    [
        "/closet/?page=", "/shop/products/?page=", "/shop/looks/?page=", "/outfits/?page=", "/outfits/new/?garment=",
        "/closet/new/picture/?silhouette=shirt&colour=navy&seed=", "/today/complete/?pieces=",
        "/today/swap/?pieces=1&out=", "/search/?page=", "/search/?palette=%231f2a44:", "/search/?items=",
        "/api/v1/garments/?page=", "/api/v1/search/?page=", "/admin/usersessions/usersession/?q=",
    ],
)  # fmt: skip
def test_other_scripts_digits_and_endless_numbers_break_nothing(
    alice: User, dana: User, address: str, value: str
) -> None:
    client = api_client(alice) if "/api/" in address else signed_in(dana if "/admin/" in address else alice)
    assert not asked(client, address + quote(value))


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "9999-12", "0001-01", "2026-02-30", "٢٠٢٦-٠١-٠١"])
@pytest.mark.parametrize(
    "address", ["/outfits/?week=", "/worn/?month=", "/api/v1/wears/?day_from=", "/api/v1/plans/?day="]
)
def test_days_at_the_ends_of_the_calendar_break_nothing(alice: User, address: str, day: str) -> None:
    client = api_client(alice) if "/api/" in address else signed_in(alice)
    assert not asked(client, address + quote(day))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "items", [[{"x": 0.1}], [{}], [{"garment": None}], [{"garment": 10**30}], [{"garment": -1}], [[]], [3], {}, None]
)
@pytest.mark.parametrize("verb", ["post", "patch"])
def test_an_outfit_of_odd_items_is_refused_with_a_sentence(
    things: dict[str, dict[str, Any]], alice: User, verb: str, items: Any
) -> None:
    address = "/api/v1/outfits/" if verb == "post" else f"/api/v1/outfits/{things['outfit']['pk']}/"
    answer = getattr(api_client(alice), verb)(address, {"items": items}, format="json")
    assert answer.status_code == 400
    assert "ErrorDetail" not in str(answer.json()["message"]) and answer.json()["message"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "items", ['[{"garment": 1e999}]', "[" * 100_000, '[{"garment": 1' + "0" * 40 + "}]", "{}", "[1]"]
)
def test_a_canvas_of_odd_items_is_refused_with_a_sentence(alice: User, items: str) -> None:
    answer = signed_in(alice).post("/outfits/new/", {"items": items})
    assert answer.status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["delete", "put"])
def test_a_mask_of_a_garment_that_goes_meanwhile_is_not_found(
    alice: User, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = photo_of(alice, status="done")
    shirt = garment(alice, "shirt", vector=1, photo=photo)
    shirt.owner_mask.save("m.png", ContentFile(PIXEL))
    monkeypatch.setattr(masks, "mask_read", lambda file, photo: Image.new("L", (8, 8), 255))
    real = Garment.save

    def too_late(row: Garment, **options: Any) -> None:
        Garment.objects.filter(pk=row.pk).delete()
        real(row, **options)

    monkeypatch.setattr(Garment, "save", too_late)
    body = {"mask": SimpleUploadedFile("m.png", PIXEL)} if verb == "put" else None
    answer = getattr(api_client(alice), verb)(f"/api/v1/garments/{shirt.pk}/mask/", body, format="multipart")
    assert (answer.status_code, answer.json()["extra"]["code"]) == (404, "not_found")


# --- Pictures -------------------------------------------------------------------------------------------------
def pictures() -> dict[str, bytes]:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 70, 3), dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    made: dict[str, bytes] = {}
    for name, format, options in (
        ("jpeg", "JPEG", {"exif": exif}),
        ("progressive", "JPEG", {"progressive": True}),
        ("two pictures", "MPO", {"save_all": True, "append_images": [noise]}),
        ("png", "PNG", {"exif": exif}),
        ("webp", "WEBP", {"exif": exif}),
        ("heic", "HEIF", {}),
    ):
        file = io.BytesIO()
        noise.save(file, format, **options)
        made[name] = file.getvalue()
    for mode in ("1", "L", "LA", "P", "I;16", "RGBA"):
        file = io.BytesIO()
        (noise.convert("L").convert("I;16") if mode == "I;16" else noise.convert(mode)).save(file, "PNG")
        made[f"png {mode}"] = file.getvalue()
    file = io.BytesIO()
    noise.convert("CMYK").save(file, "JPEG")
    made["cmyk"] = file.getvalue()
    return made


STOWAWAYS = (
    b"PK\x03\x04",
    b"%PDF-1.7",
    b"<script>alert(1)</script>",
    b"\x7fELF",
    b"<?php",
    b"<svg onload=x>",
    bytes(100),
)


def bombs(whole: dict[str, bytes]) -> Iterator[bytes]:
    """Pictures that say to be huge, or hold a part that unfolds to much."""
    png = whole["png"]
    for width, height in ((60_000, 60_000), (2**31 - 1, 1), (1, 2**31 - 1), (0, 0), (8_000, 8_000)):
        head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + png[24:29]
        yield png[:12] + head + zlib.crc32(head).to_bytes(4, "big") + png[33:]
    for name in (b"zTXt", b"iCCP", b"iTXt"):
        text = b"a\0\0\0\0" if name == b"iTXt" else b"a\0\0"
        body = name + text + zlib.compress(bytes(40_000_000), 9)
        yield png[:33] + (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big") + png[33:]
    jpeg = whole["jpeg"]
    at = jpeg.index(b"\xff\xc0") + 5
    for size in (b"\xff\xff\xff\xff", bytes(4), b"\0\1\xff\xff"):
        yield jpeg[:at] + size + jpeg[at + 4 :]
    webp = whole["webp"]
    at = webp.index(b"VP8X") + 12
    yield webp[:at] + b"\xff\xff\xff\xff\xff\xff" + webp[at + 6 :]
    heic = whole["heic"]
    at = heic.index(b"ispe") + 8
    yield heic[:at] + b"\x00\xff\xff\xff" * 2 + heic[at + 8 :]


def known_kinds() -> Iterator[tuple[str, bytes]]:
    """(what it is, its bytes): cut off at each twentieth, polyglots, bombs, odd modes."""
    whole = pictures()
    yield from whole.items()
    for name, content in whole.items():
        for part in range(20):
            yield f"{name}, {5 * part} % of it", content[: len(content) * part // 20]
        yield f"{name}, twice", content + content
    for name in ("jpeg", "png", "webp", "heic"):
        for stowaway in STOWAWAYS:
            yield f"{name} and {stowaway[:6]!r}", whole[name] + stowaway
            yield f"{stowaway[:6]!r} and {name}", stowaway + whole[name]
    for number, content in enumerate(bombs(whole)):
        yield f"bomb {number}", content
    for other in ("GIF", "BMP", "TIFF", "ICO", "PPM", "AVIF"):
        file = io.BytesIO()
        with contextlib.suppress(KeyError, OSError):  # a build without it
            Image.new("RGB", (64, 64), "teal").save(file, other)
            yield other, file.getvalue()


def read_or_refused(name: str, content: bytes) -> None:
    for read in (decode.check, decode.decode, metadata.stripped):
        try:
            read(content)
        except decode.BadImage:
            pass
        except Exception as error:
            pytest.fail(f"{name}: {type(error).__name__} {error} at {content[:40]!r}…")


def test_no_damaged_picture_breaks_the_decoder() -> None:
    """400 of them: of every kind that is known, and bits that hypothesis flips, mostly in the heads."""
    began, tried = time.process_time(), 0
    for name, content in known_kinds():
        read_or_refused(name, content)
        tried += 1
    whole = pictures()
    flip = st.tuples(st.booleans(), st.floats(0, 1, exclude_max=True), st.integers(0, 7))

    @by_hypothesis(140 * FUZZ)
    @given(
        st.sampled_from(sorted(whole)), st.lists(flip, min_size=1, max_size=8), st.sampled_from(["", "gone", "double"])
    )
    def flipped_bits_break_nothing(name: str, flips: list[tuple[bool, float, int]], piece: str) -> None:
        nonlocal tried
        odd = bytearray(whole[name])
        for is_in_head, where, bit in flips:
            odd[int(where * (min(len(odd), 700) if is_in_head else len(odd)))] ^= 1 << bit
        at = int(flips[0][1] * len(odd))
        made = bytes(
            odd[:at] + odd[at + 40 :] if piece == "gone" else odd[:at] + odd[max(0, at - 40) :] if piece else odd
        )
        read_or_refused(name, made)
        tried += 1

    flipped_bits_break_nothing()
    assert tried >= 400
    assert FUZZ > 1 or time.process_time() - began < 20


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "..\\..\\x.jpg", "a" * 300 + ".jpg", "CON", ".jpg", "x.php", "x.jpg.exe", "\u202egpj.exe",
        "🧥.jpg", "가" * 120 + ".heic", "a\r\nSet-Cookie: b=c.jpg", "'; DROP TABLE x; --.jpg", "<img src=x>.jpg",
        "%00.jpg", "x", " ",
    ],
)  # fmt: skip
def test_a_photo_of_an_odd_name_is_taken_under_a_harmless_one(alice: User, name: str) -> None:
    file, shade = io.BytesIO(), zlib.crc32(name.encode())
    Image.new("RGB", (64, 64), (shade & 255, shade >> 8 & 255, shade >> 16 & 255)).save(file, "PNG")
    upload = SimpleUploadedFile("x", file.getvalue(), "image/png")
    upload._name = name
    answer = signed_in(alice).post("/photos/", {"photos": [upload]})
    assert answer.status_code in (200, 302, 422)
    for photo in Photo.objects.all():
        assert re.fullmatch(r"photo/[0-9a-f]{2}/[0-9a-f]{32}\.png", photo.original.name)
        assert not set("/\\\r\n") & set(photo.file_name)
        page = signed_in(alice).get(photo.get_absolute_url())
        assert page.status_code == 200 and "<img src=x>" not in page.content.decode()
        whole = signed_in(alice).get(f"/media/{photo.original.name}?download")
        assert "\n" not in whole["Content-Disposition"] and "Set-Cookie" not in whole


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_picture_of_endless_segments_is_refused_at_once(kind: str) -> None:
    content = pictures()[kind]
    if kind == "jpeg":
        filled = content[:2] + b"\xff\xfe\x00\x02" * 7_500_000 + content[2:]  # as found: 30 MB took 26 s
    else:
        filled = content[:33] + b"\x00\x00\x00\x00tEXt" + zlib.crc32(b"tEXt").to_bytes(4, "big")
        filled = filled[:33] + filled[33:] * 2_000_000 + content[33:]
    with measured() as spent, pytest.raises(decode.BadImage):
        decode.check(filled)
    assert spent.cpu_s < 1
    assert spent.memory < 100e6
