"""Keeping the fact sheet fresh. The worker calls these; the lake is within its reach."""

from datetime import datetime

from posvenda.customers import sheet


def rebuild(now: datetime) -> int:
    """This will build today's sheet, put it on disk and give its number of customers.

    Call it nightly, after each import and on demand; called twice it only builds twice.
    """
    return sheet.refresh(now=now).rows
