"""What Ctrl-K answers: customers, things to do, pages."""

import polars as pl
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from posvenda.base.requests import Request
from posvenda.customers import search, sheet
from posvenda.customers.models import Customer, Kind
from posvenda.ui.palette import Group, Option, filled, matching, places

MOST = 6


@require_GET
def palette(request: Request) -> HttpResponse:
    """This will list what matches the words typed."""
    words = request.GET.get("q", "").strip()[:200]
    groups = filled(_customers(request, words), _things(request, words), places(request, words))
    return render(request, "ui/_palette.html", {"groups": groups})


def _customers(request: Request, words: str) -> Group:
    ids = search.search(words, request.user, limit=MOST) if words else []
    found = Customer.objects.visible_to(request.user).in_bulk(ids)
    judged = _health(ids, request)
    options = (
        Option(
            label=found[pk].name,
            url=found[pk].get_absolute_url(),
            icon="user-round" if found[pk].kind == Kind.PERSON else "building-2",
            score=judged.get(pk, (None, None))[0],
            band=judged.get(pk, (None, None))[1],
        )
        for pk in ids
        if pk in found
    )
    return Group(_("Customers"), tuple(options))


def _health(ids: list[int], request: Request) -> dict[int, tuple[float | None, str | None]]:
    if not ids:
        return {}
    rows = (
        sheet.lazy(now=request.now)
        .frame.filter(pl.col("customer_id").is_in(ids))
        .select("customer_id", "health.score", "health.band")
        .collect()
    )
    return {pk: (score, band) for pk, score, band in rows.iter_rows()}


def _things(request: Request, words: str) -> Group:
    if not request.user.may_write:
        return Group(_("Do"), ())
    offers = [(_("New customer"), "client_new", "plus")]
    if request.user.may_manage:
        offers.append((_("Import customers from a spreadsheet"), "imports", "upload"))
    options = [
        Option(label=label, url=url, icon=icon)
        for label, name, icon in offers
        if (url := _address(name))
    ]
    return Group(_("Do"), matching(options, words))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
