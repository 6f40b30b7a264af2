"""The apps of an installation, as text: the supervisor reads it without loading any of them."""

ROOMS = (
    "posvenda.ui",
    "posvenda.base",
    "posvenda.customers",
    "posvenda.customers.privacy",
    "posvenda.commerce",
    "posvenda.conversations",
    "posvenda.journeys",
    "posvenda.success",
    "posvenda.insights",
    "posvenda.api",
)
INSTALLED = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    *ROOMS,
    "allauth",
    "allauth.account",
    "django_tasks",
    "django_tasks_db",
)
# Django's short name of an app is the last word of its path, but for these.
RENAMED = {"django_tasks_db": "django_tasks_database"}
LABELS = {RENAMED.get(app, app.rpartition(".")[2]): app for app in INSTALLED}
