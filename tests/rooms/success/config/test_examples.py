"""Examples run on the rules in force, tell what is not so and why, and leave nothing behind."""

from datetime import datetime
from pathlib import Path

import pytest
from django.utils import translation

from posvenda.commerce.models import Order
from posvenda.core.shapes import ShapeError
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.config.examples import running
from posvenda.success.config.examples.reading import read

pytestmark = pytest.mark.django_db
WRONG = """
examples:
  - name: she comes often
    on: 2026-03-02
    customers:
      ana:
        since: 2025-06-01
        orders:
          - {from: 2025-06-02, until: 2026-02-20, every: 30, amount: 120.50}
    expect:
      - {stage: away, health: {from: 0, to: 20, band: risk}, segments: [unhappy]}
      - {plays: [win_back, no_such], facts: {orders.count: 9, orders.value: 1084.5}}
"""


@pytest.mark.parametrize("pack", definitions.names())
def test_the_examples_of_every_pack_hold(pack: str, now: datetime) -> None:
    definitions.install(pack, now=now)
    examples, problems = running.read_folder(definitions.FOLDER / pack)
    assert problems == []
    assert len(examples) >= 2
    results = running.run(examples)
    assert [result for result in results if result.misses] == []


def test_a_miss_tells_what_came_out_and_why_in_the_readers_language(
    now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    definitions.install("salao", now=now)
    with translation.override("pt-br"):
        code = running.report(running.run(read(WRONG)))
    told = capsys.readouterr().out
    assert code == 1
    assert "etapa: esperado away, veio regular" in told
    assert "Quarta" not in told
    assert "começa em" in told
    assert "visitas" in told
    assert "0 passou, 2 falharam" in told


def test_what_an_example_writes_is_taken_back(now: datetime) -> None:
    definitions.install("salao", now=now)
    running.run(read(WRONG))
    assert not Customer.objects.exists()
    assert not Order.objects.exists()


def test_expected_values_of_facts_are_in_the_currency_and_exact(now: datetime) -> None:
    definitions.install("salao", now=now)
    result = running.run(read(WRONG))[1]
    assert [
        miss.what for miss in result.misses if "count" in miss.what or "alue" in miss.what
    ] == []
    assert len(result.misses) == 2


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("examples: []", "examples"),
        ("examples: [{name: a, customers: {}, expect: [{}]}]", "examples[0].customers"),
        ("examples: [{name: a, customers: {b: {since: x}}, expect: [{}]}]", "customers.b.since"),
        (
            "examples: [{name: a, on: 2026-01-01, customers: {b: {since: 2025-01-01}},"
            " expect: [{stagee: x}]}]",
            "expect[0].stagee",
        ),
        (
            "examples: [{name: a, customers: {b: {since: 2025-01-01}}, expect: [{stage: x}]}]",
            "expect[0].on",
        ),
    ],
)
def test_a_fault_in_an_example_names_its_place(told: str, place: str) -> None:
    with pytest.raises(ShapeError) as found:
        read(told)
    assert place in str(found.value)


def test_a_folder_is_tried_in_a_home_of_its_own(tmp_path: Path, now: datetime) -> None:
    definitions.install("salao", now=now)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "mine.yaml").write_text(WRONG, encoding="utf-8")
    assert running.run_apart(tmp_path) == 1
    assert not Customer.objects.exists()
    (tmp_path / "stages.yaml").write_text("name: x\nrules: []\n", encoding="utf-8")
    assert running.run_apart(tmp_path) == 2


def test_a_folder_without_examples_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert running.run_apart(tmp_path) == 2
    assert "tests" in capsys.readouterr().err
