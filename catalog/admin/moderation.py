"""The moderation list: pictures that came from outside, shown or hidden with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from catalog.admin.desk import thumbnail
from catalog.models import PictureCheck
from catalog.services.moderation import checks_hide, checks_keep, checks_show


class ReasonForm(ActionForm):
    """Beside the list's action: why something is hidden."""

    reason = forms.ChoiceField(
        label="", required=False, choices=[("", _("reason")), *PictureCheck.Reason.choices],
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    note = forms.CharField(
        label="", required=False, max_length=300, widget=UnfoldAdminTextInputWidget({"placeholder": _("note")})
    )


class OfFilter(admin.SimpleListFilter):
    title = _("of a")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("look", _("look")), ("brand", _("brand"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.value()}__isnull": False}) if self.value() in ("look", "brand") else queryset


@admin.register(PictureCheck)
class PictureCheckAdmin(ModelAdmin):
    """Nothing is added or edited here: it is shown, or hidden."""

    list_display = ["picture_shown", "of", "verdict_label", "why", "source", "decided_by", "created_at"]
    list_display_links = None
    list_filter = [("verdict", ChoicesDropdownFilter), ("reason", ChoicesDropdownFilter), OfFilter]
    search_fields = ["look__title_en", "look__title_ko", "look__key", "brand__name_en", "brand__name_ko", "note"]
    list_select_related = ["look__import_job", "brand__import_job"]
    list_per_page = 50
    actions = ["show", "hide"]
    action_form = ReasonForm

    class Media:
        css = {"all": ["css/pages/desk.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.publish_look")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "GET" and self.has_view_permission(request):
            checks_keep()
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Show"), permissions=["moderate"])
    def show(self, request: HttpRequest, queryset: QuerySet[PictureCheck]) -> None:
        count = checks_show(checks=queryset, by=request.user.get_username())
        text = ngettext("%d picture is shown.", "%d pictures are shown.", count) % count
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=_("Hide, with the reason beside"), permissions=["moderate"])
    def hide(self, request: HttpRequest, queryset: QuerySet[PictureCheck]) -> None:
        reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
        try:
            count = checks_hide(checks=queryset, reason=reason, note=note, by=request.user.get_username())
        except ValidationError as problem:
            self.message_user(request, " ".join(problem.messages), messages.ERROR)
            return
        text = ngettext("%d picture is hidden.", "%d pictures are hidden.", count) % count
        self.message_user(request, text, messages.SUCCESS)

    # --- columns ----------------------------------------------------------------------------------------
    @display(description="")
    def picture_shown(self, check: PictureCheck) -> SafeString:
        return thumbnail(check.look.photo if check.look else check.brand.picture if check.brand else None, str(check))

    @display(description=_("of"), header=True)
    def of(self, check: PictureCheck) -> list[Any]:
        name, thing = ("look", check.look) if check.look else ("brand", check.brand)
        address = reverse(f"admin:catalog_{name}_change", args=[thing.pk if thing else 0])
        kind = _("look") if check.look else _("brand")
        return [format_html('<a class="desk-link" href="{}">{}</a>', address, str(thing)), kind]

    @display(
        description=_("verdict"),
        ordering="verdict",
        label={"waiting": "warning", "shown": "success", "hidden": "danger"},
    )
    def verdict_label(self, check: PictureCheck) -> tuple[str, str]:
        return check.verdict, check.get_verdict_display()

    @display(description=_("reason"))
    def why(self, check: PictureCheck) -> str:
        return " · ".join(filter(None, [check.get_reason_display() if check.reason else "", check.note])) or "–"

    @display(description=_("came by"))
    def source(self, check: PictureCheck) -> Any:
        job = (check.look or check.brand).import_job  # type: ignore[union-attr]  # one of the two is there
        if job is None:
            return _("the desk")
        address = reverse("admin:catalog_importjob_change", args=[job.pk])
        return format_html('<a class="desk-link" href="{}">{}</a>', address, str(job))
