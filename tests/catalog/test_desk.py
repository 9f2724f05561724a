"""The desk: what each role may do, corrections that count, looks boxed by hand, imports from upload to undo."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.importers import runner, web_photos
from catalog.models import Brand, ImportJob, Kind, Look, LookItem, Product
from catalog.services.looks import look_boxes_answer
from closet.models import User
from tests.cast import member
from tests.catalog.shop import HEAD, photo, row, table, zipped
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Product:
    brand = Brand.objects.create(name_en="Haneul", slug="haneul")
    return Product.objects.create(brand=brand, sku="A-1", kind=Kind.objects.get(slug="trousers"), name_en="Slacks")


def staff(role: str) -> Client:
    user: User = member(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return signed_in(user)


def form_of(product: Product, **changes: Any) -> dict[str, Any]:
    return {
        "name_en": product.name_en, "name_ko": "", "brand": product.brand_id,
        "sku": product.sku, "kind": product.kind_id,
        "gender": "unisex", "colour_names": [], "pattern": "", "material": "", "usage": "", "seasons": [], "tags": "",
        "price": "", "currency": "KRW", "url": "", "is_in_stock": "on", "sizes_in_stock": "", "size_chart": "",
        "description_en": "", "description_ko": "", "is_published": "on",
        "images-TOTAL_FORMS": "0", "images-INITIAL_FORMS": "0",
    } | changes  # fmt: skip


@pytest.mark.parametrize("model", ["kind", "brand", "product", "sizechart", "look", "importjob"])
def test_every_list_and_form_opens(as_dana: Client, product: Product, model: str) -> None:
    assert as_dana.get(reverse(f"admin:catalog_{model}_changelist")).status_code == 200
    assert as_dana.get(reverse(f"admin:catalog_{model}_add")).status_code == 200


def test_members_do_not_come_in(as_alice: Client, product: Product) -> None:
    assert as_alice.get(reverse("admin:catalog_product_changelist")).status_code == 302


def test_a_viewer_looks_an_editor_edits_a_publisher_publishes(product: Product) -> None:
    change = reverse("admin:catalog_product_change", args=[product.pk])
    listing = reverse("admin:catalog_product_changelist")
    viewer, editor, publisher = staff("viewer"), staff("editor"), staff("publisher")
    assert viewer.get(change).status_code == 200
    assert viewer.post(change, form_of(product, name_en="No")).status_code == 403
    hide = {"action": "unpublish", "_selected_action": [product.pk]}

    assert editor.post(change, form_of(product, name_en="Yes", is_published="")).status_code == 302
    product.refresh_from_db()
    assert product.name_en == "Yes" and product.is_published  # an editor's form does not reach it
    editor.post(listing, hide)
    product.refresh_from_db()
    assert product.is_published

    publisher.post(listing, hide)
    product.refresh_from_db()
    assert not product.is_published


def test_an_editors_new_brand_waits_for_a_publisher(db: None) -> None:
    told = {
        "name_en": "",
        "name_ko": "바다",
        "slug": "bada",
        "price_band": "2",
        "made_for": "unisex",
        "is_published": "on",
        "size_charts-TOTAL_FORMS": "0",
        "size_charts-INITIAL_FORMS": "0",
    }
    staff("editor").post(reverse("admin:catalog_brand_add"), told)
    assert not Brand.objects.get(slug="bada").is_published


def test_what_staff_set_is_remembered_as_theirs(as_dana: Client, product: Product) -> None:
    change = reverse("admin:catalog_product_change", args=[product.pk])
    jeans = Kind.objects.get(slug="jeans")
    as_dana.post(change, form_of(product, kind=jeans.pk, colour_names=["navy"], price="10"))
    product.refresh_from_db()
    assert product.kind == jeans and product.staff_fields == ["colours", "kind"]
    assert product.colours[0]["name"] == "navy" and product.history.count() >= 1
    assert as_dana.get(reverse("admin:catalog_product_history", args=[product.pk])).status_code == 200


def test_seeded_kinds_stay(as_dana: Client) -> None:
    kind = Kind.objects.get(slug="shirt")
    assert as_dana.post(reverse("admin:catalog_kind_delete", args=[kind.pk]), {"post": "yes"}).status_code == 403


def test_the_list_costs_the_same_with_two_products_as_with_twenty(
    as_dana: Client, product: Product, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        Product.objects.create(brand=product.brand, kind=product.kind, sku=f"B-{number}", name_en="x")
    with django_assert_max_num_queries(16):
        as_dana.get(reverse("admin:catalog_product_changelist"))


# --- looks ---------------------------------------------------------------------------------------------------
@pytest.fixture
def look(db: None) -> Look:
    look = Look.objects.create(key="L1", title_en="Monday", photo=ContentFile(photo(), name="l.jpg"))
    LookItem.objects.create(look=look, kind=Kind.objects.get(slug="shirt"), box=[0.1, 0.1, 0.5, 0.5])
    return look


def test_boxes_are_saved_as_dragged_and_nonsense_is_not(as_dana: Client, look: Look, product: Product) -> None:
    page = reverse("admin:catalog_look_pieces", args=[look.pk])
    item = look.items.get()
    pieces = [
        {"id": item.pk, "kind": "shirt", "product": None, "box": [0.2, 0.2, 0.6, 0.6]},
        {"id": None, "kind": "trousers", "product": product.pk, "box": [0.2, 0.5, 0.8, 1]},
    ]
    assert as_dana.get(page).status_code == 200
    as_dana.post(page, {"pieces": json.dumps(pieces)})
    item.refresh_from_db()
    assert item.box == [0.2, 0.2, 0.6, 0.6] and look.items.count() == 2
    assert look.items.last().product == product  # type: ignore[union-attr]
    for nonsense in (
        "",
        "{}",
        "[1]",
        '[{"kind": "spoon"}]',
        '[{"kind": "shirt", "box": [0, 0, 5, 5]}]',
        '[{"kind": "shirt", "product": 987654}]',
    ):
        as_dana.post(page, {"pieces": nonsense})
        assert look.items.count() == 2


def test_the_detectors_proposal_reaches_the_editor(as_dana: Client, look: Look) -> None:
    address = reverse("admin:catalog_look_propose", args=[look.pk])
    assert as_dana.get(address).json()["state"] == "none"
    assert as_dana.post(address).json()["state"] == "asked"
    look_boxes_answer(look_id=look.pk, pieces=[{"kind": "shirt", "box": [0, 0, 0.5, 0.5]}])
    assert as_dana.get(address).json() == {"state": "ready", "pieces": [{"kind": "shirt", "box": [0, 0, 0.5, 0.5]}]}


def test_viewers_cannot_move_boxes(look: Look) -> None:
    viewer = staff("viewer")
    page = reverse("admin:catalog_look_pieces", args=[look.pk])
    assert viewer.get(page).status_code == 200
    assert viewer.post(page, {"pieces": "[]"}).status_code == 403 and look.items.count() == 1
    assert viewer.post(reverse("admin:catalog_look_propose", args=[look.pk])).status_code == 403


def test_products_are_found_for_a_piece(as_dana: Client, look: Look, product: Product) -> None:
    found = as_dana.get(reverse("admin:catalog_look_products", args=[look.pk]), {"q": "haneul slacks"}).json()
    assert [each["id"] for each in found["results"]] == [product.pk]


# --- imports ---------------------------------------------------------------------------------------------------
def upload(client: Client, folder: Path, rows: list[dict[str, str]], **more: Any) -> ImportJob:
    content = table(folder, rows, encoding="cp949").read_bytes()
    told = {"content": "products", "file": SimpleUploadedFile("상품.csv", content)} | more
    assert client.post(reverse("admin:catalog_importjob_add"), told).status_code == 302
    return ImportJob.objects.latest("pk")


def act(client: Client, job: ImportJob, verb: str, **more: str) -> Any:
    columns = {}
    for at, name in enumerate(HEAD):  # as the page lists them: in the file's order
        columns |= {f"name-{at}": name, f"column-{at}": job.mapping[name]}
    told = {"do": verb, "currency": "KRW", "new_kinds": "on"} | columns | more
    answer = client.post(reverse("admin:catalog_importjob_act", args=[job.pk]), told)
    runner.run(job.pk)  # as the worker would
    job.refresh_from_db()
    return answer


def test_an_import_from_upload_to_undo(as_dana: Client, tmp_path: Path) -> None:
    photos = SimpleUploadedFile("photos.zip", zipped(tmp_path, {"1.jpg": photo()}).read_bytes())
    rows = [row(1, image="1.jpg", name="와이드 슬랙스"), row(2, price="=1+1")]
    job = upload(as_dana, tmp_path, rows, photos=photos)
    page = reverse("admin:catalog_importjob_change", args=[job.pk])
    shown = as_dana.get(page).content.decode()
    assert "와이드 슬랙스" in shown and "cp949" in shown and "no price" in shown  # the preview tells already

    act(as_dana, job, "dry", publish="on")
    assert (job.status, job.is_dry_run, job.rows_created, job.rows_refused) == ("done", True, 1, 1)
    assert not Product.objects.exists() and as_dana.get(page).status_code == 200

    act(as_dana, job, "run")
    assert (job.status, job.is_dry_run, Product.objects.published().count()) == ("done", False, 1)
    state = as_dana.get(reverse("admin:catalog_importjob_state", args=[job.pk])).json()
    assert state["is_over"] and state["created"] == 1 and state["share"] == 1
    problems = as_dana.get(reverse("admin:catalog_importjob_problems", args=[job.pk]))
    text = b"".join(problems.streaming_content).decode()
    assert "attachment" in problems["Content-Disposition"] and "\n3,price," in text and "'=1+1" in text

    act(as_dana, job, "undo")
    assert job.status == "undone" and not Product.objects.exists() and as_dana.get(page).status_code == 200


def test_an_editors_import_stays_hidden_whatever_the_form_says(tmp_path: Path) -> None:
    editor = staff("editor")
    job = upload(editor, tmp_path, [row(1)])
    act(editor, job, "run", publish="on")
    assert Product.objects.count() == 1 and not Product.objects.filter(is_published=True).exists()


def test_a_mapping_that_cannot_work_is_told_and_kept(as_dana: Client, tmp_path: Path) -> None:
    job = upload(as_dana, tmp_path, [row(1)])
    answer = act(as_dana, job, "run", **{"column-0": "name"})  # and the third column is the name already
    assert answer.status_code == 200 and "Two columns" in answer.content.decode() and job.status == "draft"
    answer = act(as_dana, job, "run", **{"column-0": "../../x"})
    assert "no field" in answer.content.decode() and job.status == "draft"


def test_what_is_no_table_is_told_at_the_upload(as_dana: Client) -> None:
    told = {"content": "products", "file": SimpleUploadedFile("x.csv", b"\x89PNG\r\n\x1a\n" + b"x" * 50)}
    answer = as_dana.post(reverse("admin:catalog_importjob_add"), told)
    assert answer.status_code == 200 and not ImportJob.objects.exists() and "desk-error" in answer.content.decode()


def test_viewers_watch_imports_and_start_none(as_dana: Client, tmp_path: Path) -> None:
    job = upload(as_dana, tmp_path, [row(1)])
    viewer = staff("viewer")
    assert viewer.get(reverse("admin:catalog_importjob_change", args=[job.pk])).status_code == 200
    assert act(viewer, job, "run").status_code == 403 and job.status == "draft"
    assert viewer.get(reverse("admin:catalog_importjob_add")).status_code == 403


def test_the_preview_shows_the_photos_that_rows_would_bring(
    as_dana: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"1.jpg": photo(), "2.jpg": b"\x89PNG\r\n\x1a\n" + b"x" * 90}
    zipped_photos = SimpleUploadedFile("photos.zip", zipped(tmp_path, files).read_bytes())
    away = "https://shop.example/3.jpg"
    rows = [row(1, image="1.jpg"), row(2, image="2.jpg"), row(3, image=away), row(4, image="gone.jpg")]
    job = upload(as_dana, tmp_path, rows, photos=zipped_photos)
    shown = as_dana.get(reverse("admin:catalog_importjob_change", args=[job.pk])).content.decode()
    assert shown.count("data:image/webp;base64,") == 1 and "There is no photo" in shown and "damaged" in shown
    [address] = re.findall(r'src="(/admin/catalog/importjob/\d+/photo/\?of=[^"]+)"', shown)

    asked: list[str] = []

    def read(_self: Any, reference: str) -> bytes:
        asked.append(reference)
        return photo()

    monkeypatch.setattr(web_photos.WebPhotos, "read", read)
    for _ in range(2):
        answer = as_dana.get(address)
        assert answer.status_code == 200 and answer["Content-Type"] == "image/webp"
    assert asked == [away]  # once
    assert as_dana.get(address.replace("of=", "of=x")).status_code == 404
    assert as_dana.get(address.partition("?")[0], {"of": "http://127.0.0.1/"}).status_code == 404
    assert staff("viewer").get(address).status_code == 200
    assert Client().get(address).status_code == 302


def test_a_photo_of_the_preview_inside_a_private_network_is_not_fetched(as_dana: Client, tmp_path: Path) -> None:
    job = upload(as_dana, tmp_path, [row(1, image="http://127.0.0.1/a.jpg")])
    shown = as_dana.get(reverse("admin:catalog_importjob_change", args=[job.pk])).content.decode()
    [address] = re.findall(r'src="(/admin/catalog/importjob/\d+/photo/\?of=[^"]+)"', shown)
    answer = as_dana.get(address)
    assert answer.status_code == 502 and "private network" in answer.content.decode()


def test_the_preview_tells_all_that_is_wrong_with_a_row(as_dana: Client, tmp_path: Path) -> None:
    job = upload(as_dana, tmp_path, [row(1, price="=1+1", currency="won!", gender="robots")])
    shown = as_dana.get(reverse("admin:catalog_importjob_change", args=[job.pk])).content.decode()
    assert shown.count('class="desk-error"') == 3
