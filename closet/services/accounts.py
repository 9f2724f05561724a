"""Members come, change what they tell about themselves, and go with everything they brought."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage
from django.core.validators import validate_email
from django.db import IntegrityError, models, router, transaction
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import taxonomy
from catalog.models import Brand, Look
from closet.models import ChangeLog, Garment, Measurement, Notice, Outfit, Photo, Post, Profile, Share, User
from closet.services.body_bands import body_band_keep
from closet.services.households import household_leave
from closet.services.page_words import page_words_send
from closet.services.places import place_find

OLDEST_BIRTH = 1900
logger = logging.getLogger(__name__)

# What a member may change; anything else on the profile is the shop's (the quota) or other pages' (the weights).
PROFILE_FIELDS = frozenset(
    {
        "name", "handle", "language", "units", "wears", "birth_year", "city", "latitude", "longitude", "currency",
        "price_band", "styles", "shape_hints", "match_body", "share_height", "is_public", "hang_sure",
        "has_page", "about", "share_body_band",
        "notify_kinds", "notify_mail",
    }
)  # fmt: skip


def account_add(*, email: str, password: str, language: str = "") -> User | None:
    """A new member with a profile; None where there is one already, which nobody but the address's owner may learn.

    Raises ValidationError {email, password} with what is wrong.
    """
    email = email.strip().lower()
    problems: dict[str, list[str]] = {}
    try:
        validate_email(email)
    except ValidationError as error:
        problems["email"] = error.messages
    try:
        validate_password(password, User(email=email))
    except ValidationError as error:
        problems["password"] = error.messages
    if problems:
        raise ValidationError(problems)
    if User.objects.filter(email=email).exists() or EmailAddress.objects.filter(email=email, verified=True).exists():
        make_password(password)  # takes as long as a new account does
        return None
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password)
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
            if language:
                user.profile.language = language
                user.profile.save(update_fields=["language"])
    except IntegrityError:
        return None  # sent twice at the same moment; the other request won
    return user


def profile_add(*, user: User, language: str = "") -> Profile:
    """The profile of a member who came through a sign-up page or single sign-on; again: the one that is there."""
    return Profile.objects.get_or_create(user=user, defaults={"language": language})[0]


def profile_update(*, profile: Profile, **fields: Any) -> Profile:
    """Changes only what is named. A new city without coordinates is looked up; without an answer it is kept as text.

    Raises ValidationError with a sentence a field.
    """
    unknown = set(fields) - PROFILE_FIELDS
    if unknown:
        raise ValidationError({name: [_("This cannot be changed here.")] for name in sorted(unknown)})
    if "handle" in fields:
        fields["handle"] = str(fields["handle"]).strip().lower()
    words = profile.page_words
    moved = "city" in fields and fields["city"].strip() != profile.city
    names_place = fields.get("latitude") is not None and fields.get("longitude") is not None
    places_changed = (fields.get("latitude"), fields.get("longitude")) != (profile.latitude, profile.longitude)
    for name, value in fields.items():
        setattr(profile, name, value.strip() if isinstance(value, str) else value)
    _check_choices(profile)
    profile.full_clean(exclude=["user"])
    # Coordinates sent along unchanged with a new city belong to the old one.
    if moved and not (names_place and places_changed):
        place = None
        if profile.city:
            place = place_find(name=profile.city, language=profile.language or "en", owner=profile.user)
        profile.latitude, profile.longitude = (place.latitude, place.longitude) if place else (None, None)
        fields |= {"latitude": None, "longitude": None}
    try:
        with transaction.atomic():
            profile.save(update_fields=sorted(fields))
            page_words_send(profile=profile, before=words)
    except IntegrityError:
        # Between the check and the write somebody else took it.
        raise ValidationError({"handle": [_("Someone already has this handle.")]}) from None
    if "share_body_band" in fields:
        body_band_keep(owner=profile.user)
    return profile


def account_inventory(*, user: User) -> dict[str, int]:
    """What would go with the account: {thing: how many}."""
    return {
        "photos": Photo.objects.owned_by(user).count(),
        "garments": Garment.objects.owned_by(user).count(),
        "outfits": Outfit.objects.owned_by(user).count(),
        "measurements": Measurement.objects.owned_by(user).count(),
        "shares": Share.objects.filter(owner=user).count(),
        "posts": Post.objects.owned_by(user).standing().count(),
        "devices": user.auth_token_set.count(),
    }


def account_delete(*, user: User) -> None:
    """Removes the member: every row that hangs on them, the looks they published, their sessions, and every file.

    Rows go in one transaction; the files after it, so that a failure leaves no row pointing at nothing. A file that
    cannot be removed is logged by its name (which tells neither owner nor content).
    """
    with transaction.atomic():
        # Locked, so that an upload or analysis on its way waits and then finds no owner.
        User.objects.select_for_update().get(pk=user.pk)
        for rows in (Photo.objects.owned_by(user), Garment.objects.owned_by(user)):
            list(rows.select_for_update().values_list("pk", flat=True))
        household_leave(user=user)  # what is lent goes home
        looks = Look.objects.filter(models.Q(share__owner=user) | models.Q(post__owner=user)).distinct()
        files = _files_under(looks) | _files_under(User.objects.filter(pk=user.pk))
        for session in UserSession.objects.filter(user=user):
            session.end()
        Look.objects.filter(pk__in=list(looks.values_list("pk", flat=True))).delete()
        pk = user.pk
        user.delete()
        ChangeLog.objects.filter(owner_id=pk).delete()  # the last lines were written by this very deletion
        transaction.on_commit(lambda: _files_remove(files))


def _files_under(rows: models.QuerySet[Any]) -> set[tuple[Storage, str]]:
    """Every stored file of these rows and of all rows that their deletion takes along, whatever app they are in.

    Asked of Django's own deletion plan, so that a file field added tomorrow is found too.
    """
    plan = Collector(using=router.db_for_write(rows.model), origin=rows)
    plan.collect(rows)
    files: set[tuple[Storage, str]] = set()
    by_model: dict[type[models.Model], list[Any]] = defaultdict(list)
    for model, instances in plan.data.items():
        by_model[model].extend(instances)
    for queryset in plan.fast_deletes:
        by_model[queryset.model].extend(queryset if any(_file_fields(queryset.model)) else [])
    for model, instances in by_model.items():
        for field in _file_fields(model):
            for instance in instances:
                file = getattr(instance, field.name)
                if file:
                    files.add((file.storage, file.name))
    return files


def _file_fields(model: type[models.Model]) -> Iterator[models.FileField]:
    return (field for field in model._meta.concrete_fields if isinstance(field, models.FileField))


def _files_remove(files: set[tuple[Storage, str]]) -> None:
    for storage, name in files:
        try:
            storage.delete(name)
        except OSError:
            logger.exception("A file of a deleted account is still there: %s", name)


def _check_choices(profile: Profile) -> None:
    """What the fields themselves do not check."""
    strange = (
        sorted(set(map(str, profile.styles)) - {style.slug for style in taxonomy.STYLES})
        if isinstance(profile.styles, list)
        else ["?"]
    )
    if strange:
        raise ValidationError({"styles": [_("There is no such style: %(names)s.") % {"names": ", ".join(strange)}]})
    if not isinstance(profile.notify_kinds, list) or not set(profile.notify_kinds) <= set(Notice.Kind.values):
        raise ValidationError({"notify_kinds": [_("There is no such notice.")]})
    if not re.fullmatch(r"[A-Z]{3}", profile.currency):
        raise ValidationError({"currency": [_("Please write the currency as three letters, like KRW.")]})
    if profile.price_band is not None and profile.price_band not in Brand.PriceBand.values:
        raise ValidationError({"price_band": [_("There is no such price band.")]})
    if profile.birth_year is not None and not OLDEST_BIRTH <= profile.birth_year <= timezone.localdate().year:
        raise ValidationError({"birth_year": [_("Please write the year with four digits, like 1990.")]})
    latitude, longitude = profile.latitude, profile.longitude
    if (latitude is None) != (longitude is None):
        raise ValidationError({"latitude": [_("Latitude and longitude come together.")]})
    if latitude is not None and longitude is not None and not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValidationError({"latitude": [_("Latitude goes from −90 to 90, longitude from −180 to 180.")]})
