"""Identifiers of people and companies in Brazil: read, compared, formatted and masked.

Here: CPF, CNPJ, CEP, telephone, e-mail; each reader raises InvalidIdentifier with a msgid. Not
here: whether the number belongs to anybody, nor which records are the same person.
"""

from posvenda.core.identifiers.documents import (
    Document,
    cep,
    cnpj,
    cpf,
    document,
    mask_cep,
    mask_document,
    show_cep,
)
from posvenda.core.identifiers.emails import email, mask_email
from posvenda.core.identifiers.errors import MESSAGES, InvalidIdentifier
from posvenda.core.identifiers.phones import DDDS, Phone, mask_phone, match_key, phone

__all__ = [
    "DDDS",
    "MESSAGES",
    "Document",
    "InvalidIdentifier",
    "Phone",
    "cep",
    "cnpj",
    "cpf",
    "document",
    "email",
    "mask_cep",
    "mask_document",
    "mask_email",
    "mask_phone",
    "match_key",
    "phone",
    "show_cep",
]
