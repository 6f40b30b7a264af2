"""The benchmarks: figures are judged rightly, and the pages they time show what they must."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.data import Plan, email_of, fill, name_of
from benchmarks.pages import pages
from benchmarks.ratios import SLACK, against
from benchmarks.timing import spread
from posvenda.base.models import User
from posvenda.customers.models import Customer
from tests.conftest import NOW

CUSTOMERS = 200


def test_the_slow_end_is_the_95th_of_a_hundred() -> None:
    found = spread([n / 1_000 for n in range(1, 101)])
    assert (found.p50, found.p95) == (pytest.approx(50.5), pytest.approx(95.0))


def test_one_time_is_both_the_middle_and_the_slow_end() -> None:
    assert spread([0.004]).p50 == spread([0.004]).p95 == pytest.approx(4.0)


def test_a_ratio_over_its_bar_does_not_hold_but_a_noisy_machine_gets_slack() -> None:
    assert against("W", 15.0, 10.0, unit="ms", bar=1.5).holds
    assert not against("W", 15.1, 10.0, unit="ms", bar=1.5).holds
    assert against("W", 15.1, 10.0, unit="ms", bar=1.5, slack=SLACK).holds
    assert not against("W", 19.6, 10.0, unit="ms", bar=1.5, slack=SLACK).holds


def test_a_line_has_the_promised_fields() -> None:
    line = against("W7", 15.0, 10.0, unit="ms", bar=25).line()
    fields = re.findall(r'"(\w+)":', line)
    assert fields == ["workload", "figure", "unit", "floor", "ratio", "bar", "holds"]


def test_names_of_customers_are_unique() -> None:
    assert len({name_of(n) for n in range(1, 5_001)}) == 5_000


@pytest.mark.django_db
def test_the_pages_that_are_timed_show_their_customers_in_at_most_thirty_queries(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSVENDA_NOW", NOW.isoformat())
    fill(Plan(customers=CUSTOMERS, events=2_000, now=NOW))
    assert Customer.objects.count() == CUSTOMERS
    client.force_login(
        User.objects.get(email=email_of(0)), "allauth.account.auth_backends.AuthenticationBackend"
    )
    problems, busy = [], []
    for page in pages(CUSTOMERS):
        client.get(page.path)
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(page.path, headers={"accept-language": "pt-BR"})
        problem = page.wrong(answer.content.decode())
        problems += [(page.name, answer.status_code, problem)] if problem else []
        busy += [(page.name, len(caught))] if len(caught) > 30 else []
    assert (problems, busy) == ([], [])
