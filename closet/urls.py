"""Pages of the closet app."""

app_name = "closet"
urlpatterns: list = []
