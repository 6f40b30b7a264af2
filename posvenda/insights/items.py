"""The rows of the queue as people read them: customer, reasons, money, formula, words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.utils.translation import gettext_lazy

from posvenda.base.said import said as _
from posvenda.core import plays as theory
from posvenda.core.conditions import expression
from posvenda.core.facts import Catalogue
from posvenda.core.health import moved
from posvenda.customers.models import Contact, Customer, Kind
from posvenda.success.definitions import Judgement
from posvenda.success.offers import Offer
from posvenda.success.wording import Speaker
from posvenda.ui import formats

ICONS = {
    "call": "phone",
    "email": "mail",
    "whatsapp": "message-circle",
    "task": "list-checks",
    "review": "star",
}
LEVERAGES = {
    "risk": gettext_lazy("how much health can still recover: (100 − %(health)s) ÷ 100"),
    "health": gettext_lazy("how good the moment is: %(health)s ÷ 100"),
}
TREND_DAYS = 30
REASONS_IN_A_ROW = 2
SHOWN = (
    "who.currency",
    "health.score",
    "health.band",
    f"health.change_{TREND_DAYS}d",
    "contract.renews_on",
    "orders.next_expected_on",
)


@dataclass(frozen=True)
class Reader:
    """For whom the words are: person, company, locale and day."""

    name: str
    company: str
    locale: str
    today: date


@dataclass(frozen=True)
class Item:
    """One action of the queue, ready to print."""

    rank: int
    customer: Customer
    offer: Offer
    title: str
    icon: str
    value_cents: int | None
    currency: str
    score: float | None
    band: str
    change: float | None
    trend: str
    next_date: str
    reasons: tuple[tuple[str, str], ...]
    formula: theory.Formula
    formula_text: str
    formula_notes: tuple[str, ...]
    words: Mapping[str, str]
    row: Mapping[str, object]
    catalogue: Catalogue

    @property
    def reason(self) -> str:
        """The first reasons in one line."""
        return " ".join(text for _icon, text in self.reasons[:REASONS_IN_A_ROW])


def items(
    offers: pl.DataFrame,
    rows: pl.DataFrame,
    rules: Judgement,
    *,
    customers: Mapping[int, Customer],
    contacts: Mapping[int, Sequence[Contact]],
    catalogue: Catalogue,
    reader: Reader,
    as_of: date,
    first_rank: int = 1,
) -> list[Item]:
    """This will put the offers of one page into words, leaving out who may not be seen."""
    facts = {row["customer_id"]: row for row in rows.iter_rows(named=True)}
    plays = offers["play"].unique().to_list()
    holds = _holding(rows, rules, catalogue, plays=plays, as_of=as_of)
    made: list[Item] = []
    for offer_row in offers.iter_rows(named=True):
        pk = offer_row["customer_id"]
        offer = rules.offer(offer_row["play"])
        if offer is None or pk not in customers or pk not in facts:
            continue
        made.append(
            _item(
                first_rank + len(made),
                offer,
                offer_row,
                facts[pk],
                holds=holds[pk],
                customer=customers[pk],
                people=contacts.get(pk, ()),
                catalogue=catalogue,
                reader=reader,
            )
        )
    return made


def facts_read(rules: Judgement, plays: Sequence[str]) -> list[str]:
    """This will name the facts that the rows of these plays show or ask about."""
    wanted = set(SHOWN)
    for offer in rules.offers:
        if offer.id in plays:
            wanted |= offer.facts
    return sorted(wanted)


def words_for(customer: Customer, people: Sequence[Contact], reader: Reader) -> dict[str, str]:
    """This will give the words of the moment that texts may use besides facts."""
    here = [person for person in people if person.left_at is None]
    gone = [person for person in people if person.left_at is not None and person.is_champion]
    return {
        "customer": customer.name,
        "contact": here[0].name if here else _called(customer),
        "contact_first": here[0].name.split(" ", 1)[0] if here else _called(customer),
        "champion": gone[-1].name if gone else _("the champion"),
        "sender": reader.name,
        "company": reader.company,
    }


def _called(customer: Customer) -> str:
    """How a customer without contacts is addressed: a person by the first name."""
    return customer.name.split(" ", 1)[0] if customer.kind == Kind.PERSON else customer.name


def _holding(
    rows: pl.DataFrame,
    rules: Judgement,
    catalogue: Catalogue,
    *,
    plays: Sequence[str],
    as_of: date,
) -> dict[int, dict[str, bool]]:
    """Every conditional reason of every play, asked of all rows of the page at once."""
    asked = {
        f"{offer.id}#{number}": reason.condition
        for offer in rules.offers
        if offer.id in plays
        for number, reason in enumerate(offer.play.reasons)
        if reason.condition is not None
    }
    found = rows.select(
        "customer_id",
        *(expression(each, catalogue, as_of=as_of).alias(key) for key, each in asked.items()),
    )
    return {row.pop("customer_id"): row for row in found.iter_rows(named=True)}


def _item(
    rank: int,
    offer: Offer,
    offered: Mapping[str, object],
    row: Mapping[str, object],
    *,
    holds: Mapping[str, bool],
    customer: Customer,
    people: Sequence[Contact],
    catalogue: Catalogue,
    reader: Reader,
) -> Item:
    currency = str(row.get("who.currency") or "BRL")
    speaker = Speaker(catalogue, reader.locale, reader.today, currency)
    words = words_for(customer, people, reader)
    formula = theory.formula(offered)
    score = _number(row.get("health.score"))
    change = moved(score, _number(row.get(f"health.change_{TREND_DAYS}d")))
    return Item(
        rank=rank,
        customer=customer,
        offer=offer,
        title=speaker.fill(str(offer.play.title), row, words),
        icon=offer.icon or ICONS[offer.play.action],
        value_cents=formula.value_cents,
        currency=currency,
        score=score,
        band=str(row.get("health.band") or "unknown"),
        change=change,
        trend=_trend(change, reader.locale),
        next_date=_next_date(row, reader),
        reasons=tuple(_reasons(offer, row, words, speaker, holds)),
        formula=formula,
        formula_text=formula_text(formula, offer, currency, reader.locale),
        formula_notes=tuple(_notes(formula, offer, row, reader.locale)),
        words=words,
        row=row,
        catalogue=catalogue,
    )


def _reasons(
    offer: Offer,
    row: Mapping[str, object],
    words: Mapping[str, str],
    speaker: Speaker,
    holds: Mapping[str, bool],
) -> Iterable[tuple[str, str]]:
    for number, reason in enumerate(offer.play.reasons):
        text = speaker.say(str(reason.text), row, words)
        if text is not None and holds.get(f"{offer.id}#{number}", True):
            yield offer.icons[number], text


def formula_text(formula: theory.Formula, offer: Offer, currency: str, locale: str) -> str:
    """This will write value × chance [× leverage] = expected, with this row's own numbers."""
    if formula.value_cents is None or formula.expected_cents is None:
        return _("The value at stake is not known yet, so this action comes last.")
    factors = [formats.money(formula.value_cents, locale, currency=currency)]
    factors.append(formats.percent(formula.base_rate, locale, digits=0))
    if offer.play.leverage != "none":
        factors.append(formats.number(formula.leverage_rate, locale, digits=2))
    expected = formats.money(round(formula.expected_cents), locale, currency=currency)
    return f"{' × '.join(factors)} = {expected}"


def _notes(
    formula: theory.Formula, offer: Offer, row: Mapping[str, object], locale: str
) -> Iterable[str]:
    base = formats.percent(formula.base_rate, locale, digits=0)
    yield _(
        "%(chance)s is this pack's assumption of how often the action changes the outcome. "
        "It has not been measured with your customers yet."
    ) % {"chance": base}
    if offer.play.leverage == "none":
        return
    if formula.is_leverage_assumed:
        yield _("0.5 stands for an unknown health.")
        return
    health = formats.number(_number(row.get("health.score")), locale, digits=0)
    leverage = formats.number(formula.leverage_rate, locale, digits=2)
    why = str(LEVERAGES[offer.play.leverage]) % {"health": health}
    yield f"{leverage}: {why}."


def _trend(change: float | None, locale: str) -> str:
    if change is None or not round(change):
        return ""
    shown = formats.points(change, locale)
    return _("%(change)s in %(days)s days") % {"change": shown, "days": TREND_DAYS}


def _next_date(row: Mapping[str, object], reader: Reader) -> str:
    renews, expected = row.get("contract.renews_on"), row.get("orders.next_expected_on")
    if isinstance(renews, date) and renews >= reader.today:
        when = formats.days_until(renews, reader.locale, today=reader.today)
        return _("renews %(when)s") % {"when": when}
    if isinstance(expected, date):
        when = formats.days_until(expected, reader.locale, today=reader.today)
        return _("next purchase expected %(when)s") % {"when": when}
    return ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
