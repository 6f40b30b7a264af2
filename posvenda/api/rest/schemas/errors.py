"""The shape of problems (RFC 9457)."""

from pydantic import Field

from posvenda.api.rest.schemas.types import Out


class FieldError(Out):
    """One value that cannot be taken: where it stands, why, and the way out."""

    code: str
    message: str
    pointer: str | None = Field(None, description="JSON Pointer into the body")
    parameter: str | None = Field(None, description="Name of the parameter or header")
    value: str | int | float | bool | None = Field(None, description="The value as it came")
    position: int | None = Field(None, description="Where in `where` it went wrong, from 0")


class Problem(Out):
    """Why a request was refused, in the language of `Accept-Language`."""

    type: str = Field(json_schema_extra={"format": "uri-reference"})
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] | None = None
    id: str | None = Field(None, description="The id of what is there already")
