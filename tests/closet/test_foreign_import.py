"""Closets of other programs: a spreadsheet, wardrowbe's items, Libre-Closet's database. All of it, or a sentence."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from closet.models import Garment, Photo, User, Wear
from closet.services.closet_file import ImportRefused
from closet.services.foreign_import import foreign_import, foreign_preview
from recommender.index.model_key import current_model_key
from recommender.jobs import photos
from tests.recommender import engines
from tests.vision.pictures import encoded, shirt

pytestmark = pytest.mark.django_db


def zipped(**parts: bytes) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    target.seek(0)
    return target


def libre_closet(tmp_path: Path) -> bytes:
    """Its tables, as far as they are read."""
    path = tmp_path / "sqlite3.db"
    with sqlite3.connect(path) as database:
        database.executescript(
            """
            CREATE TABLE file (id INTEGER PRIMARY KEY, shareable_id TEXT, file_name TEXT);
            CREATE TABLE garment (id INTEGER PRIMARY KEY, name TEXT, category TEXT NOT NULL, color TEXT, brand TEXT,
                                  size TEXT, notes TEXT, archived INTEGER DEFAULT 0, photo_id INTEGER,
                                  owner_id INTEGER);
            CREATE TABLE outfit_garments (outfit_id INTEGER, garment_id INTEGER);
            CREATE TABLE outfit_calendar (id INTEGER PRIMARY KEY, date, outfit_id INTEGER, worn_at, notes TEXT);
            INSERT INTO file VALUES (7, 'x', 'a1b2.webp');
            INSERT INTO garment VALUES (1, 'Denim jacket', 'outerwear', 'blue', 'Levis', 'M', 'warm', 0, 7, 1),
                                       (2, NULL, 'bottoms', 'black', NULL, NULL, NULL, 1, NULL, 1),
                                       (3, 'Thing', 'other', NULL, NULL, NULL, NULL, 0, NULL, 1);
            INSERT INTO outfit_garments VALUES (4, 1);
            INSERT INTO outfit_calendar VALUES (1, 0, 4, 1767268800000, NULL), (2, 0, 4, NULL, NULL);
            """
        )
    database.close()
    return path.read_bytes()


WARDROWBE = {
    "items": [
        {"id": "1", "type": "sweater", "name": "Sunday knit", "brand": "Otter", "primary_color": "navy",
         "season": ["winter"], "tags": {"material": "wool", "pattern": "striped"}, "purchase_price": "59.90",
         "purchase_date": "2025-01-31", "favorite": True, "is_archived": False, "last_worn_at": "2026-02-03",
         "image_path": "u1/abc.jpg", "notes": None},
        {"id": "2", "type": "pants", "subtype": "jeans", "primary_color": "light-blue", "image_path": "u1/gone.jpg"},
        {"id": "3", "type": "unknown", "name": "?"},
    ],
    "total": 3, "page": 1, "page_size": 20, "has_more": False,
}  # fmt: skip


def named(owner: User) -> dict[str, Garment]:
    return {garment.kind.slug: garment for garment in Garment.objects.filter(owner=owner).select_related("kind")}


def test_a_spreadsheet_hangs_as_illustrations(alice: User) -> None:
    text = (
        "Name,Category,Color,Brand,Size,Price,Currency,Purchase date,Notes,Last worn\n"
        'Office shirt,shirt,white,Otter,M,"1,290.50",EUR,2025-03-01,"for work, mostly",2026-05-04\n'
        "Old jeans,jeans,navy,,32,,,,,\n"
        "Spaceship,vehicle,red,,,,,,,\n"
        ",,,,,,,,,\n"
    )
    looked = foreign_preview(owner=alice, file=io.BytesIO(text.encode()))
    assert (looked.counts["garments"], looked.left_out) == (2, ["Spaceship (vehicle)"])
    assert not Garment.objects.exists()
    foreign_import(owner=alice, file=io.BytesIO(text.encode()))
    hung = named(alice)
    work = hung["shirt"]
    assert (work.name, work.brand_name, work.size_label, str(work.price)) == ("Office shirt", "Otter", "M", "1290.50")
    assert (work.currency, work.bought_on, work.notes) == ("EUR", date(2025, 3, 1), "for work, mostly")
    assert work.colour_names == ["white"] and work.cutout and "colour_names" in work.owner_fields
    assert [wear.worn_on for wear in Wear.objects.all()] == [date(2026, 5, 4)]
    assert set(hung) == {"shirt", "jeans"}


def test_a_korean_spreadsheet(alice: User) -> None:
    text = "이름,종류,색상,브랜드,가격\n겨울 코트,코트,검정,무신사,129000\n"
    foreign_import(owner=alice, file=io.BytesIO(text.encode("cp949")))
    coat = named(alice)["coat"]
    assert (coat.name, coat.colour_names, int(coat.price or 0)) == ("겨울 코트", ["black"], 129000)


def test_wardrowbes_items_go_the_way_of_photos(alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VISION_BACKEND = "tests.recommender.engines.quick"
    monkeypatch.setattr(engines.Seeded, "key", current_model_key())
    file = zipped(items_dot_json=json.dumps(WARDROWBE).encode(), images__abc_dot_jpg=encoded(shirt(300, (30, 60, 160))))
    assert foreign_preview(owner=alice, file=file).left_out == ["? (unknown)"]
    done = foreign_import(owner=alice, file=file)
    assert done.counts == {"photos": 1, "garments": 2, "wear_log": 1}
    knit = named(alice)["knit"]
    assert (knit.name, knit.colour_names, knit.material, knit.pattern) == ("Sunday knit", ["navy"], "wool", "stripe")
    assert knit.is_favourite and knit.seasons == ["winter"] and not knit.cutout
    assert named(alice)["jeans"].drawing  # its picture was not in the file
    photos.run(str(Photo.objects.get().pk))  # what a worker does with the message
    [seen] = Garment.objects.filter(photo__isnull=False)
    assert seen.pk == knit.pk and seen.cutout and seen.box
    assert (seen.name, seen.kind.slug, seen.colour_names) == ("Sunday knit", "knit", ["navy"])


def test_libre_closets_database(alice: User, tmp_path: Path) -> None:
    picture = encoded(shirt(300, (30, 60, 160)))
    file = zipped(data__sqlite3_dot_db=libre_closet(tmp_path), data__a1b2_dot_webp=picture)
    done = foreign_import(owner=alice, file=file)
    assert done.left_out == ["Thing (other)"] and done.counts["garments"] == 2
    hung = named(alice)
    jacket = hung["jacket"]
    assert (jacket.name, jacket.brand_name, jacket.photo is not None) == ("Denim jacket", "Levis", True)
    assert [wear.worn_on for wear in jacket.wear_log.all()] == [date(2026, 1, 1)]
    assert hung["trousers"].state == "archived"


LIBRE_EXPORT = {
    "exportedAt": "2026-09-28T10:00:00.000Z",
    "garments": [
        {
            "id": 1, "name": "Rain shell", "category": "outerwear", "type": "jacket", "colors": ["olive", "black"],
            "materials": ["nylon"], "pattern": "solid", "brand": "Teva", "size": "M", "price": "24.90",
            "acquired_on": "2025-04-01", "status": "closet", "notes": "leaks",
            "photo": {"original": "https://closet.example/file/a1b2.webp?v=3", "cutout": None, "thumb": None},
        },
        {"id": 2, "category": "bottoms", "status": "archived", "colors": None, "photo": None},
        {"id": 3, "category": "tops", "name": "Dream", "status": "wishlist"},
        {"id": 4, "category": 5}, None,
    ],
}  # fmt: skip


def test_libre_closets_json_export_with_its_pictures(alice: User) -> None:
    picture = encoded(shirt(300, (30, 60, 160)))
    file = zipped(closet_dot_json=json.dumps(LIBRE_EXPORT).encode(), file__a1b2_dot_webp=picture)
    done = foreign_import(owner=alice, file=file)
    assert done.counts["garments"] == 2 and done.counts["photos"] == 1
    hung = named(alice)
    jacket = hung["jacket"]
    assert (jacket.name, jacket.brand_name, jacket.size_label, jacket.notes) == ("Rain shell", "Teva", "M", "leaks")
    assert jacket.bought_on == date(2025, 4, 1) and float(jacket.price or 0) == 24.9
    assert jacket.colour_names == ["olive"] and hung["trousers"].state == "archived"


def test_libre_closets_json_export_alone_hangs_as_illustrations(alice: User) -> None:
    done = foreign_import(owner=alice, file=io.BytesIO(json.dumps(LIBRE_EXPORT).encode()))
    assert done.counts["garments"] == 2 and not Photo.objects.exists()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (io.BytesIO(b'{"exportedAt": 1, "garments": [3, null, {}]}'), "No garment"),
        (zipped(closet_dot_json=b'{"exportedAt": 1, "garments": 5}'), "No closet"),
        (io.BytesIO(b"\x00\x01\x02" * 500), ""),
        (io.BytesIO(b""), ""),
        (io.BytesIO(b"a,b,c\n1,2,3\n"), "first row"),
        (io.BytesIO(b"name,kind\nx,vehicle\n"), "No garment"),
        (zipped(readme_dot_txt=b"x"), "No closet"),
        (zipped(items_dot_json=b"{"), "cannot be read"),
        (zipped(items_dot_json=b"[" * 100_000), "cannot be read"),
        (zipped(items_dot_json=b"[]"), "No garment"),
        (zipped(items_dot_json=b'{"items": [3, null, {"type": 5}]}'), "No garment"),
        (zipped(x_dot_db=b"SQLite format 3\x00" + bytes(4000)), "database"),
        (zipped(x_dot_db=b"no database"), "database"),
    ],
)
def test_what_is_no_closet_is_refused(alice: User, file: io.BytesIO, sentence: str) -> None:
    with pytest.raises(ImportRefused, match=sentence):
        foreign_import(owner=alice, file=file)
    assert not Garment.objects.exists()


def test_a_bomb_and_a_view_without_end(alice: User, tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("items.json", bytes(30 * 2**20))
    with pytest.raises(ImportRefused, match="larger"):
        foreign_import(owner=alice, file=target)
    path = tmp_path / "endless.db"
    with sqlite3.connect(path) as database:
        endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n WHERE id < 0"
        database.executescript(
            f"CREATE TABLE file (id INTEGER); CREATE VIEW garment AS SELECT id, 'tops' AS category FROM ({endless});"
        )
    database.close()
    with pytest.raises(ImportRefused, match="database"):
        foreign_import(owner=alice, file=zipped(x_dot_db=path.read_bytes()))
