"""Doors of the base room."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from posvenda.base import migrated


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """This will answer while the process lives."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """This will answer 200 when the database is reachable and migrated, else 503 and why."""
    try:
        is_migrated = migrated.is_migrated(connection)
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "database"}, status=503)
    if not is_migrated:
        return JsonResponse({"ready": False, "reason": "migrations"}, status=503)
    return JsonResponse({"ready": True})
