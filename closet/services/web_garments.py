"""A garment from the address of a shop's page: its name, brand, price, colour and picture, as the page states them."""

from __future__ import annotations

import hashlib
import threading
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.importers.problems import BadPhoto
from catalog.importers.product_page import ProductPage, product_page_read
from catalog.importers.vocabulary import material_slug
from catalog.importers.web_photos import WebPhotos
from catalog.models import Kind
from catalog.words.reading import read
from closet.models import Garment, Outgoing, Photo, User
from closet.services.outgoing import outgoing_note
from closet.services.things import Thing, is_picture, thing_hang

LONGEST_ADDRESS: Final = 2000
SECONDS: Final = 8.0  # for the page, and again for its picture: somebody waits
_ROOM = threading.BoundedSemaphore(2)  # shops waited for at once in this process, so that slow ones hold up nobody else


class KindUnknown(ValidationError):
    """The page is a product's, but no word of it says what kind of garment; the member is to say."""


def garment_add_from_web(*, owner: User, address: str, kind: str = "") -> Garment:
    """Asks the shop for its page and picture, and hangs up what it sells. kind: the member's own word for it.

    Raises ValidationError, KindUnknown, and PhotoProblem where the quota is full.
    """
    address = address.strip()
    if not settings.WEB_GARMENTS_ENABLED:
        raise ValidationError(_("This server does not ask other sites. Add a photo instead."))
    if len(address) > LONGEST_ADDRESS:
        raise ValidationError(_("This address is too long."))
    if "//" not in address:
        address = f"https://{address}"
    if not _ROOM.acquire(blocking=False):
        raise ValidationError(_("Other members’ shops are being asked right now. Try again in a few seconds."))
    try:
        return _hung(owner, address, kind)
    finally:
        _ROOM.release()


def _hung(owner: User, address: str, kind: str) -> Garment:
    page = product_page_read(_fetched(owner, address, "text/html"), address)
    if page is None:
        raise ValidationError(
            _("This page does not say what it sells. Open the page of one garment in the shop and copy its address.")
        )
    slug = kind or next(iter(read(page.name[:200]).slugs("kind")), "")
    row = Kind.objects.filter(slug=slug).first()
    if row is None:
        raise KindUnknown(_("What is “%(name)s”? Pick its kind.") % {"name": page.name})
    picture = _picture(owner, page)
    with transaction.atomic():
        return thing_hang(owner=owner, thing=_thing(page, row, address), picture=picture, kind=row)


def _thing(page: ProductPage, kind: Kind, address: str) -> Thing:
    said = read(f"{page.colour} {page.name}"[:200])
    return Thing(
        name=page.name,
        kind=kind.slug,
        colour=next(iter(read(page.colour[:80]).slugs("colour")), "") or next(iter(said.slugs("colour")), ""),
        pattern=next(iter(said.slugs("pattern")), ""),
        material=material_slug(page.material) or next(iter(said.slugs("material")), ""),
        brand_name=page.brand,
        size_label=page.size,
        price=page.price,
        currency=page.currency,
        notes=address,
        picture="shop-photo",
    )


def _picture(owner: User, page: ProductPage) -> bytes:
    """Empty where there is none, or none that can be read: then the garment is drawn."""
    if not page.picture:
        return b""
    try:
        data = _fetched(owner, page.picture, "image/*")
    except ValidationError:
        return b""
    if not is_picture(data):
        return b""
    if Photo.objects.owned_by(owner).filter(sha256=hashlib.sha256(data).hexdigest()).exists():
        raise ValidationError(_("The shop’s photo of this hangs in your closet already."))
    return data


def _fetched(owner: User, address: str, accept: str) -> bytes:
    """Raises ValidationError with what went wrong."""
    web = WebPhotos(seconds=SECONDS, accept=accept)
    outgoing_note(owner=owner, purpose=Outgoing.Purpose.WEB_PAGE, to=address, fields=["address"])
    try:
        return web.read(address)
    except BadPhoto as problem:
        raise ValidationError(str(problem)) from problem
    finally:
        web.close()
