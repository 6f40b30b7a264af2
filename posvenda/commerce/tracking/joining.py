"""Two persons that turn out to be one: their stored events are counted as one person's."""

from collections.abc import Sequence
from datetime import datetime


def note(joined: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """This will have what the event store knows of the former persons be the present ones'."""
