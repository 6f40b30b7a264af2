"""Programs with keys at the REST door of a small town."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from posvenda.api.rest import limits
from posvenda.api.rest.scopes import SCOPES
from posvenda.base import clock, keys
from posvenda.base.models import AccessKey
from tests.doors.clients.conftest import town  # noqa: F401

NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
READS = [name for name in SCOPES if name.endswith(":read")]


class Program:
    """A client with a key: paths below ``/api/v1``, JSON in and out."""

    def __init__(self, key: str, language: str = "en") -> None:
        self.key, self.client = key, Client()
        self.headers = {"authorization": f"Bearer {key}", "accept-language": language}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        sent = self.headers | {k.replace("_", "-"): v for k, v in headers.items()}
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else data,
            content_type="application/json",
            headers=sent,
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        """This will read."""
        return self("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """This will send something new."""
        return self("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """This will change something."""
        return self("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        """This will take something back."""
        return self("DELETE", path, **headers)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock stands, and nobody has asked anything yet."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    limits.forget()
    yield
    limits.forget()


def issued(scopes: list[str]) -> tuple[AccessKey, str]:
    """This will issue a key with these scopes."""
    return keys.issue(kind="api", label="ERP", scopes=scopes, by=None, now=NOW)


@pytest.fixture
def program(db: None) -> Program:
    """A program that may do everything."""
    return Program(issued(list(SCOPES))[1])


@pytest.fixture
def reader(db: None) -> Program:
    """A program that may only read."""
    return Program(issued(READS)[1])
