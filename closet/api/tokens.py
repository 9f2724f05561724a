"""`tokens/`: a token for each device, named, revocable, shown once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, generics, serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.rest.answers import RETRY_AFTER_S, refuse_stale, told_tag
from catalog.rest.pages import LongPages
from catalog.rest.parsers import StorableJSONParser
from closet.models import DeviceToken
from closet.requests import MemberRequest
from closet.services import devices
from closet.services.devices import device_id


class DeviceTokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]  # drf-spectacular's own
    """How the API's own pages describe `Authorization: Token ...`."""

    target_class = "closet.authentication.DeviceTokenAuthentication"
    name = "deviceToken"


class SignInProblem(exceptions.APIException):
    """`extra.code` tells a client what to do next: ask for a code, wait, or start again."""

    status_code: int = status.HTTP_400_BAD_REQUEST

    def __init__(self, refused: devices.SignInRefused) -> None:
        super().__init__(refused.message, refused.code)
        if refused.code == "too_many_attempts":
            self.status_code = status.HTTP_429_TOO_MANY_REQUESTS
            self.wait = RETRY_AFTER_S


class TokenIn(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, style={"input_type": "password"})
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="", help_text="The device's.")
    code = serializers.CharField(
        max_length=32, required=False, allow_blank=True, default="", help_text="Of the second factor, where one is set."
    )


class TokenName(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)


class TokenOut(serializers.Serializer[Any]):
    id = serializers.SerializerMethodField()
    name = serializers.CharField()
    created = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    last_used_ip = serializers.CharField(allow_null=True)
    expires_at = serializers.DateTimeField(
        source="expiry", allow_null=True, help_text="Moves on with use, but not before your e-mail is confirmed."
    )
    is_current = serializers.SerializerMethodField(help_text="The token this very request came with.")

    def get_id(self, device: DeviceToken) -> str:
        return device_id(device)

    def get_is_current(self, device: DeviceToken) -> bool:
        current = self.context["request"].auth
        return isinstance(current, DeviceToken) and current.pk == device.pk


class NewToken(TokenOut):
    # Context: secret, as well as the request.
    token = serializers.SerializerMethodField(help_text="Send it as `Authorization: Token ...`. It is shown this once.")

    def get_token(self, device: DeviceToken) -> str:
        return str(self.context["secret"])


class TokensView(generics.ListAPIView[DeviceToken]):
    request: MemberRequest
    serializer_class = TokenOut
    pagination_class = LongPages
    filter_backends: list[Any] = []
    parser_classes = [StorableJSONParser, FormParser]  # forms: what 1.0 told people to send
    throttle_scope = "tokens"

    def get_queryset(self) -> QuerySet[DeviceToken]:
        found: QuerySet[DeviceToken] = DeviceToken.objects.none()
        return found if getattr(self, "swagger_fake_view", False) else devices.devices_of(owner=self.request.user)

    def get_authenticators(self) -> list[BaseAuthentication]:
        # Signing in must also work for a client that still sends a token that was revoked.
        return [] if self._signs_in else super().get_authenticators()

    def get_permissions(self) -> Sequence[Any]:
        return [] if self._signs_in else super().get_permissions()

    @property
    def _signs_in(self) -> bool:
        request: Request | None = getattr(self, "request", None)  # none while the schema is drawn
        return request is not None and request.method == "POST"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your devices, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request={"application/json": TokenIn}, responses={201: NewToken}, auth=[])
    def post(self, request: Request) -> Response:
        """Signs a device in. Where the account has a second factor, `code` is needed too."""
        given = TokenIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        try:
            user = devices.sign_in_check(
                request=request._request, email=wanted["email"], password=wanted["password"], code=wanted["code"]
            )
        except devices.SignInRefused as refused:
            raise SignInProblem(refused) from None
        device, secret = devices.device_add(owner=user, name=wanted["name"])
        told = NewToken(device, context={"request": request, "secret": secret})
        return Response(told.data, status=status.HTTP_201_CREATED)


@extend_schema(parameters=[OpenApiParameter("id", str, OpenApiParameter.PATH)])
class TokenView(APIView):
    def _device(self, request: MemberRequest, id: str) -> DeviceToken:
        """`current` is the token of this request."""
        if id == "current" and isinstance(request.auth, DeviceToken):
            return request.auth
        try:
            return devices.device_find(owner=request.user, device_id=id)
        except DeviceToken.DoesNotExist:
            raise Http404 from None

    def _answer(self, request: MemberRequest, device: DeviceToken) -> Response:
        told = TokenOut(device, context={"request": request}).data
        return Response(told, headers={"ETag": told_tag(request, self._kept(device))})

    @staticmethod
    def _kept(device: DeviceToken) -> list[str]:
        """What of it changes by its owner's hand; when it was last used changes with every look."""
        return [device_id(device), device.name]

    @extend_schema(responses=TokenOut)
    def get(self, request: MemberRequest, id: str) -> Response:
        return self._answer(request, self._device(request, id))

    @extend_schema(request=TokenName, responses=TokenOut)
    def patch(self, request: MemberRequest, id: str) -> Response:
        device = self._device(request, id)
        refuse_stale(request, self._kept(device))
        given = TokenName(data=request.data)
        given.is_valid(raise_exception=True)
        devices.device_rename(device=device, name=given.validated_data["name"])
        return self._answer(request, device)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, id: str) -> Response:
        """Revokes it at once."""
        devices.device_remove(device=self._device(request, id))
        return Response(status=status.HTTP_204_NO_CONTENT)
