"""The site map."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from closet.views.accounts import language_set
from config import health, pwa, views
from config.backup.views import backups_page

# The shop desk is behind the same door as everything else: limited attempts, second factors, single sign-on.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("closet.urls")),  # home, photos, garments, outfits, body, profile, private media
    path("", include("recommender.urls")),  # matches, today, looks I can build, brands like me, fit, search
    path("", include("catalog.urls")),  # shop/: brands, products, looks; media/catalogue/: their pictures
    path("account/", include("allauth.urls")),
    path("language/", language_set, name="set_language"),  # in the profile too, for members
    path("admin/backups/", admin.site.admin_view(backups_page), name="admin_backups"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api_urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("offline/", pwa.offline, name="offline"),
    path(
        "share-target/", csrf_exempt(pwa.share_target), name="share_target"
    ),  # a gallery sends no token; nothing is read
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
handler404 = "config.views.not_found"
handler500 = "config.views.broken"
