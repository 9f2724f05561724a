"""Pages of the closet app."""

from django.urls import path, re_path

from closet.views import accounts, body, exports, garments, illustrations, likes, media, outfits, photos, sharing, wear

app_name = "closet"
urlpatterns = [
    # photos, from the upload to the garments
    path("photos/", photos.upload, name="photos"),
    path("photos/progress/", photos.progress, name="photos_progress"),
    path("photos/all/", photos.photo_list, name="photo_list"),
    path("photos/<uuid:photo_id>/", photos.photo, name="photo"),
    path("photos/<uuid:photo_id>/status/", photos.photo_status, name="photo_status"),
    path("photos/<uuid:photo_id>/retry/", photos.retry, name="photo_retry"),
    path("photos/<uuid:photo_id>/keep/", photos.keep, name="photo_keep"),
    path("photos/<uuid:photo_id>/again/", photos.again, name="photo_again"),
    path("photos/<uuid:photo_id>/paint/", photos.paint, name="photo_paint"),
    path("photos/<uuid:photo_id>/delete/", photos.delete, name="photo_delete"),
    re_path(f"^media/{media.NAME}$", media.media, name="media"),
    # the member
    path("profile/", accounts.profile_page, name="profile"),
    path("profile/delete/", accounts.delete_account_page, name="delete_account"),
    path("profile/export/", exports.export_page, name="export"),
    path("exports/<str:key>/", exports.export_file, name="export_file"),
    path("devices/", accounts.devices_page, name="devices"),
    path("devices/add/", accounts.device_add, name="device_add"),
    path("devices/sign-out/", accounts.sign_out_everywhere, name="sign_out_everywhere"),
    path("devices/<str:device_id>/remove/", accounts.device_remove, name="device_remove"),
    path("body/", body.body_page, name="body"),
    path("body/undo/", body.measurement_undo, name="body_undo"),
    path("body/<int:pk>/", body.measurement_page, name="body_entry"),
    path("body/<int:pk>/delete/", body.measurement_delete, name="body_entry_delete"),
    # the closet
    path("closet/", garments.home, name="home"),
    path("closet/new/", illustrations.garment_new, name="garment_new"),
    path("closet/new/picture/", illustrations.garment_preview, name="garment_preview"),
    path("closet/samples/", illustrations.samples, name="samples"),
    path("closet/bulk/", garments.garments_bulk, name="garments_bulk"),
    path("closet/bin/", garments.garments_bin, name="bin"),
    path("closet/bin/empty/", garments.garments_bin_empty, name="bin_empty"),
    path("closet/undo/<str:key>/", garments.undo, name="undo"),
    path("closet/alike/", garments.garments_correct_alike, name="garments_alike"),
    path("closet/<int:pk>/", garments.garment, name="garment"),
    path("closet/<int:pk>/edit/", garments.garment_edit_page, name="garment_edit"),
    path("closet/<int:pk>/edit/<slug:field>/", garments.garment_field, name="garment_field"),
    path("closet/<int:pk>/confirm/<slug:field>/", garments.garment_confirm_field, name="garment_confirm"),
    path("closet/<int:pk>/favourite/", garments.garment_favourite, name="garment_favourite"),
    path("closet/<int:pk>/mask/", garments.garment_mask, name="garment_mask"),
    path("closet/<int:pk>/again/", garments.garment_again, name="garment_again"),
    path("closet/<int:pk>/progress/", garments.garment_progress, name="garment_progress"),
    path("closet/<int:pk>/worn/", wear.garment_worn, name="garment_worn"),
    path("closet/<int:pk>/share/", sharing.garment_share, name="garment_share"),
    path("worn/", wear.wear_log, name="wear_log"),
    path("numbers/", wear.stats, name="stats"),
    # outfits
    path("outfits/", outfits.outfits, name="outfits"),
    path("outfits/new/", outfits.outfit_edit, name="outfit_new"),
    path("outfits/<int:pk>/", outfits.outfit, name="outfit"),
    path("outfits/<int:pk>/edit/", outfits.outfit_edit, name="outfit_edit"),
    path("outfits/<int:pk>/delete/", outfits.outfit_remove, name="outfit_delete"),
    path("outfits/<int:pk>/worn/", wear.outfit_worn, name="outfit_worn"),
    path("outfits/<int:pk>/plan/", outfits.outfit_plan, name="outfit_plan"),
    path("outfits/<int:pk>/share/", sharing.outfit_share, name="outfit_share"),
    path("plans/<int:pk>/delete/", outfits.plan_delete, name="plan_delete"),
    # what was kept of the shop
    path("saved/", likes.saved, name="saved"),
    path("likes/<slug:thing>/<int:pk>/<slug:verb>/", likes.like, name="like"),
    # what others may see
    path("shares/<int:pk>/delete/", sharing.share_remove, name="share_delete"),
    path("shares/<int:pk>/publish/", sharing.share_publish, name="share_publish"),
    path("s/<str:slug>/", sharing.shared, name="shared"),
    path("s/<str:slug>/picture/", sharing.shared_picture, name="shared_picture"),
]
