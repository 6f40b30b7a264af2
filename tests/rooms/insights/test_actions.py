"""Done, postponed, taken back: the rows, the trail, the news, and that refusals leave no trace."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from posvenda.base import clock
from posvenda.base.models import Announcement, Audit, User
from posvenda.conversations.models import Interaction
from posvenda.customers.models import Touch
from posvenda.insights import actions
from posvenda.insights.models import Decision

pytestmark = pytest.mark.django_db


def _done(book: SimpleNamespace, by: User, now: datetime) -> Decision:
    report = actions.Report(kind="call", contact=book.otavio, note="Quer ver o relatório.")
    return actions.done(
        book.aroeira,
        "champion_left",
        report,
        expected_cents=1_856_300,
        rest_days=14,
        by=by,
        now=now,
    )


def test_done_writes_what_was_said_and_tells_the_house(
    book: SimpleNamespace, csm: User, now: datetime
) -> None:
    before = Touch.objects.count()
    decision = _done(book, csm, now)
    said = Interaction.objects.get(body="Quer ver o relatório.")
    assert (said.customer, said.contact, said.direction, said.by) == (
        book.aroeira,
        book.otavio,
        "out",
        csm,
    )
    assert (decision.verdict, decision.expected_cents) == ("done", 1_856_300)
    assert Announcement.objects.get(kind="action.done").customer_ref == book.aroeira.pk
    assert Audit.objects.get(verb="action.done").about == f"customer:{book.aroeira.public_id}"
    assert Touch.objects.count() == before + 1


def test_the_same_action_is_not_done_twice(book: SimpleNamespace, csm: User, now: datetime) -> None:
    first = _done(book, csm, now)
    with pytest.raises(actions.AlreadyDone) as refusal:
        _done(book, csm, now + timedelta(minutes=5))
    assert refusal.value.decision == first
    assert Interaction.objects.filter(body="Quer ver o relatório.").count() == 1


def test_undo_puts_the_action_back_and_keeps_the_note(
    book: SimpleNamespace, csm: User, now: datetime
) -> None:
    decision = _done(book, csm, now)
    assert actions.undo(decision, by=csm, now=now)
    assert not actions.undo(decision, by=csm, now=now)
    decision.refresh_from_db()
    assert decision.undone_at == now
    assert Interaction.objects.filter(body="Quer ver o relatório.").exists()
    assert Audit.objects.filter(verb="action.undone").count() == 1
    assert _done(book, csm, now).pk != decision.pk


def test_whoever_only_looks_changes_nothing(
    book: SimpleNamespace, viewer: User, now: datetime
) -> None:
    with pytest.raises(actions.MayNotAct):
        _done(book, viewer, now)
    with pytest.raises(actions.MayNotAct):
        actions.snooze(
            book.hotel,
            "save_cancellation",
            until=clock.day_of(now),
            expected_cents=0,
            by=viewer,
            now=now,
        )
    assert not Decision.objects.exists()
    assert not Audit.objects.filter(verb__startswith="action.").exists()
