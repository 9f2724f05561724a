"""Pages of the shop, open to everybody, and its pictures."""

from django.urls import path

from catalog.views import brand, lists, look, media, product

app_name = "catalog"
urlpatterns = [
    path("shop/brands/", lists.brands, name="brands"),
    path("shop/brands/<str:slug>/", brand.brand, name="brand"),
    path("shop/products/", lists.products, name="products"),
    path("shop/products/<int:pk>/", product.product, name="product"),
    path("shop/out/<int:pk>/", product.out, name="out"),
    path("shop/looks/", lists.looks, name="looks"),
    path("shop/looks/<int:pk>/", look.look, name="look"),
    path("media/catalogue/<path:name>", media.picture, name="media"),
]
