"""The demo member: a closet of drawn garments, a body, some wears and an outfit, so that every page has something to say."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from closet.models import Garment, Measurement, Profile, User
from closet.services.drawings import garment_draw
from closet.services.outfits import outfit_save
from closet.services.wear import wear_add

# shape, colour, pattern, material, English and Korean name, price, days since each wear
GARMENTS: tuple[tuple[str, str, str, str, str, str, int, tuple[int, ...]], ...] = (
    ("shirt", "white", "solid", "cotton", "White poplin shirt", "흰 포플린 셔츠", 59_000, (3, 12, 26, 40)),
    ("shirt", "sky-blue", "stripe", "cotton", "Striped shirt", "스트라이프 셔츠", 64_000, (8, 33)),
    ("boxy-tee", "black", "solid", "cotton", "Black boxy tee", "검정 박시 티셔츠", 32_000, (2, 5, 16, 21, 45)),
    ("t-shirt", "ivory", "graphic", "cotton", "Festival tee", "페스티벌 티셔츠", 28_000, (60,)),
    ("turtleneck", "grey", "solid", "knit", "Grey turtleneck", "회색 터틀넥", 78_000, (14,)),
    ("cable-knit", "ivory", "solid", "knit", "Cable knit", "꽈배기 니트", 98_000, (10, 31)),
    ("sweatshirt", "navy", "solid", "cotton", "Navy sweatshirt", "네이비 맨투맨", 49_000, (6, 18)),
    ("hoodie", "grey", "solid", "fleece", "Weekend hoodie", "주말 후드", 55_000, (1, 7, 15)),
    ("blouse", "beige", "solid", "silk", "Satin blouse", "새틴 블라우스", 72_000, ()),
    ("denim-jacket", "blue", "solid", "denim", "Denim jacket", "데님 재킷", 119_000, (20, 50)),
    ("blazer", "navy", "solid", "wool", "Navy blazer", "네이비 블레이저", 189_000, (9, 37)),
    ("trench", "beige", "solid", "cotton", "Trench coat", "트렌치 코트", 239_000, (28,)),
    ("coat", "black", "solid", "wool", "Wool coat", "울 코트", 329_000, ()),
    ("padded", "olive", "solid", "padded", "Olive padded jacket", "올리브 패딩", 199_000, ()),
    ("cardigan", "burgundy", "solid", "knit", "Burgundy cardigan", "버건디 카디건", 88_000, (11,)),
    ("jeans", "navy", "solid", "denim", "Straight jeans", "일자 청바지", 89_000, (1, 5, 8, 20, 33, 45)),
    ("wide-slacks", "grey", "solid", "wool", "Wide slacks", "와이드 슬랙스", 79_000, (3, 9, 14, 26)),
    ("slim-slacks", "black", "solid", "wool", "Black trousers", "검정 슬랙스", 75_000, (12, 37)),
    ("chinos", "khaki", "solid", "cotton", "Chinos", "치노 팬츠", 69_000, (7, 31)),
    ("pleated-skirt", "grey", "check", "wool", "Check pleated skirt", "체크 플리츠 스커트", 66_000, (16,)),
    ("flare-dress", "navy", "dot", "silk", "Dotted dress", "도트 원피스", 129_000, (55,)),
    ("canvas-shoes", "white", "solid", "cotton", "White sneakers", "흰 스니커즈", 79_000, (1, 5, 7, 15, 20)),
    ("loafers", "brown", "solid", "leather", "Penny loafers", "페니 로퍼", 149_000, (3, 9, 26)),
    ("chelsea-boots", "black", "solid", "leather", "Chelsea boots", "첼시 부츠", 189_000, (14, 31)),
    ("tote", "black", "solid", "leather", "Leather tote", "가죽 토트백", 139_000, (3, 9)),
    ("backpack", "navy", "solid", "synthetic", "Backpack", "백팩", 98_000, (7,)),
    ("beanie", "mustard", "solid", "knit", "Mustard beanie", "머스터드 비니", 29_000, ()),
    ("scarf", "red", "check", "wool", "Check scarf", "체크 머플러", 49_000, ()),
)  # fmt: skip
BODY = {"height": 1680, "weight": 58_000, "chest": 880, "waist": 700, "hips": 940, "shoulder": 400, "inside_leg": 760}
OUTFIT = ("White poplin shirt", "Wide slacks", "Penny loafers", "Leather tote")


@transaction.atomic
def demo_member_load(*, email: str, password: str) -> User | None:
    """Makes the member, who is staff too, with their closet. None if they are there already."""
    if User.objects.filter(email=email).exists():
        return None
    user = User.objects.create_superuser(email, password)
    profile: Profile = user.profile
    profile.name, profile.handle, profile.city = "Demo", "demo", "Seoul"
    profile.latitude, profile.longitude = 37.57, 126.98
    profile.save()
    today = timezone.localdate()
    Measurement.objects.bulk_create(
        Measurement(
            user=user, zone=zone, value=round(value * (1 + 0.004 * month)), taken_on=today - timedelta(days=60 * month)
        )
        for month in range(4)
        for zone, value in BODY.items()
        if month == 0 or zone in {"weight", "waist", "hips"}
    )
    made: dict[str, Garment] = {}
    for number, (shape, colour, pattern, material, name_en, name_ko, price, worn) in enumerate(GARMENTS):
        garment = garment_draw(
            owner=user, silhouette=shape, colour=colour, pattern=pattern, material=material, seed=number,
            name=f"{name_en} · {name_ko}",
        )  # fmt: skip
        garment.price, garment.bought_on = price, today - timedelta(days=90 + 11 * number)
        garment.is_favourite = number % 7 == 0
        garment.created_at = timezone.now() - timedelta(days=90 - number)
        garment.save(update_fields=["price", "bought_on", "is_favourite", "created_at"])
        for days in worn:
            wear_add(owner=user, garment_ids=[garment.pk], worn_on=today - timedelta(days=days))
        made[name_en] = garment
    outfit_save(
        owner=user,
        name="Monday · 월요일",
        occasion="work",
        items=[{"garment": made[name].pk} for name in OUTFIT],
    )
    return user
