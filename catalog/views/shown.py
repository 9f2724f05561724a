"""What a visitor may see: published things, and for staff the hidden ones too, to look at before they are public."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.filters import leave_out_blocked
from catalog.models import Brand, BrandQuerySet, Look, LookQuerySet, Product, ProductQuerySet


def sees_hidden(request: HttpRequest, model: str) -> bool:
    user = request.user
    return bool(user.is_authenticated and user.is_staff and user.has_perm(f"catalog.view_{model}"))


def brands_for(request: HttpRequest) -> BrandQuerySet:
    return Brand.objects.all() if sees_hidden(request, "brand") else Brand.objects.published()


def products_for(request: HttpRequest) -> ProductQuerySet:
    return Product.objects.all() if sees_hidden(request, "product") else Product.objects.published()


def looks_for(request: HttpRequest) -> LookQuerySet:
    if sees_hidden(request, "look"):
        return Look.objects.all()
    looks: LookQuerySet = leave_out_blocked(Look.objects.published(), request.user)
    return looks


def reads_imperial(request: HttpRequest) -> bool:
    """Whether the reader's profile, should there be one, asks for inches."""
    return getattr(getattr(request.user, "profile", None), "units", "metric") == "imperial"
