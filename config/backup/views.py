"""Backups at the desk: for superusers who have just shown their second factor. Whoever restores may become anybody."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from closet.requests import AuthenticatedHttpRequest
from config.backup.places import place_of
from config.backup.requests import audit_add, audit_latest, is_supervised, request_pending, request_write
from config.backup.vault import BackupFailed, Vault
from recommender.models import WorkerState
from recommender.queue import enqueue

RECENT_S: Final = 300
SHOWN: Final = 30
ROW: Final = "backup"  # of WorkerState, see recommender/jobs/backups.py
ASKED: Final = "restore"  # of WorkerState: facts hold snapshot and asked_by
STALE: Final = timedelta(hours=2)
View = Callable[[AuthenticatedHttpRequest], HttpResponse]


def factor_recent(request: HttpRequest) -> bool:
    """Whether a second factor was shown in this session within the last minutes."""
    records = get_authentication_records(request, request.user)
    return any(one["method"] == "mfa" and time.time() - one["at"] < RECENT_S for one in records)


def second_factor_required(view: View) -> View:
    """For superusers alone. Who has no second factor is told to set one up; who has not shown it lately is asked."""

    @wraps(view)
    def guarded(request: AuthenticatedHttpRequest) -> HttpResponse:
        if not request.user.is_superuser:
            raise PermissionDenied
        kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
        if not kinds & {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}:
            messages.warning(request, _("Backups are behind a second factor. Set one up first."))
            return redirect("mfa_index")
        if not factor_recent(request):
            door = "mfa_reauthenticate" if Authenticator.Type.TOTP in kinds else "mfa_reauthenticate_webauthn"
            return redirect(reverse(door, query={"next": reverse("admin_backups")}))
        return view(request)

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@second_factor_required
def backups_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    if request.method == "POST":
        match request.POST.get("do"):
            case "make":
                _make(request)
            case "restore":
                _restore(request)
        return redirect("admin_backups")
    snapshots, problem = _snapshots()
    context = {
        **admin.site.each_context(request),
        "title": _("Backups"),
        "snapshots": snapshots,
        "problem": problem,
        "run": _run(),
        "audit": audit_latest(settings.VAR_DIR),
        "is_supervised": is_supervised() or settings.RESTORE_FROM_DESK,
        "is_pending": request_pending(settings.VAR_DIR) or WorkerState.objects.filter(name=ASKED).exists(),
        "is_nightly": bool(settings.BACKUP_TO),
        "is_encrypted": bool(settings.BACKUP_PASSWORD),
        "word": _("restore"),
    }
    return render(request, "admin/backups.html", context)


def _run() -> dict[str, Any]:
    """The backup that is made now, or the last one."""
    row = WorkerState.objects.filter(name=ROW).first()
    if row is None:
        return {}
    is_open = row.facts.get("state") in ("queued", "running")
    lost = is_open and row.beat_at is not None and row.beat_at < timezone.now() - STALE
    finished = parse_datetime(row.facts.get("finished_at") or "") if row.facts.get("finished_at") else None
    return {**row.facts, "is_open": is_open and not lost, "is_lost": lost, "beat_at": row.beat_at, "finished": finished}


def _make(request: AuthenticatedHttpRequest) -> None:
    if _run().get("is_open"):
        messages.info(request, _("A backup is being made already."))
        return
    who = request.user.get_username()
    facts = {"state": "queued", "asked_by": who, "asked_at": timezone.now().isoformat()}
    WorkerState.objects.update_or_create(name=ROW, defaults={"beat_at": timezone.now(), "facts": facts})
    enqueue("make_backup", who, queue="imports")  # whoever asked is watching
    _noted(request, did="backup asked for")
    messages.success(request, _("A worker makes a backup. Look again in a while."))


def _restore(request: AuthenticatedHttpRequest) -> None:
    name, typed = request.POST.get("snapshot", ""), request.POST.get("word", "").strip().lower()
    known, problem = _snapshots()
    if typed not in (_("restore").lower(), "restore"):
        messages.error(request, _("Nothing was done: type “%(word)s” to restore.") % {"word": _("restore")})
    elif problem or name not in {one["name"] for one in known}:
        messages.error(request, problem or _("There is no such backup."))
    elif not (is_supervised() or settings.RESTORE_FROM_DESK):
        messages.error(request, _("Nobody here can stop and start the site; restore by the command line."))
    elif not _leave_request(name, request.user.get_username()):
        messages.info(request, _("A restore is asked for already."))
    else:
        _noted(request, did="restore asked for", snapshot=name)
        text = _(
            "The site stops now, is restored, and comes back in some minutes. Everybody may have to sign in again."
        )
        messages.warning(request, text)


def _leave_request(snapshot: str, asked_by: str) -> bool:
    """For ./run, or for whoever else may stop the site. False where a restore is asked for already."""
    if is_supervised():
        return request_write(settings.VAR_DIR, snapshot=snapshot, asked_by=asked_by)
    facts = {"snapshot": snapshot, "asked_by": asked_by}
    _row, is_new = WorkerState.objects.get_or_create(name=ASKED, defaults={"facts": facts})
    return is_new


def _noted(request: AuthenticatedHttpRequest, **facts: str) -> None:
    audit_add(settings.VAR_DIR, by=request.user.get_username(), address=request.META.get("REMOTE_ADDR", ""), **facts)
    LogEntry.objects.create(
        user=request.user,
        content_type=ContentType.objects.get_for_model(WorkerState),
        object_repr=facts.get("snapshot", "backup"),
        action_flag=CHANGE,
        change_message=facts["did"],
    )


def _snapshots() -> tuple[list[dict[str, Any]], str]:
    """(the newest ones, newest first; why they cannot be listed). A snapshot never changes, so it is read once."""
    try:
        vault = Vault(place_of(""), settings.BACKUP_PASSWORD)
        return [_snapshot(vault, name) for name in reversed(vault.snapshots()[-SHOWN:])], ""
    except BackupFailed as problem:
        return [], str(problem)
    except Exception as error:  # a store that is away has many ways to say so
        return [], _("The place of the backups does not answer: %(why)s") % {"why": type(error).__name__}


def _snapshot(vault: Vault, name: str) -> dict[str, Any]:
    key = f"snapshot:{name}"
    known = cache.get(key)
    if known is None:
        told = vault.get_snapshot(name)
        known = {
            "name": name,
            "made_at": told["made_at"],
            "version": told["version"],
            "files": len(told["media"]),
            "bytes": told["dump"]["bytes"] + sum(size for _digest, size in told["media"].values()),
        }
        cache.set(key, known, 24 * 3600)
    return {**known, "made_at": parse_datetime(known["made_at"])}
