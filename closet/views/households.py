"""The household: who lives there, what its members let each other see, and what is lent."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.asked import whole
from closet.models import Garment, HouseholdInvite, HouseholdMember, Loan
from closet.requests import AuthenticatedHttpRequest
from closet.services.households import (
    garments_show,
    household_leave,
    household_make,
    household_of,
    invite_accept,
    invite_for,
    invite_make,
    invite_url,
    loan_make,
    loan_of,
    loans_end,
    member_remove,
    members_of,
    shown_to,
)
from closet.views.garments import garment_or_404, next_page, problem
from closet.views.undo import told_and_sent

SHOWN = 200  # garments of a household on its page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def household(request: AuthenticatedHttpRequest) -> HttpResponse:
    """POST: makes one."""
    if request.method == "POST":
        try:
            household_make(founder=request.user, name=request.POST.get("name", ""))
        except ValidationError as error:
            return problem(request, error)
        return told_and_sent(request, reverse("closet:household"), _("Now invite the others."))
    home = household_of(request.user)
    if home is None:
        return render(request, "closet/household.html", {"household": None})
    members = list(members_of(home))
    invites = list(home.invites.filter(by=request.user).open())
    for invite in invites:
        invite.url = invite_url(invite)  # type: ignore[attr-defined]
    mine = Garment.objects.owned_by(request.user).present().for_cards()
    lent = Loan.objects.running().filter(garment__owner=request.user)
    context = {
        "household": home,
        "members": members,
        "is_first": members[0].user_id == request.user.pk,
        "invites": invites,
        "shown": shown_to(request.user)[:SHOWN],
        "mine": mine.filter(household_garment__household=home)[:SHOWN],
        "lent": lent.select_related("garment__kind", "garment__own_kind", "borrower__profile"),
        "borrowed": Loan.objects.to(request.user).select_related(
            "garment__kind", "garment__own_kind", "garment__owner__profile"
        ),
    }
    return render(request, "closet/household.html", context)


@login_required
@require_POST
def household_left(request: AuthenticatedHttpRequest) -> HttpResponse:
    household_leave(user=request.user)
    return told_and_sent(request, reverse("closet:household"), _("You left. What was lent is back where it belongs."))


@login_required
@require_POST
def household_member_remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    home = household_of(request.user)
    member = get_object_or_404(HouseholdMember.objects.select_related("user"), pk=pk, household=home)
    try:
        member_remove(founder=request.user, user=member.user)
    except ValidationError as error:
        return problem(request, error)
    return told_and_sent(request, reverse("closet:household"), _("They do not live here any more."))


@login_required
@require_POST
def household_invite(request: AuthenticatedHttpRequest) -> HttpResponse:
    try:
        invite = invite_make(by=request.user, email=request.POST.get("email", ""))
    except ValidationError as error:
        return problem(request, error)
    text = _("The invitation is on its way.") if invite.email else _("Here is the link; it works once.")
    return told_and_sent(request, reverse("closet:household") + "#invites", text)


@login_required
@require_POST
def household_invite_remove(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(HouseholdInvite, pk=pk, by=request.user).delete()
    return told_and_sent(request, reverse("closet:household"), _("The invitation is taken back."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def household_join(request: AuthenticatedHttpRequest, key: str) -> HttpResponse:
    invite = invite_for(user=request.user, key=key)
    if invite is None:
        raise Http404
    if request.method == "POST":
        try:
            invite_accept(user=request.user, invite=invite)
        except ValidationError as error:
            return problem(request, error)
        return told_and_sent(request, reverse("closet:household"), _("Welcome home."))
    return render(request, "closet/household_join.html", {"invite": invite, "home": household_of(request.user)})


@login_required
@require_safe
def household_garment(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Somebody else's garment, as much of it as a household sees: picture, name, kind, colours. Nothing private."""
    others = Garment.objects.seen_by(request.user).exclude(owner=request.user).for_cards()
    garment = get_object_or_404(others.select_related("owner__profile"), pk=pk)
    return render(request, "closet/household_garment.html", {"garment": garment, "loan": loan_of(garment=garment)})


@login_required
@require_POST
def garment_household(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Lets the household see one's garment; `remove`: no longer; `borrower`: lends it to that member of it."""
    garment = garment_or_404(request.user, pk)
    to = f"{reverse('closet:garment', args=[pk])}#household"
    try:
        if "borrower" in request.POST:
            home = household_of(request.user)
            part = get_object_or_404(
                HouseholdMember.objects.select_related("user__profile"),
                pk=whole(request.POST["borrower"]) or 0,
                household=home,
            )
            loan_make(garment=garment, borrower=part.user)
            return told_and_sent(request, to, _("Lent. It is out of your outfits until it is back."))
        garments_show(owner=request.user, ids=[pk], on="remove" not in request.POST)
    except ValidationError as error:
        return problem(request, error)
    text = _("Your household sees it no longer.") if "remove" in request.POST else _("Your household sees it now.")
    return told_and_sent(request, to, text)


@login_required
@require_POST
def loan_return(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Either of the two says that it is back."""
    either = Q(borrower=request.user) | Q(garment__owner=request.user)
    loan = get_object_or_404(Loan.objects.filter(either, returned_at=None), pk=pk)
    loans_end(loans=Loan.objects.filter(pk=loan.pk))
    return told_and_sent(request, next_page(request), _("It is back."))
