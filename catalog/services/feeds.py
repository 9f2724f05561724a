"""Feeds: a shop's table at an address, fetched by a worker through the gate and imported like an uploaded file.

What did not change is not imported again. The columns are given as in the last import of the feed, as long as they are
the same; of a new feed as proposed. A fetch that fails leaves the shop as it is and says why.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import web
from catalog.importers.options import Options
from catalog.importers.problems import BadFile, shortened
from catalog.models import Feed, ImportJob
from catalog.services.jobs import job_configure, job_create, job_start
from catalog.signals import feed_requested

MOST_BYTES: Final = 64 * 2**20
SECONDS: Final = 120.0
HOPS: Final = 3
RUNS_KEPT: Final = 30
SUFFIXES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xml", ".jsonl", ".ndjson")


def feed_check(*, url: str) -> None:
    """Raises ValidationError for an address that is none, or inside a private network."""
    try:
        web.checked(url)
    except web.Refused as refused:
        raise ValidationError(_why(refused)) from None


def feed_ask(*, feed: Feed, is_dry_run: bool = False) -> None:
    """Has a worker fetch it."""
    with transaction.atomic():
        feed_requested.send(sender=Feed, feed_id=feed.pk, is_dry_run=is_dry_run)


def feeds_ask() -> int:
    """Every night: all that are on. Returns how many."""
    feeds = list(Feed.objects.filter(is_active=True))
    for feed in feeds:
        feed_ask(feed=feed)
        _runs_forget(feed)
    return len(feeds)


def feed_fetch(*, feed_id: int, is_dry_run: bool = False, client: web.GuardedWeb | None = None) -> ImportJob | None:
    """Fetches, and queues the import of what is new. None where nothing is, or somebody else is at it.

    is_dry_run: the import writes nothing, and content that did not change is looked at all the same.
    """
    now = timezone.now()
    if not Feed.objects.free().filter(pk=feed_id).update(claimed_at=now):
        return None
    feed = Feed.objects.get(pk=feed_id)
    told: dict[str, Any] = {"problem": "", "is_unchanged": False, "fetched_at": now}
    job = None
    ours = client or web.GuardedWeb(seconds=SECONDS, agent="Otjang catalogue feed")
    try:
        job = _fetched(feed, ours, is_dry_run, told)
    except web.Refused as refused:
        told["problem"] = _why(refused)
    except BadFile as problem:
        told["problem"] = str(problem)[:400]
    finally:
        ours.close()
        Feed.objects.filter(pk=feed_id).update(**told, claimed_at=None)
    return job


def _fetched(feed: Feed, client: web.GuardedWeb, is_dry_run: bool, told: dict[str, Any]) -> ImportJob | None:
    known = {"If-None-Match": feed.etag} if feed.etag and not is_dry_run else {}
    reply = client.send("GET", feed.url, headers=known, most_bytes=MOST_BYTES, hops=HOPS)
    digest = hashlib.sha256(reply.body).hexdigest()
    if reply.status == 304 or (reply.status == 200 and digest == feed.digest and not is_dry_run):
        told["is_unchanged"] = True
        return None
    if reply.status != 200:
        raise BadFile(_("The shop's server answered %d for the feed.") % reply.status)
    if not reply.body:
        raise BadFile(_("The feed is empty."))
    name, content = _as_table(feed, reply)
    with transaction.atomic():
        job = job_create(
            content=feed.content,
            file=ContentFile(content, name=name),
            requested_by=shortened(feed.name, 254),
            options=Options(brand=feed.brand, currency=feed.currency, publish=feed.publish),
        )
        job.feed = feed
        job.save(update_fields=["feed"])
        last = feed.jobs.filter(is_dry_run=False, status=ImportJob.Status.DONE).exclude(pk=job.pk).first()
        if last is not None and set(last.mapping) == set(job.mapping):
            job_configure(job=job, columns=last.mapping, options=Options.of(job.options))
        else:
            job_configure(job=job, columns=job.mapping, options=Options.of(job.options))
        job_start(job=job, is_dry_run=is_dry_run)
    if not is_dry_run:
        told |= {"digest": digest, "etag": reply.headers.get("etag", "")[:200]}
    return job


def _as_table(feed: Feed, reply: web.Reply) -> tuple[str, bytes]:
    """(file name, content): a JSON array, or an object with one, as the lines that importers read."""
    suffix = PurePosixPath(urlsplit(feed.url).path).suffix.lower()
    stem = "feed"
    start = reply.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"[", b"{")):
        return f"{stem}.jsonl", _json_lines(reply.body)
    if start.startswith(b"PK"):
        suffix = ".xlsx"
    return f"{stem}{suffix if suffix in SUFFIXES else '.csv'}", reply.body


def _json_lines(body: bytes) -> bytes:
    try:
        text = body.decode("utf-8-sig")
        try:
            told = json.loads(text)
        except json.JSONDecodeError:
            next(json.loads(line) for line in text.splitlines() if line.strip())
            return text.encode()  # lines already
        if isinstance(told, dict):
            lists = [value for value in told.values() if isinstance(value, list)]
            told = lists[0] if len(lists) == 1 else [told]
        rows = [row for row in told if isinstance(row, dict)]
    except (UnicodeDecodeError, ValueError, RecursionError, StopIteration):
        raise BadFile(_("The feed is no JSON that can be read.")) from None
    if not rows:
        raise BadFile(_("The feed is empty."))
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def _runs_forget(feed: Feed) -> None:
    """Older runs than the last thirty go with their files; what they brought stays and can be undone no more."""
    over = [ImportJob.Status.DONE, ImportJob.Status.FAILED, ImportJob.Status.CANCELLED, ImportJob.Status.UNDONE]
    old = list(feed.jobs.filter(status__in=over).order_by("-pk")[RUNS_KEPT:])
    for job in old:
        storage, name = job.file.storage, job.file.name
        job.delete()
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]


def _why(refused: web.Refused) -> str:
    host = refused.detail[:60]
    match refused.code:
        case "private":
            return _("%s is inside a private network; nothing is fetched from there.") % host
        case "port":
            return _("Nothing is fetched from port %s.") % host
        case "no_server":
            return _("There is no server called %s.") % host
        case "too_large":
            return _("The feed is larger than %d MB.") % (MOST_BYTES // 2**20)
        case "slow":
            return _("The shop's server took too long.")
        case "redirects":
            return _("The address leads on to others too often.")
        case "unreachable":
            return _("The feed could not be fetched (%s).") % host
        case _code:
            return _("This is no web address (https://…).")
