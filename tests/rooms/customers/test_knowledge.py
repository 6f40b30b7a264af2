"""The sheet of a day does not change with what happened later, nor with what was learnt later."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posvenda.customers import sheet
from posvenda.customers.models import Contact, Customer
from tests.rooms.customers import logs
from tests.rooms.customers.logs import AS_OF, END, KNOWN_AT

pytestmark = pytest.mark.django_db
HIDDEN = ("customer_id", "public_id", "who.owner_id")
few = settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def world(home: Any) -> Iterator[None]:
    """An empty database and an empty lake for one example."""
    with tempfile.TemporaryDirectory() as folder:
        home.HOME = Path(folder)
        with transaction.atomic():
            yield
            transaction.set_rollback(True)


def shown(**asked: Any) -> pl.DataFrame:
    """The sheet without what no one may see: ids."""
    return sheet.build(as_of=AS_OF, **asked).drop(HIDDEN)


@given(log=logs.logs(), later=logs.logs(happened=logs.FUTURE, prefix="later-"))
@few
def test_what_happens_after_the_day_never_changes_its_sheet(settings, log, later) -> None:
    with world(settings):
        logs.write(log)
        before = shown(), shown(known_at=KNOWN_AT)
        logs.write(later)
        assert_frame_equal(shown(), before[0])
        assert_frame_equal(shown(known_at=KNOWN_AT), before[1])


@given(data=st.data(), log=logs.logs(), new=logs.logs(recorded=logs.LATER, prefix="new-"))
@few
def test_what_is_learnt_after_the_moment_never_changes_its_sheet(settings, data, log, new) -> None:
    amendments = data.draw(logs.amended(log))
    with world(settings):
        logs.write(log)
        before = shown(known_at=KNOWN_AT)
        logs.write(new + amendments)
        assert_frame_equal(shown(known_at=KNOWN_AT), before)


@given(log=logs.logs(recorded=logs.moments(END - timedelta(days=420), END + timedelta(days=60))))
@few
def test_a_sheet_as_known_at_a_moment_is_the_sheet_that_was_built_then(settings, log) -> None:
    told = logs.in_order(log)
    with world(settings):
        logs.write([each for each in told if each.recorded_at <= KNOWN_AT])
        # Tasks are closed in place, so a build of that moment did not know of closings after it.
        then = shown().drop("contact.open_tasks")
        logs.write([each for each in told if each.recorded_at > KNOWN_AT])
        assert_frame_equal(shown(known_at=KNOWN_AT).drop("contact.open_tasks"), then)


@given(log=logs.logs(most=20), chance=st.randoms(use_true_random=False))
@few
def test_the_order_in_which_rows_come_in_does_not_show(settings, log, chance) -> None:
    keys = {each.key: [told for told in log if told.key == each.key] for each in log}
    shuffled = list(keys)
    chance.shuffle(shuffled)
    with world(settings):
        logs.write(log)
        before = shown()
    with world(settings):
        logs.write([told for key in shuffled for told in keys[key]], customers=logs.CUSTOMERS[::-1])
        assert_frame_equal(shown(), before)


@given(log=logs.logs(most=25))
@few
def test_a_few_customers_get_the_rows_they_have_on_the_whole_sheet(settings, log) -> None:
    with world(settings):
        logs.write(log)
        whole = sheet.build(as_of=AS_OF)
        ids = whole["customer_id"].to_list()[::2]
        assert_frame_equal(
            sheet.build(as_of=AS_OF, customers=ids), whole.filter(pl.col("customer_id").is_in(ids))
        )


@pytest.mark.parametrize("is_told_late", [False, True])
def test_a_departure_counts_from_the_moment_we_learnt_of_it(is_told_late: bool) -> None:
    ana = Customer.objects.create(
        key="ana", name="Ana", happened_at=END - timedelta(days=90), recorded_at=END
    )
    left_at = END - timedelta(days=10)
    Contact.objects.create(
        customer=ana,
        key="bia",
        name="Bia",
        is_champion=True,
        happened_at=END - timedelta(days=80),
        recorded_at=END,
        left_at=left_at,
        left_recorded_at=KNOWN_AT + timedelta(days=1) if is_told_late else END,
    )
    row = sheet.build(as_of=AS_OF, known_at=KNOWN_AT).row(0, named=True)
    assert row["who.champion_left_days"] == (None if is_told_late else 9)
    assert row["who.contacts"] == (1 if is_told_late else 0)
    assert sheet.build(as_of=AS_OF)["who.contacts"].to_list() == [0]
