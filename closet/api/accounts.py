"""`accounts/`: come in, take everything along, leave for good."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from closet.adapters import language_now
from closet.requests import MemberRequest
from closet.services import accounts, devices, security
from closet.services.email import confirmation_send


class AccountIn(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, style={"input_type": "password"})
    language = serializers.ChoiceField(choices=["en", "ko"], required=False)
    device = serializers.CharField(max_length=80, required=False, help_text="What to call the token made with it.")


class AccountOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    email = serializers.EmailField()
    handle = serializers.CharField()
    token = serializers.CharField(allow_null=True, help_text="Shown this once; null until the e-mail is confirmed.")
    token_id = serializers.CharField(allow_null=True)
    message = serializers.CharField(required=False)


class AccountGone(serializers.Serializer[Any]):
    email = serializers.EmailField(help_text="Your own, to show that you mean it.")
    password = serializers.CharField(required=False, trim_whitespace=False, max_length=128)


class AccountsView(APIView):
    authentication_classes = []
    permission_classes = []
    throttle_scope = "accounts"

    @extend_schema(request=AccountIn, responses={201: AccountOut}, auth=[])
    def post(self, request: Request) -> Response:
        """Opens an account and, unless e-mails must be confirmed here first, hands out a token for this device."""
        given = AccountIn(data=request.data)
        given.is_valid(raise_exception=True)
        if not get_adapter().is_open_for_signup(request._request):
            raise exceptions.PermissionDenied(_("Sign-up is closed."))
        wanted = given.validated_data
        user = accounts.account_add(
            email=wanted["email"], password=wanted["password"], language=wanted.get("language") or language_now()
        )
        confirmation_send(request=request._request, address=EmailAddress.objects.get_for_user(user, user.email))
        answer = {"id": user.pk, "email": user.email, "handle": user.profile.handle, "token": None, "token_id": None}
        if settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory":
            answer["message"] = _("Please follow the link in the letter we sent to you first.")
        else:
            device, answer["token"] = devices.device_add(owner=user, name=wanted.get("device", ""))
            answer["token_id"] = devices.device_id(device)
        return Response(AccountOut(answer).data, status=status.HTTP_201_CREATED)


class MyAccountView(APIView):
    @extend_schema(request=AccountGone, responses={204: None})
    def delete(self, request: MemberRequest) -> Response:
        """Deletes your account: every row and every file, at once and for good. Asks for your e-mail and password."""
        given = AccountGone(data=request.data)
        given.is_valid(raise_exception=True)
        user = request.user
        if given.validated_data["email"].lower() != user.email:
            raise exceptions.ValidationError({"email": [_("This is not your e-mail.")]})
        security.password_check(user=user, password=given.validated_data.get("password", ""))
        accounts.account_delete(user=user)
        return Response(status=status.HTTP_204_NO_CONTENT)
