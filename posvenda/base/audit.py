"""The trail of who changed what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from posvenda.base.models import Audit, User


def record(
    verb: str,
    *,
    about: str,
    by: User | None,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """This will add one row to the trail in the present transaction."""
    Audit.objects.create(at=now, by=by, verb=verb, about=about, detail=dict(detail or {}))
