"""Fixtures that every test folder shares."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation
from rest_framework.test import APIClient

from closet.models import ChangeLog, DeviceToken, Garment, User
from recommender.breaker import redis_breaker
from tests import database
from tests.cast import member


def pytest_configure(config: pytest.Config) -> None:
    # Argon2 is slow on purpose; no test is about that.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django asks this before it makes a database: ours are copies of one that is migrated already."""
    connection.settings_dict["TEST"]["TEMPLATE"] = database.TEMPLATE


@pytest.fixture(autouse=True)
def clean_slate() -> Iterator[None]:
    """No cache entry, throttle count or language of an earlier test."""
    translation.activate(settings.LANGUAGE_CODE)
    redis_breaker.close()
    yield
    redis_breaker.close()
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def media_folder() -> Iterator[None]:
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def no_flush() -> Iterator[None]:
    """After a test that commits, `committed` takes away what it made; a flush would take what migrations sowed, too."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", lambda self: None)
        yield


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """For tests with other connections or processes, which see what is committed. For members' things alone."""
    yield
    Garment.objects.all().delete()
    User.objects.all().delete()
    ChangeLog.objects.all().delete()


@pytest.fixture
def alice(db: None) -> User:
    return member("alice")


@pytest.fixture
def bob(db: None) -> User:
    return member("bob")


@pytest.fixture
def charlie(db: None) -> User:
    return member("charlie")


@pytest.fixture
def dana(db: None) -> User:
    return member("dana", is_staff=True, is_superuser=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    return signed_in(charlie)


@pytest.fixture
def as_dana(dana: User) -> Client:
    return signed_in(dana)


def api_client(user: User) -> APIClient:
    _token, secret = DeviceToken.objects.create(user=user, name="test phone")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


@pytest.fixture
def alice_api(alice: User) -> APIClient:
    return api_client(alice)


@pytest.fixture
def charlie_api(charlie: User) -> APIClient:
    return api_client(charlie)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = settings.BASE_DIR.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data, which is not here")
    return folder
