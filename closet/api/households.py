"""`household/`: who lives together, what they let each other see, what is lent."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from catalog.asked import MAX_ID
from catalog.models import SLOT_CHOICES
from catalog.rest.fields import Palette
from closet.models import Garment, Household, HouseholdInvite, HouseholdMember, Loan
from closet.requests import MemberRequest
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
    loans_end,
    member_remove,
    members_of,
    shown_to,
)
from closet.templatetags.closet import called


class HouseholdMemberOut(serializers.ModelSerializer[HouseholdMember]):
    name = serializers.SerializerMethodField()
    is_me = serializers.SerializerMethodField()

    class Meta:
        model = HouseholdMember
        fields = ["id", "name", "is_me", "joined_at"]

    def get_name(self, member: HouseholdMember) -> str:
        return called(member.user.profile)

    def get_is_me(self, member: HouseholdMember) -> bool:
        return bool(member.user_id == self.context["request"].user.pk)


class HouseholdOut(serializers.ModelSerializer[Household]):
    members = serializers.SerializerMethodField(help_text="Who has been here longest first.")

    class Meta:
        model = Household
        fields = ["name", "members", "created_at"]

    @extend_schema_field(HouseholdMemberOut(many=True))
    def get_members(self, household: Household) -> Any:
        return HouseholdMemberOut(members_of(household), many=True, context=self.context).data


class HouseholdIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)


class InviteOut(serializers.ModelSerializer[HouseholdInvite]):
    url = serializers.SerializerMethodField(help_text="The way in, once.")

    class Meta:
        model = HouseholdInvite
        fields = ["id", "email", "key", "url", "created_at", "expires_at"]

    def get_url(self, invite: HouseholdInvite) -> str:
        return invite_url(invite)


class InviteIn(serializers.Serializer[Any]):
    email = serializers.EmailField(
        default="",
        allow_blank=True,
        help_text="Sent there, good for that account alone. Empty: for who has the link.",
    )


class JoinIn(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=32)


class SeenGarmentOut(serializers.ModelSerializer[Garment]):
    """Somebody else's garment, as much as a household sees."""

    title = serializers.CharField()
    kind = serializers.SlugField(source="kind.slug")
    slot = serializers.ChoiceField(source="kind.slot", choices=SLOT_CHOICES)
    colours = Palette(help_text="Largest first.")
    owner = serializers.SerializerMethodField()
    picture = serializers.SerializerMethodField(help_text="Up to 512 px; send the token with it.")

    class Meta:
        model = Garment
        fields = ["id", "title", "kind", "slot", "colours", "owner", "picture"]

    def get_owner(self, garment: Garment) -> str:
        return called(garment.owner.profile)

    def get_picture(self, garment: Garment) -> str | None:
        file = garment.cutout_medium or garment.cutout
        return str(reverse("closet:media", args=[file.name], request=self.context["request"])) if file else None


class LoanOut(serializers.ModelSerializer[Loan]):
    garment = SeenGarmentOut()
    borrower = serializers.SerializerMethodField()
    is_mine = serializers.SerializerMethodField(help_text="Whether it is my garment, which somebody else has.")

    class Meta:
        model = Loan
        fields = ["id", "garment", "borrower", "is_mine", "lent_at"]

    def get_borrower(self, loan: Loan) -> str:
        return called(loan.borrower.profile)

    def get_is_mine(self, loan: Loan) -> bool:
        return bool(loan.garment.owner_id == self.context["request"].user.pk)


class LoanIn(serializers.Serializer[Any]):
    garment = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    member = serializers.IntegerField(min_value=1, max_value=MAX_ID, help_text="An id of the household's members.")


def _home(request: MemberRequest) -> Household:
    home = household_of(request.user)
    if home is None:
        raise Http404
    return home


class HouseholdView(APIView):
    @property
    def throttle_scope(self) -> str | None:
        return "people" if self.request.method == "POST" else None

    @extend_schema(responses=HouseholdOut)
    def get(self, request: MemberRequest) -> Response:
        """Mine; 404 for who lives alone."""
        return Response(HouseholdOut(_home(request), context={"request": request}).data)

    @extend_schema(request=HouseholdIn, responses={201: HouseholdOut})
    def post(self, request: MemberRequest) -> Response:
        given = HouseholdIn(data=request.data)
        given.is_valid(raise_exception=True)
        home = household_make(founder=request.user, **given.validated_data)
        return Response(HouseholdOut(home, context={"request": request}).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest) -> Response:
        """Leaves it; what is lent comes back, both ways."""
        _home(request)
        household_leave(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class HouseholdMemberView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """Shows somebody the door; who has been here longest may."""
        member = get_object_or_404(HouseholdMember.objects.select_related("user"), pk=pk, household=_home(request))
        member_remove(founder=request.user, user=member.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class HouseholdInvitesView(generics.ListAPIView[HouseholdInvite]):
    """My open invitations, newest first."""

    request: MemberRequest
    serializer_class = InviteOut
    filter_backends: list[Any] = []

    @property
    def throttle_scope(self) -> str | None:
        return "people" if self.request.method == "POST" else None

    def get_queryset(self) -> QuerySet[HouseholdInvite]:
        if getattr(self, "swagger_fake_view", False):
            return HouseholdInvite.objects.none()
        return HouseholdInvite.objects.open().filter(by=self.request.user)

    @extend_schema(request=InviteIn, responses={201: InviteOut})
    def post(self, request: MemberRequest) -> Response:
        """A way in, for an address or for who has the link; it ends by itself."""
        given = InviteIn(data=request.data)
        given.is_valid(raise_exception=True)
        invite = invite_make(by=request.user, **given.validated_data)
        return Response(InviteOut(invite, context={"request": request}).data, status=status.HTTP_201_CREATED)


class HouseholdInviteView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        get_object_or_404(HouseholdInvite, pk=pk, by=request.user).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class HouseholdJoinView(APIView):
    throttle_scope = "people"

    @extend_schema(request=JoinIn, responses={201: HouseholdOut})
    def post(self, request: MemberRequest) -> Response:
        """Takes an invitation; 404 for one that is over or somebody else's."""
        given = JoinIn(data=request.data)
        given.is_valid(raise_exception=True)
        invite = invite_for(user=request.user, key=given.validated_data["key"])
        if invite is None:
            raise Http404
        home = invite_accept(user=request.user, invite=invite)
        return Response(HouseholdOut(home, context={"request": request}).data, status=status.HTTP_201_CREATED)


class HouseholdGarmentsView(generics.ListAPIView[Garment]):
    """What the others let me see, newest first."""

    request: MemberRequest
    serializer_class = SeenGarmentOut
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Garment]:
        if getattr(self, "swagger_fake_view", False):
            return Garment.objects.none()
        return shown_to(self.request.user)


class HouseholdGarmentView(APIView):
    request: MemberRequest

    def _shown(self, pk: int, *, on: bool) -> Response:
        get_object_or_404(Garment.objects.owned_by(self.request.user).present(), pk=pk)
        garments_show(owner=self.request.user, ids=[pk], on=on)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    def put(self, request: MemberRequest, pk: int) -> Response:
        """Lets the household see a garment of mine."""
        return self._shown(pk, on=True)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """They see it no longer."""
        return self._shown(pk, on=False)


class LoansView(generics.ListAPIView[Loan]):
    """What I lent and what is lent to me, at the moment."""

    request: MemberRequest
    serializer_class = LoanOut
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Loan]:
        if getattr(self, "swagger_fake_view", False):
            return Loan.objects.none()
        mine = Q(borrower=self.request.user) | Q(garment__owner=self.request.user)
        return (
            Loan.objects.running()
            .filter(mine)
            .select_related("garment__kind", "garment__own_kind", "garment__owner__profile", "borrower__profile")
        )

    @extend_schema(request=LoanIn, responses={201: LoanOut})
    def post(self, request: MemberRequest) -> Response:
        """Lends a garment of mine: out of my outfits, in theirs, until it is back."""
        given = LoanIn(data=request.data)
        given.is_valid(raise_exception=True)
        mine = Garment.objects.owned_by(request.user).present().select_related("owner__profile", "kind")
        garment = get_object_or_404(mine, pk=given.validated_data["garment"])
        members = HouseholdMember.objects.select_related("user__profile").filter(household=_home(request))
        loan = loan_make(garment=garment, borrower=get_object_or_404(members, pk=given.validated_data["member"]).user)
        return Response(LoanOut(loan, context={"request": request}).data, status=status.HTTP_201_CREATED)


class LoanView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """It is back; either of the two may say so."""
        either = Q(borrower=request.user) | Q(garment__owner=request.user)
        loan = get_object_or_404(Loan.objects.filter(either, returned_at=None), pk=pk)
        loans_end(loans=Loan.objects.filter(pk=loan.pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
