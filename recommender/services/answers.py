"""Heavy answers are kept as long as nothing changed that they were reckoned from, and reckoned by few at a time.

A member with thousands of garments must not keep the others waiting: of one member so many are reckoned at once, in
this process; one more is refused with `TooBusy`, which is answered with 429.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from django.core.cache import cache
from django.utils import timezone

from closet.models import User
from closet.problems import TooBusy
from recommender.index.model_key import current_model_key
from recommender.index.versions import closet_version

Answer = TypeVar("Answer")
KEPT_S: Final = 1800
FORM: Final = 1  # one more when what is kept changes its form
AT_ONCE: Final = 2

_reckoning: Counter[int] = Counter()
_lock = threading.Lock()
# What whole answers are made of is asked for several times in one request: the last few need not come from Redis again.
_AT_HAND: Final = 4
_at_hand: OrderedDict[str, Any] = OrderedDict()


def kept(*, user: User, name: str, question: object, reckon: Callable[[], Answer], takes_place: bool = True) -> Answer:
    """What `reckon` gives for the member's closet as it is, or gave before. It is pickled: keep it small.

    question: all else that the answer hangs on; its repr must tell it from others. takes_place: False for what is
    reckoned as part of another answer; nobody may change it. Raises TooBusy.
    """
    state = repr((FORM, current_model_key(), timezone.localdate(), closet_version(user=user), question))
    key = f"answer:{name}:{user.pk}:{hashlib.sha256(state.encode()).hexdigest()}"
    found: Answer | None = _at_hand.get(key)
    if found is None:
        found = cache.get(key)
    if found is None:
        with slot_of(user) if takes_place else contextlib.nullcontext():
            found = reckon()
        cache.set(key, found, KEPT_S)
    if not takes_place:
        with _lock:
            _at_hand[key] = found
            while len(_at_hand) > _AT_HAND:
                _at_hand.popitem(last=False)
    return found


@contextlib.contextmanager
def slot_of(user: User) -> Iterator[None]:
    """One of the member's places for a heavy answer. Raises TooBusy where all are taken."""
    with _lock:
        if _reckoning[user.pk] >= AT_ONCE:
            raise TooBusy
        _reckoning[user.pk] += 1
    try:
        yield
    finally:
        with _lock:
            _reckoning[user.pk] -= 1
            if not _reckoning[user.pk]:
                del _reckoning[user.pk]
