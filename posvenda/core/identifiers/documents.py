"""CPF, CNPJ (old and alphanumeric) and CEP: read, format, mask.

CNPJ with letters: IN RFB 2.229/2024, in force since July 2026; the same check-digit formula with
the value of a character as its ASCII code less 48. Old numbers stay valid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from stdnum.br import cnpj as stdnum_cnpj
from stdnum.br import cpf as stdnum_cpf

from posvenda.core.identifiers.errors import InvalidIdentifier

_PUNCTUATION = re.compile(r"[\s.\-/,_]")
_SPREADSHEET = re.compile(r"([0-9]+)\.0")
# A spreadsheet drops leading zeros; more than three of them is one number in ten thousand.
_MOST_LOST_ZEROS = 3


@dataclass(frozen=True, slots=True)
class Document:
    """This will hold a valid CPF or CNPJ without punctuation.

    `is_padded` says that leading zeros were missing and have been put back: worth a warning.
    """

    kind: Literal["cpf", "cnpj"]
    value: str
    is_padded: bool = False

    @property
    def shown(self) -> str:
        """This will write the document with its usual punctuation."""
        v = self.value
        if self.kind == "cpf":
            return f"{v[:3]}.{v[3:6]}.{v[6:9]}-{v[9:]}"
        return f"{v[:2]}.{v[2:5]}.{v[5:8]}/{v[8:12]}-{v[12:]}"


def cpf(raw: str) -> Document:
    """This will read a CPF, putting lost leading zeros back, or raise InvalidIdentifier."""
    text = _bare(raw)
    value = _padded(text, 11)
    if len(value) != 11 or not _is_digits(value):
        raise InvalidIdentifier("length", raw)
    if len(set(value)) == 1:
        raise InvalidIdentifier("repeated", raw)
    if not stdnum_cpf.is_valid(value):
        raise InvalidIdentifier("check_digits", raw)
    return Document("cpf", value, is_padded=value != text)


def cnpj(raw: str) -> Document:
    """This will read a CNPJ, with or without letters, or raise InvalidIdentifier."""
    text = _bare(raw)
    value = _padded(text, 14)
    if len(value) != 14 or not value.isascii() or not value.isalnum():
        raise InvalidIdentifier("length", raw)
    if len(set(value)) == 1:
        raise InvalidIdentifier("repeated", raw)
    if not stdnum_cnpj.is_valid(value):
        raise InvalidIdentifier("check_digits", raw)
    return Document("cnpj", value, is_padded=value != text)


def document(raw: str) -> Document:
    """This will read a CPF or a CNPJ by its length; a short number is tried as a CPF first."""
    text = _bare(raw)
    if len(text) > 11:
        return cnpj(raw)
    try:
        return cpf(raw)
    except InvalidIdentifier:
        if len(text) < 14 - _MOST_LOST_ZEROS:
            raise
        return cnpj(raw)


def cep(raw: str) -> str:
    """This will read a CEP as eight digits, putting one lost leading zero back (São Paulo)."""
    text = _bare(raw)
    value = text.zfill(8) if len(text) == 7 else text
    if len(value) != 8 or not _is_digits(value):
        raise InvalidIdentifier("length", raw)
    if value == "00000000":
        raise InvalidIdentifier("repeated", raw)
    return value


def show_cep(value: str) -> str:
    """This will write a CEP with its hyphen."""
    return f"{value[:5]}-{value[5:]}"


def mask_document(value: str) -> str:
    """This will hide the outer digits of a CPF, and the middle of a CNPJ."""
    if len(value) == 11:
        return f"***.{value[3:6]}.{value[6:9]}-**"
    if len(value) == 14:
        return f"{value[:2]}.{value[2:5]}.***/****-{value[12:]}"
    return "*" * len(value)


def mask_cep(value: str) -> str:
    """This will hide the street part of a CEP."""
    return f"{value[:5]}-***" if len(value) == 8 else "*" * len(value)


def _bare(raw: str) -> str:
    text = raw.strip()
    whole = _SPREADSHEET.fullmatch(text)
    bare = _PUNCTUATION.sub("", whole[1] if whole else text).upper()
    if not bare:
        raise InvalidIdentifier("empty", raw)
    return bare


def _padded(text: str, length: int) -> str:
    can_pad = _is_digits(text) and length - _MOST_LOST_ZEROS <= len(text) < length
    return text.zfill(length) if can_pad else text


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
