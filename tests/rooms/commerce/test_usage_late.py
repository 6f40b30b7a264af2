"""What comes late corrects the past and says so; as known then, the past stays as it was."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from posvenda.commerce import cli, usage
from posvenda.config.cli import build_parser
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from tests.rooms.commerce.test_usage import events

pytestmark = pytest.mark.django_db
FACT = "usage.events_28d"


@pytest.fixture
def ana(now: datetime) -> Customer:
    born = now - timedelta(days=90)
    return Customer.objects.create(key="ana", name="Ana", happened_at=born, recorded_at=born)


def take(*moments: datetime, customer: int, learnt: datetime) -> usage.Recorded:
    with transaction.atomic():
        return usage.take(events(*moments, customer=customer, recorded=learnt), now=learnt)


def shown(as_of: date, **asked: object) -> object:
    return sheet.build(as_of=as_of, **asked)[FACT].item()


def test_a_late_event_changes_its_day_but_not_what_was_known_then(
    ana: Customer, now: datetime
) -> None:
    day = now.date() - timedelta(days=10)
    noon = now - timedelta(days=10)
    assert take(noon, customer=ana.pk, learnt=noon) == usage.Recorded(new=1, same=0)
    then = shown(day)
    assert take(noon - timedelta(hours=2), customer=ana.pk, learnt=now).late == 1
    assert (then, shown(day), shown(day, known_at=noon + timedelta(hours=1))) == (1, 2, 1)
    assert shown(day, customers=[ana.pk]) == 2
    assert usage.late_days() == [(day, now.date(), 1)]


def test_late_events_of_one_day_add_up_and_are_listed_newest_first(
    ana: Customer, now: datetime, capsys
) -> None:
    take(now - timedelta(days=3), now - timedelta(days=2), customer=ana.pk, learnt=now)
    take(now - timedelta(days=3, hours=1), customer=ana.pk, learnt=now)
    today = now.date()
    told = [(today - timedelta(days=2), today, 1), (today - timedelta(days=3), today, 2)]
    assert usage.late_days() == told
    assert usage.late_days(limit=1) == told[:1]
    args = build_parser(str, ["events"]).parse_args(["events", "late", "--format", "csv"])
    assert cli.run(args, now=now) == 0
    assert capsys.readouterr().out.splitlines() == [
        "day,learnt_on,events",
        f"{today - timedelta(days=2)},{today},1",
        f"{today - timedelta(days=3)},{today},2",
    ]


def test_history_that_counts_as_known_when_it_happened_is_not_late(
    ana: Customer, now: datetime
) -> None:
    old = now - timedelta(days=30)
    with transaction.atomic():
        batch = events(old, customer=ana.pk, recorded=old)
        assert usage.take(batch, now=now) == usage.Recorded(new=1, same=0)
    assert usage.late_days() == []


def test_events_move_by_the_command_line(ana: Customer, now: datetime, capsys) -> None:
    bia = Customer.objects.create(key="bia", name="Bia", happened_at=now, recorded_at=now)
    take(now, customer=ana.pk, learnt=now)
    parse = build_parser(str, ["events"]).parse_args
    assert cli.run(parse(["events", "move", "ana", "ninguem"]), now=now) == 2
    assert cli.run(parse(["events", "move", "ana", "bia"]), now=now) == 0
    assert usage.windows(as_of=now.date())["customer_id"].to_list() == [bia.pk]
    assert cli.run(parse(["events", "rebuild", "--month", "2026-06"]), now=now) == 0
    assert cli.run(parse(["events", "drain"]), now=now) == 0
    assert "0" in capsys.readouterr().out
