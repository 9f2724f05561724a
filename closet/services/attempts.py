"""Wrong passwords slow guessing down: by account and address together, by address, by account; nobody is locked out.

Each pair of account and address has five tries, then one at a time with a wait that doubles up to a quarter of an hour.
An address that tries many accounts waits, and so does an account that many strangers try; a device that has signed in
before, or an address the account is used from, is asked for its own tries alone, so that strangers cannot keep the
owner out. A try is counted before its outcome is known: a hundred at once are a hundred. Without Redis answering goes
before counting, as everywhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
from dataclasses import dataclass
from typing import Final

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from redis.exceptions import RedisError

from closet.models import DeviceToken, User

WINDOW_S: Final = 3600
FREE: Final = {"pair": 5, "address": 30, "account": 50}  # tries without a wait
LONGEST_WAIT_S: Final = {"pair": 900, "address": 300, "account": 60}


class TooManyAttempts(Exception):
    pass


@dataclass(frozen=True)
class Attempt:
    """A try whose outcome is not known yet."""

    keys: tuple[str, ...]

    def succeeded(self) -> None:
        """It was right: it does not count, and the pair begins anew. Counts of address and account stay, or one right
        guess between the wrong ones would hide them."""
        with contextlib.suppress(RedisError, OSError, ValueError):
            for key in self.keys:
                if key.startswith("attempts:pair"):
                    cache.delete_many([key, f"{key}:wait"])
                else:
                    cache.decr(key)


def attempt_begin(*, email: str, address: str, device: str = "") -> Attempt:
    """Counts a try. device: the name of a browser that has signed in to this account before, else empty.

    Raises TooManyAttempts where it comes before its wait is over; then it is not counted.
    """
    network = _network(address)
    keys = [_key("pair", email, device or network)]
    if not device:
        keys.append(_key("address", network))
        if not _is_known(email, address):
            keys.append(_key("account", email))
    counted: list[str] = []
    try:
        for key in keys:
            cache.add(key, 0, WINDOW_S)
            counted.append(key)
            tries = cache.incr(key)
            rule = key.split(":")[1]
            over = tries - FREE[rule]
            if over > 0 and not cache.add(f"{key}:wait", 1, min(2**over, LONGEST_WAIT_S[rule])):
                for one in counted:
                    cache.decr(one)
                raise TooManyAttempts
    except (RedisError, OSError, ValueError):
        return Attempt(())
    return Attempt(tuple(keys))


def attempts_forget(*, email: str, address: str) -> None:
    """After a reset of the password by letter: the account and this address begin anew."""
    keys = [_key("pair", email, _network(address)), _key("account", email)]
    with contextlib.suppress(RedisError, OSError):
        cache.delete_many([*keys, *(f"{key}:wait" for key in keys)])


def _is_known(email: str, address: str) -> bool:
    """Whether the account is used from this address now."""
    user = User.objects.filter(email=email.lower()).first()
    return user is not None and (
        UserSession.objects.filter(user=user, ip=address).exists()
        or DeviceToken.objects.filter(user=user, last_used_ip=address).exists()
    )


def _network(address: str) -> str:
    """An IPv6 customer has a whole /64 to try from."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{ip}/64", strict=False)) if ip.version == 6 else str(ip)


def _key(rule: str, *parts: str) -> str:
    return f"attempts:{rule}:{hashlib.sha256('|'.join(part.lower() for part in parts).encode()).hexdigest()}"
