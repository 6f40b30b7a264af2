"""Moments of the samples, in UTC."""

from datetime import UTC, datetime


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]
