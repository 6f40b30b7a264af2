"""The roll-ups are defined once and say the same on DuckDB and over Spark's protocol."""

import pytest

from posvenda.adapters.engines import HERE, Engine
from posvenda.commerce import usage
from posvenda.config import environment
from tests.adapters import engines

pytestmark = pytest.mark.django_db


def test_the_portable_windows_equal_the_one_pass_on_duckdb() -> None:
    engines.fill()
    assert engines.conforms(Engine(HERE)) > 5_000


@pytest.mark.onedb
@pytest.mark.filterwarnings("ignore")
def test_sail_answers_cell_by_cell_as_duckdb(settings) -> None:
    engines.fill()
    with engines.sail() as engine:
        assert engines.conforms(engine) > 5_000
        expected = usage.windows(as_of=engines.AS_OF)
        settings.ENGINE = engine.url
        assert usage.windows(as_of=engines.AS_OF).equals(expected)


def test_an_empty_lake_needs_no_cluster(settings) -> None:
    settings.ENGINE = "sc://127.0.0.1:1"
    assert usage.windows(as_of=engines.AS_OF).is_empty()


def test_an_engine_that_is_no_address_is_refused(monkeypatch) -> None:
    monkeypatch.setenv("POSVENDA_ENGINE", "spark://somewhere")
    with pytest.raises(environment.BadSetting, match="sc://host"):
        environment.engine()
    monkeypatch.delenv("POSVENDA_ENGINE")
    assert environment.engine() == HERE
