"""Sends what members' own programs are to be told: one delivery a task, through the gate, signed."""

from __future__ import annotations

import time

from django.conf import settings
from django.utils import timezone

from catalog.web import GuardedWeb, Refused
from closet.models import Delivery, Outgoing
from closet.services import webhooks
from closet.services.outgoing import outgoing_note
from recommender.queue import enqueue

MOST_AT_ONCE = 200


def resend() -> int:
    """Deliveries of what changed, and those whose pause is over. Returns how many were sent on their way."""
    webhooks.changes_gather()
    if not settings.WEBHOOKS_ENABLED:
        return 0
    sent = 0
    for pk in list(Delivery.objects.unsent().order_by("due_at").values_list("pk", flat=True)[:MOST_AT_ONCE]):
        if Delivery.objects.unsent().filter(pk=pk).update(queued_at=timezone.now()):
            enqueue("deliver_webhook", pk, queue="imports")  # somebody's program waits; not behind re-embedding
            sent += 1
    return sent


def deliver(delivery_id: int) -> None:
    delivery = webhooks.delivery_claim(delivery_id=delivery_id) if settings.WEBHOOKS_ENABLED else None
    if delivery is None:
        return
    webhook, moment = delivery.webhook, int(time.time())
    signed = webhooks.signature(secret=webhooks.webhook_secret(webhook), body=delivery.body, moment=moment)
    headers = {
        "Content-Type": "application/json",
        "Otjang-Event": delivery.event,
        "Otjang-Delivery": str(delivery.pk),
        "Otjang-Signature": signed,
    }

    def leaves() -> None:
        outgoing_note(owner=webhook.owner, purpose=Outgoing.Purpose.WEBHOOK, to=webhook.url, fields=["event", "ids"])

    client, body = web(), delivery.body.encode()
    try:
        reply = client.send("POST", webhook.url, content=body, headers=headers, most_bytes=None, before=leaves)
    except Refused as refused:
        webhooks.delivery_failed(delivery=delivery, problem=refused.code)
        return
    finally:
        client.close()
    if 200 <= reply.status < 300:
        webhooks.delivery_succeeded(delivery=delivery, answered=reply.status)
    else:
        webhooks.delivery_failed(delivery=delivery, problem="status", answered=reply.status)


def web() -> GuardedWeb:
    """Anew for each delivery: a connection that is kept open would skip the gate."""
    return GuardedWeb(schemes=webhooks.SCHEMES, seconds=10.0, agent="Otjang webhooks")
