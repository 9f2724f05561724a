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
from closet.services import accounts, security
from closet.services.email import account_exists_send, confirmation_send


class AccountIn(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, style={"input_type": "password"})
    language = serializers.ChoiceField(choices=["en", "ko"], required=False)


class AccountOut(serializers.Serializer[Any]):
    email = serializers.EmailField()
    message = serializers.CharField(help_text="What to do next.")


class AccountGone(serializers.Serializer[Any]):
    email = serializers.EmailField(help_text="Your own, to show that you mean it.")
    password = serializers.CharField(required=False, trim_whitespace=False, max_length=128)


class AccountsView(APIView):
    authentication_classes = []
    permission_classes = []
    throttle_scope = "accounts"

    @extend_schema(request=AccountIn, responses={202: AccountOut}, auth=[])
    def post(self, request: Request) -> Response:
        """Opens an account; get a token under `tokens/` then. An e-mail that has an account is answered alike, and its
        owner gets a letter that says so."""
        given = AccountIn(data=request.data)
        given.is_valid(raise_exception=True)
        if not get_adapter().is_open_for_signup(request._request):
            raise exceptions.PermissionDenied(_("Sign-up is closed."))
        wanted = given.validated_data
        email = wanted["email"].strip().lower()
        user = accounts.account_add(
            email=email, password=wanted["password"], language=wanted.get("language") or language_now()
        )
        if user is None:
            account_exists_send(email=email)
        else:
            confirmation_send(request=request._request, address=EmailAddress.objects.get_for_user(user, email))
        if settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory":
            message = _("Please follow the link in the letter we sent to you first.")
        else:
            message = _("We sent you a letter. Sign in with your password.")
        return Response(AccountOut({"email": email, "message": message}).data, status=status.HTTP_202_ACCEPTED)


def account_go(request: MemberRequest) -> Response:
    given = AccountGone(data=request.data)
    given.is_valid(raise_exception=True)
    user = request.user
    if given.validated_data["email"].lower() != user.email:
        raise exceptions.ValidationError({"email": [_("This is not your e-mail.")]})
    security.password_check(user=user, password=given.validated_data.get("password", ""))
    accounts.account_delete(user=user)
    return Response(status=status.HTTP_204_NO_CONTENT)


class MyAccountView(APIView):
    @extend_schema(responses={204: None}, deprecated=True)
    def delete(self, request: MemberRequest) -> Response:
        """As POST `accounts/me/delete/`; many clients send no body with DELETE."""
        return account_go(request)


class DeleteAccountView(APIView):
    throttle_scope = "tokens"

    @extend_schema(request=AccountGone, responses={204: None})
    def post(self, request: MemberRequest) -> Response:
        """Deletes your account: every row and every file, at once and for good. Asks for your e-mail and password."""
        return account_go(request)
