"""A worker says that it lives while it works, so that what a dead one held is taken up again within seconds."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


@contextlib.contextmanager
def renewed(renew: Callable[[], object]) -> Iterator[None]:
    """Calls `renew` three times a lease, from a thread of its own, until the block is left."""
    over = threading.Event()

    def keep() -> None:
        while not over.wait(settings.PHOTO_LEASE_S / 3):
            try:
                renew()
            except (DatabaseError, RedisError) as error:  # away; the next turn tries again
                log.warning("a lease was not renewed: %s", type(error).__name__)
                connection.close()
        connection.close()  # a thread has one of its own

    keeper = threading.Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
