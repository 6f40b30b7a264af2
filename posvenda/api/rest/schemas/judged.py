"""Facts, scores, segments, metrics, facts of other days."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from posvenda.api.rest.schemas.types import Day, Id, In, Moment, Name, Out

FactName = str


class FactEntry(Out):
    """One fact of the catalogue: its words, its type, and what a condition may ask of it."""

    name: str
    kind: Literal[
        "text", "integer", "number", "money", "rate", "days", "date", "boolean", "choice",
        "tags", "series",
    ]  # fmt: skip
    label: str
    help: str
    family: str
    unit: str | None
    higher_is: Literal["better", "worse", "neutral"]
    operators: list[str]
    choices: dict[str, str]


class FactRow(Out):
    """The facts of one customer; money is in cents, rates from 0 to 1, unknown is null."""

    customer: str
    key: str
    facts: dict[str, Any]


class CustomerFacts(FactRow):
    """The facts of one customer and the day they stand for."""

    as_of: date


class Contribution(Out):
    """The points of one measure; null where its fact is unknown and moves nothing."""

    group: str
    measure: str
    fact: str
    points: int | None
    change: int | None = Field(description="Against 30 days ago")
    value: Any
    why: str | None


class GroupPoints(Out):
    """The points of one group of measures: the sum of its contributions."""

    group: str
    label: str
    points: int
    change: int | None


Band = Literal["good", "warn", "risk", "unknown"]


class HealthScore(Out):
    """The health of one customer, in whole points from 0 to 100."""

    customer: str
    key: str
    name: str
    score: int | None
    band: Band
    change_30d: int | None
    coverage: float | None = Field(description="How much of the scorecard is known, 0 to 1")
    stage: str | None


class ExplainedScore(HealthScore):
    """Health with its reasons: `start` + all points = `score`, exactly."""

    as_of: date
    card: str
    start: int
    contributions: list[Contribution]
    groups: list[GroupPoints]


class SegmentIn(In):
    """A condition over the facts, kept under a name; everybody here sees it."""

    name: Name
    where: str = Field(max_length=4_000, examples=["health.score < 45 and contract.mrr > 1000"])
    sort: str | None = Field(None, max_length=64, examples=["-contract.mrr"])


class Segment(Out):
    """A segment; `is_built_in` ones come with the pack and cannot be changed here."""

    id: str
    name: str
    where: str
    sort: str | None
    is_built_in: bool
    created_at: datetime | None


class MetricEntry(Out):
    """A figure of the company and what it means."""

    name: str
    label: str
    help: str


class MetricSeries(MetricEntry):
    """A figure by month and, where it is money, by currency."""

    rows: list[dict[str, Any]]


class SnapshotIn(In):
    """Which facts of which day; `known_at` leaves out what was learnt later."""

    as_of: Day
    known_at: Moment | None = None
    where: str | None = Field(None, max_length=4_000)
    fields: list[FactName] | None = Field(None, max_length=100)
    customers: list[Id] | None = Field(None, max_length=1_000)


class Snapshot(Out):
    """Facts of another day, worked out in the background; read `rows` when it is done."""

    id: str
    status: Literal["queued", "running", "done", "failed"]
    as_of: date
    known_at: datetime | None
    where: str | None
    fields: list[str]
    rows: int | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime
