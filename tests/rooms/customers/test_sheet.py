"""The sheet on disk: whole or not at all, and what a person changes shows at once."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posvenda.base import clock
from posvenda.base.models import Announcement
from posvenda.conversations.models import Interaction
from posvenda.customers import catalogue, sheet
from posvenda.customers.models import Attribute, Customer, Sheet, Touch
from tests.rooms.customers import logs
from tests.rooms.customers.logs import AS_OF, END
from tests.rooms.customers.test_knowledge import few, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(now: datetime) -> Customer:
    return customer("ana", now)


def customer(key: str, now: datetime) -> Customer:
    return Customer.objects.create(
        key=key, name=key.title(), happened_at=now - timedelta(days=40), recorded_at=now
    )


def shown(now: datetime) -> dict[str, dict[str, Any]]:
    return {row["who.key"]: row for row in sheet.lazy(now=now).frame.collect().to_dicts()}


def test_without_a_sheet_on_disk_pages_see_an_empty_one_with_every_column(now: datetime) -> None:
    view = sheet.lazy(now=now)
    assert (view.as_of, view.built_at) == (date(2026, 6, 16), None)
    assert view.frame.collect().is_empty()
    assert dict(view.frame.collect_schema()) == dict(catalogue.schema())


def test_a_refreshed_sheet_is_read_back_as_it_was_built(ana: Customer, now: datetime) -> None:
    row = sheet.refresh(now=now)
    assert (row.as_of, row.rows) == (date(2026, 6, 16), 1)
    assert_frame_equal(
        sheet.lazy(now=now).frame.collect(),
        sheet.build(as_of=row.as_of),
        check_column_order=False,
    )
    news = Announcement.objects.get(kind="facts.built")
    assert news.payload == {"sheet": row.pk, "as_of": "2026-06-16", "rows": 1}


def test_what_a_person_changes_shows_at_once(ana: Customer, now: datetime) -> None:
    sheet.refresh(now=now)
    later = now + timedelta(hours=1)
    Customer.objects.filter(pk=ana.pk).update(name="Ana Maria")
    assert shown(later)["ana"]["who.name"] == "Ana"
    sheet.touch([ana.pk], now=later)
    assert shown(later)["ana"]["who.name"] == "Ana Maria"
    Interaction.objects.create(
        customer=ana, kind="call", direction="out", happened_at=later, recorded_at=later
    )
    sheet.touch([ana.pk], now=later)
    assert shown(later)["ana"]["contact.silence_days"] == 0


def test_new_and_deleted_customers_show_at_once(ana: Customer, now: datetime) -> None:
    sheet.refresh(now=now)
    bia, gone = customer("bia", now), ana.pk
    ana.delete()
    sheet.touch([bia.pk, gone], now=now)
    assert set(shown(now)) == {"bia"}


def test_a_change_just_before_the_build_is_looked_at_again(ana: Customer, now: datetime) -> None:
    """On PostgreSQL a touch may become visible after one with a higher number."""
    sheet.touch([ana.pk], now=now)
    sheet.refresh(now=now + timedelta(seconds=5))
    Customer.objects.filter(pk=ana.pk).update(name="Ana Maria")
    assert shown(now)["ana"]["who.name"] == "Ana Maria"
    sheet.refresh(now=now + timedelta(minutes=5))
    assert not Touch.objects.exists()


def test_a_touched_customer_is_judged_by_today_when_the_sheet_is_old(
    ana: Customer, now: datetime
) -> None:
    sheet.refresh(now=now)
    tomorrow = now + timedelta(days=1)
    sheet.touch([ana.pk], now=tomorrow)
    assert sheet.lazy(now=tomorrow).as_of == date(2026, 6, 17)
    assert shown(tomorrow)["ana"]["who.tenure_days"] == 41


def test_only_the_last_few_files_stay(ana: Customer, now: datetime) -> None:
    for number in range(5):
        sheet.refresh(now=now + timedelta(minutes=number))
    files = {path.name for path in sheet.folder().iterdir()}
    assert files == set(Sheet.objects.values_list("file", flat=True))
    assert len(files) == sheet.KEPT


def test_a_page_goes_on_reading_while_newer_sheets_are_built(ana: Customer, now: datetime) -> None:
    sheet.refresh(now=now)
    opened = sheet.lazy(now=now).frame
    for number in range(1, sheet.KEPT):
        sheet.refresh(now=now + timedelta(minutes=number))
    assert opened.collect().height == 1


def test_a_build_that_fails_leaves_the_old_sheet(ana: Customer, now: datetime, monkeypatch) -> None:
    sheet.refresh(now=now)
    before = shown(now)

    def full(*args: object, **kwargs: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_ipc", full)
    with pytest.raises(OSError, match="no space"):
        sheet.refresh(now=now + timedelta(minutes=1))
    assert shown(now) == before
    assert not list(sheet.folder().glob("*.part"))
    assert Sheet.objects.count() == 1


def test_an_attribute_declared_after_the_build_is_unknown_until_it_is_touched(
    ana: Customer, now: datetime
) -> None:
    sheet.refresh(now=now)
    state = Attribute.objects.create(name="state", label="UF", kind="text")
    assert shown(now)["ana"]["attr.state"] is None
    ana.values.create(attribute=state, value="SP", happened_at=now, recorded_at=now)
    sheet.touch([ana.pk], now=now)
    assert shown(now)["ana"]["attr.state"] == "SP"


@given(log=logs.logs(most=25), chosen=st.sets(st.sampled_from(logs.CUSTOMERS)))
@few
def test_rows_laid_over_equal_a_full_build(settings, log, chosen) -> None:
    now = END - timedelta(hours=3)
    assert clock.day_of(now) == AS_OF
    with world(settings):
        half = len(log) // 2
        logs.write(log[:half])
        sheet.refresh(now=now)
        logs.write(log[half:])
        ids = Customer.objects.in_bulk(field_name="key")
        sheet.touch([ids[key].pk for key in chosen], now=now + timedelta(minutes=2))
        laid = sheet.lazy(now=now).frame.filter(pl.col("who.key").is_in(chosen)).collect()
        full = sheet.build(as_of=AS_OF).filter(pl.col("who.key").is_in(chosen))
        # What earlier days were like is carried over until the next build.
        carried = "^(health.change_.*|c.30d..*)$"
        columns = full.drop(pl.col(carried)).columns
        assert_frame_equal(laid.select(columns).sort("who.key"), full.select(columns))
