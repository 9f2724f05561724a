"""Pages of the recommender: matches beside garments and products, and the questions a member asks."""

from django.urls import path

from recommender.views import brands, explanations, fit, inspiration, looks, matches, search, today

app_name = "recommender"
urlpatterns = [
    path("closet/<int:pk>/similar/", matches.similar, name="similar"),
    path("closet/<int:pk>/goes-with/", matches.goes_with, name="goes_with"),
    path("closet/<int:pk>/why/", explanations.why_garment_page, name="why_garment"),
    path("photos/<uuid:photo_id>/why/", explanations.why_photo_page, name="why_photo"),
    path("closet/<int:pk>/brands/", matches.brands_near, name="brands_near"),
    path("shop/products/<int:pk>/similar/", matches.product_similar, name="product_similar"),
    path("shop/products/<int:pk>/goes-with/", matches.product_goes_with, name="product_goes_with"),
    path("shop/products/<int:pk>/fit/", fit.product_fit, name="product_fit"),
    path("shop/products/<int:pk>/fit/said/", fit.size_feedback, name="size_feedback"),
    path("shop/brands/<str:slug>/profile/", matches.brand_profile, name="brand_profile"),
    path("shop/brands/<str:slug>/sizes/", fit.brand_sizes, name="brand_sizes"),
    path("closet/fit/", fit.closet_fit, name="closet_fit"),
    path("today/", today.today, name="today"),
    path("today/swap/", today.swap, name="swap"),
    path("today/complete/", today.complete, name="complete"),
    path("today/react/", today.react, name="react"),
    path("today/worn/", today.wear_today, name="wear_today"),
    path("today/worn/undo/", today.wear_undo, name="wear_undo"),
    path("today/keep/", today.keep, name="keep"),
    path("today/weights/", today.weights, name="weights"),
    path("looks/mine/", looks.build_looks, name="build_looks"),
    path("shop/looks/<int:pk>/build/", looks.build_look, name="build_look"),
    path("inspiration/", inspiration.inspiration, name="inspiration"),
    path("inspiration/<slug:query_id>/", inspiration.inspired, name="inspired"),
    path("inspiration/<slug:query_id>/forget/", inspiration.forget, name="inspiration_forget"),
    path("brands/like-me/", brands.brands_like_me, name="brands_like_me"),
    path("brands/like-me/photo/", brands.brands_by_photo, name="brands_by_photo"),
    path("brands/like-me/photo/<slug:query_id>/", brands.brands_of_photo, name="brands_of_photo"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggestions, name="suggest"),
    path("search/photo/", search.photo, name="search_by_photo"),
    path("search/photo/<slug:query_id>/", search.photo_results, name="search_photo"),
    path("search/photo/<slug:query_id>/buying/", fit.photo_before_buying, name="search_photo_buying"),
    path("search/saved/", search.save_search, name="save_search"),
    path("search/saved/<int:pk>/forget/", search.forget_search, name="forget_search"),
]
