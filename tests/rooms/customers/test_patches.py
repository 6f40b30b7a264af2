"""What a stream changes is laid over the sheet by the worker, and nothing of it is forgotten."""

from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posvenda.base import rows
from posvenda.customers import patches, sheet
from posvenda.customers.models import Customer, Sheet, Stale
from tests.rooms.customers import logs
from tests.rooms.customers.logs import AS_OF, END
from tests.rooms.customers.test_knowledge import few, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(now: datetime) -> dict[str, int]:
    born = now - timedelta(days=40)
    for key in ("ana", "bia", "caio"):
        Customer.objects.create(key=key, name=key.title(), happened_at=born, recorded_at=born)
    sheet.refresh(now=now)
    return dict(Customer.objects.values_list("key", "pk"))


def rename(key: str, name: str, now: datetime) -> None:
    Customer.objects.filter(key=key).update(name=name)
    sheet.stale([Customer.objects.get(key=key).pk], now=now)


def names(now: datetime) -> dict[str, str]:
    frame = sheet.lazy(now=now).frame.collect()
    return dict(zip(frame["who.key"], frame["who.name"], strict=True))


def test_a_stale_row_is_shown_after_the_next_patch(town: dict[str, int], now: datetime) -> None:
    rename("ana", "Ana Maria", now)
    assert names(now)["ana"] == "Ana", "pages recompute nothing for a stream"
    assert patches.lay(now=now) == 1
    assert names(now) == {"ana": "Ana Maria", "bia": "Bia", "caio": "Caio"}
    assert not Stale.objects.exists()
    assert patches.lay(now=now) == 0


def test_patches_add_up_until_the_next_build(town: dict[str, int], now: datetime) -> None:
    rename("ana", "Ana Maria", now)
    patches.lay(now=now)
    rename("bia", "Bia Lins", now)
    patches.lay(now=now)
    assert names(now) == {"ana": "Ana Maria", "bia": "Bia Lins", "caio": "Caio"}
    sheet.refresh(now=now + timedelta(minutes=1))
    assert Sheet.objects.latest("id").patch == ""
    assert names(now) == {"ana": "Ana Maria", "bia": "Bia Lins", "caio": "Caio"}


def test_reading_a_patched_sheet_takes_no_more_queries(town: dict[str, int], now: datetime) -> None:
    names(now)
    with CaptureQueriesContext(connection) as plain:
        names(now)
    rename("ana", "Ana Maria", now)
    patches.lay(now=now)
    with CaptureQueriesContext(connection) as patched:
        names(now)
    assert len(patched) == len(plain)


def test_a_touched_row_is_part_of_the_next_patch(town: dict[str, int], now: datetime) -> None:
    later = now + timedelta(minutes=5)
    Customer.objects.filter(key="bia").update(name="Bia Lins")
    sheet.touch([town["bia"]], now=later)
    rename("ana", "Ana Maria", later)
    assert patches.lay(now=later) == 2
    last = sheet.newest()
    assert last is not None
    assert set(sheet.patch_of(last)["customer_id"]) == {town["ana"], town["bia"]}
    assert names(later)["bia"] == "Bia Lins"


def test_a_touched_row_is_computed_again_after_a_patch(town: dict[str, int], now: datetime) -> None:
    sheet.touch([town["ana"]], now=now)
    assert names(now)["ana"] == "Ana"
    rename("ana", "Ana Maria", now)
    patches.lay(now=now)
    assert names(now)["ana"] == "Ana Maria"


def test_a_customer_that_is_gone_leaves_the_sheet(town: dict[str, int], now: datetime) -> None:
    sheet.stale([town["bia"]], now=now)
    Customer.objects.filter(key="bia").delete()
    patches.lay(now=now)
    assert set(names(now)) == {"ana", "caio"}


def test_a_large_patch_becomes_a_sheet(town: dict[str, int], now: datetime, monkeypatch) -> None:
    monkeypatch.setattr(patches, "SMALL", 1)
    rename("ana", "Ana Maria", now)
    patches.lay(now=now)
    assert Sheet.objects.count() == 1
    sheet.stale([town["caio"]], now=now)
    Customer.objects.filter(key="caio").delete()
    patches.lay(now=now)
    newest = Sheet.objects.latest("id")
    assert (Sheet.objects.count(), newest.patch, newest.rows) == (2, "", 2)
    assert names(now) == {"ana": "Ana Maria", "bia": "Bia"}
    assert newest.built_at == now


def test_a_mark_during_the_computation_is_not_forgotten(
    town: dict[str, int], now: datetime, monkeypatch
) -> None:
    build = sheet.build

    def slow(**asked: Any) -> pl.DataFrame:
        built = build(**asked)
        rename("ana", "Ana Maria", now)
        return built

    rename("ana", "Ana Clara", now)
    monkeypatch.setattr(sheet, "build", slow)
    patches.lay(now=now)
    monkeypatch.setattr(sheet, "build", build)
    assert Stale.objects.count() == 1
    patches.lay(now=now)
    assert names(now)["ana"] == "Ana Maria"


def test_a_patch_during_a_build_is_not_forgotten(
    town: dict[str, int], now: datetime, monkeypatch
) -> None:
    build = sheet.build

    def slow(**asked: Any) -> pl.DataFrame:
        built = build(**asked)
        monkeypatch.setattr(sheet, "build", build)
        rename("ana", "Ana Maria", now)
        patches.lay(now=now)
        return built

    monkeypatch.setattr(sheet, "build", slow)
    sheet.refresh(now=now)
    assert names(now)["ana"] == "Ana", "the build read her before she changed"
    patches.lay(now=now)
    assert names(now)["ana"] == "Ana Maria"


def test_a_build_during_a_patch_wins(town: dict[str, int], now: datetime, monkeypatch) -> None:
    build = sheet.build

    def slow(**asked: Any) -> pl.DataFrame:
        built = build(**asked)
        monkeypatch.setattr(sheet, "build", build)
        sheet.refresh(now=now)
        return built

    rename("ana", "Ana Maria", now)
    monkeypatch.setattr(sheet, "build", slow)
    assert patches.lay(now=now) == 0
    assert sheet.newest().patch == ""
    assert names(now)["ana"] == "Ana Maria"


def test_yesterdays_sheet_waits_for_the_build_of_the_day(
    town: dict[str, int], now: datetime
) -> None:
    rename("ana", "Ana Maria", now)
    assert patches.lay(now=now + timedelta(days=1)) == 0
    assert Stale.objects.count() == 1


def test_old_patches_are_deleted_but_not_those_a_page_may_be_opening(
    town: dict[str, int], now: datetime
) -> None:
    for number in range(6):
        rename("ana", f"Ana {number}", now)
        patches.lay(now=now)
    assert len(list(sheet.folder().glob("patch-*"))) == sheet.KEPT


@given(
    log=logs.logs(most=25),
    chosen=st.sets(st.sampled_from(logs.CUSTOMERS), min_size=1),
    limit=st.sampled_from([0, rows.FEW]),
)
@few
def test_patched_rows_equal_a_full_build(settings, log, chosen, limit) -> None:
    now = END - timedelta(hours=3)
    with world(settings), mock.patch.object(rows, "FEW", limit):
        half = len(log) // 2
        logs.write(log[:half])
        sheet.refresh(now=now)
        logs.write(log[half:])
        ids = Customer.objects.in_bulk(field_name="key")
        sheet.stale([ids[key].pk for key in chosen], now=now)
        patches.lay(now=now)
        laid = sheet.lazy(now=now).frame.filter(pl.col("who.key").is_in(chosen)).collect()
        full = sheet.build(as_of=AS_OF).filter(pl.col("who.key").is_in(chosen))
        assert_frame_equal(laid.sort("who.key").select(full.columns), full)
