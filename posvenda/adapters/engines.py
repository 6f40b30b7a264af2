"""Where the large questions over the event lake are computed: DuckDB here, or Spark elsewhere.

A question is one Ibis expression over the table ``events``. It is compiled to the SQL of the engine
that ``url`` names: ``duckdb``, or a Spark Connect address such as ``sc://spark.example:15002``
(Apache Spark 4; Sail speaks the same protocol). A cluster must see the lake's folder under the same
path. Only workers and the command line call this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from posvenda.adapters.lake import SCHEMA, Lake

HERE = "duckdb"
TYPES = {
    "event_id": "int64",
    "customer_id": "int64",
    "person": "int64",
    "feature": "string",
    "quantity": "decimal(18, 3)",
    "seconds": "int64",
    "happened_at": "timestamp('UTC')",
    "recorded_at": "timestamp('UTC')",
    "batch_id": "int64",
    "source": "string",
    "event": "string",
    "kind": "string",
    "properties": "string",
    "month": "string",
}


class NoEngine(RuntimeError):
    """Raised with a sentence when the engine that is set cannot be used."""


@dataclass(frozen=True)
class Engine:
    """An engine by its address."""

    url: str = HERE

    @property
    def is_here(self) -> bool:
        """Whether it computes in this process."""
        return self.url == HERE

    def ask(
        self, question: Any, lake: Lake, *, months: Sequence[str] | None = None
    ) -> pl.DataFrame:
        """This will compute an Ibis expression over the lake, or over some of its months."""
        files = lake.files(months)
        if self.is_here or not files:
            return lake.query(compiled(question, HERE), files=files)
        return _on_spark(self.url, compiled(question, "spark"), files, str(lake.path))


def events() -> Any:
    """This will give the table that questions are about."""
    import ibis

    return ibis.table({name: TYPES[name] for name in SCHEMA}, name="events")


def compiled(question: Any, dialect: str) -> str:
    """This will give the SQL of a question; no engine is loaded for it."""
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
    from ibis.backends.sql.compilers.pyspark import PySparkCompiler

    compiler = DuckDBCompiler() if dialect == HERE else PySparkCompiler()
    sql: str = compiler.to_sqlglot(question).sql(compiler.dialect)
    return sql


def _on_spark(url: str, sql: str, files: Sequence[str], base: str) -> pl.DataFrame:
    """Spark gets the list of files that are valid now, so it needs no Delta package of its own."""
    spark = _session(url)
    table = spark.read.option("basePath", base).option("mergeSchema", "true").parquet(*files)
    nothing = [name for name in SCHEMA if name not in table.columns]
    for name in nothing:
        table = table.selectExpr("*", f"CAST(NULL AS {_spark_type(name)}) AS {name}")
    table.createOrReplaceTempView("events")
    found: pl.DataFrame = pl.from_arrow(spark.sql(sql).toArrow())  # type: ignore[assignment]
    return found


def _spark_type(name: str) -> str:
    return {"int64": "BIGINT", "string": "STRING"}.get(TYPES[name], "STRING")


@lru_cache(maxsize=4)
def _session(url: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise NoEngine(
            "POSVENDA_ENGINE needs the extra: pip install 'posvenda[spark]'"
        ) from missing
    spark = SparkSession.builder.remote(url).getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    return spark
