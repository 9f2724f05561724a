"""API of the closet app."""

urlpatterns: list = []
