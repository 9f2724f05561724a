"""API of the recommender."""

from django.urls import path

from recommender.api import explanations, fit, inspiration, matches, search, stylist, trips, tryon

urlpatterns = [
    path("garments/<int:pk>/similar/", matches.SimilarView.as_view(), name="api-garment-similar"),
    path("garments/<int:pk>/goes-with/", matches.GoesWithView.as_view(), name="api-garment-goes-with"),
    path("garments/<int:pk>/why/", explanations.GarmentWhyView.as_view(), name="api-garment-why"),
    path(
        "garments/<int:pk>/why/picture/",
        explanations.GarmentWhyPictureView.as_view(),
        name="api-garment-why-picture",
    ),
    path("photos/<uuid:photo_id>/why/", explanations.PhotoWhyView.as_view(), name="api-photo-why"),
    path(
        "photos/<uuid:photo_id>/why/picture/", explanations.PhotoWhyPictureView.as_view(), name="api-photo-why-picture"
    ),
    path("garments/<int:pk>/brands/", matches.BrandsNearView.as_view(), name="api-garment-brands"),
    path("products/<int:pk>/similar/", matches.ProductSimilarView.as_view(), name="api-product-similar"),
    path("products/<int:pk>/goes-with/", matches.ProductGoesWithView.as_view(), name="api-product-goes-with"),
    path("products/<int:pk>/fit/", fit.ProductFitView.as_view(), name="api-product-fit"),
    path("products/<int:pk>/fit/feedback/", fit.FitFeedbackView.as_view(), name="api-product-fit-feedback"),
    path("products/<int:pk>/before-buying/", fit.BeforeBuyingView.as_view(), name="api-product-before-buying"),
    path("closet/fit/", fit.ClosetFitView.as_view(), name="api-closet-fit"),
    path("outfits/today/", stylist.TodayView.as_view(), name="api-today"),
    path("outfits/today/swap/", stylist.SwapView.as_view(), name="api-today-swap"),
    path("outfits/complete/", stylist.CompleteView.as_view(), name="api-outfit-completed"),
    path("trips/", trips.TripsView.as_view(), name="api-trips"),
    path("trips/<int:pk>/", trips.TripView.as_view(), name="api-trip"),
    path("trips/<int:pk>/suggest/", trips.TripSuggestView.as_view(), name="api-trip-suggest"),
    path("trips/<int:pk>/pieces/<int:garment>/", trips.TripPieceView.as_view(), name="api-trip-piece"),
    path("inspiration/", inspiration.InspirationView.as_view(), name="api-inspiration"),
    path("inspiration/<slug:query_id>/", inspiration.InspirationResultView.as_view(), name="api-inspiration-result"),
    path("looks/buildable/", stylist.BuildableLooksView.as_view(), name="api-looks-buildable"),
    path("looks/<int:pk>/why/", explanations.LookWhyView.as_view(), name="api-look-why"),
    path("looks/<int:pk>/why/picture/", explanations.LookWhyPictureView.as_view(), name="api-look-why-picture"),
    path("looks/<int:pk>/build/", stylist.BuildLookView.as_view(), name="api-look-build"),
    path("brands/matching/", stylist.MatchingBrandsView.as_view(), name="api-brands-matching"),
    path("brands/<str:slug>/profile/", matches.BrandProfileView.as_view(), name="api-brand-profile"),
    path("brands/<str:slug>/sizes/", fit.BrandSizesView.as_view(), name="api-brand-sizes"),
    path("stylist/body/", fit.BodyView.as_view(), name="api-stylist-body"),
    path("stylist/radar/", stylist.StyleRadarView.as_view(), name="api-style-radar"),
    path("stylist/report/", stylist.StyleReportView.as_view(), name="api-style-report"),
    path("stylist/weights/", stylist.WeightsView.as_view(), name="api-weights"),
    path("tryon/", tryon.TryOnsView.as_view(), name="api-tryons"),
    path("tryon/figures/", tryon.FiguresView.as_view(), name="api-figures"),
    path("tryon/figures/<int:pk>/", tryon.FigureView.as_view(), name="api-figure"),
    path("tryon/<uuid:pk>/", tryon.TryOnView.as_view(), name="api-tryon"),
    path("garments/<int:pk>/landmarks/", tryon.LandmarksView.as_view(), name="api-garment-landmarks"),
    path("search/", search.SearchView.as_view(), name="api-search"),
    path("search/suggest/", search.SuggestView.as_view(), name="api-search-suggest"),
    path("search/saved/", search.SavedSearchesView.as_view(), name="api-saved-searches"),
    path("search/saved/<int:pk>/", search.SavedSearchView.as_view(), name="api-saved-search"),
    path("search/photo/", search.PhotoSearchView.as_view(), name="api-search-photo"),
    path("search/photo/<slug:query_id>/", search.PhotoSearchResultView.as_view(), name="api-search-photo-result"),
    path(
        "search/photo/<slug:query_id>/before-buying/",
        fit.PhotoBeforeBuyingView.as_view(),
        name="api-search-photo-before-buying",
    ),
]
