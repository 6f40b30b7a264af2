"""A request as the menu meets it, for tests that ask a count of the menu directly."""

from datetime import date

from django.http import HttpRequest


def visit(today: date) -> HttpRequest:
    """This will give a page about to print its menu on a day."""
    request = HttpRequest()
    request.today = today  # type: ignore[attr-defined]
    return request
