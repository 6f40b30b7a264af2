"""What people say about health: it counts from that day on, and never changes an earlier day."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posvenda.base.models import Audit, User
from posvenda.core import health as theory
from posvenda.customers import sheet
from posvenda.customers.actions import MayNotWrite
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.cards import actions, past
from posvenda.success.cards.models import Call, Indicator, Override, Rating
from tests.rooms import town

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 16)


@pytest.fixture
def firm(csm: User, now: datetime) -> Customer:
    """A company under contract about which enough is known for a score."""
    definitions.install("saas", now=now - timedelta(days=300))
    made = town.company("Aroeira", owner=csm)
    town.contract(made, reais_a_month=1000, starts=date(2025, 9, 1), ends=date(2027, 9, 1))
    town.contact(made, "Otávio")
    for day in (date(2025, 12, 1), date(2026, 6, 1)):
        town.answer(made, day, 9)
        town.answer(made, day, 5, scale="csat")
        town.call(made, day, csm)
    text = (definitions.FOLDER / "saas" / "scorecard.yaml").read_text(encoding="utf-8")
    easy = text.replace("floor_coverage: 0.47", "floor_coverage: 0.2")
    definitions.publish("scorecard", "saas", easy, now=now - timedelta(days=299))
    return made


def _row(day: date = TODAY, **kept: datetime) -> dict[str, object]:
    return sheet.build(as_of=day, **kept).row(0, named=True)


def test_a_cap_holds_until_its_day_and_says_why(firm: Customer, csm: User, now: datetime) -> None:
    before = _row()
    assert before["health.score"] > 60
    until = TODAY + timedelta(days=10)
    actions.override(
        firm, kind="cap", value=30, reason="Diretor avisou", until_on=until, by=csm, now=now
    )
    capped = _row()
    assert (capped["health.score"], capped["health.band"]) == (30.0, "risk")
    assert capped["c.override"] == pytest.approx(30 - before["health.score"], abs=1e-9)
    assert capped["override.until"] == until
    assert _row(until - timedelta(days=1))["override.kind"] == "cap"
    assert _row(until)["override.kind"] is None
    assert _row(TODAY - timedelta(days=1))["override.kind"] is None
    assert Audit.objects.filter(verb="health.overridden").count() == 1


def test_the_scorecard_speaks_again_when_an_override_is_ended(
    firm: Customer, csm: User, now: datetime
) -> None:
    before = _row()["health.score"]
    until = TODAY + timedelta(days=10)
    actions.override(firm, kind="set", value=90, reason="x", until_on=until, by=csm, now=now)
    assert _row()["health.score"] == 90.0
    actions.end_override(firm, by=csm, now=now + timedelta(minutes=1))
    assert _row()["health.score"] == before
    at_noon = _row(known_at=now + timedelta(seconds=1))
    assert at_noon["health.score"] == 90.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 101},
        {"reason": " "},
        {"kind": "end"},
        {"until_on": TODAY},
        {"until_on": TODAY + timedelta(days=400)},
        {"starts_on": TODAY - timedelta(days=1)},
    ],
)
def test_an_unsound_override_is_refused_and_leaves_no_trace(
    firm: Customer, csm: User, now: datetime, wrong: dict[str, object]
) -> None:
    sound = {"kind": "cap", "value": 30, "reason": "x", "until_on": TODAY + timedelta(days=9)}
    with pytest.raises(actions.BadOverride):
        actions.override(firm, **{**sound, **wrong}, by=csm, now=now)  # type: ignore[arg-type]
    assert not Override.objects.exists()
    assert not Audit.objects.filter(verb__startswith="health.").exists()


def test_a_rating_counts_until_it_expires(firm: Customer, csm: User, now: datetime) -> None:
    unrated = _row()
    actions.rate(firm, name="relationship", value=1, by=csm, now=now)
    rated = _row()
    assert rated["judgement.relationship"] == 1.0
    assert rated["c.judgement.relationship"] < -3
    assert rated["health.score"] < unrated["health.score"]
    assert _row(TODAY + timedelta(days=89))["c.judgement.relationship"] is not None
    assert _row(TODAY + timedelta(days=90))["c.judgement.relationship"] is None


def test_a_rating_can_be_taken_back(firm: Customer, csm: User, now: datetime) -> None:
    actions.rate(firm, name="relationship", value=1, by=csm, now=now)
    actions.rate(firm, name="relationship", value=None, by=csm, now=now + timedelta(minutes=1))
    assert _row()["judgement.relationship"] is None
    with pytest.raises(actions.NoSuchRating):
        actions.rate(firm, name="weather", value=3, by=csm, now=now)


def test_who_is_not_rated_keeps_the_score_of_a_card_without_ratings(firm: Customer) -> None:
    row, card = _row(), definitions.card()
    bare = tuple(
        theory.Group(
            g.name, g.label, tuple(m for m in g.measures if not m.judgement), g.groups, g.weight
        )
        for g in card.groups
    )
    without = theory.Card("bare", 1, bare, 0.0)
    found = theory.score(sheet.build(as_of=TODAY), without)["score"].item()
    assert row["health.score"] == pytest.approx(found, abs=1e-9)


def test_later_rows_never_change_an_earlier_day(firm: Customer, csm: User, now: datetime) -> None:
    days = [TODAY - timedelta(days=back) for back in (90, 30, 1)]
    before = past.scores(days)
    until = TODAY + timedelta(days=30)
    actions.override(firm, kind="cap", value=10, reason="x", until_on=until, by=csm, now=now)
    actions.rate(firm, name="relationship", value=1, by=csm, now=now)
    actions.call(firm, says="leaves", by=csm, now=now)
    actions.raise_by_hand(firm, nature="risk", title="Sumiu", by=csm, now=now)
    town.answer(firm, TODAY, 0)
    town.ticket(firm, TODAY)
    assert past.scores(days).rows() == before.rows()
    assert repr(past.scores(days).rows()) == repr(before.rows())


def test_an_earlier_state_of_knowledge_gives_the_same_bytes(
    firm: Customer, csm: User, now: datetime
) -> None:
    actions.rate(firm, name="relationship", value=4, by=csm, now=now)
    moment = now + timedelta(hours=1)
    before = past.scores([TODAY], known_at=moment)
    actions.rate(firm, name="relationship", value=1, by=csm, now=now + timedelta(hours=2))
    actions.end_override(firm, by=csm, now=now + timedelta(hours=2))
    assert repr(past.scores([TODAY], known_at=moment).rows()) == repr(before.rows())
    assert repr(past.scores([TODAY]).rows()) != repr(before.rows())


def test_a_call_keeps_what_the_score_showed(firm: Customer, csm: User, now: datetime) -> None:
    made = actions.call(firm, says="leaves", by=csm, now=now, score=71.5, band="good")
    assert (made.band, made.score, made.card) == ("good", 71.5, definitions.judgement().label)
    assert Call.objects.count() == 1


def test_who_may_not_write_leaves_no_trace(
    firm: Customer, viewer: User, manager: User, now: datetime
) -> None:
    until = TODAY + timedelta(days=5)
    with pytest.raises(MayNotWrite):
        actions.rate(firm, name="relationship", value=3, by=viewer, now=now)
    with pytest.raises(MayNotWrite):
        actions.override(firm, kind="cap", value=1, reason="x", until_on=until, by=viewer, now=now)
    with pytest.raises(MayNotWrite):
        actions.raise_by_hand(firm, nature="risk", title="x", by=viewer, now=now)
    for table in (Rating, Override, Indicator):
        assert not table.objects.exists()


def test_a_change_between_any_two_days_adds_up_across_an_override(
    firm: Customer, csm: User, now: datetime
) -> None:
    until = TODAY + timedelta(days=5)
    actions.override(firm, kind="cap", value=20, reason="x", until_on=until, by=csm, now=now)
    told = past.between(firm, TODAY - timedelta(days=45), TODAY)
    assert told.causes is not None
    assert told.before.score is not None
    total = sum(each.exact for each in told.causes.changes)
    assert total == pytest.approx(20.0 - told.before.score, abs=1e-9)
    assert {each.cause for each in told.causes.changes} >= {"fact", "override"}
    assert sum(each.points for each in told.causes.changes) == told.causes.points


def test_a_change_of_the_scorecard_is_a_line_of_its_own(firm: Customer, now: datetime) -> None:
    text = (definitions.FOLDER / "saas" / "scorecard.yaml").read_text(encoding="utf-8")
    other = text.replace("floor_coverage: 0.47", "floor_coverage: 0.2")
    other = other.replace("weight: 7\n", "weight: 70\n")
    definitions.publish("scorecard", "saas", other, now=now - timedelta(days=10))
    told = past.between(firm, TODAY - timedelta(days=45), TODAY)
    assert told.causes is not None
    assert (told.before.card, told.after.card) != (None, None)
    assert told.before.card.version + 1 == told.after.card.version  # type: ignore[union-attr]
    total = sum(each.exact for each in told.causes.changes)
    assert total == pytest.approx(told.after.score - told.before.score, abs=1e-9)  # type: ignore[operator]
    card = [each for each in told.causes.changes if each.cause == "card"]
    assert len(card) == 1
    same = past.between(firm, TODAY - timedelta(days=45), TODAY - timedelta(days=20))
    assert same.causes is not None
    assert "card" not in {each.cause for each in same.causes.changes}


LATER = st.lists(
    st.tuples(
        st.sampled_from(("cap", "set", "end", "rate", "call", "signal", "answer", "ticket")),
        st.integers(0, 3),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LATER)
def test_no_later_story_changes_an_earlier_day(
    firm: Customer, csm: User, now: datetime, story: list[tuple[str, int, int]]
) -> None:
    """Whatever is told from today on, the days before give the same bytes."""
    days = [TODAY - timedelta(days=back) for back in (60, 1)]
    with transaction.atomic():
        before = repr(past.scores(days).rows())
        for what, after, number in story:
            _tell(what, firm, csm, now + timedelta(days=after), number)
        assert repr(past.scores(days).rows()) == before
        transaction.set_rollback(True)


def _tell(what: str, firm: Customer, csm: User, at: datetime, number: int) -> None:
    day = at.date()
    match what:
        case "cap" | "set":
            until = day + timedelta(days=number)
            points = number * 10
            actions.override(
                firm, kind=what, value=points, reason="x", until_on=until, by=csm, now=at
            )
        case "end":
            actions.end_override(firm, by=csm, now=at)
        case "rate":
            actions.rate(firm, name="relationship", value=number, by=csm, now=at)
        case "call":
            actions.call(firm, says="leaves", by=csm, now=at)
        case "signal":
            actions.raise_by_hand(firm, nature="risk", title="x", by=csm, now=at)
        case "answer":
            town.answer(firm, day, number)
        case _:
            town.ticket(firm, day)
