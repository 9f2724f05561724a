"""API of the closet app."""

from django.urls import path

from catalog.rest.pages import LongPages
from closet.api import (
    accounts,
    exports,
    garments,
    illustrations,
    likes,
    measurements,
    outfits,
    outgoing,
    own_kinds,
    photos,
    profile,
    reactions,
    review,
    security,
    tokens,
    wear,
)

_garments = garments.GarmentViewSet.as_view
_outfits = outfits.OutfitViewSet.as_view

urlpatterns = [
    # photos
    path("photos/", photos.PhotosView.as_view(), name="api-photos"),
    path("photos/<uuid:photo_id>/", photos.PhotoView.as_view(), name="api-photo"),
    path("photos/<uuid:photo_id>/retry/", photos.PhotoRetryView.as_view(), name="api-photo-retry"),
    path("photos/<uuid:photo_id>/again/", photos.PhotoAgainView.as_view(), name="api-photo-again"),
    path("photos/<uuid:photo_id>/person/", photos.PhotoPersonView.as_view(), name="api-photo-person"),
    path("photos/<uuid:photo_id>/keep/", photos.PhotoKeepView.as_view(), name="api-photo-keep"),
    path("photos/<uuid:photo_id>/garments/", photos.PhotoGarmentsView.as_view(), name="api-photo-garments"),
    path("review/", review.ReviewView.as_view(), name="api-review"),
    path("review/<int:pk>/split/", review.PieceSplitView.as_view(), name="api-piece-split"),
    # the member
    path("accounts/", accounts.AccountsView.as_view(), name="api-accounts"),
    path("accounts/me/", accounts.MyAccountView.as_view(), name="api-account"),
    path("accounts/me/delete/", accounts.DeleteAccountView.as_view(), name="api-account-delete"),
    path("accounts/me/export/", exports.MyExportView.as_view(), name="api-account-export"),
    path("accounts/me/outgoing/", outgoing.OutgoingView.as_view(), name="api-outgoing"),
    path("accounts/me/import/", exports.MyImportView.as_view(), name="api-account-import"),
    path("accounts/me/import/confirm/", exports.ConfirmImportView.as_view(), name="api-account-import-confirm"),
    path("accounts/password-reset/", security.PasswordResetView.as_view(), name="api-password-reset"),
    path("accounts/me/password/", security.PasswordView.as_view(), name="api-password"),
    path("accounts/me/sign-out/", security.SignOutView.as_view(), name="api-sign-out"),
    path("accounts/me/emails/", security.EmailsView.as_view(), name="api-emails"),
    path("accounts/me/emails/<int:pk>/", security.EmailView.as_view(), name="api-email"),
    path("accounts/me/sessions/", security.SessionsView.as_view(), name="api-sessions"),
    path("accounts/me/sessions/<int:pk>/", security.SessionView.as_view(), name="api-session"),
    path("accounts/me/second-factors/", security.SecondFactorsView.as_view(), name="api-second-factors"),
    path("accounts/me/second-factors/app/", security.AuthenticatorAppView.as_view(), name="api-authenticator-app"),
    path("accounts/me/second-factors/codes/", security.RecoveryCodesView.as_view(), name="api-recovery-codes"),
    path("accounts/me/second-factors/<int:pk>/", security.SecondFactorView.as_view(), name="api-second-factor"),
    path(
        "accounts/me/second-factors/<int:pk>/remove/",
        security.RemoveSecondFactorView.as_view(),
        name="api-second-factor-remove",
    ),
    path("tokens/", tokens.TokensView.as_view(), name="api-tokens"),
    path("tokens/<str:id>/", tokens.TokenView.as_view(), name="api-token"),
    path("profile/", profile.ProfileView.as_view(), name="api-profile"),
    path("measurements/", measurements.MeasurementsView.as_view(), name="api-measurements"),
    path("measurements/<int:pk>/", measurements.MeasurementView.as_view(), name="api-measurement"),
    # garments
    path("garments/", _garments({"get": "list", "post": "create"}), name="api-garments"),
    path("garments/drawings/", illustrations.DrawingsView.as_view(), name="api-drawings"),
    path("garments/samples/", illustrations.SamplesView.as_view(), name="api-samples"),
    path("garments/bulk/", _garments({"post": "bulk"}), name="api-garments-bulk"),
    path("garments/undo/", _garments({"post": "undo"}), name="api-garments-undo"),
    path(
        "garments/<int:pk>/",
        _garments({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-garment",
    ),
    path("garments/<int:pk>/spread/", _garments({"post": "spread"}), name="api-garment-spread"),
    path("garments/<int:pk>/confirm/<slug:field>/", _garments({"post": "confirm"}), name="api-garment-confirm"),
    path(
        "garments/<int:pk>/mask/",
        _garments({"put": "mask", "delete": "mask"}, **garments.MASK_UPLOAD),
        name="api-garment-mask",
    ),
    path("garments/<int:pk>/again/", _garments({"post": "again"}), name="api-garment-again"),
    path(
        "garments/<int:pk>/wears/",
        _garments({"get": "wears", "post": "wears"}, filter_backends=[], pagination_class=LongPages),
        name="api-garment-wears",
    ),
    path("garments/<int:pk>/wears/<str:day>/", _garments({"delete": "wear"}), name="api-garment-wear"),
    path("garments/<int:pk>/share/", _garments({"post": "share", "delete": "share"}), name="api-garment-share"),
    path("own-kinds/", own_kinds.OwnKindsView.as_view(), name="api-own-kinds"),
    path("own-kinds/<int:pk>/", own_kinds.OwnKindView.as_view(), name="api-own-kind"),
    path("wears/", wear.WearsView.as_view(), name="api-wears"),
    path("stats/", wear.StatsView.as_view(), name="api-stats"),
    # outfits
    path("outfits/", _outfits({"get": "list", "post": "create"}), name="api-outfits"),
    path(
        "outfits/<int:pk>/",
        _outfits({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-outfit",
    ),
    path("outfits/<int:pk>/wear/", _outfits({"post": "wear", "delete": "wear"}), name="api-outfit-wear"),
    path("outfits/<int:pk>/share/", _outfits({"post": "share", "delete": "share"}), name="api-outfit-share"),
    path("plans/", outfits.PlansView.as_view(), name="api-plans"),
    path("plans/<int:pk>/", outfits.PlanView.as_view(), name="api-plan"),
    path("likes/", likes.LikesView.as_view(), name="api-likes"),
    path("likes/<slug:thing>/<int:pk>/<slug:verb>/", likes.LikeView.as_view(), name="api-like"),
    path("reactions/", reactions.ReactionsView.as_view(), name="api-reactions"),
    path("reactions/<int:pk>/", reactions.ReactionView.as_view(), name="api-reaction"),
]
