"""Photos that nobody looks at any more go back to the queue: by the sweeper, and when staff ask for it at the desk."""

from __future__ import annotations

import logging
from typing import Final

from django.utils import timezone

from closet.models import Photo
from recommender.queue import enqueue, queue_lengths

log = logging.getLogger(__name__)
MOST_AT_ONCE: Final = 1000  # things of a kind sent in one sweep; the next sweep sends more once the queue is empty


def photos_resend() -> int:
    """Photos of dead workers and of lost messages go back to the queue. Returns how many were sent."""
    now = timezone.now()
    sent = 0
    for pk in list(Photo.objects.abandoned().values_list("pk", flat=True)[:MOST_AT_ONCE]):
        # Claimed like any work: of two sweepers one gets the row.
        if Photo.objects.abandoned().filter(pk=pk).update(status=Photo.Status.QUEUED, queued_at=now):
            enqueue("analyse_photo", str(pk))
            sent += 1
    waiting = list(Photo.objects.waiting_long().order_by("queued_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    # A long queue makes photos wait as well. As long as it holds as many messages as photos wait, none was lost;
    # sending more would only make it longer.
    lengths = queue_lengths()
    if waiting and lengths and lengths["interactive"] < len(waiting):
        for pk in waiting:
            if Photo.objects.waiting_long().filter(pk=pk).update(queued_at=now):
                enqueue("analyse_photo", str(pk))
                sent += 1
    if sent:
        log.warning("%d stranded photos were sent again", sent)
    return sent
