"""A pytest plugin that runs before Django's settings are read: a Postgres and a Redis for this test run alone."""

import os
import shutil

from config import env
from config.embedded import Services
from config.launch import compile_messages

_var = env.VAR_DIR / f"test-{os.getpid()}"
_services = Services(_var, keep_address_file=False)


def pytest_unconfigure(config: object) -> None:
    _services.stop()
    shutil.rmtree(_var, ignore_errors=True)


if not os.environ.get("PYTEST_XDIST_WORKER"):
    for _name in env.FROM_SERVICES:  # never the database of a running ./run
        os.environ.pop(_name, None)
    os.environ.update(MEDIA_ROOT=str(_var / "media"), DEBUG="true", WEATHER_ENABLED="false", EMAIL_HOST="")
    _services.__enter__()
    compile_messages()  # the .mo files are no part of the repository
