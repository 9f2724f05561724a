"""API of the recommender app."""

urlpatterns: list = []
