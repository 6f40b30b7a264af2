"""The door for a WSGI server: tracking in front, pages behind.

All pages are loaded before the first request, so "ready" means that they answer at once; only the
REST API waits for its own first request (``posvenda.api.rest.entry``).
"""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from posvenda.config import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posvenda.config.settings")
with loading.undisturbed():
    pages = get_wsgi_application()

    from posvenda.api.tracking import door  # Django must be set up before models load

    application = door.beside(pages)
    get_resolver().url_patterns  # noqa: B018 -- loads every page's view
