"""Noting champions who are gone: once each, dated, told to whoever listens."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl
from django.db import transaction
from django_tasks import task

from posvenda.base import announcements, clock, jobs
from posvenda.base.models import Announcement
from posvenda.commerce.facts.adoption import quiet_champions
from posvenda.customers import sheet
from posvenda.customers.evidence import Evidence
from posvenda.customers.models import Contact
from posvenda.success.coverage.models import ChampionGone

# What happened longer ago is history, not news.
NEWS_DAYS = 60


def on_facts_built(news: Announcement) -> None:
    """This will have champions who are gone noted after a sheet is built."""
    jobs.enqueue_once(note)


def on_customer_changed(news: Announcement) -> None:
    """This will note at once that a champion was marked as having left."""
    if news.customer_ref and news.payload.get("verb") == "contact":
        note_gone([news.customer_ref], now=news.at)


@task()
def note() -> int:
    """This will note the champions who are gone by the newest sheet."""
    now = clock.now()
    view = sheet.lazy(now=now)
    is_news = pl.col("who.champion_gone_days") <= NEWS_DAYS
    ids = view.frame.filter(is_news).select("customer_id").collect()["customer_id"].to_list()
    return note_gone(ids, now=now)


@transaction.atomic
def note_gone(customers: Sequence[int], *, now: datetime) -> int:
    """This will note and announce the champions of these customers gone within 60 days, once."""
    today = clock.day_of(now)
    found = [*_left(customers, today=today), *_quiet(customers, today=today)]
    known = set(
        ChampionGone.objects.filter(customer__in=list(customers)).values_list(
            "contact", "how", "on"
        )
    )
    _take_back(customers, found, today=today)
    fresh = [each for each in found if (each.contact_id, each.how, each.on) not in known]
    for each in fresh:
        each.recorded_at = now
    ChampionGone.objects.bulk_create(fresh, ignore_conflicts=True)
    for each in fresh:
        payload = {"contact": each.contact_id, "how": str(each.how), "on": each.on.isoformat()}
        announcements.announce(
            "champion.gone", now=now, customer_id=each.customer_id, payload=payload
        )
    return len(fresh)


def _take_back(customers: Sequence[int], found: Sequence[ChampionGone], *, today: date) -> None:
    """Who was marked as having left by mistake, or is back, did not go."""
    still = {(each.contact_id, each.on) for each in found if each.how == ChampionGone.How.LEFT}
    noted = ChampionGone.objects.filter(
        customer__in=list(customers),
        how=ChampionGone.How.LEFT,
        on__gte=today - timedelta(days=NEWS_DAYS),
    )
    wrong = [row.pk for row in noted if (row.contact_id, row.on) not in still]
    ChampionGone.objects.filter(pk__in=wrong).delete()


def _left(customers: Sequence[int], *, today: date) -> list[ChampionGone]:
    since = clock.start_of(today - timedelta(days=NEWS_DAYS))
    rows = Contact.objects.filter(
        customer__in=list(customers), is_champion=True, left_at__gte=since
    ).exclude(left_at__gte=clock.start_of(today + timedelta(days=1)))
    return [
        ChampionGone(
            customer_id=row.customer_id,
            contact_id=row.pk,
            how=ChampionGone.How.LEFT,
            on=clock.day_of(row.left_at),
        )
        for row in rows
        if row.left_at
    ]


def _quiet(customers: Sequence[int], *, today: date) -> list[ChampionGone]:
    evidence = Evidence(as_of=today, ids=tuple(sorted(set(customers))))
    found = quiet_champions(evidence).filter(pl.col("age") <= NEWS_DAYS)
    return [
        ChampionGone(
            customer_id=customer,
            contact_id=contact,
            how=ChampionGone.How.QUIET,
            on=today - timedelta(days=age),
        )
        for customer, contact, age in found.select("customer_id", "contact", "age").iter_rows()
    ]
