"""Settings of the portal.

One file; every difference between places is a variable in the environment, each explained in
``.env.example``.
"""

import logging
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import environ
import pghistory
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(env.path("ENV_FILE", default=str(BASE_DIR / ".env"))())


def required(name: str, meaning: str) -> str:
    """The value of a variable without which the portal cannot start."""
    value: str = env.str(name, default="")
    if not value:
        message = f"{name} is not set: {meaning}. See .env.example, or use script/manage."
        raise ImproperlyConfigured(message)
    return value


# --- the place -------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = required("SECRET_KEY", "a long random text that nobody else knows")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SECURE = BASE_URL.startswith("https://")

# --- applications ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "civportal.pages",
    "civportal.demo",
    "news",
    "assignments",
    "sessions_log",
    "programme_lines",
    "partners",
    "civportal.notifications",
    "civportal.centre",
    "civportal.accounts",
    "civportal.editor",
    "civportal.ui",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "django_filters",
    "django_htmx",
    "django_prose_editor",
    "heroicons",
    "import_export",
    "js_asset",
    "pgtrigger",
    "pghistory",
    "civportal.admin.apps.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # its widget templates, so that templates/ can replace them
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "civportal.lib.compress.CompressTextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "civportal.accounts.middleware.PersonalLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "civportal.accounts.middleware.StaffSecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "civportal.urls"
WSGI_APPLICATION = "civportal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "csp.context_processors.nonce",
                "civportal.centre.context_processors.centre",
                "civportal.pages.context_processors.navigation",
                "civportal.demo.context_processors.demo",
            ],
            "builtins": ["civportal.ui.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("civ",)
CRISPY_TEMPLATE_PACK = "civ"

# --- data ------------------------------------------------------------------------------------
required("DATABASE_URL", "the address of a PostgreSQL database")
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["HOST"] = unquote(DATABASES["default"]["HOST"])  # a socket: %2Frun%2F…
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
if env.bool("DATABASE_POOL", default=False):  # web only: a Celery worker gains nothing by it
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}

REDIS_URL = required("REDIS_URL", "the address of a Redis server, redis:// or unix://")


def _celery_url(url: str) -> str:
    """Celery's spelling of a Redis URL: it names a unix socket ``redis+socket://``."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "civ",
        "OPTIONS": {"socket_connect_timeout": 3, "socket_timeout": 5},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# --- people ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "civportal.accounts.signup.SignupQuestions"
ACCOUNT_FORMS = {
    "login": "civportal.accounts.forms.LoginForm",
    "signup": "civportal.accounts.forms.SignupForm",
    "add_email": "civportal.accounts.forms.ChangeEmailForm",
    "change_password": "civportal.accounts.forms.ChangePasswordForm",
    "set_password": "civportal.accounts.forms.SetPasswordForm",
    "reset_password": "civportal.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "civportal.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "civportal.accounts.forms.ReauthenticateForm",
}
# Beside allauth's own limits: how often visitors sign up for sessions.
ACCOUNT_RATE_LIMITS = {"session_sign_up": "20/10m/ip,5/h/key"}
ACCOUNT_ADAPTER = "civportal.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up; elsewhere: log in
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True  # one address each; the old one holds until the new one is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # told in the mail
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_ADAPTER = "civportal.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "civportal.accounts.forms.CodeForm",
    "reauthenticate": "civportal.accounts.forms.CodeAgainForm",
    "activate_totp": "civportal.accounts.forms.ActivateAppForm",
    "add_webauthn": "civportal.accounts.forms.AddKeyForm",
    "edit_webauthn": "civportal.accounts.forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # half a minute early or late: clocks differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # http://localhost, where browsers allow it too
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60  # with "Stay logged in"; without, until the browser closes

# --- words and time --------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Amsterdam")
USE_TZ = True
FORMAT_MODULE_PATH = ["civportal.formats"]

# --- history: by triggers, so that bulk writes and deletions are kept as well ------------------
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)

# --- files -----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))()
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_URL = "media/"  # nothing is served from here: each file has a view that asks who may see it
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))()
FILE_UPLOAD_PERMISSIONS = 0o640
# What companies and teams give each other for an assignment, in megabytes a file.
ASSIGNMENT_FILE_MB = env.int("ASSIGNMENT_FILE_MB", default=500)
# Large files that one web process gives at once, of its 16 threads; pages have the others.
DOWNLOADS_AT_ONCE = 10

# --- spreadsheets ----------------------------------------------------------------------------
# Between looking at a file and confirming it, any web process must find it back.
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.CacheStorage"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

# --- mail ------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds; who waits for a page does not wait for a dead mail server
if DEMO:
    EMAIL_BACKEND = "civportal.demo.mail.MailboxBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portaal@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Seconds that a worker has its batch of notifications for itself; when it dies, another takes
# over after that. Far longer than clocks of machines differ.
NOTIFICATION_LEASE = env.int("NOTIFICATION_LEASE", default=180)
# Which provider tells of bounces and complaints at /post/<provider>/, and how it proves itself.
MAIL_PROVIDER = env.str("MAIL_PROVIDER", default="")
MAIL_SIGNING_KEY = env.str("MAIL_SIGNING_KEY", default="") or None
ANYMAIL = {
    "WEBHOOK_SECRET": env.str("MAIL_WEBHOOK_SECRET", default=""),
    "MAILGUN_WEBHOOK_SIGNING_KEY": MAIL_SIGNING_KEY,
    "MAILERSEND_SIGNING_SECRET": MAIL_SIGNING_KEY,
    "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": MAIL_SIGNING_KEY,
}
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # for a program that reads /metrics

# --- queue -----------------------------------------------------------------------------------
CELERY_BROKER_URL = _celery_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60 * 60, "global_keyprefix": "civ:"}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "civportal.pages.tasks.heartbeat", "schedule": 30.0},
    # Each is nudged in its place too; the clock finds what has become due, and what was missed.
    "deliver notifications": {
        "task": "civportal.notifications.tasks.deliver",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "look for reminders": {
        "task": "civportal.notifications.tasks.remind",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "look for digests": {
        "task": "civportal.notifications.tasks.digest",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # By the hour: which day it is depends on the centre's clock, and telling twice changes nothing.
    "tell of late steps": {
        "task": "partners.tasks.tell_of_late_steps",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "tell of expiring agreements": {
        "task": "partners.tasks.tell_of_expiring_agreements",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "tidy up partners": {"task": "partners.tasks.tidy_up", "schedule": 24 * 3600.0},
    # What nobody had a remark on; a day that was missed is caught up.
    "approve minutes": {"task": "sessions_log.tasks.approve_minutes", "schedule": 3600.0},
    # By the hour: which day it is depends on the centre's clock.
    "erase names of students": {
        "task": "assignments.tasks.erase_names",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "archive assignments": {
        "task": "assignments.tasks.archive_assignments",
        "schedule": 24 * 3600.0,
    },
    "clear sessions": {"task": "civportal.accounts.tasks.clear_sessions", "schedule": 24 * 3600.0},
}

# --- safety ----------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "civportal.pages.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A report of a conference with three hundred people has more fields to check than Django's 1000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Not that ``/readyz`` answered 503: who asks knows, and asks every few seconds."""
    return getattr(getattr(record, "request", None), "path", "") != "/readyz"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "worth_a_line": {"()": "django.utils.log.CallbackFilter", "callback": _is_worth_a_line}
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["worth_a_line"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
