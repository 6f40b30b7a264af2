"""``posvenda facts`` prints the sheet of any day; the same data gives the same bytes."""

import argparse
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.utils import translation

from posvenda.commerce.models import ContractLine, Order
from posvenda.customers import cli
from posvenda.customers.models import Attribute, AttributeValue, Customer, Tagging

pytestmark = pytest.mark.django_db
THEN = datetime(2026, 3, 10, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def shop(keys: list[str], *, at: datetime = THEN) -> None:
    for number, key in enumerate(keys):
        row, _ = Customer.objects.get_or_create(
            key=key, defaults={"name": key.title(), "happened_at": at, "recorded_at": at}
        )
        Order.objects.create(
            key=f"{key}-{at.isoformat()}",
            number="1",
            customer=row,
            happened_at=at + timedelta(days=ord(key[0]) % 7),
            recorded_at=at + timedelta(days=number),
            amount_cents=10_050 * len(key),
        )


def run(tmp_path: Path, *words: str) -> tuple[int, bytes]:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    file = tmp_path / "out"
    file.unlink(missing_ok=True)
    code = cli.run(
        parser.parse_args([*words, "--output", str(file)]), now=datetime(2026, 6, 16, tzinfo=UTC)
    )
    return code, file.read_bytes() if file.exists() else b""


@pytest.mark.parametrize("form", ["parquet", "csv", "json", "table"])
def test_a_past_day_prints_the_same_bytes_after_later_days_come_in(
    tmp_path: Path, form: str
) -> None:
    shop(["ana", "bia", "caio"])
    words = ("--as-of", "2026-03-20", "--format", form)
    before = run(tmp_path, *words)
    shop(["ana", "duda", "bia"], at=THEN + timedelta(days=30))
    state = Attribute.objects.create(name="later", label="Later", kind="text")
    AttributeValue.objects.create(
        customer=Customer.objects.get(key="ana"),
        attribute=state,
        value="x",
        happened_at=THEN + timedelta(days=30),
        recorded_at=THEN,
    )
    assert run(tmp_path, *words) == before
    assert b"ana" in before[1]


@pytest.mark.parametrize("form", ["parquet", "csv", "json", "table"])
def test_the_order_of_import_does_not_show_in_the_bytes(tmp_path: Path, form: str) -> None:
    shop(["ana", "bia", "caio"])
    before = run(tmp_path, "--format", form)
    Order.objects.all().delete()
    Customer.objects.all().delete()
    shop(["caio", "ana", "bia"])
    assert run(tmp_path, "--format", form) == before


def test_parquet_and_json_hold_series_and_no_hidden_column(tmp_path: Path) -> None:
    shop(["ana"])
    frame = pl.read_parquet(io.BytesIO(run(tmp_path, "--format", "parquet")[1]))
    assert frame["orders.monthly_value"].list.len().to_list() == [12]
    assert not {"customer_id", "public_id", "who.owner_id"} & set(frame.columns)
    row = json.loads(run(tmp_path, "--format", "json")[1])[0]
    assert row["orders.value"] == 30_150
    assert row["orders.last_on"] == "2026-03-16"
    assert "orders.monthly_value" not in run(tmp_path, "--format", "csv")[1].decode()


def test_columns_and_a_condition_choose_what_is_printed(tmp_path: Path) -> None:
    shop(["ana", "bianca"])
    row = Customer.objects.get(key="bianca")
    for tag in ("vip", "novo"):
        Tagging.objects.create(customer=row, tag=tag, starts_at=THEN, recorded_at=THEN)
    asked = ("--where", "orders.value > 400", "--columns", "who.key,who.tags,orders.value")
    assert run(tmp_path, *asked, "--format", "csv")[1].decode().splitlines() == [
        "who.key,who.tags,orders.value",
        "bianca,novo;vip,60300",
    ]


def test_a_table_shows_an_overview_with_money_in_units(tmp_path: Path) -> None:
    shop(["ana"])
    lines = run(tmp_path)[1].decode().splitlines()
    assert "orders.value" in lines[0]
    assert "contract.mrr" not in lines[0], "nobody has a contract"
    assert "301.50" in lines[1]


def test_what_was_learnt_later_is_left_out_when_asked(tmp_path: Path) -> None:
    shop(["ana", "bia"])
    asked = ("--columns", "who.key,orders.count", "--format", "csv", "--known-at")
    assert run(tmp_path, *asked, "2026-03-10")[1].decode().splitlines()[1:] == ["ana,1", "bia,0"]
    assert run(tmp_path, *asked, "2026-03-11")[1].decode().splitlines()[1:] == ["ana,1", "bia,1"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--columns", "orders.vale"), "orders.value"),
        (("--where", "orders.vale > 1"), "did you mean orders.value"),
        (("--where", "orders.value >"), "A value was expected"),
        (("--where", 'stage.name contains "x"'), "stage.name cannot be compared with contains"),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert run(tmp_path, *words) == (2, b"")
    assert told in capsys.readouterr().err


def test_a_mistake_is_explained_in_portuguese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with translation.override("pt-br"):
        run(tmp_path, "--where", "orders.vale > 1")
    told = capsys.readouterr().err
    assert told == "Não existe o dado orders.vale; você quis dizer orders.value?\n"


def test_the_catalogue_is_printed_with_labels(tmp_path: Path) -> None:
    rows = json.loads(run(tmp_path, "--list", "--format", "json")[1])
    assert len(rows) >= 60
    assert {"name": "contract.mrr", "kind": "money", "label": "MRR"}.items() <= next(
        row for row in rows if row["name"] == "contract.mrr"
    ).items()


def test_a_moment_without_a_zone_is_the_companys(tmp_path: Path) -> None:
    row = Customer.objects.create(key="ana", name="Ana", happened_at=THEN, recorded_at=THEN)
    ContractLine.objects.create(
        key="c",
        customer=row,
        happened_at=THEN,
        recorded_at=THEN,
        starts_on=date(2026, 3, 1),
        amount_cents=100,
    )
    asked = ("--columns", "who.key,contract.mrr", "--format", "csv", "--known-at")
    assert run(tmp_path, *asked, "2026-03-10T11:59:59")[1].decode().splitlines()[1:] == []
    assert run(tmp_path, *asked, "2026-03-10T12:00:00")[1].decode().splitlines()[1:] == ["ana,100"]
