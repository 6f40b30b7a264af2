"""Telephones: E.164, and a key under which a Brazilian mobile meets itself without its ninth digit.

WhatsApp often reports `5511 8765-4321` for the person stored as `5511 9 8765-4321`. The key drops
the ninth digit where one was added: a 9 before a number that began with 6 to 9. Landlines begin
with 2 to 5, so `11 9 3333-4444` keeps its nine and never meets the landline `11 3333-4444`.
Match on the key, write to the address that last worked, never rewrite the stored one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import phonenumbers

from posvenda.core.identifiers.errors import InvalidIdentifier

# Anatel, Plano Geral de Códigos Nacionais: the 67 area codes in use.
DDDS = frozenset(
    str(ddd)
    for ddd in (
        *range(11, 20), 21, 22, 24, 27, 28, *range(31, 36), 37, 38, *range(41, 50), 51, 53, 54, 55,
        *range(61, 70), 71, 73, 74, 75, 77, 79, *range(81, 90), *range(91, 100),
    )
)  # fmt: skip
_SERVICE_PREFIX = re.compile(r"0?(?:800|300|303|500|900)[0-9]{6,7}")
_SERVICE_SHORT = re.compile(r"(?:4003|4004|4007|4020|3003|3004)[0-9]{4}")
_TRUNK = re.compile(r"0(?:xx|[0-9]{2})?(?=[1-9][0-9][2-9][0-9]{7,8}$)")


@dataclass(frozen=True, slots=True)
class Phone:
    """This will hold a telephone as written (E.164) and the key to match it by.

    `is_ddd_assumed` says that the number came without area code and got the default one.
    """

    e164: str
    match_key: str
    kind: Literal["mobile", "landline", "foreign"]
    is_ddd_assumed: bool = False

    @property
    def shown(self) -> str:
        """This will write a Brazilian number as (11) 98765-4321, a foreign one as E.164."""
        if self.kind == "foreign":
            return self.e164
        local = self.e164[5:]
        return f"({self.e164[3:5]}) {local[:-4]}-{local[-4:]}"


def phone(raw: str, *, default_ddd: str | None = None) -> Phone:
    """This will read a telephone, Brazilian unless it begins with another country's code.

    Numbers without area code need `default_ddd`. Service numbers (0800, 0300, 4004 …) are no
    contacts and raise InvalidIdentifier, as does whatever is no telephone.
    """
    text = raw.strip()
    digits = "".join(re.findall(r"[0-9]|x", text.lower()))
    if not any(character.isdigit() for character in digits):
        raise InvalidIdentifier("empty" if not text else "not_a_phone", raw)
    if text.startswith("00") and not _SERVICE_PREFIX.fullmatch(digits):
        text, digits = f"+{digits[2:]}", digits[2:]
    if text.startswith("+") and not digits.startswith("55"):
        return _foreign(text, raw)
    return _brazilian(_national(text, digits), raw, default_ddd)


def match_key(e164: str) -> str:
    """This will give the key of a number in E.164, or of a WhatsApp id (the same without plus)."""
    digits = e164.removeprefix("+")
    has_ninth = len(digits) == 13 and digits.startswith("55") and digits[4] == "9"
    return digits[:4] + digits[5:] if has_ninth and digits[5] in "6789" else digits


def mask_phone(e164: str) -> str:
    """This will hide all but the country, the area code and the last four digits."""
    shown = 5 if e164.startswith("+55") else 3
    return e164[:shown] + "*" * max(len(e164) - shown - 4, 0) + e164[max(shown, len(e164) - 4) :]


def _national(text: str, digits: str) -> str:
    """This will take away +55, a bare 55 before a full number, and the trunk zero with carrier."""
    if text.startswith("+"):
        return digits[2:].lstrip("0")
    if _SERVICE_PREFIX.fullmatch(digits):
        return digits
    if digits.startswith("55") and len(digits) in (12, 13):
        return digits[2:]
    return _TRUNK.sub("", digits)


def _brazilian(national: str, raw: str, default_ddd: str | None) -> Phone:
    if _SERVICE_PREFIX.fullmatch(national) or _SERVICE_SHORT.fullmatch(national):
        raise InvalidIdentifier("not_a_contact", raw)
    is_short = len(national) in (8, 9)
    if is_short and default_ddd is None:
        raise InvalidIdentifier("ddd_missing", raw)
    full = f"{default_ddd}{national}" if is_short else national
    if not full.isdigit() or len(full) not in (10, 11):
        raise InvalidIdentifier("not_a_contact" if len(full) < 8 else "length", raw)
    if full[:2] not in DDDS:
        raise InvalidIdentifier("ddd_unknown", raw)
    e164 = f"+55{full}"
    return Phone(e164, match_key(e164), _kind(full[2:], raw), is_ddd_assumed=is_short)


def _kind(local: str, raw: str) -> Literal["mobile", "landline"]:
    match len(local), local[0]:
        case (9, "9") | (8, "6" | "7" | "8" | "9"):
            return "mobile"
        case 8, "2" | "3" | "4" | "5":
            return "landline"
    raise InvalidIdentifier("not_a_phone", raw)


def _foreign(text: str, raw: str) -> Phone:
    try:
        found = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        raise InvalidIdentifier("not_a_phone", raw) from error
    if not phonenumbers.is_possible_number(found):
        raise InvalidIdentifier("length", raw)
    e164 = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, e164.removeprefix("+"), "foreign")
