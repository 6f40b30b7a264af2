"""Conditions, sort orders and fields over the fact sheet, and pages cut out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from posvenda.api.rest import cursors
from posvenda.api.rest.problems import Fault, refuse
from posvenda.core.conditions import Condition, ConditionError, check, expression, parse
from posvenda.core.facts import Catalogue, Kind
from posvenda.customers import sheet
from posvenda.customers.wording import complaint

UNSORTABLE = (Kind.SERIES, Kind.TAGS)
KEY = "who.key"
MOST_FIELDS = 100


@dataclass(frozen=True)
class Question:
    """What is asked of a sheet."""

    where: str | None = None
    sort: str | None = None
    cursor: str | None = None
    limit: int = 50
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cut:
    """One page of a sheet: its rows, the day they stand for, and the next cursor."""

    rows: Sequence[Mapping[str, Any]]
    as_of: date
    next: str | None


def today(question: Question, *, now: datetime) -> Cut:
    """This will cut a page out of the newest sheet."""
    view = sheet.lazy(now=now)
    return cut(view.frame, question, catalogue=sheet.catalogue(), as_of=view.as_of)


def cut(frame: pl.LazyFrame, question: Question, *, catalogue: Catalogue, as_of: date) -> Cut:
    """This will filter and sort a sheet and cut one page, after the place of the cursor."""
    condition = condition_of(question.where, catalogue, parameter="where")
    if condition is not None:
        frame = frame.filter(expression(condition, catalogue, as_of=as_of))
    name, is_down = sort_of(question.sort, catalogue)
    value = _comparable(name, catalogue)
    frame = frame.with_columns(value.alias("c.sort"))
    asked = {"where": question.where or "", "sort": question.sort or KEY}
    if question.cursor is not None:
        place = cursors.read(question.cursor, asked=asked, size=2)
        frame = frame.filter(_after(frame, place, question.cursor, is_down=is_down))
    there = frame.collect_schema().names()
    wanted = [n for n in dict.fromkeys((*_ALWAYS, *(question.fields or there))) if n in there]
    found = (
        frame.sort("c.sort", KEY, descending=[is_down, is_down], nulls_last=True)
        .head(question.limit + 1)
        .select(*wanted, *({"c.sort"} - set(wanted)))
        .collect()
        .to_dicts()
    )
    rows = found[: question.limit]
    following = None
    if len(found) > question.limit:
        following = cursors.write([rows[-1]["c.sort"], rows[-1][KEY]], asked=asked)
    return Cut(rows, as_of, following)


_ALWAYS = ("customer_id", "public_id", KEY)


def condition_of(
    text: str | None, catalogue: Catalogue, *, parameter: str = "", pointer: str = ""
) -> Condition | None:
    """This will read a condition, or refuse it with the place where it goes wrong."""
    if not text or not text.strip():
        return None
    where: dict[str, Any] = {"parameter": parameter} if parameter else {"pointer": pointer}
    try:
        condition = parse(text)
    except ConditionError as error:
        told = {"reason": complaint(error)}
        raise refuse(
            Fault("condition", params=told, value=text, position=error.position, **where)
        ) from error
    problems = check(condition, catalogue)
    if problems:
        raise refuse(
            *(
                Fault(
                    "condition",
                    params={"reason": complaint(problem)},
                    value=text,
                    position=max(0, text.find(problem.comparison.fact)),
                    **where,
                )
                for problem in problems[:20]
            )
        )
    return condition


def sort_of(
    text: str | None, catalogue: Catalogue, *, parameter: str = "sort", pointer: str = ""
) -> tuple[str, bool]:
    """This will read a sort order: a fact, with - before it for the largest first."""
    name = (text or KEY).removeprefix("-")
    fact = catalogue.get(name)
    if fact is None or fact.kind in UNSORTABLE:
        where: dict[str, Any] = {"parameter": parameter} if not pointer else {"pointer": pointer}
        raise refuse(Fault("fact_unknown", value=text, params={"fact": name}, **where))
    return name, (text or "").startswith("-")


def fields_of(text: str | None, catalogue: Catalogue) -> tuple[str, ...]:
    """This will read names of facts parted by commas."""
    names = tuple(dict.fromkeys(n.strip() for n in (text or "").split(",") if n.strip()))
    return known_facts(names, catalogue, parameter="fields")


def known_facts(
    names: Sequence[str], catalogue: Catalogue, *, parameter: str = "", pointer: str = ""
) -> tuple[str, ...]:
    """This will refuse names that are no facts."""
    where: dict[str, Any] = {"parameter": parameter} if parameter else {"pointer": pointer}
    if len(names) > MOST_FIELDS:
        raise refuse(Fault("too_many", params={"limit": MOST_FIELDS}, **where))
    unknown = [name for name in names if name not in catalogue]
    if unknown:
        raise refuse(
            *(Fault("fact_unknown", value=n, params={"fact": n[:80]}, **where) for n in unknown)
        )
    return tuple(names)


def values_of(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """This will give the facts of a row; none named means all there are."""
    if names:
        return {name: row.get(name) for name in names}
    return {name: value for name, value in row.items() if name in sheet.catalogue()}


def _comparable(name: str, catalogue: Catalogue) -> pl.Expr:
    column = pl.col(name)
    if catalogue[name].kind in (Kind.NUMBER, Kind.RATE):
        return pl.when(column.is_finite()).then(column)
    return column


def _after(frame: pl.LazyFrame, place: Sequence[Any], cursor: str, *, is_down: bool) -> pl.Expr:
    """The rows behind a place: unknown values come last, the key decides among equals."""
    value, key = place
    if not isinstance(key, str):
        raise refuse(cursors.bad(cursor))
    sort, name = pl.col("c.sort"), pl.col(KEY)
    behind = name < key if is_down else name > key
    if value is None:
        return sort.is_null() & behind
    last = pl.lit(_typed(value, frame.collect_schema()["c.sort"], cursor))
    further = sort < last if is_down else sort > last
    return further | ((sort == last) & behind) | sort.is_null()


def _typed(value: Any, dtype: pl.DataType, cursor: str) -> Any:
    """A cursor's value in the type of its column."""
    if dtype == pl.Date and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise refuse(cursors.bad(cursor)) from error
    fits = {
        pl.String: str,
        pl.Boolean: bool,
        pl.Int64: int,
        pl.Float64: float,
    }
    kind: Any = next((python for polars, python in fits.items() if dtype == polars), None)
    if kind is float and type(value) is int:
        value = float(value)
    if kind is None or type(value) is not kind or (kind is int and abs(value) >= 2**63):
        raise refuse(cursors.bad(cursor))
    return value
