"""How many requests a key may make in a minute: counted in this process, told in headers.

The count lives in memory, so that reading costs no write. Each of several web processes has its
share of the limit.
"""

from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.http import HttpResponse

from posvenda.api.rest.problems import Refused

WINDOW = 60
REMEMBERED = 10_000
_windows: dict[int, tuple[int, int]] = {}
_lock = Lock()


@dataclass(frozen=True)
class Quota:
    """What is left of the present minute."""

    limit: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """This will give the headers that tell it."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.left)),
            "RateLimit-Reset": str(self.seconds),
            "RateLimit-Policy": f"{self.limit};w={WINDOW}",
        }

    def stamp(self, response: HttpResponse) -> HttpResponse:
        """This will put the headers on an answer."""
        for name, value in self.headers().items():
            response[name] = value
        return response


def spend(access: int, *, at: float) -> Quota:
    """This will count one request of a key, or refuse it until the next minute."""
    limit = share()
    window, seconds = int(at // WINDOW), WINDOW - int(at % WINDOW)
    with _lock:
        if len(_windows) > REMEMBERED:
            _windows.clear()
        began, used = _windows.get(access, (window, 0))
        used = used + 1 if began == window else 1
        _windows[access] = (window, used)
    quota = Quota(limit, limit - used, seconds)
    if used > limit:
        headers = {**quota.headers(), "Retry-After": str(seconds)}
        raise Refused("too_many_requests", headers=headers, seconds=seconds)
    return quota


def share() -> int:
    """This will give this process's part of the limit."""
    limit = int(settings.API_REQUESTS_PER_MINUTE)
    return max(1, limit // max(1, int(settings.WEB_PROCESSES)))


def forget() -> None:
    """This will start counting anew."""
    with _lock:
        _windows.clear()
