"""Adoption on the sheet: the same for all customers and for a few, frozen with a silent feed."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from django.db import transaction
from polars.testing import assert_frame_equal

from posvenda.base import clock
from posvenda.commerce import usage
from posvenda.customers import sheet
from posvenda.customers.models import Contact, Customer
from tests.rooms import town

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 6, 12)  # a Friday; Corpus Christi was on the 4th
CUSTOMERS = 12
PEOPLE = ("ana@x.example", "bia", "caio")


def use(
    customer: Customer,
    *,
    people: tuple[str, ...] = PEOPLE,
    until: date = AS_OF,
    since: date = AS_OF - timedelta(days=200),
    skip: tuple[date, date] | None = None,
) -> None:
    """These people use the product on every working day of a stretch."""
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    moments = [
        datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
        for day in days
        if day.weekday() < 5 and not (skip and skip[0] <= day <= skip[1])
    ]
    rows = [(person, moment) for person in people for moment in moments]
    frame = pl.DataFrame(
        {
            "key": [f"{customer.pk}-{person}-{moment.isoformat()}" for person, moment in rows],
            "customer_id": [customer.pk] * len(rows),
            "person": [person for person, _ in rows],
            "feature": ["folha"] * len(rows),
            "quantity": [None] * len(rows),
            "seconds": [None] * len(rows),
            "happened_at": [moment for _, moment in rows],
            "recorded_at": [moment for _, moment in rows],
            "batch_id": [None] * len(rows),
        }
    )
    with transaction.atomic():
        usage.take(frame, now=clock.start_of(until + timedelta(days=1)))


@pytest.fixture
def companies() -> list[Customer]:
    """Twelve customers alike; the first one has a contract, and contacts of whom Ana uses it."""
    made = [town.company(f"Empresa {number}") for number in range(CUSTOMERS)]
    town.contract(
        made[0], reais_a_month=900, starts=date(2025, 1, 10), ends=date(2027, 1, 10), seats=6
    )
    town.contact(made[0], "Ana Lima", email="Ana@x.example")
    town.contact(made[0], "Zeca Sá", email="zeca@x.example")
    return made


def rows(as_of: date = AS_OF) -> pl.DataFrame:
    return sheet.build(as_of=as_of).sort("customer_id")


def test_weekly_active_people_out_of_seats_or_of_known_people(companies) -> None:
    for each in companies:
        use(each)
    first, second = rows().head(2).iter_rows(named=True)
    assert (first["adoption.active_base"], first["adoption.weekly_active_rate"]) == ("seats", 0.5)
    assert (second["adoption.active_base"], second["adoption.weekly_active_rate"]) == ("known", 1)
    assert first["adoption.uses_per_person_week"] == pytest.approx(20 * 3 / (4 * 3))
    assert (first["adoption.habit_weeks"], first["adoption.habit_people_rate"]) == (26, 1)
    assert (first["adoption.power_users"], first["adoption.champion_candidates"]) == (3, 1)
    assert (first["adoption.own_change_rate"], first["adoption.is_dropping"]) == (0, False)


def test_a_customer_without_any_use_is_unknown_and_not_dropping(companies) -> None:
    for each in companies[1:]:
        use(each)
    row = rows().row(0, named=True)
    names = [name for name in row if name.startswith("adoption.") and "relevant" not in name]
    assert {row[name] for name in names} == {None}


def test_a_few_customers_get_what_the_whole_sheet_gives(companies) -> None:
    use(companies[0], people=("ana@x.example",))
    for number, each in enumerate(companies[1:], start=1):
        use(each, until=AS_OF - timedelta(days=30 if number < 4 else 0))
    whole = rows()
    ids = [each.pk for each in companies[:5]]
    expected = whole.filter(pl.col("customer_id").is_in(ids))
    sheet.refresh(now=clock.start_of(AS_OF) + timedelta(hours=12))
    from_kept = sheet.build(as_of=AS_OF, customers=ids).sort("customer_id")
    assert_frame_equal(from_kept, expected)
    earlier = AS_OF - timedelta(days=50)
    counted = sheet.build(as_of=earlier, customers=ids).sort("customer_id")
    assert_frame_equal(counted, rows(earlier).filter(pl.col("customer_id").is_in(ids)))
    known = sheet.build(
        as_of=AS_OF, known_at=clock.start_of(AS_OF + timedelta(days=1)), customers=ids
    )
    adoption = [name for name in expected.columns if name.startswith("adoption.")]
    assert_frame_equal(known.sort("customer_id").select(adoption), expected.select(adoption))


def test_who_stops_while_others_go_on_is_dropping(companies) -> None:
    for each in companies:
        use(each, people=tuple(f"p{n}" for n in range(9)), until=AS_OF - timedelta(days=8))
        gone = each == companies[3]
        use(each, people=("p0",) if gone else tuple(f"p{n}" for n in range(9)),
            since=AS_OF - timedelta(days=7))  # fmt: skip
    found = rows()
    assert found["adoption.is_dropping"].to_list() == [n == 3 for n in range(CUSTOMERS)]
    row = found.row(3, named=True)
    assert row["adoption.season_rate"] == 1
    assert row["adoption.peers_change_rate"] == pytest.approx(-8 / 9)


def test_a_week_in_which_everybody_rests_is_nobodys_drop(companies) -> None:
    everybody = tuple(f"p{n}" for n in range(9))
    for each in companies:
        use(each, people=everybody, until=AS_OF - timedelta(days=8))
        use(each, people=everybody[:3], since=AS_OF - timedelta(days=6))
    found = rows()
    assert set(found["adoption.is_dropping"]) == {False}
    assert set(found["adoption.season_rate"].round(6)) == {round(1 / 3, 6)}
    assert set(found["adoption.own_change_rate"].round(6)) == {round(-2 / 3, 6)}


def test_a_feed_that_stopped_for_everybody_freezes_the_facts_of_use(companies) -> None:
    for each in companies:
        use(each)
    good = rows()
    later = AS_OF + timedelta(days=12)
    found = rows(later)
    assert set(found["usage.feed_silent_days"]) == {12}
    assert set(good["usage.feed_silent_days"]) == {None}
    frozen = [
        name
        for name in good.columns
        if name.startswith(("usage.", "adoption.")) and name != "usage.feed_silent_days"
    ]
    assert_frame_equal(found.select(frozen), good.select(frozen))
    assert found["health.band"].to_list() == good["health.band"].to_list()
    noon = clock.start_of(later) + timedelta(hours=12)
    sheet.refresh(now=noon)
    few = sheet.build(as_of=later, customers=[each.pk for each in companies[:2]])
    assert_frame_equal(few.sort("customer_id"), found.head(2))
    sheet.touch([companies[0].pk], now=noon)
    touched = sheet.row(companies[0].pk, now=noon)
    assert touched is not None
    assert touched["usage.feed_silent_days"] == 12
    assert touched["usage.active_people_28d"] == 3


def test_the_same_silence_of_one_customer_is_its_own(companies) -> None:
    use(companies[0])
    for each in companies[1:]:
        use(each, until=AS_OF + timedelta(days=12))
    row = rows(AS_OF + timedelta(days=12)).row(0, named=True)
    assert (row["usage.feed_silent_days"], row["usage.days_since_last"]) == (None, 12)


def test_a_champion_who_stops_while_others_go_on_is_gone_quiet(companies) -> None:
    for each in companies:
        use(each, people=("bia", "caio"))
        use(each, people=("ana@x.example",), until=AS_OF - timedelta(days=25))
    Contact.objects.filter(name="Ana Lima").update(is_champion=True)
    row = rows().row(0, named=True)
    assert row["adoption.champion_quiet_days"] == 25
    assert row["who.champion_gone_days"] == 25
    Contact.objects.filter(name="Ana Lima").update(is_champion=False)
    assert rows().row(0, named=True)["adoption.champion_quiet_days"] is None


def test_people_of_one_customer_are_described_from_sql(companies) -> None:
    use(companies[0], people=("bia", "caio"))
    use(companies[0], people=("ana@x.example",), until=AS_OF - timedelta(days=25))
    found = usage.people_of(companies[0].pk, as_of=AS_OF)
    assert found.select("days", "age", "is_power", "is_quiet").rows() == [
        (20, 0, True, False),
        (20, 0, True, False),
        (1, 25, False, True),
    ]
    assert found["uses"].to_list() == [20, 20, 1]
    assert usage.people_of(companies[1].pk, as_of=AS_OF).is_empty()
