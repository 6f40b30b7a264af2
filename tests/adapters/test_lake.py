"""The event lake keeps each event once, through retries, rival writers and compaction."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from deltalake import write_deltalake

from posvenda.adapters.lake import CONFIGURATION, SCHEMA, Lake, hashes

START = datetime(2026, 5, 30, 22, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "a folder" / "usage")


def events(
    count: int, *, first: int = 0, start: datetime = START, customer: int = 1
) -> pl.DataFrame:
    moments = [start + timedelta(hours=number) for number in range(count)]
    return pl.DataFrame(
        {
            "event_id": list(range(first, first + count)),
            "customer_id": [customer] * count,
            "person": [None] * count,
            "feature": ["folha"] * count,
            "quantity": [1.5] * count,
            "seconds": [30] * count,
            "happened_at": moments,
            "recorded_at": [start] * count,
            "batch_id": [7] * count,
        }
    )


def count(lake: Lake) -> int:
    return lake.query("SELECT count(*) AS n FROM events")["n"].item()


def test_a_lake_that_does_not_exist_yet_reads_as_empty(lake: Lake) -> None:
    assert lake.files() == []
    assert lake.query("SELECT * FROM events").shape == (0, len(SCHEMA))


def test_an_append_is_done_once_per_token(lake: Lake) -> None:
    assert lake.append(events(3), token=("import-1", 1))
    assert not lake.append(events(3), token=("import-1", 1))
    assert lake.append(events(3, first=3), token=("import-1", 2))
    assert not lake.append(events(3), token=("import-1", 1)), "an older token is in as well"
    assert lake.append(events(3, first=6), token=("import-2", 1)), "apps do not share tokens"
    assert count(lake) == 9


def test_an_append_may_ask_for_the_number_it_follows(lake: Lake) -> None:
    assert lake.version("staged") == -1
    assert lake.append(events(3), token=("staged", 4), after=-1)
    assert not lake.append(events(3, first=3), token=("staged", 7), after=-1), "another was faster"
    assert lake.append(events(3, first=3), token=("staged", 7), after=4)
    assert (count(lake), lake.version("staged")) == (6, 7)


def test_a_table_from_before_gets_new_columns_with_the_next_append(lake: Lake) -> None:
    old = events(2).with_columns(
        pl.col("person").cast(pl.Int64), month=pl.col("happened_at").dt.strftime("%Y-%m")
    )
    write_deltalake(str(lake.path), old, partition_by=["month"], configuration=CONFIGURATION)
    assert lake.query("SELECT event, kind, properties FROM events").row(0) == (None, None, None)
    told = {"source": "site", "event": "Report Opened", "kind": "track", "properties": '{"a": 1}'}
    lake.append(
        events(1, first=2).with_columns(pl.lit(v).alias(k) for k, v in told.items()),
        token=("a", 1),
    )
    found = lake.query("SELECT source, event, kind, properties FROM events ORDER BY event_id")
    assert found.rows() == [(None,) * 4, (None,) * 4, tuple(told.values())]
    lake.compact()
    assert lake.query("SELECT event, properties FROM events ORDER BY event_id").row(2) == (
        "Report Opened",
        '{"a": 1}',
    )
    log = "\n".join(f.read_text() for f in sorted((lake.path / "_delta_log").glob("*.json")))
    added = [json.loads(line)["add"]["stats"] for line in log.splitlines() if '"add":' in line]
    assert not any("Report Opened" in stats for stats in added)


def test_events_lie_in_one_folder_per_month_and_keep_their_values(lake: Lake) -> None:
    lake.append(events(60), token=("a", 1))
    assert {Path(file).parent.name for file in lake.files()} == {"month=2026-05", "month=2026-06"}
    assert len(lake.files(["2026-06"])) == 1
    back = lake.query("SELECT * FROM events ORDER BY happened_at")
    assert back["month"].value_counts().sort("month").rows() == [("2026-05", 26), ("2026-06", 34)]
    assert back["happened_at"].to_list() == events(60)["happened_at"].to_list()
    assert back["quantity"].cast(pl.Float64).unique().to_list() == [1.5]


def test_compaction_leaves_one_file_a_month_and_each_event_once(lake: Lake) -> None:
    for number in range(4):
        lake.append(events(10, first=number * 5), token=("a", number))
    before = lake.query("SELECT DISTINCT event_id FROM events ORDER BY 1")
    assert (count(lake), len(lake.files())) == (40, 4)
    assert lake.compact() == 1
    assert (count(lake), len(lake.files())) == (25, 1)
    assert lake.query("SELECT event_id FROM events ORDER BY 1").equals(before)
    assert lake.compact() == 0
    assert not lake.append(events(3), token=("a", 3)), "tokens outlive compaction"


def test_rival_writers_lose_nothing(lake: Lake) -> None:
    lake.append(events(1), token=("start", 1))

    def write(writer: int) -> None:
        for number in range(4):
            first = 1 + writer * 100 + number * 10
            Lake(lake.path).append(events(10, first=first), token=(f"writer-{writer}", number))
            if number == 2:
                Lake(lake.path).compact()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))
    found = lake.query("SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM events")
    assert found.row(0) == (121, 121)


def test_statistics_hold_no_person_and_rows_are_never_marked_as_deleted(lake: Lake) -> None:
    lake.append(events(5), token=("a", 1))
    log = "".join(file.read_text() for file in sorted((lake.path / "_delta_log").glob("*.json")))
    actions = [json.loads(line) for line in log.splitlines()]
    told = [json.loads(each["add"]["stats"])["maxValues"] for each in actions if "add" in each]
    assert told
    assert all(set(each) == {"customer_id", "happened_at", "recorded_at"} for each in told)
    settings = next(each["metaData"]["configuration"] for each in actions if "metaData" in each)
    assert settings["delta.enableDeletionVectors"] == "false"


def test_a_forgotten_customer_is_in_no_file_any_more(lake: Lake) -> None:
    lake.append(pl.concat([events(5), events(5, first=5, customer=2)]), token=("a", 1))
    with lake.locked():
        lake.erase("customer_id = 1")
    kept = "', '".join(str(file) for file in lake.path.glob("month=*/*.parquet"))
    left = lake.query(f"SELECT DISTINCT customer_id FROM read_parquet(['{kept}'])")
    assert left["customer_id"].to_list() == [2]


def test_the_secret_of_a_lake_is_made_once_and_readable_by_its_owner_only(lake: Lake) -> None:
    key = lake.key()
    assert lake.key() == key
    assert len(key) == 32
    file = next(lake.path.parent.glob("*.key"))
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600


def test_hashes_are_stable_and_need_the_key() -> None:
    names = pl.Series("person", ["ana", "bia", None, "ana"])
    first, second, nobody, again = hashes(names, key=b"a").to_list()
    assert first == again != second
    assert nobody is None
    assert hashes(names, key=b"b")[0] != first
    assert hashes(pl.Series(["ana"]))[0] == 2673169044472470076
