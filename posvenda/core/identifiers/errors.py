"""Why an identifier was refused, as msgids for translation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "empty": "Nothing is written here",
        "length": "The number of digits is wrong",
        "check_digits": "The check digits do not match",
        "repeated": "The same digit is repeated",
        "ddd_missing": "The area code (DDD) is missing",
        "ddd_unknown": "This area code (DDD) does not exist",
        "not_a_contact": "This is a service number, not a person's telephone",
        "not_a_phone": "This is not a telephone number",
        "not_an_email": "This is not an e-mail address",
    }
)


class InvalidIdentifier(ValueError):
    """A CPF, CNPJ, CEP, telephone or e-mail that cannot be one; `message` is a msgid."""

    def __init__(self, code: str, raw: str) -> None:
        self.code, self.raw = code, raw
        self.message = MESSAGES[code]
        super().__init__(self.message)
