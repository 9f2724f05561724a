"""The API's map, /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("", include("closet.api_urls")),  # accounts, tokens, profile, measurements, photos, garments, outfits, wear
    path("", include("catalog.api_urls")),  # kinds, brands, products, looks
    path(
        "", include("recommender.api_urls")
    ),  # similar, goes-with, search, today, looks to build, matching brands, fit
]
