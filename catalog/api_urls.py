"""API of the catalogue: open to read."""

from django.urls import path

from catalog.api import views

urlpatterns = [
    path("kinds/", views.KindsView.as_view(), name="api-kinds"),
    path("brands/", views.BrandsView.as_view(), name="api-brands"),
    path("brands/<str:slug>/", views.BrandView.as_view(), name="api-brand"),
    path("products/", views.ProductsView.as_view(), name="api-products"),
    path("products/<int:pk>/", views.ProductView.as_view(), name="api-product"),
    path("looks/", views.LooksView.as_view(), name="api-looks"),
    path("looks/<int:pk>/", views.LookView.as_view(), name="api-look"),
]
