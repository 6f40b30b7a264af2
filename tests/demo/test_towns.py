"""The synthetic companies: the same for seed and day, valid in every number, never ahead."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.br import cnpj, cpf

from posvenda.demo import bichobom, clinica, contaflux, focinhos, mechas, words
from posvenda.demo.calendar import at, holidays, is_working, month_later
from posvenda.demo.town import ORDER, Town
from posvenda.demo.truth import Cause, Severity

TODAY = date(2026, 6, 16)
AHEAD = {"starts_on", "ends_on", "due_on", "promised_at"}
DDDS = {"SP": "1", "RJ": "2", "ES": "2", "MG": "3", "PR": "4", "SC": "4", "RS": "5", "DF": "6",
        "GO": "6", "TO": "6", "MT": "6", "MS": "6", "BA": "7", "SE": "7", "PE": "8", "AL": "8",
        "PB": "8", "RN": "8", "CE": "8", "PI": "8", "PA": "9", "AM": "9", "MA": "9"}  # fmt: skip


@pytest.fixture(scope="module")
def saas() -> Town:
    """Contaflux on a Tuesday."""
    return contaflux.town(today=TODAY)


@pytest.fixture(scope="module")
def shop() -> Town:
    """Bicho Bom on a Tuesday."""
    return bichobom.town(today=TODAY)


@pytest.fixture(scope="module")
def clinic() -> Town:
    """Clínica Pé de Ipê on a Tuesday."""
    return clinica.town(today=TODAY)


@pytest.fixture(scope="module")
def salon() -> Town:
    """Estúdio Mecha Clara on a Tuesday."""
    return mechas.town(today=TODAY)


@pytest.fixture(scope="module")
def vet() -> Town:
    """Focinhos da Serra on a Tuesday."""
    return focinhos.town(today=TODAY)


@pytest.fixture(scope="module", params=["saas", "shop", "clinic", "salon", "vet"])
def town(request: pytest.FixtureRequest) -> Town:
    """Each of the towns."""
    return request.getfixturevalue(request.param)


def fingerprint(town: Town) -> str:
    """The digest of everything that a town holds."""
    parts = [
        json.dumps(town.records, default=str, sort_keys=True),
        str(town.tasks),
        str(town.truth),
    ]
    parts.append("" if town.usage is None else town.usage.write_csv())
    return hashlib.sha256("".join(parts).encode()).hexdigest()


MAKERS = [contaflux.town, bichobom.town, clinica.town, mechas.town, focinhos.town]


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_seed_and_day_give_the_same_town_in_another_process(make: Any) -> None:
    code = (
        "from datetime import date; from tests.demo.test_towns import fingerprint; "
        f"from {make.__module__} import town; print(fingerprint(town(today=date(2026, 6, 16))))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == fingerprint(make(today=TODAY))


def test_another_seed_gives_other_people() -> None:
    one, two = (bichobom.town(today=TODAY, seed=seed) for seed in (1, 2))
    same = {row["name"] for row in one.records["customer"]} & {
        row["name"] for row in two.records["customer"]
    }
    assert len(same) < 450


def test_every_tax_number_has_valid_check_digits_and_is_given_once(town: Town) -> None:
    numbers = [row["tax_id"] for row in town.records["customer"] if row["tax_id"]]
    check = cnpj if town.pack == "saas" else cpf
    assert [number for number in numbers if not check.is_valid(number)] == []
    assert len(set(numbers)) == len(numbers)


def test_some_company_numbers_have_letters(saas: Town) -> None:
    with_letters = [r for r in saas.records["customer"] if not r["tax_id"].isdigit()]
    assert 5 <= len(with_letters) <= 40


def test_every_phone_is_a_mobile_with_ninth_digit_in_the_code_of_its_state(town: Town) -> None:
    rows = town.records["customer"]
    for row in rows:
        number = phonenumbers.parse(row["phone"])
        assert phonenumbers.is_valid_number(number), row["phone"]
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        assert row["phone"][5] == "9"
        assert row["phone"][3] == DDDS[row["attr.state"]], row
    phones = [r["phone"] for kind in ("customer", "contact") for r in town.records.get(kind, ())]
    assert len(set(phones)) == len(phones)


def test_no_two_people_or_companies_share_a_name(town: Town) -> None:
    names = [row["name"] for kind in ("customer", "contact") for row in town.records.get(kind, ())]
    names += [colleague.name for colleague in town.colleagues]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_e_mail_is_at_a_domain_that_reaches_nobody(town: Town) -> None:
    mails = [row["email"] for kind in ("customer", "contact") for row in town.records.get(kind, ())]
    mails += [colleague.email for colleague in town.colleagues]
    assert [mail for mail in mails if mail and not mail.endswith(".example")] == []


def test_every_city_lies_in_its_state_and_the_lists_repeat_no_word() -> None:
    assert all(DDDS[state] == ddd[0] for _, state, ddd in words.CITIES)
    assert len({city for city, *_ in words.CITIES}) == len(set(words.CITIES))
    for listed in (words.WOMEN, words.MEN, words.SURNAMES, words.PETS, words.TREES):
        assert len(set(listed)) == len(listed)


@settings(max_examples=6, deadline=None)
@given(st.dates(date(2024, 3, 1), date(2031, 12, 31)))
def test_nothing_but_ends_and_promises_lies_after_today(today: date) -> None:
    start = at(today, 0)
    for make in MAKERS:
        town = make(today=today)
        late = [
            (kind, row["key"] if "key" in row else row.get("number"), name)
            for kind, rows in town.records.items()
            for row in rows
            for name, value in row.items()
            if name not in AHEAD and not name.startswith("attr.next_")
            if _is_after(value, start, today)
        ]
        assert late == []
        if town.usage is not None:
            assert town.usage["happened_at"].max() < start
        assert all(planted.since < today for planted in town.truth)


def _is_after(value: object, start: datetime, today: date) -> bool:
    if isinstance(value, datetime):
        return value >= start
    return isinstance(value, date) and value >= today


def test_everything_belongs_to_a_customer_who_was_there_already(town: Town) -> None:
    since = {row["key"]: at(row["since"], 0) for row in town.records["customer"]}
    early = [
        (kind, row)
        for kind in ORDER
        for row in town.records.get(kind, ())
        if kind not in ("customer", "product") and row.get("happened_at") is not None
        if row["happened_at"] < since[row["customer"]]
    ]
    assert early == []


def test_keys_are_unique_and_references_lead_somewhere(town: Town) -> None:
    products = {row["key"] for row in town.records["product"]}
    orders = {row["number"] for row in town.records.get("order", ())}
    for kind in ORDER:
        rows = town.records.get(kind, ())
        keys = [_key(kind, row) for row in rows]
        assert len(set(keys)) == len(keys), kind
        assert {row["product"] for row in rows if row.get("product")} <= products
        assert {row["order"] for row in rows if row.get("order")} <= orders
    if town.usage is not None:
        assert town.usage["key"].is_duplicated().sum() == 0


def _key(kind: str, row: dict[str, Any]) -> tuple[object, ...]:
    match kind:
        case "order":
            return (row["number"],)
        case "order_line":
            return (row["order"], row["line"])
    return (row["key"],)


def test_contract_years_follow_one_another_without_gap(saas: Town) -> None:
    plans: dict[str, list[tuple[date, date]]] = {}
    for row in saas.records["contract"]:
        assert row["starts_on"] < row["ends_on"], row
        assert row["signed_on"] <= row["starts_on"]
        if row["product"].startswith("plano"):
            plans.setdefault(row["customer"], []).append((row["starts_on"], row["ends_on"]))
    assert len(plans) == len(saas.records["customer"])
    for years in plans.values():
        assert all(a[1] == b[0] for a, b in pairwise(years))


def test_the_truth_names_every_customer_once(town: Town) -> None:
    keys = [row["key"] for row in town.records["customer"]]
    assert [planted.customer for planted in town.truth] == keys


def test_most_are_healthy_a_tenth_at_risk_and_a_fifth_in_between(town: Town) -> None:
    present = [p.severity for p in town.truth if p.severity is not Severity.GONE]
    share = {severity: count / len(present) for severity, count in Counter(present).items()}
    assert 0.6 <= share[Severity.GOOD] <= 0.75
    assert 0.1 <= share[Severity.RISK] <= 0.15
    assert 0.15 <= share[Severity.WARN] <= 0.25


def test_contaflux_is_as_large_as_its_screens_say(saas: Town) -> None:
    assert sum(p.cause is not Cause.CHURNED for p in saas.truth) == 142
    assert saas.usage is not None
    assert 200_000 <= saas.usage.height <= 350_000
    mrr = sum(
        r["amount"] for r in saas.records["contract"] if r["starts_on"] <= TODAY < r["ends_on"]
    )
    assert 40_000_000 <= mrr <= 60_000_000


def test_finance_works_on_working_days_and_more_at_the_end_of_the_month(saas: Town) -> None:
    assert saas.usage is not None
    local = saas.usage["happened_at"].dt.convert_time_zone("America/Sao_Paulo").dt.date()
    counts = Counter(local.to_list())
    assert sum(n for day, n in counts.items() if not is_working(day)) < 0.01 * saas.usage.height
    busy = saas.usage.filter(local.dt.day() <= 5)["quantity"].mean()
    calm = saas.usage.filter(local.dt.day().is_between(10, 20))["quantity"].mean()
    assert busy > 1.15 * calm


def test_a_planted_decline_shows_in_the_people_who_come(saas: Town) -> None:
    assert saas.usage is not None
    rates = {}
    for planted in saas.truth:
        recent, before = (
            saas.usage.filter(
                (saas.usage["customer"] == planted.customer)
                & saas.usage["happened_at"].is_between(
                    at(TODAY - timedelta(days=first), 0), at(TODAY - timedelta(days=last), 0)
                )
            )["person"].n_unique()
            for first, last in ((14, 0), (70, 56))
        )
        rates.setdefault((planted.cause, planted.severity), []).append(recent / max(1, before))
    falls = rates[Cause.USAGE_DECLINE, Severity.RISK]
    steady = rates[Cause.HEALTHY, Severity.GOOD]
    assert sum(falls) / len(falls) < 0.5
    assert sorted(steady)[len(steady) // 2] > 0.85


def test_a_pet_owner_comes_back_in_the_own_rhythm(shop: Town) -> None:
    days: dict[str, list[date]] = {}
    for row in shop.records["order"]:
        if not row["is_return"]:
            days.setdefault(row["customer"], []).append(row["happened_at"].date())
    for planted in shop.truth:
        if planted.cause is Cause.LAPSED:
            gaps = sorted((b - a).days for a, b in pairwise(days[planted.customer]))
            silence = (TODAY - days[planted.customer][-1]).days
            assert silence >= 4 * gaps[len(gaps) // 2]


def test_late_deliveries_are_where_they_were_planted(shop: Town) -> None:
    late: Counter[str] = Counter()
    for row in shop.records["order"]:
        late[row["customer"]] += bool(
            row["delivered_at"] and row["promised_at"] and row["delivered_at"] > row["promised_at"]
        )
    planted = [p.customer for p in shop.truth if p.cause is Cause.LATE_DELIVERY]
    others = [p.customer for p in shop.truth if p.cause is not Cause.LATE_DELIVERY]
    assert sum(late[key] >= 2 for key in planted) >= 0.9 * len(planted)
    assert sum(late[key] >= 2 for key in others) <= 0.03 * len(others)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_a_month_later_is_never_another_month(day: date, months: int) -> None:
    later = month_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_holidays_are_those_of_the_calendar() -> None:
    assert {date(2026, 2, 17), date(2026, 4, 3), date(2026, 6, 4)} < holidays(2026)
    assert len(holidays(2026)) == 13
