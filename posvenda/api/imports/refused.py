"""What stayed out, as a file a person can mend and bring again: the row and its problem."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext

from posvenda.api.imports.problems import sentence
from posvenda.api.models import Refusal

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


class _Echo:
    def write(self, text: str) -> str:
        """This will hand the text back."""
        return text


def as_csv(refusals: Iterable[Refusal], *, delimiter: str = ",") -> Iterator[str]:
    """This will give the lines of a CSV: original columns, file, line, field, reason.

    Cells that a spreadsheet would take for a formula get an apostrophe (OWASP, ASVS 1.2.10).
    """
    writer: Any = csv.writer(_Echo(), delimiter=delimiter)
    header: list[str] | None = None
    for refusal in refusals:
        columns = list(refusal.file.dialect.get("columns", ()))
        if columns != header:
            header = columns
            extra = [gettext("file"), gettext("line"), gettext("field"), gettext("situation")]
            yield writer.writerow([*map(safe, columns), *extra, gettext("reason")])
        cells = [*refusal.row, *[""] * len(columns)][: max(len(columns), len(refusal.row))]
        kind = gettext("warning") if refusal.is_warning else gettext("stayed out")
        reason = sentence(refusal.code, refusal.params)
        where = (safe(refusal.file.name), refusal.line, safe(refusal.field))
        yield writer.writerow([*map(safe, cells), *where, kind, safe(reason)])


def safe(cell: Any) -> str:
    """This will keep a spreadsheet from running a cell; plain negative numbers stay as they are."""
    text = str(cell)
    if text[:1] in DANGEROUS and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    return text[:1] == "-" and text[1:].replace(".", "").replace(",", "").isdigit()
