"""`accounts/me/...`: password, e-mails, sessions, second factors. Passkeys and connections are made in a browser."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.usersessions.models import UserSession
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.rest.pages import LongPages
from closet.models import DeviceToken, User
from closet.requests import MemberRequest
from closet.services import security
from closet.services.devices import device_id
from closet.services.email import confirmation_send


class Password(serializers.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=128, trim_whitespace=False, style={"input_type": "password"}, **options)


class ProofIn(serializers.Serializer[Any]):
    password = Password(default="", allow_blank=True, help_text="Your current one; empty if you never set one.")


class KeepIn(serializers.Serializer[Any]):
    keep = serializers.ListField(
        child=serializers.CharField(max_length=40),
        default=list,
        max_length=100,
        help_text="Ids of devices that stay signed in; `current` is the one of this request.",
    )


class PasswordIn(ProofIn, KeepIn):
    new_password = Password()


class SignOutIn(ProofIn, KeepIn):
    pass


class ResetIn(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)


class ResetKeyIn(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=200, help_text="The last part of the link in the letter.")
    new_password = Password()


class EmailOut(serializers.ModelSerializer[EmailAddress]):
    class Meta:
        model = EmailAddress
        fields = ["id", "email", "verified", "primary"]
        read_only_fields = fields


class EmailIn(ProofIn):
    email = serializers.EmailField(max_length=254)


class SessionOut(serializers.ModelSerializer[UserSession]):
    class Meta:
        model = UserSession
        fields = ["id", "ip", "user_agent", "created_at", "last_seen_at"]


class FactorOut(serializers.ModelSerializer[Authenticator]):
    class Meta:
        model = Authenticator
        fields = ["id", "type", "created_at", "last_used_at"]


class AppSecret(serializers.Serializer[Any]):
    secret = serializers.CharField()
    url = serializers.CharField(help_text="For a QR code.")


class AppIn(ProofIn):
    secret = serializers.CharField(max_length=64)
    code = serializers.CharField(max_length=12, help_text="What the app shows now.")


class CodesOut(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField(), help_text="Each opens the door once.")


class SecurityView(APIView):
    throttle_scope = "tokens"

    request: MemberRequest  # but for PasswordResetView, where nobody is signed in

    def given(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The valid request; where it has a `password`, that is the member's."""
        given = serializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        if isinstance(given, ProofIn):
            security.password_check(user=self.request.user, password=given.validated_data["password"])
        return dict(given.validated_data)


class PasswordView(SecurityView):
    @extend_schema(request=PasswordIn, responses={204: None})
    def post(self, request: MemberRequest) -> Response:
        """Changes the password. Browsers are signed out, and devices but those named in `keep`."""
        given = self.given(PasswordIn)
        keep = kept_devices(request, given["keep"])
        security.password_set(user=request.user, password=given["new_password"], keep_devices=keep)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SignOutView(SecurityView):
    @extend_schema(request=SignOutIn, responses={204: None})
    def post(self, request: MemberRequest) -> Response:
        """Signs out everywhere: browsers, and devices but those named in `keep`."""
        security.access_end(user=request.user, keep_devices=kept_devices(request, self.given(SignOutIn)["keep"]))
        return Response(status=status.HTTP_204_NO_CONTENT)


def kept_devices(request: MemberRequest, named: list[str]) -> set[str]:
    current = request.auth if isinstance(request.auth, DeviceToken) else None
    return {device_id(current) if one == "current" and current else one for one in named}


class PasswordResetView(SecurityView):
    authentication_classes = []
    permission_classes = []
    throttle_scope = "accounts"

    @extend_schema(request=ResetIn, responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        """Sends a letter with a link, if there is such an account."""
        security.password_reset_send(request=request._request, email=self.given(ResetIn)["email"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=ResetKeyIn, responses={204: None}, auth=[])
    def put(self, request: Request) -> Response:
        """Sets a new password by the key in the letter's link, and signs out everywhere."""
        given = self.given(ResetKeyIn)
        security.password_reset(key=given["key"], password=given["new_password"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class Listed(SecurityView, generics.ListAPIView[Any]):
    """GET lists what is the member's, as `rows` has it."""

    pagination_class = LongPages
    filter_backends: list[Any] = []

    def rows(self, user: User) -> Any:
        raise NotImplementedError

    def get_queryset(self) -> Any:
        return [] if getattr(self, "swagger_fake_view", False) else self.rows(self.request.user)


class EmailsView(Listed):
    serializer_class = EmailOut

    def rows(self, user: User) -> Any:
        return EmailAddress.objects.filter(user=user).order_by("pk")

    @extend_schema(request=EmailIn, responses={201: EmailOut})
    def post(self, request: MemberRequest) -> Response:
        """Adds an e-mail; the letter sent to it proves it, then it can become the main one."""
        email = self.given(EmailIn)["email"]
        address = security.email_add(request=request._request, user=request.user, email=email)
        return Response(EmailOut(address).data, status=status.HTTP_201_CREATED)


class EmailView(SecurityView):
    def address(self, request: MemberRequest, pk: int) -> EmailAddress:
        return get_object_or_404(EmailAddress, pk=pk, user=request.user)

    @extend_schema(request=None, responses={202: EmailOut}, operation_id="accounts_me_email_prove")
    def post(self, request: MemberRequest, pk: int) -> Response:
        """Sends the letter that proves it once more."""
        address = self.address(request, pk)
        if not address.verified:
            confirmation_send(request=request._request, address=address)
        return Response(EmailOut(address).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=ProofIn, responses=EmailOut)
    def put(self, request: MemberRequest, pk: int) -> Response:
        """Makes it the main one."""
        address = self.address(request, pk)
        self.given(ProofIn)
        security.email_make_primary(address=address)
        return Response(EmailOut(address).data)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        security.email_remove(address=self.address(request, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionsView(Listed):
    serializer_class = SessionOut

    def rows(self, user: User) -> Any:
        return UserSession.objects.purge_and_list(user)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Browsers that are signed in. Devices are listed under `tokens/`."""
        return super().get(request, *args, **kwargs)

    @extend_schema(responses={204: None}, operation_id="accounts_me_sessions_destroy_all")
    def delete(self, request: MemberRequest) -> Response:
        """Signs every browser out."""
        security.sessions_end(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionView(SecurityView):
    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        if not security.sessions_end(user=request.user, session_id=pk):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)


class SecondFactorsView(Listed):
    serializer_class = FactorOut

    def rows(self, user: User) -> Any:
        return Authenticator.objects.filter(user=user).order_by("pk")


class AuthenticatorAppView(SecurityView):
    @extend_schema(responses=AppSecret)
    def get(self, request: MemberRequest) -> Response:
        """A fresh secret for an authenticator app; nothing is kept of it until you send it back with a code."""
        secret = generate_totp_secret()
        return Response(AppSecret({"secret": secret, "url": mfa_adapter().build_totp_url(request.user, secret)}).data)

    @extend_schema(request=AppIn, responses={201: CodesOut})
    def post(self, request: MemberRequest) -> Response:
        """Turns the app on: from now on signing in asks for its code."""
        given = self.given(AppIn)
        codes = security.totp_add(user=request.user, secret=given["secret"], code=given["code"])
        return Response(CodesOut({"recovery_codes": codes}).data, status=status.HTTP_201_CREATED)


class RecoveryCodesView(SecurityView):
    @extend_schema(request=ProofIn, responses={201: CodesOut})
    def post(self, request: MemberRequest) -> Response:
        """New recovery codes in the place of the old ones."""
        self.given(ProofIn)
        codes = security.recovery_codes_make(user=request.user)
        return Response(CodesOut({"recovery_codes": codes}).data, status=status.HTTP_201_CREATED)


class SecondFactorView(SecurityView):
    @extend_schema(responses={204: None}, deprecated=True)
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """As POST `.../remove/`; many clients send no body with DELETE."""
        return self.remove(request, pk)

    def remove(self, request: MemberRequest, pk: int) -> Response:
        factor = get_object_or_404(Authenticator, pk=pk, user=request.user)
        self.given(ProofIn)
        security.second_factor_remove(factor=factor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RemoveSecondFactorView(SecondFactorView):
    http_method_names = ["post"]

    @extend_schema(request=ProofIn, responses={204: None})
    def post(self, request: MemberRequest, pk: int) -> Response:
        """Turns it off. Send your password with it."""
        return self.remove(request, pk)
