"""`webhooks/`: addresses of your own programs that are told that something changed, and how telling them went."""

from __future__ import annotations

import json
from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.response import Response

from catalog.rest.answers import changed, refuse_stale
from catalog.rest.pages import LongPages
from closet.models import Delivery, Webhook
from closet.requests import MemberRequest
from closet.services import webhooks


class WebhookOut(serializers.ModelSerializer[Webhook]):
    events = serializers.ListField(child=serializers.ChoiceField(choices=Webhook.Event.choices))
    disabled_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was switched off after too many failures; `is_active` switches it on."
    )

    class Meta:
        model = Webhook
        fields = ["id", "url", "events", "is_active", "failures", "disabled_at", "created_at"]
        read_only_fields = fields


class NewWebhook(WebhookOut):
    secret = serializers.SerializerMethodField(
        help_text="Check `Otjang-Signature: t=…,v1=…` with it: v1 is the hex of HMAC-SHA256 over `t.body`. Shown once."
    )

    class Meta(WebhookOut.Meta):
        fields = [*WebhookOut.Meta.fields, "secret"]
        read_only_fields = fields

    def get_secret(self, webhook: Webhook) -> str:
        return webhooks.webhook_secret(webhook)


class WebhookIn(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=500, help_text="https alone, of the open internet.")
    events = serializers.ListField(child=serializers.ChoiceField(choices=Webhook.Event.choices), max_length=20)


class WebhookChange(serializers.Serializer[Any]):
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=Webhook.Event.choices), max_length=20, required=False
    )
    is_active = serializers.BooleanField(required=False)


class DeliveryBody(serializers.Serializer[Any]):
    """Of a ping without the ids."""

    id = serializers.CharField(help_text="Its own: what comes twice is known by it.")
    event = serializers.CharField()
    at = serializers.DateTimeField()
    changed = serializers.ListField(child=serializers.CharField(), required=False, help_text="Ids of what is there.")
    deleted = serializers.ListField(child=serializers.CharField(), required=False, help_text="Ids of what is gone.")


class DeliveryOut(serializers.ModelSerializer[Delivery]):
    body = serializers.SerializerMethodField(help_text="What was sent.")
    problem_text = serializers.SerializerMethodField(help_text="Why it failed last, for people.")
    next_at = serializers.SerializerMethodField(help_text="When it is tried again; null where it is not.")

    class Meta:
        model = Delivery
        fields = [
            "id", "event", "body", "status", "attempts", "answered", "problem", "problem_text", "next_at", "created_at",
            "ended_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(DeliveryBody)
    def get_body(self, delivery: Delivery) -> dict[str, Any]:
        return cast("dict[str, Any]", json.loads(delivery.body))

    def get_problem_text(self, delivery: Delivery) -> str:
        return webhooks.problem_text(delivery.problem)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_at(self, delivery: Delivery) -> Any:
        waits = delivery.status == Delivery.Status.WAITING
        return serializers.DateTimeField().to_representation(delivery.due_at) if waits else None


class _Mine(generics.GenericAPIView[Webhook]):
    request: MemberRequest
    serializer_class = WebhookOut
    pagination_class = LongPages
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Webhook]:
        if getattr(self, "swagger_fake_view", False):
            return Webhook.objects.none()
        return Webhook.objects.owned_by(self.request.user)


class WebhooksView(_Mine, generics.ListAPIView[Webhook]):
    @extend_schema(request=WebhookIn, responses={201: NewWebhook})
    def post(self, request: MemberRequest) -> Response:
        """From now on this address gets a POST within seconds of a change, with ids alone; ask the API (best by
        `updated_since`) what they are now. Tried again for 17 hours, in no fixed order; a body's `id` is its own."""
        given = WebhookIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = webhooks.webhook_add(owner=request.user, **given.validated_data)
        return Response(NewWebhook(row).data, status=status.HTTP_201_CREATED)


class WebhookView(_Mine, generics.RetrieveAPIView[Webhook]):
    @extend_schema(request=WebhookChange, responses=WebhookOut)
    def patch(self, request: MemberRequest, pk: int) -> Response:
        """Other events, or on and off."""
        row = self.get_object()
        refuse_stale(request, WebhookOut(row).data)
        given = WebhookChange(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        webhooks.webhook_change(webhook=row, **given.validated_data)
        return changed(request, WebhookOut(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """With its deliveries."""
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookPingView(_Mine):
    @extend_schema(request=None, responses={202: DeliveryOut})
    def post(self, request: MemberRequest, pk: int) -> Response:
        """Sends it a `ping`, to try it."""
        delivery = webhooks.webhook_ping(webhook=self.get_object())
        return Response(DeliveryOut(delivery).data, status=status.HTTP_202_ACCEPTED)


class DeliveriesView(generics.ListAPIView[Delivery]):
    """The log of one, newest first; kept for 30 days."""

    request: MemberRequest
    serializer_class = DeliveryOut
    filterset_fields = ["status", "event"]

    def get_queryset(self) -> QuerySet[Delivery]:
        if getattr(self, "swagger_fake_view", False):
            return Delivery.objects.none()
        mine = Webhook.objects.owned_by(self.request.user)
        return Delivery.objects.filter(webhook=get_object_or_404(mine, pk=self.kwargs["pk"]))
