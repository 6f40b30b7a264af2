"""The door for a WSGI server: tracking in front, pages behind."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posvenda.config.settings")
pages = get_wsgi_application()

from posvenda.api.tracking import door  # noqa: E402 -- Django must be set up before models load

application = door.beside(pages)
