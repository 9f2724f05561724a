"""What every page knows: the site's name and whether single sign-on is on."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {"site_name": settings.SITE_NAME, "single_sign_on": bool(settings.OIDC_SERVER_URL)}
