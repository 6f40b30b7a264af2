"""The door itself, a WSGI application in front of Django: only its own paths, nothing around them.

No session, cookie, language or CSRF belongs to these paths, so Django's request, middleware and
view are left out; a request costs one JSON pass and one committed insert.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings

from posvenda.api.tracking import answers, envelope, keeping, limits
from posvenda.api.tracking import settings as for_browsers
from posvenda.api.tracking.answers import Answer, Refusal
from posvenda.base import clock

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

ROOT = "/v1/"
POSTS = {ROOT + name: name for name in (*envelope.BATCHES, *envelope.SINGLES)}
METRICS = ROOT + "m"
PROJECTS, SETTINGS = ROOT + "projects/", "/settings"
CORS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Headers", "authorization, content-type, x-retry-count"),
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    ("Access-Control-Expose-Headers", "Retry-After"),
    ("Access-Control-Max-Age", "86400"),
)
ALWAYS = (
    ("Content-Type", "application/json"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    *CORS,
)
log = logging.getLogger(__name__)


@dataclass
class Memory:
    """What one web process remembers between requests; losing it loses no event."""

    trusted: keeping.Trusted = field(default_factory=keeping.Trusted)
    refused: keeping.Refused = field(default_factory=keeping.Refused)
    budgets: limits.Budgets = field(default_factory=limits.Budgets)
    depth: limits.Depth = field(default_factory=limits.Depth)


def beside(pages: Application) -> Application:
    """This will answer the tracking paths and leave all others to ``pages``."""
    memory = Memory()

    def serve(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(ROOT) or not is_ours(path):
            return pages(environ, start)
        answer = _answer(memory, path, environ)
        line = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        length = ("Content-Length", str(len(answer.body)))
        start(line, [*ALWAYS, length, *answer.headers])
        return [answer.body]

    return serve


def is_ours(path: str) -> bool:
    """This will say whether a path belongs to the tracking door."""
    return path in POSTS or path == METRICS or _is_settings(path)


def _is_settings(path: str) -> bool:
    return (
        path.startswith(PROJECTS)
        and path.endswith(SETTINGS)
        and len(path) > len(PROJECTS + SETTINGS)
    )


def _answer(memory: Memory, path: str, environ: Environ) -> Answer:
    method = environ["REQUEST_METHOD"]
    if method == "OPTIONS":
        return answers.DONE
    asked = "GET" if _is_settings(path) else "POST"
    if method != asked:
        message = f"{path} takes {asked}."
        refusal = Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "bad_method", message)
        return Answer(refusal.status, refusal.answer().body, (("Allow", f"{asked}, OPTIONS"),))
    if path == METRICS:
        return answers.DONE
    try:
        if _is_settings(path):
            return _settings(memory, path[len(PROJECTS) : -len(SETTINGS)], environ)
        return _take(memory, POSTS[path], environ)
    except Refusal as refusal:
        return refusal.answer()
    except Exception:
        log.exception("The tracking door failed on %s", path)
        return answers.failed().answer()


def _settings(memory: Memory, write_key: str, environ: Environ) -> Answer:
    with keeping.database(patience=settings.TRACKING_PATIENCE_SECONDS):
        memory.trusted.find(write_key, now=clock.now(), tick=time.monotonic())
    told = for_browsers.answer(
        write_key, scheme=environ["wsgi.url_scheme"], host=environ.get("HTTP_HOST", "")
    )
    return Answer(HTTPStatus.OK, told)


def _take(memory: Memory, name: str, environ: Environ) -> Answer:
    now, tick = clock.now(), time.monotonic()
    user = envelope.basic_user(environ.get("HTTP_AUTHORIZATION", ""))
    with keeping.database(patience=settings.TRACKING_PATIENCE_SECONDS):
        source = memory.trusted.find(user, now=now, tick=tick) if user else None
        try:
            told = _read(name, environ)
            source = source or memory.trusted.find(told.write_key, now=now, tick=tick)
            _admit(memory, source, len(told.items), tick)
        except Refusal as refusal:
            if source is not None:
                _note(memory, source, refusal, now, tick)
            raise
        _keep(told, source, user or told.write_key, now)
        if memory.refused.is_due(tick):
            memory.refused.write(tick)
    return answers.DONE


def _read(name: str, environ: Environ) -> envelope.Envelope:
    limit = settings.TRACKING_BATCH_BYTES
    told = environ.get("CONTENT_LENGTH") or "0"
    if told.isdigit() and int(told) > limit:
        raise answers.too_large(f"A request holds at most {limit} bytes.")
    body = environ["wsgi.input"].read(limit + 1)
    plain = envelope.unpacked(body, limit=limit)
    return envelope.read(name, plain, event_limit=settings.TRACKING_EVENT_BYTES)


def _admit(memory: Memory, source: keeping.Source, events: int, tick: float) -> None:
    if memory.depth.is_stale(tick):
        memory.depth.rows, memory.depth.looked_at = keeping.waiting(), tick
    memory.depth.check(limit=settings.TRACKING_INBOX_ROWS)
    memory.budgets.spend(source.id, events, rate=settings.TRACKING_EVENTS_PER_SECOND, tick=tick)


def _keep(told: envelope.Envelope, source: keeping.Source, secret: str, now: datetime) -> None:
    if not told.items:
        return
    keeping.keep(
        source=source.id,
        key=envelope.identity(told, source=source.id),
        received_at=now,
        day=clock.day_of(now),
        items=len(told.items),
        body=envelope.kept(told, secret=secret, shown=source.shown),
    )


def _note(
    memory: Memory, source: keeping.Source, refusal: Refusal, now: datetime, tick: float
) -> None:
    memory.refused.note(source.id, clock.day_of(now), refusal.code)
    if memory.refused.is_due(tick):
        memory.refused.write(tick)
