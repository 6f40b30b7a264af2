"""What the door says: always JSON, and on a refusal always ``code`` and ``message``.

The Python SDK before 2.4 takes only 200 for success and trips over an error without both fields.
"""

import json
from dataclasses import dataclass, field
from http import HTTPStatus

RETRY_AFTER_MOST = 300


@dataclass(frozen=True)
class Answer:
    """A status, the body's bytes and headers beyond those that every answer has."""

    status: int
    body: bytes = b'{"success":true}'
    headers: tuple[tuple[str, str], ...] = field(default=())


class Refusal(Exception):
    """Raised when a request as a whole stays out; ``code`` is for programs and for our pages."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.retry_after = retry_after

    def answer(self) -> Answer:
        """This will give the answer to send; ``Retry-After`` is whole seconds, 300 at most."""
        body = json.dumps({"success": False, "code": self.code, "message": self.message})
        if self.retry_after is None:
            return Answer(self.status, body.encode())
        seconds = str(max(1, min(self.retry_after, RETRY_AFTER_MOST)))
        return Answer(self.status, body.encode(), (("Retry-After", seconds),))


DONE = Answer(HTTPStatus.OK)


def malformed(message: str) -> Refusal:
    """This will refuse a body that cannot be read."""
    return Refusal(HTTPStatus.BAD_REQUEST, "malformed", message)


def too_large(message: str) -> Refusal:
    """This will refuse a body past a limit."""
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", message)


def bad_key() -> Refusal:
    """This will refuse a write key that is unknown, revoked or of another kind."""
    return Refusal(
        HTTPStatus.UNAUTHORIZED,
        "bad_key",
        "The write key is missing, unknown or revoked. Make one on the page Chaves (/chaves/).",
    )


def too_fast(retry_after: int) -> Refusal:
    """This will ask a sender over its rate to come back."""
    return Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_fast",
        "This write key sends faster than the installation allows.",
        retry_after=retry_after,
    )


def too_deep(retry_after: int) -> Refusal:
    """This will ask every sender to wait while the worker is far behind."""
    return Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_deep",
        "Too many events wait to be taken in.",
        retry_after=retry_after,
    )


def unavailable() -> Refusal:
    """This will say that nothing was kept because the database did not take it."""
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "The database did not take the events in time. Send them again.",
        retry_after=2,
    )


def failed() -> Refusal:
    """This will admit a fault of ours."""
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "failed", "The server failed. Send again.")
