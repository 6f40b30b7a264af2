"""Households and payers hold from a day to a day, and count as facts of that day."""

from datetime import UTC, date, datetime

import pytest

from posvenda.customers import sheet
from posvenda.customers.actions import MayNotWrite
from posvenda.customers.identity import merging, relations
from posvenda.customers.identity.models import Relation
from tests.rooms.town import company

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LATER = datetime(2026, 4, 10, 12, tzinfo=UTC)
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def facts(as_of: date, **asked) -> dict[str, tuple[int, int]]:
    built = sheet.build(as_of=as_of, **asked)
    rows = built.select("who.key", "who.household_size", "who.pays_for").iter_rows()
    return {key: (size, pays) for key, size, pays in rows}


def test_a_household_counts_everybody_it_reaches_and_a_payer_whom_it_pays_for(manager):
    a, b, c, d = (company(name, key=name) for name in "abcd")
    told = {"by": manager, "now": NOW, "starts_on": MARCH}
    relations.relate(a, b, kind="home", **told)
    relations.relate(c, b, kind="home", **told)
    relations.relate(a, d, kind="payer", **told)
    relations.relate(a, b, kind="payer", **told)
    assert facts(APRIL) == {"a": (3, 2), "b": (3, 0), "c": (3, 0), "d": (1, 0)}
    assert facts(date(2026, 2, 1))["a"] == (1, 0)


def test_a_tie_that_ended_keeps_its_days_and_what_was_known_of_it(manager):
    a, b = company("a", key="a"), company("b", key="b")
    tie = relations.relate(a, b, kind="payer", by=manager, now=NOW, starts_on=MARCH)
    relations.end(tie, by=manager, now=LATER, ends_on=APRIL)
    assert (facts(MARCH)["a"], facts(APRIL)["a"]) == ((1, 1), (1, 0))
    assert facts(APRIL, known_at=NOW)["a"] == (1, 1)
    assert relations.ties(a, on=APRIL) == []


def test_ties_are_told_from_both_ends(manager):
    ana, rex = company("Ana"), company("Tutor")
    relations.relate(ana, rex, kind="payer", by=manager, now=NOW, starts_on=MARCH)
    assert [str(tie.words) for tie in relations.ties(ana, on=APRIL)] == ["paga por"]
    (back,) = relations.ties(rex, on=APRIL)
    assert (back.other, str(back.words)) == (ana, "tem como pagador")


def test_the_same_tie_is_kept_once_also_from_the_other_end(manager):
    a, b = company("a"), company("b")
    told = {"by": manager, "now": NOW, "starts_on": MARCH}
    first = relations.relate(a, b, kind="home", **told)
    assert relations.relate(b, a, kind="home", **told) == first
    with pytest.raises(relations.SameCustomer):
        relations.relate(a, a, kind="home", **told)


def test_a_csm_ties_only_the_own_book(csm, manager):
    mine, other = company("a", owner=csm), company("b", owner=manager)
    with pytest.raises(MayNotWrite):
        relations.relate(mine, other, kind="home", by=csm, now=NOW, starts_on=MARCH)
    assert not Relation.objects.exists()


def test_a_join_takes_the_ties_along_and_drops_the_one_between_the_two(manager):
    a, b, c = (company(name, key=name) for name in "abc")
    told = {"by": manager, "now": NOW, "starts_on": MARCH}
    relations.relate(a, b, kind="home", **told)
    relations.relate(c, a, kind="payer", **told)
    relations.relate(c, b, kind="payer", **told)
    before = facts(APRIL)
    change = merging.merge(a, into=b, by=manager, now=LATER)
    assert facts(MAY) == {"b": (1, 0), "c": (1, 1)}
    assert facts(APRIL, known_at=NOW) == before
    merging.undo(change, by=manager, now=LATER)
    assert facts(APRIL) == before
