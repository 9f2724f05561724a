"""The API's map, /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("", include("closet.api_urls")),  # accounts, tokens, profile, measurements, photos, garments, outfits, wear
    # similar, goes-with, search, today, looks to build, fit; before the catalogue: brands/matching/ is no brand
    path("", include("recommender.api_urls")),
    path("", include("catalog.api_urls")),  # kinds, brands, products, looks
]
