"""The moderators' desk: looks that wait, what was reported, and the audit trail, which nobody can change.

Moderators see the picture that is to be shown, never the photo or the closet behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display

from closet.forms.posts import DeclineForm
from closet.models import Decision, PageWords, Post, Report, User
from closet.services.moderation import page_close, post_approve, post_decline, reports_dismiss
from closet.services.page_words import page_words_approve, page_words_decline
from closet.views.media import picture_answer


class ReadOnly:
    """Rows that are written by what happens, not at the desk."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DecisionInline(ReadOnly, TabularInline):
    model = Decision
    fk_name = "post"
    fields = readonly_fields = ["at", "action", "decided_by", "ground", "text"]
    extra = 0
    verbose_name_plural = _("what was decided")

    @display(description=_("who"))
    def decided_by(self, line: Decision) -> str:
        return called_by_staff(line.by)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReportInline(ReadOnly, TabularInline):
    model = Report
    fk_name = "post"
    fields = readonly_fields = ["created_at", "ground", "note", "closed_at"]
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def called_by_staff(user: User | None) -> str:
    """By the handle: moderators need nobody's address."""
    return f"@{user.profile.handle}" if user else "–"


def with_reason(
    desk: Any, request: HttpRequest, *, title: Any, about: str, back: str, decide: Callable[[str, str], None]
) -> HttpResponse:
    """A page that asks why, then decides."""
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide(form.cleaned_data["ground"], form.cleaned_data["text"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Decided. The member reads the reason."))
        return redirect(back)
    context = {**desk.admin_site.each_context(request), "opts": desk.opts, "title": title, "form": form}
    return render(request, "admin/closet/reason.html", context | {"about": about, "back": back, "media": desk.media})


@admin.register(Post)
class PostAdmin(ReadOnly, ModelAdmin):
    """The queue: what waits first, then what is reported, longest first."""

    list_display = ["shown_title", "member", "standing", "open_reports", "is_appeal", "submitted_at", "ground"]
    list_filter = ["state", "ground", "shows_faces", "is_drawn", "submitted_at"]
    search_fields = ["title", "tags", "owner__profile__handle"]
    list_select_related = ["owner__profile"]
    list_per_page = 50
    actions = ["publish"]
    actions_detail = ["publish_one", "decline_one"]
    view_on_site = False
    inlines = [ReportInline, DecisionInline]
    fields = ["shown_picture", "title", "tags", "style", "seasons", "occasion", "member", "state", "ground",
              "ground_text", "appeal", "shows_faces", "is_drawn", "is_findable", "submitted_at",
              "published_at"]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[str]:
        return list(self.fields)  # decided by actions, each with its line in the trail

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        open_ones = Count("reports", filter=Q(reports__isnull=False, reports__closed_at=None))
        waits = Case(
            When(state=Post.State.HELD, then=Value(0)),
            When(report_count__gt=0, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        rows = super().get_queryset(request).annotate(report_count=open_ones).annotate(waits=waits)
        return rows.order_by("waits", "submitted_at")

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return []

    def get_urls(self) -> list[Any]:
        picture = path(
            "<int:pk>/picture/", self.admin_site.admin_view(self.picture_page), name="closet_post_shown_picture"
        )
        return [picture, *super().get_urls()]

    def picture_page(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        post = get_object_or_404(Post, pk=pk)
        if not self.has_view_permission(request, post):
            raise PermissionDenied
        if not post.picture:
            raise Http404
        return picture_answer(request, post.picture, side=None)

    @display(description=_("title"), ordering="title")
    def shown_title(self, post: Post) -> str:
        return post.title

    @display(description=_("member"))
    def member(self, post: Post) -> str:
        return called_by_staff(post.owner)

    @display(
        description=_("state"),
        label={"held": "warning", "published": "success", "declined": "danger", "withdrawn": "info"},
    )
    def standing(self, post: Post) -> tuple[str, str]:
        return post.state, post.get_state_display()

    @display(description=_("reports"))
    def open_reports(self, post: Any) -> int:
        return post.report_count

    @display(description=_("appeal"), boolean=True)
    def is_appeal(self, post: Post) -> bool:
        return post.appealed_at is not None

    @display(description=_("as it would be shown"))
    def shown_picture(self, post: Post) -> str:
        if not post.picture:
            return "–"
        address = reverse("admin:closet_post_shown_picture", args=[post.pk])
        return format_html('<img src="{}" alt="{}" style="max-height:32rem;max-width:100%">', address, post.title)

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, posts: QuerySet[Post]) -> None:
        count = 0
        for post in posts:
            try:
                post_approve(post=post, by=request.user)  # type: ignore[arg-type]
            except ValidationError:
                continue
            count += 1
        text = ngettext("%(count)d look is published.", "%(count)d looks are published.", count)
        messages.success(request, text % {"count": count})

    @action(description=_("Publish"), url_path="publish", permissions=["change"])
    def publish_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        post, back = get_object_or_404(Post, pk=object_id), reverse("admin:closet_post_changelist")
        if request.method == "POST":  # a link alone decides nothing
            self.publish(request, Post.objects.filter(pk=post.pk))
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Publish"),
            "media": self.media,
        }
        return render(request, "admin/closet/reason.html", context | {"about": post.title, "back": back})

    @action(description=_("Decline"), url_path="decline", permissions=["change"])
    def decline_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        post = get_object_or_404(Post, pk=object_id)
        return with_reason(
            self,
            request,
            title=_("Decline"),
            about=post.title,
            back=reverse("admin:closet_post_changelist"),
            decide=lambda ground, text: post_decline(post=post, by=request.user, ground=ground, text=text),  # type: ignore[arg-type]
        )


@admin.register(PageWords)
class PageWordsAdmin(ReadOnly, ModelAdmin):
    """Names and words of pages that wait, longest first; nothing else of a profile is seen here."""

    list_display = ["handle", "shown_name_asked", "about", "words_sent_at"]
    fields = readonly_fields = ["handle", "shown_name_asked", "about", "words_sent_at"]
    list_per_page = 50
    actions = ["publish"]
    actions_detail = ["decline_one"]
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PageWords]:
        return PageWords.objects.with_waiting_words().order_by("words_sent_at", "pk")  # type: ignore[return-value]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return []

    @display(description=_("name"))
    def shown_name_asked(self, page: PageWords) -> str:
        return page.page_words[0] or "–"

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, pages: QuerySet[PageWords]) -> None:
        count = 0
        for page in pages:
            page_words_approve(profile=page, by=request.user)  # type: ignore[arg-type]
            count += 1
        text = ngettext(
            "The words of %(count)d page are published.", "The words of %(count)d pages are published.", count
        )
        messages.success(request, text % {"count": count})

    @action(description=_("Decline"), url_path="decline", permissions=["change"])
    def decline_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        page = get_object_or_404(self.get_queryset(request), pk=object_id)
        return with_reason(
            self,
            request,
            title=_("Decline"),
            about=f"@{page.handle}",
            back=reverse("admin:closet_pagewords_changelist"),
            decide=lambda ground, text: page_words_decline(profile=page, by=request.user, ground=ground, text=text),  # type: ignore[arg-type]
        )


@admin.register(Report)
class ReportAdmin(ReadOnly, ModelAdmin):
    list_display = ["ground", "about", "note", "created_at", "closed_at"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter), "ground", "created_at"]
    list_select_related = ["post", "person__profile"]
    list_per_page = 50
    actions = ["dismiss"]
    actions_detail = ["close_one"]
    fields = readonly_fields = ["ground", "note", "about", "reported_by", "created_at", "closed_at"]
    view_on_site = False

    @display(description=_("about"))
    def about(self, report: Report) -> str:
        if report.post:
            address, name = reverse("admin:closet_post_change", args=[report.post_id]), report.post.title
        else:
            address = reverse("closet:person", args=[report.person.profile.handle]) if report.person else ""
            name = called_by_staff(report.person)
        return format_html('<a href="{}">{}</a>', address, name)

    @display(description=_("reported by"))
    def reported_by(self, report: Report) -> str:
        return called_by_staff(report.reporter)

    @admin.action(description=_("Looked at, nothing to do"), permissions=["change"])
    def dismiss(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        found = list(reports.filter(closed_at=None))
        for report in found:
            reports_dismiss(report=report, by=request.user)  # type: ignore[arg-type]
        text = ngettext("%(count)d report is done with.", "%(count)d reports are done with.", len(found))
        messages.success(request, text % {"count": len(found)})

    @action(description=_("Close the page, or decline the look"), url_path="close", permissions=["change"])
    def close_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        report = get_object_or_404(Report.objects.select_related("post", "person__profile"), pk=object_id)

        def decide(ground: str, text: str) -> None:
            if report.post:
                post_decline(post=report.post, by=request.user, ground=ground, text=text)  # type: ignore[arg-type]
            elif report.person:
                page_close(person=report.person, by=request.user, ground=ground, text=text)  # type: ignore[arg-type]

        name = report.post.title if report.post else called_by_staff(report.person)
        back = reverse("admin:closet_report_changelist")
        title = _("Decline the look") if report.post else _("Close the page")
        return with_reason(self, request, title=title, about=name, back=back, decide=decide)


@admin.register(Decision)
class DecisionAdmin(ReadOnly, ModelAdmin):
    """The audit trail: who, when, what, why."""

    list_display = ["at", "action", "post", "concerned", "decided_by", "ground", "text"]
    fields = ["at", "action", "post", "concerned", "decided_by", "ground", "text"]
    readonly_fields = fields
    list_filter = ["action", "by_staff", "ground", "at"]
    search_fields = ["text", "post__title", "person__profile__handle", "by__profile__handle"]
    list_select_related = ["post", "person__profile", "by__profile"]
    list_per_page = 100
    date_hierarchy = "at"

    @display(description=_("about"))
    def concerned(self, line: Decision) -> str:
        return called_by_staff(line.person)

    @display(description=_("who"))
    def decided_by(self, line: Decision) -> str:
        return called_by_staff(line.by)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
