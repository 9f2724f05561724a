"""Members' pictures: private, so each is served only after the owner was checked. To others they do not exist."""

from __future__ import annotations

import io
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from PIL import Image
from rest_framework.exceptions import AuthenticationFailed

from closet.authentication import DeviceTokenAuthentication
from closet.models import Garment, GarmentPicture, Photo, Post, Share, TryOn, User
from closet.services.photos import SIZES
from imaging.decode import BadImage
from imaging.metadata import stripped
from imaging.webp import webp

# The first part of a stored name says whose it is (closet.models.photos.private_path); anything else is not served.
OWNED: Final[dict[str, type[models.Model]]] = {
    "photo": Photo,
    "garment": Garment,
    "garmentpicture": GarmentPicture,
    "share": Share,
    "post": Post,
    "tryon": TryOn,
}
CUTOUTS: Final = ("cutout", "cutout_medium", "cutout_small")
NAME: Final = rf"(?P<name>(?:{'|'.join(OWNED)})/[0-9a-f]{{2}}/[0-9a-f]{{32}}\.[a-z0-9]{{1,5}})"
YEAR_S: Final = 365 * 24 * 3600


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """One stored picture of the member who asks: `{% url 'closet:media' photo.display.name %}`.

    Of an original, `?strip` answers it without what the camera wrote beside the picture, such as the place; of a
    sketch, `?as=png` answers a PNG.
    """
    model = OWNED[name.partition("/")[0]]
    fields = [field.name for field in model._meta.concrete_fields if isinstance(field, models.FileField)]
    named = Q(*((field, name) for field in fields), _connector=Q.OR)
    member = _member(request)
    thing = model._default_manager.filter(named, owner=member).first() or _lent_or_shown(model, name, member)
    if thing is None:
        raise Http404
    file: FieldFile = next(getattr(thing, field) for field in fields if getattr(thing, field).name == name)
    side = SIZES.get(request.GET.get("size", ""))
    # A stored file never changes, a new picture gets a new name: the name is all an ETag needs.
    original = thing if isinstance(thing, Photo) and file.field.name == "original" else None
    strips = original is not None and "strip" in request.GET
    as_png = model is TryOn and request.GET.get("as") == "png"
    way = "stripped" if strips else "png" if as_png else ""
    etag = quote_etag(f"{name.rsplit('/', 1)[-1].partition('.')[0]}{side or ''}{way}")
    answer: HttpResponse | FileResponse
    if etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
        answer = HttpResponseNotModified()
    else:
        answer = _streamed(
            file,
            side=side,
            strips=strips,
            as_png=as_png,
            content_type=original.content_type if original else "",
            download_as=(original.file_name or "photo") if original and "download" in request.GET else "",
        )
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    answer["Vary"] = "Cookie, Authorization"
    # Even if a browser took one of these files for a page, nothing in it may run.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _lent_or_shown(model: type[models.Model], name: str, member: User) -> Garment | None:
    """A garment of the household, by its cutouts alone: neither its masks nor the photo it was cut from."""
    if model is not Garment:
        return None
    return Garment.objects.seen_by(member).filter(Q(*((field, name) for field in CUTOUTS), _connector=Q.OR)).first()


def _member(request: HttpRequest) -> User:
    """The signed-in member, or the one whose device token came along. Anybody else learns nothing, not even 403."""
    if request.user.is_authenticated:
        return request.user
    try:
        found = DeviceTokenAuthentication().authenticate(request)  # type: ignore[no-untyped-call]  # knox's
    except AuthenticationFailed:
        found = None
    if found is None:
        raise Http404
    user: User = found[0]
    return user


def _streamed(
    file: FieldFile,
    *,
    side: int | None,
    content_type: str,
    download_as: str,
    strips: bool = False,
    as_png: bool = False,
) -> HttpResponse | FileResponse:
    name = file.name or ""
    try:
        stream: Any = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    except OSError:  # the store is away
        return HttpResponse(status=503, headers={"Retry-After": "10"})
    if strips:
        try:
            with stream:
                stream = io.BytesIO(stripped(stream.read()))
        except BadImage:
            sentence = _("What the camera wrote cannot be taken out of this photo, so it was not given out.")
            return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")
    if as_png:
        stream, content_type = _png(stream), "image/png"
    answer = FileResponse(
        _scaled(stream, side) if side and not as_png else stream,
        content_type=content_type or ("image/png" if name.endswith(".png") else "image/webp"),
        as_attachment=bool(download_as),
        filename=download_as,
    )
    answer.block_size = 1 << 16
    return answer


def picture_answer(request: HttpRequest, file: FieldFile, *, side: int | None) -> HttpResponse | FileResponse:
    """A picture that its reader may see now, and is asked for again each time: it may be taken back."""
    etag = quote_etag(f"{(file.name or '').rsplit('/', 1)[-1].partition('.')[0]}{side or ''}")
    answer: HttpResponse | FileResponse = HttpResponseNotModified()
    if etag not in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
        answer = _streamed(file, side=side, content_type="", download_as="")
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Cookie"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _png(stream: Any) -> io.BytesIO:
    with stream, Image.open(stream) as picture:
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", compress_level=1)  # a sketch is small: it takes milliseconds
    buffer.seek(0)
    return buffer


def _scaled(stream: Any, side: int) -> io.BytesIO:
    """A small WebP of one of our own pictures."""
    with stream, Image.open(stream) as picture:
        picture.thumbnail((side, side), Image.Resampling.BILINEAR)
        return io.BytesIO(webp(picture, quality=78))
