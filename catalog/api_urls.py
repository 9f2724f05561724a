"""API of the catalog app."""

urlpatterns: list = []
