"""CPF, CNPJ, telephones, e-mail addresses and currencies in cells, with what is wrong in words."""

import re
from typing import Any

from posvenda.api.imports.mapping.values import Bad, Noted, text
from posvenda.core.identifiers import InvalidIdentifier, document, email, phone

_MARKS = re.compile(r"[\s./\-_,]")


def tax_id_cell(cell: Any) -> str | Noted | None:
    """This will read a CPF or a CNPJ without marks; lost leading zeros are put back."""
    plain = text(cell)
    if plain is None:
        return None
    whole = re.sub(r"\.0$", "", plain)
    bare = _MARKS.sub("", whole)
    is_typed = bare != whole  # a person wrote the marks, so no spreadsheet dropped zeros
    try:
        if is_typed and len(bare) not in (11, 14):
            raise InvalidIdentifier("length", plain)
        found = document(plain)
    except InvalidIdentifier as error:
        raise _tax_problem(bare, is_cnpj="/" in plain or len(bare) > 11, why=error.code) from error
    if found.is_padded:
        return Noted(found.value, "tax_id_padded", {"value": found.shown})
    return found.value


def _tax_problem(bare: str, *, is_cnpj: bool, why: str) -> Bad:
    name, length = ("cnpj", 14) if is_cnpj else ("cpf", 11)
    missing = length - len(bare)
    if not bare or len(bare) > 14 or missing < 0 or (why != "length" and missing == 0):
        return Bad(f"{name}_check" if missing == 0 else "tax_id_length")
    if missing == 1:
        return Bad(f"{name}_last")
    if not 0 < missing <= 4:
        return Bad("tax_id_length")
    return Bad(f"{name}_short", digits=len(bare), missing=missing)


def email_cell(cell: Any) -> str | None:
    """This will read an e-mail address in lower case."""
    plain = text(cell)
    if plain is None:
        return None
    try:
        return email(plain)
    except InvalidIdentifier as error:
        raise Bad("not_an_email") from error


def phone_cell(cell: Any, *, ddd: str) -> str | Noted | None:
    """This will read a telephone as E.164; one that cannot be a telephone is kept as written."""
    plain = text(cell)
    if plain is None:
        return None
    plain = re.sub(r"\.0$", "", plain)
    try:
        return phone(plain, default_ddd=ddd).e164
    except InvalidIdentifier:
        return Noted(plain[:20], "phone_odd", {})


SIGNS = {"R$": "BRL", "US$": "USD", "€": "EUR", "£": "GBP"}
CURRENCIES = {"R$": "BRL", "US$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "REAL": "BRL"}


def currency_cell(cell: Any) -> str | None:
    """This will read a currency by its code or sign."""
    plain = text(cell)
    if plain is None:
        return None
    code = CURRENCIES.get(plain.upper(), plain.upper())
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise Bad("not_a_currency")
    return code
