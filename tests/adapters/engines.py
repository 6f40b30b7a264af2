"""Hard cases for engines, and what each must answer: the same as DuckDB, cell by cell."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import polars as pl
from deltalake import write_deltalake
from polars.testing import assert_frame_equal

from posvenda.adapters.engines import HERE, Engine
from posvenda.adapters.lake import CONFIGURATION
from posvenda.base import clock
from posvenda.commerce import usage
from posvenda.commerce.usage import from_engine, from_lake, questions
from posvenda.commerce.usage.windows import finished

AS_OF = date(2018, 11, 20)  # Brazil put its clocks forward on 4 November 2018


def fill() -> None:
    """A lake with edges of days, a clock change, nulls, fractions, several months and files."""
    edges = [
        clock.start_of(AS_OF - timedelta(days=n)) + timedelta(microseconds=shift)
        for n in (-1, 0, 6, 7, 15, 16, 17, 27, 28, 55, 56, 89, 90, 181, 182, 400)
        for shift in (-1, 0)
    ]
    spread = [
        datetime(2018, 5, 1, tzinfo=UTC) + timedelta(minutes=n * 9_973 % 290_000)
        for n in range(900)
    ]
    moments = edges + spread
    count = len(moments)
    rows = pl.DataFrame(
        {
            "event_id": range(count),
            "customer_id": [1 + n % 5 if n % 11 else 9 for n in range(count)],
            "person": [None if n % 7 == 0 else (n % 13) * 2**58 - 2**61 for n in range(count)],
            "feature": [None if n % 5 == 0 else f"recurso {n % 4}" for n in range(count)],
            "quantity": [(n % 9) / 8 for n in range(count)],
            "seconds": [None if n % 3 else n for n in range(count)],
            "happened_at": moments,
            "recorded_at": [each + timedelta(days=n % 40) for n, each in enumerate(moments)],
            "batch_id": [None] * count,
        },
        schema_overrides={"batch_id": pl.Int64, "quantity": pl.Decimal(18, 3)},
    )
    lake = usage.lake()
    first = rows[: count // 2].with_columns(month=pl.col("happened_at").dt.strftime("%Y-%m"))
    # As a table was before it had the columns of today.
    write_deltalake(str(lake.path), first, partition_by=["month"], configuration=CONFIGURATION)
    lake.append(rows[count // 2 :], token=("test", 1))


def conforms(engine: Engine) -> int:
    """This will compare every answer of an engine with DuckDB's and give the number of cells."""
    here, store = Engine(HERE), usage.lake()
    first = date(2017, 1, 1)
    cells = 0
    for ask, shape in (
        (questions.people_days, questions.as_people),
        (questions.feature_days, questions.as_features),
    ):
        for chosen in (
            questions.among(first, AS_OF),
            questions.among(first, AS_OF, ids=[1, 9], without=[-(2**61)]),
        ):
            expected = shape(here.ask(ask(chosen), store))
            assert not expected.is_empty()
            assert_frame_equal(shape(engine.ask(ask(chosen), store)), expected, check_exact=True)
            cells += expected.height * expected.width
    for known_at in (None, clock.start_of(AS_OF - timedelta(days=30))):
        for ids in (None, [2, 3]):
            asked = from_engine.Asked(AS_OF, known_at, ids, {1: 2, 4: 2, 9: 3})
            expected = finished(from_lake.count(**vars(asked)))
            found = finished(from_engine.count(engine, asked))
            assert_frame_equal(found, expected, check_exact=True)
            cells += expected.height * expected.width
    return cells


@contextmanager
def sail() -> Iterator[Engine]:
    """Sail on loopback: it speaks Spark's protocol, in this process."""
    from pysail.spark import SparkConnectServer

    # In a worker of the test runner the main module has no file, which pyspark takes for a doctest.
    vars(sys.modules["__main__"]).setdefault("__file__", __file__)
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    host, port = server.listening_address
    try:
        yield Engine(f"sc://{host}:{port}")
    finally:
        server.stop()
