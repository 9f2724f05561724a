"""The desk for members' rows: accounts, photos with their pipeline state, garments.

Staff see what they need to help: the state of a photo and why it failed, never its picture, and no measurements.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from closet import posts_admin as posts_admin  # the moderators' desk; Django looks for this module alone
from closet.models import DeviceToken, Garment, Photo, Profile, User
from closet.services.accounts import account_delete
from closet.services.photos import photo_delete, photo_retry
from closet.services.security import access_end

for unused in (Group, SocialApp, SocialToken):  # nobody has them here: single sign-on is set up by settings
    admin.site.unregister(unused)


admin.site.unregister([UserSession, Authenticator])


@admin.register(UserSession)
class UserSessionAdmin(ModelAdmin):
    """allauth's own looks for user names, which nobody has here."""

    list_display = ["user", "ip", "created_at", "last_seen_at"]
    search_fields = ["user__email", "ip"]
    readonly_fields = ["user", "ip", "user_agent", "created_at", "last_seen_at"]
    exclude = ["session_key", "data"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Authenticator)
class AuthenticatorAdmin(ModelAdmin):
    """To take a lost second factor off an account; the secrets in it are nobody's to see."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    search_fields = ["user__email"]
    readonly_fields = ["user", "type", "created_at", "last_used_at"]
    exclude = ["data"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class ProfileInline(StackedInline):
    model = Profile
    fields = ["name", "handle", "language", "units", "wears", "city", "is_public", "quota_bytes"]
    can_delete = False


class DeviceTokenInline(TabularInline):
    model = DeviceToken
    fields = readonly_fields = ["name", "created", "last_used_at", "expiry"]
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a token is shown once, to its owner


@admin.register(User)
class UserAdmin(StockUserAdmin[User], ModelAdmin):
    form, add_form, change_password_form = UserChangeForm, UserCreationForm, AdminPasswordChangeForm
    list_display = ["email", "handle", "photo_count", "garment_count", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_active", "is_staff", "date_joined"]
    search_fields = ["email", "profile__name", "profile__handle"]
    ordering = ["-date_joined"]
    date_hierarchy = "date_joined"
    inlines = [ProfileInline, DeviceTokenInline]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "user_permissions"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "password1", "password2"]})]
    filter_horizontal = ["user_permissions"]

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        """A password set at the desk ends the access given before, as one set by its owner does."""
        if request.resolver_match and request.resolver_match.url_name == "auth_user_password_change":
            access_end(user=obj)
        return super().log_change(request, obj, message)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        counts = {name: Count(name, distinct=True) for name in ("photos", "garments")}
        rows = super().get_queryset(request).select_related("profile")
        return rows.annotate(photo_count=counts["photos"], garment_count=counts["garments"])

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Whoever may delete a member deletes all that is theirs, what is never deleted by itself too."""
        deletable, counts, _lacking, protected = super().get_deleted_objects(objs, request)
        return deletable, counts, set(), protected

    def delete_model(self, request: HttpRequest, user: User) -> None:
        account_delete(user=user)  # with files, published looks and loans, as when a member goes

    def delete_queryset(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            account_delete(user=user)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        return self.inlines if obj else []

    @display(description=_("handle"))
    def handle(self, user: User) -> str:
        return user.profile.handle

    @display(description=_("photos"), ordering="photo_count")
    def photo_count(self, user: Any) -> int:
        return user.photo_count

    @display(description=_("garments"), ordering="garment_count")
    def garment_count(self, user: Any) -> int:
        return user.garment_count


class PhotoGarmentInline(TabularInline):
    model = Garment
    fields = readonly_fields = ["position", "kind", "colour_names", "confidences", "owner_fields", "deleted_at"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Photo)
class PhotoAdmin(ModelAdmin):
    list_display = ["name", "owner", "state", "stage", "attempts", "time", "garment_count", "created_at"]
    list_filter = ["status", "stage", "error_code", "scene", "is_full_body", "created_at"]
    search_fields = ["=id", "file_name", "owner__email", "sha256"]
    list_select_related = ["owner"]
    list_per_page = 50
    date_hierarchy = "created_at"
    actions = ["look_again", "delete_selected"]
    actions_detail = ["look_again_at_one"]
    view_on_site = False  # the photo's page is its owner's alone
    inlines = [PhotoGarmentInline]
    fieldsets = [
        (None, {"fields": ["owner", "file_name", "content_type", ("width", "height", "size")]}),
        (_("Analysis"), {"fields": [("status", "stage", "attempts"), "why", "error", "timings", "models_used"]}),
        (_("Seen"), {"fields": [("scene", "is_full_body", "faces"), "style"]}),
        (_("Times"), {"fields": ["created_at", "queued_at", "claimed_at", "finished_at"]}),
        (_("Sameness"), {"fields": ["sha256", "perceptual_hash", "copy", "twin"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Photo | None = None) -> list[str]:
        # What the pipeline wrote is looked at here and mended by running it again, never typed.
        own = [field.name for field in Photo._meta.fields if field.name not in ("original", "display", "shareable")]
        return [*own, "why", "timings"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Photo]:
        return super().get_queryset(request).annotate(garment_count=Count("garments"))

    @display(description=_("file"), ordering="file_name")
    def name(self, photo: Photo) -> str:
        return photo.file_name or str(photo.pk)

    @display(
        description=_("status"),
        ordering="status",
        label={"done": "success", "failed": "danger", "running": "info", "queued": "warning"},
    )
    def state(self, photo: Photo) -> tuple[str, str]:
        return photo.status, photo.get_status_display()

    @display(description=_("ms"))
    def time(self, photo: Photo) -> str:
        return str(photo.total_ms) if photo.ms else "–"

    @display(description=_("garments"), ordering="garment_count")
    def garment_count(self, photo: Any) -> int:
        return photo.garment_count

    @display(description=_("what its owner reads"))
    def why(self, photo: Photo) -> str:
        return photo.problem or "–"

    @display(description=_("timings"))
    def timings(self, photo: Photo) -> str:
        return " · ".join(f"{stage['name']} {stage['ms']:.0f} ms" for stage in photo.stages) or "–"

    @admin.action(description=_("Look at it again"))
    def look_again(self, request: HttpRequest, photos: QuerySet[Photo]) -> None:
        count = sum(photo_retry(photo=photo) for photo in photos)
        text = ngettext("%(count)d photo is on its way.", "%(count)d photos are on their way.", count)
        messages.success(request, text % {"count": count})

    @action(description=_("Look at it again"), url_path="look-again")
    def look_again_at_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        from django.shortcuts import get_object_or_404, redirect

        self.look_again(request, Photo.objects.filter(pk=get_object_or_404(Photo, pk=object_id).pk))
        return redirect(reverse("admin:closet_photo_change", args=[object_id]))

    def delete_model(self, request: HttpRequest, photo: Photo) -> None:
        photo_delete(photo=photo)  # its files go too

    def delete_queryset(self, request: HttpRequest, photos: QuerySet[Photo]) -> None:
        for photo in photos:
            photo_delete(photo=photo)


@admin.register(Garment)
class GarmentAdmin(ModelAdmin):
    list_display = ["title", "owner", "kind", "colours_named", "pattern", "state", "wears", "corrected", "created_at"]
    list_filter = [
        "kind__slot",
        "state",
        "pattern",
        "material",
        "created_at",
        ("deleted_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["name", "brand_name", "kind__name_en", "kind__name_ko", "owner__email"]
    list_select_related = ["owner", "kind"]
    list_per_page = 50
    autocomplete_fields = ["brand"]
    raw_id_fields = ["owner", "photo", "product"]
    readonly_fields = [
        "position",
        "box",
        "colours",
        "confidences",
        "owner_fields",
        "wears",
        "last_worn_on",
        "created_at",
    ]
    exclude = ["cutout", "cutout_medium", "cutout_small", "mask", "owner_mask", "drawing", "notes"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description=_("colours"))
    def colours_named(self, garment: Garment) -> str:
        return ", ".join(garment.colour_names)

    @display(description=_("set by the owner"))
    def corrected(self, garment: Garment) -> str:
        return ", ".join(garment.owner_fields)
