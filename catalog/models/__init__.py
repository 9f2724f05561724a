"""The catalogue: kinds, brands, products, size charts, looks. It knows no users.

Lengths are whole millimetres, weights grams, money Decimal with an ISO 4217 currency, colours CIELAB (D65).
"""

from catalog.models.base import (
    GENDER_CHOICES,
    OCCASION_CHOICES,
    SLOT_CHOICES,
    Bilingual,
    choices,
    picture_path,
    private_storage,
    public_storage,
    word,
)
from catalog.models.brands import Brand, BrandQuerySet, SizeChart, SizeRow
from catalog.models.feeds import Feed
from catalog.models.imports import ImportChange, ImportJob, ImportProblem
from catalog.models.kinds import Kind
from catalog.models.looks import Look, LookItem, LookQuerySet
from catalog.models.moderation import PictureCheck
from catalog.models.products import Product, ProductImage, ProductQuerySet

__all__ = [
    "GENDER_CHOICES",
    "OCCASION_CHOICES",
    "SLOT_CHOICES",
    "Bilingual",
    "Brand",
    "BrandQuerySet",
    "Feed",
    "ImportChange",
    "ImportJob",
    "ImportProblem",
    "Kind",
    "Look",
    "LookItem",
    "LookQuerySet",
    "PictureCheck",
    "Product",
    "ProductImage",
    "ProductQuerySet",
    "SizeChart",
    "SizeRow",
    "choices",
    "picture_path",
    "private_storage",
    "public_storage",
    "word",
]
