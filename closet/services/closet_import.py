"""An exported closet becomes rows of a member's: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, Final, cast

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from catalog.models import Brand, Kind, Look, Product
from closet.models import (
    Follow,
    Garment,
    GarmentPicture,
    Like,
    Measurement,
    Outfit,
    OutfitItem,
    OwnKind,
    Photo,
    Plan,
    Post,
    Profile,
    Reaction,
    Trip,
    TripDay,
    TripPiece,
    User,
    Wear,
)
from closet.problems import PhotoProblem
from closet.services.accounts import PROFILE_FIELDS
from closet.services.closet_file import ClosetFile, ImportRefused
from closet.services.export import GARMENT_FILES, PHOTO_FILES, PICTURE_FILES
from closet.services.files import NewFiles, new_files
from closet.services.garments import values_check
from closet.services.hashing import sha256_of
from closet.services.photos import bytes_allowed, bytes_used, photo_check
from closet.signals import garment_drawn, photo_added

ROOM_A_PHOTO: Final = 3  # pictures made of an original weigh together up to twice as much as it
COUNTED: Final = (
    "photos", "garments", "outfits", "wear_log", "plans", "measurements", "reactions", "likes", "posts",
)  # fmt: skip


@dataclass
class Imported:
    """counts: rows by table. left_out: things of the catalogue that this server does not have, by name."""

    counts: dict[str, int]
    left_out: list[str] = field(default_factory=list)


def is_empty(owner: User) -> bool:
    """Whether nothing of theirs could be mixed up with what comes in; the bin counts too."""
    rows: tuple[models.QuerySet[Any], ...] = (
        Photo.objects.filter(owner=owner), Garment.objects.filter(owner=owner), Outfit.objects.filter(owner=owner),
        Measurement.objects.filter(user=owner),
    )  # fmt: skip
    return not any(found.exists() for found in rows)


def closet_preview(*, owner: User, file: IO[bytes]) -> Imported:
    """What `closet_import` would bring, having looked at all but the pictures. Raises ImportRefused."""
    opened = _opened(owner, file)
    facts = opened.facts
    catalogue = _Catalogue(facts)
    return Imported({table: len(facts.get(table, [])) for table in COUNTED}, catalogue.unknown)


def closet_import(*, owner: User, file: IO[bytes]) -> Imported:
    """Brings everything in. Raises ImportRefused; then nothing was written, no file either."""
    opened = _opened(owner, file)
    try:
        with new_files() as files, transaction.atomic():
            Profile.objects.select_for_update().get(user=owner)
            if not is_empty(owner):
                raise ImportRefused(_("This closet is not empty. Open a new account to import into."))
            return _Import(owner, opened, files).run()
    except PhotoProblem as problem:
        raise ImportRefused(problem.message) from problem


def _opened(owner: User, file: IO[bytes]) -> ClosetFile:
    free = bytes_allowed(owner=owner) - bytes_used(owner=owner)
    opened = ClosetFile(file, room=ROOM_A_PHOTO * max(free, 0))
    if sum(row["size"] for table in ("photos", "garment_pictures") for row in opened.facts[table]) > free:
        raise ImportRefused(_("Your closet has no room for these photos."))
    return opened


class _Catalogue:
    """Things of the shop by the names that the file calls them by."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        rows = [*facts["garments"], *facts["likes"]]
        slugs = {row["brand"] for row in rows if row["brand"]}
        skus = {(row["product"]["brand"], row["product"]["sku"]) for row in rows if row["product"]}
        keys = {row["look"] for row in facts["likes"] if row["look"]}
        self.brands = {brand.slug: brand for brand in Brand.objects.filter(slug__in=slugs)}
        products = Product.objects.filter(sku__in={sku for _brand, sku in skus}).select_related("brand")
        self.products = {(product.brand.slug, product.sku): product for product in products}
        self.looks = {look.key: look for look in Look.objects.filter(key__in=keys)}
        self.unknown = sorted(
            [*(slugs - set(self.brands)), *(f"{brand} {sku}" for brand, sku in skus - set(self.products)),
             *(keys - set(self.looks))]
        )  # fmt: skip

    def of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """{"brand", "product", "look"}; None for what is not sold here."""
        product = row["product"]
        return {
            "brand": self.brands.get(row["brand"]),
            "product": self.products.get((product["brand"], product["sku"])) if product else None,
            "look": self.looks.get(row["look"]),
        }


class _Import:
    """One import. Used once, inside a transaction, and thrown away."""

    def __init__(self, owner: User, opened: ClosetFile, files: NewFiles) -> None:
        self.owner, self.opened, self.files, self.facts = owner, opened, files, opened.facts
        self.catalogue = _Catalogue(self.facts)
        self.kinds = {kind.slug: kind for kind in Kind.objects.all()}
        self.own_kinds: dict[int, OwnKind] = {}
        self.photos: dict[str, Photo] = {}
        self.garments: dict[int, Garment] = {}
        self.outfits: dict[int, Outfit] = {}

    def run(self) -> Imported:
        self._profile()
        self._photos()
        self.own_kinds = self._many(
            OwnKind, self.facts["own_kinds"], lambda row: {"owner": self.owner, "parent": self._kind(row)}
        )
        self._garments()
        self._pictures()
        self.outfits = self._many(Outfit, self.facts["outfits"], lambda row: {"owner": self.owner})
        self._many(OutfitItem, self.facts["outfit_items"], lambda row: self._piece(row))
        self._many(Wear, self.facts["wear_log"], lambda row: self._piece(row))
        self._many(
            Plan, self.facts["plans"], lambda row: {"owner": self.owner, "outfit": self.outfits[row["outfit_id"]]}
        )
        self._trips()
        self._many(Measurement, self.facts["measurements"], lambda row: {"user": self.owner})
        self._many(
            Reaction,
            self.facts["reactions"],
            lambda row: {"owner": self.owner, "garments": sorted(self.garments[pk].pk for pk in row["garments"])},
        )
        self._posts()
        likes = [row for row in self.facts["likes"] if any(self.catalogue.of(row).values())]
        self._many(Like, likes, lambda row: {"owner": self.owner, **self.catalogue.of(row)})
        counts = {table: len(self.facts.get(table, [])) for table in COUNTED} | {"likes": len(likes)}
        counts["following"] = self._following()
        return Imported(counts, self.catalogue.unknown)

    def _following(self) -> int:
        """Those who have a page here by the same handle; nobody is followed who could not be by hand."""
        shown = Profile.objects.visible_to(self.owner).filter(has_page=True, handle__in=self.facts.get("following", []))
        followed = list(shown.exclude(user=self.owner).values_list("user", flat=True))
        Follow.objects.bulk_create(
            [Follow(follower=self.owner, followed_id=pk) for pk in followed], ignore_conflicts=True
        )
        return len(followed)

    def _trips(self) -> None:
        trips = self._many(Trip, self.facts["trips"], lambda row: {"owner": self.owner})
        days = self._many(TripDay, self.facts["trip_days"], lambda row: {"trip": trips[row["trip_id"]]})
        for row in self.facts["trip_days"]:
            days[row["id"]].garments.set([self.garments[pk] for pk in row["garments"]])
        self._many(
            TripPiece,
            self.facts["trip_pieces"],
            lambda row: {"trip": trips[row["trip_id"]], "garment": self.garments[row["garment_id"]]},
        )

    def _profile(self) -> None:
        """All but the handle, which another member may have here, and what opened one to people elsewhere."""
        profile = self.owner.profile
        names = {*PROFILE_FIELDS, "weights"} - {"handle", "has_page", "share_body_band"}
        told = {name: facts[name] for name in sorted(names) if name in (facts := self.facts["profile"])}
        for name, value in _values(Profile, told).items():
            setattr(profile, name, value)
        _clean("profile", profile, list(told))
        profile.save()

    def _photos(self) -> None:
        for row in self.facts["photos"]:
            photo = Photo(owner=self.owner, **_values(Photo, row, without=("id", "twin_id", *PHOTO_FILES)))
            for name in PHOTO_FILES:
                if row[name]:
                    content = ContentFile(self.opened.picture(row[name]))
                    header = photo_check(content)  # no picture that was not looked at is ever served
                    if name == "original":
                        photo.sha256 = sha256_of(cast("BinaryIO", content))
                        photo.size, photo.content_type = content.size, header.mime
                        photo.width, photo.height = header.width, header.height
                    self._store(photo, name, row[name], content)
            if not row["original"] or photo.sha256 != row["sha256"]:
                raise ImportRefused(_("The original of photo %(id)s is missing or damaged.") % {"id": row["id"]})
            if photo.status in (Photo.Status.QUEUED, Photo.Status.RUNNING):
                photo.status, photo.stage, photo.queued_at = Photo.Status.QUEUED, "", timezone.now()
            _clean(f"photo {row['id']}", photo, Photo)
            self.photos[row["id"]] = photo
        self._create(Photo, self.photos, self.facts["photos"])
        twins = [row for row in self.facts["photos"] if row["twin_id"]]
        for row in twins:
            self.photos[row["id"]].twin = self.photos[row["twin_id"]]
        Photo.objects.bulk_update([self.photos[row["id"]] for row in twins], ["twin"])
        for photo in self.photos.values():
            if photo.is_unfinished:
                photo_added.send(sender=Photo, photo_id=photo.pk)

    def _garments(self) -> None:
        for row in self.facts["garments"]:
            values = _values(Garment, row, without=("id", "photo_id", "kind", "brand", "product", *GARMENT_FILES)) | {
                "kind": self._kind(row)
            }
            catalogue = self.catalogue.of({**row, "look": None})
            garment = Garment(
                owner=self.owner, photo=self.photos.get(row["photo_id"]),
                own_kind=self.own_kinds.get(row["own_kind_id"]), brand=catalogue["brand"],
                product=catalogue["product"], **values,
            )  # fmt: skip
            for name in GARMENT_FILES:
                if row[name]:
                    content = ContentFile(self.opened.picture(row[name]))
                    photo_check(content)
                    self._store(garment, name, row[name], content)
            _clean(f"garment {row['id']}", garment, Garment)
            self.garments[row["id"]] = garment
        self._create(Garment, self.garments, self.facts["garments"])
        twins = [row for row in self.facts["garments"] if row["twin_id"] is not None]
        for row in twins:
            self.garments[row["id"]].twin = self.garments[row["twin_id"]]
        Garment.objects.bulk_update([self.garments[row["id"]] for row in twins], ["twin"])
        for garment in self.garments.values():
            garment_drawn.send(sender=Garment, garment_id=garment.pk)  # its vector is reckoned anew, from the cutout

    def _pictures(self) -> None:
        """More pictures of garments. One that was lost before the export is not told of any more."""
        rows = [row for row in self.facts["garment_pictures"] if all(row[name] for name in PICTURE_FILES)]
        made: dict[int, GarmentPicture] = {}
        for row in rows:
            values = _values(GarmentPicture, row, without=("id", *PICTURE_FILES))
            picture = GarmentPicture(owner=self.owner, garment=self.garments[row["garment_id"]], **values)
            picture.size = 0
            for name in PICTURE_FILES:
                content = ContentFile(self.opened.picture(row[name]))
                photo_check(content)
                self._store(picture, name, row[name], content)
                picture.size += content.size
            _clean(f"picture {row['id']}", picture, GarmentPicture)
            made[row["id"]] = picture
        self._create(GarmentPicture, made, rows)

    def _posts(self) -> None:
        """Looks shown elsewhere: nobody sees them here before their owner shows them anew."""
        rows = [row for row in self.facts.get("posts", []) if row["picture"]]
        made: dict[int, Post] = {}
        skipped = ("id", "slug", "picture", "state", "ground", "ground_text", "appeal", "appealed_at", "published_at")
        for row in rows:
            post = Post(
                owner=self.owner, outfit=self.outfits.get(row["outfit_id"]), photo=self.photos.get(row["photo_id"]),
                state=Post.State.DRAFT, **_values(Post, row, without=skipped),
            )  # fmt: skip
            content = ContentFile(self.opened.picture(row["picture"]))
            header = photo_check(content)
            post.width, post.height = header.width, header.height
            self._store(post, "picture", row["picture"], content)
            _clean(f"post {row['id']}", post, Post)
            made[row["id"]] = post
        self._create(Post, made, rows)

    def _kind(self, row: Mapping[str, Any]) -> Kind:
        try:
            return self.kinds[row["kind"]]
        except KeyError:
            raise ImportRefused(_("The kind “%(kind)s” is not known here.") % {"kind": row["kind"][:40]}) from None

    def _piece(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "garment": self.garments[row["garment_id"]],
            "outfit": self.outfits[row["outfit_id"]] if row["outfit_id"] is not None else None,
        }

    def _many(
        self, model: type[models.Model], rows: list[dict[str, Any]], own: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> dict[Any, Any]:
        """Rows of a table without files. own: the columns that name other rows."""
        made: dict[Any, models.Model] = {}
        for row in rows:
            named = own(row)
            taken = (*named, *(f"{name}_id" for name in named), "id")
            made[row["id"]] = model(**_values(model, row, without=taken), **named)
            _clean(f"{model._meta.model_name} {row['id']}", made[row["id"]], model)
        self._create(model, made, rows)
        return made

    def _create(self, model: type[Any], made: Mapping[Any, models.Model], rows: list[dict[str, Any]]) -> None:
        try:
            with transaction.atomic():
                model.objects.bulk_create(made.values(), batch_size=500)
        except IntegrityError as problem:  # twice the same, or a number beyond what can be
            told = {"table": model._meta.model_name}
            raise ImportRefused(_("The rows of %(table)s do not go together.") % told) from problem
        # Django sets these as a row is written; here they are older.
        dated = [one.name for one in model._meta.concrete_fields if one.name in ("created_at", "updated_at")]
        if dated and made:
            for row in rows:
                for name, value in _values(model, {name: row[name] for name in dated if name in row}).items():
                    setattr(made[row["id"]], name, value)
            model.objects.bulk_update(made.values(), dated, batch_size=500)

    def _store(self, row: models.Model, field_name: str, named: str, content: ContentFile[bytes]) -> None:
        suffix = named.rsplit(".", 1)[-1]
        getattr(row, field_name).name = self.files.save(type(row), f"{field_name}.{suffix}", content)


def _values(model: type[models.Model], row: Mapping[str, Any], without: Iterable[str] = ()) -> dict[str, Any]:
    """The columns of a row by their attribute, days and moments as such. Unknown names are passed over."""
    skipped = set(without)
    told: dict[str, Any] = {}
    for column in model._meta.concrete_fields:
        name = column.attname
        if name in row and name not in skipped and not column.is_relation:
            value = row[name]
            if isinstance(value, str) and isinstance(column, models.DateTimeField):
                value = _moment(parse_datetime, value, name)
            elif isinstance(value, str) and isinstance(column, models.DateField):
                value = _moment(parse_date, value, name)
            told[name] = value
    return told


def _moment(parse: Callable[[str], Any], text: str, name: str) -> Any:
    try:
        found = parse(text)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2199:
        raise ImportRefused(_("“%(text)s” is no day (%(field)s).") % {"text": text[:40], "field": name})
    return found


def _clean(told: str, row: models.Model, only: type[models.Model] | list[str]) -> None:
    """Raises ImportRefused where a column could not hold this, or an owner could not have set it."""
    fields = row._meta.concrete_fields
    wanted = set(only) if isinstance(only, list) else {one.name for one in fields if not one.is_relation}
    wanted -= {one.name for one in fields if one.null and getattr(row, one.attname) is None}
    try:
        row.clean_fields(exclude=[one.name for one in fields if one.name not in wanted])
        if isinstance(row, Garment):
            values_check({name: getattr(row, name) for name in ("colour_names", "warmth", "formality", "currency")})
            values_check({"styles": row.styles, "measures": row.measures})
    except ValidationError as problem:
        sentence = next(iter(problem.messages), "")
        raise ImportRefused(f"{told}: {sentence}") from problem
