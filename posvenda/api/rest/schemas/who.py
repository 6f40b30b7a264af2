"""Customers, contacts, subjects."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from posvenda.api.rest.schemas.types import (
    KEY,
    Day,
    In,
    Key,
    Moment,
    Name,
    Name120,
    Out,
    Tag,
    Text40,
    Text120,
)

CustomerKind = Literal["company", "person"]
SubjectKind = Literal["pet", "child", "patient", "vehicle", "equipment"]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Scalar = str | int | float | bool | None
Words = dict[str, Annotated[str, Field(max_length=500)]]
EMAIL = Field(max_length=254, examples=["ana@aroeira.com.br"])


class CustomerFields(In):
    """What may be said of a customer."""

    name: Name | None = None
    kind: CustomerKind | None = None
    tax_id: Text40 | None = Field(None, description="CPF or CNPJ, with or without marks")
    email: Annotated[str, EMAIL] | None = None
    phone: Text40 | None = Field(None, examples=["+55 11 98765-4321"])
    owner: Annotated[str, EMAIL] | None = Field(None, description="E-mail of who answers for it")
    tags: list[Tag] | None = Field(None, max_length=50)
    attributes: dict[Slug, Scalar] | None = Field(
        None, description="Your own attributes; null empties one", max_length=100
    )


class CustomerIn(CustomerFields):
    """A customer. Without `key` the tax id, the e-mail or the name is its key, as in a file."""

    key: Key | None = Field(None, description="The name your own systems know the customer by")
    since: Moment | None = Field(None, description="When it became a customer")
    identities: dict[Slug, Annotated[str, Field(max_length=KEY, min_length=1)]] | None = Field(
        None, description="Ids in other systems, by system", max_length=20
    )


class CustomerPatch(CustomerFields):
    """What changes; a field that is left out stays, null empties it, `tags` replaces them all."""


class Customer(Out):
    """A customer as it stands now."""

    id: str
    key: str
    name: str
    kind: CustomerKind
    tax_id: str | None
    email: str | None
    phone: str | None
    since: datetime
    owner: str | None
    tags: list[str]
    attributes: dict[str, Any]
    identities: dict[str, list[str]]
    created_at: datetime
    facts: dict[str, Any] | None = Field(None, description="Only with `fields`")


class ContactFields(In):
    """What may be said of a contact."""

    role: Text120 | None = None
    email: Annotated[str, EMAIL] | None = None
    phone: Text40 | None = None
    is_champion: bool | None = None
    left_at: Moment | None = None


class ContactIn(ContactFields):
    """Somebody to talk to at a customer."""

    key: Key | None = None
    customer: Key = Field(description="Id, key, tax id or e-mail of the customer")
    name: Name


class ContactPatch(ContactFields):
    """What changes; null empties a field."""

    name: Name | None = None


class Contact(Out):
    """A contact as it stands now."""

    id: str
    key: str
    customer: str
    name: str
    role: str | None
    email: str | None
    phone: str | None
    is_champion: bool
    left_at: datetime | None
    created_at: datetime


class SubjectIn(In):
    """A pet, child, patient, vehicle or piece of equipment of a customer."""

    key: Key | None = None
    customer: Key = Field(description="Id, key, tax id or e-mail of the customer")
    kind: SubjectKind = "pet"
    name: Name120
    born_on: Day | None = None
    detail: Words | None = Field(None, max_length=50)


class SubjectPatch(In):
    """What changes; null empties a field."""

    kind: SubjectKind | None = None
    name: Name120 | None = None
    born_on: Day | None = None
    detail: Words | None = Field(None, max_length=50)


class Subject(Out):
    """A subject as it stands now."""

    id: str
    key: str
    customer: str
    kind: SubjectKind
    name: str
    born_on: date | None
    detail: dict[str, Any]
    created_at: datetime
