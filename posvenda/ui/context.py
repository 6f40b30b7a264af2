"""What every page knows."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """This will give the values of the shell."""
    return {}
