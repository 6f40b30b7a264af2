"""Real events of real teams mean the same by the tracking API, by import and in a plain query."""

import json
from datetime import UTC, datetime

import duckdb
import polars as pl
import pytest

from posvenda.api.imports import cli
from posvenda.base import keys
from posvenda.commerce import usage
from posvenda.commerce.models import FeatureDay, FeatureLabel, Inbox, UsageDay
from posvenda.commerce.tracking import flushing
from posvenda.commerce.usage.events import EPOCH
from posvenda.customers.models import Customer
from tests.realdata.test_imports import bring

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
TENTH = 10
BATCH = 500


@pytest.fixture
def file(shared_data, tmp_path):
    """Every tenth event of the file, in its order."""
    path = shared_data / "git_usage" / "usage_events.parquet"
    if not path.exists():
        pytest.skip("the usage events are not beside this checkout")
    part = tmp_path / "usage_events.parquet"
    pl.read_parquet(path).gather_every(TENTH).write_parquet(part)
    return part


def track(file):
    """Send the file's events as a library would, in batches, and have them flushed."""
    key, _text = keys.issue(kind="write", label="Git", scopes=["track"], by=None, now=NOW)
    rows = pl.read_parquet(file)
    for name in sorted(rows["account"].unique()):
        Customer.objects.create(key=name, name=name, happened_at=NOW, recorded_at=NOW)
    items = [
        {
            "type": "track",
            "messageId": f"git-{number}",
            "event": row["action"],
            "userId": row["user_id"],
            "context": {"groupId": row["account"]},
            "properties": {"area": row["feature"]},
            "timestamp": row["occurred_at"],
        }
        for number, row in enumerate(rows.iter_rows(named=True))
    ]
    for start in range(0, len(items), BATCH):
        some = items[start : start + BATCH]
        Inbox.objects.create(
            key=f"b{start}",
            source=key,
            received_at=NOW,
            items=len(some),
            body=json.dumps({"batch": some, "sentAt": NOW.isoformat()}).encode(),
        )
    return flushing.flush(now=NOW, seconds=1_000)


def meaning():
    """What the roll-ups say, by the customers' own codes."""
    names = dict(Customer.objects.values_list("pk", "key"))
    labels = dict(FeatureLabel.objects.values_list("pk", "label"))
    people = UsageDay.objects.values_list("customer_ref", "day", "person", "uses_milli")
    features = FeatureDay.objects.values_list("customer_ref", "feature", "day", "uses_milli")
    return (
        sorted((names[who], *rest) for who, *rest in people),
        sorted((names[who], labels[label], *rest) for who, label, *rest in features),
    )


def forget_everything():
    usage.drain()
    usage.forget(list(Customer.objects.values_list("pk", flat=True)), now=NOW)
    Customer.objects.all().delete()


def test_both_doors_give_the_same_facts_and_a_plain_query_the_same_weeks(file):
    done = track(file)
    assert (done.items, done.taken, done.refused) == (41_069, 41_069, 0)
    tracked = meaning()
    weekly = _weekly()
    forget_everything()
    (table,) = [row for row in cli.summary(bring(file)) if row["record"] == "usage"]
    assert (table["read"], table["refused"]) == (41_069, 0)
    assert meaning() == tracked
    assert weekly == _plain_weekly(file)


def _weekly():
    """Different people a week (Monday first, the company's calendar) by team."""
    names = dict(Customer.objects.values_list("pk", "key"))
    days = UsageDay.objects.values_list("customer_ref", "day", "person")
    frame = pl.DataFrame(list(days), schema=["who", "day", "person"], orient="row")
    monday = pl.lit(EPOCH).dt.offset_by(pl.format("{}d", "day")).dt.truncate("1w")
    counted = frame.group_by("who", monday.alias("week")).agg(pl.col("person").n_unique())
    return {(names[who], week): people for who, week, people in counted.iter_rows()}


def _plain_weekly(file):
    sql = """
        SELECT account, date_trunc('week', timezone('America/Sao_Paulo',
                                                    occurred_at::TIMESTAMPTZ))::DATE AS week,
            count(DISTINCT user_id) FROM read_parquet(?) GROUP BY ALL
    """
    with duckdb.connect() as engine:
        found = engine.execute(sql, [str(file)]).fetchall()
    return {(team, week): people for team, week, people in found}
