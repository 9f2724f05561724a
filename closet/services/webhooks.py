"""Webhooks: a member's own program is told that something changed, and asks the API what.

What changed is read from the lines that the database's triggers write (services/changes.py), between the oldest
transaction that was open last time and the one that is open now: every change is told once, bulk ones and a worker's
too. A body holds ids alone. It is signed (HMAC-SHA256 over moment and body), sent by a worker through the gate of
catalog/web.py, tried again with growing pauses, and after too many failures in a row the address is told no more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import web
from closet.models import ChangeLog, Delivery, Photo, User, Webhook
from closet.services.changes import MODELS, oldest_open

MOST: Final = 5  # of a member
MOST_IDS: Final = 500  # in one delivery
PAUSES: Final = tuple(timedelta(seconds=s) for s in (30, 120, 600, 3600, 14_400, 43_200))  # after each failure
FAILURES_ALLOWED: Final = 15  # in a row
KEPT: Final = timedelta(days=30)
PING: Final = "ping"
SCHEMES: Final = ("https",)
THINGS: Final[dict[str, str]] = {
    Webhook.Event.GARMENTS: ChangeLog.Thing.GARMENT,
    Webhook.Event.OUTFITS: ChangeLog.Thing.OUTFIT,
    Webhook.Event.PHOTOS: ChangeLog.Thing.PHOTO,
    Webhook.Event.WEARS: ChangeLog.Thing.WEAR,
}
PROBLEMS: Final[dict[str, str | Promise]] = {
    "no_address": gettext_lazy("This is no address that begins with https://."),
    "port": gettext_lazy("Only ports 443, 8443, 80 and 8080 are reached."),
    "no_server": gettext_lazy("There is no server of that name."),
    "private": gettext_lazy("This address is inside a private network; nothing is sent there."),
    "slow": gettext_lazy("It did not answer in time."),
    "unreachable": gettext_lazy("It could not be reached."),
    "status": gettext_lazy("It answered something else than 2xx."),
    "disabled": gettext_lazy("Switched off before it was sent."),
}


def webhook_add(*, owner: User, url: str, events: Collection[str]) -> Webhook:
    """Raises ValidationError {url, events}. From now on; what changed before is not told."""
    _check(url=url, events=events)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)
        if Webhook.objects.owned_by(owner).count() >= MOST:
            raise ValidationError({"url": [_("%(n)d addresses are the most.") % {"n": MOST}]})
        return Webhook.objects.create(
            owner=owner, url=url, events=_sorted(events), salt=secrets.token_hex(16), since=oldest_open()
        )


def webhook_change(*, webhook: Webhook, events: Collection[str] | None = None, is_active: bool | None = None) -> None:
    """Switched on again it starts afresh, from now. Raises ValidationError {events}."""
    if events is not None:
        _check(events=events)
        webhook.events = _sorted(events)
    with transaction.atomic():
        if is_active is not None and is_active != webhook.is_active:
            webhook.is_active, webhook.failures, webhook.disabled_at = is_active, 0, None
            webhook.since = oldest_open()
            if not is_active:
                _give_up(webhook)
        webhook.save(update_fields=["events", "is_active", "failures", "disabled_at", "since"])


def webhook_ping(*, webhook: Webhook) -> Delivery:
    """A delivery to try it with, also while it is switched off; one at a time."""
    waits = webhook.deliveries.filter(event=PING, status=Delivery.Status.WAITING).first()
    return waits or _delivery(webhook, PING, {})


def webhook_secret(webhook: Webhook) -> str:
    """What its signatures are made with; nothing that is stored tells it."""
    text = f"webhook {webhook.pk} {webhook.salt}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).digest()
    return "whsec_" + base64.urlsafe_b64encode(made).decode().rstrip("=")


def signature(*, secret: str, body: str, moment: int) -> str:
    """`t=…,v1=…`: hex of HMAC-SHA256 over `t.body`. Receivers compare it, and refuse an old moment."""
    made = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={made}"


# --- What is to be told -----------------------------------------------------------------------------------------------
def changes_gather() -> int:
    """A delivery for each event that has news. Returns how many; a worker asks every few seconds."""
    if not settings.WEBHOOKS_ENABLED:
        return 0
    made = 0
    for pk in list(Webhook.objects.filter(is_active=True).values_list("pk", flat=True)):
        with transaction.atomic():
            webhook = Webhook.objects.select_for_update(skip_locked=True).filter(pk=pk, is_active=True).first()
            made += _gathered(webhook) if webhook is not None else 0
    return made


def _gathered(webhook: Webhook) -> int:
    until = oldest_open()  # every smaller transaction has ended: between the two nothing can come to be any more
    if webhook.since > until:  # of a database that was restored
        Webhook.objects.filter(pk=webhook.pk).update(since=until)
        return 0
    things = {THINGS[event]: event for event in webhook.events}
    lines = ChangeLog.objects.filter(
        owner_id=webhook.owner_id, thing__in=things, xid__gte=webhook.since, xid__lt=until
    ).order_by("pk")
    touched: dict[str, dict[str, None]] = {}
    for thing, thing_id in lines.values_list("thing", "thing_id"):
        touched.setdefault(thing, {})[thing_id] = None
    if not touched:
        return 0
    Webhook.objects.filter(pk=webhook.pk).update(since=until)
    bodies = [(things[thing], told) for thing, ids in touched.items() for told in _told(thing, list(ids))]
    for event, told in bodies:
        _delivery(webhook, event, told)
    return len(bodies)


def _told(thing: str, ids: list[str]) -> Iterator[dict[str, Any]]:
    rows = MODELS[thing]._default_manager.filter(pk__in=ids)
    if thing == ChangeLog.Thing.PHOTO:  # each stage of its way is a change; what an app waits for is the last
        unfinished = {str(pk) for pk in Photo.objects.unfinished().filter(pk__in=ids).values_list("pk", flat=True)}
        ids = [pk for pk in ids if pk not in unfinished]
    gone = "deleted_at" in {field.name for field in MODELS[thing]._meta.fields}
    there = {str(pk) for pk in (rows.filter(deleted_at=None) if gone else rows).values_list("pk", flat=True)}
    for start in range(0, len(ids), MOST_IDS):
        some = ids[start : start + MOST_IDS]
        yield {"changed": [pk for pk in some if pk in there], "deleted": [pk for pk in some if pk not in there]}


def _delivery(webhook: Webhook, event: str, told: dict[str, Any]) -> Delivery:
    body = {"id": uuid.uuid4().hex, "event": event, "at": timezone.now().isoformat(timespec="seconds"), **told}
    return Delivery.objects.create(webhook=webhook, event=event, body=json.dumps(body))


# --- How it went ------------------------------------------------------------------------------------------------------
def delivery_claim(*, delivery_id: int) -> Delivery | None:
    """The delivery, ours alone for two minutes; None where there is nothing to send."""
    wanted = Q(webhook__is_active=True) | Q(event=PING)
    due = Delivery.objects.due().filter(wanted, pk=delivery_id)
    if not due.update(claimed_at=timezone.now(), attempts=F("attempts") + 1):
        return None
    return Delivery.objects.select_related("webhook__owner").get(pk=delivery_id)


def delivery_succeeded(*, delivery: Delivery, answered: int) -> None:
    _of(delivery).update(
        status=Delivery.Status.DELIVERED, answered=answered, problem="", claimed_at=None, ended_at=timezone.now()
    )
    Webhook.objects.filter(pk=delivery.webhook_id).update(failures=0)


@transaction.atomic
def delivery_failed(*, delivery: Delivery, problem: str, answered: int | None = None) -> None:
    """Tried again after a pause, given up after the last; the address is switched off after too many in a row."""
    webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    now = timezone.now()
    told: dict[str, Any] = {"problem": problem[:20], "answered": answered, "claimed_at": None, "queued_at": None}
    if delivery.attempts <= len(PAUSES):
        _of(delivery).update(due_at=now + PAUSES[delivery.attempts - 1], **told)
    else:
        _of(delivery).update(status=Delivery.Status.FAILED, ended_at=now, **told)
    webhook.failures += 1
    if webhook.failures >= FAILURES_ALLOWED:
        webhook.is_active, webhook.disabled_at = False, now
        _give_up(webhook)
    webhook.save(update_fields=["failures", "is_active", "disabled_at"])


def deliveries_purge() -> int:
    """Those that ended a month ago go. Returns how many."""
    return Delivery.objects.filter(ended_at__lt=timezone.now() - KEPT).delete()[0]


def problem_text(problem: str) -> str:
    return str(PROBLEMS.get(problem, "")) if problem else ""


def _of(delivery: Delivery) -> Any:
    return Delivery.objects.filter(pk=delivery.pk, status=Delivery.Status.WAITING)


def _give_up(webhook: Webhook) -> None:
    waiting = Delivery.objects.filter(webhook=webhook, status=Delivery.Status.WAITING)
    waiting.update(status=Delivery.Status.FAILED, problem="disabled", claimed_at=None, ended_at=timezone.now())


def _sorted(events: Collection[str]) -> list[str]:
    return [event for event in Webhook.Event.values if event in set(events)]


def _check(*, events: Collection[str], url: str | None = None) -> None:
    if not settings.WEBHOOKS_ENABLED:
        raise ValidationError({"url": [_("Webhooks are switched off on this server.")]})
    if url is not None:
        try:
            if len(url) > 500 or not url.isprintable() or "\\" in url or "#" in url:
                raise web.Refused("no_address")
            URLValidator(schemes=SCHEMES)(url)
            web.checked(url, schemes=SCHEMES)
        except ValidationError:
            raise ValidationError({"url": [problem_text("no_address")]}) from None
        except web.Refused as refused:
            raise ValidationError({"url": [problem_text(refused.code)]}) from None
    if not events or not set(events) <= set(Webhook.Event.values):
        raise ValidationError({"events": [_("Choose what it is told of.")]})
