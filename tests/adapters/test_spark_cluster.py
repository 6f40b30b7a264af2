"""A real Spark cluster answers as DuckDB does. ``make test-spark`` runs this; nothing else does."""

import os
from pathlib import Path

import pytest

from posvenda.adapters.engines import Engine
from posvenda.commerce import usage
from tests.adapters import engines
from tests.adapters.cluster import cluster

HOME = os.environ.get("POSVENDA_TEST_SPARK", "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.spark,
    pytest.mark.onedb,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(not HOME, reason="a Spark cluster is started by make test-spark only"),
]


def test_a_cluster_of_two_workers_answers_cell_by_cell_as_duckdb(settings, tmp_path: Path) -> None:
    engines.fill()
    expected = usage.windows(as_of=engines.AS_OF)
    before = usage.query("SELECT count(*) FROM events")
    with cluster(Path(HOME), tmp_path) as spark:
        assert engines.conforms(Engine(spark.url)) > 5_000
        settings.ENGINE = spark.url
        assert usage.windows(as_of=engines.AS_OF).equals(expected)
        assert spark.told("Registering worker") == 2
        assert spark.told("Executor added") >= 2
    assert usage.query("SELECT count(*) FROM events").equals(before)
