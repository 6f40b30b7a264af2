"""Settings: everything an installation decides comes from a few environment variables.

POSVENDA_HOME   folder with all state (database, event store, uploads, keys); default ``var/``
DATABASE_URL    ``sqlite:///…`` or ``postgres://user:password@host:port/name``; else SQLite there
POSVENDA_BIND   address and port of the web server; default ``127.0.0.1:8000``
POSVENDA_URL    public address; cookies become ``Secure`` when it is https
POSVENDA_HOSTS  extra host names, comma separated
POSVENDA_API_REQUESTS_PER_MINUTE  what one key may ask of the REST API; default 600
POSVENDA_TRACKING_RATE   events a second that one write key may send to one web process; 0: any
POSVENDA_TRACKING_INBOX  batches that may wait for the worker before senders are put off; 0: any
POSVENDA_TRACKING_BATCH_KB  the largest request of the tracking API, unpacked
POSVENDA_EVENT_KEY_DAYS  how long keys of events are known from SQL alone; default 30, at least 7
POSVENDA_HISTORY_DAYS  how far back the first history of stages goes; default 365, at least 30
POSVENDA_JOB_DAYS  how long records of finished jobs are kept; default 14, at least 2
POSVENDA_KEY_USE_DAYS  how long a key's daily counts are kept; default 400, at least 31
POSVENDA_ALLOW_HOSTS  hosts of the own network that may be read from, comma separated
POSVENDA_FOLDERS  folders of this server that scheduled readings may read, separated like PATH
POSVENDA_ENGINE where large questions over the event store are computed: ``duckdb`` (default, in
                the worker) or the address of a Spark Connect server, ``sc://host:port``
POSVENDA_DEBUG  ``1`` shows tracebacks in the browser; never in production
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from posvenda.config import apps, environment

PACKAGE = Path(__file__).resolve().parent.parent
HOME = environment.home()
DEBUG = os.environ.get("POSVENDA_DEBUG") == "1"
SECRET_KEY = environment.secret_key(HOME)
PUBLIC_URL = os.environ.get("POSVENDA_URL", "")
BIND_HOST, BIND_PORT = environment.bind()
ALLOWED_HOSTS = environment.hosts(PUBLIC_URL, BIND_HOST)
OUTBOUND_ALLOWED = environment.outbound()
SOURCE_FOLDERS = environment.source_folders()
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")] if PUBLIC_URL else []

INSTALLED_APPS = list(apps.INSTALLED)
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "posvenda.base.middleware.UserLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "posvenda.base.middleware.NowMiddleware",
    "posvenda.base.middleware.SignInRequiredMiddleware",
    "posvenda.customers.identity.leading.LeadingMiddleware",
]
ROOT_URLCONF = "posvenda.config.urls"
WSGI_APPLICATION = "posvenda.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "posvenda.ui.context.shell",
            ],
        },
    },
]

DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "base_cache",
    },
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", _("Portuguese (Brazil)")), ("en", _("English"))]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "America/Sao_Paulo"
USE_I18N = True
USE_TZ = True

AUTH_USER_MODEL = "base.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "posvenda.base.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if PUBLIC_URL.startswith("https://") else None
)
SECURE_HSTS_SECONDS = 31_536_000 if PUBLIC_URL.startswith("https://") else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Custom properties such as --v:42 carry chart values; no <style>, no script.
        "style-src-attr": [UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

STATIC_URL = "static/"
STATIC_ROOT = environment.folder(HOME, "static")
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = HOME / "uploads"
FILE_UPLOAD_TEMP_DIR = str(environment.folder(HOME, "uploads/tmp"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
API_REQUESTS_PER_MINUTE = environment.number("POSVENDA_API_REQUESTS_PER_MINUTE", 600)
WEB_PROCESSES = environment.number("POSVENDA_WEB_PROCESSES", 1)
# Segment's limits and a tenth of slack; see docs/concepts/tracking-door.md
TRACKING_BATCH_BYTES = environment.number("POSVENDA_TRACKING_BATCH_KB", 550) * 1024
TRACKING_EVENT_BYTES = 36 * 1024
TRACKING_EVENTS_PER_SECOND = environment.number("POSVENDA_TRACKING_RATE", 20_000)
TRACKING_INBOX_ROWS = environment.number("POSVENDA_TRACKING_INBOX", 500_000)
TRACKING_PATIENCE_SECONDS = 4.0
EVENT_KEY_DAYS = environment.days("POSVENDA_EVENT_KEY_DAYS", 30, least=7)
HISTORY_DAYS = environment.days("POSVENDA_HISTORY_DAYS", 365, least=30)
JOB_DAYS = environment.days("POSVENDA_JOB_DAYS", 14, least=2)
KEY_USE_DAYS = environment.days("POSVENDA_KEY_USE_DAYS", 400, least=31)
UPLOAD_LIMIT_BYTES = int(os.environ.get("POSVENDA_UPLOAD_LIMIT_MB", "200")) * 1_048_576
ENGINE = environment.engine()

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = environment.logging_config(HOME, quiet="pytest" in sys.modules)
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or ""
