"""Why a place could not be read, as sentences with the way out."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SENTENCES = {
    "outside_roots": _(
        "{detail} lies outside the folders that may be read; allow it with POSVENDA_FOLDERS"
    ),
    "not_found": _("{detail} is not there; check the address and the name"),
    "not_allowed": _("{detail} refused the name or password; enter them again below"),
    "bad_key": _("The private key for {detail} cannot be read; paste it again below"),
    "host_key_changed": _(
        "The key of {detail} is another than the confirmed one. Ask who runs it, then confirm it"
        " anew"
    ),
    "unreachable": _("{detail} did not answer; it is tried again by itself"),
    "unknown_host": _("There is no server called {detail}; check the address"),
    "forbidden_address": _("{detail} lies in the own network; allow it with POSVENDA_ALLOW_HOSTS"),
    "not_http": _("This is not a web address; it begins with https://"),
    "not_https": _("{detail} is not encrypted; use https, or allow the host"),
    "too_many_redirects": _("The address leads from one to the next and never to a file"),
    "too_big": _("The file is larger than {detail} bytes; have it split"),
    "bad_answer": _("The server answered {detail}; it is tried again by itself"),
    "unknown_kind": _(
        "{detail} is no file we can read; it must be CSV, XLSX, JSON Lines or Parquet"
    ),
    "unusable": _("{detail}"),
    "new_columns": _("{detail} has columns nobody confirmed yet; open the import and look at them"),
    "sealed_elsewhere": _("The password was kept with another key; enter it again below"),
}


class Failed(ValueError):
    """Raised when a place cannot be read; ``code`` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code} {detail}".strip())


def sentence(code: str, detail: Any = "") -> str:
    """This will give the reason and the way out in the reader's language."""
    return gettext(SENTENCES.get(code, code)).format(detail=detail)
