"""Typed readers of environment variables that fail loudly, with the variable's name.

Every variable read through here is remembered in `KNOWN`; a test holds it against `.env.example`.
A `.env` file beside `manage.py` is read once; real environment variables win over it.
"""

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
KNOWN: set[str] = set()


class BadSetting(SystemExit):
    """A setting that cannot be used: ends the process with one sentence."""


def _load_dotenv(path: Path) -> set[str]:
    """Sets what is not set yet; returns the names it set."""
    new: set[str] = set()
    if not path.is_file():
        return new
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, separator, value = text.partition("=")
        if not separator:
            raise BadSetting(f".env line {number} is not NAME=value: {text!r}")
        if name.strip() not in os.environ:
            os.environ[name.strip()] = value.strip().strip("'\"")
            new.add(name.strip())
    return new


_load_dotenv(BASE_DIR / ".env")
VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").expanduser().resolve()
KNOWN.add("VAR_DIR")
# Where ./run keeps services of its own it leaves their addresses here, for manage.py in another terminal.
FROM_SERVICES = _load_dotenv(VAR_DIR / "services.env")


def generated_secret(path: Path, length: int = 50) -> str:
    """The secret kept in `path`, made on first use of `length` random bytes and readable by its owner alone."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and then linked: of two that start at once one wins, and a full disk leaves no empty secret.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(length))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
        return path.read_text().strip()


def text(name: str, default: str = "") -> str:
    """The variable as it is; an empty one counts as not set."""
    KNOWN.add(name)
    return os.environ.get(name, "") or default


def flag(name: str, default: bool) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} must be true or false, not {value!r}.")


def integer(name: str, default: int, *, least: int | None = None, most: int | None = None) -> int:
    value = text(name)
    try:
        number = int(value) if value else default
    except ValueError:
        raise BadSetting(f"{name} must be a whole number, not {value!r}.") from None
    if (least is not None and number < least) or (most is not None and number > most):
        raise BadSetting(f"{name} must lie between {least} and {most}, not be {number}.")
    return number


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def path(name: str, default: Path) -> Path:
    value = text(name)
    return Path(value).expanduser().resolve() if value else default


def database(name: str) -> dict[str, object]:
    """A `postgres://user:password@host:port/name?option=value` address as Django's DATABASES entry.

    `host` may also be a query option naming a socket folder.
    """
    value = text(name)
    if not value:
        return {"ENGINE": "django.db.backends.postgresql", "NAME": "otjang"}
    url = urlsplit(value)
    if url.scheme not in {"postgres", "postgresql"}:
        raise BadSetting(f"{name} must begin with postgres://, not {url.scheme or value!r}.")
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")) or "otjang",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", url.hostname or ""),
        "PORT": str(url.port or ""),
        "OPTIONS": options,
    }
