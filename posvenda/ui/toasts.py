"""What just happened, said once: server messages and htmx answers become toasts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

_UNDO = "undo:"


def say(request: HttpRequest, text: object, *, undo: str = "", is_error: bool = False) -> None:
    """This will show a toast on the next page; ``undo`` is an address that takes a POST."""
    level = messages.ERROR if is_error else messages.SUCCESS
    messages.add_message(request, level, str(text), extra_tags=_UNDO + undo if undo else "")


def attach(
    response: HttpResponse, text: object, *, undo: str = "", is_error: bool = False
) -> HttpResponse:
    """This will show a toast when htmx receives this answer."""
    told = {"text": str(text), "undo": undo, "error": is_error}
    return trigger_client_event(response, "toast", told)


def undo_of(extra_tags: str | None) -> str:
    """This will read the undo address that ``say`` stored with a message."""
    tags = extra_tags or ""
    return tags[len(_UNDO) :] if tags.startswith(_UNDO) else ""
