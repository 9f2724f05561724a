"""The site map."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("closet.urls")),  # home, photos, garments, outfits, body, profile, private media
    path("", include("recommender.urls")),  # matches, today, looks I can build, brands like me, fit, search
    path("shop/", include("catalog.urls")),  # brands, products, looks, public media
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api_urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="api-docs"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
handler404 = "config.views.not_found"
handler500 = "config.views.broken"
