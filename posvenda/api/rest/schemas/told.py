"""Tickets, satisfaction answers, cancellations, interactions, notes, tasks."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from posvenda.api.rest.schemas.types import (
    Body,
    Day,
    In,
    Key,
    Key80,
    Long,
    Moment,
    Name,
    Number,
    Out,
    Text16,
    Text80,
    Text200,
    Text300,
)
from posvenda.api.rest.schemas.who import EMAIL

Scale = Literal["nps", "csat", "ces"]
InteractionKind = Literal["note", "call", "meeting", "email", "whatsapp"]
Direction = Literal["internal", "out", "in", "both"]
CUSTOMER = "Id, key, tax id or e-mail of the customer"


class TicketIn(In):
    """A request for help."""

    key: Key80 | None = Field(None, description="The number of the ticket")
    customer: Key = Field(description=CUSTOMER)
    subject: Text300 | None = None
    priority: Text16 | None = None
    happened_at: Moment = Field(description="When it was opened")
    first_reply_at: Moment | None = None
    closed_at: Moment | None = None
    is_escalated: bool = False
    score: Number | None = Field(None, description="Satisfaction with it, CSAT from 1 to 5")


class TicketPatch(In):
    """A correction: a new version, the former one is kept."""

    customer: Key | None = None
    subject: Text300 | None = None
    priority: Text16 | None = None
    happened_at: Moment | None = None
    first_reply_at: Moment | None = None
    closed_at: Moment | None = None
    is_escalated: bool | None = None
    score: Number | None = None


class Ticket(Out):
    """A ticket as it stands now."""

    id: str
    key: str
    customer: str
    subject: str | None
    priority: str | None
    happened_at: datetime
    first_reply_at: datetime | None
    closed_at: datetime | None
    is_escalated: bool
    score: float | None
    recorded_at: datetime


class AnswerIn(In):
    """An answer to a satisfaction survey or a review; of a customer, or of an order."""

    key: Key | None = None
    customer: Key | None = Field(None, description=CUSTOMER)
    order: Key | None = Field(None, description="Key of the order it is about")
    scale: Scale = "csat"
    score: Number
    comment: Long | None = None
    happened_at: Moment


class AnswerPatch(In):
    """A correction: a new version, the former one is kept."""

    scale: Scale | None = None
    score: Number | None = None
    comment: Long | None = None
    happened_at: Moment | None = None


class Answer(Out):
    """An answer as it stands now."""

    id: str
    key: str
    customer: str | None
    order: str | None
    scale: Scale
    score: float
    comment: str | None
    happened_at: datetime
    recorded_at: datetime


class CancellationIn(In):
    """A customer said they leave, or came back."""

    key: Key | None = None
    customer: Key = Field(description=CUSTOMER)
    happened_at: Moment
    reason: Text80 | None = None
    comment: Long | None = None
    is_return: bool = False


class CancellationPatch(In):
    """A correction: a new version, the former one is kept."""

    happened_at: Moment | None = None
    reason: Text80 | None = None
    comment: Long | None = None
    is_return: bool | None = None


class Cancellation(Out):
    """A cancellation as it stands now."""

    id: str
    key: str
    customer: str
    happened_at: datetime
    reason: str | None
    comment: str | None
    is_return: bool
    recorded_at: datetime


class InteractionIn(In):
    """A call, meeting, message or note that was kept elsewhere."""

    key: Key | None = None
    customer: Key = Field(description=CUSTOMER)
    kind: InteractionKind = "note"
    direction: Direction = "both"
    happened_at: Moment
    body: Long | None = None
    contact: Text200 | None = Field(None, description="Key, e-mail or name of the contact")
    by: Annotated[str, EMAIL] | None = Field(None, description="E-mail of who wrote it here")


class InteractionPatch(In):
    """What changes."""

    kind: InteractionKind | None = None
    direction: Direction | None = None
    happened_at: Moment | None = None
    body: Long | None = None


class Interaction(Out):
    """An interaction as it stands now."""

    id: str
    key: str | None
    customer: str
    kind: InteractionKind
    direction: Direction
    happened_at: datetime
    body: str | None
    contact: str | None
    by: str | None
    recorded_at: datetime


class NoteIn(In):
    """Something to remember of a customer."""

    customer: Key = Field(description=CUSTOMER)
    body: Body
    happened_at: Moment | None = None


class TaskIn(In):
    """Something a person has to do for a customer; without `owner` it is the customer's owner's."""

    customer: Key = Field(description=CUSTOMER)
    title: Name
    body: Long | None = None
    due_on: Day | None = None
    owner: Annotated[str, EMAIL] | None = None


class TaskPatch(In):
    """What changes; `is_done` ticks the task off or opens it again."""

    title: Name | None = None
    body: Long | None = None
    due_on: Day | None = None
    owner: Annotated[str, EMAIL] | None = None
    is_done: bool | None = None


class Task(Out):
    """A task as it stands now."""

    id: str
    customer: str
    title: str
    body: str | None
    due_on: date | None
    owner: str | None
    is_done: bool
    created_at: datetime
    done_at: datetime | None
