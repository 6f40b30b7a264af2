"""What a view of a signed-in person receives, for the type checker."""

from datetime import date, datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from posvenda.base.models import User


class Request(HttpRequest):
    """A request after the middleware: a user of ours, one clock read, htmx's details."""

    user: User
    now: datetime
    today: date
    htmx: HtmxDetails
