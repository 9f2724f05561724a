"""The API's map, /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("", include("closet.api_urls")),  # accounts, tokens, profile, measurements, photos, garments, outfits, wear
    # similar, goes-with, search, today, looks to build, fit; brands/matching/ comes before the catalogue's brands/<slug>/
    path("", include("recommender.api_urls")),
    path("", include("catalog.api_urls")),  # kinds, brands, products, looks
]
