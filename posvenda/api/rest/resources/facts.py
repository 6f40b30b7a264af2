"""Facts of all customers, the catalogue, scores, metrics: what is known and judged today."""

from typing import Any

from django.http import HttpResponse
from ninja import Router
from ninja.params.functions import Path, Query

from posvenda.api.rest import asking
from posvenda.api.rest.asking import Question
from posvenda.api.rest.bodies import answer
from posvenda.api.rest.door import Call
from posvenda.api.rest.judging import scored
from posvenda.api.rest.problems import Refused
from posvenda.api.rest.resources.crud import CURSOR
from posvenda.api.rest.resources.customers import FIELDS, WHERE, only_today
from posvenda.api.rest.resources.marks import Limit, needs
from posvenda.api.rest.schemas import judged as shapes
from posvenda.api.rest.schemas.pages import page_of
from posvenda.api.rest.schemas.types import Day
from posvenda.base import clock
from posvenda.core.facts import Fact
from posvenda.customers import sheet
from posvenda.insights import metrics

SORT = Query(None, max_length=65, description="A fact; `-` before it puts the largest first")
SCORE = (
    "public_id",
    "who.name",
    "health.score",
    "health.band",
    "health.change_30d",
    "health.coverage_rate",
    "stage.name",
)
facts = Router(tags=["facts"])
catalogue = Router(tags=["catalogue"])
scores = Router(tags=["scores"])
figures = Router(tags=["metrics"])
AS_OF = {"as_of": (Day, ...)}


@facts.get(
    "",
    response=page_of(shapes.FactRow, **AS_OF),
    operation_id="list_facts",
    summary="List the facts of customers",
)
@needs("facts:read")
def list_facts(
    request: Call,
    limit: Limit = 50,
    cursor: str | None = CURSOR,
    where: str | None = WHERE,
    sort: str | None = SORT,
    fields: str | None = FIELDS,
    as_of: Day | None = Query(None, description="Today; other days are snapshots"),
) -> HttpResponse:
    """The facts of today, one entry for each customer, all facts unless `fields` names some."""
    names = asking.fields_of(fields, sheet.catalogue())
    cut = asking.today(Question(where, sort, cursor, limit, names), now=request.now)
    only_today(as_of, cut.as_of)
    items = [_facts(row, names) for row in cut.rows]
    return answer({"items": items, "next": cut.next, "as_of": cut.as_of})


def _facts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "customer": row["public_id"],
        "key": row["who.key"],
        "facts": asking.values_of(row, names),
    }


@catalogue.get(
    "",
    response=list[shapes.FactEntry],
    operation_id="list_catalogue",
    summary="List all facts there are",
)
@needs("facts:read")
def list_catalogue(request: Call) -> HttpResponse:
    """What conditions, `sort` and `fields` may name; own attributes are among them."""
    return answer([_entry(fact) for fact in sheet.catalogue().values()])


def _entry(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "kind": fact.kind.value,
        "label": str(fact.label),
        "help": str(fact.help),
        "family": fact.family,
        "unit": fact.unit or None,
        "higher_is": fact.higher_is,
        "operators": list(fact.kind.operators),
        "choices": {name: str(label) for name, label in fact.choices.items()},
    }


@scores.get(
    "",
    response=page_of(shapes.HealthScore, **AS_OF),
    operation_id="list_scores",
    summary="List the health of customers",
)
@needs("facts:read")
def list_scores(
    request: Call,
    limit: Limit = 50,
    cursor: str | None = CURSOR,
    where: str | None = WHERE,
    sort: str | None = SORT,
) -> HttpResponse:
    """Health in whole points, as the pages show it; one customer's `score` has the reasons."""
    cut = asking.today(Question(where, sort, cursor, limit, SCORE), now=request.now)
    items = [scored(row) for row in cut.rows]
    return answer({"items": items, "next": cut.next, "as_of": cut.as_of})


@figures.get(
    "",
    response=list[shapes.MetricEntry],
    operation_id="list_metrics",
    summary="List the figures of the company",
)
@needs("facts:read")
def list_metrics(request: Call) -> HttpResponse:
    """What can be read by month, and what it means."""
    return answer([_metric(each) for each in metrics.CATALOGUE])


@figures.get(
    "/{name}",
    response=shapes.MetricSeries,
    operation_id="get_metric",
    summary="Read one figure by month",
)
@needs("facts:read")
def get_metric(
    request: Call,
    name: str = Path(max_length=80),
    first: Day | None = Query(None, description="From the month of this day"),
    last: Day | None = Query(None, description="To the month of this day; today when left out"),
) -> HttpResponse:
    """Months without a row had nothing; currencies are never added up."""
    try:
        metric = metrics.metric(name)
    except metrics.UnknownMetric as error:
        raise Refused("not_found") from error
    today = clock.day_of(request.now)
    span = metrics.whole_span(as_of=last or today)
    if first is not None:
        span = metrics.Span(first.replace(day=1), span.last)
    return answer({**_metric(metric), "rows": metric.compute(span).to_dicts()})


def _metric(metric: metrics.Metric) -> dict[str, Any]:
    return {"name": metric.name, "label": str(metric.label), "help": str(metric.help)}
