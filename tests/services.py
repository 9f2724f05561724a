"""A pytest plugin that runs before Django's settings are read: a Postgres and a Redis for this test run alone."""

import os
import shutil
from urllib.parse import urlsplit, urlunsplit

from config import env
from config.embedded import Services
from config.launch import compile_messages
from tests import database

os.environ.setdefault("OMP_NUM_THREADS", "1")  # several processes test side by side; NumPy reads it once
_var = env.VAR_DIR / f"test-{os.getpid()}"
_services = Services(_var, keep_address_file=False)


def pytest_unconfigure(config: object) -> None:
    _services.stop()
    shutil.rmtree(_var, ignore_errors=True)


if _worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # The services are the first process's; the database is pytest-django's own for each worker, Redis and files ours.
    _redis = urlsplit(os.environ["REDIS_URL"])
    _number = int(_worker.removeprefix("gw")) + 1
    if _redis.scheme == "unix":
        os.environ["REDIS_URL"] = urlunsplit(_redis._replace(query=f"db={_number}"))
    else:
        os.environ["REDIS_URL"] = urlunsplit(_redis._replace(path=f"/{_number}"))
    os.environ["MEDIA_ROOT"] += f"-{_worker}"
else:
    for _name in env.FROM_SERVICES:  # never the database of a running ./run
        os.environ.pop(_name, None)
    os.environ.update(MEDIA_ROOT=str(_var / "media"), DEBUG="true", WEATHER_ENABLED="false", EMAIL_HOST="")
    database.copy_into(_var / "postgres")
    _services.__enter__()
    compile_messages()  # the .mo files are no part of the repository
