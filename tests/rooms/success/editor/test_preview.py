"""What a draft would change: colours, money, actions, load; by hand and against the sheet."""

from datetime import datetime

import polars as pl
import pytest

from posvenda.base import clock
from posvenda.base.models import User
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.editor import actions, form, reading, verbs
from posvenda.success.editor.preview import Preview, preview

pytestmark = pytest.mark.django_db


def _tried(change: tuple[str, str], now: datetime) -> Preview:
    draft = reading.pack_text().replace(*change)
    view = sheet.lazy(now=now)
    return preview(
        view.frame,
        definitions.judgement(),
        definitions.read_cards(draft, version=1),
        sheet.catalogue(),
        as_of=view.as_of,
    )


def test_the_same_card_changes_nobody(book: list[Customer], now: datetime) -> None:
    found = _tried(("", ""), now)
    assert found.judged == 3
    assert found.changes.is_empty()
    assert all(each.starts == each.stops == 0 for each in (*found.plays, *found.signals))
    assert found.load["was"].to_list() == found.load["comes"].to_list()


def test_a_heavier_weight_recolours_who_it_is_about_with_the_money(
    book: list[Customer], now: datetime
) -> None:
    found = _tried(("weight: 23", "weight: 300"), now)
    moved = found.recoloured
    asked_to_cancel = moved.filter(pl.col("customer_id") == book[1].pk).row(0, named=True)
    assert asked_to_cancel["after"] == "risk"
    assert asked_to_cancel["cents"] == 548_000
    assert found.matrix["customers"].sum() == 3
    assert found.matrix["cents"].sum() == 980_000 + 548_000 + 750_000
    cells = {(a, b): n for a, b, n, _cents in found.matrix.iter_rows()}
    assert sum(n for (a, b), n in cells.items() if a != b) == moved.height


def test_other_limits_start_and_stop_actions_and_signals(
    book: list[Customer], now: datetime
) -> None:
    low = ("when: contract.status = customer and who.contacts <= 1", "when: who.contacts >= 99")
    found = _tried(low, now)
    single = next(each for each in found.signals if each.name == "single_thread")
    assert (single.before, single.after, single.stops) == (3, 0, 3)


def test_the_preview_says_what_the_sheet_then_shows(
    book: list[Customer], manager: User, now: datetime
) -> None:
    found = _tried(("weight: 23", "weight: 300"), now)
    draft = actions.start(by=manager, now=now)
    text = draft.text.replace("weight: 23", "weight: 300")
    draft = actions.save(draft, text, revision=draft.revision, by=manager, now=now)
    actions.publish(draft, revision=draft.revision, by=manager, now=now)
    built = sheet.build(as_of=clock.day_of(now))
    shown = dict(built.select("customer_id", "health.score").iter_rows())
    promised = dict(found.changes.select("customer_id", "score_after").iter_rows())
    assert promised
    assert promised == {customer: shown[customer] for customer in promised}


def test_a_new_card_for_some_is_tried_first(book: list[Customer], now: datetime) -> None:
    text = reading.pack_text().replace("floor_coverage: 0.47", "floor_coverage: 0.1")
    definitions.publish("scorecard", "saas", text, now=now)
    data = form.read(text)
    verbs.perform(data, "add_card:cards", {}, {})
    kind = data["cards"][0]
    kind |= {"when": "contract.mrr >= 9000", "bands": {"good": 0, "warn": 0}}
    view = sheet.lazy(now=now)
    found = preview(
        view.frame,
        definitions.judgement(),
        definitions.read_cards(form.write(data), version=2),
        sheet.catalogue(),
        as_of=view.as_of,
    )
    assert found.recoloured["customer_id"].to_list() == [book[0].pk]
    assert found.recoloured["after"].to_list() == ["good"]


def test_amounts_of_several_currencies_are_not_added_up(
    book: list[Customer], now: datetime
) -> None:
    view = sheet.lazy(now=now)
    first = pl.col("customer_id") == book[0].pk
    frame = view.frame.with_columns(
        pl.when(first).then(pl.lit("USD")).otherwise(pl.lit("BRL")).alias("who.currency")
    )
    found = preview(
        frame,
        definitions.judgement(),
        definitions.read_cards(reading.pack_text()),
        sheet.catalogue(),
        as_of=view.as_of,
    )
    assert found.currency == ""
    assert found.matrix["cents"].null_count() == found.matrix.height
