from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClosetConfig(AppConfig):
    name = "closet"
    verbose_name = _("Closet")

    def ready(self) -> None:
        from closet import receivers  # noqa: F401  they register themselves
