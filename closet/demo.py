"""The demo member: a closet of illustrated garments, a body, wears and an outfit, so that every page has something to
say; and some of those garments for anybody to try an empty closet with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from closet.models import Garment, Measurement, Profile, User
from closet.models.garments import GarmentQuerySet
from closet.services.illustrations import garments_illustrate, illustration_check
from closet.services.outfits import outfit_save
from closet.services.security import access_end
from closet.services.wear import wear_add

# silhouette, colour, pattern, material, what it is, price, days since each wear; unnamed: titles follow the reader
GARMENTS: tuple[tuple[str, str, str, str, str, int, tuple[int, ...]], ...] = (
    ("shirt", "white", "solid", "cotton", "White poplin shirt", 59_000, (3, 12, 26, 40)),
    ("shirt", "sky-blue", "stripe", "cotton", "Striped shirt", 64_000, (8, 33)),
    ("boxy-tee", "black", "solid", "cotton", "Black boxy tee", 32_000, (2, 5, 16, 21, 45)),
    ("t-shirt", "ivory", "graphic", "cotton", "Festival tee", 28_000, (60,)),
    ("turtleneck", "grey", "solid", "knit", "Grey turtleneck", 78_000, (14,)),
    ("cable-knit", "ivory", "solid", "knit", "Cable knit", 98_000, (10, 31)),
    ("sweatshirt", "navy", "solid", "cotton", "Navy sweatshirt", 49_000, (6, 18)),
    ("hoodie", "grey", "solid", "fleece", "Weekend hoodie", 55_000, (1, 7, 15)),
    ("blouse", "beige", "solid", "silk", "Satin blouse", 72_000, ()),
    ("denim-jacket", "blue", "solid", "denim", "Denim jacket", 119_000, (20, 50)),
    ("blazer", "navy", "solid", "wool", "Navy blazer", 189_000, (9, 37)),
    ("trench", "beige", "solid", "cotton", "Trench coat", 239_000, (28,)),
    ("coat", "black", "solid", "wool", "Wool coat", 329_000, ()),
    ("padded", "olive", "solid", "padded", "Olive padded jacket", 199_000, ()),
    ("cardigan", "burgundy", "solid", "knit", "Burgundy cardigan", 88_000, (11,)),
    ("jeans", "navy", "solid", "denim", "Straight jeans", 89_000, (1, 5, 8, 20, 33, 45)),
    ("wide-slacks", "grey", "solid", "wool", "Wide slacks", 79_000, (3, 9, 14, 26)),
    ("slim-slacks", "black", "solid", "wool", "Black trousers", 75_000, (12, 37)),
    ("chinos", "khaki", "solid", "cotton", "Chinos", 69_000, (7, 31)),
    ("pleated-skirt", "grey", "check", "wool", "Check pleated skirt", 66_000, (16,)),
    ("flare-dress", "navy", "dot", "silk", "Dotted dress", 129_000, (55,)),
    ("canvas-shoes", "white", "solid", "cotton", "White sneakers", 79_000, (1, 5, 7, 15, 20)),
    ("loafers", "brown", "solid", "leather", "Penny loafers", 149_000, (3, 9, 26)),
    ("chelsea-boots", "black", "solid", "leather", "Chelsea boots", 189_000, (14, 31)),
    ("tote", "black", "solid", "leather", "Leather tote", 139_000, (3, 9)),
    ("backpack", "navy", "solid", "synthetic", "Backpack", 98_000, (7,)),
    ("beanie", "mustard", "solid", "knit", "Mustard beanie", 29_000, ()),
    ("scarf", "red", "check", "wool", "Check scarf", 49_000, ()),
)  # fmt: skip
PUBLISHED_PASSWORD = "welcome-to-my-closet"  # noqa: S105  of releases before 1.1; refused by now
BODY = {"height": 1680, "weight": 58_000, "chest": 880, "waist": 700, "hips": 940, "shoulder": 400, "inside_leg": 760}
# To try an empty closet with: enough for cold and warm days, for work and for the weekend.
SAMPLES = frozenset(
    {
        "White poplin shirt", "Black boxy tee", "Grey turtleneck", "Navy blazer", "Wool coat", "Straight jeans",
        "Wide slacks", "White sneakers", "Penny loafers", "Leather tote",
    }
)  # fmt: skip
# Lying flat, mm: one that fits, one that did until lately, one that is roomy; the rest was never measured.
MEASURES = {
    "White poplin shirt": {"chest": 495, "shoulder": 405, "sleeve": 590},
    "Straight jeans": {"waist": 362, "hips": 490, "inside_leg": 760},
    "Black trousers": {"waist": 338, "hips": 488, "inside_leg": 770},
    "Navy blazer": {"chest": 505, "shoulder": 415},
    "Wide slacks": {"waist": 395, "hips": 540},
}
OUTFIT = ("White poplin shirt", "Wide slacks", "Penny loafers", "Leather tote")


def samples_of(owner: User) -> GarmentQuerySet:
    """The demo garments that hang in a member's closet."""
    return Garment.objects.owned_by(owner).present().filter(drawing__sample=True)


def samples_hang(*, owner: User) -> list[Garment]:
    """Hangs the demo closet into the member's own, to try; once, however often it is asked for."""
    if not samples_of(owner).exists():
        chosen = [(number, row) for number, row in enumerate(GARMENTS) if row[4] in SAMPLES]
        drawings = [{**_drawing(number), "sample": True} for number, _row in chosen]
        hung = zip(chosen, garments_illustrate(owner=owner, drawings=drawings), strict=True)
        for (_number, (*_what, price, _worn)), garment in hung:
            garment.price = price
            garment.save(update_fields=["price"])
    return list(samples_of(owner).for_cards())


def _drawing(number: int) -> dict[str, Any]:
    silhouette, colour, pattern, material, *_rest = GARMENTS[number]
    return illustration_check(silhouette=silhouette, colour=colour, pattern=pattern, material=material, seed=number)


# What somebody who works in the shop may: all of the catalogue, and see the search index.
_SHOP = Q(content_type__app_label="catalog") | Q(codename="view_indexhealth")


def demo_password_replace(*, email: str, password: str) -> bool:
    """Installations of before had one password that everybody knew, and a superuser. Whether that was mended."""
    user = User.objects.filter(email=email).first()
    if user is None or not user.check_password(PUBLISHED_PASSWORD):
        return False
    with transaction.atomic():
        user.set_password(password)
        user.is_superuser = False
        user.save(update_fields=["password", "is_superuser"])
        user.user_permissions.set(Permission.objects.filter(_SHOP))
        access_end(user=user)
    return True


@transaction.atomic
def demo_member_load(*, email: str, password: str) -> User | None:
    """Makes the member, who works in the shop too, with their closet. None if they are there already."""
    if User.objects.filter(email=email).exists():
        return None
    user = User.objects.create_user(email, password, is_staff=True)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    user.user_permissions.set(Permission.objects.filter(_SHOP))
    profile: Profile = user.profile
    profile.name, profile.handle, profile.city = "Demo", "demo", "Seoul"
    profile.latitude, profile.longitude = 37.57, 126.98
    profile.save()
    today = timezone.localdate()
    Measurement.objects.bulk_create(
        Measurement(
            user=user, zone=zone, value=round(value * (1 - 0.012 * month)), taken_on=today - timedelta(days=60 * month)
        )
        for month in range(4)
        for zone, value in BODY.items()
        if month == 0 or zone in {"weight", "waist", "hips"}
    )
    made: dict[str, Garment] = {}
    worn_together: dict[int, list[int]] = {}
    drawings = [_drawing(number) for number in range(len(GARMENTS))]
    hung = zip(GARMENTS, garments_illustrate(owner=user, drawings=drawings), strict=True)
    for number, ((*_chosen, what, price, worn), garment) in enumerate(hung):
        garment.price, garment.bought_on = price, today - timedelta(days=90 + 11 * number)
        garment.is_favourite = number % 7 == 0
        garment.measures = MEASURES.get(what, {})
        garment.created_at = timezone.now() - timedelta(days=90 - number)
        garment.save(update_fields=["price", "bought_on", "is_favourite", "measures", "created_at"])
        for days in worn:
            worn_together.setdefault(days, []).append(garment.pk)
        made[what] = garment
    for days, ids in worn_together.items():
        wear_add(owner=user, garment_ids=ids, worn_on=today - timedelta(days=days))
    outfit_save(
        owner=user,
        name="Monday · 월요일",
        occasion="work",
        items=[{"garment": made[name].pk} for name in OUTFIT],
    )
    return user
