"""*Hoje*: whom to act on, why, with how much money at stake, and what the day looks like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from posvenda.base import choices
from posvenda.base.models import Role, User
from posvenda.base.requests import Request
from posvenda.core.facts import Catalogue
from posvenda.customers import sheet
from posvenda.customers.models import Contact, Customer, CustomerQuerySet
from posvenda.insights import portfolio, queue
from posvenda.insights.items import Item, Reader, facts_read, items
from posvenda.insights.models import Decision
from posvenda.success import definitions
from posvenda.success.definitions import Judgement
from posvenda.ui import formats

PAGE = 10
MOST = 200
STALE = timedelta(hours=36)
MEMO = "_today_asked"
NUMBERS = (
    "",
    pgettext_lazy("number of actions", "One"),
    pgettext_lazy("number of actions", "Two"),
    pgettext_lazy("number of actions", "Three"),
    pgettext_lazy("number of actions", "Four"),
    pgettext_lazy("number of actions", "Five"),
    pgettext_lazy("number of actions", "Six"),
    pgettext_lazy("number of actions", "Seven"),
    pgettext_lazy("number of actions", "Eight"),
    pgettext_lazy("number of actions", "Nine"),
    pgettext_lazy("number of actions", "Ten"),
)


@dataclass(frozen=True)
class Scope:
    """Whose customers: the own book, or everybody's, and whether the person may choose."""

    is_team: bool
    may_choose: bool


@dataclass(frozen=True)
class Asked:
    """The state of the house a page is made from: rules, ranking, sheet, decisions."""

    rules: Judgement
    catalogue: Catalogue
    ranking: queue.Ranking
    view: sheet.SheetView
    decided: pl.DataFrame
    today: date

    def waiting(self, user: User, *, is_team: bool) -> pl.DataFrame:
        """This will give the queue of the scope, best first, one row per customer."""
        owner = None if is_team else user
        rest = self.rules.pack.rest
        return self.ranking.best(self.decided, rest=rest, today=self.today, owner=owner)


@dataclass(frozen=True)
class Page:
    """All that *Hoje* prints."""

    greeting: str
    lede: str
    scope: Scope
    first: Item | None
    rest: Sequence[Item]
    waiting: int
    more: int
    day: portfolio.Day
    movers: Sequence[portfolio.Mover]
    crossed: Sequence[portfolio.Crossed]
    book: portfolio.Book
    returns_on: date | None
    has_customers: bool
    has_book: bool
    stale_since: datetime | None
    currencies: int


def asked_by(request: Request) -> Asked:
    """This will read the state of the house once per request: the page and the menu share it."""
    found: Asked | None = getattr(request, MEMO, None)
    if found is None:
        found = ask(now=request.now, today=request.today)
        setattr(request, MEMO, found)
    return found


def forget(request: Request) -> None:
    """This will have the state read again after a decision."""
    if hasattr(request, MEMO):
        delattr(request, MEMO)


def ask(*, now: datetime, today: date) -> Asked:
    """This will read the state of the house."""
    rules = definitions.judgement()
    catalogue = sheet.catalogue()
    ranking, view = queue.ranking(rules, catalogue, now=now)
    decided = queue.decided(rest=rules.pack.rest, now=now)
    return Asked(rules, catalogue, ranking, view, decided, today)


def scope_of(user: User, wanted: str) -> Scope:
    """This will decide whose customers to show: a CSM has only the own book, a viewer all."""
    match user.role:
        case Role.CSM:
            return Scope(is_team=False, may_choose=False)
        case Role.VIEWER:
            return Scope(is_team=True, may_choose=False)
    if wanted in ("mine", "team"):
        return Scope(is_team=wanted == "team", may_choose=True)
    has_book = Customer.objects.filter(owner=user).exists()
    return Scope(is_team=not has_book, may_choose=True)


def page(user: User, asked: Asked, *, scope: Scope, size: int, now: datetime, locale: str) -> Page:
    """This will make the page for one person."""
    today = asked.today
    waiting = asked.waiting(user, is_team=scope.is_team)
    shown = described(asked, waiting.head(min(size, MOST)), user, reader(user, locale, today))
    rows = portfolio.of(asked.view.frame, user, is_team=scope.is_team)
    book = portfolio.book(rows, asked.rules.pack, locale=locale, as_of=asked.view.as_of)
    visible = Customer.objects.visible_to(user)
    return Page(
        greeting=greeting(user, now=now),
        lede=lede(waiting.height, today=today, locale=locale),
        scope=scope,
        first=shown[0] if shown else None,
        rest=shown[1:],
        waiting=waiting.height,
        more=min(PAGE, MOST - len(shown), max(0, waiting.height - len(shown))),
        day=portfolio.day(
            user, is_team=scope.is_team, waiting=waiting.height, pack=asked.rules.pack, now=now
        ),
        movers=portfolio.movers(rows, user),
        crossed=portfolio.crossed(user, is_team=scope.is_team, today=today),
        book=book,
        returns_on=None if waiting.height else _returns_on(visible, today=today),
        has_customers=bool(waiting.height or book.count) or Customer.objects.exists(),
        has_book=bool(waiting.height or book.count) or scope.is_team or visible.exists(),
        stale_since=_stale(asked.view, now=now),
        currencies=asked.ranking.currencies,
    )


def one(user: User, asked: Asked, customer: Customer, play: str, *, locale: str) -> Item | None:
    """This will describe one action for one customer, or None when it is not offered now."""
    offered = asked.ranking.offers.filter(
        (pl.col("customer_id") == customer.pk) & (pl.col("play") == play)
    )
    found = described(asked, offered, user, reader(user, locale, asked.today))
    return found[0] if found else None


def count(user: User, asked: Asked) -> int:
    """This will count the actions that wait for a person, for the menu."""
    return asked.waiting(user, is_team=scope_of(user, "").is_team).height


def described(asked: Asked, offers: pl.DataFrame, user: User, who: Reader) -> list[Item]:
    """This will put offers into words, with the customers and contacts they are about."""
    ids = offers["customer_id"].to_list()
    if not ids:
        return []
    wanted = facts_read(asked.rules, offers["play"].unique().to_list())
    there = [name for name in wanted if name in asked.catalogue]
    theirs = asked.view.frame.select("customer_id", *there).filter(pl.col("customer_id").is_in(ids))
    rows = theirs.collect()
    return items(
        offers,
        rows,
        asked.rules,
        customers=Customer.objects.visible_to(user).in_bulk(ids),
        contacts=contacts_of(ids),
        catalogue=asked.catalogue,
        reader=who,
        as_of=asked.view.as_of,
    )


def contacts_of(ids: Sequence[int]) -> Mapping[int, Sequence[Contact]]:
    """This will give each customer's contacts, the best one to talk to first."""
    found: dict[int, list[Contact]] = defaultdict(list)
    people = Contact.objects.filter(customer__in=ids).order_by(
        "-is_champion", "left_at", "name", "pk"
    )
    for person in people:
        found[person.customer_id].append(person)
    for listed in found.values():
        listed.sort(key=lambda p: (not p.is_champion, not (p.phone or p.email)))
    return found


def reader(user: User, locale: str, today: date) -> Reader:
    """This will say for whom texts are written."""
    return Reader(user.first_name, str(choices.get("company")), locale, today)


def greeting(user: User, *, now: datetime) -> str:
    """This will greet by the hour of the company."""
    hour = timezone.localtime(now).hour
    name = {"name": user.first_name}
    if hour < 12:
        return _("Good morning, %(name)s") % name
    if hour < 18:
        return _("Good afternoon, %(name)s") % name
    return _("Good evening, %(name)s") % name


def lede(waiting: int, *, today: date, locale: str) -> str:
    """This will say the day and how many actions wait, and in which order."""
    day = formats.date_weekday(today, locale)
    if not waiting:
        return _("%(day)s. Nothing waits in the queue.") % {"day": day}
    figure = str(NUMBERS[waiting]) if waiting < len(NUMBERS) else formats.number(waiting, locale)
    order = _(
        "in the order of what changes the result the most: "
        "value at stake × chance to make a difference."
    )
    count = ngettext("%(count)s action in the queue", "%(count)s actions in the queue", waiting) % {
        "count": figure
    }
    return f"{day}. {count}, {order}"


def _returns_on(visible: CustomerQuerySet, *, today: date) -> date | None:
    """The next day on which a postponed action comes back."""
    waits = Decision.objects.filter(
        customer__in=visible, verdict=Decision.Verdict.SNOOZED, undone_at=None, until_on__gt=today
    )
    return waits.order_by("until_on").values_list("until_on", flat=True).first()


def _stale(view: sheet.SheetView, *, now: datetime) -> datetime | None:
    is_old = view.built_at is not None and now - view.built_at > STALE
    return view.built_at if is_old else None
