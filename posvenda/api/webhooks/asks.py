"""What a delivery asks for besides rows: a consent, a request about somebody's data."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from posvenda.api.webhooks.providers.provider import Row

Answer = Callable[[Row, datetime], None]
_answers: dict[str, Answer] = {}


def answer_with(name: str, answer: Answer) -> None:
    """This will have ``answer`` called for each ask of this name; twice must be like once."""
    _answers[name] = answer


def answer(asks: Iterable[tuple[str, Row]], *, now: datetime) -> None:
    """This will hand each ask to whoever answers it."""
    for name, ask in asks:
        _answers[name](ask, now)


def known() -> Mapping[str, Answer]:
    """This will give the answers by name."""
    return _answers
