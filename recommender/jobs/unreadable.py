"""Pictures that cannot be read, remembered for a day so that the sweep does not send them every half minute."""

from django.core.cache import cache

KEPT_S = 24 * 3600


def mark_unreadable(thing: str, pk: int, model_key: str) -> None:
    """thing: "garment", "product" or "look"; model_key: of the classifier that was to embed it."""
    cache.set(_key(thing, pk, model_key), True, KEPT_S)


def is_unreadable(thing: str, pk: int, model_key: str) -> bool:
    return bool(cache.get(_key(thing, pk, model_key)))


def _key(thing: str, pk: int, model_key: str) -> str:
    return f"unreadable:{thing}:{pk}:{model_key}"
