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
