"""What a clock sets going: work that a crash or a lost broker stranded, the heartbeat, the nightly cleaning.

Every step looks at rows, not at messages: a message may be lost or come twice, the row says what is due.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import psutil
from django.conf import settings
from django.core.management import call_command
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.models import ImportJob, Look, Product
from catalog.services.feeds import feeds_ask
from catalog.services.jobs import jobs_stranded
from catalog.services.moderation import checks_keep
from closet.models import ClosetImport, Export, Garment
from closet.services.changes import changes_purge
from closet.services.export import exports_delete
from closet.services.garments import garments_purge
from closet.services.households import invites_purge
from closet.services.imports import imports_delete
from closet.services.kept_answers import answers_purge
from closet.services.notices import notices_purge
from closet.services.orphans import files_check
from closet.services.outgoing import outgoing_purge
from closet.services.publishing import shares_expire
from closet.services.uploads import uploads_forget
from closet.services.webhooks import deliveries_purge
from recommender.index.cells import cells_keep
from recommender.index.keywords import counts_keep
from recommender.index.model_key import current_model_key
from recommender.jobs import backups, webhooks
from recommender.jobs.unreadable import is_unreadable
from recommender.models import (
    BrandProfile,
    GarmentEmbedding,
    LookEmbedding,
    LookItemEmbedding,
    ProductEmbedding,
    WorkerState,
)
from recommender.queue import TaskName, enqueue, queue_lengths
from recommender.services.photo_query import queries_purge, queries_resend
from recommender.services.photos_stranded import MOST_AT_ONCE, photos_resend
from recommender.services.tryon import tryons_resend

log = logging.getLogger(__name__)

BATCH: Final = 50
MAINTENANCE: Final = "maintenance"
UPLOAD_LEFTOVER_S: Final = 24 * 3600


def resend() -> None:
    """What a member waits for: cheap, and often. Twice at once it sends something twice at worst; claims stop that."""
    photos_resend()
    queries_resend()
    webhooks.resend()
    tryons_resend()


def sweep() -> None:
    """All else that is stranded."""
    imports_resend()
    exports_resend()
    closet_imports_resend()
    uploads_forget()
    queries_purge()
    if queue_lengths().get("bulk", 0) == 0:  # otherwise the missing ones are likely on their way
        embeddings_resend()
        brands_resend()


def imports_resend() -> None:
    """Imports of dead workers and of lost messages; the runner's own lock turns away one too many."""
    for pk in jobs_stranded():
        ImportJob.objects.filter(pk=pk).update(claimed_at=timezone.now())
        enqueue("run_import", pk, queue="imports")


def exports_resend() -> None:
    """Exports of dead workers and of lost messages."""
    for pk in list(Export.objects.stranded().values_list("pk", flat=True)):
        if Export.objects.stranded().filter(pk=pk).update(status=Export.Status.QUEUED, queued_at=timezone.now()):
            enqueue("make_export", pk, queue="imports")


def closet_imports_resend() -> None:
    """Closets from elsewhere whose message or worker was lost. Half of one is never there: it is one transaction."""
    for pk in list(ClosetImport.objects.stranded().values_list("pk", flat=True)):
        waits = ClosetImport.objects.stranded().filter(pk=pk)
        if waits.update(status=ClosetImport.Status.QUEUED, queued_at=timezone.now()):
            enqueue("run_closet_import", pk, queue="imports")


def embeddings_resend() -> None:
    """Things without a vector of the current classifier: new ones whose message was lost, or all after a retraining."""
    try:
        key = current_model_key()
    except FileNotFoundError:
        return  # no classifier is installed; nothing can be embedded
    missing: Sequence[tuple[TaskName, str, QuerySet[Any]]] = (
        (
            "embed_garments",
            "garment",
            _without(Garment.objects.unbinned().exclude(cutout=""), GarmentEmbedding, key),
        ),
        (
            "embed_products",
            "product",
            _without(Product.objects.filter(images__isnull=False), ProductEmbedding, key),
        ),
        ("embed_looks", "look", _without(Look.objects.exclude(photo=""), LookEmbedding, key)),
        # Without a picture there is nothing to embed, but still words to be found by. Those of a product whose colours
        # were renamed are due again, though its vector is there.
        ("embed_products", "product", _wordless(Product.objects.all(), key)),
        ("embed_looks", "look", Look.objects.filter(tag_vector=None, photo="").order_by("pk")),
    )
    for task, thing, rows in missing:
        ids = [
            pk
            for pk in rows.values_list("pk", flat=True).distinct()[:MOST_AT_ONCE]
            if not is_unreadable(thing, pk, key)
        ]
        for start in range(0, len(ids), BATCH):
            enqueue(task, ids[start : start + BATCH], queue="bulk")


def _without(rows: QuerySet[Any], embedding: type[Model], model_key: str) -> QuerySet[Any]:
    """Of `rows`, those that have no row in `embedding` made by the current classifier."""
    thing = {GarmentEmbedding: "garment", ProductEmbedding: "product", LookEmbedding: "look"}[embedding]
    own = embedding._default_manager.filter(**{thing: OuterRef("pk"), "model_key": model_key})
    return rows.filter(~Exists(own)).order_by("pk")


def _wordless(products: QuerySet[Any], model_key: str) -> QuerySet[Any]:
    """Of `products`, those without words to be found by that wait for no vector."""
    own = ProductEmbedding.objects.filter(product=OuterRef("pk"), model_key=model_key)
    return products.filter(Q(images=None) | Exists(own), tag_vector=None).order_by("pk")


def brands_resend() -> None:
    """Brand profiles that no longer show what the brand sells."""
    stale = BrandProfile.objects.filter(is_stale=True).values_list("brand_id", flat=True).distinct()[:BATCH]
    if ids := list(stale):
        enqueue("rebuild_brands", ids, queue="bulk")


# --- Heartbeat --------------------------------------------------------------------------------------------


def beat() -> None:
    """Written by a worker at the beat's word: proof that beat, broker, worker and database work together."""
    try:
        key = current_model_key()
    except FileNotFoundError:
        key = ""
    facts = {
        "queues": queue_lengths(),
        "host": socket.gethostname(),
        "resident_mb": psutil.Process(os.getpid()).memory_info().rss // 2**20,
        "model_key": key,
    }
    WorkerState.objects.update_or_create(name="heartbeat", defaults={"beat_at": timezone.now(), "facts": facts})


# --- Every night ------------------------------------------------------------------------------------------


def nightly() -> None:
    """Empties the bin and sweeps up. One step that fails does not keep the others from running."""
    steps: tuple[Callable[[], object], ...] = (
        garments_purge,
        notices_purge,
        uploads_purge,
        exports_purge,
        closet_imports_purge,
        outgoing_purge,
        answers_purge,
        changes_purge,
        deliveries_purge,
        invites_purge,
        shares_expire,
        files_check,
        feeds_ask,
        checks_keep,
        products_partition,
        counts_keep,
        vectors_sweep,
        backup_make,
        lambda: call_command("clearsessions"),
    )
    told: dict[str, Any] = {}
    for step in steps:
        name, began = getattr(step, "__name__", "").replace("<lambda>", "") or "clearsessions", time.monotonic()
        did, error = None, ""
        try:
            did = step()
        except Exception as problem:  # the next night tries again; the other steps must not wait for it
            log.exception("nightly: %s failed", name)
            error = type(problem).__name__
        seconds = round(time.monotonic() - began, 2)
        counted = did if isinstance(did, int) else None
        told[name] = {"at": timezone.now().isoformat(), "seconds": seconds, "did": counted, "error": error}
    WorkerState.objects.update_or_create(name=MAINTENANCE, defaults={"beat_at": timezone.now(), "facts": told})


def exports_purge() -> int:
    """Removes exports nobody fetched in time. Returns how many."""
    return exports_delete(exports=Export.objects.expired())


def closet_imports_purge() -> int:
    """Forgets imports nobody said yes to in time, and their files. Returns how many."""
    return imports_delete(imports=ClosetImport.objects.expired())


def products_partition() -> int:
    """Cells for the search, where the catalogue has outgrown them. Returns how many were made."""
    try:
        return cells_keep(model_key=current_model_key())
    except FileNotFoundError:
        return 0  # no classifier is installed


def vectors_sweep() -> int:
    """Removes vectors of earlier classifiers from what has one of the current: after an upgrade they served nobody.
    Returns how many went."""
    count = 0
    try:
        key = current_model_key()
    except FileNotFoundError:
        return 0
    for embedding, thing in (
        (GarmentEmbedding, "garment"),
        (ProductEmbedding, "product"),
        (LookEmbedding, "look"),
        (LookItemEmbedding, "item"),
        (BrandProfile, "brand"),
    ):
        rows: QuerySet[Any] = embedding._default_manager.all()
        current = rows.filter(**{thing: OuterRef(thing), "model_key": key})
        gone, _each = rows.exclude(model_key=key).filter(Exists(current)).delete()
        count += gone
    if count:
        log.info("%d vectors of earlier classifiers were removed", count)
    return count


def backup_make() -> None:
    """Where BACKUP_TO says so."""
    if settings.BACKUP_TO:
        backups.run(asked_by="")


def uploads_purge() -> int:
    """Removes what broken uploads left in the upload folder. Returns how many files went."""
    folder, count = settings.FILE_UPLOAD_TEMP_DIR, 0
    if folder is None:
        return 0
    for file in folder.glob("*.upload*"):
        if time.time() - file.stat().st_mtime > UPLOAD_LEFTOVER_S:
            file.unlink(missing_ok=True)
            count += 1
    return count
