"""Doors of the journey: the board, more cards of one stage."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from posvenda.base.requests import Request
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.customers.sheet import SheetView
from posvenda.success import definitions
from posvenda.success.journey import asking, board, history, times, wording
from posvenda.success.journey.asking import Asked
from posvenda.success.journey.board import Painter
from posvenda.success.plans import template
from posvenda.success.plans.models import Plan


@dataclass(frozen=True)
class _House:
    """What a page of the board is made from."""

    asked: Asked
    view: SheetView
    frame: pl.LazyFrame
    by: Painter


@require_GET
def journey(request: Request) -> HttpResponse:
    """This will show the board, or how long each stage lasts."""
    house = _house(request)
    spells = _spells(house)
    lanes = board.lanes(house.frame, house.by, spells=spells)
    stages = house.by.rules.stages
    labels = {name: str(label) for name, label in stages.ladder.stages.items()}
    run = history.waiting()
    values = {
        "asked": house.asked,
        "lanes": lanes,
        "lede": wording.lede(lanes),
        "is_contract": house.by.rules.pack.money == "contract",
        "passages": times.passages(spells, labels, stages.screen, as_of=house.view.as_of),
        "arrival": times.arrival(house.frame),
        "clock": next((str(clock.label) for clock in stages.clocks), ""),
        "has_plans": template.in_force() is not None or Plan.objects.exists(),
        "replay": run and wording.how_far(run),
        "has_history": history.covered_to() is not None,
        "is_empty": not any(lane.count for lane in lanes) and not Customer.objects.exists(),
    }
    if house.asked.view == asking.TIMES:
        values["stays"] = times.stays(spells, lanes, house.by.locale)
        values["marks"] = [wording.days_word(days) for days in times.MARKS]
    return render(request, "success/journey/journey.html", values)


@require_GET
def more(request: Request, stage: str) -> HttpResponse:
    """This will show the next customers of one stage."""
    house = _house(request)
    if stage not in house.by.rules.stages.screen:
        raise Http404
    text = request.GET.get("de", "0")
    start = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    cards = board.more(house.frame, house.by, stage=stage, start=start)
    count = house.frame.filter(pl.col("stage.name") == stage).select(pl.len()).collect().item()
    values = {
        "cards": cards,
        "stage": stage,
        "start": start + len(cards),
        "left": max(0, count - start - len(cards)),
    }
    return render(request, "success/journey/_more.html", values)


def _house(request: Request) -> _House:
    rules, catalogue = definitions.judgement(), sheet.catalogue()
    view = sheet.lazy(now=request.now)
    asked = asking.read(request.GET, user=request.user, look=rules.look, catalogue=catalogue)
    frame = asking.asked_for(view, asked, user=request.user, catalogue=catalogue)
    by = Painter(rules, catalogue, get_language() or "en", view.as_of)
    return _House(asked, view, frame, by)


def _spells(house: _House) -> pl.DataFrame:
    """The stays of the customers asked for, those of the past included."""
    found = history.spells(as_of=house.view.as_of)
    ids = house.frame.select("customer_id").collect()
    return found.join(ids, on="customer_id", how="semi")
