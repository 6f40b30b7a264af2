"""Counts the database queries of each page: ``python -m benchmarks.queries PATH…`` prints JSON."""

import json
import os
import sys


def main() -> None:
    """This will sign in inside the process, ask for each path twice and count the second time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posvenda.config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.data import email_of
    from posvenda.base.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(
        User.objects.get(email=email_of(0)), "allauth.account.auth_backends.AuthenticationBackend"
    )
    counts = {}
    for path in sys.argv[1:]:
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        counts[path] = len(caught)
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
