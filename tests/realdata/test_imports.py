"""Published figures of real data sets come out of an import by the command's own engine."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from django.db.models import Avg, Count, F, Q, Sum

from posvenda.api.imports import cli
from posvenda.api.models import ImportRun
from posvenda.base import clock, rows
from posvenda.commerce import usage
from posvenda.commerce.models import (
    Answer,
    Cancellation,
    ContractLine,
    Order,
    OrderLine,
    Product,
    Ticket,
)
from posvenda.core.mrr import mrr_at
from posvenda.customers.models import AttributeValue, Customer

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]
NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)


def bring(*paths: Path | str) -> ImportRun:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return cli.run_import(parser.parse_args([str(path) for path in paths]), now=NOW)


def counts(done: ImportRun) -> dict[str, tuple[int, int, int]]:
    return {
        row["record"]: (row["new"], row["changed"], row["refused"])
        for row in cli.summary(done)
        if row["record"] != "ignored"
    }


def test_ravenstack(shared_data):
    done = bring(shared_data / "ravenstack")
    assert counts(done) == {
        "customer": (500, 0, 0),
        "contract": (5_000, 0, 0),
        "usage": (24_979, 0, 21),
        "ticket": (2_000, 0, 0),
        "cancellation": (600, 0, 0),
    }
    assert cli.codes(done) == {"outside_contract": 19_419, "duplicate_key": 21, "ends_at_start": 13}
    columns = ["customer_id", "starts_on", "ends_on", "amount_cents", "period", "currency"]
    lines = rows.frame(ContractLine.objects.all(), [*columns, "is_trial"])
    december = mrr_at(lines, date(2024, 12, 31))
    assert december["mrr_cents"].sum() == 10_159_608_00
    assert december.height == 500
    assert set(december["currency"]) == {"USD"}
    assert ContractLine.objects.filter(is_trial=True).aggregate(Sum("amount_cents")) == {
        "amount_cents__sum": 0
    }
    flags = AttributeValue.objects.filter(attribute__name="churn_flag", value="true")
    assert flags.count() == 110
    scores = Answer.objects.aggregate(n=Count("id"), mean=Avg("score"))
    assert (scores["n"], round(scores["mean"], 3)) == (1_175, 3.981)
    assert Ticket.objects.filter(is_escalated=True).count() == 95
    times = Ticket.objects.aggregate(
        reply=Avg(F("first_reply_at") - F("happened_at")),
        solved=Avg(F("closed_at") - F("happened_at")),
    )
    assert round(times["reply"].total_seconds() / 60, 2) == 88.48
    assert round(times["solved"].total_seconds() / 3600, 3) == 35.861
    assert Cancellation.objects.count() == 600
    seen = usage.windows(as_of=date(2024, 12, 31))
    assert seen["customer_id"].n_unique() == 500
    again = bring(shared_data / "ravenstack")
    written = {key: value[:2] for key, value in counts(again).items()}
    assert written == dict.fromkeys(counts(done), (0, 0))


MONTHS = {
    "2010-12": 748957.02,
    "2011-01": 560000.26,
    "2011-02": 498062.65,
    "2011-03": 683267.08,
    "2011-04": 493207.12,
    "2011-05": 723333.51,
    "2011-06": 691123.12,
    "2011-07": 681300.11,
    "2011-08": 682680.51,
}


def test_online_retail(shared_data):
    done = bring(shared_data / "online_retail")
    assert counts(done) == {"order_line": (320_705, 0, 0)}
    assert cli.codes(done) == {"no_customer": 88_652}
    lines = rows.frame(OrderLine.objects.all(), ["happened_at", "amount_cents", "currency"])
    month = pl.col("happened_at").dt.convert_time_zone("America/Sao_Paulo").dt.strftime("%Y-%m")
    net = lines.group_by(month).agg(pl.col("amount_cents").sum() / 100).sort("happened_at")
    assert dict(net.iter_rows()) == MONTHS
    assert set(lines["currency"]) == {"GBP"}
    assert Customer.objects.count() == 3_360
    assert Customer.objects.filter(key="17850").exists()
    assert Order.objects.filter(is_return=True).count() == 2_554
    charges = set(Product.objects.filter(kind="charge").values_list("key", flat=True))
    assert {"POST", "DOT", "M", "D", "AMAZONFEE", "BANK CHARGES", "CRUK"} <= charges
    some = sorted((shared_data / "online_retail").iterdir())[100:103]
    assert counts(bring(*some)) == {"order_line": (0, 0, 0)}
    assert OrderLine.objects.count() == 320_705


def test_a_day_of_the_shop_after_later_days_are_in(shared_data):
    from posvenda.customers import sheet

    early = [p for p in sorted((shared_data / "online_retail").iterdir()) if p.name < "2011-01-15"]
    later = [p for p in sorted((shared_data / "online_retail").iterdir()) if p not in early][:15]
    bring(*early)
    before = _bytes(sheet.build(as_of=date(2011, 1, 14)))
    bring(*later)
    assert _bytes(sheet.build(as_of=date(2011, 1, 14))) == before


def _bytes(frame: pl.DataFrame) -> bytes:
    hidden = [name for name in ("customer_id", "public_id", "who.owner_id") if name in frame]
    target = __import__("io").BytesIO()
    frame.drop(hidden).write_parquet(target)
    return target.getvalue()


def test_olist(shared_data):
    done = bring(shared_data / "olist")
    assert counts(done) == {
        "product": (32_951, 0, 0),
        "customer": (11_896, 89, 0),
        "order": (11_985, 0, 0),
        "order_line": (13_523, 0, 0),
        "answer": (11_999, 0, 0),
    }
    reasons = {r["table"]: r["reason"] for r in cli.summary(done) if r["record"] == "ignored"}
    assert len(reasons) == 3
    assert all(reasons.values())
    assert Order.objects.filter(customer=None).count() == 0
    assert Customer.objects.count() == 11_896
    late = Order.objects.filter(delivered_at__gt=F("promised_at")).count()
    assert round(late / 11_985, 4) == 0.0763
    reviews = Answer.objects.aggregate(n=Count("id"), mean=Avg("score"))
    assert (reviews["n"], round(reviews["mean"], 3)) == (11_999, 4.061)
    assert Answer.objects.filter(customer=None).count() == 0
    assert Answer.objects.filter(Q(comment__contains="recebi") | Q(comment__contains="Recebi"))
    items = OrderLine.objects.exclude(product__key="FRETE").aggregate(
        n=Count("id"), sum=Sum("amount_cents")
    )
    assert items == {"n": 13_523, "sum": 162_573_137}
    freight = OrderLine.objects.filter(product__kind="charge").aggregate(s=Sum("amount_cents"))
    assert freight == {"s": 26_032_330}
    zips = AttributeValue.objects.filter(attribute__name="zip").values_list("value", flat=True)
    assert {len(each) for each in zips} == {5}
    person = Customer.objects.annotate(ids=Count("identities")).order_by("-ids").first()
    assert person.ids > 1
    assert clock.day_of(Customer.objects.earliest("happened_at").happened_at).year == 2016
    again = bring(shared_data / "olist")
    assert all(value[:2] == (0, 0) for value in counts(again).values())


def test_people_and_events_of_real_teams(shared_data):
    path = shared_data / "git_usage" / "usage_events.parquet"
    if not path.exists():
        pytest.skip("the usage events are not beside this checkout")
    done = bring(path)
    (table,) = [row for row in cli.summary(done) if row["record"] == "usage"]
    assert (table["read"], table["refused"]) == (410_690, 0)
    events = usage.query("SELECT customer_id, count(*) AS n FROM events GROUP BY customer_id")
    names = dict(Customer.objects.values_list("id", "key"))
    assert {names[who]: n for who, n in events.iter_rows()} == {
        "equipe-01": 141_919,
        "equipe-02": 104_429,
        "equipe-03": 61_488,
        "equipe-04": 39_068,
        "equipe-05": 47_378,
        "equipe-06": 16_408,
    }
