"""What may not go to the event store: addresses and names live in SQL, beside their person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PRIVATE = frozenset(
    (
        *("email", "e-mail", "mail", "phone", "telephone", "telefone", "celular", "whatsapp"),
        *("name", "nome", "firstname", "lastname", "fullname", "username"),
        *("cpf", "rg", "document", "documento", "address", "endereco", "endereço", "ip"),
        *("password", "senha", "token"),
    )
)


def without_addresses(bag: Mapping[str, Any]) -> dict[str, Any]:
    """This will leave out, at any depth, what names a person by its key or looks like an e-mail."""
    return {
        key: kept
        for key, value in bag.items()
        if key.casefold() not in PRIVATE and (kept := _kept(value)) is not None
    }


def _kept(value: Any) -> Any:
    match value:
        case str():
            return None if "@" in value else value
        case dict():
            return without_addresses(value)
        case list():
            return [kept for each in value if (kept := _kept(each)) is not None]
    return value
