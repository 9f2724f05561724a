"""Nothing that can stand in an address or a photo breaks a page: odd values in every parameter of every page and view.

Which parameters a page reads is noted while it reads them, so that a new one is tried without being listed here.
`FUZZ` says how many times more is tried than in the suite, which asks two thirds of the pages: `./run fuzz` asks all of
them, a hundred times as often, by chance.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
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
from PIL import Image
from rest_framework.throttling import SimpleRateThrottle

from closet.models import Garment, User
from closet.services import masks
from imaging import decode
from tests.closet.closets import photo_of
from tests.conftest import api_client, signed_in
from tests.spending import measured
from tests.test_privacy import WORDS
from tests.test_privacy import hers as hers
from tests.wardrobe import PIXEL, brand, garment, look, product

pillow_heif.register_heif_opener()
FUZZ = int(os.environ.get("FUZZ", "1"))
ODD = (
    "", " ", "0", "-1", "1.5", "-0", "1e309", "nan", "inf", "²", "٣", "１２", "⅓", "2147483648", "9223372036854775808",
    "-99999999999999999999999", "1_000", "0x10", "9" * 400, "9999-12-31", "0001-01-01", "10000-01-01", "2026-02-30",
    "٢٠٢٦-٠١-٠١", "2026-11-28T25:61", "9999-12-31T23:59:59+14:00", "true", "null", "None", "[]", "{}", "[1,{}]",
    "a,b,,", "1,2,3", ",", "#zzzzzz:60", "#1f2a44:nan", "#1f2a44:1e309,#1f2a44", "KRW:0:-5", "krw-9e99-1", "x" * 3000,
    "가" * 300, "🧥", "\u202e", "'\"--", "<script>", "../..", "%s%(a)s{0}", "\\", "ß", "İ", "\ufffd", "\x1f", "e\u0301",
    "en", "products", "looks", "1", "ko",
)  # fmt: skip


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
    by_chance = random.Random(None if FUZZ > 1 else 0)
    reader = Reader(monkeypatch)
    pages, desk, api = signed_in(alice), signed_in(dana), api_client(alice)
    broken: list[str] = []
    for address, free in addresses(things):
        if FUZZ == 1 and by_chance.random() < 0.3:  # the suite has other things to do; ./run fuzz asks all
            continue
        client = api if address.startswith("/api/") else desk if address.startswith("/admin/") else pages
        reader.names.clear()
        broken.append(asked(client, address))
        names = sorted(reader.names - {"csrfmiddlewaretoken"})
        for _ in range(FUZZ):
            tried = by_chance.sample(names, min(len(names), by_chance.choice((1, 1, 2, 4))))
            if tried:
                broken.append(asked(client, f"{address}?{urlencode({name: by_chance.choice(ODD) for name in tried})}"))
        for part in free if FUZZ > 1 or by_chance.random() < 0.2 else ():
            value = by_chance.choice([value for value in ODD if value and not {"/", "\\"} & set(value)])
            broken.append(asked(client, address.replace(f"/{part}/", f"/{quote(value)}/")))
    assert [one for one in broken if one] == []
    assert len(broken) > 200


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


def mutated(content: bytes, by_chance: random.Random) -> bytes:
    """Cut off, with flipped bits, with a piece doubled or gone, or with something behind it."""
    kind = by_chance.randrange(5)
    if kind == 0:
        return content[: len(content) * by_chance.randrange(20) // 20]
    if kind == 1:
        at = by_chance.randrange(len(content))
        return content[:at] + content[at - by_chance.randrange(50) :]
    if kind == 2:
        return content + by_chance.choice((b"PK\x03\x04", b"%PDF-1.7", b"<script>", bytes(100), content))
    damaged = bytearray(content)
    for _ in range(by_chance.choice((1, 1, 3, 30))):
        # Mostly in the first bytes, where the headers are.
        at = by_chance.randrange(min(len(damaged), 700) if kind == 3 else len(damaged))
        damaged[at] ^= 1 << by_chance.randrange(8)
    return bytes(damaged)


def test_no_damaged_picture_breaks_the_decoder() -> None:
    by_chance = random.Random(None if FUZZ > 1 else 0)
    whole = pictures()
    for name, content in whole.items():
        decode.decode(content)
        for _ in range(31 * FUZZ):
            odd = mutated(content, by_chance)
            for read in (decode.check, decode.decode):
                try:
                    read(odd)
                except decode.BadImage:
                    pass
                except Exception as error:
                    pytest.fail(f"{name}: {type(error).__name__} {error} at {odd[:40]!r}…")


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
