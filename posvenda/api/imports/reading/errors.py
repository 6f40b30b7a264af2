"""Why a file cannot be used at all, as sentences with the way out."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SENTENCES = {
    "not_found": _("There is no file or folder {name}"),
    "no_path": _("Say which files or folders to import"),
    "no_run": _("There is no import {name}; posvenda import --list shows them"),
    "not_undoable": _("Import {name} cannot be undone: {status}"),
    "not_comparable": _("The imports tell of different records and cannot be compared"),
    "no_files": _("{name} holds no file that can be imported (CSV, XLSX, JSON Lines, Parquet)"),
    "forbidden": _("{name} cannot be read; check its permissions"),
    "empty": _("{name} is empty"),
    "unknown_kind": _("{name} is of an unknown kind; save it as CSV or XLSX"),
    "old_excel": _("{name} is an old Excel file; save it as .xlsx"),
    "json_array": _("{name} is one JSON value; write one object per line (JSON Lines)"),
    "broken": _("{name} cannot be opened; it is damaged or not what its name says"),
    "locked": _("{name} is protected by a password; save it without one"),
    "too_big": _("{name} has {size} MB; at most {limit} MB are accepted here"),
    "unpacks_too_big": _("{name} unpacks to more than {limit} MB; split it into parts"),
    "ratio": _(
        "{name} unpacks to more than {limit} times its size, which is how harmful files look"
    ),
    "entries": _("{name} holds more than {limit} files"),
    "columns": _("{name} has more than {limit} columns; delete those you do not need"),
    "nested": _("{name} holds an archive inside the archive; unpack it and send what is in it"),
    "no_rows": _("{name} has column names and no rows; add the rows and send it again"),
    "formulas": _(
        "{name} has formulas that were never worked out (cell {cell}); open it in a spreadsheet,"
        " save it and send it again"
    ),
    "cells": _("The sheet spans more than {limit} million cells; delete what lies far outside"),
    "not_recognised": _(
        "{name} could not be recognised; say what it holds (--record) and which column is what"
        " (--map column=field)"
    ),
    "unknown_preset": _("There is no preset {name}; there are: {known}"),
    "bad_preset": _("{name} is not the text of a preset: {why}"),
    "unknown_record": _("There is no kind of record {name}; there are: {known}"),
    "unknown_field": _("There is no field {name} in {record}; there are: {known}"),
    "unknown_column": _("{name} has no column {column}; it has: {known}"),
    "bad_option": _("{name} is not a value for this option; write {known}"),
}


class Unusable(ValueError):
    """Raised when a file or an option cannot be used; the text is a sentence for people."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(gettext(SENTENCES[code]).format(**params))
