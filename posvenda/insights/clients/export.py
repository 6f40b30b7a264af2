"""The list as CSV: the same filter and columns, every row, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from posvenda.base.requests import Request
from posvenda.core.facts import Fact, Kind
from posvenda.core.money import to_units
from posvenda.customers import sheet
from posvenda.insights.clients import asking as ask
from posvenda.insights.clients.columns import label
from posvenda.insights.clients.listing import everything
from posvenda.insights.clients.pack import look
from posvenda.insights.clients.state import State
from posvenda.ui.formats import is_portuguese

# What a spreadsheet takes for a formula (OWASP ASVS 1.2.10), full-width forms included.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


@require_GET
def export(request: Request) -> StreamingHttpResponse:
    """This will send the customers that the list shows, with the list's columns."""
    state = State(sheet.lazy(now=request.now), sheet.catalogue(), look())
    catalogue = state.catalogue
    asking = ask.read(request.GET, user=request.user, look=state.look, catalogue=catalogue)
    frame, as_of = everything(asking, user=request.user, state=state), state.view.as_of
    facts = [catalogue[name] for name in dict.fromkeys(("who.key", "who.name", *asking.columns))]
    rows = frame.select([fact.name for fact in facts] + _currency(facts)).collect()
    body = _lines(facts, rows.iter_rows(named=True), is_portuguese(get_language() or "en"))
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"{gettext('customers')}-{as_of.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def safe(text: str) -> str:
    """This will put an apostrophe before text that a spreadsheet would run."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _currency(facts: list[Fact]) -> list[str]:
    has_money = any(fact.kind is Kind.MONEY for fact in facts)
    is_there = any(fact.name == "who.currency" for fact in facts)
    return ["who.currency"] if has_money and not is_there else []


def _lines(
    facts: list[Fact], rows: Iterator[Mapping[str, Any]], is_brazilian: bool
) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";" if is_brazilian else ",")
    extra = [gettext("Currency")] if _currency(facts) else []
    yield "\ufeff" + writer.writerow([safe(label(fact)) for fact in facts] + extra)
    for row in rows:
        cells = [_cell(row[fact.name], fact, is_brazilian) for fact in facts]
        yield writer.writerow(cells + ([row["who.currency"] or ""] if extra else []))


def _cell(value: Any, fact: Fact, is_brazilian: bool) -> str:
    match value:
        case None:
            return ""
        case bool():
            return gettext("yes") if value else gettext("no")
        case date():
            return value.strftime("%d/%m/%Y") if is_brazilian else value.isoformat()
        case int() | float():
            amount = to_units(int(value)) if fact.kind is Kind.MONEY else Decimal(repr(value))
            return f"{amount:f}".replace(".", ",") if is_brazilian else f"{amount:f}"
        case list():
            return safe("; ".join("" if each is None else f"{each}" for each in value))
    if fact.kind is Kind.CHOICE:
        return safe(str(fact.choices.get(str(value), value)))
    return safe(str(value))


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
