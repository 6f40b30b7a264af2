"""Real events of six teams come in by the tracking API and by import: the same facts, and those of
a plain query over the file.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from posvenda.base import keys
from posvenda.commerce import usage
from posvenda.commerce.models import Inbox
from posvenda.commerce.tracking import flushing
from posvenda.customers.models import Customer
from tests.doors.tracking.asking import Asking
from tests.realdata.test_imports import bring

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]

NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
BATCH = 1_000
WEEKLY = """
    SELECT account, floor((DATE '{day}' - day) / 7)::INTEGER AS week,
        count(DISTINCT user_id) AS people
    FROM (SELECT account, user_id,
              (occurred_at::TIMESTAMPTZ AT TIME ZONE 'America/Sao_Paulo')::DATE AS day
          FROM '{file}')
    WHERE day <= DATE '{day}' AND day > DATE '{day}' - 182
    GROUP BY ALL
"""


def send(file: Path, key: str) -> None:
    """Everything goes through the door, the way an SDK writes it, and the worker takes it in."""
    ask = Asking()
    events = pl.read_parquet(file)
    rows = events.select("account", "user_id", "occurred_at", "action", "feature").iter_rows()
    batch = []
    for number, (account, user, moment, action, feature) in enumerate(rows):
        batch.append(
            {
                "type": "track",
                "event": action,
                "userId": user,
                "context": {"groupId": f"api-{account}"},
                "properties": {"feature": feature},
                "timestamp": moment,
                "messageId": f"git-{number}",
            }
        )
        if len(batch) == BATCH or number == events.height - 1:
            assert ask.post("/v1/batch", {"batch": batch}, key=key).status == 200
            batch = []
    while Inbox.objects.exists():
        flushing.flush(now=NOW, seconds=300)


def test_the_tracking_api_and_the_import_give_the_same_facts(
    shared_data: Path, settings: Any
) -> None:
    settings.TRACKING_EVENTS_PER_SECOND = 0  # as fast as it can, with a clock that stands
    file = shared_data / "git_usage" / "usage_events.parquet"
    if not file.exists():
        pytest.skip("the usage events are not beside this checkout")
    bring(file, "--map", "feature=feature", "--map", "action=")
    _, key = keys.issue(kind="write", label="Git", scopes=["track"], by=None, now=NOW)
    teams = list(Customer.objects.order_by("key").values_list("key", flat=True))
    for team in teams:
        Customer.objects.create(key=f"api-{team}", name=team, happened_at=NOW, recorded_at=NOW)
    send(file, key)
    names = dict(Customer.objects.values_list("id", "key"))
    last = pl.read_parquet(file)["occurred_at"].max()
    assert isinstance(last, str)
    newest = date.fromisoformat(last[:10])
    for day in (newest, date(newest.year - 1, 12, 31), date(newest.year - 4, 6, 30)):
        expected = _weekly(file, day)
        for ids in (None, list(names)):  # from the lake, and from the roll-ups
            found = usage.windows(as_of=day, ids=ids).with_columns(
                pl.col("customer_id").replace_strict(names).alias("team")
            )
            by_team = {row.pop("team"): row for row in found.drop("customer_id").to_dicts()}
            for team in teams:
                if team not in by_team:
                    assert f"api-{team}" not in by_team
                    continue
                assert by_team[f"api-{team}"] == by_team[team], (day, team)
                assert by_team[team]["weekly_people"] == expected[team], (day, team)


def _weekly(file: Path, day: date) -> dict[str, list[float]]:
    """Weekly active people of each team, the oldest week first, by a query anyone could write."""
    weeks: dict[str, list[float]] = {}
    for team, week, people in duckdb.sql(WEEKLY.format(day=day, file=file)).fetchall():
        weeks.setdefault(team, [0.0] * 26)[25 - week] = float(people)
    return _Zeros(weeks)


class _Zeros(dict[str, list[float]]):
    def __missing__(self, _team: str) -> list[float]:
        return [0.0] * 26
