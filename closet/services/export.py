"""All that is a member's, as a ZIP that a worker makes: `closet.json` and their pictures.

It is fetched by a short signed address, which needs no sign-in (a download manager has none) and ends within the hour.
"""

from __future__ import annotations

import io
import json
import logging
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any, Final

from django.conf import settings
from django.core import signing
from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import F, Model, QuerySet, Sum
from django.utils import timezone

from catalog.models import Brand, Kind, Look, Product
from closet.models import (
    Block,
    Decision,
    DeviceToken,
    Export,
    Follow,
    Garment,
    GarmentPicture,
    Household,
    HouseholdGarment,
    Like,
    Loan,
    Measurement,
    Notice,
    Outfit,
    OutfitItem,
    OwnKind,
    Photo,
    Plan,
    Post,
    PostMark,
    Profile,
    Reaction,
    Report,
    Share,
    Trip,
    TripDay,
    TripPiece,
    User,
    Wear,
)
from closet.problems import PhotoProblem
from closet.services.files import files_delete_on_commit, has_room, new_files
from closet.services.hashing import sha256_of
from closet.signals import export_asked
from imaging.decode import BadImage
from imaging.metadata import stripped

logger = logging.getLogger(__name__)
CHUNK = 256 * 1024
FORMAT: Final = "otjang-closet"
VERSION: Final = 2  # of closet.json; closet/closet_schema.json describes it, docs/export.md tells what changed
LATER: Final = ("trips", "trip_days", "trip_pieces")  # tables that files made before them do not have
# What is ours, not theirs: keys into other tables that are exported beside it, the state of the machinery.
BY_NAME: Final = (Brand, Kind, Look, Product)  # which have other ids on another server
# Landmarks of people, who may be others than the member, are found anew wherever the photo comes in.
HIDDEN = frozenset({
    "owner_id", "user_id", "digest", "token_key", "claimed_at", "error", "quota_bytes", "keypoints", "chosen_person",
    "tryon_id", "worn_by_id", "seen_name", "seen_about", "words_sent_at", "words_declined",
})  # fmt: skip


ADDRESS_HOLDS_S: Final = 3600
_SIGNER: Final = signing.TimestampSigner(salt="export")


def export_ask(*, owner: User, strip_metadata: bool = False) -> Export:
    """Has a worker make an export; the one on its way where there is one. An earlier one that is done goes.

    strip_metadata: originals come without what the camera wrote beside the picture, such as the place.
    """
    try:
        with transaction.atomic():
            export = Export.objects.create(owner=owner, strip_metadata=strip_metadata)
            exports_delete(exports=Export.objects.filter(owner=owner).exclude(pk=export.pk))
    except IntegrityError:
        known: Export = Export.objects.unfinished().get(owner=owner)
        return known
    export_asked.send(sender=Export, export_id=export.pk)
    return export


def export_latest(*, owner: User) -> Export | None:
    return Export.objects.filter(owner=owner).first()


@transaction.atomic
def exports_delete(*, exports: QuerySet[Export]) -> int:
    """Removes exports and their files. Returns how many."""
    gone = list(exports)
    files_delete_on_commit(names=[export.file.name or "" for export in gone])
    Export.objects.filter(pk__in=[export.pk for export in gone]).delete()
    return len(gone)


def export_key(*, export: Export) -> str:
    """What stands in the address of a finished export; good for an hour."""
    return _SIGNER.sign(str(export.pk))


def export_find(*, key: str) -> Export:
    """The finished export of a key. Raises Export.DoesNotExist for a wrong or old key, and where it is gone."""
    try:
        pk = _SIGNER.unsign(key, max_age=ADDRESS_HOLDS_S)
    except signing.BadSignature:
        raise Export.DoesNotExist from None
    return Export.objects.get(pk=pk, status=Export.Status.DONE)


def export_make(*, export_id: int) -> None:
    """A worker's part: claims the export, writes the ZIP, stores it. A disk without room leaves it failed."""
    claimed = Export.objects.filter(pk=export_id, status=Export.Status.QUEUED)
    if not claimed.update(status=Export.Status.RUNNING, claimed_at=timezone.now()):
        return
    export = Export.objects.select_related("owner__profile").get(pk=export_id)
    running = Export.objects.filter(pk=export_id, status=Export.Status.RUNNING)
    try:
        total = Photo.objects.owned_by(export.owner).aggregate(total=Sum("size"))["total"] or 0
        if not has_room(2 * total):  # once while it is packed, once where it is kept
            raise PhotoProblem("disk_full")
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as packed, new_files() as files:
            account_pack(user=export.owner, target=packed, strip_metadata=export.strip_metadata)
            size = packed.tell()
            packed.seek(0)
            name = files.save(Export, "export.zip", File(packed))
            if not running.update(status=Export.Status.DONE, file=name, size=size):
                raise Export.DoesNotExist  # its owner left, or took it back
    except Export.DoesNotExist:
        return
    except (PhotoProblem, OSError) as problem:
        logger.warning("an export was not made: %s", type(problem).__name__)
        running.update(status=Export.Status.FAILED)
    except Exception:  # the time limit, for one: tried again it would only break again
        running.update(status=Export.Status.FAILED)
        raise


class _Encoder(DjangoJSONEncoder):
    """Django's own cuts moments to the millisecond."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


def account_pack(*, user: User, target: IO[bytes], strip_metadata: bool = False) -> None:
    """Writes the ZIP. Needs memory for one chunk of a picture (or one original to be stripped), not for the closet.

    Pictures come first: one that cannot be read, or cannot be stripped, is told as null, so that every name in
    `closet.json` is in the ZIP.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        packed: set[str] = set()
        others: dict[str, dict[str, Any]] = {}
        for row, name, file in _pictures(user):
            try:
                with file.open("rb") as stored:  # before the entry is begun: half of one cannot be taken back
                    source = stored
                    if strip_metadata and isinstance(row, Photo) and file.field.name == "original":
                        source = io.BytesIO(stripped(stored.read()))
                        others[str(row.pk)] = {"sha256": sha256_of(source), "size": len(source.getbuffer())}
                        source.seek(0)
                    entry = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
                    entry.external_attr = 0o600 << 16  # and stored as it is: pictures are compressed already
                    with archive.open(entry, "w", force_zip64=True) as part:
                        while chunk := source.read(CHUNK):
                            part.write(chunk)
                packed.add(name)
            except (OSError, BadImage):
                # One lost file must not cost the member the others.
                logger.exception("A picture could not be exported: %s", file.name)
        facts = account_facts(user=user, packed=packed)
        facts["originals"] = "without metadata" if strip_metadata else "as taken"
        known: set[tuple[str, int]] = set()
        for photo in facts["photos"]:
            photo |= others.get(str(photo["id"]), {})  # of the bytes that are in the ZIP
            while (photo["sha256"], photo["copy"]) in known:  # two that differed in their metadata alone
                photo["copy"] += 1
            known.add((photo["sha256"], photo["copy"]))
        archive.writestr("closet.json", json.dumps(facts, cls=_Encoder, ensure_ascii=False, indent=1))


def account_facts(*, user: User, packed: Collection[str]) -> dict[str, Any]:
    """Every row of the member's, without secrets. packed: the pictures in the ZIP; rows name no other.

    What a row says of the catalogue is told by names that mean the same on another server: a brand's slug, a product's
    brand and SKU, a look's key.
    """

    def rows(found: QuerySet[Any]) -> list[dict[str, Any]]:
        return [_facts(row, packed) for row in found.iterator(500)]

    garments = Garment.objects.owned_by(user).select_related("kind", "brand", "product__brand")
    known = set(garments.order_by().values_list("pk", flat=True))
    reactions = rows(Reaction.objects.filter(owner=user))
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": timezone.now(),
        "account": {"email": user.email, "joined": user.date_joined},
        "profile": _facts(user.profile, packed),
        "measurements": rows(Measurement.objects.owned_by(user)),
        "photos": rows(Photo.objects.owned_by(user)),
        "own_kinds": [
            _facts(own, packed) | {"kind": own.parent.slug}
            for own in OwnKind.objects.filter(owner=user).select_related("parent")
        ],
        "garments": [
            _facts(garment, packed) | {"kind": garment.kind.slug, **catalogue_names(garment)}
            for garment in garments.iterator(500)
        ],
        "garment_pictures": rows(GarmentPicture.objects.owned_by(user)),
        "outfits": rows(Outfit.objects.owned_by(user)),
        # What is lent to them is somebody else's.
        "outfit_items": rows(OutfitItem.objects.filter(outfit__owner=user, garment__owner=user)),
        "wear_log": rows(Wear.objects.filter(garment__owner=user, worn_by=None)),
        "plans": rows(Plan.objects.filter(owner=user)),
        "trips": rows(Trip.objects.filter(owner=user)),
        "trip_days": [
            _facts(day, packed) | {"garments": [garment.pk for garment in day.garments.all()]}
            for day in TripDay.objects.filter(trip__owner=user).prefetch_related("garments")
        ],
        "trip_pieces": rows(TripPiece.objects.filter(trip__owner=user)),
        "notices": rows(Notice.objects.filter(owner=user)),
        # Of garments that are gone for good nothing is left to say.
        "reactions": [row for row in reactions if known.issuperset(row["garments"])],
        "likes": [
            _facts(like, packed) | catalogue_names(like)
            for like in Like.objects.filter(owner=user).select_related("brand", "product__brand", "look").iterator(500)
        ],
        "shares": rows(Share.objects.filter(owner=user)),
        "posts": rows(Post.objects.owned_by(user).standing()),
        "people": people_facts(user=user),
        "following": list(Follow.objects.filter(follower=user).values_list("followed__profile__handle", flat=True)),
        "devices": rows(DeviceToken.objects.filter(user=user)),
    }


def people_facts(*, user: User) -> dict[str, Any]:
    """What the member said of others and what was decided about them; of the others no more than they show."""
    marks = PostMark.objects.filter(owner=user).values("verb", "created_at", title=F("post__title"))
    decisions = Decision.objects.filter(person=user).values("action", "ground", "text", "at", title=F("post__title"))
    blocked = Profile.objects.with_page().filter(user__in=Block.objects.filter(owner=user).values("blocked"))
    household = Household.objects.filter(members__user=user).first()
    loans = Loan.objects.filter(garment__owner=user)
    return {
        "marks": list(marks),
        "reports": list(Report.objects.filter(reporter=user).values("ground", "note", "created_at")),
        "decisions": list(decisions),
        "blocked": list(blocked.values_list("handle", flat=True)),
        "household": household.name if household else None,
        "shown_to_household": list(
            HouseholdGarment.objects.filter(garment__owner=user).values_list("garment", flat=True)
        ),
        "loans": list(loans.values("garment", "lent_at", "returned_at")),
    }


def catalogue_names(row: Any) -> dict[str, Any]:
    """What a garment or a like says of the catalogue, by names: {"brand", "product", "look"}, null each."""
    product, look = row.product, getattr(row, "look", None)
    return {
        "brand": row.brand.slug if row.brand else None,
        "product": {"brand": product.brand.slug, "sku": product.sku} if product else None,
        "look": look.key if look else None,
    }


def _facts(row: Model, packed: Collection[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.attname in HIDDEN or field.related_model in BY_NAME:
            continue
        value = getattr(row, field.attname)
        if hasattr(value, "storage"):
            name = _zip_name(row, field.name) if value else ""
            facts[field.attname] = name if name in packed else None
        else:
            facts[field.attname] = value
    return facts


PHOTO_FILES: Final = ("original", "display", "shareable")
PICTURE_FILES: Final = ("picture", "small")
GARMENT_FILES: Final = ("cutout", "cutout_medium", "cutout_small", "mask", "owner_mask")


def _pictures(user: User) -> Iterator[tuple[Model, str, Any]]:
    kinds: tuple[tuple[Iterable[Model], tuple[str, ...]], ...] = (
        (Photo.objects.owned_by(user).iterator(200), PHOTO_FILES),
        (Garment.objects.owned_by(user).iterator(200), GARMENT_FILES),
        (GarmentPicture.objects.owned_by(user).iterator(200), PICTURE_FILES),
        (Share.objects.filter(owner=user).iterator(200), ("picture",)),
        (Post.objects.owned_by(user).standing().iterator(200), ("picture",)),
    )
    for rows, names in kinds:
        for row in rows:
            for name in names:
                if getattr(row, name):
                    yield row, _zip_name(row, name), getattr(row, name)


def _zip_name(row: Model, field: str) -> str:
    suffix = PurePosixPath(getattr(row, field).name).suffix
    return f"{row._meta.model_name}s/{row.pk}-{field}{suffix}"
